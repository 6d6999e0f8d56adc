"""Nothing real: no live domains, no number that may belong to somebody, no well-known company.

The ranges that are allowed are listed in :mod:`training.corpus.authoring.fillers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
from stdnum import iban, luhn
from stdnum.dk import cpr
from stdnum.fi import hetu
from stdnum.no import fodselsnummer
from stdnum.se import personnummer

from training.corpus.authoring.fillers import CARDS, IBANS

COMPANIES = Path(__file__).with_name("companies.txt")

_DOMAIN = re.compile(
    r"(?<![\w.])(?i:[a-z0-9æøåäöé-]+\.)+(?:no|se|dk|fi|com|net|org|eu|io|co\.uk|uk|de|nu|info|app|shop|example)(?![\w-])"
)
_NUMBER = re.compile(r"(?<![\w.,/-])\+?\d(?:[ ./-]?\d){6,18}(?![\w])")
_PHONE_WORD = re.compile(r"tel|tlf|tfn|puh|phone|mob|ring|(?<!\w)nummer|number|soit", re.I)
_REGIONS = {"nb": "NO", "sv": "SE", "da": "DK", "fi": "FI", "en": "GB"}
_RESERVED_PHONE = re.compile(r"(?:46|0)7017406\d\d|(?:44|0)7700900\d{3}")
_DASHED = re.compile(r"(?:\d\d)?\d{6}-\d{4}")
_NORWEGIAN_SYNTHETIC_MONTH = range(81, 93)


def companies() -> re.Pattern[str]:
    """Return a pattern of the well-known names that must not occur.

    Names that are everyday words of one of the languages ("bring", "visa", "posti") are left to readers.
    """
    names = [line.strip() for line in COMPANIES.read_text(encoding="utf-8").splitlines() if line.strip()]
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in names) + r")(?!\w)", re.I)


def reality_problems(where: str, text: str, language: str, known: re.Pattern[str]) -> Iterator[str]:
    """Yield what in ``text`` might be real; a phone number is judged by the country of ``language``."""
    for match in _DOMAIN.finditer(text):
        if not match.group().lower().endswith(".example"):
            yield f"{where}: domain {match.group()} does not end in .example"
    for match in known.finditer(text):
        yield f"{where}: well-known name {match.group()}"
    for match in _NUMBER.finditer(text):
        value = match.group()
        before = text[max(0, match.start() - 18) : match.start()]
        said_phone = value.startswith("+") or _PHONE_WORD.search(before) is not None
        problem = number_problem(value, language, said_phone=said_phone)
        if problem:
            yield f"{where}: {value} {problem}"


def number_problem(value: str, language: str, *, said_phone: bool) -> str | None:
    """Return why a number might belong to somebody of the language's country, or none."""
    digits = re.sub(r"\D", "", value)
    if language == "nb" and fodselsnummer.is_valid(digits) and int(digits[2:4]) not in _NORWEGIAN_SYNTHETIC_MONTH:
        return "is a valid Norwegian national id"
    if language == "sv" and _DASHED.fullmatch(value) and personnummer.is_valid(value):
        return "is a valid Swedish national id"
    if language == "da" and _DASHED.fullmatch(value) and cpr.is_valid(digits):
        return "is a valid Danish national id"
    if len(digits) == 16 and luhn.is_valid(digits) and digits not in CARDS:
        return "is a valid card number"
    region = _REGIONS.get(language)
    if said_phone and region and not _RESERVED_PHONE.fullmatch(digits) and _is_phone(value, region):
        return "may be an assigned phone number"
    return None


def identity_problems(where: str, text: str) -> Iterator[str]:
    """Yield Finnish national ids and IBANs that may be somebody's."""
    for match in re.finditer(r"\b\d{6}[-+A]\d{3}[0-9A-Y]\b", text):
        if hetu.is_valid(match.group()) and int(match.group()[7:10]) < 900:
            yield f"{where}: {match.group()} is a valid Finnish national id"
    for match in re.finditer(r"\b(?:NO|SE|DK|FI|GB)\d{2}(?: ?[0-9A-Z]{2,4}){2,7}\b", text):
        value = match.group().replace(" ", "")
        if value not in IBANS.values() and iban.is_valid(value):
            yield f"{where}: {match.group()} is a valid IBAN"


def _is_phone(value: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False
