"""Encoders turn texts into unit vectors whose cosine says how close two texts are in meaning.

``lsa`` is fitted on a team's own texts and served with numpy; ``transformers:<name or path>`` is any
sentence-transformers model (extra ``transformers``).
"""

from replyassist.embed.encoder import Encoder, Kind
from replyassist.embed.loading import load_encoder
from replyassist.embed.lsa import LsaEncoder
from replyassist.embed.lsa_fit import fit_lsa

__all__ = ["Encoder", "Kind", "LsaEncoder", "fit_lsa", "load_encoder"]
