"""Derive the files of both indexes from a store: what :class:`~replyassist.retrieve.retriever.Retriever` opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from replyassist.embed import Encoder
from replyassist.errors import DataError
from replyassist.retrieve.dense import DenseIndex
from replyassist.retrieve.lexical import Bm25, Floats
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.store import Store, StoredChunk
from replyassist.retrieve.table import RowTable

LEXICAL = "lexical"
DENSE = "dense"
RELEVANCE = "relevance.json"
TABLE = "table"
VECTORS = "vectors.faiss"
_ENCODE_BATCH = 256


def build_index(folder: Path, store: Store, encoder: Encoder) -> None:
    """Derive ``lexical/``, ``dense/`` and ``relevance.json`` from ``store`` into ``folder``, which holds none of them.

    Chunks that have no vector of this encoder yet are encoded and their vectors put into the store, which
    must then be writable.

    Raises:
        DataError: vectors are missing and the store is read-only.
    """
    chunks = list(store.chunks())
    vectors = _vectors(store, chunks, encoder)
    order = sorted(range(len(chunks)), key=lambda i: (chunks[i].language, chunks[i].key))
    ordered = [chunks[i] for i in order]
    table = RowTable.build(
        folder / LEXICAL / TABLE, ordered, digest=store.digest(), encoder=encoder.name, dim=encoder.dim
    )
    for number, (_, rows) in enumerate(table.slices()):
        part = ordered[rows]
        public = ["public" in chunk.audience for chunk in part]
        Bm25.build(folder / LEXICAL / str(number), (chunk.text for chunk in part), public)
    (folder / DENSE).mkdir(parents=True)
    DenseIndex.build(folder / DENSE / VECTORS, vectors[order])
    RelevanceModel.prior().save(folder / RELEVANCE)


def _vectors(store: Store, chunks: Sequence[StoredChunk], encoder: Encoder) -> Floats:
    """Return the vectors of ``chunks``, in their order, encoding those that have none."""
    if store.writable:
        store.use_encoder(encoder.name, encoder.dim)
    missing = store.keys_without_vector()
    if (missing and not store.writable) or store.encoder() not in (None, (encoder.name, encoder.dim)):
        raise DataError("the store has no vectors of this encoder and is read-only; open it for editing")
    wanted = [chunk for chunk in chunks if chunk.key in missing]
    for start in range(0, len(wanted), _ENCODE_BATCH):
        batch = wanted[start : start + _ENCODE_BATCH]
        encoded = encoder.encode([chunk.text for chunk in batch], kind="passage")
        store.put_vectors([chunk.key for chunk in batch], encoded)
    vectors = store.vectors()
    return vectors if len(vectors) else np.zeros((0, encoder.dim), np.float32)
