"""The data model: what goes in, what comes out, and nothing else.

All types are immutable. Each is validated where it is constructed and once more, field type by field
type, where it enters as untyped data (:func:`parse`); after that it is trusted. The JSON form of a type
(:func:`to_json`) is the one schema of the library, the command line and the HTTP API.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from replyassist.errors import DataError

SCHEMA_VERSION = 1
"""Version of the JSON form of :class:`Suggestion`; raised when a reader must change."""

LANGUAGES = ("nb", "sv", "da", "fi", "en")
"""The languages that every part supports alike. Nynorsk (``nn``) is recognised and served as ``nb``."""

Channel = Literal["email", "chat", "social", "web", "phone"]
Pool = Literal["article", "resolution", "macro"]
Role = Literal["customer", "agent", "note"]
Severity = Literal["info", "warning", "critical"]
Tier = Literal["suggest", "preselect", "automate"]
"""What may be done with a tag: shown beside others, filled in for the agent to see, or acted on alone."""

POOLS: tuple[Pool, ...] = ("article", "resolution", "macro")
URGENCIES = ("low", "normal", "high", "urgent")
PUBLIC = frozenset({"public"})

T = TypeVar("T")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all types here: immutable, keyword-only, every field present in its JSON form."""


def _check_text(field: str, value: str) -> None:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise DataError(f"{field} holds an unpaired surrogate at offset {error.start}") from None


def _check_id(value: str) -> None:
    if not value or len(value) > 512 or any(ord(c) < 32 for c in value):
        raise DataError("id must be 1 to 512 characters without control characters")
    _check_text("id", value)


def _check_aware(field: str, value: datetime | None) -> None:
    if value is not None and value.tzinfo is None:
        raise DataError(f"{field} needs a time zone, for example 2026-03-03T09:12:00Z")


class Customer(Record, frozen=True, kw_only=True):
    """Who writes. ``previous_contacts`` counts earlier tickets about the same matter."""

    id: str | None = None
    name: str | None = None
    tier: str | None = None
    previous_contacts: int = 0


class Turn(Record, frozen=True, kw_only=True):
    """An earlier entry of the same conversation. A ``note`` is internal and never quoted to a customer."""

    role: Role
    text: str
    at: datetime | None = None


class Message(Record, frozen=True, kw_only=True):
    """One incoming message, as received: ``text`` may be HTML or plain and hold quoted replies.

    >>> Message(id="42", text="Hvor er pakken min?").channel
    'email'
    """

    id: str = "message"
    text: str
    subject: str = ""
    channel: Channel = "email"
    language: str | None = None
    received_at: datetime | None = None
    due_at: datetime | None = None
    customer: Customer | None = None
    thread: tuple[Turn, ...] = ()
    fields: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        _check_id(self.id)
        _check_text("text", self.text)
        _check_text("subject", self.subject)
        _check_aware("received_at", self.received_at)
        _check_aware("due_at", self.due_at)


class Article(Record, frozen=True, kw_only=True):
    """A knowledge-base article in Markdown. Articles that share ``group`` are translations of one another.

    ``audience`` names who may read it: ``public``, ``internal``, or groups of the team's own naming.
    """

    id: str
    title: str
    body: str
    language: str | None = None
    audience: frozenset[str] = PUBLIC
    url: str | None = None
    updated_at: datetime | None = None
    verified_until: datetime | None = None
    labels: tuple[str, ...] = ()
    group: str | None = None

    def __post_init__(self) -> None:
        _check_id(self.id)
        _check_text("title", self.title)
        _check_text("body", self.body)
        _check_aware("updated_at", self.updated_at)
        _check_aware("verified_until", self.verified_until)
        if not self.audience:
            raise DataError("audience must name at least one group, for example public")


class Resolution(Record, frozen=True, kw_only=True):
    """A solved ticket: what was asked, and the public answer that solved it.

    ``articles`` are ids of the articles that the agent linked or used: ``build`` learns from them what is relevant.
    """

    id: str
    question: str
    answer: str
    subject: str = ""
    language: str | None = None
    intent: str | None = None
    urgency: str | None = None
    csat: float | None = None
    reopened: bool = False
    resolved_at: datetime | None = None
    audience: frozenset[str] = PUBLIC
    articles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        _check_text("question", self.question)
        _check_text("answer", self.answer)
        _check_aware("resolved_at", self.resolved_at)
        if self.csat is not None and not 0.0 <= self.csat <= 1.0:
            raise DataError("csat must lie between 0 and 1 (divide a five-star score by 5)")


class Macro(Record, frozen=True, kw_only=True):
    """A saved reply. Slots are written ``{order_number}`` and filled from the ticket where certain."""

    id: str
    title: str
    body: str
    language: str | None = None
    audience: frozenset[str] = PUBLIC
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        _check_text("title", self.title)
        _check_text("body", self.body)


Document = Article | Resolution | Macro


class Span(Record, frozen=True, kw_only=True):
    """Half-open range ``[start, end)`` of characters in the cleaned text, and what it is.

    ``certain`` is set when a checksum or an unmistakable form proves it.
    """

    start: int
    end: int
    kind: str
    certain: bool = False


class Evidence(Record, frozen=True, kw_only=True):
    """A piece of the message that carried a decision; ``weight`` is positive for it, negative against."""

    text: str
    weight: float
    start: int = -1
    end: int = -1


