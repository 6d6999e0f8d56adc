"""Questions that nothing answers among those that something does, and what a system shows for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from benchmarks.evidence.measures import auroc_interval, calibration_error, interval
from benchmarks.evidence.product import CUT_OFF
from benchmarks.evidence.systems import Ask, Index

Kind = Literal["as is", "hidden", "unanswered"]
"""With its answer there, with everything that answers it left out, and one that nothing answers."""

TOP = 3
BINS = (10, 15)


@dataclass(frozen=True)
class Question:
    """An ask with the ids that answer it, also where they are hidden. ``unit``: the message or article behind it."""

    unit: str
    kind: Kind
    ask: Ask
    right: frozenset[str] = frozenset()

    def among(self, ids: Collection[str]) -> Question | None:
        """Return the question as it stands where only ``ids`` may answer.

        What none of them answers is unanswered, and not asked a second time.
        """
        if self.kind == "unanswered" or not self.right.isdisjoint(ids):
            return self
        return replace(self, kind="unanswered") if self.kind == "as is" else None


@dataclass(frozen=True)
class Outcome:
    """The first hits of a question: score, and whether right."""

    question: Question
    hits: tuple[tuple[float, bool], ...]

    @property
    def top(self) -> float:
        """Return the score of the first hit, below every score when there is none."""
        return self.hits[0][0] if self.hits else -np.inf

    @property
    def top_right(self) -> bool:
        """Return whether the first hit answers."""
        return bool(self.hits) and self.hits[0][1]

    @property
    def shown(self) -> bool:
        """Return whether the first hit passes the default cut-off; of relevances alone."""
        return self.top >= CUT_OFF


def outcome(question: Question, found: Sequence[tuple[str, float]]) -> Outcome:
    """Judge the first hits of a ranking."""
    return Outcome(question, tuple((score, name in question.right) for name, score in found[:TOP]))


def twice(unit: str, ask: Ask, right: frozenset[str], hidden: frozenset[str]) -> list[Question]:
    """Return a question with its answer there, and with everything ``hidden`` that could answer it."""
    return [Question(unit, "as is", ask, right), Question(unit, "hidden", replace(ask, without=hidden), right)]


def of_index(index: Index, questions: Sequence[Question]) -> list[Outcome]:
    """Return what a system finds first."""
    rankings = index.rank([question.ask for question in questions])
    return [outcome(question, found) for question, found in zip(questions, rankings, strict=True)]


def separation(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return AUROCs of the top score.

    ``answerable``: asked with the answer there against all others; ``answerable, real``: against those that really
    nothing answers; ``right``: a right first hit against everything else.
    """
    real = [one for one in outcomes if one.question.kind != "hidden"]
    return {
        "answerable": _auroc(outcomes, [one.question.kind == "as is" for one in outcomes]),
        "answerable, real": _auroc(real, [one.question.kind == "as is" for one in real]),
        "right": _auroc(outcomes, [one.top_right for one in outcomes]),
    }


def _auroc(outcomes: Sequence[Outcome], positive: Sequence[bool]) -> list[float]:
    scores = np.array([one.top for one in outcomes], dtype=np.float64)
    return auroc_interval(scores, np.array(positive, dtype=bool), units(outcomes)) if outcomes else []


def at_cut_off(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what is shown at the default cut-off, in per cent with intervals.

    ``precision`` is of first hits shown, ``precision of three`` of all shown among the first three, both over all kinds
    of questions; ``answered`` and ``answered rightly`` of the questions asked as they are; the ``silent`` of the
    others.
    """
    asked = [one for one in outcomes if one.question.kind == "as is"]
    shown = [one for one in outcomes if one.shown]
    among = [(one.question.unit, right) for one in outcomes for score, right in one.hits if score >= CUT_OFF]
    result = {
        "precision": interval([one.top_right for one in shown], units(shown)),
        "precision of three": interval([right for _, right in among], [unit for unit, _ in among]),
        "answered": interval([one.shown for one in asked], units(asked)),
        "answered rightly": interval([one.shown and one.top_right for one in asked], units(asked)),
        "first right": interval([one.top_right for one in asked], units(asked)),
    }
    for name, kinds in (("silent", ("hidden", "unanswered")), ("silent, real", ("unanswered",))):
        mine = [one for one in outcomes if one.question.kind in kinds]
        result[name] = interval([not one.shown for one in mine], units(mine))
    return result


def calibration(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return calibration errors of the relevance of the first three hits of all questions."""
    scores, right = first_three(outcomes)
    if not len(scores):
        return {"hits": 0}
    errors = {f"ECE, {bins} bins": round(calibration_error(scores, right, bins), 4) for bins in BINS}
    means = {"mean relevance": round(float(scores.mean()), 4), "share right": round(float(right.mean()), 4)}
    return {"hits": len(scores), **errors, **means}


def first_three(outcomes: Sequence[Outcome]) -> tuple[Any, Any]:
    """Return the scores of all first hits and whether each is right."""
    pairs = [hit for one in outcomes for hit in one.hits]
    return np.array([score for score, _ in pairs], dtype=np.float64), np.array(
        [right for _, right in pairs], dtype=bool
    )


def units(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what each outcome is drawn with."""
    return [one.question.unit for one in outcomes]


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return how many questions there are of each kind."""
    kinds: tuple[Kind, ...] = ("as is", "hidden", "unanswered")
    return {kind: sum(one.question.kind == kind for one in outcomes) for kind in kinds}


def by_language(outcomes: Sequence[Outcome], languages: Sequence[str]) -> Mapping[str, list[Outcome]]:
    """Return all outcomes, and those of each language."""
    return {"all": list(outcomes)} | {
        language: [one for one in outcomes if one.question.ask.language == language] for language in languages
    }
