"""One segment of an assistant's knowledge: documents with both their indexes, in a folder that never changes.

::

    000012/   store.sqlite (documents, chunks, vectors: the truth)
              lexical/<language number>/, lexical/table/, dense/, profiles.npy (derived from it)

A corpus is a list of segments (:mod:`replyassist.retrieve.segments`). A change writes the segments anew that it
touches and leaves the others alone, so its cost does not grow with the corpus, and a segment is built in bounded
memory.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from replyassist.embed import Encoder
from replyassist.errors import ArtifactCorrupt, DataError
from replyassist.retrieve.arrays import map_array
from replyassist.retrieve.dense import DenseIndex
from replyassist.retrieve.lexical import Bm25Part
from replyassist.retrieve.store import Store, StoredChunk
from replyassist.retrieve.table import RowTable

STORE = "store.sqlite"
LEXICAL = "lexical"
DENSE = "dense"
TABLE = "table"
PROFILES = "profiles.npy"
_ENCODE_BATCH = 256
_PROFILED = 1000
"""Characters of a chunk from which it is told what it is about."""

Floats = npt.NDArray[np.float32]


class Profiler(Protocol):
    """Says what texts are about: one row of probabilities over the same labels per text."""

    @property
    def name(self) -> str:
        """Names the model and its labels: profiles of another name are not compared."""

    def profiles(self, texts: Sequence[str]) -> Floats:
        """Return what each text is about (n, labels); rows sum to 1."""


Identity = tuple[int, int, int, int]


def identity_of(folder: Path) -> Identity | None:
    """Return what tells one committed segment from any other as long as one of them is open, none when it is gone."""
    try:
        status = os.stat(folder / STORE)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


class Segment:
    """An opened segment. Immutable, so threads may share it."""

    def __init__(
        self,
        store: Store,
        table: RowTable,
        lexical: dict[str, tuple[slice, Bm25Part]],
        dense: DenseIndex,
        profiles: npt.NDArray[np.float16] | None,
        identity: Identity | None,
    ) -> None:
        self.identity = identity
        self.store = store
        self.table = table
        self.lexical = lexical
        self.dense = dense
        self.profiles = profiles

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.table.size

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, profiler: Profiler | None = None) -> Segment:
        """Open what :func:`build_segment` wrote; the files are memory-mapped.

        Raises:
            ArtifactError: a file is gone, damaged, or belongs to another store, encoder or profiler.
        """
        identity = identity_of(folder)
        store = Store.open(folder / STORE)
        table = RowTable.open(folder / LEXICAL / TABLE)
        parts = table.slices()
        lexical = {
            name: (rows, Bm25Part.open(folder / LEXICAL / str(number))) for number, (name, rows) in enumerate(parts)
        }
        dense = DenseIndex.open(folder / DENSE)
        if dense.size != table.size or any(part.size != rows.stop - rows.start for rows, part in lexical.values()):
            raise ArtifactCorrupt(f"{folder}: the indexes do not fit each other. Run: replyassist doctor.")
        names = table.names
        if (names.encoder, names.dim) != (encoder.name, encoder.dim) or names.digest != store.digest():
            raise ArtifactCorrupt(f"{folder}: the indexes are out of date. Run: replyassist doctor.")
        profiles = _open_profiles(folder / PROFILES, table.size)
        known = profiler is not None and names.profile == profiler.name
        return cls(store, table, lexical, dense, profiles if known else None, identity)


def build_segment(folder: Path, store: Store, encoder: Encoder, profiler: Profiler | None = None) -> None:
    """Derive everything but the store itself from ``store`` into ``folder``, which holds none of it.

    Chunks that have no vector of this encoder yet are encoded and their vectors put into the store, which
    must then be writable.

    Raises:
        DataError: vectors are missing and the store is read-only.
    """
    ordered = sorted(store.chunks(), key=lambda chunk: (chunk.language, chunk.key))
    vectors = _vectors(store, ordered, encoder)
    table = RowTable.build(
        folder / LEXICAL / TABLE,
        ordered,
        digest=store.digest(),
        encoder=encoder.name,
        dim=encoder.dim,
        profile=profiler.name if profiler else "",
    )
    for number, (_, rows) in enumerate(table.slices()):
        part = ordered[rows]
        public = ["public" in chunk.audience for chunk in part]
        Bm25Part.build(folder / LEXICAL / str(number), (chunk.text for chunk in part), public)
    DenseIndex.build(folder / DENSE, vectors)
    texts = [chunk.text[:_PROFILED] for chunk in ordered]
    profiles = profiler.profiles(texts) if profiler else np.zeros((len(texts), 0), np.float32)
    np.save(folder / PROFILES, profiles.astype(np.float16), allow_pickle=False)


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
    # By language, as the chunks are ordered, so that an encoder that remembers words meets the same ones again.
    keys = np.sort([chunk.key for chunk in chunks])
    place = np.searchsorted(keys, [chunk.key for chunk in chunks])
    vectors = store.vectors()
    return vectors[place] if len(vectors) else np.zeros((0, encoder.dim), np.float32)


def _open_profiles(path: Path, size: int) -> npt.NDArray[np.float16]:
    profiles = map_array(path, np.float16, 2)
    if len(profiles) != size:
        raise ArtifactCorrupt(f"{path}: does not fit the other indexes. Rebuild them: replyassist doctor.")
    return profiles
