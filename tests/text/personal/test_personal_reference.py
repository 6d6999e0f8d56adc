from __future__ import annotations

import pytest

from .personal_samples import certain, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KID 4111111111111111", [("order_number", "4111111111111111")]),
        ("Ordre 1029384 er ikke kommet", [("order_number", "1029384")]),
        ("Ordrenr. 10293", [("order_number", "10293")]),
        ("ordre nr 10293", [("order_number", "10293")]),
        ("Ordrenummeret mitt er 123 456 789", [("order_number", "123 456 789")]),
        ("Beställningsnummer: SE-2026-00123", [("order_number", "SE-2026-00123")]),
        ("Min beställning 88123412 har inte kommit", [("order_number", "88123412")]),
        ("Mit ordrenummer er 5512345", [("order_number", "5512345")]),
        ("sagsnummer 2026-4411", [("order_number", "2026-4411")]),
        ("Tilausnumeroni on 445566", [("order_number", "445566")]),
        ("tilaus nro 445566 puuttuu", [("order_number", "445566")]),
        ("asiakasnumero: 99 88 77", [("order_number", "99 88 77")]),
        ("My order #10293 never came", [("order_number", "#10293")]),
        ("ticket INC0012345", [("order_number", "INC0012345")]),
        ("invoice no. F-20331", [("order_number", "F-20331")]),
        ("order number ab12345c", [("order_number", "ab12345c")]),
        ("Sporingsnummer RR123456785NO", [("order_number", "RR123456785NO")]),
        ("kundenummer 445 og fakturanr 7788", [("order_number", "445"), ("order_number", "7788")]),
        ("Målernummer 7359992891234567", [("meter_id", "7359992891234567")]),
        ("målepunkt-id 707057500012345678", [("meter_id", "707057500012345678")]),
        ("Bilen har regnr AB 12345", [("licence_plate", "AB 12345")]),
        ("registreringsnummer ABC 12D", [("licence_plate", "ABC 12D")]),
        ("rekisterinumero ABC-123", [("licence_plate", "ABC-123")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("context", ["ordrenummer", "ordernummer", "ordrenr.", "tilausnumero", "order number"])
def test_beside_order_number_a_short_number_is_enough(context):
    assert found(f"Hei, {context} 4451") == [("order_number", "4451")]


@pytest.mark.parametrize(
    "text", ["ordre 45", "ordre i 2026", "ordre 12.03.2026", "ordre på 1299 kr", "12345", "MV-12", "ISO-27001"]
)
def test_what_is_no_reference(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["12345678 er ordrenummeret mitt", "12345678 är mitt ordernummer", "12345678 (order number)"]
)
def test_the_word_may_follow(text):
    assert found(text) == [("order_number", "12345678")]


def test_a_postal_tracking_number_is_proved_by_its_check_digit():
    assert certain("RR123456785NO") == [True]
    assert found("RR123456784NO") == []


@pytest.mark.parametrize("text", ["AB 12345", "ABC 12D", "ABC-123", "735999289123456"])
def test_plates_and_meters_need_a_word(text):
    assert found(text) == []


def test_the_nearest_word_decides():
    text = "Ordre 1029384, ring 91234567, målerstand 45231"
    assert found(text) == [("order_number", "1029384"), ("phone", "91234567")]
