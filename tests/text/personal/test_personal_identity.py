from __future__ import annotations

import pytest

from .personal_samples import certain, danish, finnish, found, luhn, norwegian, one_wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("født 12.03.1985", [("birth_date", "12.03.1985")]),
        ("Jag är född 1985-03-12", [("birth_date", "1985-03-12")]),
        ("syntynyt 12.3.1985", [("birth_date", "12.3.1985")]),
        ("I was born on 12 March 1985", [("birth_date", "12 March 1985")]),
        ("date of birth: March 12, 1985", [("birth_date", "March 12, 1985")]),
        ("fødselsdato 12. mars 1985", [("birth_date", "12. mars 1985")]),
        ("ni number AB 12 34 56 C", [("national_id", "AB 12 34 56 C")]),
        ("my ssn is 078-05-1120", [("national_id", "078-05-1120")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


NORWEGIAN = norwegian("120485456")
D_NUMBER = norwegian("410190125")
SYNTHETIC = norwegian("018101129")
SWEDISH = luhn("850312123")
COORDINATION = luhn("850372123")
DANISH = danish("120485111")


@pytest.mark.parametrize(
    "value",
    [
        NORWEGIAN,
        f"{NORWEGIAN[:6]} {NORWEGIAN[6:]}",
        D_NUMBER,
        SYNTHETIC,
        f"{SWEDISH[:6]}-{SWEDISH[6:]}",
        f"{SWEDISH[:6]}+{SWEDISH[6:]}",
        f"19{SWEDISH[:6]}-{SWEDISH[6:]}",
        f"19{SWEDISH}",
        f"{COORDINATION[:6]}-{COORDINATION[6:]}",
        DANISH,
        DANISH.replace("-", " "),
        finnish("120385", "-", "123"),
        finnish("010203", "A", "012"),
        finnish("010203", "B", "912"),
        finnish("311299", "Y", "345"),
        finnish("311299", "-", "345").lower(),
    ],
)
def test_a_correct_number_is_certain_without_context(value):
    text = f"Hei, {value} takk"
    assert found(text) == [("national_id", value)]
    assert certain(text) == [True]


@pytest.mark.parametrize("value", [one_wrong(NORWEGIAN), one_wrong(f"19{SWEDISH}"), "120385-123K", "850312-1239"])
def test_one_wrong_digit_is_not_found_without_context(value):
    assert found(f"Se {value} her") == []


@pytest.mark.parametrize(
    ("context", "value"),
    [
        ("fødselsnummer", one_wrong(NORWEGIAN)),
        ("Fødselsnummeret mitt er", f"{NORWEGIAN[:6]} 00000"),
        ("D-nummer:", one_wrong(D_NUMBER)),
        ("personnummer", "850312-1239"),
        ("mitt personnr är", "8503121239"),
        ("cpr-nummer", "4104851112"),
        ("CPR:", "120485-1112"),
        ("hetu", "120385-123K"),
        ("henkilötunnukseni on", "120385A000A"),
        ("social security number", "123-45-6789"),
        ("passport number", "N1234567"),
    ],
)
def test_a_mistyped_number_is_found_beside_a_telling_word(context, value):
    text = f"Hei, {context} {value}."
    assert found(text) == [("national_id", value)]
    assert certain(text) == [False]


def test_a_danish_number_outside_modulus_11_is_found_but_not_certain():
    text = "Jeg er 120485-1112 i jeres system"
    assert found(text) == [("national_id", "120485-1112")]
    assert certain(text) == [False]


@pytest.mark.parametrize("value", ["321385-1112", "129985-1112", "556677-8899", "123456-7890"])
def test_impossible_dates_are_no_identity_numbers(value):
    assert found(f"Se {value} her") == []


@pytest.mark.parametrize("text", ["leveres 12.03.1985", "12 March 1985", "1985-03-12", "født sånn"])
def test_a_date_without_birth_is_no_date_of_birth(text):
    assert found(text) == []
