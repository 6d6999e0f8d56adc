"""All of an assistant's knowledge: a list of segments that is read as one.

The folder holds ``segments.json``, the names of the segments in order, and one folder per segment below
``segments/``. Generations share the files of what has not changed, so a reader keeps that open and opens only what
is new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from heapq import merge
from pathlib import Path

import msgspec
import numpy as np

from replyassist.embed import Encoder
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.lexical import Bm25, Bm25Part
from replyassist.retrieve.segment import STORE, Profiler, Segment, identity_of
from replyassist.retrieve.store import Store, digest_of
from replyassist.retrieve.table import UNDATED, group_source, id_key
from replyassist.types import POOLS, Article, Document, Pool

SEGMENTS = "segments"
LIST = "segments.json"


class Documents:
    """The documents of several stores as one collection; ids are unique over all of them."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores

    def get(self, document_id: str) -> Document | None:
        """Return the document of that id, or none."""
        found = (store.get(document_id) for store in self._stores)
        return next((document for document in found if document is not None), None)

    def documents(self, pool: Pool | None = None) -> Iterator[Document]:
        """Yield all documents (of ``pool``) in the order of their ids."""
        yield from merge(*(store.documents(pool) for store in self._stores), key=lambda document: document.id)

    def counts(self) -> dict[str, int]:
        """Return the number of documents per pool; every pool has an entry."""
        each = [store.counts() for store in self._stores]
        return {pool: sum(counts[pool] for counts in each) for pool in POOLS}

    def digest(self) -> str:
        """Return a hash over ids and contents, whatever segment they stand in."""
        return digest_of(merge(*(store.contents() for store in self._stores)))

    def check(self) -> None:
        """Read every page of every store.

        Raises:
            ArtifactCorrupt: SQLite finds a damaged one.
        """
        for store in self._stores:
            store.check()


class Segments(Documents):
    """The opened segments of one generation, and the lexical index of each language over all of them."""

    def __init__(self, segments: dict[str, Segment]) -> None:
        super().__init__([segment.store for segment in segments.values()])
        self.segments = tuple(segments.values())
        self._counts: dict[tuple[frozenset[str], Pool], int] = {}
        parts: dict[str, list[Bm25Part]] = {}
        for segment in self.segments:
            for language, (_, part) in segment.lexical.items():
                parts.setdefault(language, []).append(part)
        self.lexical = {language: Bm25(of_language) for language, of_language in parts.items()}

    def source_count(self, audience: Collection[str], pool: Pool) -> int:
        """Return how many sources of ``pool`` a reader of ``audience`` may see; translations are one."""
        known = (frozenset(audience), pool)
        if known not in self._counts:
            found = [segment.table.sources(audience, pool) for segment in self.segments]
            self._counts[known] = len(np.unique(np.concatenate(found)))
        return self._counts[known]

    def sources(self, ids: Collection[str]) -> frozenset[int]:
        """Return the keys of the sources that the documents of these ids belong to; unknown ids have none."""
        found = [self.get(name) for name in ids]
        grouped = {one.group for one in found if isinstance(one, Article) and one.group is not None}
        single = {one.id for one in found if one is not None and not (isinstance(one, Article) and one.group)}
        return frozenset(map(group_source, grouped)) | frozenset(map(id_key, single))

    @property
    def verifies(self) -> bool:
        """Whether any article says until when it is vouched for."""
        return any(bool((segment.table.verified != UNDATED).any()) for segment in self.segments)

    @classmethod
    def open(
        cls, folder: Path, encoder: Encoder, profiler: Profiler | None = None, *, known: Segments | None = None
    ) -> Segments:
        """Open the segments in ``folder``; those that ``known`` has open, by the same encoder, are taken from there.

        Raises:
            ArtifactError: a file is gone, damaged, or belongs to another store, encoder or profiler.
        """
        already = {one.identity: one for one in known.segments} if known is not None else {}
        found = {}
        for name in SegmentList.read(folder).names:
            place = folder / SEGMENTS / name
            # By the file and not by the name: an assistant that was built anew begins its numbers again.
            found[name] = already.get(identity_of(place)) or Segment.open(place, encoder, profiler)
        return cls(found)


class SegmentList(msgspec.Struct, frozen=True):
    """What ``segments.json`` says: the segments in order, and the number that the next new one gets."""

    names: tuple[str, ...] = ()
    next_number: int = 1

    @classmethod
    def read(cls, folder: Path) -> SegmentList:
        """Read the list of the generation in ``folder``.

        Raises:
            ArtifactMissing, ArtifactCorrupt: the list is gone or damaged.
        """
        path = folder / LIST
        try:
            found = msgspec.json.decode(path.read_bytes(), type=cls)
        except OSError as error:
            raise ArtifactMissing(f"{path}: missing. Restore it from a backup, or build anew.") from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ArtifactCorrupt(f"{path}: damaged. Restore it from a backup, or build anew.") from error
        if not all(name.isdigit() for name in found.names):
            raise ArtifactCorrupt(f"{path}: damaged. Restore it from a backup, or build anew.")
        return found

    def write(self, folder: Path) -> None:
        """Write the list of the generation in ``folder``."""
        (folder / LIST).write_bytes(msgspec.json.encode(self))


def open_documents(folder: Path) -> Documents:
    """Open the stores in ``folder`` read-only, without their indexes.

    Raises:
        ArtifactError: one is gone or damaged.
    """
    return Documents([Store.open(folder / SEGMENTS / name / STORE) for name in SegmentList.read(folder).names])
