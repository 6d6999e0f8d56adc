"""Sentence splitting in five languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.text.sentences import split_sentences

CASES = {
    "Betal innen kl. 12. Ring oss ellers! Frist: den 3. mars.": [
        "Betal innen kl. 12.",
        "Ring oss ellers!",
        "Frist: den 3. mars.",
    ],
    "Paketet kostar 49 kr. Betala t.ex. med kort. Klart?": [
        "Paketet kostar 49 kr.",
        "Betala t.ex. med kort.",
        "Klart?",
    ],
    "Vi sender d. 1. juni, f.eks. med bud (gratis). Tak.": [
        "Vi sender d. 1. juni, f.eks. med bud (gratis).",
        "Tak.",
    ],
    "Palauta esim. postitse klo 16 mennessä. Kiitos… Hei!": [
        "Palauta esim. postitse klo 16 mennessä.",
        "Kiitos…",
        "Hei!",
    ],
    "It costs £4.99, i.e. less than before. Dr. Who agrees.": [
        "It costs £4.99, i.e. less than before.",
        "Dr. Who agrees.",
    ],
    "Slik gjør du:\n\n1. Trekk ut støpselet. Vent.\n2. Ring oss\n- eller skriv": [
        "Slik gjør du:",
        "1. Trekk ut støpselet. Vent.",
        "2. Ring oss",
        "- eller skriv",
    ],
    "": [],
    " \n\t\n ": [],
}


@pytest.mark.parametrize("text", CASES)
def test_sentences(text: str) -> None:
    assert [s.text for s in split_sentences(text)] == CASES[text]


def test_items_are_marked() -> None:
    assert [s.item for s in split_sentences("Først:\n- en\n12) to\nslutt")] == [False, True, True, False]


@given(st.text(alphabet="ab1.!? \n-…)«»å", max_size=200) | st.text(max_size=200))
def test_every_visible_character_is_in_exactly_one_sentence(text: str) -> None:
    position = 0
    for sentence in split_sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert not text[position : sentence.start].strip()
        position = sentence.end
    assert not text[position:].strip()
