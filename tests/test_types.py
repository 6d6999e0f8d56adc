"""The data model: validated where it enters, immutable, one JSON form."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.types import (
    Article,
    Customer,
    Hit,
    Macro,
    Message,
    Resolution,
    Suggestion,
    Tags,
    Turn,
    parse,
    to_builtins,
    to_json,
)


def test_types_are_immutable() -> None:
    message = Message(text="hei")
    with pytest.raises(AttributeError):
        message.text = "hade"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "raw", "error"),
    [
        (Message, {"id": "1"}, "missing required field `text`"),
        (Message, {"text": 3}, r"Expected `str`, got `int` - at `\$.text`"),
        (Message, {"text": "hei", "color": "red"}, "unknown field `color`"),
        (Message, {"text": "hei", "id": ""}, "1 to 512 characters"),
        (Message, {"text": "hei", "id": "a\x00b"}, "control characters"),
        (
            Message,
            {"text": "hei", "channel": "ola@example.no"},
            r"not one of the allowed ones - at `\$.channel`",
        ),
        (Message, {"text": "hei", "received_at": "2026-03-03T09:12:00"}, "needs a time zone"),
        (Message, {"text": "a\ud800"}, "unpaired surrogate at offset 1"),
        (Message, ["text"], "Expected `object`, got `array`"),
        (Article, {"id": "a", "title": "t", "body": "b", "audience": []}, "at least one group"),
        (Resolution, {"id": "a", "question": "q", "answer": "a", "csat": 4}, "between 0 and 1"),
        (Macro, {"id": "a", "title": "t"}, "missing required field `body`"),
    ],
)
def test_wrong_input_is_named_and_never_repeated(kind: type, raw: object, error: str) -> None:
    with pytest.raises(DataError, match=error) as caught:
        parse(kind, raw, where="inbox.jsonl:7")
    assert str(caught.value).startswith("inbox.jsonl:7: ")
    assert "ola@" not in str(caught.value)
    assert caught.value.where == "inbox.jsonl:7"


def test_constructing_checks_too() -> None:
    with pytest.raises(DataError, match="time zone"):
        Message(text="x", due_at=datetime(2026, 1, 1))


TEXT = st.text(max_size=40).filter(lambda s: not any("\ud800" <= c <= "\udfff" for c in s))


@given(text=TEXT, subject=TEXT, name=TEXT, fields=st.dictionaries(TEXT, TEXT, max_size=3))
def test_json_round_trip(text: str, subject: str, name: str, fields: dict[str, str]) -> None:
    message = Message(
        id="m-1",
        text=text,
        subject=subject,
        customer=Customer(name=name, previous_contacts=2),
        received_at=datetime(2026, 3, 3, 9, 12, tzinfo=UTC),
        thread=(Turn(role="agent", text=text),),
        fields=fields,
    )
    assert msgspec.json.decode(to_json(message), type=Message) == message
    assert parse(Message, msgspec.json.decode(to_json(message)), where="x") is not None


def test_a_suggestion_has_one_json_form() -> None:
    hit = Hit(
        source_id="a",
        pool="article",
        title="t",
        text="b",
        language="nb",
        start=0,
        end=1,
        lexical=0.1,
        dense=0.2,
        relevance=0.3,
    )
    tags = Tags(message_id="1", text="hei", language="nb", language_probability=0.9)
    suggestion = Suggestion(message_id="1", tags=tags, hits={"article": (hit,)}, no_draft_reason="x")
    raw = to_builtins(suggestion)
    assert raw["hits"]["article"][0]["relevance"] == 0.3
    assert msgspec.json.decode(to_json(suggestion), type=Suggestion) == suggestion
