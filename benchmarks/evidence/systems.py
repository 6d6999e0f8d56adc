"""What is searched, what is asked, and what every compared system must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from replyassist.types import Pool

DEPTH = 100
"""Documents that every system is asked for; metrics look at the first ten."""


@dataclass(frozen=True)
class Past:
    """What else is known of a past ticket: what was asked, and how it ended (``csat`` from 0 to 1)."""

    question: str = ""
    csat: float | None = None
    reopened: bool = False
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class Document:
    """Something that may answer. Of a past ticket ``title`` is the subject and ``body`` the answer.

    Documents of one ``group`` are translations of one another.
    """

    id: str
    title: str
    body: str
    language: str
    pool: Pool = "article"
    group: str | None = None
    past: Past = Past()

    @property
    def text(self) -> str:
        """Return what peers index."""
        return "\n".join(part for part in (self.title, self.past.question, self.body) if part)


@dataclass(frozen=True)
class Ask:
    """A query in ``language``; documents whose ids are in ``without`` may not be found."""

    text: str
    language: str
    without: frozenset[str] = frozenset()


Ranking = list[tuple[str, float]]
"""Document ids with scores, best first."""


class Index(Protocol):
    """A system that has indexed documents."""

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return up to :data:`DEPTH` documents for each ask."""


class Remembered:
    """An index that answers the same asks only once; others are built upon it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[tuple[Ask, ...], list[Ranking]] = {}

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return what the index returns."""
        key = tuple(asks)
        if key not in self._known:
            self._known = {key: self._index.rank(asks)}
        return self._known[key]


def deepest(asks: Sequence[Ask]) -> int:
    """Return how deep to search so that :data:`DEPTH` documents are left for every ask."""
    return DEPTH + max((len(ask.without) for ask in asks), default=0)


def kept(found: Ranking, ask: Ask) -> Ranking:
    """Return what of a deep ranking may be found."""
    return [(name, score) for name, score in found if name not in ask.without][:DEPTH]
