"""What is known of each indexed chunk besides its text, as arrays: enough to filter before ranking.

Rows are ordered by language, then by chunk key, so the rows of a language are one slice. The table is a
matrix of integers; the few distinct names behind them stand in a JSON file beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.store import StoredChunk
from replyassist.types import POOLS, Pool

Ints = npt.NDArray[np.int64]
T = TypeVar("T", bound=Hashable)
Mask = npt.NDArray[np.bool_]

_MATRIX = "rows.npy"
_NAMES = "names.json"
NO_GROUP = -1


class _Names(msgspec.Struct):
    """What the numbers in the matrix stand for, and what the indexes were built from."""

    documents: list[str]
    languages: list[str]
    audiences: list[list[str]]
    digest: str
    encoder: str
    dim: int


@dataclass(frozen=True)
class RowTable:
    """One entry per row in every array; ``document``, ``language`` and ``audience`` point into the names."""

    names: _Names
    key: Ints
    document: Ints
    pool: Ints
    language: Ints
    audience: Ints
    group: Ints

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.key)

    @classmethod
    def build(cls, folder: Path, chunks: Sequence[StoredChunk], *, digest: str, encoder: str, dim: int) -> RowTable:
        """Write the table of ``chunks``, already in row order, into the fresh ``folder``."""
        documents = _numbering(chunk.document_id for chunk in chunks)
        languages = _numbering(chunk.language for chunk in chunks)
        audiences = _numbering(tuple(sorted(chunk.audience)) for chunk in chunks)
        groups = _numbering(chunk.group for chunk in chunks if chunk.group is not None)
        rows = [
            (
                chunk.key,
                documents[chunk.document_id],
                POOLS.index(chunk.pool),
                languages[chunk.language],
                audiences[tuple(sorted(chunk.audience))],
                NO_GROUP if chunk.group is None else groups[chunk.group],
            )
            for chunk in chunks
        ]
        names = _Names(
            documents=list(documents),
            languages=list(languages),
            audiences=[list(audience) for audience in audiences],
            digest=digest,
            encoder=encoder,
            dim=dim,
        )
        matrix = np.array(rows, np.int64).reshape(-1, 6).T.copy()
        folder.mkdir(parents=True)
        np.save(folder / _MATRIX, matrix, allow_pickle=False)
        (folder / _NAMES).write_bytes(msgspec.json.encode(names))
        return cls(names, *matrix)

    @classmethod
    def open(cls, folder: Path) -> RowTable:
        """Read the table in ``folder``.

        Raises:
            ArtifactMissing, ArtifactCorrupt: it is gone or damaged.
        """
        try:
            names = msgspec.json.decode((folder / _NAMES).read_bytes(), type=_Names)
            matrix = np.load(folder / _MATRIX, allow_pickle=False)
        except FileNotFoundError as error:
            raise ArtifactMissing(f"{folder}: missing. Rebuild the indexes: replyassist doctor.") from error
        except (ValueError, OSError, EOFError) as error:
            raise _corrupt(folder) from error
        if matrix.ndim != 2 or matrix.shape[0] != 6 or matrix.dtype != np.int64:
            raise _corrupt(folder)
        return cls(names, *matrix)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names.documents)}

    def slices(self) -> list[tuple[str, slice]]:
        """Return each language with its range of rows."""
        bounds = np.searchsorted(self.language, np.arange(len(self.names.languages) + 1))
        return [(name, slice(int(bounds[i]), int(bounds[i + 1]))) for i, name in enumerate(self.names.languages)]

    def visible(self, audience: Collection[str], exclude: Collection[str] = ()) -> Mask:
        """Return which rows a reader of ``audience`` may see, without the documents in ``exclude``."""
        readable = np.array([bool(set(a) & set(audience)) for a in self.names.audiences], bool)
        mask: Mask = readable[self.audience] if self.size else np.zeros(0, bool)
        if exclude:
            hidden = [self._numbers[name] for name in exclude if name in self._numbers]
            mask &= ~np.isin(self.document, hidden)
        return mask

    def of_pool(self, pool: Pool) -> Mask:
        """Return which rows belong to ``pool``."""
        mask: Mask = self.pool == POOLS.index(pool)
        return mask

    def language_code(self, language: str | None) -> int:
        """Return the number of ``language`` in the table, -1 when it is not there or not known."""
        return self.names.languages.index(language) if language in self.names.languages else -1


def _numbering(values: Iterable[T]) -> dict[T, int]:
    numbers: dict[T, int] = {}
    for value in values:
        numbers.setdefault(value, len(numbers))
    return numbers


def _corrupt(folder: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{folder}: damaged row table. Rebuild the indexes: replyassist doctor.")
