from __future__ import annotations

import pytest

from .personal_samples import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mvh\nOla Hansen\n91234567", [("person", "Ola Hansen"), ("phone", "91234567")]),
        ("Hei, mitt navn er Xantippe Quux.", [("person", "Xantippe Quux")]),
        ("hei jeg heter kari nordmann", [("person", "kari nordmann")]),
        ("Hej Anna och Erik, tack", [("person", "Anna"), ("person", "Erik")]),
        ("Hi Emma,\nthanks", [("person", "Emma")]),
        ("Takk for hjelpen, Lars!", [("person", "Lars")]),
        ("Jeg snakket med Lars i går", [("person", "Lars")]),
        ("Kontoen tilhører min mor Berit Olsen.", [("person", "Berit Olsen")]),
        ("Nimeni on Matti Meikäläinen", [("person", "Matti Meikäläinen")]),
        ("Vennlig hilsen\nKari", [("person", "Kari")]),
        ("Med vänliga hälsningar,\nXylo Zetterqvist", [("person", "Xylo Zetterqvist")]),
        ("Best regards,\nJ. Smith", [("person", "J. Smith")]),
        ("Terveisin\nTiina K.", [("person", "Tiina K")]),
        ("... takk.\n/Kari", [("person", "Kari")]),
        ("Mr Smith called", [("person", "Smith")]),
        ("Navn: Quentin Obi\nTelefon: 91234567", [("person", "Quentin Obi"), ("phone", "91234567")]),
        ("fru Hansen ringte", [("person", "Hansen")]),
        ("I spoke to Sarah yesterday and she said", [("person", "Sarah")]),
        ("Kind regards,\nEmily Clarke\nSent from my iPhone", [("person", "Emily Clarke")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("greeting", ["Hei", "Hej", "Moi", "Hello", "Dear", "Kjære", "Kära", "Kære", "Hyvä"])
def test_persons_are_greeted_and_companies_too(greeting):
    assert found(f"{greeting} Kari,\n") == [("person", "Kari")]
    assert found(f"{greeting} Fjellstrøm,\n") == []


@pytest.mark.parametrize(
    "closing",
    ["Mvh", "Vennlig hilsen", "Med vänliga hälsningar", "Venlig hilsen", "Ystävällisin terveisin", "Kind regards"],
)
def test_sign_offs(closing):
    for gap in ("\n", ",\n", ",\n\n", " "):
        assert found(f"Takk.\n{closing}{gap}Xylo Quuxby") == [("person", "Xylo Quuxby")]
    assert found(f"Takk.\n{closing}\nNordlys Energi AS") == []


@pytest.mark.parametrize("lead", ["Jeg heter", "Jag heter", "Jeg hedder", "Nimeni on", "My name is", "Mitt navn er"])
def test_introductions(lead):
    assert found(f"Hei! {lead} Xylo van Quuxby og lurer på noe") == [("person", "Xylo van Quuxby")]
    assert found(f"hei! {lead.lower()} kari") == [("person", "kari")]


def test_a_name_is_found_again_where_nothing_supports_it():
    text = "Hei, jeg heter Xylo Quuxby. Kan Quuxby få svar?"
    assert found(text) == [("person", "Xylo Quuxby"), ("person", "Quuxby")]


def test_placeholders_are_not_names():
    assert found("Hei [PERSON_1],\nMvh\n[PERSON_2]") == []
