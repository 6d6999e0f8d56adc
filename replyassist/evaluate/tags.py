"""How well an assistant's tags agree with a team's own labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from replyassist.assistant import Assistant
from replyassist.classify.metrics import accuracy, ece, macro_f1, quadratic_weighted_kappa
from replyassist.errors import DataError
from replyassist.formats import Labelled
from replyassist.types import URGENCIES, Message, Prediction, Record, Tags

Task = Literal["intent", "urgency", "sentiment"]
TASKS: tuple[Task, ...] = ("intent", "urgency", "sentiment")


class GroupScore(Record, frozen=True, kw_only=True):
    """Scores of one language: ``n`` messages, accuracy, macro-F1."""

    n: int
    accuracy: float
    macro_f1: float


class LabelScore(Record, frozen=True, kw_only=True):
    """Precision and recall of one label; ``n`` messages carry it."""

    n: int
    precision: float
    recall: float


class TaskScore(Record, frozen=True, kw_only=True):
    """Scores of one task on ``n`` labelled messages.

    ``ece`` is the expected calibration error over 15 bins. ``accepted`` is the share of messages whose tag
    may be acted on alone, ``accepted_error`` the share of those that were wrong. ``kappa`` (urgency only) is
    quadratic weighted.
    """

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    accepted: float
    accepted_error: float | None
    kappa: float | None = None
    by_language: Mapping[str, GroupScore] = {}
    by_label: Mapping[str, LabelScore] = {}
    unknown_labels: tuple[str, ...] = ()


def evaluate_tags(assistant: Assistant, rows: Sequence[Labelled]) -> dict[str, TaskScore]:
    """Tag ``rows`` and compare with their labels, task by task. Tasks without labels or model are left out.

    Raises:
        DataError: no row carries a label, or the assistant has no trained classifier.
    """
    if not any(getattr(row, task) for row in rows for task in TASKS):
        raise DataError("no labels found; name the column with --map intent=..., urgency=... or sentiment=...")
    messages = [
        Message(id=str(i), text=row.text, subject=row.subject, language=row.language) for i, row in enumerate(rows)
    ]
    tagged = list(assistant.tag(messages))
    scores: dict[str, TaskScore] = {}
    for task in TASKS:
        pairs = [
            (label, _prediction(tags, task), tags.language)
            for row, tags in zip(rows, tagged, strict=True)
            if (label := getattr(row, task))
        ]
        if pairs and any(prediction is not None for _, prediction, _ in pairs):
            scores[task] = _score(task, [(label, p or Prediction(), language) for label, p, language in pairs])
    if not scores:
        raise DataError("this assistant has no classifier to evaluate; build it with --labels")
    return scores


def _prediction(tags: Tags, task: Task) -> Prediction | None:
    if task == "intent":
        return tags.intents[0] if tags.intents else None
    return tags.urgency if task == "urgency" else tags.sentiment


def _score(task: Task, pairs: list[tuple[str, Prediction, str]]) -> TaskScore:
    gold = [label for label, _, _ in pairs]
    found = [prediction.label for _, prediction, _ in pairs]
    correct = np.array([g == f for g, f in zip(gold, found, strict=True)])
    confidence = np.array([prediction.probability for _, prediction, _ in pairs])
    accepted = np.array([prediction.accepted for _, prediction, _ in pairs])
    known = {a.label for _, p, _ in pairs for a in p.alternatives} | set(filter(None, found))
    return TaskScore(
        n=len(pairs),
        accuracy=accuracy(gold, found),
        macro_f1=macro_f1(gold, found),
        ece=ece(confidence, correct),
        accepted=float(accepted.mean()),
        accepted_error=float((~correct[accepted]).mean()) if accepted.any() else None,
        kappa=_kappa(gold, found) if task == "urgency" else None,
        by_language=_by_language(pairs, gold, found),
        by_label=_by_label(gold, found),
        unknown_labels=tuple(sorted(set(gold) - known)),
    )


def _kappa(gold: list[str], found: list[str | None]) -> float | None:
    if not set(gold) <= set(URGENCIES):
        return None  # levels of the team's own naming have no known order
    return quadratic_weighted_kappa(gold, found, order=URGENCIES)


def _by_language(
    pairs: list[tuple[str, Prediction, str]], gold: list[str], found: list[str | None]
) -> dict[str, GroupScore]:
    rows: dict[str, list[int]] = defaultdict(list)
    for i, (_, _, language) in enumerate(pairs):
        rows[language].append(i)
    scores = {}
    for language in sorted(rows):
        g, f = [gold[i] for i in rows[language]], [found[i] for i in rows[language]]
        scores[language] = GroupScore(n=len(g), accuracy=accuracy(g, f), macro_f1=macro_f1(g, f))
    return scores


def _by_label(gold: list[str], found: list[str | None]) -> dict[str, LabelScore]:
    scores = {}
    for label in sorted(set(gold)):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        said = found.count(label)
        scores[label] = LabelScore(
            n=gold.count(label),
            precision=right / said if said else 0.0,
            recall=right / gold.count(label),
        )
    return scores
