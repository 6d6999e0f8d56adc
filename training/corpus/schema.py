"""What a row of the corpus holds. One JSON object per line; offsets are half-open character ranges."""

from __future__ import annotations

from typing import Literal

import msgspec

from replyassist.types import Channel

Split = Literal["train", "validation", "test"]
Audience = Literal["public", "internal"]
Quality = Literal["good", "wrong", "outdated", "contradicted"]

MISSING = (
    *("order_number", "customer_number", "invoice_number", "product", "variant", "date", "amount", "address", "email"),
    *("phone", "photo", "receipt", "error_text", "device", "licence_plate", "meter_reading", "bank_account", "proof"),
    *("reason", "question"),
)
"""What a customer may still have to tell before an agent can finish."""


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all rows: immutable, every field present in the file."""


class Mark(Row, frozen=True, kw_only=True):
    """A labelled range of a text; ``text`` repeats the words, so that a shifted offset is seen."""

    start: int
    end: int
    kind: str
    text: str


class Turn(Row, frozen=True, kw_only=True):
    """An earlier entry of the conversation."""

    role: Literal["customer", "agent"]
    text: str
    personal: tuple[Mark, ...] = ()


class Message(Row, frozen=True, kw_only=True):
    """A customer's message with its labels (GUIDELINES.md says what each means)."""

    id: str
    language: str
    channel: Channel
    subject: str
    text: str
    thread: tuple[Turn, ...]
    intents: tuple[str, ...]
    acceptable: tuple[str, ...]
    urgency: Literal["low", "normal", "high", "urgent"]
    sentiment: Literal["negative", "neutral", "positive"]
    codes: tuple[Mark, ...]
    topics: tuple[str, ...]
    missing: tuple[str, ...]
    personal: tuple[Mark, ...]


class Ticket(Row, frozen=True, kw_only=True):
    """A resolved ticket. ``flaw`` says what is wrong with a reply whose ``quality`` is not good."""

    id: str
    language: str
    channel: Channel
    subject: str
    question: str
    reply: str
    intent: str
    urgency: Literal["low", "normal", "high", "urgent"]
    topics: tuple[str, ...]
    csat: int | None
    reopened: bool
    received_on: str
    resolved_on: str
    quality: Quality
    flaw: str
    question_personal: tuple[Mark, ...]
    reply_personal: tuple[Mark, ...]


class Article(Row, frozen=True, kw_only=True):
    """One topic's article in one language. Articles of one topic were written apart, from the same facts."""

    id: str
    topic: str
    language: str
    audience: Audience
    title: str
    body: str


class Macro(Row, frozen=True, kw_only=True):
    """A saved reply with slots such as ``{order_number}``."""

    id: str
    language: str
    title: str
    body: str
    topics: tuple[str, ...]


class ParityMessage(Row, frozen=True, kw_only=True):
    """One message in all five languages with the same facts and tone, labelled once."""

    id: str
    sector: str
    channel: Channel
    texts: dict[str, str]
    intents: tuple[str, ...]
    acceptable: tuple[str, ...]
    urgency: Literal["low", "normal", "high", "urgent"]
    sentiment: Literal["negative", "neutral", "positive"]
    codes: tuple[str, ...]


class Topic(Row, frozen=True, kw_only=True):
    """What an article must hold, in English; the writers of all languages started from it."""

    id: str
    name: str
    intents: tuple[str, ...]
    frequency: Literal["common", "usual", "rare"]
    audience: Audience
    facts: str
    customer_situations: tuple[str, ...]


class Unanswered(Row, frozen=True, kw_only=True):
    """Something customers ask that no article answers."""

    ask: str
    intent: str


class Profile(Row, frozen=True, kw_only=True):
    """A fictional organisation: its one-page profile and its topics."""

    id: str
    slug: str
    name: str
    sector: str
    home: str
    what: str
    tone: str
    terms: str
    prices: str
    places_and_products: tuple[str, ...]
    agents: tuple[str, ...]
    topics: tuple[Topic, ...]
    unanswered: tuple[Unanswered, ...]
