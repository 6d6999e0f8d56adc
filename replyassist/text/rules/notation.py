"""The notation in which rules are written, and its translation to bounded regular expressions.

One pattern is one line of words. The pieces:

=====================  ==========================================================================
``word``               that word, upper or lower case, with or without its å, ä, ö, æ, ø
``word*`` ``*word``    any ending (inflection), any beginning (compound)
``(a|b c)``            one of several words or phrases; glued to a word, alternative letters
``[a|b c]``            the same, but it may be missing
``..``                 up to four further words; ``...`` up to eight; never a negation
``{n}`` ``{75-105}``   a number; a number in that range
``<name>``             one of the entries of the list ``name`` of the same file
=====================  ==========================================================================

An apostrophe or a hyphen inside a word may be missing. A phrase never reaches over the end of a sentence.
Every regular expression made here matches in time proportional to the text: repetitions are bounded or
possessive, and a gap is made of whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from replyassist.errors import ConfigError
from replyassist.text.rules.anchors import MIN_STEM, Anchor, commonness, stem_anchors

GAP_WORDS = {"..": 4, "...": 8}

SEPARATOR = r"(?:[^\w.!?\n]|\n(?!\s*\n)){1,4}+"
"""What may stand between two words of a phrase: no end of sentence, no blank line."""

_LETTERS = {
    "å": "(?:å|aa?)",
    "ä": "(?:[äæ]|ae?)",
    "æ": "(?:[äæ]|ae?)",
    "ö": "(?:[öø]|oe?)",
    "ø": "(?:[öø]|oe?)",
    "é": "[ée]",
    "'": "['’´`]?",
    "-": r"[-–\s]?",
}
_STRICT_LETTERS = _LETTERS | {
    "å": "(?:å|aa)",
    **dict.fromkeys("äæ", "(?:[äæ]|ae)"),
    **dict.fromkeys("öø", "(?:[öø]|oe)"),
}
"""For short stems with any ending: "köp*" must not find "kopia"."""

_ANY_ENDING = r"\w{0,40}+"
_ANY_LETTERS = r"\w{0,40}?"
_WORD_END = ("", " ", "|", ")", "]")
_SHORT_STEM = 4
_RAW_WORD = re.compile(r"[^\s|()\[\]]+")
_LIST_NAME = re.compile(r"<(\w+)>")
_NUMBER = re.compile(r"\{(?:n|(\d{1,3})-(\d{1,3}))\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled line: the source of its regular expression (for lower-case text) and its anchors.

    A text that matches holds at least one anchor of every set; the set that is rarest in ordinary text comes
    first.
    """

    source: str
    regex: str
    anchors: tuple[frozenset[Anchor], ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """One place in a phrase: its regular expression, the anchors it guarantees, and how it joins."""

    regex: str
    anchors: tuple[frozenset[Anchor], ...] = ()
    optional: bool = False
    gap: int = 0


def compile_pattern(line: str, lists: Mapping[str, str] | None = None, gap_guard: str = "") -> Pattern:
    """Compile one line of the notation.

    Args:
        line: the pattern.
        lists: named lists, each already in the form ``(a|b|c)``.
        gap_guard: regular expression of words that a gap must not step over (negations).

    Raises:
        ConfigError: the line is not valid notation, or it holds no word of at least three letters by
            which it could be found.
    """
    expanded = expand_lists(line, lists or {})
    parser = _Parser(expanded, gap_guard)
    item = parser.parse()
    if not item.anchors:
        raise ConfigError(f"pattern {line!r} needs at least one fixed word of {MIN_STEM} or more letters")
    return Pattern(source=line, regex=item.regex, anchors=item.anchors)


def alternation(lines: Iterable[str], lists: Mapping[str, str] | None = None) -> str:
    """Return one regular expression that matches any of ``lines`` (no anchors are needed)."""
    expanded = (expand_lists(line, lists or {}) for line in lines)
    return "|".join(_Parser(line, "").parse().regex for line in expanded)


def expand_lists(line: str, lists: Mapping[str, str]) -> str:
    """Replace each ``<name>`` by its list."""

    def entry(match: re.Match[str]) -> str:
        try:
            return lists[match[1]]
        except KeyError:
            raise ConfigError(f"pattern {line!r} names an unknown list <{match[1]}>") from None

    return _LIST_NAME.sub(entry, line)


class _Parser:
    """Recursive descent over one line; every method returns with the position behind what it read."""

    def __init__(self, text: str, gap_guard: str) -> None:
        self._text = text.strip().lower()
        self._at = 0
        guard = rf"(?!(?:{gap_guard})\b)" if gap_guard else ""
        self._gap_word = rf"{guard}\w++{SEPARATOR}"

    def parse(self) -> _Item:
        item = self._alternatives()
        if self._at < len(self._text):
            raise self._error(f"unexpected {self._text[self._at]!r}")
        return item

    def _error(self, problem: str) -> ConfigError:
        return ConfigError(f"pattern {self._text!r}, character {self._at + 1}: {problem}")

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _alternatives(self) -> _Item:
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        if len(options) == 1:
            return options[0]
        regex = "(?:" + "|".join(option.regex for option in options) + ")"
        if not all(option.anchors for option in options):
            return _Item(regex)
        return _Item(regex, (frozenset().union(*(option.anchors[0] for option in options)),))

    def _sequence(self) -> _Item:
        items: list[_Item] = []
        while True:
            while self._peek() == " ":
                self._at += 1
            if self._peek() in ("", "|", ")", "]"):
                break
            items.append(self._gap() or self._word())
        if not items or items[0].gap or items[-1].gap:
            raise self._error("a phrase must begin and end with a word")
        required = [anchors for item in reversed(items) if not item.optional for anchors in item.anchors]
        return _Item(self._join(items), tuple(sorted(dict.fromkeys(required), key=commonness)))

    def _join(self, items: list[_Item]) -> str:
        """Join words by separators; an optional word takes the separator beside it along."""
        parts: list[str] = []
        lead, begun = SEPARATOR, False
        for item in items:
            if item.gap:
                lead = f"{SEPARATOR}(?:{self._gap_word}){{0,{item.gap}}}?"
            elif item.optional:
                parts.append(f"(?:{lead}{item.regex})?" if begun else f"(?:{item.regex}{SEPARATOR})?")
            else:
                parts.append(lead + item.regex if begun else item.regex)
                lead, begun = SEPARATOR, True
        return "".join(parts)

    def _gap(self) -> _Item | None:
        for mark in ("...", ".."):
            if self._text.startswith(mark, self._at):
                self._at += len(mark)
                return _Item("", gap=GAP_WORDS[mark])
        return None

    def _word(self) -> _Item:
        """Read pieces up to a space: letters, ``*``, ``{n}`` and groups glued to them."""
        pieces: list[str] = []
        stem, stem_open, starred = "", True, False
        letters = self._letters()
        if number := self._lone_number():
            return number
        while (char := self._peek()) not in _WORD_END:
            if char in "([":
                group, optional = self._group(char)
                if not pieces and self._peek() in _WORD_END:
                    return _Item(group.regex, () if optional else group.anchors, optional=optional)
                pieces.append(_unbounded(group.regex) + ("?" if optional else ""))
                stem_open = False
            elif char == "*":
                self._at += 1
                pieces.append(_ANY_ENDING if self._peek() in _WORD_END and pieces else _ANY_LETTERS)
                starred = starred or len(pieces) == 1
                stem_open = stem_open and len(pieces) == 1
            elif char == "{":
                pieces.append(self._number())
                stem_open = False
            elif char in "?+^$\\.<>}":
                raise self._error(f"{char!r} has no meaning here")
            else:
                self._at += 1
                pieces.append(letters.get(char) or re.escape(char))
                if stem_open:
                    stem += char
        if pieces == [_ANY_LETTERS]:
            raise self._error("'*' needs letters beside it; use '..' for any words")
        regex = "\\b" + "".join(pieces) + ("" if pieces[-1] == _ANY_ENDING else "\\b")
        whole = stem_open and not starred and pieces[-1] != _ANY_ENDING
        return _Item(regex, stem_anchors(stem, whole, infix=starred))

    def _letters(self) -> Mapping[str, str]:
        """Return how the letters of the next word may be written: strictly if it is a short open stem."""
        word = _RAW_WORD.match(self._text, self._at)
        raw = word[0] if word else ""
        return _STRICT_LETTERS if "*" in raw and len(raw.strip("*")) <= _SHORT_STEM else _LETTERS

    def _group(self, opening: str) -> tuple[_Item, bool]:
        self._at += 1
        item = self._alternatives()
        closing = ")" if opening == "(" else "]"
        if self._peek() != closing:
            raise self._error(f"missing {closing!r}")
        self._at += 1
        return _Item(f"(?:{item.regex})", item.anchors), opening == "["

    def _lone_number(self) -> _Item | None:
        """Read a number that is a word of its own; unlike one inside a word it can serve as an anchor."""
        match = _NUMBER.match(self._text, self._at)
        if not match or self._text[match.end() : match.end() + 1] not in _WORD_END:
            return None
        regex = self._number()
        if match[1] is None:
            anchors = frozenset({Anchor("", "number")})
        else:
            anchors = frozenset(Anchor(str(n), "exact") for n in range(int(match[1]), int(match[2]) + 1))
        return _Item(rf"\b{regex}\b", (anchors,))

    def _number(self) -> str:
        match = _NUMBER.match(self._text, self._at)
        if not match:
            raise self._error("a number is written {n} or {75-105}")
        self._at = match.end()
        if match[1] is None:
            return r"\d{1,9}+"
        low, high = int(match[1]), int(match[2])
        if not low <= high <= low + 200:
            raise self._error("a number range needs its lower end first and at most 200 numbers")
        return "(?:" + "|".join(str(number) for number in range(low, high + 1)) + ")"


def _unbounded(regex: str) -> str:
    """Drop word boundaries of a group that is glued to other letters."""
    return regex.replace("\\b", "")
