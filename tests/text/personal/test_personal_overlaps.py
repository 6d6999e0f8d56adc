from __future__ import annotations

from replyassist.text.personal import KINDS
from replyassist.text.personal.overlaps import outside, strongest_wins
from replyassist.types import Span


def test_certain_beats_longer_and_stronger():
    sure = Span(start=2, end=5, kind="phone", certain=True)
    assert strongest_wins([Span(start=0, end=9, kind="iban"), sure]) == (sure,)


def test_then_kind_then_length_then_place():
    phone, order = Span(start=0, end=8, kind="phone"), Span(start=0, end=9, kind="order_number")
    assert strongest_wins([order, phone]) == (phone,)
    short, long = Span(start=0, end=4, kind="person"), Span(start=0, end=9, kind="person")
    assert strongest_wins([short, long]) == (long,)
    first, second = Span(start=0, end=4, kind="person"), Span(start=3, end=7, kind="person")
    assert strongest_wins([second, first]) == (first,)


def test_neighbours_stay_and_come_in_order():
    spans = [Span(start=5, end=9, kind="email"), Span(start=0, end=5, kind="person")]
    assert strongest_wins(spans) == (spans[1], spans[0])
    assert strongest_wins([]) == ()


def test_outside():
    spans = [Span(start=0, end=2, kind="ip"), Span(start=4, end=6, kind="ip")]
    assert outside(spans, [(1, 3)]) == [spans[1]]
    assert outside(spans, [(2, 4)]) == spans


def test_every_kind_has_a_strength():
    spans = [Span(start=i, end=i + 1, kind=kind) for i, kind in enumerate(KINDS)]
    assert strongest_wins(spans) == tuple(spans)
