"""Rows into messages, articles, resolutions, macros and labelled examples.

``columns`` says which column holds which field; see :func:`replyassist.formats.columns.resolve_columns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from replyassist.errors import DataError
from replyassist.formats import convert
from replyassist.formats.rows import Row
from replyassist.types import PUBLIC, Article, Macro, Message, Resolution, parse

Columns = Mapping[str, str]
T = TypeVar("T")

_MAX_ID = 512
_LIST_SEPARATOR = re.compile(r"[,;|]")
_MAX_CONTACTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with the labels a person gave it: training and evaluation data.

    ``id`` is the ticket's, or says where in its file the row stands.
    """

    text: str
    subject: str = ""
    intent: str | None = None
    urgency: str | None = None
    sentiment: str | None = None
    language: str | None = None
    id: str = ""


class _Cells:
    """The cells of one row by field name."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self._row, self._columns = row, columns

    def get(self, field: str) -> object:
        column = self._columns.get(field)
        return None if column is None else self._row.values.get(column)

    def text(self, field: str) -> str:
        return convert.to_text(self.get(field), field)

    def required(self, field: str) -> str:
        text = self.text(field)
        if not text.strip():
            raise DataError(f"{field} is empty")
        return text

    def name(self, field: str) -> str | None:
        value = self.get(field)
        return convert.to_id(value) if value is not None else None


def message_from_row(row: Row, columns: Columns) -> Message:
    """Return the message in ``row``.

    The text decides. A subject is taken if it is a string; a date, channel or customer field that cannot
    be read counts as not given, and an id that cannot be used is replaced by the row number.

    Raises:
        DataError: the text is missing or not a string; the message names the place, never the text.
    """
    cells = _Cells(row, columns)
    if cells.get("text") is None and not cells.get("subject"):
        raise DataError("there is no text in this row", where=row.place)
    return _placed(row, lambda: parse(Message, _message_fields(row, cells)))


def _message_fields(row: Row, cells: _Cells) -> dict[str, object]:
    subject = cells.get("subject")
    fields: dict[str, object] = {
        "id": _message_id(row, cells),
        "text": cells.text("text"),
        "subject": subject if isinstance(subject, str) else "",
        "channel": convert.to_channel(cells.get("channel")),
        "language": convert.to_language(cells.get("language")),
    }
    for field in ("received_at", "due_at"):
        try:
            fields[field] = convert.to_time(cells.get(field), field)
        except DataError:
            fields[field] = None
    customer = {"id": cells.name("customer_id"), "tier": cells.name("customer_tier")}
    contacts = cells.name("previous_contacts") or ""
    count = min(int(contacts[:9]), _MAX_CONTACTS) if contacts.isdecimal() else 0
    if count or any(customer.values()):
        fields["customer"] = {**customer, "previous_contacts": count}
    return fields


def _message_id(row: Row, cells: _Cells) -> str:
    name = cells.name("id")
    if name is None or len(name) > _MAX_ID or not name.isprintable():
        return str(row.number)
    return name


def _titled(row: Row, cells: _Cells) -> dict[str, object]:
    """Return what an article and a macro have in common; without a title the first line of the body serves."""
    body = cells.required("body")
    return {
        "id": cells.name("id") or str(row.number),
        "title": cells.text("title").strip() or first_line(body),
        "body": body,
        "language": convert.to_language(cells.get("language")),
        "audience": audience(cells.get("audience")),
    }


def article_from_row(row: Row, columns: Columns) -> Article:
    """Return the article in ``row``; without a title its first line serves.

    Raises:
        DataError: a field is missing or cannot be read.
    """
    cells = _Cells(row, columns)

    def fields() -> dict[str, object]:
        return {
            **_titled(row, cells),
            "url": cells.text("url").strip() or None,
            "updated_at": convert.to_time(cells.get("updated_at"), "updated_at"),
            "verified_until": convert.to_time(cells.get("verified_until"), "verified_until"),
            "labels": names(cells.get("labels"), "labels"),
            "group": cells.name("group"),
        }

    return _placed(row, lambda: parse(Article, fields()))


def resolution_from_row(row: Row, columns: Columns, *, scale: float = 5.0) -> Resolution:
    """Return the solved ticket in ``row``; ``scale`` is the best satisfaction score there is.

    Raises:
        DataError: a field is missing or cannot be read.
    """
    cells = _Cells(row, columns)

    def fields() -> dict[str, object]:
        return {
            "id": cells.name("id") or str(row.number),
            "question": cells.required("question"),
            "answer": cells.required("answer"),
            "subject": cells.text("subject"),
            "language": convert.to_language(cells.get("language")),
            "intent": cells.name("intent"),
            "urgency": convert.to_urgency(cells.get("urgency")),
            "csat": convert.to_csat(cells.get("csat"), scale),
            "reopened": convert.to_bool(cells.get("reopened"), "reopened"),
            "resolved_at": convert.to_time(cells.get("resolved_at"), "resolved_at"),
            "audience": audience(cells.get("audience")),
            "articles": ids(cells.get("articles"), "articles"),
        }

    return _placed(row, lambda: parse(Resolution, fields()))


def macro_from_row(row: Row, columns: Columns) -> Macro:
    """Return the saved reply in ``row``.

    Raises:
        DataError: a field is missing or cannot be read.
    """
    cells = _Cells(row, columns)

    def fields() -> dict[str, object]:
        return {
            **_titled(row, cells),
            "labels": names(cells.get("labels"), "labels"),
        }

    return _placed(row, lambda: parse(Macro, fields()))


def label_from_row(row: Row, columns: Columns) -> Labelled:
    """Return the labelled example in ``row``; a label may be missing, but not all of them.

    Raises:
        DataError: there is no text or no label, or one cannot be read.
    """
    cells = _Cells(row, columns)

    def build() -> Labelled:
        sentiment = cells.name("sentiment")
        example = Labelled(
            text=cells.required("text"),
            subject=cells.text("subject"),
            intent=cells.name("intent"),
            urgency=convert.to_urgency(cells.get("urgency")),
            sentiment=sentiment.casefold() if sentiment else None,
            language=convert.to_language(cells.get("language")),
            id=cells.text("id") or row.place,
        )
        if not (example.intent or example.urgency or example.sentiment):
            raise DataError("the row has no label (intent, urgency or sentiment)")
        if example.sentiment not in (None, "negative", "neutral", "positive"):
            raise DataError("sentiment must be negative, neutral or positive")
        return example

    return _placed(row, build)


def _placed(row: Row, build: Callable[[], T]) -> T:
    """Run ``build`` and add the row's place to what it complains about."""
    try:
        return build()
    except DataError as error:
        raise DataError(str(error), where=row.place) from None


def first_line(text: str) -> str:
    """Return the first line that says something, without Markdown heading marks, cut to 120 characters."""
    start = text.lstrip()[:500].split("\n", 1)[0]
    return start.lstrip("# ").strip()[:120] or "untitled"


def audience(value: object) -> list[str]:
    """Return who may read a document; nothing said means everyone.

    Raises:
        DataError: neither a name nor a list of names.
    """
    groups = [name.casefold() for name in names(value, "audience")]
    return groups or sorted(PUBLIC)


def ids(value: object, field: str) -> list[str]:
    """Return a list of ids as :func:`names` does; whole numbers are ids too.

    Raises:
        DataError: neither names nor numbers.
    """
    listed = value if isinstance(value, list) else [value] if isinstance(value, int) else None
    if listed is None:
        return names(value, field)
    return names([str(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in listed], field)


def names(value: object, field: str) -> list[str]:
    """Return a list of names from a list or from ``one, two; three``.

    Raises:
        DataError: neither.
    """
    if value is None:
        return []
    if isinstance(value, str):
        value = _LIST_SEPARATOR.split(value)
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise DataError(f"{field} must be a name or a list of names")
    return [name.strip() for name in value if name.strip()]
