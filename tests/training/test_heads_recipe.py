import json
import random
from collections import Counter

import pytest
import yaml

from replyassist.types import LANGUAGES
from training.corpus.check.duplicates import near_duplicates
from training.corpus.files import SPLITS, organisations, parity
from training.corpus.labels import INTENTS
from training.heads.cards import CARDS, LISTS, cards
from training.heads.drafts import problems
from training.heads.sources import LABELS, MESSAGES, corpus, messages, questions
from training.nordic.sources import QUESTIONS


def test_everything_that_was_written_keeps_its_form():
    files = sorted([*MESSAGES.glob("*.jsonl"), *LABELS.glob("*.jsonl")])
    assert len(files) > 200
    assert [problem for path in files for problem in problems(path)] == []


def test_every_question_has_its_labels():
    assert {path.name for path in LABELS.glob("*.jsonl")} == {path.name for path in QUESTIONS.glob("*.jsonl")}
    assert len(list(questions())) == 5 * sum(len(p.read_bytes().splitlines()) for p in QUESTIONS.glob("*.jsonl"))


def test_languages_and_intents_are_even():
    written = list(messages())
    languages = Counter(example.language for example in written)
    assert set(languages) == set(LANGUAGES)
    assert min(languages.values()) > 0.75 * max(languages.values())
    intents = Counter(example.labels["intent"] for example in written)
    assert set(intents) == set(INTENTS)
    assert min(intents.values()) > 0.5 * max(intents.values())


def test_groups_are_organisations_files_and_sectors():
    groups = {example.group for example in corpus("train")}
    assert len(groups) == 22
    assert all(example.group.startswith("messages ") for example in messages())
    assert not groups & {example.group for example in corpus("validation")}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["how_to", "", "low", "neutral", "", "email", "", ""], "no text"),
        (["howto", "", "low", "neutral", "", "email", "", "x"], "unknown intent 'howto'"),
        (["how_to", "", "asap", "neutral", "", "email", "", "x"], "unknown urgency 'asap'"),
        (["how_to", "", "low", "neutral", "rage", "email", "", "x"], "unknown code 'rage'"),
        (["how_to", "", "nnnn", "00000"], "five letters"),
        (["how_to how_to", "", "nnnnn", "00000"], "one intent, or five"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, row, problem):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(row) + "\n{\n", encoding="utf-8")
    found = list(problems(path))
    assert any(problem in one and one.startswith(f"{path}:1:") for one in found)
    assert any(one.startswith(f"{path}:2:") for one in found)


def test_cards_hold_every_intent_and_are_drawn_again_alike():
    lists = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    first, second = (cards(lists, ["airline", "bank"], random.Random("x")) for _ in range(2))
    assert first == second
    assert len(first) == CARDS
    named = Counter(card.split(". ", 1)[1].split(" | ")[0] for card in first)
    assert set(named) == set(INTENTS)


def test_no_message_is_nearly_one_of_the_corpus_or_another():
    texts = [
        (f"corpus {message.id}", message.text)
        for split in SPLITS
        for one in organisations(split)
        for message in one.messages
    ]
    texts += [(f"parity {row.id} {language}", text) for row in parity() for language, text in row.texts.items()]
    for path in sorted(MESSAGES.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        texts += [(f"written {path.stem}:{number}", json.loads(line)[7]) for number, line in enumerate(lines, start=1)]
    close = near_duplicates(texts)
    assert [pair for pair in close if "written" in pair.first + pair.second] == []
