from __future__ import annotations

import pytest

from .personal_samples import certain, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bor i Karl Johans gate 22, 0159 Oslo.", [("address", "Karl Johans gate 22, 0159 Oslo")]),
        ("Ny adresse: Bygdøy allé 3B, 0257 Oslo", [("address", "Bygdøy allé 3B, 0257 Oslo")]),
        ("adressen er storgata 12", [("address", "storgata 12")]),
        ("Jag bor på Norra Kungsgatan 14 B, 803 20 Gävle", [("address", "Norra Kungsgatan 14 B, 803 20 Gävle")]),
        ("Drottninggatan 5\n111 51 Stockholm", [("address", "Drottninggatan 5\n111 51 Stockholm")]),
        ("Nørrebrogade 45, st. th, 2200 København N", [("address", "Nørrebrogade 45, st. th, 2200 København N")]),
        ("Hämeenkatu 12 B 34, 33100 Tampere", [("address", "Hämeenkatu 12 B 34, 33100 Tampere")]),
        ("Flat 3, 45 High Street, Leeds LS1 4AB", [("address", "Flat 3, 45 High Street, Leeds LS1 4AB")]),
        ("I moved to 7 Elm Road, Bristol, BS1 5TR last week", [("address", "7 Elm Road, Bristol, BS1 5TR")]),
        ("Postboks 123, 0155 Oslo", [("address", "Postboks 123, 0155 Oslo")]),
        ("Lille Grensen 5, 0159 Oslo", [("address", "Lille Grensen 5, 0159 Oslo")]),
        ("sendes til 5003 Bergen", [("address", "5003 Bergen")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


def test_a_street_with_postcode_is_certain_and_one_without_is_not():
    assert certain("Storgata 12B, 0155 Oslo") == [True]
    assert certain("Jeg bor i Storgata 12B nå") == [False]


@pytest.mark.parametrize(
    "text",
    ["Bestillingen 12. mars", "Norge 2026", "Kampanje 50 % rabatt", "Galaxy 12 Pro", "Leveringen 3-4 dager", "gate 5"],
)
def test_capitalised_words_before_numbers_are_no_streets(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Jeg bor i Storgata 12B.", "Storgata 12B"),
        ("Jag bor på Sveavägen 3 lgh 1102.", "Sveavägen 3 lgh 1102"),
        ("Jeg bor Vestergade 7, 2. tv.", "Vestergade 7, 2. tv."),
        ("Asun Mannerheimintie 10 A 5.", "Mannerheimintie 10 A 5"),
        ("I live at 12 Baker Street.", "12 Baker Street."),
    ],
)
def test_streets_without_a_postcode(text, street):
    assert found(text) == [("address", street)]
