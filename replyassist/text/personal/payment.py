"""Bank accounts (IBAN and national) and payment cards.

IBAN: ISO 13616, modulus 97 and the national structure. Cards: ISO/IEC 7812, Luhn digit and issuer range.
Norwegian account: eleven digits, modulus 11. Other national accounts have no public proof and need a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from replyassist.text.personal.rules import ALONE_AFTER, ALONE_BEFORE, Rule, Scan, apply
from replyassist.types import Span

_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters of an IBAN per country (SWIFT IBAN registry)."""

_IBAN_START = re.compile(r"[A-Za-z](?<!\w.)[A-Za-z][0-9]{2}(?=[ \u00a0-]?[A-Za-z0-9]{2})")
_IBAN_CHARACTER = re.compile(r"[ \u00a0-]?[A-Za-z0-9]")


def is_norwegian_account(value: str) -> bool:
    """Check the control digit of a Norwegian account number."""
    from stdnum.no import kontonr

    return bool(kontonr.is_valid(value))


def is_card(value: str) -> bool:
    """Check the Luhn digit, and that an issuer uses this start with this length."""
    from stdnum import luhn

    digits = re.sub("[^0-9]", "", value)
    return _has_issuer(digits) and bool(luhn.is_valid(digits))


def _has_issuer(digits: str) -> bool:
    first = digits[0]
    if len(digits) == 16:
        return first in "3456" or "2221" <= digits[:4] <= "2720"
    if len(digits) == 15:
        return digits.startswith(("34", "37"))
    if len(digits) == 14:
        return digits.startswith(("30", "36", "38"))
    return first == "6" or (first == "4" and len(digits) in (13, 19))


_GROUPED_CARD = (
    r"[0-9]{3}(?P<gap>[ \u00a0-])(?:[0-9]{4}(?P=gap)[0-9]{4}(?P=gap)[0-9]{1,7}"
    r"|[0-9]{6}(?P=gap)[0-9]{4,5})"
)

_LONG_ENOUGH = re.compile(r"[0-9](?:[ \u00a0.-]?[0-9]){10}")
_LONG_RULES = (
    Rule("card", re.compile("[2-6]" + ALONE_BEFORE + _GROUPED_CARD + ALONE_AFTER), is_card),
    Rule("card", re.compile("[2-6]" + ALONE_BEFORE + "[0-9]{12,18}" + ALONE_AFTER), is_card),
    Rule("card", re.compile("[0-9]" + ALONE_BEFORE + r"(?:[ \u00a0-]?[0-9]){11,18}" + ALONE_AFTER)),
    Rule(
        "bank_account",
        re.compile(r"[0-9](?<![\w.,+-].)[0-9]{3}(?P<gap>[. ])[0-9]{2}(?P=gap)[0-9]{5}" + ALONE_AFTER),
        is_norwegian_account,
    ),
)

_ACCOUNT_WORDS = (
    *(
        "konto",
        "kto",
        "tili",
        "account",
        "acct",
        "a/c",
        "acc no",
        "clearing",
        "giro",
        "sort code",
        "sort-code",
        "bg",
        "pg",
    ),
    *("overfør", "överför", "sätt", "indsæt", "siir", "pay", "refund", "innskudd", "insätt", "bankid"),
)
_ACCOUNT_RULES = (
    # Elsewhere: clearing number and account, bankgiro, sort code and account, an unbroken Norwegian account.
    Rule(
        "bank_account",
        re.compile("[0-9]" + ALONE_BEFORE + r"(?<![A-Za-z]-.)[0-9]{1,5}(?:[ .,/-]{1,2}[0-9]{1,10}){0,6}" + ALONE_AFTER),
    ),
    Rule("bank_account", re.compile("[0-9]" + ALONE_BEFORE + "(?<![A-Za-z]-.)[0-9]{6,13}" + ALONE_AFTER)),
)


