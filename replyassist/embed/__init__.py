"""Encoders turn texts into unit vectors whose cosine says how close two texts are in meaning.

``nordic`` is the shipped one for five languages, which ``build`` fits to a team's own texts; ``lsa`` is fitted on
these alone; both are served with numpy. ``transformers:<name or path>`` is any sentence-transformers model (extra
``transformers``).
"""

from replyassist.embed.encoder import Encoder, Kind, Vectors
from replyassist.embed.loading import LSA, NORDIC, load_encoder, shipped_encoder
from replyassist.embed.lsa import LsaEncoder
from replyassist.embed.lsa_fit import fit_lsa
from replyassist.embed.nordic import NordicEncoder
from replyassist.embed.team import TeamEncoder, TeamText, fit_team

__all__ = [
    "LSA",
    "NORDIC",
    "Encoder",
    "Kind",
    "LsaEncoder",
    "NordicEncoder",
    "TeamEncoder",
    "TeamText",
    "Vectors",
    "fit_lsa",
    "fit_team",
    "load_encoder",
    "shipped_encoder",
]
