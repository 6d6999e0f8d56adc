"""The product's search over some documents, as ``build`` makes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from replyassist.classify.profile import intent_profiler
from replyassist.embed import Encoder
from replyassist.retrieve import Retriever, Segments, write_corpus
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.types import Document


def opened(folder: Path, documents: Sequence[Document], encoder: Encoder) -> Retriever:
    """Write ``documents`` with their indexes into the empty ``folder`` and open them with the shipped relevance."""
    profiler = intent_profiler()
    write_corpus(folder, documents, encoder, profiler)
    return Retriever(Segments.open(folder, encoder, profiler), encoder, RelevanceModel.prior(), profiler)