_DATE = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}([./-])[0-9]{1,2}\2[0-9]{1,2}")
_BRANCH = re.compile(
    r"\b(?:reg(?:istrerings?)?[. ]{0,2}(?:nr|nummer|no)?|clearing(?:s?-?(?:nr|nummer|numret))?|sort[ -]?code)"
    r"[\s.:#]{0,3}(?:(?:er|är|is|on|and|og|och) )?([0-9]{4}(?:-[0-9])?|[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2})"
    r"(?![\w]|-[0-9])",
    re.IGNORECASE,
)
"""The bank or branch: before an account in Denmark, Sweden and Britain, written by itself."""

_ACCOUNT_NEAR = re.compile(r"konto|kto|account|acct|acc\b|a/c|clearing|sort[ -]?code", re.IGNORECASE)
_UNMISTAKABLE = re.compile(
    r"[0-9](?<![\w.,+-].)(?:(?P<form>[0-9]-[0-9]{2}-[0-9]{2}[ ,/]{1,3}[0-9]{8})"
    r"|(?P<dotted>[0-9]{3}\.[0-9]{2}\.[0-9]{5})|[0-9]{3}-[0-9]{7,10}"
    r"|[0-9]{3}-[0-9], ?[0-9]{2,3} [0-9]{3} [0-9]{3}-[0-9]|[0-9]{5}-[0-9]{3,8})(?![\w]|[.,-][0-9])"
)
"""Forms that only accounts have; those without ``form`` need money moved to them."""

_DIRECTED = re.compile(r"\b(?:på|til) \Z")

_TRANSFER = re.compile(
    r"overfør|innbetal|utbetal|udbetal|sett|sæt|sätt|insätt|indsæt|överför|återbetal|tilbakebetal|tilbagebetal"
    r"|siir|maksa|palaut|refund|transfer|\bpay|pengene|pengarna|rahat|money",
    re.IGNORECASE,
)
_SORT_CODE = re.compile("[0-9]{2}-[0-9]{2}-[0-9]{2}")


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield cards and accounts."""
    if not scan.has_digit:
        return
    yield from _ibans(scan)
    if _LONG_ENOUGH.search(scan.text):
        yield from apply(_LONG_RULES, scan)
    if scan.mentions(_ACCOUNT_WORDS):
        for span in apply(_ACCOUNT_RULES, scan):
            if _long_enough(scan.text[span.start : span.end]):
                yield span
        yield from _branches(scan.text)
    for match in _UNMISTAKABLE.finditer(scan.text):
        if match["form"] or _TRANSFER.search(scan.text, max(0, match.start() - 60), match.start()):
            directed = _DIRECTED.search(scan.text, max(0, match.start() - 6), match.start())
            if match["dotted"] is None or directed:
                yield Span(start=match.start(), end=match.end(), kind="bank_account")


def _branches(text: str) -> Iterator[Span]:
    for match in _BRANCH.finditer(text):
        start, end = match.span(1)
        if _ACCOUNT_NEAR.search(text, max(0, match.start() - 50), end + 30):
            yield Span(start=start, end=end, kind="bank_account")


def _long_enough(value: str) -> bool:
    """Tell whether there are the seven digits of an account; a shorter number beside "konto" is something else."""
    if _DATE.fullmatch(value):
        return False
    return sum(map(str.isdigit, value)) >= 7 or _SORT_CODE.fullmatch(value) is not None


def _ibans(scan: Scan) -> Iterator[Span]:
    """Yield each IBAN, read to the length of its country so that a word written after it stays outside."""
    text = scan.text
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTHS.get(match.group()[:2].upper())
        end = _walk(text, match.end(), length - 4) if length else None
        if end is None:
            continue
        certain = _is_iban(text[match.start() : end])
        if certain or scan.declared(match.start(), end) in ("iban", "bank_account"):
            yield Span(start=match.start(), end=end, kind="iban", certain=certain)


def _walk(text: str, position: int, characters: int) -> int | None:
    """Return where ``characters`` letters or digits end, single separators allowed, or none if they do not."""
    for _ in range(characters):
        step = _IBAN_CHARACTER.match(text, position)
        if step is None:
            return None
        position = step.end()
    return None if text[position : position + 1].isalnum() else position


def _is_iban(value: str) -> bool:
    from stdnum import iban

    return bool(iban.is_valid(value.replace("\u00a0", " ")))
