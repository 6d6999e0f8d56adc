"""The encoder trained on a team's own documents, through the library and the command line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from replyassist.assistant import Assistant
from replyassist.building import pairs_of
from replyassist.embed import TeamEncoder, load_encoder, shipped_encoder
from replyassist.errors import ConfigError, DataError
from replyassist.formats import Labelled
from replyassist.types import Article, Macro, Message, Resolution

HOUSE = {
    "zorbaq": "Restart the grey box in the basement after a storm.",
    "vixnuw": "Pause the membership for July and August.",
    "qelpyx": "Order a second card for the gate.",
    "wuzzcha": "The speed is lower until the first of the month.",
    "jybbeqo": "Print a new label for the sensor.",
}
"""A house's own words, which no model knows."""

SAID = [
    "hi",
    "can",
    "you",
    "help",
    "me",
    "with",
    "this",
    "today",
    "thanks",
    "for",
    "an",
    "answer",
    "my",
    "old",
    "again",
]


def solved(count: int) -> list[Resolution]:
    luck = random.Random(0)
    return [
        Resolution(
            id=f"{word}-{number}",
            question=" ".join([*luck.sample(SAID, 4), word, *luck.sample(SAID, 2)]),
            answer=f"{HOUSE[word]} Note {luck.choice(SAID)} {luck.choice(SAID)}.",
            language="en",
            intent=f"about_{word}",
        )
        for number in range(count)
        for word in HOUSE
    ]


def encoder_of(folder: Path) -> TeamEncoder:
    number = json.loads((folder / "assistant.json").read_text())["generation"]
    encoder = load_encoder(str(folder / "generations" / f"{number:06d}" / "encoder"))
    assert isinstance(encoder, TeamEncoder)
    return encoder


def test_what_belongs_together() -> None:
    documents = [
        Article(id="a/nb", title="Pause", body="Slik gjør du", language="nb", group="a"),
        Article(id="a/fi", title="Tauko", body="Näin teet", language="fi", group="a"),
        Article(id="b", title="Alone", body="By itself", language="en"),
        Article(id="c", title=" ", body="Without a title", language="en"),
        Resolution(id="r", subject="Hi", question="How?", answer="So.", language="en"),
        Macro(id="m", title="Thanks", body="Thank you", language="en"),
    ]
    pairs = {(pair.left, pair.right, pair.group) for pair in pairs_of(documents)}
    titles = [("Pause", "Slik gjør du"), ("Pause", "Näin teet"), ("Tauko", "Slik gjør du"), ("Tauko", "Näin teet")]
    expected = {(*pair, "article a") for pair in titles}
    assert pairs == expected | {("Alone", "By itself", "article b"), ("Hi\nHow?", "So.", "resolution r")}


def test_a_gain_is_kept_and_everything_works_on(tmp_path: Path) -> None:
    assistant = Assistant.build(tmp_path / "house", resolutions=solved(60))
    before = encoder_of(tmp_path / "house")
    proof = assistant.adapt()
    after = encoder_of(tmp_path / "house")
    assert proof.trained_on + proof.held_out == 300
    assert (after.nordic.name != shipped_encoder().name) == proof.kept
    assert (before.name == after.name) != proof.kept
    assert assistant.manifest is not None
    assert assistant.manifest.details["adapted"]["kept"] == proof.kept
    assert "label" in next(iter(assistant.search("jybbeqo", k=1))).text
    assert next(iter(assistant.tag([Message(text="please help with qelpyx")]))).intents[0].label == "about_qelpyx"


def test_a_removed_document_leaves_nothing(tmp_path: Path) -> None:
    kept = [document for document in solved(60) if not document.id.startswith("jybbeqo")]
    with_more = Assistant.build(tmp_path / "more", resolutions=solved(60))
    with_more.adapt()
    with_more.remove([document.id for document in solved(60) if document.id.startswith("jybbeqo")])
    with_more.adapt()
    never = Assistant.build(tmp_path / "never", resolutions=kept)
    never.adapt()
    one, other = encoder_of(tmp_path / "more"), encoder_of(tmp_path / "never")
    assert one.name == other.name
    np.testing.assert_array_equal(one.encode(["jybbeqo label"]), other.encode(["jybbeqo label"]))


def test_labels_are_asked_for_again(tmp_path: Path) -> None:
    labels = [Labelled(text=f"{word} {number}", intent=word) for word in HOUSE for number in range(12)]
    assistant = Assistant.build(tmp_path / "house", resolutions=solved(12), labels=labels)
    with pytest.raises(DataError, match="60 labelled messages; give them again"):
        assistant.adapt()
    assistant.adapt(labels=labels)
    assert assistant.manifest is not None
    assert assistant.manifest.details["classifier"]["labelled"] == 60


def test_what_cannot_be_adapted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be adapted"):
        Assistant.build(tmp_path / "lsa", resolutions=solved(60), encoder="lsa").adapt()
    few = Assistant.build(tmp_path / "few", resolutions=solved(2))
    generation = few.manifest
    with pytest.raises(DataError, match="10 pairs"):
        few.adapt()
    assert few.manifest == generation
