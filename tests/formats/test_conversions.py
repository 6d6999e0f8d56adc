"""Lenient conversion of cells, and rows into our types."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.formats import Labelled, Row, convert
from replyassist.formats.records import (
    article_from_row,
    label_from_row,
    macro_from_row,
    message_from_row,
    resolution_from_row,
)
from replyassist.types import Article, Customer, Macro, Message, Resolution

NOON = datetime(2026, 3, 4, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-04T09:12:00Z", NOON),
        ("2026-03-04 09:12", NOON),
        ("2026-03-04T11:12:00.000+0200", NOON),
        ("2026-03-04 09:12:00 UTC", NOON),
        ("2026/03/04 09:12", NOON),
        ("04.03.2026 09:12", NOON),
        ("4.3.2026 klo 9.12", NOON),
        ("04.03.2026 kl. 09:12", NOON),
        ("4/3/2026 9:12 AM", NOON),
        ("04/Mar/26 9:12 AM", NOON),
        ("4. mars 2026 09:12", NOON),
        ("4. maaliskuuta 2026 klo 9.12", NOON),
        ("Wed, 04 Mar 2026 10:12:00 +0100", NOON),
        (1772615520, NOON),
        ("1772615520", NOON),
        (1772615520000, NOON),
        (datetime(2026, 3, 4, 9, 12), NOON),
        (NOON.astimezone(timezone(timedelta(hours=2))), NOON),
        ("2026-03-04", NOON.replace(hour=0, minute=0)),
        (date(2026, 3, 4), NOON.replace(hour=0, minute=0)),
        ("4.12.2026 12:05 pm", datetime(2026, 12, 4, 12, 5, tzinfo=UTC)),
        ("4. marraskuuta 2026", datetime(2026, 11, 4, tzinfo=UTC)),
        ("4. maj 2026", datetime(2026, 5, 4, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_dates(value: object, expected: datetime | None) -> None:
    found = convert.to_time(value, "at")
    assert found == expected
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "31.02.2026",
        "2026-13-01",
        "1.1.26 25:00",
        "4. foo 2026",
        1e300,
        float("nan"),
        True,
        [],
        "9" * 60,
        "x" * 99,
    ],
)
def test_what_is_no_date_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(DataError, match=r"^at is no date that can be read; write it as 2026-03-03T09:12:00Z$"):
        convert.to_time(value, "at")


@given(st.text(max_size=70))
def test_any_text_is_a_date_or_a_data_error(value: str) -> None:
    try:
        found = convert.to_time(value, "at")
    except DataError:
        return
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("nb", "nb"), ("no", "nb"), ("nn", "nb"), ("nb-NO", "nb"), ("nb_NO", "nb"), ("Norwegian", "nb"),
        ("no-NO", "nb"), ("Norsk bokmål", "nb"), ("sv-SE", "sv"), ("Svenska", "sv"), ("DA", "da"),
        ("dansk", "da"), ("fi-FI", "fi"), ("Suomi", "fi"), ("en_US", "en"), ("English", "en"), ("de-DE", "de"),
        ("", None), ("?", None), ("klingon language", None), (None, None), (False, None), (3, None),
    ],
)  # fmt: skip
def test_languages(value: object, code: str | None) -> None:
    assert convert.to_language(value) == code


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 5, 3], [0.2, 1.0, 0.6]),
        (["1,0", "4.0"], [0.2, 0.8]),
        ([0, 1], [0.0, 1.0]),
        ([0.25, "1"], [0.25, 1.0]),
        ([8, 10], [0.8, 1.0]),
        (["80 %", "100%", None], [0.8, 1.0, None]),
        ([45, 100], [0.45, 1.0]),
        (["Good", "Bad", "Offered", "Unoffered", ""], [1.0, 0.0, None, None, None]),
        (["fornøyd", "missnöjd", "tilfreds", "hyvä", "dårlig"], [1.0, 0.0, 1.0, 1.0, 0.0]),
    ],
)
def test_satisfaction_is_scaled_by_all_values_together(values: list[object], expected: list[float | None]) -> None:
    scale = convert.csat_scale(values)
    assert [convert.to_csat(value, scale) for value in values] == expected


@pytest.mark.parametrize("value", ["great!", -1, 101, "nan%", [5]])
def test_what_is_no_score_is_refused(value: object) -> None:
    with pytest.raises(DataError, match="csat"):
        convert.to_csat(value, 5.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True), (0, False), (2, True), ("ja", True), ("Kyllä", True), ("Yes", True), ("3", True),
        ("nei", False), ("nej", False), ("ei", False), ("", False), (None, False), ("0", False), ("FALSE", False),
    ],
)  # fmt: skip
def test_yes_and_no_in_five_languages(value: object, expected: bool) -> None:
    assert convert.to_bool(value, "reopened") is expected


def test_other_values() -> None:
    assert [convert.to_id(value) for value in (17, 17.0, " a ", 12345678901234567, "", None, True, [], 1.5)] == [
        "17", "17", "a", "12345678901234567", None, None, None, None, "1.5",
    ]  # fmt: skip
    words = ("Medium", "høy", "låg", "haster", "kiireellinen", "URGENT", "", None)
    assert [convert.to_urgency(word) for word in words] == [
        "normal", "high", "low", "urgent", "urgent", "urgent", None, None,
    ]  # fmt: skip
    channels = ("E-post", "Live Chat", "facebook", "portal", "puhelin", "pigeon", None, 3)
    assert [convert.to_channel(name) for name in channels] == [
        "email", "chat", "social", "web", "phone", "email", "email", "email",
    ]  # fmt: skip
    with pytest.raises(DataError, match="reopened must be yes or no"):
        convert.to_bool("maybe", "reopened")
    with pytest.raises(DataError, match="urgency must be one of low, normal, high, urgent"):
        convert.to_urgency("P1!")


def row(**values: object) -> Row:
    return Row(7, "in.csv:8", values)


def same(*fields: str) -> dict[str, str]:
    return {field: field for field in fields}


def test_a_message() -> None:
    columns = same(
        "id",
        "text",
        "subject",
        "channel",
        "language",
        "received_at",
        "customer_id",
        "customer_tier",
        "previous_contacts",
    )
    values = row(
        id=17, text="Hei", subject="Emne", channel="Chat", language="no", received_at="4.3.2026 klo 9.12",
        customer_id=5, customer_tier="gold", previous_contacts="2", other="ignored",
    )  # fmt: skip
    assert message_from_row(values, columns) == Message(
        id="17",
        text="Hei",
        subject="Emne",
        channel="chat",
        language="nb",
        received_at=NOON,
        customer=Customer(id="5", tier="gold", previous_contacts=2),
    )


def test_only_the_text_of_a_message_must_be_right() -> None:
    columns = same("id", "text", "subject", "language", "received_at", "previous_contacts")
    odd = row(id="a\nb", text="", subject=5, language=[], received_at="soon", previous_contacts="many")
    assert message_from_row(odd, columns) == Message(id="7", text="")
    assert message_from_row(row(text="x", id="i" * 600), columns).id == "7"
    assert message_from_row(row(text="x"), columns).id == "7"
    assert message_from_row(row(text=None, subject="Hei"), columns) == Message(id="7", text="", subject="Hei")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "there is no text in this row"),
        (17, "text must be a string, not a number"),
        (["secret"], "text must be a string, not a list"),
        ({"secret": 1}, "text must be a string, not an object"),
        ("secret \ud800", "text holds an unpaired surrogate at offset 7"),
    ],
)
def test_a_message_without_usable_text_names_the_place(text: object, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        message_from_row(row(text=text), same("text"))
    assert str(caught.value) == f"in.csv:8: {reason}"


@given(st.text(), st.text(), st.text())
def test_any_strings_make_a_message_or_a_data_error(text: str, name: str, subject: str) -> None:
    try:
        message = message_from_row(row(text=text, id=name, subject=subject), same("text", "id", "subject"))
    except DataError as error:
        reason = str(error)
    else:
        reason = "surrogate"
        assert message.text == text
    assert "surrogate" in reason


def test_documents() -> None:
    columns = same("id", "title", "body", "audience", "labels", "updated_at", "language")
    values = row(body="# Tittel\nTekst", audience="Internal; vip", labels=["a", " "], updated_at="2026-03-04")
    assert article_from_row(values, columns) == Article(
        id="7",
        title="Tittel",
        body="# Tittel\nTekst",
        audience=frozenset({"internal", "vip"}),
        labels=("a",),
        updated_at=NOON.replace(hour=0, minute=0),
    )
    assert macro_from_row(row(id="m", body="Hei {name}"), columns) == Macro(
        id="m", title="Hei {name}", body="Hei {name}"
    )
    solved = row(question="Hvor?", answer="Her.", csat="4", reopened="nei", urgency="Medium", intent="order_status")
    fields = same("question", "answer", "csat", "reopened", "urgency", "intent", "resolved_at")
    assert resolution_from_row(solved, fields) == Resolution(
        id="7", question="Hvor?", answer="Her.", csat=0.8, urgency="normal", intent="order_status"
    )
    for make, bad in (
        (article_from_row, row(body=" ")),
        (macro_from_row, row(body=None)),
        (article_from_row, row(body="x", updated_at="soon")),
        (article_from_row, row(body="x", id="a\x00b")),
        (article_from_row, row(body="x", audience=[1])),
    ):
        with pytest.raises(DataError, match=r"^in\.csv:8: "):
            make(bad, columns)
    with pytest.raises(DataError, match="answer is empty"):
        resolution_from_row(row(question="x"), fields)


def test_labelled_examples() -> None:
    columns = same("text", "intent", "urgency", "sentiment", "language")
    values = row(text="Viesti", intent="praise", urgency="Low", sentiment="Positive", language="Suomi")
    assert label_from_row(values, columns) == Labelled(
        text="Viesti", intent="praise", urgency="low", sentiment="positive", language="fi", id=values.place
    )
    for bad, reason in (
        (row(text="x"), "no label"),
        (row(text="", intent="a"), "text is empty"),
        (row(text="x", sentiment="sour"), "sentiment must be"),
        (row(text="x", urgency="P9"), "urgency must be"),
    ):
        with pytest.raises(DataError, match=reason):
            label_from_row(bad, columns)


def test_hostile_cells_take_linear_time() -> None:
    started = time.perf_counter()
    for value in ("a-" * 500_000, "1" * 1_000_000, " " * 1_000_000, "4." * 500_000):
        convert.to_language(value)
        convert.to_channel(value)
        for convert_one in (convert.to_bool, convert.to_time):
            with pytest.raises(DataError):
                convert_one("q" + value, "field")
    assert time.perf_counter() - started < 2
