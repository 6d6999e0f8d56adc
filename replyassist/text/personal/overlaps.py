"""Where two findings overlap, one rule settles it."""

from __future__ import annotations

from collections.abc import Iterable

from replyassist.types import Span

_WEAKEST_FIRST = (
    *("person", "address", "licence_plate", "order_number", "meter_id", "phone", "bank_account"),
    *("birth_date", "ip", "email", "card", "national_id", "iban", "secret"),
)
_STRENGTH = {kind: rank for rank, kind in enumerate(_WEAKEST_FIRST)}


def strongest_wins(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return non-overlapping spans in text order: certain before uncertain, then kind, then length.

    A finding that overlaps a stronger one is dropped whole; ties go to the one that starts first.
    """
    ranked = sorted(spans, key=lambda s: (not s.certain, -_STRENGTH[s.kind], s.start - s.end, s.start))
    covered = bytearray(max((span.end for span in ranked), default=0))
    kept = []
    for span in ranked:
        if covered.find(1, span.start, span.end) < 0:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return tuple(sorted(kept, key=lambda s: s.start))


def outside(spans: Iterable[Span], taken: Iterable[tuple[int, int]]) -> list[Span]:
    """Return those ``spans`` that touch none of the ``taken`` ranges."""
    ranges = list(taken)
    covered = bytearray(max((end for _, end in ranges), default=0))
    for start, end in ranges:
        covered[start:end] = b"\1" * (end - start)
    return [span for span in spans if covered.find(1, span.start, span.end) < 0]
