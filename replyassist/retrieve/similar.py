"""Show what is all but the same only once."""

from __future__ import annotations

from msgspec.structs import replace

from replyassist.retrieve.lexical import words
from replyassist.types import Hit

SAME = 0.8
"""Jaccard similarity of the word pairs of two texts from which they count as one. A paragraph with one number or name
changed lies above it, texts written apart far below; of a single sentence every word must count."""

_RUN = 2


class NearDuplicates:
    """Collects hits, most relevant first; a near-duplicate joins the hit that it repeats."""

    def __init__(self) -> None:
        self._hits: list[Hit] = []
        self._runs: list[set[tuple[str, ...]]] = []

    def __len__(self) -> int:
        return len(self._hits)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What was collected, in the order of coming."""
        return tuple(self._hits)

    def add(self, hit: Hit) -> None:
        """Take ``hit`` up, or note its id with the hit it repeats."""
        runs = _word_runs(hit.text)
        for number, (other, known) in enumerate(zip(self._hits, self._runs, strict=True)):
            if other.language == hit.language and _jaccard(runs, known) >= SAME:
                self._hits[number] = replace(other, duplicates=(*other.duplicates, hit.source_id))
                return
        self._hits.append(hit)
        self._runs.append(runs)


def _word_runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + _RUN]) for i in range(max(1, len(found) - _RUN + 1))}


def _jaccard(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)
