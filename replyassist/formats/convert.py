"""Lenient conversion of cells, at this edge only: ids, languages, dates, scores, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import cast

from replyassist.errors import DataError
from replyassist.types import URGENCIES, Channel

_LANGUAGE_NAMES = {
    "no": "nb", "nn": "nb", "nob": "nb", "nno": "nb", "norwegian": "nb", "norsk": "nb", "bokmål": "nb",
    "norsk bokmål": "nb", "nynorsk": "nb", "norwegian bokmål": "nb", "norska": "nb", "norja": "nb",
    "swe": "sv", "swedish": "sv", "svenska": "sv", "svensk": "sv", "ruotsi": "sv",
    "dan": "da", "danish": "da", "dansk": "da", "danska": "da", "tanska": "da",
    "fin": "fi", "finnish": "fi", "suomi": "fi", "finsk": "fi", "finska": "fi",
    "eng": "en", "english": "en", "engelsk": "en", "engelska": "en", "englanti": "en",
}  # fmt: skip
_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8}){0,3}", re.IGNORECASE)

_CHANNELS = {
    "email": ("email", "e mail", "mail", "e post", "epost", "sähköposti", "gmail"),
    "chat": ("chat", "live chat", "livechat", "messaging", "web messaging", "native messaging", "chatt"),
    "social": ("social", "facebook", "twitter", "x", "instagram", "whatsapp", "messenger", "linkedin"),
    "web": ("web", "website", "portal", "form", "web form", "web widget", "help center", "api", "skjema",
            "formulär", "formular", "lomake"),
    "phone": ("phone", "voice", "call", "telefon", "puhelin"),
}  # fmt: skip
_CHANNEL_OF = {name: cast("Channel", channel) for channel, names in _CHANNELS.items() for name in names}

_TRUE = frozenset({"true", "yes", "y", "1", "ja", "j", "kyllä", "k", "x"})
_FALSE = frozenset({"false", "no", "n", "0", "", "nei", "nej", "ei", "e"})

_URGENCY_OF = {
    "lowest": "low", "lav": "low", "låg": "low", "matala": "low", "alhainen": "low", "minor": "low",
    "medium": "normal", "middels": "normal", "medel": "normal", "mellem": "normal", "normaali": "normal",
    "høy": "high", "hög": "high", "høj": "high", "korkea": "high", "major": "high",
    "highest": "urgent", "critical": "urgent", "blocker": "urgent", "haster": "urgent", "kritisk": "urgent",
    "brådskande": "urgent", "akut": "urgent", "kiireellinen": "urgent",
}  # fmt: skip

_GOOD = frozenset(
    {"good", "happy", "satisfied", "bra", "god", "godt", "nöjd", "fornøyd", "tilfreds", "hyvä", "tyytyväinen"}
)
_BAD = frozenset(
    {
        "bad",
        "unhappy",
        "dissatisfied",
        "dårlig",
        "dårligt",
        "dålig",
        "missnöjd",
        "misfornøyd",
        "utilfreds",
        "huono",
        "tyytymätön",
    }
)
_UNRATED = frozenset({"", "offered", "unoffered", "not offered", "none", "-", "n/a", "null", "nan"})
_SCALES = (1.0, 5.0, 10.0, 100.0)

_MONTH_STEMS = (
    "jan tam", "feb hel", "mar maa", "apr huh", "may mai maj tou", "jun kes", "jul hei", "aug elo",
    "sep syy", "oct okt lok", "nov marras", "dec des jou",
)  # fmt: skip
_MONTHS = {stem: number for number, stems in enumerate(_MONTH_STEMS, start=1) for stem in stems.split()}
_TIME = r"(?:[\s,T]{1,3}(?:kl\.?|klo)?\s{0,2}(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s?([ap]m)?)?"
_DAY_FIRST = re.compile(
    r"(\d{1,2})[./\- ]{1,2}(\d{1,2}|[a-zä]{3,12}\.?)[./\- ]{1,2}(\d{4}|\d{2})" + _TIME, re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})" + _TIME, re.IGNORECASE)
_ZONE_SUFFIX = re.compile(r"\s?(?:UTC|GMT)$")
_MAX_DATE_LENGTH = 64


def to_text(value: object, field: str) -> str:
    """Return the string in a cell, empty where there is none.

    Raises:
        DataError: the cell holds something else than a string.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DataError(f"{field} must be a string, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    if isinstance(value, list | tuple):
        return "a list"
    return {bool: "true or false", int: "a number", float: "a number", dict: "an object"}.get(
        type(value), type(value).__name__
    )


def to_id(value: object) -> str | None:
    """Return an identifier as text: ``17`` and ``17.0`` (a spreadsheet's doing) are both ``"17"``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def to_language(value: object) -> str | None:
    """Return a language code: ``nb-NO``, ``no``, ``nn`` and ``Norwegian`` are all ``nb``."""
    if not isinstance(value, str):
        return None
    name = value.strip().casefold()
    if (known := _LANGUAGE_NAMES.get(name)) is not None:
        return known
    tag = _LANGUAGE_TAG.fullmatch(name)
    return _LANGUAGE_NAMES.get(tag[1], tag[1]) if tag else None


def to_channel(value: object) -> Channel:
    """Return the channel; one that is not known is taken for e-mail."""
    name = re.sub(r"[\s_\-]+", " ", value[:64]).strip().casefold() if isinstance(value, str) else ""
    return _CHANNEL_OF.get(name, "email")


def to_bool(value: object, field: str) -> bool:
    """Return yes or no from a flag, a count, or a word in any of the five languages.

    Raises:
        DataError: it is none of these.
    """
    if value is None or isinstance(value, bool | int | float):
        return bool(value)
    word = value.strip().casefold() if isinstance(value, str) else "?"
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if word.isdecimal():
        return int(word[:18]) > 0
    raise DataError(f"{field} must be yes or no, true or false, or a count")


def to_urgency(value: object) -> str | None:
    """Return the urgency; the priorities of common help desks are understood.

    Raises:
        DataError: it is none of the four.
    """
    name = value.strip().casefold() if isinstance(value, str) else ("" if value is None else "?")
    if not name:
        return None
    name = _URGENCY_OF.get(name, name)
    if name not in URGENCIES:
        raise DataError(f"urgency must be one of {', '.join(URGENCIES)}")
    return name


def to_csat(value: object, scale: float) -> float | None:
    """Return a satisfaction score between 0 and 1; words and percentages need no ``scale``.

    Raises:
        DataError: it is no score.
    """
    if value is None or (isinstance(value, str) and value.strip().casefold() in _UNRATED):
        return None
    if isinstance(value, str) and (word := value.strip().casefold()) in _GOOD | _BAD:
        return 1.0 if word in _GOOD else 0.0
    number = _number(value)
    if number is None:
        raise DataError("csat must be a number, a percentage, good or bad")
    share = number / (100.0 if isinstance(value, str) and "%" in value else scale)
    if not 0.0 <= share <= 1.0:
        raise DataError("csat lies outside its scale")
    return share


def csat_scale(values: Iterable[object]) -> float:
    """Return the top of the scale that all scores of a file fit: 1, 5, 10 or 100.

    One score alone does not tell: 1 is the worst of five stars and the best of a share.
    """
    numbers = [number for value in values if (number := _number(value)) is not None and not _percent(value)]
    top = max(numbers, default=1.0)
    return next((scale for scale in _SCALES if top <= scale), 100.0)


def _percent(value: object) -> bool:
    return isinstance(value, str) and "%" in value


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        value = value.strip().rstrip("%").replace(",", ".").strip()[:32]
    try:
        number = float(cast("str", value))
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == number and abs(number) != float("inf") else None


def to_time(value: object, field: str) -> datetime | None:
    """Return a moment with time zone from an ISO or European date; without a zone it is UTC.

    ``03/04/2026`` is the third of April: the day comes first. Numbers count seconds (or milliseconds)
    since 1970.

    Raises:
        DataError: it is no date known here.
    """
    if value is None or value == "":
        return None
    try:
        found = _moment(value)
    except (ValueError, OverflowError, OSError, TypeError, LookupError):
        found = None
    if found is None:
        raise DataError(f"{field} is no date that can be read; write it as 2026-03-03T09:12:00Z")
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(float(value))
    if not isinstance(value, str) or len(value) > _MAX_DATE_LENGTH:
        return None
    text = _ZONE_SUFFIX.sub("Z", value.strip())
    if text.isdecimal() and len(text) >= 9:
        return _epoch(float(text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    european = _european(text.removesuffix("Z"))
    return european if european is not None else parsedate_to_datetime(text)


def _epoch(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)


def _month(name: str) -> int:
    """Return the month of an English or Nordic name; Finnish ``marraskuu`` is not ``mars``."""
    return _MONTHS.get(name[:6]) or _MONTHS[name[:3]]


def _european(text: str) -> datetime | None:
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if day_first is not None:
        day, month, year, *clock = day_first.groups()
    elif year_first is not None:
        year, month, day, *clock = year_first.groups()
    else:
        return None
    month_number = int(month) if month.isdecimal() else _month(month.lower())
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    hour = int(clock[0] or 0)
    if clock[3]:
        hour = hour % 12 + (12 if clock[3].lower() == "pm" else 0)
    return datetime(full_year, month_number, int(day), hour, int(clock[1] or 0), int(clock[2] or 0), tzinfo=UTC)
