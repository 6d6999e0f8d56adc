"""The past answer that a question got, in English (Bitext, CDLA-Sharing-1.0).

The collection holds the distinct answers alone, never the questions: for the product tickets whose question is empty.
Right is the answer that the question got; equal answers are one. Many answers to one intent say much the same, and only
one of them counts, so the figures are low for everybody. For validation a tenth of the training part, by hash; its
questions, not its answers, are among the texts that the shipped encoder learned from.
"""

from __future__ import annotations

from typing import Any

from benchmarks.common import read
from benchmarks.evidence.peers import peers
from benchmarks.evidence.product import arms, opened
from benchmarks.evidence.rankings import Answers
from benchmarks.evidence.show import table
from benchmarks.evidence.systems import Ask, Document, Index
from training.nordic.heldout import number

SHOWN = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "ndcg@10")


def replies(split: str) -> dict[str, Any]:
    """Return the figures of every system."""
    rows = _rows(split)
    answers = list(dict.fromkeys(row["response"] for row in rows))
    id_of = {answer: f"r{place}" for place, answer in enumerate(answers)}
    documents = [Document(id_of[answer], "", answer, "en", pool="resolution") for answer in answers]
    right: dict[str, dict[str, float]] = {}
    for row in rows:
        right.setdefault(row["text"], {})[id_of[row["response"]]] = 1.0
    found = Answers()
    asks = [Ask(text, "en") for text in right]
    with opened(documents) as product:
        systems: dict[str, Index] = {**peers(documents), **arms(product)}
        runs = {
            name: {text: [one for one, _ in ranking] for text, ranking in zip(right, system.rank(asks), strict=True)}
            for name, system in systems.items()
        }
    found.add(right, runs, list(right), ["en"] * len(right))
    result = found.figures()
    shown = {system: [figures[metric] for metric in SHOWN] for system, figures in result["systems"].items()}
    table(f"replies, {len(asks)} questions, {len(answers)} answers", SHOWN, shown)
    return {"answers": len(answers), **result}


def _rows(split: str) -> list[dict[str, Any]]:
    if split == "test":
        return list(read("bitext_replies.test"))
    return [row for row in read("bitext_replies.train") if number("reply " + row["text"]) % 10 == 0]
