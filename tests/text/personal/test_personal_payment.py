from __future__ import annotations

import pytest

from .personal_samples import certain, found, iban, luhn, norwegian_account, one_wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kontonummer 1234.56.78903", [("bank_account", "1234.56.78903")]),
        ("kontonr: 12345678903", [("bank_account", "12345678903")]),
        ("Clearing 8327-9, konto 123 456 789-0", [("bank_account", "8327-9"), ("bank_account", "123 456 789-0")]),
        ("Bankgiro 123-4567", [("bank_account", "123-4567")]),
        ("reg.nr. 1234 kontonummer 1234567890", [("bank_account", "1234"), ("bank_account", "1234567890")]),
        ("sort code 12-34-56 account number 12345678", [("bank_account", "12-34-56"), ("bank_account", "12345678")]),
        ("Tilinumero FI21 1234 5600 0007 85", [("iban", "FI21 1234 5600 0007 85")]),
        ("iban no9386011117947 bic", [("iban", "no9386011117947")]),
        ("kortnummer 4111-1111-1111-1111 exp 12/27", [("card", "4111-1111-1111-1111")]),
        ("kort 4111 1111 1111 1112", [("card", "4111 1111 1111 1112")]),
        ("5500005555555559", [("card", "5500005555555559")]),
        ("Amex 3782 822463 10005", [("card", "3782 822463 10005")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        iban("NO", norwegian_account("1234567891")),
        iban("SE", "50000000058398257466"),
        iban("DK", "00400440116243"),
        iban("FI", "12345600000785"),
        iban("GB", "NWBK60161331926819"),
    ],
)
def test_ibans_are_certain_however_they_are_grouped(value):
    grouped = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    for written in (value, grouped, grouped.lower()):
        text = f"betal til {written} BIC NDEAFIHH"
        assert ("iban", written) in found(text)
        assert certain(text)[0]


def test_a_mistyped_iban_needs_a_telling_word():
    value = one_wrong(iban("NO", norwegian_account("1234567891")))
    assert found(f"Kode {value}") == []
    assert found(f"IBAN {value}") == [("iban", value)]
    assert certain(f"IBAN {value}") == [False]


def test_an_iban_stops_at_the_length_of_its_country():
    value = iban("NO", norwegian_account("1234567891"))
    assert found(f"{value}X") == []


# Published test cards of the card networks.
@pytest.mark.parametrize(
    "value", ["4111 1111 1111 1111", "5555555555554444", "3782 822463 10005", "6011-1111-1111-1117"]
)
def test_cards_are_certain_without_context(value):
    text = f"Jeg brukte {value} i går"
    assert found(text) == [("card", value)]
    assert certain(text) == [True]


@pytest.mark.parametrize(
    "context", ["kortnummer", "kortet mitt", "mitt kort", "dankort", "luottokortti", "credit card"]
)
def test_a_mistyped_card_is_found_beside_a_telling_word(context):
    text = f"Hei, {context} 4111 1111 1111 1112"
    assert found(text) == [("card", "4111 1111 1111 1112")]
    assert certain(text) == [False]


@pytest.mark.parametrize("value", ["4111 1111 1111 1112", "1111 1111 1111 1117", luhn("701234567890123")])
def test_numbers_that_no_card_has_are_not_cards(value):
    assert "card" not in [kind for kind, _ in found(f"Se {value} her")]


def test_a_norwegian_account_with_dots_is_certain():
    value = norwegian_account("1234567891")
    written = f"{value[:4]}.{value[4:6]}.{value[6:]}"
    assert found(f"Overfør til {written}.") == [("bank_account", written)]
    assert certain(written) == [True]
    assert found(f"Overfør {one_wrong(written)}.") == []
    assert found(f"Konto {one_wrong(written)}.") == [("bank_account", one_wrong(written))]
