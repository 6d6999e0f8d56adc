import numpy as np
import pytest

from replyassist.classify.signals import SIGNALS, find_signals, signal_rows
from replyassist.text.rules import load_rules
from replyassist.types import LANGUAGES

SAID = {
    "within_hours": {
        "nb": "Flyet går i kveld", "sv": "Jag behöver svar nu i kväll", "da": "Vi skal bruge det i aften",
        "fi": "Tarvitsen vastauksen vielä tänään", "en": "I need this tonight",
    },
    "within_days": {
        "nb": "Jeg må ha den innen fredag", "sv": "Jag behöver den senast på fredag",
        "da": "Jeg skal bruge den inden fredag",
        "fi": "Tarvitsen sen viimeistään perjantaina", "en": "I need it by Friday",
    },
    "danger": {
        "nb": "det ryker av laderen", "sv": "det ryker från laddaren", "da": "det ryger fra opladeren",
        "fi": "laturista tulee savua", "en": "there is smoke coming from the charger",
    },
    "asked_before": {
        "nb": "dette er tredje gang jeg skriver", "sv": "det här är tredje gången jag skriver",
        "da": "det er tredje gang jeg skriver", "fi": "tämä on jo kolmas kerta kun kirjoitan",
        "en": "this is the third time I write",
    },
    "no_hurry": {
        "nb": "det haster ikke", "sv": "det är ingen brådska", "da": "det haster ikke", "fi": "ei ole mitään kiirettä",
        "en": "there is no rush",
    },
}  # fmt: skip
CASES = [(signal, language, text) for signal, texts in SAID.items() for language, text in texts.items()]


@pytest.mark.parametrize(("signal", "language", "text"), CASES, ids=lambda value: str(value)[:14])
def test_what_is_said_is_found_where_it_stands(signal, language, text):
    found = {match.code: match for match in find_signals(text, language)}
    assert signal in found
    assert 0 <= found[signal].start < found[signal].end <= len(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_every_signal(language):
    rules = load_rules(language, "replyassist.classify")
    assert tuple(dict.fromkeys(rule.code for rule in rules.rules)) == SIGNALS


def test_idioms_and_negations_do_not_count():
    assert "danger" not in {match.code for match in find_signals("what a killer deal, thanks", "en")}
    assert "danger" not in {match.code for match in find_signals("det ryker ikke av laderen lenger", "nb")}


def test_rows_are_ones_where_a_signal_is():
    texts = [text for _, _, text in CASES]
    languages = [language for _, language, _ in CASES]
    rows = signal_rows(texts, languages)
    assert rows.shape == (len(CASES), len(SIGNALS))
    for row, text, language in zip(rows, texts, languages, strict=True):
        codes = {match.code for match in find_signals(text, language)}
        np.testing.assert_array_equal(row, [float(signal in codes) for signal in SIGNALS])


def test_other_languages_are_read_as_the_nearest_there_is():
    assert find_signals("det haster ikke", "nn") == find_signals("det haster ikke", "nb")
    assert find_signals("there is no rush", None) == find_signals("there is no rush", "en")
    assert find_signals("there is no rush", "de") == find_signals("there is no rush", "en")
