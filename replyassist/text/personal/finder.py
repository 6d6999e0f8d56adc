"""Find personal data: run the recognisers, settle overlaps, find the same values again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from replyassist.text.personal import contact, credentials, identity, names, network, payment, place, reference
from replyassist.text.personal.mask import PLACEHOLDER, mask
from replyassist.text.personal.overlaps import outside, strongest_wins
from replyassist.text.personal.rules import Scan
from replyassist.types import Span

_RECOGNISERS = (
    contact.candidates,
    identity.candidates,
    payment.candidates,
    place.candidates,
    names.candidates,
    reference.candidates,
    network.candidates,
    credentials.candidates,
)
_MAX_REPEATED_VALUES = 64
MAX_ROUNDS = 8
_NAME_PART = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


def find(text: str, *, language: str | None = None) -> tuple[Span, ...]:
    """Return the personal data in ``text``: sorted, non-overlapping spans.

    ``certain`` marks those that a checksum or an unmistakable form proves. ``language`` is one of
    :data:`replyassist.types.LANGUAGES` and says whose national phone formats are expected; words that
    introduce personal data are recognised in all languages, since messages mix them. Placeholders that
    :func:`mask` left are not personal data.
    """
    scan = Scan(text, language)
    found = [span for recognise in _RECOGNISERS for span in recognise(scan)]
    if not found:
        return ()
    return with_repeats(text, strongest_wins(outside(found, _placeholders(text))))


def with_repeats(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return ``spans`` and, with them, every other place where the same values stand."""
    taken = [*_placeholders(text), *((span.start, span.end) for span in spans)]
    again = outside(_repeated(text, spans), taken)
    return strongest_wins((*spans, *again)) if again else spans


def _placeholders(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in PLACEHOLDER.finditer(text)] if "[" in text else []


def mask_personal_data(text: str, language: str | None = None) -> str:
    """Return ``text`` with its personal data replaced by placeholders; masking twice changes nothing more.

    A value may come to light only when its neighbour is masked, so this repeats until nothing is found.
    """
    for _ in range(MAX_ROUNDS):
        spans = find(text, language=language)
        if not spans:
            break
        text = mask(text, spans).text
    return text


def _repeated(text: str, spans: tuple[Span, ...]) -> Iterator[Span]:
    """Find what was recognised once wherever it stands again, even with no telling word beside it.

    At most a fixed number of distinct values is looked for, which keeps long texts linear.
    """
    values: dict[str, str] = {}
    for span in spans:
        value = text[span.start : span.end]
        if len(values) >= _MAX_REPEATED_VALUES:
            break
        if len(value) >= 4 or span.kind == "person":
            values.setdefault(value, span.kind)
        if span.kind == "person":
            values.update((part, "person") for part in _NAME_PART.findall(value) if len(part) >= 3)
    for value, kind in values.items():
        if text.count(value) > 1 or (kind == "person" and value in text):
            yield from _occurrences(text, value, kind)


def _occurrences(text: str, value: str, kind: str) -> Iterator[Span]:
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        if not (text[start - 1 : start].isalnum() and start) and not text[end : end + 1].isalnum():
            yield Span(start=start, end=end, kind=kind)
        start = text.find(value, end)
