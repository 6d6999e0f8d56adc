"""What is known of each indexed chunk besides its text, as arrays: enough to filter before ranking.

Rows are ordered by language, then by chunk key, so the rows of a language are one slice. The table is a matrix of
integers, memory-mapped; the few distinct names behind them stand in a JSON file beside it. Documents and groups are
known by 63-bit keys of their ids, the same in every segment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.arrays import map_array
from replyassist.retrieve.store import StoredChunk
from replyassist.types import POOLS, Pool

Ints = npt.NDArray[np.int64]
T = TypeVar("T", bound=Hashable)
Mask = npt.NDArray[np.bool_]

_MATRIX = "rows.npy"
_NAMES = "names.json"
_COLUMNS = ("key", "document", "pool", "language", "audience", "group", "dated", "outcome", "verified")
NO_GROUP = -1
UNDATED = -1
OUTCOMES = 100
"""Steps in which the outcome of a past ticket is kept."""


class Names(msgspec.Struct):
    """What the numbers in the matrix stand for, and what the indexes were built from."""

    languages: list[str]
    audiences: list[list[str]]
    digest: str
    encoder: str
    dim: int
    profile: str


class RowTable:
    """One entry per row in every array.

    ``key`` (n,) is the chunk's in the store, ``document`` and ``group`` are keys of ids, ``pool``, ``language`` and
    ``audience`` point into names; ``dated`` is the day (since 1970) of the last change or the solution,
    ``outcome`` the worth of a past ticket in hundredths, -1 for what has none; ``verified`` the day until which an
    article is vouched for, -1 for none.
    """

    def __init__(self, names: Names, matrix: npt.NDArray[np.int64]) -> None:
        self.names = names
        self.key, self.document, pool, language, audience, self.group, self.dated, self.outcome, self.verified = matrix
        # Read for every query, so kept small.
        self.pool, self.language, self.audience = (part.astype(np.int16) for part in (pool, language, audience))
        self.size = len(self.key)
        self._masks: dict[tuple[frozenset[str], Pool], Mask] = {}

    @classmethod
    def build(
        cls, folder: Path, chunks: Sequence[StoredChunk], *, digest: str, encoder: str, dim: int, profile: str
    ) -> RowTable:
        """Write the table of ``chunks``, already in row order, into the fresh ``folder``."""
        languages = _numbering(chunk.language for chunk in chunks)
        audiences = _numbering(tuple(sorted(chunk.audience)) for chunk in chunks)
        rows = [
            (
                chunk.key,
                id_key(chunk.document_id),
                POOLS.index(chunk.pool),
                languages[chunk.language],
                audiences[tuple(sorted(chunk.audience))],
                NO_GROUP if chunk.group is None else id_key(chunk.group),
                day(chunk.dated),
                -1 if chunk.outcome is None else round(chunk.outcome * OUTCOMES),
                day(chunk.verified_until),
            )
            for chunk in chunks
        ]
        names = Names(
            languages=list(languages),
            audiences=[list(audience) for audience in audiences],
            digest=digest,
            encoder=encoder,
            dim=dim,
            profile=profile,
        )
        matrix = np.array(rows, np.int64).reshape(-1, len(_COLUMNS)).T.copy()
        folder.mkdir(parents=True)
        np.save(folder / _MATRIX, matrix, allow_pickle=False)
        (folder / _NAMES).write_bytes(msgspec.json.encode(names))
        return cls(names, matrix)

    @classmethod
    def open(cls, folder: Path) -> RowTable:
        """Map the table in ``folder``.

        Raises:
            ArtifactMissing, ArtifactCorrupt: it is gone or damaged.
        """
        try:
            names = msgspec.json.decode((folder / _NAMES).read_bytes(), type=Names)
        except FileNotFoundError as error:
            raise ArtifactMissing(f"{folder}: missing. Rebuild the indexes: replyassist doctor.") from error
        except (ValueError, OSError, EOFError) as error:
            raise _corrupt(folder) from error
        matrix = map_array(folder / _MATRIX, np.int64, 2)
        if len(matrix) != len(_COLUMNS):
            raise _corrupt(folder)
        return cls(names, matrix)

    def slices(self) -> list[tuple[str, slice]]:
        """Return each language with its range of rows."""
        bounds = np.searchsorted(self.language, np.arange(len(self.names.languages) + 1))
        return [(name, slice(int(bounds[i]), int(bounds[i + 1]))) for i, name in enumerate(self.names.languages)]

    def visible(self, audience: Collection[str], pool: Pool, exclude: Collection[str] = ()) -> Mask:
        """Return which rows of ``pool`` a reader of ``audience`` may see, without the documents in ``exclude``."""
        known = (frozenset(audience), pool)
        mask = self._masks.get(known)
        if mask is None:
            readable = np.array([bool(set(a) & known[0]) for a in self.names.audiences] or [False])
            mask = readable[self.audience] & (self.pool == POOLS.index(pool))
            if len(self._masks) < _KEPT_MASKS:
                self._masks[known] = mask
        for name in exclude:
            mask = mask & (self.document != id_key(name))
        return mask

    def sources(self, audience: Collection[str], pool: Pool) -> Ints:
        """Return the keys of the sources of ``pool`` that a reader of ``audience`` may see."""
        keys = np.where(self.group == NO_GROUP, self.document, -2 - self.group)
        return np.unique(keys[self.visible(audience, pool)])

    def of_sources(self, sources: Collection[int]) -> Mask:
        """Return which rows belong to one of ``sources``: documents, or groups as :func:`group_source` names them."""
        mask: Mask = np.isin(self.document, list(sources)) | np.isin(-2 - self.group, list(sources))
        return mask

    def of_groups(self, groups: Ints) -> Ints:
        """Return the rows that belong to one of ``groups``, ascending."""
        values, rows = self._grouped
        first, last = np.searchsorted(values, groups), np.searchsorted(values, groups, side="right")
        return np.unique(
            np.concatenate([np.zeros(0, np.int64), *(rows[a:b] for a, b in zip(first, last, strict=True))])
        )

    @cached_property
    def _grouped(self) -> tuple[Ints, Ints]:
        rows = np.flatnonzero(self.group != NO_GROUP)
        rows = rows[np.argsort(self.group[rows], kind="stable")]
        return self.group[rows], rows

    def language_code(self, language: str | None) -> int:
        """Return the number of ``language`` in the table, -1 when it is not there or not known."""
        return self.names.languages.index(language) if language in self.names.languages else -1


_KEPT_MASKS = 16


def id_key(name: str) -> int:
    """Return the 63-bit key of an id, never negative."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def group_source(group: str) -> int:
    """Return the key of the source that the translations of ``group`` are; never that of a document."""
    return -2 - id_key(group)


def day(moment: datetime | None) -> int:
    """Return the day since 1970 in UTC, :data:`UNDATED` for none."""
    return UNDATED if moment is None else (moment.astimezone(UTC).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days


def _numbering(values: Iterable[T]) -> dict[T, int]:
    numbers: dict[T, int] = {}
    for value in values:
        numbers.setdefault(value, len(numbers))
    return numbers


def _corrupt(folder: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{folder}: damaged row table. Rebuild the indexes: replyassist doctor.")
