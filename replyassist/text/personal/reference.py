"""Numbers that lead to a person in the company's own books.

Orders, tickets, customers, invoices, parcels, meters and licence plates: they have no shape of their own, so
the word beside them decides. A few written forms ("MV-123456", a postal tracking number) speak for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from replyassist.text.personal import context
from replyassist.text.personal.rules import ALONE_AFTER, ALONE_BEFORE, Rule, Scan, apply
from replyassist.types import Span

KIND = "order_number"

_STANDARDS_TEXT = """
ISO EN IEC DIN RFC UTF SHA COVID IP IPX USB HDMI RTX GTX LTE WPA TLS SSL HTTP AES ECMA ASTM NS SS DS SFS EX
"""
_STANDARDS = frozenset(_STANDARDS_TEXT.split())
"""Letters before a number that name a standard or a technology, not a case."""

_CASE_LETTERS_TEXT = """
INC ORD ORDER INV CASE TICKET TKT REQ RMA SR RITM CS REF
"""
_CASE_LETTERS = frozenset(_CASE_LETTERS_TEXT.split())
"""Letters that helpdesks and shops write straight before a number."""


def is_tracking_number(value: str) -> bool:
    """Check a postal item number (UPU standard S10: two letters, eight digits, a check digit, a country)."""
    digits = [int(c) for c in value if c in "0123456789"]
    check = 11 - sum(weight * digit for weight, digit in zip((8, 6, 4, 2, 3, 5, 9, 7), digits, strict=False)) % 11
    return {10: 0, 11: 5}.get(check, check) == digits[8]


_FORM_RULES = (
    Rule(KIND, re.compile(r"[A-Z](?<!\w.)[A-Z][0-9]{9}(?:NO|SE|DK|FI|GB|DE|CN|US|NL|AX|EE)(?!\w)"), is_tracking_number),
    Rule(KIND, re.compile(r"#(?<!\w.)(?:[A-Z]{1,5}-?)?[0-9]{4,12}" + ALONE_AFTER), stands_alone=True),
)

_METER_WORDS = (
    *("måler", "målepunkt", "mätar", "anläggnings", "mätpunkt", "mittari", "käyttöp", "meter", "mpan", "mprn"),
    *("installation", "aftage"),
)
_METER_RULES = (
    Rule("meter_id", re.compile("[0-9]" + ALONE_BEFORE + "[0-9]{4,17}(?: [0-9]{2,6}){0,4}" + ALONE_AFTER)),
    Rule("meter_id", re.compile(r"[A-Z](?<!\w.)[A-Z]{0,3}-?[0-9]{5,16}(?!\w)")),
)

_PLATE_WORDS = ("reg", "skilt", "skylt", "bilnummer", "nummerplade", "rekister", "rekkari", "kilpi", "plate")
_PLATE_RULES = (
    Rule(
        "licence_plate",
        re.compile(
            r"[A-Z](?<!\w.)(?:[A-Z] ?[0-9]{2} ?[0-9]{3}|[A-Z]{2} ?[0-9]{2}[A-Z0-9]|[A-Z]{1,2}-[0-9]{1,3}"
            r"|[A-Z][0-9]{2} ?[A-Z]{3})(?!\w)"
        ),
    ),
)

_TOKEN = re.compile(r"[0-9][0-9A-Za-z]{0,24}+(?:[/-][0-9A-Za-z]{1,16}+){0,4}")
_LETTERS_BEFORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖabcdefghijklmnopqrstuvwxyzæøåäö-/"
_SPACED = re.compile(r"(?: [0-9]{2,5}){1,5}(?![\w-]|[.,:/][0-9])")
_LETTERED = re.compile(r"([A-Z]{2,6})(-)?(?:[A-Z]{1,3}-?)?[0-9]{2,12}(?:-[0-9]{2,10}){0,2}")
_DATE_OR_YEAR = re.compile(
    r"(?:19|20)[0-9]{2}(?:-(?:19|20)?[0-9]{2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/-][0-9]{1,2}(?:[/-][0-9]{2,4})?"
)
_NUMBERED = re.compile(
    r"(?:nummer|numret|nro?|num|id|numero\w*|number|no|s-?nr|\w*nummer\w{0,3}|tunnu\w*|ref|referen\w+"
    r"|referanse\w*|viite|kid|ocr|rma|code)"
    r"[\W_]{0,4}(?:(?:s|er|är|on|is|var|oli|was|har|mitt|min|mit|my)\W{1,3}){0,3}\Z",
    re.IGNORECASE,
)


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield references, meter ids and licence plates."""
    if not scan.has_digit:
        return
    yield from apply(_FORM_RULES, scan)
    if scan.mentions(_METER_WORDS):
        yield from apply(_METER_RULES, scan)
    if scan.mentions(_PLATE_WORDS):
        yield from apply(_PLATE_RULES, scan)
    for match in _TOKEN.finditer(scan.text):
        span = _reference(scan, match)
        if span is not None:
            yield span


def _reference(scan: Scan, match: re.Match[str]) -> Span | None:
    text = scan.text
    start, end = match.span()
    if start and text[start - 1] in _LETTERS_BEFORE:
        head = text[max(0, start - 12) : start]
        start -= len(head[len(head.rstrip(_LETTERS_BEFORE)) :].lstrip("-/"))
    value = text[start:end]
    if (
        (len(value) < 3 and not _SPACED.match(text, end))
        or (start and text[start - 1] in _JOINED)
        or text[end : end + 1].isalnum()
    ):
        return None
    named = scan.declared(start, end)
    if named == KIND:
        spaced = _SPACED.match(text, end) if value.isdigit() else None
        end = spaced.end() if spaced else end
        return _named_reference(text, start, end)
    if named == "bank_account" and value[0].isalpha() and value[1:2] == "-":  # "account number A-9912034"
        return Span(start=start, end=end, kind=KIND)
    if _speaks_for_itself(value) and (named is None or _digits(value) >= _PLAIN_ENOUGH):
        return Span(start=start, end=end, kind=KIND)
    return None


_PLAIN_ENOUGH = 6
"""With this many digits behind letters and a hyphen, no word beside it makes it a price or a time."""

_JOINED = frozenset("0123456789_@.,:+=")


def _named_reference(text: str, start: int, end: int) -> Span | None:
    """Beside "order" alone a number must be long; beside "order number" hardly anything else is meant."""
    value = text[start:end]
    if context.is_quantity(text, start, end) or _DATE_OR_YEAR.fullmatch(value) or text[end : end + 1] == ":":
        return None
    before = text[max(0, start - 40) : start]
    numbered = _NUMBERED.search(before) is not None
    digits = _digits(value)
    if not numbered and value.isdigit() and digits < _LONGER_THAN_A_PRICE and _AMOUNT_LEAD.search(before):
        return None
    if digits < (3 if numbered else 4) and not _LOCATOR.fullmatch(value):
        return None
    return Span(start=start, end=end, kind=KIND)


_AMOUNT_LEAD = re.compile(r"(?:på|for|of|over|för|om)\s{1,2}\Z", re.IGNORECASE)
"""Behind "fakturaen på" stands a sum."""

_LONGER_THAN_A_PRICE = 6
_LOCATOR = re.compile(r"(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,8}")
"""A booking reference: capitals with a digit or two among them."""


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def _speaks_for_itself(value: str) -> bool:
    form = _LETTERED.fullmatch(value)
    if form is None or _digits(value) < 5:
        return False
    letters, hyphen = form.groups()
    return letters in _CASE_LETTERS or (hyphen is not None and letters not in _STANDARDS)
