r"""What a text states as numbers: durations, money, per cent, clock times, dates, measures and counted things.

Units are the same in all languages ("14-dagers", "neljätoista päivää" and "fourteen days" are 14 ``day``), so that two
texts can be compared. The words are tables of regular expressions, in which ``*`` stands for any ending and ``_`` for
a blank. A number without a unit states nothing here. The cost is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Literal

import msgspec

from replyassist.retrieve.quantity_words import COUNTED, MEASURES, MONEY, MONTHS, NO_NOUN, PERCENT, TABLES, WEEKDAY
from replyassist.types import Record

Kind = Literal["duration", "money", "percent", "clock", "date", "measure", "count", "number"]


class Quantity(Record, frozen=True, kw_only=True):
    """What ``text[start:end]`` states; ``low`` and ``high`` are equal unless it is a range.

    ``unit`` is for a duration second, minute, hour, day, working_day, week, month or year; for money NOK, SEK, DKK,
    EUR, GBP, USD or kr (crowns of no known country); for a clock time minute (after midnight, over 1440 on the next
    day); for a date day_of_year (100 * month + day) or date (10000 * year more); for a measure its symbol; for a count
    what is counted, in English or else in the words of the text. ``per`` is the time of a rate: "79 kr i måneden" is
    79 NOK per month.
    """

    start: int
    end: int
    kind: Kind
    unit: str
    low: float
    high: float
    per: str = ""


_CROWNS = {"nb": "NOK", "nn": "NOK", "sv": "SEK", "da": "DKK"}
_DURATIONS = ("second", "minute", "hour", "day", "working_day", "week", "month", "year")
_PARTS = {("hour", "minute"): 60, ("minute", "second"): 60, ("year", "month"): 12}
_LETTER = r"[^\W\d_]"
_DIGITS = (
    r"(?:0[.,][0-9]{1,9}|(?:[1-9][0-9]{0,2}(?:[ \u00a0\u202f.,][0-9]{3})+|[0-9]{1,9})(?:[.,][0-9]{1,2})?)(?![0-9])"
)
_START, _STOP = r"(?<!\w)(?<!\w[-.,:/§#])", r"(?![-.,:/]?[0-9])"
_DASH, _GAP = r"\s?[-–—]\s?", r"[*_]{0,2}(?:\s{1,2}|[-‑–])?"
_HOUR, _NOON = r"(?:2[0-4]|[01]?[0-9])(?:[.:][0-5][0-9])?", r"\s?[ap]\.?m\b"
_MARKER = r"(?:kl\.?|klokken|klokka|klockan|klo|kello)"
_TIME = re.compile(r"(?:2[0-4]|[01][0-9])\.[0-5][0-9]|[0-9]{1,2}:[0-5][0-9]")
_MONTH = [words.replace("(", "(?:").replace("*", _LETTER + "{0,9}") for words in MONTHS.split()]
_EN_MONTH = "january|february|march|april|june|july|august|september|october|november|december"
_DAY, _YEAR = "[0-3]?[0-9]", "(?:19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<!\w)(?<!\w[.,:/§#])(?:(?P<d1>{_DAY})(?:\.|:[ae]|st|nd|rd|th)?\s(?:of\s)?(?P<m1>{'|'.join(_MONTH)})"
    rf"(?:\s(?P<y1>{_YEAR}))?|(?P<m2>{_EN_MONTH})\s(?P<d2>{_DAY})(?:st|nd|rd|th)?(?:,?\s(?P<y2>{_YEAR}))?"
    rf"|(?P<d3>{_DAY})\.(?P<m3>[01]?[0-9])\.(?P<y3>{_YEAR})|(?P<y4>{_YEAR})-(?P<m4>[01][0-9])-(?P<d4>[0-3][0-9])"
    rf")(?![.,:/]?[0-9])(?!\w)"
)
_AND_HALF = r"\s(?:og|och|and|ja)\s(?:en\s|et\s|ett\s|a\s)?(?:halv[tea]?|half|puoli|puolen|puolta)(?!\w)"
_ITEM = re.compile(r"[0-9]{1,3}[.)]\s")
_NOUN = re.compile(rf"[*_]{{0,2}}\s(?!(?:{''.join(NO_NOUN.split())})\b)({_LETTER}{{3,30}})(?!\w)")
_AND = re.compile(r"\s(?:(?:og|och|and|ja)\s)?")


def quantities(text: str, language: str | None = None, *, bare: bool = False) -> list[Quantity]:
    """Return what ``text`` states, in order and without overlaps.

    Args:
        text: any text.
        language: nb, nn, sv, da, fi or en; with none and any other the words of all five are read.
        bare: return numbers without a unit as well, as kind ``number``, but not those of list items.

    >>> [(q.low, q.high, q.unit) for q in quantities("Svar innen 3–5 virkedager, pris 79 kr i måneden.", "nb")]
    [(3.0, 5.0, 'working_day'), (79.0, 79.0, 'NOK')]
    """
    name = "nb" if language == "nn" else language
    tongues = [_tongue(one) for one in ([name] if name in TABLES else TABLES)]
    crowns = _CROWNS.get(language or "", "kr")
    lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    taken, found = bytearray(len(text)), []
    # Earlier readings win: "kl. 12 hverdager" is a time rather than 12 days, "12.30 kr" a price rather than a time.
    for read in (_dates, _clocks, _amounts, _times, _single, _others):
        for tongue in tongues:
            for one in read(lowered, tongue):
                if taken.find(1, one.start, one.end) < 0:
                    taken[one.start : one.end] = b"\1" * (one.end - one.start)
                    found.append(msgspec.structs.replace(one, unit=crowns) if one.unit == "kr" else one)
    return sorted((one for one in found if bare or one.kind != "number"), key=lambda one: one.start)


def _regex(words: str) -> str:
    """Return words in the notation of the tables as one group of a regular expression."""
    plain = re.sub(r"\((?!\?)", "(?:", "".join(words.split()))
    return "(?:" + plain.replace("*", _LETTER + "{0,20}").replace("_", r"\s") + ")"


def _groups(rows: Iterable[str]) -> str:
    return "(?:" + "|".join(f"(?P<u{n}>{_regex(row)})" for n, row in enumerate(rows)) + ")"


def _rows(table: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    for row in re.split(r";\s|\n", table.strip()):
        key, words = row.strip().split(": ")
        rows[key] = f"{rows[key]} {words}" if key in rows else words
    return rows


class _Tongue:
    """The compiled words of one language. Group ``u<n>`` of ``unit`` is ``names[n]``, of ``numeral`` ``values[n]``."""

    def __init__(self, language: str) -> None:
        table, money = _rows(TABLES[language]), _rows(MONEY)
        lasting = {name: table[name] for name in _DURATIONS}
        kinds: dict[Kind, dict[str, str]] = {"duration": lasting, "money": money, "percent": {"percent": PERCENT}}
        kinds |= {"measure": _rows(MEASURES), "count": _rows(COUNTED)}
        self.units = [(kind, name) for kind, rows in kinds.items() for name in rows]
        ones, tens = table["numbers"].split(), table["tens"].split()
        # Longer numerals begin with shorter ones ("femten" with "fem"), so that larger ones are tried first.
        numerals = {word: 10.0 * n for n, word in enumerate(tens, 2)} | {table["half"]: 0.5}
        numerals |= {word: float(n) for n, word in reversed(list(enumerate(ones, 1)))}
        self.values, self.numeral = list(numerals.values()), re.compile(_groups(numerals))
        one, ten, half = _regex("|".join(reversed(ones))), _regex("|".join(tens)), _regex(table["half"])
        number = rf"(?:(?:{_DIGITS}|{ten}(?:-?{one})?|{one}og{ten}|{half}|{one})(?:{_AND_HALF})?)"
        joint = rf"(?:{_DASH}|\s{_regex(table['joint'])}\s|(?(between)\s(?:og|och|and)\s|(?!)))"
        day = _regex(WEEKDAY + ("|ma|ti|ke|to|pe|la|su" if language == "fi" else ""))
        self.amount = re.compile(
            rf"{_START}(?:(?P<between>mellom|mellan|mellem|between)\s)?(?:(?P<money>{_regex('|'.join(money.values()))})(?:\s|(?=[0-9])))?"
            rf"(?P<low>{number})(?:{joint}(?P<high>{number}))?{_STOP}"
        )
        words = _groups(words for rows in kinds.values() for words in rows.values())
        self.unit = re.compile(rf"{_GAP}(?:{_regex(table['whole'])}\s?)?{words}(?!\w)")
        self.single = re.compile(rf"(?<!\w){_regex(table['one']).replace('UNIT', _groups(lasting.values()))}(?!\w)")
        self.rate = re.compile(rf"\s?{_regex(table['rate'])}{_groups(lasting.values())}(?:en|et|a|n)?(?!\w)")
        self.clock = re.compile(
            rf"{_START}(?<![.][-–])(?:(?P<day>{day}(?:{_DASH}{day})?),?\s)?(?:(?P<mark>{_MARKER})\s)?(?P<low>{_HOUR})(?P<am>{_NOON})?"
            rf"(?:(?:{_DASH}|\s(?:og|och|and|ja|til|till|to)\s)(?P<high>{_HOUR})(?P<pm>{_NOON})?)?{_STOP}(?!\w)"
        )


_tongue = cache(_Tongue)


def _dates(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        part = {name[0]: value for name, value in match.groupdict().items() if value}
        month = next((n for n, words in enumerate(_MONTH, 1) if re.fullmatch(words, part["m"])), 0) or int(part["m"])
        if 1 <= int(part["d"]) <= 31 and 1 <= month <= 12:
            value = float(10000 * int(part.get("y", 0)) + 100 * month + int(part["d"]))
            yield _make(match.span(), ("date", "date" if "y" in part else "day_of_year"), value, value)


def _clocks(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    """Yield times that a word marks as such, and opening hours of weekdays."""
    for match in tongue.clock.finditer(text):
        if match["mark"] or match["am"] or match["pm"] or (match["day"] and match["high"]):
            yield _clock(match)


def _times(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    for match in tongue.clock.finditer(text):
        if _TIME.fullmatch(match["low"]):
            yield _clock(match)


def _clock(match: re.Match[str]) -> Quantity:
    low, high = match["low"], match["high"] or match["low"]
    first, last = _minute(low, match["am"]), _minute(high, match["pm"] or match["am"])
    if match["pm"] and not match["am"] and _minute(low, match["pm"]) < last:
        first = _minute(low, match["pm"])
    return _make(match.span(), ("clock", "minute"), first, last if last >= first else last + 1440)


def _minute(time: str, noon: str | None) -> float:
    hour, _, minute = time.replace(":", ".").partition(".")
    return float(60 * (int(hour) % 12 + 12 * ("p" in noon) if noon else int(hour)) + int(minute or 0))


def _amounts(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    at = 0
    while match := tongue.amount.search(text, at):
        one = _amount(text, match, tongue)
        at = one.end if one else match.end("low")
        if one is None:
            continue
        # "2 hours 30 minutes" is one duration.
        if (joint := _AND.match(text, at)) and (match := tongue.amount.match(text, joint.end())):
            part = _amount(text, match, tongue)
            if part and (ratio := _PARTS.get((one.unit, part.unit))) and one.low == one.high and part.low == part.high:
                value, at = one.low + part.low / ratio, part.end
                one = _make((one.start, at), ("duration", one.unit), value, value, part.per)
        yield one


def _amount(text: str, match: re.Match[str], tongue: _Tongue) -> Quantity | None:
    end, money = match.end(), match["money"]
    unit = tongue.unit.fullmatch(money) if money else tongue.unit.match(text, end)
    low, high = _value(match["low"], tongue), _value(match["high"] or match["low"], tongue)
    if unit is None or low > high:
        return None
    named = tongue.units[_place(unit)]
    # "12.30 hverdager" is a time, "1st" is no piece and "toår" not two years; "30GB" and "femårig" are what they seem.
    short = end - match.start() < 3 and text[end - 1].isalpha()
    glued = text[end : end + 1].isalpha() and (money or named[0] == "count" or short)
    if glued or (named[0] == "duration" and _TIME.fullmatch(match["low"])):
        return None
    rate = tongue.rate.match(text, end if money else unit.end())
    span = (match.start(), rate.end() if rate else end if money else unit.end())
    return _make(span, named, low, high, tongue.units[_place(rate)][1] if rate else "")


def _single(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    # Durations that hold no number: "within an hour".
    for match in tongue.single.finditer(text):
        yield _make(match.span(), tongue.units[_place(match)], 1.0, 1.0)


def _others(text: str, tongue: _Tongue) -> Iterator[Quantity]:
    """Yield numbers before a word that is no unit ("fem seter") and those before none, but not those of list items."""
    for match in tongue.amount.finditer(text):
        low, high = _value(match["low"], tongue), _value(match["high"] or match["low"], tongue)
        start = match.start("low") if match["money"] else match.start()
        line = text.rfind("\n", 0, start) + 1
        if low > high or (_ITEM.match(text, start) and not text[line:start].strip()):
            continue
        if noun := _NOUN.match(text, match.end()):
            yield _make((start, noun.end()), ("count", noun[1]), low, high)
        elif match["low"][0].isdigit() or not text[match.end() : match.end() + 1].isalpha():
            yield _make((start, match.end()), ("number", ""), low, high)


def _place(match: re.Match[str]) -> int:
    return int((match.lastgroup or "u0")[1:])


def _value(number: str, tongue: _Tongue) -> float:
    number, halves, _ = re.split(rf"({_AND_HALF})", number) if re.search(_AND_HALF, number) else (number, "", "")
    if not number[0].isdigit():
        return sum(tongue.values[_place(part)] for part in tongue.numeral.finditer(number)) + 0.5 * bool(halves)
    if not number.startswith("0"):
        number = re.sub(r"[\s.,](?=[0-9]{3}(?![0-9]))", "", number)
    return float(number.replace(",", ".")) + 0.5 * bool(halves)


def _make(span: tuple[int, int], unit: tuple[Kind, str], low: float, high: float, per: str = "") -> Quantity:
    return Quantity(start=span[0], end=span[1], kind=unit[0], unit=unit[1], low=low, high=high, per=per)
