"""The policy file: defaults, a team's changes, and errors that name file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import replyassist
from replyassist.errors import ConfigError
from replyassist.escalate import Policy, default_policy_text, detect, reason
from replyassist.escalate.texts import note_text
from replyassist.types import LANGUAGES, URGENCIES

NOTE = ("heading", "about", "why", "route", "known", "tier", "previous", "urgency", "due", "language")


def _load(folder: Path, text: str) -> Policy:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return Policy.load(path)


def _taxonomy_codes() -> set[str]:
    path = Path(replyassist.__file__).with_name("taxonomy.yaml")
    return set(yaml.safe_load(path.read_text("utf-8"))["escalation"])


def test_every_code_of_the_taxonomy_has_a_policy_and_a_reason_in_every_language() -> None:
    assert set(Policy.default().codes) == _taxonomy_codes()
    for language in LANGUAGES:
        reasons = {code: reason(code, language) for code in _taxonomy_codes()}
        assert all(text != code and text.endswith(".") for code, text in reasons.items())
        assert len(set(reasons.values())) == len(reasons)
    assert len({reason("safety_risk", language) for language in LANGUAGES}) == len(LANGUAGES)
    assert reason("safety_risk", "nn") == reason("safety_risk", "nb")
    assert reason("safety_risk", "xx") == reason("safety_risk", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_has_all_its_words_in_every_language(language: str) -> None:
    for name in (*NOTE, *(f"urgency_{label}" for label in URGENCIES)):
        assert note_text(name, language).strip()


def test_the_shipped_policy_loads_as_a_team_policy(tmp_path: Path) -> None:
    assert _load(tmp_path, default_policy_text()).codes == Policy.default().codes


@pytest.mark.parametrize("text", ["", "version: 1\n", "codes:\n", "codes: {legal_threat: }\n"])
def test_what_is_left_out_stays_as_it_is(tmp_path: Path, text: str) -> None:
    policy = _load(tmp_path, text)
    assert policy.codes == Policy.default().codes
    assert policy.thresholds == Policy.default().thresholds


def test_a_team_changes_one_field(tmp_path: Path) -> None:
    policy = _load(
        tmp_path, "codes:\n  legal_threat:\n    route: lawyers\nthresholds:\n  sla_risk:\n    hours: {low: 3}\n"
    )
    assert policy.codes["legal_threat"].route == "lawyers"
    assert policy.codes["legal_threat"].draft == "withhold"
    assert policy.thresholds.sla_risk.hours == {"low": 3}
    assert policy.thresholds.vip_customer == Policy.default().thresholds.vip_customer


def test_a_disabled_code_is_not_raised(tmp_path: Path) -> None:
    policy = _load(tmp_path, "codes:\n  legal_threat:\n    enabled: false\n")
    assert detect("I will contact my lawyer.", "en", policy) == ()


def test_own_phrases_and_exceptions(tmp_path: Path) -> None:
    policy = _load(
        tmp_path,
        """
codes:
  safety_risk:
    phrases: {nb: ["flammehemmer* mangler"], en: ["purple goo"]}
    ignore: {nb: ["begynte å ryke"]}
  churn_risk:
    phrases: {fi: ["lähtökirje*"]}
""",
    )
    assert [flag.evidence for flag in detect("Hei, flammehemmeren mangler.", "nb", policy)] == [
        "flammehemmeren mangler"
    ]
    assert [flag.code for flag in detect("Det kommer purple goo ut", "nb", policy)] == ["safety_risk"]
    assert [flag.code for flag in detect("Lähetin lähtökirjeen", "fi", policy)] == ["churn_risk"]
    assert detect("Laderen begynte å ryke.", "nb", policy) == ()
    assert detect("Hei, flammehemmeren mangler.", "nb", Policy.default()) == ()


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("codes:\n  legal_threat:\n    severity: high\n", 3, "codes.legal_threat.severity"),
        ("codes:\n  legal_threat:\n    draft: never\n", 3, "codes.legal_threat.draft"),
        ("codes:\n  legal_threat:\n    colour: red\n", 3, "colour"),
        ("codes:\n\n  legal_thread:\n    draft: warn\n", 3, "codes.legal_thread: unknown name"),
        ("codes:\n  legal_threat:\n    enabled: perhaps\n", 3, "codes.legal_threat.enabled"),
        ("codes:\n  legal_threat:\n    phrases: {xx: [a]}\n", 3, "unknown name; use one of"),
        ("codes:\n  legal_threat:\n    phrases:\n      en: ['a.*b']\n", 4, "plain words"),
        ("codes:\n  legal_threat:\n    phrases:\n      en: ['a*']\n", 4, "three or more|3 or more"),
        ("codes: [1]\n", 1, "mapping"),
        ("codes:\n  legal_threat: 3\n", 2, "mapping"),
        ("version: 7\n", 1, "version 1"),
        ("thresholds:\n  repeat_contact:\n    min_previous: 0\n", 2, "1 or more"),
        ("thresholds:\n  sla_risk:\n    hours: {soon: 2}\n", 3, "unknown name"),
        ("codes:\n  legal_threat: {severity: 'x\n", 3, "check the indentation"),
        ("extra: 1\n", 1, "extra"),
    ],
)
def test_mistakes_name_file_line_and_field(tmp_path: Path, text: str, line: int, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        _load(tmp_path, text)
    assert f"policy.yaml:{line}: " in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"policy\.yaml: cannot read"):
        Policy.load(tmp_path / "policy.yaml")
