"""Replace found spans by placeholders such as ``[EMAIL_1]``, and put the values back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from replyassist.errors import DataError
from replyassist.types import Span

KINDS = (
    *("email", "phone", "person", "national_id", "birth_date", "iban", "bank_account", "card", "address"),
    *("order_number", "meter_id", "licence_plate", "ip", "secret"),
)
"""Every kind of personal data that is looked for."""

PLACEHOLDER = re.compile(r"\[(" + "|".join(kind.upper() for kind in KINDS) + r")_([1-9][0-9]{0,5})\]")

_SPELLING_MATTERS = frozenset({"secret"})
_SEPARATORS = re.compile(r"[\s.()/–-]+")
_WORDS = frozenset({"person", "address", "email"})


class Masked(msgspec.Struct, frozen=True):
    """A text with placeholders, and what each stands for (the first spelling, where there were several)."""

    text: str
    values: Mapping[str, str]


def mask(text: str, spans: Sequence[Span]) -> Masked:
    """Replace ``spans`` in ``text``; one value gets one placeholder, however it is spaced or cased.

    Numbers already used by placeholders in ``text`` are not given out again.

    Raises:
        DataError: a span lies outside the text or overlaps another.
    """
    names: dict[tuple[str, str], str] = {}
    values: dict[str, str] = {}
    taken = _highest_numbers(text)
    pieces: list[str] = []
    position = 0
    for span in sorted(spans, key=lambda s: s.start):
        if not position <= span.start < span.end <= len(text):
            raise DataError("personal-data spans overlap or lie outside the text; pass what find() returned for it")
        value = text[span.start : span.end]
        key = (span.kind, _identity(span.kind, value))
        if key not in names:
            taken[span.kind] = taken.get(span.kind, 0) + 1
            names[key] = f"[{span.kind.upper()}_{taken[span.kind]}]"
            values[names[key]] = value
        pieces += (text[position : span.start], names[key])
        position = span.end
    pieces.append(text[position:])
    return Masked(text="".join(pieces), values=values)


def unmask(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` back for their placeholders; placeholders that are not among them stay."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(), match.group()), text)


def _identity(kind: str, value: str) -> str:
    if kind in _SPELLING_MATTERS:
        return value
    if kind in _WORDS:
        return " ".join(value.casefold().split())
    return _SEPARATORS.sub("", value).casefold()


def _highest_numbers(text: str) -> dict[str, int]:
    highest: dict[str, int] = {}
    if "[" in text:
        for match in PLACEHOLDER.finditer(text):
            kind = match[1].lower()
            highest[kind] = max(highest.get(kind, 0), int(match[2]))
    return highest
