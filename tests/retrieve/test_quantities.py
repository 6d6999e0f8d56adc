"""What a text states as numbers: native phrases in five languages, near misses, and any text at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.retrieve.quantities import Quantity, quantities
from replyassist.types import LANGUAGES

Stated = tuple[str, str, float, float]

PHRASES: list[tuple[str, str, Stated]] = [
    ("nb", "Du har 14 dagers åpent kjøp.", ("duration", "day", 14, 14)),
    ("nb", "Vi gir 14-dagers frist.", ("duration", "day", 14, 14)),
    ("nb", "Ta en to-ukers pause.", ("duration", "week", 2, 2)),
    ("nb", "Svar kommer innen tre virkedager.", ("duration", "working_day", 3, 3)),
    ("nb", "Regn med 3 til 5 arbeidsdager.", ("duration", "working_day", 3, 5)),
    ("nb", "Det tar mellom 3 og 5 uker.", ("duration", "week", 3, 5)),
    ("nb", "Koden virker i tjuefire timer.", ("duration", "hour", 24, 24)),
    ("nb", "Lenken virker i en time.", ("duration", "hour", 1, 1)),
    ("nb", "Vent et halvt år.", ("duration", "year", 0.5, 0.5)),
    ("nb", "Frem til to og en halv time før.", ("duration", "hour", 2.5, 2.5)),
    ("nb", "Senest 2 timer og 30 minutter før.", ("duration", "hour", 2.5, 2.5)),
    ("nb", "Prisen er 1 299,50 kr.", ("money", "NOK", 1299.5, 1299.5)),
    ("nb", "Det koster 1.299 kroner.", ("money", "NOK", 1299, 1299)),
    ("nb", "Frakten er kr 79,- per pakke.", ("money", "NOK", 79, 79)),
    ("nb", "Det blir 450 svenske kroner.", ("money", "SEK", 450, 450)),
    ("nb", "Du får 12,5 prosent.", ("percent", "percent", 12.5, 12.5)),
    ("nb", "Ring før kl. 21.00 dagen før.", ("clock", "minute", 1260, 1260)),
    ("nb", "Vi har åpent mandag–fredag 8–16.", ("clock", "minute", 480, 960)),
    ("nb", "Åpent 09.00–15.30 hverdager.", ("clock", "minute", 540, 930)),
    ("nb", "Det gjelder fra 1. mai.", ("date", "day_of_year", 501, 501)),
    ("nb", "Pakken kan veie 35 kilo.", ("measure", "kg", 35, 35)),
    ("nb", "Send oss 3 nye bilder.", ("count", "photo", 3, 3)),
    ("nb", "Sendingen har 3 kolli.", ("count", "parcel", 3, 3)),
    ("sv", "Du har 14 dagars ångerrätt.", ("duration", "day", 14, 14)),
    ("sv", "En tvåveckors paus går bra.", ("duration", "week", 2, 2)),
    ("sv", "Svar inom tre arbetsdagar.", ("duration", "working_day", 3, 3)),
    ("sv", "Räkna med 3–5 bankdagar.", ("duration", "working_day", 3, 5)),
    ("sv", "Det tar mellan 7 och 9 veckor.", ("duration", "week", 7, 9)),
    ("sv", "Tre hela månader gäller.", ("duration", "month", 3, 3)),
    ("sv", "Appen låses i ett dygn.", ("duration", "day", 1, 1)),
    ("sv", "Länken fungerar i en timme.", ("duration", "hour", 1, 1)),
    ("sv", "Två och en halv timme före start.", ("duration", "hour", 2.5, 2.5)),
    ("sv", "Priset är 1 450 kr.", ("money", "SEK", 1450, 1450)),
    ("sv", "Avgiften är 89:- per gång.", ("money", "SEK", 89, 89)),
    ("sv", "Du får 15 procents rabatt, alltså 15 procent.", ("percent", "percent", 15, 15)),
    ("sv", "Ring före klockan 16.", ("clock", "minute", 960, 960)),
    ("sv", "Öppet vardagar 8–18.", ("clock", "minute", 480, 1080)),
    ("sv", "Senast den 15 mars 2026.", ("date", "date", 20260315, 20260315)),
    ("sv", "Skriv högst 300 tecken.", ("count", "character", 300, 300)),
    ("da", "Du har 14 dages fortrydelsesret.", ("duration", "day", 14, 14)),
    ("da", "Svar inden tre hverdage.", ("duration", "working_day", 3, 3)),
    ("da", "Regn med 3 til 5 bankdage.", ("duration", "working_day", 3, 5)),
    ("da", "Det tager mellem 3 og 5 uger.", ("duration", "week", 3, 5)),
    ("da", "Koden gælder i fireogtyve timer.", ("duration", "hour", 24, 24)),
    ("da", "Linket virker i en time.", ("duration", "hour", 1, 1)),
    ("da", "Vent halvanden time eller 2 timer.", ("duration", "hour", 2, 2)),
    ("da", "Prisen er 1.335,50 kr.", ("money", "DKK", 1335.5, 1335.5)),
    ("da", "Det koster 24 kr. om måneden.", ("money", "DKK", 24, 24)),
    ("da", "Du får halvtreds procent.", ("percent", "percent", 50, 50)),
    ("da", "Ring inden klokken 15.", ("clock", "minute", 900, 900)),
    ("da", "Åbent onsdag kl. 11-13.", ("clock", "minute", 660, 780)),
    ("da", "Senest den 30. september.", ("date", "day_of_year", 930, 930)),
    ("da", "Tag to billeder.", ("count", "photo", 2, 2)),
    ("fi", "Palautusaika on 14 päivää.", ("duration", "day", 14, 14)),
    ("fi", "Saat 30-päiväisen kokeilun.", ("duration", "day", 30, 30)),
    ("fi", "Neljäntoista päivän kuluessa.", ("duration", "day", 14, 14)),
    ("fi", "Vastaamme viidessä arkipäivässä.", ("duration", "working_day", 5, 5)),
    ("fi", "Toimitus kestää 3–5 arkipäivää.", ("duration", "working_day", 3, 5)),
    ("fi", "Linkki toimii tunnin ajan.", ("duration", "hour", 1, 1)),
    ("fi", "Kaksi ja puoli tuntia ennen alkua.", ("duration", "hour", 2.5, 2.5)),
    ("fi", "Säilytämme ne puoli vuotta.", ("duration", "year", 0.5, 0.5)),
    ("fi", "Alle 12-vuotias pääsee ilmaiseksi.", ("duration", "year", 12, 12)),
    ("fi", "Hinta on 12,50 €.", ("money", "EUR", 12.5, 12.5)),
    ("fi", "Se maksaa 1 400 euroa.", ("money", "EUR", 1400, 1400)),
    ("fi", "Korvaamme 500 kruunuun asti.", ("money", "kr", 500, 500)),
    ("fi", "Saat 15 prosentin alennuksen.", ("percent", "percent", 15, 15)),
    ("fi", "Soita ennen klo 16.", ("clock", "minute", 960, 960)),
    ("fi", "Avoinna ma–pe 8–18.", ("clock", "minute", 480, 1080)),
    ("fi", "Viimeistään 15. syyskuuta.", ("date", "day_of_year", 915, 915)),
    ("fi", "Lähetä kaksi kuvaa.", ("count", "photo", 2, 2)),
    ("en", "You have fourteen days to return it.", ("duration", "day", 14, 14)),
    ("en", "With a 30-day ticket you travel free.", ("duration", "day", 30, 30)),
    ("en", "We answer within five working days.", ("duration", "working_day", 5, 5)),
    ("en", "Allow 3 to 5 business days.", ("duration", "working_day", 3, 5)),
    ("en", "It takes between 7 and 9 weeks.", ("duration", "week", 7, 9)),
    ("en", "The notice is three full months.", ("duration", "month", 3, 3)),
    ("en", "The link works for an hour.", ("duration", "hour", 1, 1)),
    ("en", "Two and a half hours before.", ("duration", "hour", 2.5, 2.5)),
    ("en", "Two hours thirty minutes before.", ("duration", "hour", 2.5, 2.5)),
    ("en", "That is EUR 1,299.00.", ("money", "EUR", 1299, 1299)),
    ("en", "It costs £5 to post.", ("money", "GBP", 5, 5)),
    ("en", "It costs 450 Swedish kronor.", ("money", "SEK", 450, 450)),
    ("en", "You get 15 per cent off.", ("percent", "percent", 15, 15)),
    ("en", "We are open 9am–5pm.", ("clock", "minute", 540, 1020)),
    ("en", "Open Wednesday, 10-14.", ("clock", "minute", 600, 840)),
    ("en", "By 30th September 2026.", ("date", "date", 20260930, 20260930)),
    ("en", "On 2026-09-30 it ends.", ("date", "date", 20260930, 20260930)),
    ("en", "The bus has five seats.", ("count", "seats", 5, 5)),
]

NEAR_MISSES = [
    ("nb", "Feilkode L-04 betyr feil passord."),
    ("nb", "Ring 22 33 44 55."),
    ("nb", "Versjon 6.2.1 er nyest."),
    ("nb", "Det blir hver dag klart i løpet av dagen."),
    ("nb", "Ordre SB25593140778S er sendt."),
    ("sv", "En dag kommer det."),
    ("sv", "Tiden går, och sexan är en buss."),
    ("sv", "Uppdatera till 7.1.4."),
    ("da", "En dag får du svar."),
    ("da", "Koden er MX-618."),
    ("fi", "Kolmen kopla lähti."),
    ("fi", "Päivitä sovellus."),
    ("fi", "Kuusi on puu."),
    ("en", "You may 3."),
    ("en", "Take one tablet once a day."),
    ("en", "Order 12-345-6789 is on its way."),
    ("en", "The 1st of them."),
]


def stated(one: Quantity) -> Stated:
    return (one.kind, one.unit, one.low, one.high)


@pytest.mark.parametrize(("language", "text", "expected"), PHRASES, ids=[text for _, text, _ in PHRASES])
def test_a_phrase_states_its_quantity(language: str, text: str, expected: Stated) -> None:
    assert expected in [stated(one) for one in quantities(text, language)]


@pytest.mark.parametrize(("language", "text"), NEAR_MISSES)
def test_a_near_miss_states_nothing(language: str, text: str) -> None:
    assert [one for one in quantities(text, language) if one.kind != "count"] == []


def test_working_days_are_another_unit_than_days() -> None:
    assert [one.unit for one in quantities("5 dager eller 5 virkedager", "nb")] == ["day", "working_day"]


@pytest.mark.parametrize(
    ("language", "text", "per"),
    [
        ("nb", "79 kr i måneden", "month"),
        ("nb", "90 minutter om dagen", "day"),
        ("nb", "49 kr/mnd", "month"),
        ("sv", "79 kr i månaden", "month"),
        ("sv", "två gånger om året", "year"),
        ("da", "79 kr. om måneden", "month"),
        ("fi", "25 € kuukaudessa", "month"),
        ("fi", "3 € päivältä", "day"),
        ("en", "EUR 42 a month", "month"),
        ("nb", "79 kr i år", ""),
        ("en", "EUR 42 in May", ""),
    ],
)
def test_a_rate_names_its_time(language: str, text: str, per: str) -> None:
    assert next(one.per for one in quantities(text, language)) == per


def test_crowns_belong_to_the_country_of_the_language() -> None:
    units = {language: quantities("Det koster 89 kr.", language)[0].unit for language in ("nb", "nn", "sv", "da", "fi")}
    assert units == {"nb": "NOK", "nn": "NOK", "sv": "SEK", "da": "DKK", "fi": "kr"}
    assert quantities("89 kr")[0].unit == "kr"
    assert quantities("89 DKK", "nb")[0].unit == "DKK"


def test_without_a_language_all_five_are_read() -> None:
    text = "14 dager, fjorton dagar, 14 dages, 14 päivää, fourteen days"
    assert [stated(one) for one in quantities(text)] == [("duration", "day", 14, 14)] * 5


def test_bare_numbers_come_only_when_asked_for() -> None:
    text = "1. Vent 5 minutter\n2. Vevsprøver tar 8 virkedager, celleprøver 12."
    assert [one.kind for one in quantities(text, "nb")] == ["duration", "duration"]
    assert [(one.kind, one.low) for one in quantities(text, "nb", bare=True)][-1] == ("number", 12)
    assert len(quantities(text, "nb", bare=True)) == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("1 299 kr", 1299), ("1\u00a0299,50 kr", 1299.5), ("1.299 kr", 1299), ("1.299.000,5 kr", 1_299_000.5)),
        *(("1,299.50 kr", 1299.5), ("12,5 kr", 12.5), ("0,125 kr", 0.125), ("0.5 kr", 0.5), ("1.000 000.0 kr", 1e6)),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert [one.low for one in quantities(text, "nb")] == [value]


def test_a_night_ends_on_the_next_day() -> None:
    assert stated(quantities("kl. 22.00–02.00", "nb")[0]) == ("clock", "minute", 1320, 1560)


def test_a_price_is_no_time() -> None:
    assert [one.kind for one in quantities("12.50 € tai 12.50 kg, klo 12.50", "fi")] == ["money", "measure", "clock"]


WORDS = st.sampled_from(
    [
        *("1", "2", "5", "10", "12.30", "7–9", "1 299,50", "14-", "to-", "kl.", "klo", "kr", "€", "%", "EUR", "dager"),
        *("dagar", "dage", "päivää", "days", "virkedager", "hour", "timer", "timmar", "og", "en", "et", "an", "innen"),
        *(
            "within",
            "for",
            "mellom",
            "between",
            "and",
            "ja",
            "puoli",
            "half",
            "halv",
            "femten",
            "tjue",
            "i",
            "om",
            "per",
        ),
        *("måneden", "kuukaudessa", "mandag", "1. mai", "May", "2026", "3.4.2026", "pm", "bilder", "kpl", "tunnin"),
        *("kuluessa", "time", "\n", "-", "(", ")", ".", ",", ":", "/", "**"),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=8).map("".join)
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([*LANGUAGES, "nn", "de", None]))
def test_any_text_gives_ordered_ranges_inside_it(text: str, language: str | None) -> None:
    found = quantities(text, language, bare=True)
    assert [one for one in found if one.kind != "number"] == quantities(text, language)
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(text)
        assert 0 <= one.low <= one.high < float("inf")
        end = one.end


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_a_quantity_read_alone_is_the_same(text: str, language: str) -> None:
    for one in quantities(text, language):
        alone = quantities(text[one.start : one.end], language)
        assert [(part.start, part.end, stated(part), part.per) for part in alone] == [
            (0, one.end - one.start, stated(one), one.per)
        ]


@pytest.mark.parametrize("piece", ["1 000 ", "5-", "12.", "kr ", "en ", "fem", "kl. ", "1 og en halv ", "\n1. "])
def test_the_cost_is_linear(piece: str) -> None:
    start = time.process_time()
    quantities(piece * (40_000 // len(piece)), "nb", bare=True)
    assert time.process_time() - start < 5
