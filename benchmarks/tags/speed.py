"""Speed of ``tag`` with the shipped heads, and seconds to train a team's head by the number of its examples."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.common import data_folder, read, run_measured
from benchmarks.intent_sets import banking
from benchmarks.tags.english import product_head
from benchmarks.tags.peers import tfidf_svm
from training.heads.sources import messages

COUNT = 50_000
SIZES = (1_000, 3_000, 9_900)
COMMAND = [sys.executable, "-m", "replyassist"]


def speed() -> dict[str, Any]:
    """Return messages per second, peak memory, the peer's rate for one task, and training seconds."""
    long = [one.text for one in messages()]
    short = [row["text"] for name in ("banking77.test", "clinc150.test", "bitext_intents.test") for row in read(name)]
    return {
        "written messages, five languages": _measured(long),
        "short questions, English": _measured(short),
        "seconds to train": _training(),
    }


def _measured(pool: list[str]) -> dict[str, Any]:
    chance = random.Random(0)
    texts = [chance.choice(pool) for _ in range(COUNT)]
    with tempfile.TemporaryDirectory() as place:
        inbox = Path(place) / "messages.jsonl"
        with inbox.open("w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        out = str(Path(place) / "tagged.jsonl")
        seconds, peak = run_measured([*COMMAND, "tag", str(inbox), "--output", out, "--workers", "2"])
    return {
        "messages": COUNT,
        "mean characters": round(sum(map(len, texts)) / COUNT),
        "tag, three heads, two processes: messages per second": round(COUNT / seconds),
        "peak memory MB": round(peak),
        "TF-IDF + LinearSVC, one task, one process: messages per second": round(_peer(texts[:10_000])),
    }


def _peer(texts: list[str]) -> float:
    known = list(messages())
    model = tfidf_svm()
    model.fit([one.text for one in known], [one.labels["intent"] for one in known])
    start = time.perf_counter()
    model.predict(texts)
    return len(texts) / (time.perf_counter() - start)


def _training() -> dict[str, float]:
    data_folder()
    texts, labels = banking("train")
    found = {}
    for size in SIZES:
        start = time.perf_counter()
        product_head((texts[:: len(texts) // size][:size], labels[:: len(texts) // size][:size]))
        found[f"{size} examples, 77 labels"] = round(time.perf_counter() - start, 1)
    return found
