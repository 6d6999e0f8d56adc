"""Hostile texts take linear time: four times the text may not take much more than four times as long."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from replyassist.text.personal import find

HOSTILE = {
    "digits": "1",
    "at": "@",
    "dotted": "a.",
    "dotted with at": "a.@",
    "single digits": "1 ",
    "pairs": "24 ",
    "names": "Kari Nordmann ",
    "identity": "123456-",
    "orders": "ordre 12345 ",
    "passwords": "passord:",
    "colons": ":",
    "links": "https://a/",
    "capitals": "A",
    "streets": "Storgata 1, ",
    "sign-offs": "mvh ",
    "placeholders": "[EMAIL_1]",
    "cards": "4111 1111 1111 1111 ",
    "ibans": "NO93 ",
    "phones": "ring +47 412 34 5",
    "towns": "Oslo 1 ",
    "brackets": "(at) ",
    "letters and digits": "a1",
    "line ends": "\n",
    "codes": "koden jeg fikk ",
    "code behind its value": "1234 som kode ",
    "keys": "token ",
    "queries": "?code=",
    "reset links": "/reset/",
    "branches": "reg nr 1234 ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_linear(name):
    def seconds(size: int) -> float:
        text = HOSTILE[name] * (size // len(HOSTILE[name]))
        start = time.process_time()
        find(text)
        return time.process_time() - start

    seconds(1000)
    small, large = seconds(6_000), seconds(48_000)
    assert large < 8 * small * 3 + 0.05


@pytest.mark.parametrize(
    "text", ["1" * 10**6, "@" * 10**6, "a." * 500_000, "a." * 500_000 + "@", "A" * 10**6, "x" * 10**6]
)
def test_a_megabyte(text):
    start = time.process_time()
    find(text)
    assert time.process_time() - start < 5


def test_heavy_modules_wait_for_a_candidate():
    code = (
        "import sys; from replyassist.text.personal import find; find('Hei, når åpner dere?');"
        "print([m for m in ('phonenumbers', 'stdnum') if m in sys.modules]);"
        "find('Hei 412 34 567 eller 12048545643');"
        "print([m for m in ('phonenumbers', 'stdnum') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split("\n")[:2] == ["[]", "['phonenumbers', 'stdnum']"]