class Alternative(Record, frozen=True, kw_only=True):
    """A label that was not chosen, with its calibrated probability."""

    label: str
    probability: float


class Prediction(Record, frozen=True, kw_only=True):
    """A tag with its calibrated probability.

    ``tier`` says what may be done with it, ``accepted`` that this is to act on it alone under the chosen error rate.
    ``candidates`` is the set of labels that holds the right one with the chosen coverage ("one of these two"), empty
    when it would take more than five, without a label, and in a language whose messages were not measured. ``label``
    is none when the model abstains; ``abstained`` then names the reason, and ``alternatives`` are guesses.
    """

    label: str | None = None
    probability: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    accepted: bool = False
    tier: Tier = "suggest"
    candidates: tuple[str, ...] = ()
    abstained: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Neighbour(Record, frozen=True, kw_only=True):
    """A labelled message by its id, and how alike it is (cosine, at most 1)."""

    id: str
    label: str
    similarity: float


class Explanation(Record, frozen=True, kw_only=True):
    """Why a message got a tag.

    ``words`` and ``signals`` are exact shares of the score of the label (the first guess where there is no label);
    ``without`` are words without which ``runner_up`` or another would have come first; ``neighbours`` are the most
    similar labelled messages.
    """

    task: str
    prediction: Prediction
    words: tuple[Evidence, ...] = ()
    signals: tuple[Evidence, ...] = ()
    runner_up: str | None = None
    without: tuple[str, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()


class Flag(Record, frozen=True, kw_only=True):
    """A reason why a person with more authority must see the message.

    ``start`` and ``end`` point into the cleaned text (-1 when the reason is not in the text).
    """

    code: str
    severity: Severity
    reason: str
    evidence: str = ""
    start: int = -1
    end: int = -1
    route: str | None = None


class Tags(Record, frozen=True, kw_only=True):
    """What a message is. ``text`` is the cleaned text that all offsets refer to."""

    message_id: str
    text: str
    language: str
    language_probability: float
    intents: tuple[Prediction, ...] = ()
    urgency: Prediction | None = None
    sentiment: Prediction | None = None
    flags: tuple[Flag, ...] = ()
    personal_data: tuple[Span, ...] = ()


Mark = Literal["outdated", "unverified", "reopened", "badly_rated"]


class Hit(Record, frozen=True, kw_only=True):
    """One piece of evidence found for a message.

    ``lexical`` is the share of the query's achievable BM25 score, ``dense`` a cosine; ``relevance``
    estimates the probability that the source answers the message. ``marks`` say what to beware of: an article whose
    verification has run out, or that was never verified where others are; a past ticket that was reopened or rated
    badly. ``duplicates`` are ids of sources that say all but the same.
    """

    source_id: str
    pool: Pool
    title: str
    text: str
    language: str
    start: int
    end: int
    lexical: float
    dense: float
    relevance: float
    why: str = ""
    url: str | None = None
    group: str | None = None
    audience: frozenset[str] = PUBLIC
    updated_at: datetime | None = None
    marks: tuple[Mark, ...] = ()
    duplicates: tuple[str, ...] = ()


SentenceKind = Literal["greeting", "acknowledgement", "answer", "next_step", "closing", "signature"]


class DraftSentence(Record, frozen=True, kw_only=True):
    """A sentence (or list item) of a draft and the ids of the sources that support it."""

    text: str
    kind: SentenceKind
    citations: tuple[str, ...] = ()


class Draft(Record, frozen=True, kw_only=True):
    """A proposed reply. ``grounded_share`` is the share of answer sentences with a citation."""

    text: str
    language: str
    kind: Literal["extractive", "macro", "llm"]
    sentences: tuple[DraftSentence, ...]
    open_slots: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    grounded_share: float = 1.0


class Suggestion(Record, frozen=True, kw_only=True):
    """Everything an agent is shown for one message. Drafts come best first; none has a reason."""

    message_id: str
    tags: Tags
    schema_version: int = SCHEMA_VERSION
    drafts: tuple[Draft, ...] = ()
    no_draft_reason: str | None = None
    hits: Mapping[Pool, tuple[Hit, ...]] = {}
    flags: tuple[Flag, ...] = ()
    handover_note: str | None = None
    timings_ms: Mapping[str, float] = {}
    models: Mapping[str, str] = {}


def parse(kind: type[T], raw: object, *, where: str | None = None) -> T:
    """Turn untyped data (a decoded JSON object, a table row) into ``kind``.

    Raises:
        DataError: a field is missing, unknown or of the wrong type; the message names the field, never
            its value.
    """
    try:
        return msgspec.convert(raw, kind, strict=True)
    except msgspec.ValidationError as error:
        raise DataError(_without_values(str(error)), where=where) from None


def _without_values(message: str) -> str:
    """Drop the offending value that msgspec repeats for literals: it may be customer text."""
    if message.startswith("Invalid enum value"):
        place = message.rpartition(" - at ")[2]
        return f"value is not one of the allowed ones - at {place}"
    return message


def to_builtins(value: Record) -> dict[str, Any]:
    """Return the JSON form of ``value`` as plain dictionaries, lists and strings."""
    result: dict[str, Any] = msgspec.to_builtins(value)
    return result


def to_json(value: Record | list[Record]) -> bytes:
    """Return the JSON form of ``value`` as UTF-8 bytes, keys in a fixed order."""
    return msgspec.json.encode(value, order="deterministic")
