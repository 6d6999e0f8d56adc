"""Near-duplicates: texts that differ in a number or a name are shown once, in five languages; others are not."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.retrieve.lexical import words
from replyassist.retrieve.similar import SAME, NearDuplicates
from replyassist.types import LANGUAGES, Hit

REPLIES = {
    "nb": (
        "Hei {name}! Vi har sett på saken din og ser at pakken dessverre ble forsinket hos transportøren. Den er nå på "
        "vei til utleveringsstedet ditt, og du får en melding på telefonen så snart den kan hentes. Ta med gyldig "
        "legitimasjon når du henter den. Ordrenummeret ditt er {number}, oppgi det gjerne hvis du kontakter oss igjen."
    ),
    "sv": (
        "Hej {name}! Vi har tittat på ditt ärende och ser att paketet tyvärr blev försenat hos transportören. Det är "
        "nu på väg till ditt utlämningsställe, och du får ett meddelande i telefonen så snart det går att hämta. Ta "
        "med giltig legitimation när du hämtar det. Ditt ordernummer är {number}, uppge det gärna om du hör av dig."
    ),
    "da": (
        "Hej {name}! Vi har kigget på din sag og kan se, at pakken desværre blev forsinket hos transportøren. Den er "
        "nu på vej til dit udleveringssted, og du får en besked på telefonen, så snart den kan hentes. Husk gyldig "
        "legitimation, når du henter den. Dit ordrenummer er {number}, oplys det gerne, hvis du kontakter os igen."
    ),
    "fi": (
        "Hei {name}! Tutkimme asiaasi ja huomasimme, että paketti oli valitettavasti myöhästynyt kuljetusyhtiöllä. Se "
        "on nyt matkalla noutopisteeseesi, ja saat puhelimeesi viestin heti, kun sen voi noutaa. Ota mukaan voimassa "
        "oleva henkilöllisyystodistus, kun noudat sen. Tilausnumerosi on {number}, mainitse se, jos otat yhteyttä."
    ),
    "en": (
        "Hello {name}! We have looked into your case and can see that the parcel was unfortunately delayed by the "
        "carrier. It is now on its way to your pick-up point, and you will get a message on your phone as soon as it "
        "can be collected. Please bring valid identification. Your order number is {number}, please quote it."
    ),
}
OTHERS = {
    "nb": (
        "Hei {name}! Vi har sett på saken din og ser at fakturaen dessverre ble trukket to ganger. Det ene trekket er "
        "en reservasjon, som banken din slipper innen fem dager. Du trenger ikke å gjøre noe selv."
    ),
    "sv": (
        "Hej {name}! Vi har tittat på ditt ärende och ser att fakturan tyvärr drogs två gånger. Den ena dragningen är "
        "en reservation, som din bank släpper inom fem dagar. Du behöver inte göra något själv."
    ),
    "da": (
        "Hej {name}! Vi har kigget på din sag og kan se, at fakturaen desværre blev trukket to gange. Det ene træk er "
        "en reservation, som din bank frigiver inden for fem dage. Du behøver ikke at gøre noget."
    ),
    "fi": (
        "Hei {name}! Tutkimme asiaasi ja huomasimme, että lasku oli valitettavasti veloitettu kahteen kertaan. Toinen "
        "veloitus on katevaraus, jonka pankkisi vapauttaa viiden päivän kuluessa. Sinun ei tarvitse tehdä mitään."
    ),
    "en": (
        "Hello {name}! We have looked into your case and can see that the invoice was unfortunately charged twice. One "
        "of the charges is a reservation, which your bank will release within five days. There is nothing to do."
    ),
}


def hit(name: str, text: str, language: str = "nb") -> Hit:
    return Hit(
        source_id=name,
        pool="resolution",
        title=name,
        text=text,
        language=language,
        start=0,
        end=len(text),
        lexical=0.0,
        dense=0.0,
        relevance=0.0,
    )


def collected(hits: Iterable[Hit]) -> list[tuple[str, tuple[str, ...]]]:
    shown = NearDuplicates()
    for one in hits:
        shown.add(one)
    assert len(shown) == len(shown.hits)
    return [(one.source_id, one.duplicates) for one in shown.hits]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_number_or_name_is_shown_once(language: str) -> None:
    template = REPLIES[language]
    texts = [
        template.format(name="Ingrid", number="48213"),
        template.format(name="Ingrid", number="55 901"),
        template.format(name="Bo", number="48213"),
        template.format(name="Anna Karin", number="48213"),
        template.format(name="Bo", number="7").upper().replace(".", " …"),
    ]
    found = collected(hit(str(n), text, language) for n, text in enumerate(texts))
    assert found == [("0", ("1", "2", "3", "4"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_says_something_else_is_shown_apart(language: str) -> None:
    texts = [of[language].format(name="Ingrid", number="48213") for of in (REPLIES, OTHERS)]
    texts.append(texts[0].rpartition(". ")[0] + ". " + texts[1])
    assert collected(hit(str(n), text, language) for n, text in enumerate(texts)) == [("0", ()), ("1", ()), ("2", ())]


def test_texts_of_two_languages_are_never_the_same() -> None:
    text = "OK 12345"
    assert collected(hit(language, text, language) for language in LANGUAGES) == [(name, ()) for name in LANGUAGES]
    every = [hit(f"{language} {n}", text, language) for n in range(2) for language in LANGUAGES]
    assert collected(every) == [(f"{name} 0", (f"{name} 1",)) for name in LANGUAGES]


def test_a_duplicate_joins_the_first_that_it_repeats_and_the_order_stays() -> None:
    one, other = (REPLIES["nb"].format(name=name, number="1") for name in ("Bo", "Ida"))
    texts = [OTHERS["nb"], one, other, OTHERS["nb"], "Kort svar.", "Kort svar", one]
    found = collected(hit(str(n), text) for n, text in enumerate(texts))
    assert found == [("0", ("3",)), ("1", ("2", "6")), ("4", ("5",))]


def test_the_first_of_duplicates_keeps_everything_else() -> None:
    shown = NearDuplicates()
    assert shown.hits == ()
    first = hit("a", "Kort svar.")
    shown.add(first)
    assert shown.hits == (first,)
    shown.add(hit("b", "Kort svar!"))
    (kept,) = shown.hits
    assert kept.duplicates == ("b",)
    assert first.duplicates == ()
    assert {name: getattr(kept, name) for name in ("source_id", "text", "title")} == {
        name: getattr(first, name) for name in ("source_id", "text", "title")
    }


def pairs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return set(pairwise(found)) if len(found) > 1 else {tuple(found)}


texts = st.lists(st.sampled_from("abc"), max_size=8).map(" ".join)


@given(st.lists(st.tuples(texts, st.sampled_from(["nb", "fi"])), max_size=12))
def test_any_hits_are_joined_as_by_brute_force(rows: list[tuple[str, str]]) -> None:
    kept: list[tuple[int, list[str]]] = []
    for n, (text, language) in enumerate(rows):
        for first, same in kept:
            one, other = pairs(text), pairs(rows[first][0])
            if rows[first][1] == language and len(one & other) / len(one | other) >= SAME:
                same.append(str(n))
                break
        else:
            kept.append((n, []))
    expected = [(str(n), tuple(same)) for n, same in kept]
    assert collected(hit(str(n), text, language) for n, (text, language) in enumerate(rows)) == expected


@pytest.mark.parametrize("text", ["", " ", "?!", "😀"])
def test_texts_without_a_word_are_all_the_same(text: str) -> None:
    assert collected([hit("a", ""), hit("b", text), hit("c", "ord")]) == [("a", ("b",)), ("c", ())]


def test_long_texts_are_compared_in_linear_time() -> None:
    start = time.perf_counter()
    long = " ".join(f"ord{n}" for n in range(30_000))
    assert collected(hit(str(n), long) for n in range(3)) == [("0", ("1", "2"))]
    assert time.perf_counter() - start < 10
