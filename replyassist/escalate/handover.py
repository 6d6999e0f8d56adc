"""The note for the person who takes a case over: what it is, why them, in whose words, what is known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from replyassist.escalate.texts import note_text, reason
from replyassist.types import Flag, Message, Tags

_QUOTE_CHARS = 160
_MAX_REASONS = 5
_SENTENCE_BREAK = re.compile(r"[.!?](?=\s)|\n\s*\n")
_SPACE = re.compile(r"\s+")


def handover_note(message: Message, tags: Tags, flags: Sequence[Flag], language: str = "en") -> str | None:
    """Return a short internal note in ``language``, or none if there is nothing to hand over.

    The note quotes the customer and is meant for colleagues only. At most five reasons are listed, in the
    order given.
    """
    if not flags:
        return None
    lines = [note_text("heading", language)]
    lines += [f"{note_text('about', language)}: {about}" for about in _about(message, tags)]
    lines.append(f"{note_text('why', language)}:")
    for flag in flags[:_MAX_REASONS]:
        quote = _quote(tags.text, flag)
        lines.append(f"- {reason(flag.code, language)}" + (f" {quote}" if quote else ""))
    if route := next((flag.route for flag in flags if flag.route), None):
        lines.append(f"{note_text('route', language)}: {route}")
    if known := _known(message, tags, language):
        lines.append(f"{note_text('known', language)}: {'; '.join(known)}")
    return "\n".join(lines)


def _about(message: Message, tags: Tags) -> list[str]:
    """Return the subject and intent in one piece, or nothing if neither is known."""
    intents = [prediction.label for prediction in tags.intents if prediction.label]
    parts = [_short(message.subject)] if message.subject.strip() else []
    parts += [f"({', '.join(intents)})"] if intents else []
    return [" ".join(parts)] if parts else []


def _quote(text: str, flag: Flag) -> str:
    """Return the sentence around the evidence in quotation marks, cut around the evidence if it is long."""
    if not 0 <= flag.start < flag.end <= len(text):
        return f"({flag.evidence})" if flag.evidence else ""
    start, end = 0, len(text)
    low = max(0, flag.start - _QUOTE_CHARS)
    for found in _SENTENCE_BREAK.finditer(text, low, flag.start):
        start = found.end()
    if after := _SENTENCE_BREAK.search(text, flag.end, flag.end + _QUOTE_CHARS):
        end = after.start() + 1
    if end - start > _QUOTE_CHARS:
        spare = max(0, _QUOTE_CHARS - (flag.end - flag.start)) // 2
        start, end = max(start, flag.start - spare), min(end, flag.end + spare)
    return f"“{_short(text[start:end], _QUOTE_CHARS)}”"


def _short(text: str, limit: int = 100) -> str:
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _known(message: Message, tags: Tags, language: str) -> list[str]:
    known = []
    customer = message.customer
    if customer and customer.tier:
        known.append(f"{note_text('tier', language)} {_short(customer.tier)}")
    if customer and customer.previous_contacts:
        known.append(f"{note_text('previous', language)} {customer.previous_contacts}")
    if tags.urgency and tags.urgency.label:
        label = tags.urgency.label
        known.append(f"{note_text('urgency', language)} {note_text(f'urgency_{label}', language)}")
    if message.due_at:
        known.append(f"{note_text('due', language)} {message.due_at:%Y-%m-%d %H:%M %Z}".rstrip())
    known.append(f"{note_text('language', language)} {tags.language}")
    return known
