"""The detector: never raises, honest spans, linear time, and the quick look-up loses nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.escalate import Policy, detect
from replyassist.text.rules.detect import MAX_CHARS, Detector, _AnchorIndex
from replyassist.text.rules.ruleset import load_rules
from replyassist.types import LANGUAGES

from .test_cases import CASES

RULES = "replyassist.escalate"

WORDS = [
    "advokat", "lawyer", "ikke", "not", "hvis", "asianajaja", "brann", "on fire", "İstanbul", "ß", "kill myself",
    "\x00", "\ud800", "\u200b", "👩‍🚒", "שלום", "a\u0308", "!!!", "\n\n", "{n}", "(", "*", "GDPR", "15", "dø",
]  # fmt: skip

texts = st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(text=texts, language=st.sampled_from([*LANGUAGES, "nn", "xx", ""]))
def test_any_text_gives_spans_inside_it(text: str, language: str) -> None:
    flags = detect(text, language, Policy.default())
    assert len({flag.code for flag in flags}) == len(flags)
    for flag in flags:
        assert 0 <= flag.start < flag.end <= len(text)
        assert flag.evidence == text[flag.start : flag.end]


def test_offsets_survive_letters_that_grow_when_lowered() -> None:
    text = "İİİ I will contact my LAWYER."
    (flag,) = detect(text, "en", Policy.default())
    assert text[flag.start : flag.end] == flag.evidence == "contact my LAWYER"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_look_up_of_words_finds_what_running_every_pattern_finds(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = [load_rules(name, RULES) for name in dict.fromkeys((language, "en"))]
    quick, exhaustive = Detector(sets), Detector(sets)
    everything = list(range(len(exhaustive._patterns)))
    monkeypatch.setattr(exhaustive._index, "candidates", lambda _: everything)
    own = [text for name, _, text in CASES if name == language]
    for text in own[::9]:
        assert quick.find(text) == exhaustive.find(text), text


def test_a_pattern_needs_all_its_words() -> None:
    patterns = [pattern for rule in load_rules("en", RULES).rules for pattern in rule.patterns]
    assert _AnchorIndex(patterns).candidates("hello there, where is it") == []


@pytest.mark.parametrize(
    "unit",
    ["a", "advokat", "lawyer ", "not ", "if you do not ", "on fire ", "contact .. my ", "ikke ", "1 ", "é", ". "],
)
def test_a_megabyte_takes_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.perf_counter()
    detect(text, "nb", Policy.default())
    assert time.perf_counter() - start < 5


def test_every_word_of_the_rules_at_once_takes_bounded_time() -> None:
    stems = sorted({a.stem for r in load_rules("fi", RULES).rules for p in r.patterns for s in p.anchors for a in s})
    text = (" ".join(stems) + " ") * (MAX_CHARS // sum(len(stem) + 1 for stem in stems) + 1)
    policy = Policy.default()
    detect(text[:20_000], "fi", policy)
    start = time.perf_counter()
    detect(text, "fi", policy)
    assert time.perf_counter() - start < 8


def test_negation_reaches_its_own_clause_only() -> None:
    policy = Policy.default()

    def raised(text: str, language: str) -> list[str]:
        return [flag.code for flag in detect(text, language, policy)]

    assert raised("I will not contact a lawyer.", "en") == []
    assert raised("You did not answer, I will contact a lawyer.", "en") == ["legal_threat"]
    assert raised("If you do not answer I contact a lawyer.", "en") == ["legal_threat"]
    assert raised("Asianajajaa en tarvitse, kysyn vain.", "fi") == []
    assert raised("Jag kontaktar inte advokat.", "sv") == []
    assert raised("Jeg kontakter ikke en advokat.", "da") == []
    assert raised("Dere svarer ikke, så jeg kontakter advokat.", "nb") == ["legal_threat"]
