"""What a reader is told to beware of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from replyassist.retrieve.marks import Marker
from replyassist.types import Article, Document, Macro, Mark, Resolution

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def article(until: datetime | None = None) -> Article:
    return Article(id="a", title="Retur", body="30 dager", verified_until=until)


def ticket(*, csat: float | None = None, reopened: bool = False) -> Resolution:
    return Resolution(id="t", question="Hvor?", answer="Der.", csat=csat, reopened=reopened)


@pytest.mark.parametrize(
    ("until", "marks"),
    [
        (NOW - SECOND, ("outdated",)),
        (NOW - timedelta(days=3000), ("outdated",)),
        (NOW, ()),
        (NOW + SECOND, ()),
        # The same moment and a second before it, on another clock.
        (datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2))), ()),
        (datetime(2026, 5, 1, 13, 59, 59, tzinfo=timezone(timedelta(hours=2))), ("outdated",)),
    ],
)
@pytest.mark.parametrize("verifies", [True, False])
def test_an_article_is_outdated_once_its_verification_has_run_out(
    until: datetime, marks: tuple[Mark, ...], verifies: bool
) -> None:
    assert Marker(verifies).marks(article(until), NOW) == marks
    assert Marker(verifies).marks(article(until), None) == ()


@pytest.mark.parametrize("now", [NOW, None])
def test_an_unverified_article_is_marked_only_where_others_are_verified(now: datetime | None) -> None:
    assert Marker(True).marks(article(), now) == ("unverified",)
    assert Marker(False).marks(article(), now) == ()


@pytest.mark.parametrize(
    ("document", "marks"),
    [
        (ticket(), ()),
        (ticket(csat=0.0), ("badly_rated",)),
        (ticket(csat=0.49), ("badly_rated",)),
        (ticket(csat=0.5), ()),
        (ticket(csat=1.0), ()),
        (ticket(reopened=True), ("reopened",)),
        (ticket(reopened=True, csat=1.0), ("reopened",)),
        (ticket(reopened=True, csat=0.2), ("reopened", "badly_rated")),
        (Macro(id="m", title="Hei", body="Hei!"), ()),
    ],
)
@pytest.mark.parametrize("verifies", [True, False])
@pytest.mark.parametrize("now", [NOW, None])
def test_past_tickets_are_marked_by_how_they_ended(
    document: Document, marks: tuple[Mark, ...], verifies: bool, now: datetime | None
) -> None:
    assert Marker(verifies).marks(document, now) == marks
