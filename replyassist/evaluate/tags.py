"""How well an assistant's tags agree with a team's own labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from replyassist.assistant import Assistant
from replyassist.classify.metrics import accuracy, ece, f1_by_label, macro_f1, quadratic_weighted_kappa
from replyassist.errors import DataError
from replyassist.evaluate.curves import coverage_curve, reliability
from replyassist.evaluate.labels import Judged, confusions, doubts, overlaps
from replyassist.evaluate.scores import Change, GroupScore, LabelScore, Share, TaskScore
from replyassist.formats import Labelled
from replyassist.types import URGENCIES, Message, Prediction, Tags, Tier

Task = Literal["intent", "urgency", "sentiment"]
TASKS: tuple[Task, ...] = get_args(Task)


def evaluate_tags(
    assistant: Assistant, rows: Sequence[Labelled], *, previous: Assistant | None = None
) -> dict[str, TaskScore]:
    """Tag ``rows`` and compare with their labels, task by task. Tasks without labels or model are left out.

    With ``previous``, another assistant, the scores say what has changed since.

    Raises:
        DataError: no row carries a label, or the assistant has no trained classifier.
    """
    if not any(getattr(row, task) for row in rows for task in TASKS):
        raise DataError("no labels found; name the column with --map intent=..., urgency=... or sentiment=...")
    judged = _judged(assistant, rows)
    before = _judged(previous, rows) if previous else {}
    scores: dict[str, TaskScore] = {
        task: score(task, found, before.get(task), known=assistant.labels(task)) for task, found in judged.items()
    }
    if not scores:
        raise DataError("this assistant has no classifier to evaluate; build it with --labels")
    return scores


def _judged(assistant: Assistant, rows: Sequence[Labelled]) -> dict[Task, list[Judged]]:
    """Return the labelled messages of each task with their tags; tasks the assistant does not know are left out."""
    messages = [
        Message(id=str(i), text=row.text, subject=row.subject, language=row.language) for i, row in enumerate(rows)
    ]
    tagged = list(assistant.tag(messages))
    found: dict[Task, list[Judged]] = {}
    for task in TASKS:
        pairs = [
            (row, label, prediction_of(tags, task), tags.language)
            for row, tags in zip(rows, tagged, strict=True)
            if (label := getattr(row, task))
        ]
        if any(prediction is not None for _, _, prediction, _ in pairs):
            found[task] = [Judged(row.id, label, p or Prediction(), language) for row, label, p, language in pairs]
    return found


def prediction_of(tags: Tags, task: Task) -> Prediction | None:
    """Return what ``tags`` say of ``task``, none if nothing."""
    if task == "intent":
        return tags.intents[0] if tags.intents else None
    return tags.urgency if task == "urgency" else tags.sentiment


def score(
    task: Task, judged: Sequence[Judged], before: Sequence[Judged] | None = None, *, known: Sequence[str] = ()
) -> TaskScore:
    """Score the judged messages of one task.

    ``before`` are the same messages by a previous model, ``known`` the labels that the model can give.
    """
    gold, found = [one.label for one in judged], [one.prediction.label for one in judged]
    correct = np.array([one.right for one in judged])
    confidence = np.array([one.prediction.probability for one in judged])
    answered = np.array([one.prediction.label is not None for one in judged])
    accepted = _share([one for one in judged if one.prediction.accepted])
    offered = [one for one in judged if one.prediction.candidates]
    ordered = task == "urgency" and any(found) and {*gold, *filter(None, found)} <= set(URGENCIES)
    return TaskScore(
        n=len(judged),
        accuracy=accuracy(gold, found),
        macro_f1=macro_f1(gold, found),
        ece=_calibration(judged),
        accepted=accepted.n / len(judged),
        accepted_error=accepted.error,
        tiers={tier: _share([one for one in judged if one.prediction.tier == tier]) for tier in get_args(Tier)},
        sets=_mean([one.label in one.prediction.candidates for one in offered]),
        set_size=_mean([len(one.prediction.candidates) for one in offered]),
        abstained=Counter(one.prediction.abstained for one in judged if one.prediction.abstained),
        # Levels of the team's own naming have no known order.
        kappa=quadratic_weighted_kappa(gold, found, order=URGENCIES) if ordered else None,
        under_triaged=_mean([not one.right for one in judged if one.label == URGENCIES[-1]]) if ordered else None,
        by_language=_by_language(judged),
        by_label=_by_label(judged),
        bins=reliability(confidence[answered], correct[answered]),
        curve=coverage_curve(confidence, correct),
        confusions=confusions(judged),
        overlaps=overlaps(judged),
        doubts=doubts(judged),
        unknown_labels=tuple(sorted(set(gold) - set(known))) if known else (),
        since=None if before is None else _since(judged, before),
    )


def _calibration(judged: Sequence[Judged]) -> float:
    """Return the calibration error of the messages that got a label; 0 when none did."""
    answered = [one for one in judged if one.prediction.label is not None]
    if not answered:
        return 0.0
    return ece([one.prediction.probability for one in answered], [one.right for one in answered])


def _share(judged: Sequence[Judged]) -> Share:
    return Share(n=len(judged), error=_mean([not one.right for one in judged]))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _by_language(judged: Sequence[Judged]) -> dict[str, GroupScore]:
    scores = {}
    for language in sorted({one.language for one in judged}):
        part = [one for one in judged if one.language == language]
        gold, found = [one.label for one in part], [one.prediction.label for one in part]
        scores[language] = GroupScore(
            n=len(part),
            accuracy=accuracy(gold, found),
            macro_f1=macro_f1(gold, found),
            ece=_calibration(part),
        )
    return scores


def _by_label(judged: Sequence[Judged]) -> dict[str, LabelScore]:
    gold, found = [one.label for one in judged], [one.prediction.label for one in judged]
    f1 = f1_by_label(gold, found)
    scores = {}
    for label in sorted(set(gold)):
        right = sum(one.right for one in judged if one.label == label)
        said = found.count(label)
        scores[label] = LabelScore(
            n=gold.count(label),
            precision=right / said if said else 0.0,
            recall=right / gold.count(label),
            f1=f1[label],
            automated=_share([one for one in judged if one.prediction.accepted and one.prediction.label == label]),
        )
    return scores


def _since(judged: Sequence[Judged], before: Sequence[Judged]) -> Change:
    from scipy.stats import binomtest

    gold, found = [one.label for one in before], [one.prediction.label for one in before]
    became_right = sum(new.right and not old.right for new, old in zip(judged, before, strict=True))
    became_wrong = sum(old.right and not new.right for new, old in zip(judged, before, strict=True))
    changed = became_right + became_wrong
    return Change(
        accuracy=accuracy(gold, found),
        macro_f1=macro_f1(gold, found),
        ece=_calibration(before),
        became_right=became_right,
        became_wrong=became_wrong,
        p_value=float(binomtest(became_right, changed).pvalue) if changed else 1.0,
    )
