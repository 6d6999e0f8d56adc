"""Open slots: other people's data never survives, this ticket's data fills in only where certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.draft.slots import fill, known_values, open_masks, open_slots
from replyassist.types import Message, Span, Tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Hei [PERSON_1],\nordre [ORDER_NUMBER_1] er sendt.",
            "Hei {customer_name},\nordre {order_number} er sendt.",
        ),
        ("Hej [PERSON_1], din order", "Hej {customer_name}, din order"),
        ("Moi [PERSON_2]!\nTilaus [ORDER_NUMBER_2]", "Moi {customer_name}!\nTilaus {order_number}"),
        ("Ring [PERSON_1] på [PHONE_1]", "Ring {person} på {phone}"),
        (
            "[ORDER_NUMBER_1], [ORDER_NUMBER_2], [ORDER_NUMBER_1]",
            "{order_number}, {order_number_2}, {order_number}",
        ),
        ("[not a mask] [X_1] [ORDER_NUMBER_99999]", "[not a mask] [X_1] [ORDER_NUMBER_99999]"),
    ],
)
def test_masks_become_named_slots(text: str, expected: str) -> None:
    assert open_masks(text) == expected


def tags(text: str, *spans: Span) -> Tags:
    return Tags(message_id="1", text=text, language="nb", language_probability=1.0, personal_data=spans)


def test_a_value_named_once_is_certain_and_two_values_are_not() -> None:
    text = "ordre MV-123456 og MV-654321, ring 40 00 00 00"
    first = Span(start=6, end=15, kind="order_number")
    second = Span(start=19, end=28, kind="order_number")
    phone = Span(start=35, end=46, kind="phone")
    message = Message(text=text, fields={"delivery_date": "3. mars", "Bad Key": "x"})
    assert known_values(message, tags(text, first, second, phone), "Kari") == {
        "phone": "40 00 00 00",
        "delivery_date": "3. mars",
        "customer_name": "Kari",
    }
    assert known_values(message, tags(text, first), None)["order_number"] == "MV-123456"


def test_filled_values_are_never_scanned_again() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"
    assert open_slots("{order_number} {x} {order_number} {Not}") == ("order_number", "x")


@given(st.text(max_size=200))
def test_text_without_masks_is_left_alone(text: str) -> None:
    if "[" not in text:
        assert open_masks(text) == text
    if "{" not in text:
        assert fill(text, {"a": "b"}) == text
