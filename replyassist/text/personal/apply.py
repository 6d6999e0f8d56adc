"""Masking as the rest of the product needs it: several texts as one, and texts to learn from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from replyassist.text.personal.finder import MAX_ROUNDS, find, with_repeats
from replyassist.text.personal.mask import PLACEHOLDER, mask
from replyassist.types import Span

_SEPARATOR = "\n\n\u241e\n\n"
_BLANKS = re.compile(r"[ \t]{2,}")


def mask_together(texts: Sequence[str], language: str | None = None) -> tuple[str, ...]:
    """Mask several texts of one case, so that one value gets one placeholder in all of them.

    >>> mask_together(("Ordre MV-123456?", "MV-123456 er sendt."))
    ('Ordre [ORDER_NUMBER_1]?', '[ORDER_NUMBER_1] er sendt.')
    """
    parts = [text.replace("\u241e", " ") for text in texts]
    for _ in range(MAX_ROUNDS):
        spans = _find_in_parts(parts, language)
        if not spans:
            break
        parts = mask(_SEPARATOR.join(parts), spans).text.split(_SEPARATOR)
    return tuple(parts)


def _find_in_parts(parts: Sequence[str], language: str | None) -> tuple[Span, ...]:
    """Return the spans of each part, and of the same values in the other parts, as offsets of the joined text.

    Each part is searched by itself, since a name is also known by standing in a text's last line.
    """
    found: list[Span] = []
    offset = 0
    for part in parts:
        found += [replace(s, start=s.start + offset, end=s.end + offset) for s in find(part, language=language)]
        offset += len(part) + len(_SEPARATOR)
    return with_repeats(_SEPARATOR.join(parts), tuple(found)) if found else ()


def impersonal(subject: str, text: str, spans: Sequence[Span] | None = None) -> str:
    """Return subject and text without personal data and placeholders: what may be learned from or searched by.

    ``spans`` are those of ``text`` if they are already found.
    """
    plain = _leave_out(text, find(text) if spans is None else spans)
    if not subject:
        return plain
    return f"{_leave_out(subject, find(subject))}\n{plain}"


def _leave_out(text: str, spans: Sequence[Span]) -> str:
    if spans:
        pieces, position = [], 0
        for span in spans:
            pieces.append(text[position : span.start])
            position = span.end
        text = " ".join([*pieces, text[position:]])
    return strip_placeholders(text)


def strip_placeholders(text: str) -> str:
    """Return ``text`` without the placeholders that masking left."""
    if "[" not in text:
        return text
    return _BLANKS.sub(" ", PLACEHOLDER.sub(" ", text))
