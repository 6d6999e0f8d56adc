"""What the tests of this folder share: short results, and generated numbers with correct control digits.

The numbers belong to nobody: their serial parts are arbitrary.
"""

from __future__ import annotations

from replyassist.text.personal import find


def found(text: str, language: str | None = None) -> list[tuple[str, str]]:
    """Return kind and value of each span."""
    return [(span.kind, text[span.start : span.end]) for span in find(text, language=language)]


def certain(text: str) -> list[bool]:
    return [span.certain for span in find(text)]


def norwegian(first_nine: str) -> str:
    one = -sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), first_nine, strict=True)) % 11
    assert one < 10, "this serial number has no control digit; take another"
    digits = f"{first_nine}{one}"
    two = -sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), digits, strict=True)) % 11
    assert two < 10, "this serial number has no control digit; take another"
    return f"{digits}{two}"


def luhn(payload: str) -> str:
    total = 0
    for i, digit in enumerate(reversed(payload)):
        doubled = int(digit) * (2 if i % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return f"{payload}{-total % 10}"


def danish(first_nine: str) -> str:
    check = -sum(w * int(d) for w, d in zip((4, 3, 2, 7, 6, 5, 4, 3, 2), first_nine, strict=True)) % 11
    assert check < 10, "this serial number has no control digit; take another"
    return f"{first_nine[:6]}-{first_nine[6:]}{check}"


def finnish(date: str, sign: str, serial: str) -> str:
    return f"{date}{sign}{serial}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(date + serial) % 31]


def iban(country: str, account: str) -> str:
    letters = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    return f"{country}{98 - int(letters) % 97:02d}{account}"


def norwegian_account(first_ten: str) -> str:
    check = -sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), first_ten, strict=True)) % 11
    assert check < 10, "this account has no control digit; take another"
    return f"{first_ten}{check}"


def one_wrong(number: str) -> str:
    """Return ``number`` with its last digit changed."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)
