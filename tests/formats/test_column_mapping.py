"""Which column holds what."""

from __future__ import annotations

import pytest

from replyassist.errors import ConfigError, DataError
from replyassist.formats.columns import (
    ARTICLE_FIELDS,
    MESSAGE_FIELDS,
    RESOLUTION_FIELDS,
    parse_map,
    resolve_columns,
)


def messages(*columns: str, **mapping: str) -> dict[str, str]:
    return resolve_columns(columns, MESSAGE_FIELDS, required=("text",), mapping=mapping)


def test_a_mapping_is_read_as_typed() -> None:
    assert parse_map("text=body,id=ticket_id") == {"text": "body", "id": "ticket_id"}
    assert parse_map(' Text = Body , "subject=Subject, full",id=a=b') == {
        "text": "Body",
        "subject": "Subject, full",
        "id": "a=b",
    }


@pytest.mark.parametrize("option", ["text", "text=", "=body", "text=body,", "txt=body"])
def test_a_wrong_mapping_says_what_to_type(option: str) -> None:
    with pytest.raises(ConfigError, match=r"--map"):
        parse_map(option)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("Melding", "Emne", "Saksnummer", "Opprettet", "Kanal"), ("Melding", "Emne", "Saksnummer", "Opprettet")),
        (("Ämne", "Meddelande", "Ärendenummer", "Skapad"), ("Meddelande", "Ämne", "Ärendenummer", "Skapad")),
        (("Sagsnummer", "Emne", "Besked", "Oprettet"), ("Besked", "Emne", "Sagsnummer", "Oprettet")),
        (("Tapausnumero", "Aihe", "Viesti", "Luotu"), ("Viesti", "Aihe", "Tapausnumero", "Luotu")),
        (
            ("TICKET_ID", "Subject", "message-body", "created_at"),
            ("message-body", "Subject", "TICKET_ID", "created_at"),
        ),
        (
            ("Ticket ID", "Subject", "Description", "Status", "Created time"),  # Freshdesk
            ("Description", "Subject", "Ticket ID", "Created time"),
        ),
        (
            ("Issue key", "Issue id", "Summary", "Description", "Created", "Comment"),  # Jira
            ("Description", "Summary", "Issue key", "Created"),
        ),
        (
            ("Ticket ID", "Ticket name", "Ticket description", "Create date"),  # HubSpot
            ("Ticket description", "Ticket name", "Ticket ID", "Create date"),
        ),
    ],
)
def test_common_names_are_recognised(columns: tuple[str, ...], expected: tuple[str, ...]) -> None:
    found = messages(*columns)
    assert (found["text"], found["subject"], found["id"], found["received_at"]) == expected


def test_a_comment_is_the_text_only_where_nothing_else_is() -> None:
    assert messages("Comment", "Melding")["text"] == "Melding"
    assert messages("Kommentti", "id")["text"] == "Kommentti"


def test_a_mapped_column_wins_and_serves_once() -> None:
    assert messages("text", "Body", text="body") == {"text": "Body"}
    assert messages("title", "text", text="title") == {"text": "title"}
    article = resolve_columns(("content", "title"), ARTICLE_FIELDS, required=("body",))
    assert article == {"body": "content", "title": "title"}
    solved = resolve_columns(
        ("Question", "Reply", "Satisfaction Score", "Reopens", "Solved at", "Priority"),
        RESOLUTION_FIELDS,
        required=("question", "answer"),
    )
    assert solved == {
        "question": "Question",
        "answer": "Reply",
        "csat": "Satisfaction Score",
        "reopened": "Reopens",
        "resolved_at": "Solved at",
        "urgency": "Priority",
    }


def test_what_cannot_be_mapped_lists_the_columns_and_the_option() -> None:
    with pytest.raises(DataError) as caught:
        resolve_columns(("nr", "ytring"), MESSAGE_FIELDS, required=("text",), where="in.csv")
    assert str(caught.value) == (
        "in.csv: no column is recognised as text. Columns found: nr, ytring. Name it: --map text=nr"
    )
    with pytest.raises(DataError, match=r"there is no column 'bdy' for text\. Columns found: body\. Change --map"):
        messages("body", text="bdy")
    with pytest.raises(DataError, match=r"There are no columns"):
        messages()


def test_a_first_line_of_data_is_not_printed() -> None:
    columns = ("17", "kari@example.no", "Hei jeg har ventet på pakken i tre uker nå", "12345678", "ok")
    with pytest.raises(DataError) as caught:
        resolve_columns(columns, MESSAGE_FIELDS, required=("text",))
    assert "Columns found: 17, column 2, column 3, column 4, ok." in str(caught.value)
    assert "kari" not in str(caught.value)
    with pytest.raises(DataError, match="and 70 more"):
        messages(*(f"c{i}" for i in range(100)))
