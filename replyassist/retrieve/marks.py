"""What a reader must know of a source before relying on it."""

from __future__ import annotations

from datetime import datetime

from replyassist.types import Article, Document, Mark, Resolution

LOW_RATING = 0.5
"""Satisfaction below which a past answer is marked."""


class Marker:
    """Marks documents; ``verifies`` says whether the team verifies its articles at all.

    Where it does not, an article that was never verified is nothing to remark on.
    """

    def __init__(self, verifies: bool) -> None:
        self._verifies = verifies

    def marks(self, document: Document, now: datetime | None) -> tuple[Mark, ...]:
        """Return the marks of ``document`` at ``now``; without it nothing is outdated."""
        if isinstance(document, Resolution):
            reopened: tuple[Mark, ...] = ("reopened",) if document.reopened else ()
            low = document.csat is not None and document.csat < LOW_RATING
            return (*reopened, "badly_rated") if low else reopened
        if not isinstance(document, Article):
            return ()
        if document.verified_until is None:
            return ("unverified",) if self._verifies else ()
        return ("outdated",) if now is not None and document.verified_until < now else ()
