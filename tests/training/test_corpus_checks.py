"""The corpus checks find what they are for; the shipped corpus passes them."""

from __future__ import annotations

import msgspec
import pytest

from training.corpus.check.duplicates import jaccard, near_duplicates, shingles
from training.corpus.check.rules import message_problems, ticket_problems
from training.corpus.check.variety import variety
from training.corpus.files import SPLITS, organisations
from training.corpus.schema import Mark, Message, Ticket

MESSAGE = Message(
    id="o99-nb-m01",
    language="nb",
    channel="email",
    subject="",
    text="Tredje gang jeg skriver. Kari",
    thread=(),
    intents=("order_status",),
    acceptable=(),
    urgency="high",
    sentiment="negative",
    codes=(Mark(start=0, end=11, kind="repeat_contact", text="Tredje gang"),),
    topics=("t01",),
    missing=("order_number",),
    personal=(Mark(start=25, end=29, kind="person", text="Kari"),),
)


def problems(**changes):
    return list(message_problems(msgspec.structs.replace(MESSAGE, **changes), {"t01"}))


def test_a_sound_message_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"intents": ("refund",)}, "unknown intent refund"),
        ({"intents": ()}, "no intent"),
        ({"acceptable": ("order_status",)}, "stands among"),
        ({"topics": ("t09",)}, "unknown topic"),
        ({"missing": ("mood",)}, "unknown missing fact"),
        ({"personal": (Mark(start=24, end=28, kind="person", text="Kari"),)}, "does not hold its words"),
        ({"personal": (Mark(start=24, end=29, kind="person", text=" Kari"),)}, "space"),
        ({"codes": (Mark(start=0, end=11, kind="person", text="Tredje gang"),)}, "unknown kind"),
        ({"text": "  "}, "empty text"),
    ],
)
def test_each_fault_is_named(changes, complaint):
    assert any(complaint in problem for problem in problems(**changes))


def test_a_flaw_belongs_to_flawed_replies_only():
    ticket = Ticket(
        id="o99-nb-r01",
        language="nb",
        channel="email",
        subject="",
        question="Hvor er den?",
        reply="På vei.",
        intent="order_status",
        urgency="normal",
        topics=("t01",),
        csat=5,
        reopened=False,
        received_on="2026-03-01",
        resolved_on="2026-03-02",
        quality="good",
        flaw="",
        question_personal=(),
        reply_personal=(),
    )
    assert list(ticket_problems(ticket, {"t01"})) == []
    for changes in ({"quality": "wrong"}, {"flaw": "old price"}, {"csat": 9}, {"resolved_on": "2026-02-01"}):
        assert list(ticket_problems(msgspec.structs.replace(ticket, **changes), {"t01"}))


def test_near_duplicates_agree_with_brute_force():
    base = "Hei, pakken min skulle vært her på mandag, men sporingen står stille siden fredag."
    texts = [
        ("a", base),
        ("b", base.replace("mandag", "tirsdag")),
        ("c", "Hur pausar jag mitt abonnemang över sommaren?"),
    ]
    texts += [(f"n{i}", f"melding nummer {i} handler om noe helt for seg selv, {chr(97 + i) * 9}") for i in range(8)]
    found = {(pair.first, pair.second) for pair in near_duplicates(texts, 0.4)}
    sets = {name: shingles(text) for name, text in texts}
    names = [name for name, _ in texts]
    brute = {
        (first, second)
        for index, second in enumerate(names)
        for first in names[:index]
        if jaccard(sets[first], sets[second]) >= 0.4
    }
    assert ("a", "b") in found
    assert found == brute


def test_digits_and_case_do_not_hide_a_copy():
    assert shingles("Ordre 1234 mangler") == shingles("ORDRE 9876, mangler!")


def test_variety_counts_what_comes_back():
    texts = [
        "hei jeg lurer på om det er mulig å bytte",
        "hei jeg lurer på hvor pakken er",
        "når kommer den da egentlig",
    ]
    figures = variety(texts)
    assert figures.messages == 3
    assert figures.repeated_opening == pytest.approx(2 / 3, abs=0.001)
    assert figures.repeated_closing == 0
    assert figures.commonest_openings[0] == ("hei jeg lurer på", 2)


def test_the_shipped_corpus_passes_every_check(capsys):
    from training.corpus.check.__main__ import main

    assert main() == 0, capsys.readouterr().out[-4000:]


def test_splits_hold_different_organisations():
    names = {split: {one.profile.name for one in organisations(split)} for split in SPLITS}
    assert all(names.values())
    assert not names["train"] & names["validation"]
    assert not names["train"] & names["test"]
    assert not names["validation"] & names["test"]
