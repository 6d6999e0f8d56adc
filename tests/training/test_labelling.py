"""The second labelling: reading, agreement, disputes and their settlement."""

from __future__ import annotations

import msgspec
import pytest

from training.corpus.files import Organisation
from training.corpus.labelling import labels as kept
from training.corpus.labelling import settle
from training.corpus.labelling.agreement import table
from training.corpus.labelling.labels import Words, marks, of_message, read_labels, store
from training.corpus.labelling.sheets import sheet
from training.corpus.schema import Mark, Message, Profile

PROFILE = Profile(
    id="o99",
    slug="fjellgrønt",
    name="Fjellgrønt",
    sector="garden",
    home="NO",
    what="",
    tone="",
    terms="",
    prices="",
    places_and_products=(),
    agents=(),
    topics=(),
    unanswered=(),
)
FIRST = Message(
    id="o99-nb-m01",
    language="nb",
    channel="email",
    subject="Pakke",
    text="Tredje gang jeg skriver. Kari Li",
    thread=(),
    intents=("order_status",),
    acceptable=("complaint",),
    urgency="high",
    sentiment="negative",
    codes=(Mark(start=0, end=11, kind="repeat_contact", text="Tredje gang"),),
    topics=("t01",),
    missing=("order_number",),
    personal=(Mark(start=25, end=32, kind="person", text="Kari Li"),),
)
SECOND = msgspec.structs.replace(FIRST, id="o99-nb-m02", text="Hei, hvor er den? Ola", codes=(), personal=())
LABELS = """=== o99-nb-m01
intents: complaint
urgency: normal
sentiment: negative
topics: t01
missing: order_number
--- codes
repeat_contact | Tredje gang jeg skriver
--- personal
person | Kari

=== o99-nb-m02
intents: order_status
urgency: high
sentiment: negative
topics: t01, t02
--- personal
person | Ola
"""


@pytest.fixture
def organisation(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "labelling")
    monkeypatch.setattr(settle, "ROOT", tmp_path)
    return Organisation("test", PROFILE, (), (FIRST, SECOND), (), ())


@pytest.fixture
def twice(organisation, tmp_path):
    path = tmp_path / "o99.nb.labels.txt"
    path.write_text(LABELS, encoding="utf-8")
    rows, problems = read_labels(path, organisation.messages)
    assert problems == []
    store("first", "o99", [of_message(message) for message in organisation.messages])
    store("second", "o99", rows)
    return organisation


def test_a_sheet_shows_no_label(organisation):
    shown = sheet(organisation, "nb")
    assert "Tredje gang jeg skriver" in shown
    assert "complaint" not in shown.partition("## Messages")[2]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("urgency: normal", "urgency: soon"), "soon is not a label"),
        (("intents: complaint", "intents:"), "nothing is not a label"),
        (("person | Kari", "person | Karin"), "do not stand in the message"),
        (("=== o99-nb-m02", "=== o99-nb-m03"), "not a message of this sheet"),
        (("=== o99-nb-m02", "=== o99-nb-m03"), "no labels for o99-nb-m02"),
    ],
)
def test_faults_of_a_reader_are_named(organisation, tmp_path, change, complaint):
    path = tmp_path / "o99.nb.labels.txt"
    path.write_text(LABELS.replace(*change), encoding="utf-8")
    _, problems = read_labels(path, organisation.messages)
    assert any(complaint in problem for problem in problems)


def test_equal_readers_agree_fully():
    row = of_message(FIRST)
    assert set(table([(row, row), (row, row)]).values()) == {1.0}


def test_agreement_counts_what_differs(twice):
    pairs = list(zip(kept.stored("first", "o99"), kept.stored("second", "o99"), strict=True))
    figures = table(pairs)
    assert figures["intent_equal"] == 0.5
    assert figures["intent_acceptable"] == 1.0
    assert figures["urgency_equal"] == 0.5
    assert figures["personal_f1"] == 0.0


def test_disputes_hide_who_said_what(twice):
    text = settle.disputes(twice, kept.stored("first", "o99"), kept.stored("second", "o99"))
    assert "-> urgency:" in text
    assert "-> topics:" in text
    assert "-> intents:" not in text, "a primary intent that one of them accepts is not a dispute"
    assert "first" not in text.partition("===")[2]


def test_settled_labels_reach_the_corpus(twice, tmp_path):
    verdicts = tmp_path / "o99.settled.txt"
    sides = settle.sides(kept.stored("first", "o99")[1], kept.stored("second", "o99")[1])
    second = "A" if sides[0].topics == ("t01", "t02") else "B"
    verdicts.write_text(
        "=== o99-nb-m01\nurgency: C urgent\npersonal: AB\n\n"
        f"=== o99-nb-m02\ntopics: {second}\nmissing: C none\npersonal: AB\n",
        encoding="utf-8",
    )
    assert settle.apply(twice, verdicts) == []
    path = tmp_path / "test" / "o99" / "messages.jsonl"
    rows = [msgspec.json.decode(line, type=Message) for line in path.read_bytes().splitlines()]
    assert rows[0].urgency == "urgent"
    assert rows[0].intents == FIRST.intents
    assert [mark.text for mark in rows[0].personal] == ["Kari Li"], "the longer of two names stays"
    assert rows[0].acceptable == FIRST.acceptable
    assert rows[1].topics == ("t01", "t02")
    assert rows[1].missing == ()
    assert rows[1].personal == (Mark(start=18, end=21, kind="person", text="Ola"),)


def test_a_primary_intent_that_the_second_reader_allows_becomes_acceptable():
    first = msgspec.structs.replace(of_message(FIRST), acceptable=())
    second = msgspec.structs.replace(first, intents=("complaint",), acceptable=("order_status",))
    assert settle.differences(first, second) == []
    assert settle.accepted(first, second).acceptable == ("complaint",)
    assert settle.accepted(first, first) == first


def test_an_undecided_field_keeps_everything_as_it_was(twice, tmp_path):
    verdicts = tmp_path / "o99.settled.txt"
    verdicts.write_text("=== o99-nb-m01\nurgency: A\n", encoding="utf-8")
    assert any("personal: needs" in problem for problem in settle.apply(twice, verdicts))
    assert not (tmp_path / "test").exists()


def test_words_that_come_twice_are_marked_at_both_places():
    found = marks("Moa och Moa", (Words(kind="person", text="Moa"), Words(kind="person", text="Moa")))
    assert [(mark.start, mark.end) for mark in found] == [(0, 3), (8, 11)]
