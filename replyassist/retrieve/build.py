"""Build the indexes of a generation, with a relevance model that knows the team's articles."""

from __future__ import annotations

from pathlib import Path

from replyassist.embed import Encoder
from replyassist.retrieve.index import write_indexes
from replyassist.retrieve.practice import adapt
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.store import Store

_FITTED_ON_THE_CORPUS = "lsa"


def build_index(folder: Path, store: Store, encoder: Encoder, *, relevance: RelevanceModel | None = None) -> None:
    """Derive ``lexical/``, ``dense/`` and ``relevance.json`` from ``store`` into ``folder``.

    The store must be writable when chunks have no vector of this encoder yet. Without ``relevance`` the
    shipped prior is adapted to the articles of the store, which takes seconds; give the previous model when
    only a few documents changed, so that probabilities stay comparable. With an encoder that was fitted on
    these very articles the prior stays as it is: having seen titles and bodies together, that encoder finds
    the answer to a practice question far too easily, and its vote would be overrated.

    Raises:
        DataError: vectors are missing and the store is read-only.
    """
    model = relevance or RelevanceModel.prior()
    if relevance is None and not encoder.name.startswith(_FITTED_ON_THE_CORPUS):
        model = adapt(model, store, encoder)
    write_indexes(folder, store, encoder, model)
