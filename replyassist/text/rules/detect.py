"""Find what rules look for in a text, such as what calls for a person with more authority.

Most messages contain nothing of the kind, so the first step is a few set look-ups of folded word beginnings
(:class:`_AnchorIndex`); only patterns whose anchor word occurs are run at all, each at most once over the
text. A match then has to survive its conditions, the idioms of its code and the negations of its clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from replyassist.text.rules.anchors import MIN_STEM, Anchor, fold
from replyassist.text.rules.notation import Pattern
from replyassist.text.rules.ruleset import Grammar, Rule, RuleSet

MAX_CHARS = 65_536
"""Longer texts are examined up to here: no customer writes more, only machines and attackers do."""

_MATCHES_EXAMINED = 20
_HEAD = 4
_REMEMBERED_WORDS = 50_000
_REMEMBERED_CHARS = 40
_SENTENCE_REACH = 400
_NEGATION_REACH = 90
_WORDS_AFTER_NEGATION = 6

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?]+|\n\s*\n")
_CLAUSE_BREAK = re.compile(r"[,;:()–—\"]|\s-\s")


@dataclass(frozen=True, slots=True)
class Match:
    """A code and where in the text the reason for it stands (half-open range of characters)."""

    code: str
    start: int
    end: int


class _Negation:
    """Decides whether a match stands under a negation of its own clause."""

    def __init__(self, grammar: Grammar) -> None:
        self._cue = re.compile(grammar.negation)
        self._restart = re.compile(grammar.restart)
        self._condition = re.compile(grammar.condition)
        after = grammar.negation_after
        gap = rf"[^\w,.;:!?\n]{{1,3}}+(?!(?:{grammar.restart}|{grammar.condition}))"
        self._after = re.compile(rf"(?:{gap}\w++){{0,2}}?{gap}(?:{after})") if after else None

    def covers(self, text: str, start: int, end: int, sentence_start: int) -> bool:
        return self._before(text, start, sentence_start) or self._behind(text, end)

    def _before(self, text: str, start: int, sentence_start: int) -> bool:
        begin = max(sentence_start, start - _NEGATION_REACH)
        for clause_break in _CLAUSE_BREAK.finditer(text, begin, start):
            begin = clause_break.end()
        cue = None
        for found in self._cue.finditer(text, begin, start):
            cue = found
        if cue is None or self._condition.search(text, begin, cue.start()):
            return False
        if self._restart.search(text, cue.end(), start):
            return False
        return len(_WORD.findall(text, cue.end(), start)) <= _WORDS_AFTER_NEGATION

    def _behind(self, text: str, end: int) -> bool:
        return bool(self._after and self._after.match(text, end))


@dataclass(eq=False)
class _Conditions:
    """The conditions of one rule, each compiled when first needed."""

    rule: Rule
    negation: _Negation
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def allow_text(self, text: str) -> bool:
        """Check what concerns the whole message."""
        rule = self.rule
        if self._found(rule.unless_anywhere, text):
            return False
        return not rule.requires_anywhere or self._found(rule.requires_anywhere, text)

    def allow(self, text: str, start: int, end: int, sentence: tuple[int, int]) -> bool:
        """Check what concerns the match ``[start, end)`` and its sentence."""
        rule = self.rule
        if self._found(rule.exceptions.unless, text, *sentence):
            return False
        if rule.requires and not self._found(rule.requires, text, *sentence):
            return False
        if rule.exceptions.ignore and self._ignored(text, start, end, sentence):
            return False
        return not (rule.negatable and self.negation.covers(text, start, end, sentence[0]))

    def _regex(self, source: str) -> re.Pattern[str]:
        regex = self._compiled.get(source)
        if regex is None:
            regex = self._compiled[source] = re.compile(source)
        return regex

    def _found(self, source: str, text: str, start: int = 0, end: int = MAX_CHARS) -> bool:
        return bool(source and self._regex(source).search(text, start, end))

    def _ignored(self, text: str, start: int, end: int, sentence: tuple[int, int]) -> bool:
        harmless = self._regex(self.rule.exceptions.ignore).finditer(text, *sentence)
        return any(span.start() < end and start < span.end() for span in harmless)


class _AnchorIndex:
    """Finds the patterns that can match a text: those of which it holds an anchor of every set.

    Each word's anchors are remembered, because few words make up most of all text.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._numbers: dict[Anchor, int] = {}
        self._others: list[tuple[frozenset[int], ...]] = []
        patterns_of: dict[int, list[int]] = defaultdict(list)
        for place, pattern in enumerate(patterns):
            first, *others = (frozenset(map(self._number, anchors)) for anchors in pattern.anchors)
            self._others.append(tuple(others))
            for number in first:
                patterns_of[number].append(place)
        self._patterns_of = {number: tuple(places) for number, places in patterns_of.items()}
        self._prefixes: dict[str, list[Anchor]] = defaultdict(list)
        for anchor in self._numbers:
            if anchor.kind == "prefix":
                self._prefixes[anchor.stem[:_HEAD]].append(anchor)
        self._infixes = [anchor for anchor in self._numbers if anchor.kind == "infix"]
        self._known: dict[str, tuple[int, ...]] = {}

    def candidates(self, lowered: str) -> list[int]:
        """Return the numbers of the patterns that may match, in order, for lower-case text."""
        folded = fold(lowered)
        known = self._known
        found: set[int] = set()
        for word in set(_WORD.findall(folded)):
            anchors = known.get(word)
            if anchors is None:
                anchors = self._learn(word)
            if anchors:
                found.update(anchors)
        if not found:
            return []
        patterns_of = self._patterns_of
        places = {place for number in found if number in patterns_of for place in patterns_of[number]}
        others = self._others
        return sorted(p for p in places if not any(map(found.isdisjoint, others[p])))

    def _number(self, anchor: Anchor) -> int:
        return self._numbers.setdefault(anchor, len(self._numbers))

    def _learn(self, word: str) -> tuple[int, ...]:
        """Work out the anchors that ``word`` fulfils and remember them."""
        fulfilled = [Anchor(word, "exact")]
        for length in (MIN_STEM, _HEAD):
            fulfilled += [anchor for anchor in self._prefixes.get(word[:length], ()) if word.startswith(anchor.stem)]
        fulfilled += [anchor for anchor in self._infixes if anchor.stem in word]
        if word.isdecimal():
            fulfilled.append(Anchor("", "number"))
        anchors = tuple({self._numbers[anchor] for anchor in fulfilled if anchor in self._numbers})
        if len(word) <= _REMEMBERED_CHARS:
            if len(self._known) >= _REMEMBERED_WORDS:
                self._known.clear()
            self._known[word] = anchors
        return anchors


