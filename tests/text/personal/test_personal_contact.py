from __future__ import annotations

import pytest

from .personal_samples import certain, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jeg nås på 91234567 etter kl 16", [("phone", "91234567")]),
        ("Tlf: +47 912 34 567", [("phone", "+47 912 34 567")]),
        ("Ring 0047 91234567", [("phone", "0047 91234567")]),
        ("Hej, du når mig på 0701740605", [("phone", "0701740605")]),
        ("Mitt nummer är 070-174 06 05.", [("phone", "070-174 06 05")]),
        ("Mobil 20 12 34 56", [("phone", "20 12 34 56")]),
        ("Min telefon er 20123456", [("phone", "20123456")]),
        ("Puhelinnumeroni on 050 123 4567", [("phone", "050 123 4567")]),
        ("Soita 040-1234567", [("phone", "040-1234567")]),
        ("Call me on 07700 900123", [("phone", "07700 900123")]),
        ("My number is 020 7946 0958", [("phone", "020 7946 0958")]),
        ("+44 (0)20 7946 0958 is my office", [("phone", "+44 (0)20 7946 0958")]),
        ("(+45) 20 12 34 56", [("phone", "(+45) 20 12 34 56")]),
        ("kari (at) example punktum no", [("email", "kari (at) example punktum no")]),
        ("kari krøllalfa example punktum no", [("email", "kari krøllalfa example punktum no")]),
        ("Skriv till anna.svensson@example.se!", [("email", "anna.svensson@example.se")]),
        ("<bjørn.æ@example.no>", [("email", "bjørn.æ@example.no")]),
        ("mailto:ola@example.com.", [("email", "ola@example.com")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("context", "number"),
    [
        ("telefon", "12345678"),
        ("puhelinnumero", "0401234"),
        ("phone", "01632 960 00"),
        ("mobil", "4123 4567"),
        ("tlf.", "41.23.45.67"),
    ],
)
def test_a_telling_word_makes_up_for_form_and_validity(context, number):
    text = f"Min {context} {number} er ny"
    assert found(text) == [("phone", number)]
    assert certain(text) == [False]


def test_an_international_number_is_certain():
    assert certain("Ring +47 412 34 567") == [True]
    assert certain("+46701740605") == [True]


@pytest.mark.parametrize("number", ["412 34 567", "41 23 45 67", "070-174 06 05", "0701740605", "040 123 4567"])
def test_telling_forms_need_no_word(number):
    assert found(f"Hei, {number}. Takk") == [("phone", number)]


@pytest.mark.parametrize(
    "text",
    [
        "Se 41234567 der",
        "ca 41 234 567",
        "412 34 567 kr",
        "41 23 45 67 kWh",
        "kr 412 34 567",
        "12 34 56 78",
        "20-24 30-35",
    ],
)
def test_numbers_that_are_no_phones(text):
    assert found(text) == []


def test_the_language_says_whose_formats_are_expected():
    assert found("Hei, 412 34 567.", language="nb") == [("phone", "412 34 567")]
    assert found("Hei, 412 34 567.", language="fi") == []


def test_email_edges():
    assert found("(kari@example.no)") == [("email", "kari@example.no")]
    assert found("kari @ example.no") == [("email", "kari @ example.no")]
    assert found("KARI.N+shop@EXAMPLE.CO.UK,ola@example.com") == [
        ("email", "KARI.N+shop@EXAMPLE.CO.UK"),
        ("email", "ola@example.com"),
    ]
    assert certain("kari@example.no") == [True]
    assert found("se mer at example.no") == []
    assert found("@@@ a@b @example.no kari@") == []
