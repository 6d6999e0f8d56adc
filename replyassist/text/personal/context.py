"""What the words beside a number say it is.

A bare number says little: eight digits are a phone, an order or a meter reading. The nearest telling word
before it decides ("ring meg på ...", "ordrenummer ...", "målerstand ..."). The words are in :mod:`.vocabulary`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from replyassist.text.personal.vocabulary import (
    AMOUNT,
    ARTICLE,
    NUMBER_WORDS,
    READING,
    REFERENCE_STEMS,
    VERSION,
    WORDS,
)

__all__ = ["AMOUNT", "ARTICLE", "READING", "VERSION", "declared_after", "declared_before", "is_quantity"]

_REACH = {
    "phone": 34,
    "national_id": 44,
    "birth_date": 26,
    "iban": 44,
    "bank_account": 44,
    "card": 44,
    "ip": 24,
    "address": 30,
    "licence_plate": 16,
    AMOUNT: 12,
    READING: 26,
    VERSION: 26,
}
"""How many characters may lie between the word and the value. A kind not named here must stand right beside it."""

_WINDOW = 60
_MAX_PHRASE_WORDS = 3
_TOKEN = re.compile(r"[^\W\d_]+(?:[.-][^\W\d_]+)*|§")

_NUMBERED_ENDS = ("nummer", "nummeret", "nummret", "numret", "numero", "numeroni", "numeron")
_NOT_REFERENCES = (
    "hus",
    "rom",
    "rum",
    "buss",
    "bus",
    "sko",
    "linje",
    "side",
    "post",
    "spor",
    "versjons",
    "svar",
    "tog",
)
"""Numbers that lead to nobody: of houses, rooms, bus lines, shoe sizes."""


def _compile() -> tuple[dict[str, str], dict[str, str]]:
    """Return exact words or phrases, and beginnings of words, each with its kind."""
    exact: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for kind, words in WORDS.items():
        for word in words.split():
            phrase = word.rstrip("*").replace("_", " ")
            exact[phrase] = kind
            if word.endswith("*"):
                beginnings[phrase] = kind
    return exact, beginnings


_EXACT, _BEGINNINGS = _compile()
_PHRASE_STARTS = frozenset(phrase.partition(" ")[0] for phrase in _EXACT if " " in phrase)
_BEGINNING_LENGTHS = sorted({len(word) for word in _BEGINNINGS}, reverse=True)


@lru_cache(maxsize=8192)
def _kind_of(phrase: str) -> str | None:
    """Return the kind that a lower-case word or phrase names."""
    kind = _EXACT.get(phrase)
    if kind is not None:
        return kind
    for length in _BEGINNING_LENGTHS:
        kind = _BEGINNINGS.get(phrase[:length]) if length < len(phrase) else None
        if kind is not None and " " not in phrase[length:]:
            return kind
    if " " in phrase:
        first, _, second = phrase.partition(" ")
        return "order_number" if first in REFERENCE_STEMS and second in NUMBER_WORDS else None
    if _is_reference(phrase):
        return "order_number"
    head = re.split("[.-]", phrase)[-1]
    if head != phrase:
        return _kind_of(head)
    if phrase.endswith(_NUMBERED_ENDS) and len(phrase) > 9 and not phrase.startswith(_NOT_REFERENCES):
        return "order_number"
    return _misspelt(phrase)


def _shortened(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(1, len(word))}


_LONG_WORD = 8
_SHORTENED = {
    short: kind
    for word, kind in _EXACT.items()
    if len(word) > _LONG_WORD and word.isalpha() and kind in ("order_number", "bank_account", "national_id")
    for short in (word, *_shortened(word))
}
"""Long words with one letter left out: two words that share such a form differ by one slip of the keyboard."""


def _misspelt(word: str) -> str | None:
    """Return the kind that a long word names but for a letter too many, too few, wrong or in the wrong place."""
    if len(word) < _LONG_WORD or not word.isalpha():
        return None
    if word in _SHORTENED:
        return _SHORTENED[word]
    return next((_SHORTENED[short] for short in sorted(_shortened(word)) if short in _SHORTENED), None)


def _is_reference(word: str) -> bool:
    """Tell whether ``word`` is a compound such as "kundenr", "ärende-id" or "bookingreferensen"."""
    for length in range(2, min(len(word) - 1, 12)):
        if word[-length:] in NUMBER_WORDS and word[:-length].rstrip("-.") in REFERENCE_STEMS:
            return True
    return False


_BESIDE = re.compile(
    r"""[\s:;\#=.,()"'*\-–]*+
    (?:(?:nr|nummer|no|number|numero|nro|s|er|är|on|is|var|was|har|have|fått|fick|fik|fikk|got|nå|nu|now|siis|altså|dvs|i\.e|lyder|following|følgende|følgjande|följande|below|seuraava|min|mitt
       |mit|my|med|på|oli|id|og|och|ja|and|eller|or|
       &|som|havde|hadde|hade|has|had|med|the|of|for|in|hos|vår|vårt|deres|your|ordrenr|num|kode|with|i|gjelder|gäller|
       [a-z]{0,6}[-/\#]?[0-9][0-9a-z/-]{2,24})
     (?![^\W_])[\s:;\#=.,()"'*\-–]*+){0,6}""",
    re.IGNORECASE | re.VERBOSE,
)
_TOLD = re.compile(
    r"(?:[ ,]{1,2}[^\W\d_]{1,14}){0,6}? (?:er|är|on|is|was|var|oli)(?: (?:vel|nok|väl|nog|kai|altså|alltså"
    r"|altid))?[ :]{1,2}",
    re.IGNORECASE,
)
"""Between "kundenummeret" and its value: "... mitt hos dere er vel 30219944"."""

_AFTERWARDS = re.compile(
    r"\s?(?:\(|,?\s?(?:(?:som|which|that|joka)\s)?(?:er|är|on|is|was|var|oli|=)\s|(?:som|as)\s"
    r"|,\s(?=(?:mitt|min|mit|my|vårt|vores|our)\s))(?:\s?(?:mitt|min|mit|my|the|vårt|vores|our))?\s?",
    re.IGNORECASE,
)

_UNIT_AFTER = re.compile(
    r"""[ \u00a0\u202f]?(?:(?:kr|kroner|kronor|nok|sek|dkk|eur|euro|euroa|euros|usd|gbp|pund|pounds|dollars?|kwh|mwh
    |wh|kw|w|m3|m²|m2|m|km|cm|mm|kg|g|gb|mb|tb|mbit|stk|st|pcs|kpl|ganger|gånger|timer|timmar|tuntia|hours
    |minutter|minuter|min|dager|dagar|dage|days|päivää|units|liter|litraa|volt|v|hz|px|tegn|tecken|steps|skritt
    |kunder|customers)\b|[€£$%°]|,-|:-|,[0-9]|\.[0-9]{2}\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_UNIT_BEFORE = re.compile(r"(?:\b(?:kr|nok|sek|dkk|eur|usd|gbp)\.?|[€£$])[ \u00a0]?$", re.IGNORECASE)


def declared_before(text: str, start: int) -> str | None:
    """Return the kind that the nearest telling word before ``start`` names, or none if it names nothing there.

    The result is a personal kind, or one of :data:`AMOUNT`, :data:`READING`, :data:`VERSION`, :data:`ARTICLE`.
    """
    window = text[max(0, start - _WINDOW) : start]
    tokens = list(_TOKEN.finditer(window.lower()))
    for i in range(len(tokens) - 1, -1, -1):
        word = tokens[i].group()
        if word in _PHRASE_STARTS:
            for last in range(min(i + _MAX_PHRASE_WORDS, len(tokens)) - 1, i, -1):
                kind = _EXACT.get(" ".join(token.group() for token in tokens[i : last + 1]))
                if kind is not None:
                    return kind if _reaches(kind, window[tokens[last].end() :]) else None
        if word in REFERENCE_STEMS and i + 1 < len(tokens) and tokens[i + 1].group() in NUMBER_WORDS:
            gap = window[tokens[i + 1].end() :]
            return "order_number" if _reaches("order_number", gap) or _TOLD.fullmatch(gap) else None
        kind = _kind_of(word)
        if kind is not None:
            gap = window[tokens[i].end() :]
            told = kind == "order_number" and _is_reference(word) and _TOLD.fullmatch(gap) is not None
            return kind if told or _reaches(kind, gap) else None
    return None


def _reaches(kind: str, gap: str) -> bool:
    reach = _REACH.get(kind)
    return _BESIDE.fullmatch(gap) is not None if reach is None else len(gap) <= reach


def declared_after(text: str, end: int) -> str | None:
    """Return the kind named behind a value: "12345678 er ordrenummeret mitt", "12345678 (mobil)"."""
    link = _AFTERWARDS.match(text, end, end + 24)
    if link is None:
        return None
    words = _TOKEN.findall(text[link.end() : link.end() + 40].lower())[:_MAX_PHRASE_WORDS]
    phrases = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((kind for phrase in phrases if (kind := _kind_of(phrase)) is not None), None)


def is_quantity(text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]`` is a price, measure or count by the unit beside it."""
    if _UNIT_AFTER.match(text, end):
        return True
    return _UNIT_BEFORE.search(text[max(0, start - 6) : start]) is not None
