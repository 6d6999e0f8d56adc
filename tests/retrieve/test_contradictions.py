"""Contradictions between documents, end to end, with an encoder that knows a few concepts in five languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.embed import Kind
from replyassist.retrieve import contradictions
from replyassist.retrieve.chunk import shown_text
from replyassist.retrieve.contradictions import Contradiction, find_contradictions
from replyassist.types import Article, Document, Macro, Resolution, to_json

CONCEPTS = [
    ("retur", "palaut", "return", "tilbake", "tillbaka"),
    ("kjøp", "köp", "køb", "osto", "purchase"),
    ("dag", "dage", "päivä", "day"),
    ("frakt", "fragt", "toimitus", "delivery"),
    ("pris", "hinta", "price", "koster", "kostar", "maksaa", "costs"),
    ("svar", "vasta", "answer"),
    ("passord", "lösenord", "kode", "salasana", "password"),
    ("lenke", "länk", "link"),
    ("abonnement", "tilau", "subscription"),
    ("pause", "paus", "tauko"),
]


class ConceptEncoder:
    """Counts concepts by the beginnings of words; a text without any lies on an axis of its own."""

    name = "concepts"
    dim = len(CONCEPTS) + 1

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> np.ndarray:
        assert kind == "passage"
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                for axis, stems in enumerate(CONCEPTS):
                    vectors[row, axis] += word.startswith(stems)
            vectors[row, -1] = 0.0 if vectors[row].any() else 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


RETURNS = {
    "nb": "Du kan returnere et kjøp innen {} dager.",
    "sv": "Du kan returnera ett köp inom {} dagar.",
    "da": "Du kan returnere et køb inden {} dage.",
    "fi": "Voit palauttaa oston {} päivän kuluessa.",
    "en": "You may return a purchase within {} days.",
}


def article(name: str, body: str, *, language: str | None = "nb", group: str | None = None, title: str = "") -> Article:
    return Article(id=name, title=title, body=body, language=language, group=group)


def reply(name: str, answer: str, *, question: str = "", language: str = "nb") -> Resolution:
    return Resolution(id=name, question=question, answer=answer, language=language)


def found(*documents: Document, least: float = contradictions.LEAST) -> list[Contradiction]:
    return find_contradictions(documents, ConceptEncoder(), least=least)


def values(pairs: Sequence[Contradiction]) -> list[tuple[str, float, str, float]]:
    return [(p.first.id, p.first.quantity.low, p.second.id, p.second.quantity.low) for p in pairs]


@pytest.mark.parametrize("language", RETURNS)
def test_a_past_reply_with_another_number_contradicts_the_article(language: str) -> None:
    kept = article("returns", "## Hei\n\n" + RETURNS[language].format(30), language=language)
    past = reply("t1", "Hei! " + RETURNS[language].format(14), language=language)
    (pair,) = found(past, kept)
    assert (pair.first.pool, pair.first.id, pair.second.pool, pair.second.id) == (
        *("article", "returns"),
        *("resolution", "t1"),
    )
    for side, document, number in ((pair.first, kept, "30"), (pair.second, past, "14")):
        text = shown_text(document)
        assert text[side.start : side.end] == side.text == RETURNS[language].format(number)
        assert text[side.quantity.start : side.quantity.end].startswith(number)
    assert 0.5 < pair.confidence < 1
    assert pair.similarity == pytest.approx(1)
    assert to_json(pair)


@pytest.mark.parametrize("language", ["sv", "da", "fi", "en"])
def test_a_slip_in_a_translation_is_found(language: str) -> None:
    pages = [
        article(name, RETURNS[name].format(14 if name == language else 30), language=name, group="returns")
        for name in RETURNS
    ]
    (pair,) = found(*pages)
    assert {pair.first.id, pair.second.id} > {language}
    assert {pair.first.quantity.low, pair.second.quantity.low} == {14, 30}


def test_a_macro_and_an_article_contradict_each_other() -> None:
    macro = Macro(id="m", title="", body=RETURNS["nb"].format(14), language="nb")
    assert values(found(macro, article("a", RETURNS["nb"].format(30)))) == [("m", 14, "a", 30)]


NO_CONTRADICTION = [
    ("the same", "Retur av kjøp innen 30 dager.", "Retur av kjøp innen 30 dager."),
    ("both named", "Retur av kjøp innen 30 dager, 14 dager på salg.", "Retur av kjøp innen 14 dager."),
    ("named without a unit", "Retur av kjøp innen 30 dager, på salg 14.", "Retur av kjøp innen 14 dager."),
    ("in words", "Retur av kjøp innen tretti dager.", "Retur av kjøp innen 30 dager."),
    ("weeks and days", "Retur av kjøp innen to uker.", "Retur av kjøp innen 14 dager."),
    ("hours and days", "Retur av kjøp innen 48 timer.", "Retur av kjøp innen 2 dager."),
    ("a month and 30 days", "Retur av kjøp innen én måned.", "Retur av kjøp innen 30 dager."),
    ("a range", "Retur av kjøp tar 3–5 dager.", "Retur av kjøp tar 4 dager."),
    ("days and working days", "Retur av kjøp innen 30 dager.", "Retur av kjøp innen 14 virkedager."),
    ("another kind", "Retur av kjøp innen 30 dager.", "Retur av kjøp koster 14 prosent."),
    ("another currency", "Retur av kjøp: pris 30 kr.", "Retur av kjøp: pris 4 euro."),
    ("another rate", "Pris på kjøp med retur: 30 kr i måneden.", "Pris på kjøp med retur: 300 kr i året."),
    ("another country", "Retur av kjøp i Norge innen 30 dager.", "Retur av kjøp i Sverige innen 14 dager."),
    ("hours and a time", "Svar på retur av kjøp kl. 8–16.", "Svar på retur av kjøp før kl. 19."),
    ("another subject", "Retur av kjøp innen 30 dager.", "Lenken til passord for abonnement i pause: 14 dager."),
    ("dates", "Retur av kjøp til 1. mai.", "Retur av kjøp til 8. juni."),
    ("nothing said", "Retur av kjøp.", "Retur av kjøp."),
]


@pytest.mark.parametrize(
    ("kept", "other"), [case[1:] for case in NO_CONTRADICTION], ids=[c[0] for c in NO_CONTRADICTION]
)
@pytest.mark.parametrize("pool", ["article", "resolution"])
def test_what_may_both_hold_is_no_contradiction(kept: str, other: str, pool: str) -> None:
    second = article("b", other) if pool == "article" else reply("b", other)
    assert found(article("a", kept), second, least=0.1) == []


def test_months_and_years_are_told_apart_in_their_own_unit() -> None:
    pages = (article("a", "Retur av kjøp innen 12 måneder."), article("b", "Retur av kjøp innen 13 måneder."))
    assert len(found(*pages)) == 1


def test_past_replies_are_measured_against_pages_only() -> None:
    assert found(reply("t1", RETURNS["nb"].format(30)), reply("t2", RETURNS["nb"].format(14))) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Jeg kjøpte den for 14 dager siden, kan jeg returnere?", RETURNS["nb"].format(14)),
        ("Kan jeg returnere?", "Retur av kjøp [ORDER_NUMBER_1] kom etter 14 dager."),
        ("Kan jeg returnere?", "Retur av kjøp veide 14 kg."),
        ("Kan jeg returnere?", "Retur av kjøp kom kl. 14.10."),
    ],
)
def test_what_belongs_to_the_single_case_is_left_out(question: str, answer: str) -> None:
    kept = article("a", "Retur av kjøp innen 30 dager, høyst 35 kg, levert før kl. 12.00.")
    assert found(kept, reply("t", answer, question=question), least=0.1) == []


def test_a_reply_is_listed_once_for_an_article_in_five_languages() -> None:
    pages = [article(name, RETURNS[name].format(30), language=name, group="returns") for name in RETURNS]
    macros = [Macro(id=f"m-{name}", title="", body=RETURNS[name].format(30), language=name) for name in RETURNS]
    assert len(found(*pages, *macros, reply("t", RETURNS["fi"].format(14), language="fi"))) == 1


def test_a_number_that_another_page_supports_is_less_suspect() -> None:
    kept, past = article("a", "Retur av kjøp: svar innen 30 dager."), reply("t", "Retur av kjøp: svar innen 14 dager.")
    elsewhere = article("b", "Passord, lenke, abonnement og pause. Svar på retur av kjøp innen 14 dager.")
    alone, supported = found(kept, past, least=0), found(kept, past, elsewhere, least=0)
    assert [p.second.id for p in alone] == ["t"]
    assert all(p.confidence < alone[0].confidence for p in supported if p.second.id == "t")


def test_documents_without_numbers_and_none_at_all() -> None:
    assert found() == []
    assert found(article("a", ""), reply("t", "Hei!")) == []


def test_a_quantity_across_a_line_break_keeps_its_statement_whole() -> None:
    kept = article("a", "Du kan returnere et kjøp innen 30\ndager.")
    (pair,) = found(kept, reply("t", RETURNS["nb"].format(14)))
    assert pair.first.text == "Du kan returnere et kjøp innen 30\ndager"[: len(pair.first.text)]
    assert pair.first.quantity.end <= pair.first.end


def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [
        article(f"a{n}", f"Retur av kjøp nummer {n} innen {n} dager. {text}") for n, text in enumerate("abcdef", 2)
    ]
    documents = [*pages, *(reply(f"t{n}", f"Retur av kjøp innen {n} dager.") for n in range(20, 40))]
    whole = found(*documents)
    monkeypatch.setattr(contradictions, "_CELLS", 1)
    assert found(*documents) == whole
    assert found(*documents) == whole
    assert [p.confidence for p in whole] == sorted((p.confidence for p in whole), reverse=True)
    assert len(whole) >= 20


SENTENCES = st.sampled_from(
    [
        "Retur av kjøp innen {} dager.",
        "Fraktpris {} kr i måneden.\n",
        "- Svar på {}–{} timer\n",
        "Passord {} ganger",
        " kl. {}.30 ",
        "\n\n",
        "{} %",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("amt"), st.lists(SENTENCES, max_size=4), st.integers(1, 99)), max_size=6))
def test_any_documents_give_statements_that_stand_in_them(drawn: list[tuple[str, list[str], int]]) -> None:
    documents: dict[str, Document] = {}
    for place, (pool, sentences, number) in enumerate(drawn):
        text, name = "".join(sentences).replace("{}", str(number)), f"d{place}"
        if pool == "a":
            documents[name] = article(
                name, text, language=None if number % 2 else "nb", group="g" if number < 9 else None
            )
        else:
            documents[name] = reply(name, text) if pool == "t" else Macro(id=name, title="", body=text)
    for pair in found(*documents.values(), least=0):
        assert pair.first.pool != "resolution"
        assert 0 <= pair.confidence <= 1
        for side in (pair.first, pair.second):
            text = shown_text(documents[side.id])
            assert text[side.start : side.end] == side.text
            assert side.start <= side.quantity.start < side.quantity.end <= side.end