class Detector:
    """Runs rule sets over texts. Immutable once made, apart from regular expressions compiled on the way."""

    def __init__(self, rule_sets: Iterable[RuleSet]) -> None:
        self._conditions: list[_Conditions] = []
        self._patterns: list[Pattern] = []
        self._compiled: dict[int, re.Pattern[str]] = {}
        for rule_set in rule_sets:
            negation = _Negation(rule_set.grammar)
            for rule in rule_set.rules:
                conditions = _Conditions(rule, negation)
                self._patterns.extend(rule.patterns)
                self._conditions.extend([conditions] * len(rule.patterns))
        self._index = _AnchorIndex(self._patterns)

    def find(self, text: str) -> tuple[Match, ...]:
        """Return at most one match per code: of the first pattern, in the order of the rules, that holds."""
        lowered = _lower(text[:MAX_CHARS])
        candidates = self._index.candidates(lowered)
        if not candidates:
            return ()
        view = _Sentences(lowered)
        found: dict[str, Match] = {}
        for number in candidates:
            code = self._conditions[number].rule.code
            if code not in found and (match := self._first(number, view)):
                found[code] = match
        return tuple(found.values())

    def _first(self, number: int, view: _Sentences) -> Match | None:
        regex = self._compiled.get(number)
        if regex is None:
            regex = self._compiled[number] = re.compile(self._patterns[number].regex)
        conditions = self._conditions[number]
        if not conditions.allow_text(view.text):
            return None
        for found in islice(regex.finditer(view.text), _MATCHES_EXAMINED):
            start, end = found.span()
            if conditions.allow(view.text, start, end, view.around(start, end)):
                return Match(conditions.rule.code, start, end)
        return None


class _Sentences:
    """A lower-case text and the bounds of its sentences."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _ends(self) -> list[int]:
        return [end.end() for end in _SENTENCE_END.finditer(self.text)]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the sentence that holds ``[start, end)``, at most 400 characters beyond it."""
        ends = self._ends
        before = bisect_right(ends, start)
        after = bisect_left(ends, end)
        first = ends[before - 1] if before else 0
        last = ends[after] if after < len(ends) else len(self.text)
        return max(first, start - _SENTENCE_REACH), min(last, end + _SENTENCE_REACH)


def _lower(text: str) -> str:
    """Return ``text`` in lower case with every character in its old place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
