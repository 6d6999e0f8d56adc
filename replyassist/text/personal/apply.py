"""Masking as the rest of the product needs it: several texts as one, and texts to learn from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from replyassist.text.personal.finder import find, mask_personal_data
from replyassist.text.personal.mask import PLACEHOLDER
from replyassist.types import Span

_SEPARATOR = "\n\n\u241e\n\n"
_BLANKS = re.compile(r"[ \t]{2,}")


def mask_together(texts: Sequence[str], language: str | None = None) -> tuple[str, ...]:
    """Mask several texts of one case, so that one value gets one placeholder in all of them.

    >>> mask_together(("Ordre MV-123456?", "MV-123456 er sendt."))
    ('Ordre [ORDER_NUMBER_1]?', '[ORDER_NUMBER_1] er sendt.')
    """
    joined = _SEPARATOR.join(text.replace("\u241e", " ") for text in texts)
    return tuple(mask_personal_data(joined, language).split(_SEPARATOR))


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
