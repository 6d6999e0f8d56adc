"""Numbers that look real and belong to nobody: writers type ``@PHONE``, and this fills it in.

Where a country keeps a range for fiction or tests, it is taken; elsewhere numbers of unassigned ranges or with a wrong
check digit. The corpus check holds every number to this.

- Phones: Sweden 070-174 06 05 to 99 (reserved by PTS), United Kingdom 07700 900000 to 900999 (Ofcom); Norway 42, 43,
  44, 49, Denmark 83, 84, 85 and Finland 049 1 to 049 3 are not assigned.
- National ids: Norway with 80 added to the month (Skatteetaten's synthetic population), Finland with an individual
  number from 900 (temporary, never a person's), Denmark with 60 added to the day, Sweden with a wrong check digit,
  United Kingdom with the prefix QQ (never issued).
- IBANs are the samples of the SWIFT registry, card numbers the published test numbers of card processors; bank
  accounts have a bank number that is not assigned.
"""

from __future__ import annotations

import random
import re

from stdnum import luhn
from stdnum.no import fodselsnummer

_FILLER = re.compile(r"@(PHONE|ID|IBAN|CARD|ACCOUNT)\b")

IBANS = {
    "nb": "NO9386011117947",
    "sv": "SE4550000000058398257466",
    "da": "DK5000400440116243",
    "fi": "FI2112345600000785",
    "en": "GB29NWBK60161331926819",
}
CARDS = ("4111111111111111", "5555555555554444", "4242424242424242", "4000056655665556", "5105105105105100")
_FINNISH_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def fill(text: str, language: str, seed: str) -> str:
    """Replace every filler; the same ``seed`` gives the same numbers.

    >>> fill("ring @PHONE", "sv", "m01")[:8]
    'ring 070'
    """
    draw = random.Random(seed)
    makers = {"PHONE": phone, "ID": national_id, "IBAN": iban, "CARD": card, "ACCOUNT": bank_account}
    return _FILLER.sub(lambda match: makers[match.group(1)](language, draw), text)


def phone(language: str, draw: random.Random) -> str:
    """Return a mobile number of a reserved or unassigned range, in one of the usual spellings."""
    if language == "nb":
        digits = draw.choice(("42", "43", "44", "49")) + _digits(draw, 6)
        return draw.choice(
            (_spaced(digits, 3, 2, 3), _spaced(digits, 2, 2, 2, 2), digits, "+47 " + _spaced(digits, 3, 2, 3))
        )
    if language == "da":
        digits = draw.choice(("83", "84", "85")) + _digits(draw, 6)
        return draw.choice((_spaced(digits, 2, 2, 2, 2), digits, "+45 " + _spaced(digits, 2, 2, 2, 2)))
    if language == "sv":
        tail = f"{draw.randrange(5, 100):02d}"
        return draw.choice((f"070-174 06 {tail}", f"07017406{tail}", f"+46 70 174 06 {tail}"))
    if language == "fi":
        digits = f"{draw.choice('123')}{_digits(draw, 6)}"
        return draw.choice((f"049 {digits[:3]} {digits[3:]}", f"049{digits}", f"+358 49 {digits[:3]} {digits[3:]}"))
    tail = _digits(draw, 3)
    return draw.choice((f"07700 900{tail}", f"07700900{tail}", f"+44 7700 900{tail}"))


def national_id(language: str, draw: random.Random) -> str:
    """Return a national identity number that no person can have."""
    day, month, year = draw.randrange(1, 29), draw.randrange(1, 13), draw.randrange(40, 99)
    if language == "nb":
        return _norwegian_id(f"{day:02d}{month + 80:02d}{year}", draw)
    if language == "fi":
        born, individual = f"{day:02d}{month:02d}{year}", str(draw.randrange(900, 1000))
        return f"{born}-{individual}{_FINNISH_CHECKS[int(born + individual) % 31]}"
    if language == "da":
        return f"{day + 60:02d}{month:02d}{year}-{draw.randrange(1000, 4000)}"
    if language == "sv":
        body = f"{year}{month:02d}{day:02d}{_digits(draw, 3)}"
        return f"{body[:6]}-{body[6:]}{(int(luhn.calc_check_digit(body)) + draw.randrange(1, 10)) % 10}"
    return f"QQ {draw.randrange(10, 99)} {draw.randrange(10, 99)} {draw.randrange(10, 99)} {draw.choice('ABCD')}"


def iban(language: str, draw: random.Random) -> str:
    """Return the registry's sample IBAN of the language's country, spaced or not."""
    value = IBANS[language]
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4)) if draw.random() < 0.6 else value


def card(language: str, draw: random.Random) -> str:
    """Return a published test card number, spaced or not."""
    value = draw.choice(CARDS)
    return " ".join(value[i : i + 4] for i in range(0, 16, 4)) if draw.random() < 0.7 else value


def bank_account(language: str, draw: random.Random) -> str:
    """Return an account number in the country's form at a bank that does not exist."""
    if language == "nb":
        return f"0000.{_digits(draw, 2)}.{_digits(draw, 5)}"
    if language == "da":
        return f"0000 {_digits(draw, 10)}"
    if language == "sv":
        return f"0000-{_digits(draw, 3)} {_digits(draw, 3)} {_digits(draw, 1)}"
    return iban(language, draw) if language == "fi" else f"00-00-00 {_digits(draw, 8)}"


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def _spaced(digits: str, *groups: int) -> str:
    parts, at = [], 0
    for size in groups:
        parts.append(digits[at : at + size])
        at += size
    return " ".join(parts)


def _norwegian_id(birth: str, draw: random.Random) -> str:
    while True:
        number = birth + _digits(draw, 3)
        first = fodselsnummer.calc_check_digit1(number)
        second = fodselsnummer.calc_check_digit2(number + first)
        if first.isdigit() and second.isdigit() and len(number + first + second) == 11:
            return f"{number[:6]} {number[6:]}{first}{second}"
