"""Agents sign past answers in many ways; none of their names may be stored."""

from __future__ import annotations

import pytest

from replyassist.text.personal import mask_personal_data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Det går fint.\nIngvild i Mokkavik", "Det går fint.\n[PERSON_1] i Mokkavik"),
        ("Det går bra.\nLinnea på Mokkavik", "Det går bra.\n[PERSON_1] på Mokkavik"),
        ("Det er fint.\nSøren fra Mokkavik", "Det er fint.\n[PERSON_1] fra Mokkavik"),
        ("Onnistuu.\nAino, Mokkavik", "Onnistuu.\n[PERSON_1], Mokkavik"),
        ("Done.\nGood luck, Hannah", "Done.\nGood luck, [PERSON_1]"),
        ("Klart. Trevlig helg! Elias, Mokkavik", "Klart. Trevlig helg! [PERSON_1], Mokkavik"),
        ("Send den til Mokkavik", "Send den til Mokkavik"),
        ("Vi leverer i Norge, Sverige", "Vi leverer i Norge, Sverige"),
        (
            "skrev gammel adresse :( MV-491003 kan dere endre?",
            "skrev gammel adresse :( [ORDER_NUMBER_1] kan dere endre?",
        ),
    ],
)
def test_sign_offs_and_bare_numbers(text: str, expected: str) -> None:
    assert mask_personal_data(text) == expected
