"""The one way a number-like value is judged: a pattern, a proof and the words beside it.

Patterns begin with a character class, never with an assertion: the regex engine then skips to the next
candidate quickly, so that a text without digits costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from replyassist.text.personal import context
from replyassist.types import Span

_DIGIT = re.compile("[0-9]")

ALONE_BEFORE = r"(?<![\w+].)(?<![0-9][.,:/-].)"
"""Stands after the first digit of a pattern: that digit does not continue a word or a longer number."""

ALONE_AFTER = r"(?!\w|[.,:/-][0-9])"
"""Stands after the last digit of a pattern: the number does not go on."""


class Scan:
    """One text under examination, with what several recognisers ask about it worked out once."""

    __slots__ = ("_after", "_before", "has_digit", "language", "lowered", "text")

    def __init__(self, text: str, language: str | None) -> None:
        self.text = text
        self.language = language
        self.lowered = text.lower()
        """For asking whether a word occurs; its offsets need not be those of ``text``."""
        self.has_digit = _DIGIT.search(text) is not None
        self._before: dict[int, str | None] = {}
        self._after: dict[int, str | None] = {}

    def declared(self, start: int, end: int) -> str | None:
        """Return what the words beside ``text[start:end]`` say it is; those before it come first."""
        if start not in self._before:
            self._before[start] = context.declared_before(self.text, start)
        if self._before[start] is not None:
            return self._before[start]
        if end not in self._after:
            self._after[end] = context.declared_after(self.text, end)
        return self._after[end]

    def mentions(self, words: Iterable[str]) -> bool:
        """Tell whether one of the lower-case ``words`` occurs anywhere."""
        lowered = self.lowered
        for word in words:  # noqa: SIM110 - twice as fast as any(), and asked often
            if word in lowered:
                return True
        return False


class Rule(msgspec.Struct, frozen=True):
    """How one form of one kind is recognised.

    A match is found when the words beside it name the kind, when ``proof`` holds and no word says otherwise,
    or, for forms that ``stand_alone``, when no word says otherwise and no unit follows. A ``proof`` that
    ``overrules`` counts even against the words.
    """

    kind: str
    pattern: re.Pattern[str]
    proof: Callable[[str], bool] | None = None
    stands_alone: bool = False
    overrules: bool = False


def apply(rules: Iterable[Rule], scan: Scan) -> Iterator[Span]:
    """Yield what ``rules`` find in the text of ``scan``, in no particular order."""
    for rule in rules:
        for match in rule.pattern.finditer(scan.text):
            span = _judge(rule, scan, match)
            if span is not None:
                yield span


def _judge(rule: Rule, scan: Scan, match: re.Match[str]) -> Span | None:
    start, end = match.span()
    proved = rule.proof is not None and rule.proof(match.group())
    if proved and rule.overrules:
        return Span(start=start, end=end, kind=rule.kind, certain=True)
    if not proved and context.is_quantity(scan.text, start, end):
        return None
    named = scan.declared(start, end)
    if named == rule.kind or (named is None and (proved or rule.stands_alone)):
        return Span(start=start, end=end, kind=rule.kind, certain=proved)
    return None
