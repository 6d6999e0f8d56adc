"""Flags from data, merging, withholding a draft, and the hand-over note."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replyassist.escalate import Policy, assess, detect, handover_note, reason, withholds_draft
from replyassist.types import LANGUAGES, Customer, Flag, Message, Prediction, Tags, Turn

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
POLICY = Policy.default()
KNOWN = (Prediction(label="order_status", probability=0.9),)


def _tags(text: str = "Hei", *, urgency: str = "normal", flags: tuple[Flag, ...] = (), known: bool = True) -> Tags:
    return Tags(
        message_id="1",
        text=text,
        language="nb",
        language_probability=1.0,
        intents=KNOWN if known else (Prediction(abstained="too close"),),
        urgency=Prediction(label=urgency, probability=0.8),
        flags=flags,
    )


def _codes(message: Message, tags: Tags, *, now: datetime | None = NOW, grounded: bool | None = True) -> list[str]:
    return [flag.code for flag in assess(message, tags, POLICY, now=now, grounded=grounded)]


def test_an_ordinary_message_has_no_flags() -> None:
    assert _codes(Message(text="Hei"), _tags()) == []


def test_tier_comes_from_the_customer_and_ignores_case() -> None:
    assert _codes(Message(text="Hei", customer=Customer(tier="GOLD")), _tags()) == ["vip_customer"]
    assert _codes(Message(text="I am a VIP", customer=Customer(tier="basic")), _tags()) == []


def test_repeat_contact_from_previous_contacts_and_unanswered_messages() -> None:
    assert _codes(Message(text="Hei", customer=Customer(previous_contacts=1)), _tags()) == ["repeat_contact"]
    first, answer = Turn(role="customer", text="Hei"), Turn(role="agent", text="Svar")
    note = Turn(role="note", text="intern")
    assert _codes(Message(text="Hei", thread=(first, note)), _tags()) == ["repeat_contact"]
    assert _codes(Message(text="Hei", thread=(first, answer)), _tags()) == []
    assert _codes(Message(text="Hei", thread=(first,), channel="chat"), _tags()) == []


@pytest.mark.parametrize(("urgency", "hours", "at_risk"), [("low", 2, False), ("low", 1, True), ("urgent", 7, True)])
def test_due_time_is_judged_by_urgency(urgency: str, hours: int, at_risk: bool) -> None:
    message = Message(text="Hei", due_at=NOW + timedelta(hours=hours))
    assert _codes(message, _tags(urgency=urgency)) == (["sla_risk"] if at_risk else [])
    assert _codes(message, _tags(urgency=urgency), now=None) == []


def test_overdue_is_at_risk() -> None:
    assert _codes(Message(text="Hei", due_at=NOW - timedelta(days=1)), _tags(urgency="low")) == ["sla_risk"]


def test_unsure_models_and_missing_evidence() -> None:
    assert _codes(Message(text="Hei"), _tags(known=False), grounded=False) == ["low_confidence", "no_grounded_answer"]
    assert _codes(Message(text="Hei"), _tags(), grounded=None) == []


def test_flags_are_merged_most_severe_first_and_the_quoted_one_is_kept() -> None:
    text = "This is the third time I am writing about the same problem. The charger is smoking!"
    tags = _tags(text, flags=detect(text, "en", POLICY))
    message = Message(text=text, customer=Customer(tier="vip", previous_contacts=3))
    flags = assess(message, tags, POLICY, now=NOW, grounded=False)
    assert [flag.code for flag in flags] == ["safety_risk", "repeat_contact", "vip_customer", "no_grounded_answer"]
    assert flags[1].evidence.startswith("third time")
    assert flags[0].route == "safety"


def test_a_disabled_code_is_dropped_even_if_tagged(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("codes:\n  safety_risk: {enabled: false}\n  no_grounded_answer: {enabled: false}\n")
    tags = _tags("Det brenner", flags=detect("Det brenner", "nb", POLICY))
    assert [flag.code for flag in tags.flags] == ["safety_risk"]
    assert assess(Message(text="Det brenner"), tags, Policy.load(path), now=NOW, grounded=False) == ()


def test_the_most_severe_withholding_flag_is_named() -> None:
    text = "I will contact my lawyer. The charger is smoking and I want to speak to a manager."
    flags = detect(text, "en", POLICY)
    withheld = withholds_draft(flags, POLICY)
    assert withheld is not None
    assert withheld.code == "safety_risk"
    assert withholds_draft(detect("I want to speak to a manager", "en", POLICY), POLICY) is None
    assert withholds_draft((), POLICY) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_note_says_what_why_and_what_is_known(language: str) -> None:
    text = "Hei. Laderen begynte å ryke i natt. Hilsen Kari"
    tags = _tags(text, urgency="urgent", flags=detect(text, "nb", POLICY))
    message = Message(text=text, subject="Lader", due_at=NOW, customer=Customer(tier="gold", previous_contacts=2))
    flags = assess(message, tags, POLICY, now=NOW, grounded=True)
    note = handover_note(message, tags, flags, language)
    assert note is not None
    assert "“Laderen begynte å ryke i natt.”" in note
    assert reason("safety_risk", language) in note
    for part in ("Lader (order_status)", "gold", "safety", "2026-03-03 09:00 UTC"):
        assert part in note


def test_no_flags_no_note() -> None:
    assert handover_note(Message(text="Hei"), _tags(), ()) is None


def test_long_quotes_are_cut_around_the_evidence() -> None:
    text = "x " * 400 + "the charger is smoking " + "y " * 400
    tags = _tags(text, flags=detect(text, "en", POLICY))
    note = handover_note(Message(text=text), tags, tags.flags, "en")
    assert note is not None
    assert "charger is smoking" in note
    assert len(note) < 400
