"""The development cases: what must be raised, and above all what must not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from replyassist.escalate import Policy, detect
from replyassist.types import LANGUAGES

Case = tuple[str, frozenset[str], str]
FROM_DATA = {"vip_customer", "sla_risk", "low_confidence", "no_grounded_answer"}


def _cases() -> list[Case]:
    blocks = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
    cases = []
    for language, block in blocks.items():
        for line in block.strip().splitlines():
            codes, _, text = line.partition(" | ")
            cases.append((language, frozenset(codes.split()) - {"-"}, text))
    return cases


CASES = _cases()


@pytest.mark.parametrize(("language", "codes", "text"), CASES, ids=[f"{c[0]}-{c[2][:40]}" for c in CASES])
def test_exactly_the_expected_codes_are_raised(language: str, codes: frozenset[str], text: str) -> None:
    flags = detect(text, language, Policy.default())
    assert {flag.code for flag in flags} == codes, [(flag.code, flag.evidence) for flag in flags]
    for flag in flags:
        assert flag.evidence == text[flag.start : flag.end] != ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_spread_of_cases(language: str) -> None:
    own = [codes for name, codes, _ in CASES if name == language]
    raised = Counter(code for codes in own for code in codes)
    assert set(raised) == set(Policy.default().codes) - FROM_DATA
    assert min(raised.values()) >= 2
    assert sum(not codes for codes in own) >= 12


def test_nynorsk_uses_norwegian_rules_and_unknown_languages_english() -> None:
    policy = Policy.default()
    text = "Eg kjem til å kontakte advokat"
    assert [flag.code for flag in detect(text, "nn", policy)] == ["legal_threat"]
    assert [flag.code for flag in detect("I will call my lawyer", "other", policy)] == ["legal_threat"]
    assert detect(text, "other", policy) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_inside_any_language_is_read(language: str) -> None:
    text = "Hei hej moi! I will contact my lawyer if you do not answer."
    assert [flag.code for flag in detect(text, language, Policy.default())] == ["legal_threat"]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("nb", "Laderen begynte aa ryke og det lukter svidd", "safety_risk"),
        ("nb", "Jeg orker ikke a leve lenger", "self_harm"),
        ("sv", "Jag vill bara do", "self_harm"),
        ("sv", "Jag anmaler er till Konsumentombudsmannen", "regulator_or_media"),
        ("da", "Jeg melder jer til politiet, og jeg kraever erstatning for tabet", "legal_threat"),
        ("fi", "Otan yhteytta asianajajaan", "legal_threat"),
        ("fi", "Saehkoeisku tuli kun koskin laitteeseen", "safety_risk"),
    ],
)
def test_missing_nordic_letters_are_forgiven(language: str, text: str, code: str) -> None:
    assert code in [flag.code for flag in detect(text, language, Policy.default())]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Soitan asianajajalleni"),
        ("fi", "Käännyn lakimiehen puoleen"),
        ("fi", "Vien asian kuluttaja-asiamiehelle"),
        ("fi", "Kuluttajaviranomaiset saavat tiedon tästä, ilmoitan asiasta kuluttajaviranomaiselle"),
        ("sv", "Jag vänder mig till konsumentombudsmannen och kontaktar familjeadvokaten"),
        ("da", "Jeg klager til forbrugerombudsmanden og kontakter min familieadvokat"),
        ("nb", "Jeg klager til forbrukertilsynet og kontakter familieadvokaten"),
    ],
)
def test_inflection_and_compounds_are_found(language: str, text: str) -> None:
    raised = {flag.code for flag in detect(text, language, Policy.default())}
    assert raised & {"legal_threat", "regulator_or_media"}
