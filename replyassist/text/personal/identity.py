"""National identity numbers of Norway, Sweden, Denmark, Finland and Britain, passports, dates of birth.

A correct checksum proves a number. One that fails it is found only where a word ("fødselsnummer", "hetu")
says what it was meant to be. Denmark issues numbers outside modulus 11 since 2007, so there a valid date in
the written form is enough to be found, but not to be certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from replyassist.text.personal.rules import ALONE_AFTER, ALONE_BEFORE, Rule, Scan, apply
from replyassist.types import Span

KIND = "national_id"


def _digits(value: str) -> str:
    return "".join(c for c in value if c in "0123456789")


def is_norwegian(value: str) -> bool:
    """Check a fødselsnummer, D-number or synthetic test number (both control digits, and the date)."""
    from stdnum.no import fodselsnummer as number

    digits = _digits(value)
    if digits[9] != number.calc_check_digit1(digits) or digits[10] != number.calc_check_digit2(digits):
        return False
    day, month = int(digits[:2]), int(digits[2:4])
    return _is_day(day - 40 if day > 40 else day, month % 40, int(digits[4:6]))


def is_swedish(value: str) -> bool:
    """Check a personnummer or samordningsnummer (day plus 60) of 10 or 12 digits: date and Luhn digit."""
    from stdnum import luhn

    digits = _digits(value)[-10:]
    day = int(digits[4:6])
    return _is_day(day - 60 if day > 60 else day, int(digits[2:4]), int(digits[:2])) and bool(luhn.is_valid(digits))


def is_danish(value: str) -> bool:
    """Check a CPR number that satisfies modulus 11."""
    from stdnum.dk import cpr

    digits = _digits(value)
    return _has_danish_date(digits) and cpr.checksum(digits) == 0


def is_finnish(value: str) -> bool:
    """Check a henkilötunnus, also with the century signs in use since 2023 and temporary ones."""
    from stdnum.fi import hetu

    return bool(hetu.is_valid(value, allow_temporary=True))


def _is_day(day: int, month: int, year: int) -> bool:
    """Two-digit years leave the century open, so 29 February passes when either century has it."""
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _has_danish_date(digits: str) -> bool:
    return _is_day(int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


_MONTH = (
    r"(?:jan|feb|mar|apr|ma[ijy]|jun|jul|aug|sep|o[kc]t|nov|d[ei][sc]|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|"
    r"syys|loka|marras|joulu)[^\W\d_]{0,9}"
)


def _number(first: str, rest: str) -> re.Pattern[str]:
    """Compile a number that stands alone: the class of its first character, then the rest."""
    return re.compile(first + ALONE_BEFORE + rest + ALONE_AFTER)


_SPACED_NUMBER = Rule(KIND, _number("[0-9]", r"[0-9](?P<gap>[ .])[0-9]{2}(?P=gap)[0-9]{2,4}(?: ?[-+] ?| )[0-9]{3,5}"))
"""Written with its date in groups; only beside a word."""

_ID_WORDS = ("nummer", "nr", "cpr", "henkilö", "hetu", "pers", "fnr", "numret")

_LONG_ENOUGH = re.compile(r"[0-9]{5}[0-9 +\-A-Ya-y][ -]?[0-9]{2}")
_LONG_RULES = (
    Rule(KIND, _number("[0-9]", "[0-9]{5}[ -]?[0-9]{5}"), is_norwegian, overrules=True),
    Rule(KIND, _number("[12]", "[089][0-9]{6}[-+ ]?[0-9]{4}"), is_swedish, overrules=True),
    Rule(KIND, _number("[0-9]", "[0-9]{5}[-+][0-9]{4}"), is_swedish, overrules=True),
    Rule(KIND, _number("[0-3]", "[0-9]{5}[ -][0-9]{4}"), is_danish, overrules=True),
    # An unbroken ten-digit number that starts with 0 is more often a phone: it needs a word beside it.
    Rule(KIND, _number("[1-9]", "[0-9]{9}"), is_swedish),
    Rule(KIND, _number("[1-3]", "[0-9]{9}"), is_danish),
    Rule(KIND, _number("[0-3]", "[0-9](?:0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}"), stands_alone=True),
    Rule(KIND, _number("[0-3]", "[0-9]{5}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Ya-y]"), is_finnish, overrules=True),
    # Mistyped, but of about the right length and with a word beside it.
    Rule(KIND, _number("[0-9]", "[0-9]{4,7}[ +\\-A-FU-Ya-fu-y]?[0-9]{2,5}[0-9A-Ya-y]?")),
)

_BRITISH_RULE = Rule(
    KIND,
    _number("[A-CEGHJ-PR-TW-Z]", "[A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"),
    stands_alone=True,
)

_OTHER_WORDS = ("social security", "ssn", "pass", "national i", "nino", "ni number")
_OTHER_RULES = (
    Rule(KIND, _number("[0-9]", "[0-9]{2}-[0-9]{2}-[0-9]{4}")),
    Rule(KIND, _number("[A-Z]", "[A-Z]{0,2} ?[0-9]{6,8}")),
    Rule(KIND, _number("[A-Z]", "[A-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Z]")),
)

_BIRTH_WORDS = (
    *("bursdag", "birthday", "fyller", "fylder", "synn", "bday", "b-day", "fodt", "fodsel", "f. ", "f ", "fødd", "pvm"),
    *("født", "fødsel", "född", "födelse", "synty", "synt.", "born", "birth", "dob", "d.o.b", "f.d", "f. d"),
)
_BIRTH_RULES = (
    Rule(
        "birth_date",
        re.compile(
            "[0-9]"
            + ALONE_BEFORE
            + r"(?:[0-9]?[./-] ?[0-9]{1,2}[./ -][ -]?(?:[0-9]{4}|[0-9]{2})|[0-9]{3}[./-][0-9]{1,2}[./-][0-9]{1,2}"
            + rf"|[0-9]?(?:\.|:?[ae]|st|nd|rd|th)? ?(?:of )?{_MONTH},? ?-?(?:[0-9]{{4}}|[0-9]{{2}})"
            rf"|[0-9]{{2}} [0-9]{{2}} [0-9]{{2,4}}|[0-9]{{5}}(?:[0-9]{{2}})?)(?![\w/-])",
            re.IGNORECASE,
        ),
    ),
    Rule(
        "birth_date",
        re.compile(r"[JFMASOND](?<!\w.)[a-z]{2,8} [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4}(?![\w/-])"),
    ),
)


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield identity numbers and dates of birth."""
    if not scan.has_digit:
        return
    if _LONG_ENOUGH.search(scan.text):
        yield from (span for span in apply(_LONG_RULES, scan) if span.certain or _plausible(scan, span))
    if scan.mentions(_ID_WORDS):
        yield from apply((_SPACED_NUMBER,), scan)
    yield from apply((_BRITISH_RULE,), scan)
    if scan.mentions(_OTHER_WORDS):
        yield from apply(_OTHER_RULES, scan)
    if scan.mentions(_BIRTH_WORDS):
        yield from apply(_BIRTH_RULES, scan)


def _plausible(scan: Scan, span: Span) -> bool:
    """Without a word beside it, a Danish form must hold a real date."""
    if scan.declared(span.start, span.end) == KIND:
        return True
    return _has_danish_date(_digits(scan.text[span.start : span.end]))
