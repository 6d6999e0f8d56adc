"""The shipped heads on organisations they have not seen, and what a team's own labels add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.tags.peers import tfidf_svm
from replyassist.assistant import Assistant
from replyassist.classify.examples import Example
from replyassist.classify.informed import InformedEncoder
from replyassist.classify.layered import shipped_classifier
from replyassist.classify.metrics import accuracy, ece, macro_f1, quadratic_weighted_kappa
from replyassist.classify.train import train
from replyassist.embed import shipped_encoder
from replyassist.evaluate.parity import ParityRow, evaluate_parity
from replyassist.settings import Tagging
from replyassist.types import LANGUAGES, URGENCIES, Prediction, to_builtins
from training.corpus.files import organisations, parity
from training.corpus.schema import Message
from training.heads.sources import corpus, messages, of_message

SHOTS, DRAWS = (0, 5, 10, 50), 3
EVERYTHING = Tagging(rejected=0.0)
"""Nothing is turned away: every system must answer every message."""


def cold_start(split: str) -> dict[str, Any]:
    """Return the figures of the shipped heads and of the peer, trained on the same texts."""
    rows = [message for one in organisations(split) for message in one.messages if message.language in LANGUAGES]
    texts = [of_message(message, "").text for message in rows]
    languages = [message.language for message in rows]
    predicted = shipped_classifier().predict(texts, languages=languages, tagging=EVERYTHING)
    careful = shipped_classifier().predict(texts, languages=languages)
    known = [*corpus("train"), *messages()]
    peer = tfidf_svm()
    peer.fit([one.text for one in known], [one.labels["intent"] for one in known])
    return {
        "messages": len(rows),
        "shipped heads": _figures(rows, predicted),
        "TF-IDF + LinearSVC on the same messages and tickets": _intent(rows, peer.predict(texts).tolist()),
        "without a label by default": _abstained(careful),
        "tiers of the intent by default": _tiers(rows, careful),
    }


def _figures(rows: Sequence[Message], predicted: Sequence[dict[str, Prediction]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for language in ("all", *LANGUAGES):
        inside = [place for place, row in enumerate(rows) if language in ("all", row.language)]
        part, tags = [rows[place] for place in inside], [predicted[place] for place in inside]
        found[language] = {
            "intent": _intent(part, [row["intent"].label for row in tags]),
            "urgency": _urgency(part, [row["urgency"].label for row in tags]),
            "sentiment macro-F1": round(
                macro_f1([row.sentiment for row in part], [row["sentiment"].label for row in tags]), 3
            ),
            "ECE": {
                "intent": _ece([row.intents[0] for row in part], [row["intent"] for row in tags]),
                "urgency": _ece([row.urgency for row in part], [row["urgency"] for row in tags]),
                "sentiment": _ece([row.sentiment for row in part], [row["sentiment"] for row in tags]),
            },
        }
    return found


def _intent(rows: Sequence[Message], labels: Sequence[str | None]) -> dict[str, float]:
    primary = [row.intents[0] for row in rows]
    accepted = [label in {row.intents[0], *row.acceptable} for row, label in zip(rows, labels, strict=True)]
    return {
        "macro-F1": round(macro_f1(primary, labels), 3),
        "accuracy": round(accuracy(primary, labels), 3),
        "accuracy with accepted alternatives": round(float(np.mean(accepted)), 3),
    }


def _urgency(rows: Sequence[Message], labels: Sequence[str | None]) -> dict[str, float]:
    truth = [row.urgency for row in rows]
    urgent = [label != URGENCIES[-1] for row, label in zip(truth, labels, strict=True) if row == URGENCIES[-1]]
    return {
        "kappa": round(quadratic_weighted_kappa(truth, labels, URGENCIES), 3),
        "accuracy": round(accuracy(truth, labels), 3),
        "urgent tagged lower": round(float(np.mean(urgent)), 3),
    }


def _ece(truth: Sequence[str], tags: Sequence[Prediction]) -> float:
    return round(
        ece([tag.probability for tag in tags], [tag.label == label for tag, label in zip(tags, truth, strict=True)]), 3
    )


def _abstained(predicted: Sequence[dict[str, Prediction]]) -> float:
    return round(float(np.mean([row["intent"].label is None for row in predicted])), 3)


def _tiers(rows: Sequence[Message], predicted: Sequence[dict[str, Prediction]]) -> dict[str, Any]:
    right: defaultdict[str, list[bool]] = defaultdict(list)
    held, sizes = [], []
    for row, tags in zip(rows, predicted, strict=True):
        tag = tags["intent"]
        right[tag.tier].append(tag.label == row.intents[0])
        if tag.candidates:
            held.append(row.intents[0] in tag.candidates)
            sizes.append(len(tag.candidates))
    tiers = {
        tier: {"share": round(len(v) / len(rows), 3), "right": round(float(np.mean(v)), 3)} for tier, v in right.items()
    }
    sets = {"offered": round(len(held) / len(rows), 3)}
    if held:
        sets |= {"hold the label": round(float(np.mean(held)), 3), "mean size": round(float(np.mean(sizes)), 2)}
    return {"tiers": tiers, "sets of at most five": sets}


def own_labels(split: str) -> dict[str, Any]:
    """Return accuracies after a team labels some of its messages: half of each organisation's, the other half asked.

    ``alone`` learns from these labels only, ``on the shipped heads`` is what ``build --labels`` does.
    """
    rows = [message for one in organisations(split) for message in one.messages if message.language in LANGUAGES]
    examples = [of_message(message, "") for message in rows]
    found: dict[str, Any] = {}
    informed = InformedEncoder(shipped_encoder(), shipped_classifier())
    for shots in SHOTS:
        scores: defaultdict[str, list[float]] = defaultdict(list)
        for draw in range(DRAWS if shots else 1):
            order = np.random.default_rng(draw).permutation(len(rows))
            known, asked = order[: len(rows) // 2], order[len(rows) // 2 :]
            truth = [rows[place].intents[0] for place in asked]
            texts = [examples[place].text for place in asked]
            languages = [rows[place].language for place in asked]
            if not shots:
                tags = shipped_classifier().predict(texts, languages=languages, tagging=EVERYTHING)
                scores["on the shipped heads"].append(accuracy(truth, [row["intent"].label for row in tags]))
                continue
            chosen = _shots(known, [rows[place].intents[0] for place in known], shots)
            own = [Example(examples[n].text, {"intent": rows[n].intents[0]}, rows[n].language) for n in chosen]
            for name, encoder in (("alone", shipped_encoder()), ("on the shipped heads", informed)):
                head = train(own, encoder, tasks=("intent",))
                tags = head.predict(texts, languages=languages, tagging=EVERYTHING)
                scores[name].append(accuracy(truth, [row["intent"].label for row in tags]))
        found[f"{shots} per label"] = {name: round(float(np.mean(values)), 3) for name, values in scores.items()}
    return found


def _shots(places: Any, labels: Sequence[str], shots: int) -> list[int]:
    taken: defaultdict[str, list[int]] = defaultdict(list)
    for place, label in zip(places, labels, strict=True):
        if len(taken[label]) < shots:
            taken[label].append(int(place))
    return [place for of_label in taken.values() for place in of_label]


def parity_gate(split: str) -> Any:
    """Return how often the same message in two languages gets another tag or tier."""
    if split != "test":
        return "on the test split alone: the parity messages are test material"
    rows = [ParityRow(row.id, row.texts) for row in parity()]
    return {task: to_builtins(score) for task, score in evaluate_parity(Assistant.default(), rows).items()}
