"""Write segments: build them anew, or carry a generation over with documents added, replaced and removed.

A segment is never modified. One that loses a document is copied without it, so that what was removed is in no file of
the new generation. New documents go into a segment of their own, which takes up its small neighbours: what is written
is at most a few times what changed, and the number of segments grows with the logarithm of the corpus (O'Neil et al.
1996, *The log-structured merge-tree*).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from replyassist.embed import Encoder
from replyassist.retrieve.segment import STORE, Profiler, build_segment
from replyassist.retrieve.segments import SEGMENTS, Documents, SegmentList
from replyassist.retrieve.store import Store
from replyassist.types import Document

SEGMENT_CHUNKS = 131_072
"""A segment with so many chunks takes up no further document: bounds the memory of indexing it."""

SMALL_CHUNKS = 2_000
"""Segments up to this size are merged whenever one is written: a small knowledge base is one segment."""

_GROWTH = 2
_CHECK_EVERY = 500


class SegmentWriter:
    """The segments of one new generation in ``folder``; ``previous`` is the folder of the one before, if any.

    ``keep`` is called with each path, relative to ``previous``, that stands in the new generation unchanged.
    """

    def __init__(self, folder: Path, previous: Path | None, keep: Callable[[str], None]) -> None:
        self._folder, self._previous, self._keep = folder, previous, keep
        self._kept: dict[str, Store] = {}
        self._fresh: dict[str, Store] = {}
        self._tail: str | None = None
        self._room = 0
        self._next = 1
        if previous is not None:
            known = SegmentList.read(previous)
            self._kept = {name: Store.open(_store(previous, name)) for name in known.names}
            self._next = known.next_number

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        for store in (*self._kept.values(), *self._fresh.values()):
            store.close()

    @property
    def documents(self) -> Documents:
        """All documents as they stand now."""
        return Documents([*self._kept.values(), *self._fresh.values()])

    def put(self, documents: Iterable[Document]) -> int:
        """Add documents, or replace those of the same id; return how many were given.

        The segment of a document that has not changed is left alone.

        Raises:
            DataError: the id belongs to a document of another pool.
        """
        count = 0
        for document in documents:
            count += 1
            if any(store.holds(document) for store in self._kept.values()):
                continue
            holder = self._holder(document.id)
            (self._fresh[holder] if holder is not None else self._open_tail()).put([document])
        return count

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents; return how many were there."""
        count = 0
        for document_id in ids:
            holder = self._holder(document_id)
            count += self._fresh[holder].remove([document_id]) if holder is not None else 0
        return count

    def rewrite(self) -> None:
        """Take every segment up for writing, so that all are indexed anew."""
        for name in list(self._kept):
            self._take_up(name)

    def finish(self, encoder: Encoder, profiler: Profiler | None = None) -> None:
        """Merge what is small, index what is new, and write the list."""
        self._merge_small()
        for name, store in list(self._fresh.items()):
            if not store.chunk_count():
                store.close()
                shutil.rmtree(_store(self._folder, name).parent)
                del self._fresh[name]
                continue
            build_segment(_store(self._folder, name).parent, store, encoder, profiler)
            store.commit()
        for name in self._kept:
            self._keep(f"{SEGMENTS}/{name}")
        names = sorted([*self._kept, *self._fresh], key=int)
        SegmentList(tuple(names), self._next).write(self._folder)

    def _holder(self, document_id: str) -> str | None:
        """Return the segment that holds the document, taken up for writing, or none."""
        for name, store in self._fresh.items():
            if store.pool_of(document_id) is not None:
                return name
        for name, store in self._kept.items():
            if store.pool_of(document_id) is not None:
                return self._take_up(name)
        return None

    def _take_up(self, name: str) -> str:
        """Copy a segment's store under a new name, to be changed."""
        assert self._previous is not None, "what is kept is of a previous generation"
        self._kept.pop(name).close()
        fresh = self._new_name()
        target = _store(self._folder, fresh)
        target.parent.mkdir(parents=True)
        shutil.copyfile(_store(self._previous, name), target)
        self._fresh[fresh] = Store.edit(target)
        return fresh

    def _open_tail(self) -> Store:
        """Return the store that new documents go to, a new one when it is full."""
        if self._tail is not None and self._room <= 0:
            filled = self._fresh[self._tail].chunk_count()
            self._room = min(_CHECK_EVERY, SEGMENT_CHUNKS - filled)
        if self._tail is None or self._room <= 0:
            self._tail, self._room = self._new_name(), min(_CHECK_EVERY, SEGMENT_CHUNKS)
            path = _store(self._folder, self._tail)
            path.parent.mkdir(parents=True)
            self._fresh[self._tail] = Store.create(path)
        self._room -= 1
        return self._fresh[self._tail]

    def _merge_small(self) -> None:
        """Join the written segment with the smallest others as long as they are not much larger."""
        if not self._fresh:
            return
        sizes = {name: store.chunk_count() for name, store in (*self._kept.items(), *self._fresh.items())}
        target = min(self._fresh, key=lambda name: sizes[name])
        for name in sorted(set(sizes) - {target}, key=lambda name: (sizes[name], int(name))):
            joined = sizes[target] + sizes[name]
            if sizes[name] > max(_GROWTH * sizes[target], SMALL_CHUNKS) or joined > SEGMENT_CHUNKS:
                break
            self._fresh[target].adopt(self._kept.get(name) or self._fresh[name])
            sizes[target] = joined
            self._drop(name)

    def _drop(self, name: str) -> None:
        if name in self._kept:
            self._kept.pop(name).close()
            return
        self._fresh.pop(name).close()
        shutil.rmtree(_store(self._folder, name).parent)

    def _new_name(self) -> str:
        name, self._next = f"{self._next:06d}", self._next + 1
        return name


def _store(folder: Path, name: str) -> Path:
    return folder / SEGMENTS / name / STORE


def write_corpus(
    folder: Path, documents: Iterable[Document], encoder: Encoder, profiler: Profiler | None = None
) -> None:
    """Write ``documents`` and their indexes into ``folder``, from nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with SegmentWriter(folder, None, lambda _: None) as writer:
        writer.put(documents)
        writer.finish(encoder, profiler)
