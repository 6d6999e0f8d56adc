"""Sentences by language for training, validation and test, split so that translations stay together."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

Split = Literal["train", "validation", "test"]
Kind = Literal["talk", "product", "support"]
"""Conversation (Tatoeba, Element, Saleor, English intents), product documentation, our own messages."""

Sentences = dict[tuple[str, Kind], list[str]]

_REPOSITORY = Path(__file__).resolve().parents[2]
_TEXTS = Path(__file__).parent / "texts"
_TRANSLATED = ("nb", "sv", "da", "fi")
_TALK = frozenset({"tatoeba", "element", "saleor"})
_ENGLISH_INTENTS = ("banking77.train", "clinc150.train", "bitext_intents.train")


def data_folder() -> Path:
    """Return the folder of the shared data: ``$REPLYASSIST_DATA`` or ``../shared/data``."""
    return Path(os.environ.get("REPLYASSIST_DATA", _REPOSITORY.parent / "shared" / "data"))


def split_of(key: str) -> Split:
    """Assign ``key`` (the English side of a pair, or an own message) by hash: 75 / 10 / 15 %."""
    bucket = int.from_bytes(hashlib.sha256(key.lower().encode()).digest()[:4]) % 100
    return "test" if bucket < 15 else "validation" if bucket < 25 else "train"


def _records(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(data_folder() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _translated(language: str, split: Split) -> Iterator[tuple[str, Kind, str]]:
    for record in _records(f"parallel.en-{language}"):
        if record.get("mt") or split_of(record["en"]) != split:
            continue
        kind: Kind = "talk" if record["src"] in _TALK else "product"
        yield language, kind, record["xx"]
        yield "en", kind, record["en"]


def shared_sentences(split: Split) -> Sentences:
    """Return the distinct sentences of the shared data that belong to ``split``.

    A sentence of the test or validation part is left out of training even where it also stands beside
    another English sentence there.
    """
    found: dict[tuple[str, Kind], dict[str, None]] = defaultdict(dict)
    for language in _TRANSLATED:
        for owner, kind, text in _translated(language, split):
            found[owner, kind].setdefault(text)
    if split == "train":
        for name in _ENGLISH_INTENTS:
            found["en", "talk"].update(dict.fromkeys(record["text"] for record in _records(name)))
        for held_out in ("validation", "test"):
            for language in _TRANSLATED:
                for owner, kind, text in _translated(language, held_out):
                    found[owner, kind].pop(text, None)
    return {key: list(texts) for key, texts in found.items()}


def test_conversation() -> dict[str, list[str]]:
    """Return the test sentences of Tatoeba alone, by language: what the benchmark measures on."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for language in _TRANSLATED:
        for record in _records(f"parallel.en-{language}"):
            if record["src"] == "tatoeba" and split_of(record["en"]) == "test":
                found[language].setdefault(record["xx"])
                found["en"].setdefault(record["en"])
    return {language: list(texts) for language, texts in found.items()}


def own_messages(split: Split) -> dict[str, list[str]]:
    """Return our own support-style messages: a tenth for validation, the rest for training, none for test."""
    rows = [(path.stem, line) for path in sorted(_TEXTS.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    rows += [("other", line.partition("\t")[2]) for line in (_TEXTS / "other.tsv").read_text("utf-8").splitlines()]
    found: dict[str, list[str]] = defaultdict(list)
    for language, text in rows:
        part: Split = "validation" if split_of(text) == "validation" else "train"
        if part == split:
            found[language].append(text)
    return dict(found)
