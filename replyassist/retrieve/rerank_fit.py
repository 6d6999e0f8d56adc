"""Fit what the scores of a reranker are worth on questions with known answers, and prove it on held-out ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from replyassist.errors import DataError
from replyassist.retrieve.rerank import ALL, EDGE, UNCHANGED, Floats, RerankCalibration, Weights, features_of
from replyassist.retrieve.store import served_as
from replyassist.types import Pool

FEWEST_QUESTIONS = 50
"""Fewer say too little about what a score is worth."""
_FOLDS = 5
_CONFIDENCE = 2.33
"""One-sided, at one per cent."""


@dataclass(frozen=True)
class Trial:
    """What one question found in one pool: first-stage probabilities, scores, and which hits were right, each (n,).

    Trials with the same ``question`` are versions of one question: they are held out together and count as one.
    """

    question: int
    pool: Pool
    fused: Floats
    raw: Floats
    right: NDArray[np.bool_]
    language: str | None = None


@dataclass(frozen=True)
class HeldOut:
    """Log-loss (mean over questions) on questions that took no part in the fit, by five-fold cross-validation.

    ``before`` is that of the first stage, ``rescaled`` of the first stage calibrated anew, ``after`` of the reranker.
    It is ``used`` where it beats both beyond chance: what a new scale alone would gain is no merit of its own.
    """

    pool: Pool
    language: str
    questions: int
    before: float
    rescaled: float
    after: float
    used: bool


def fit_calibration(trials: Sequence[Trial], reranker: str) -> tuple[RerankCalibration, tuple[HeldOut, ...]]:
    """Return the calibration of the reranker named ``reranker``, and what it changes on held-out questions.

    Each pool is fitted and judged in every language with at least :data:`FEWEST_QUESTIONS` questions, and over all
    languages for the other ones. Where there are fewer, or the reranker does not help, the first stage stays as it is.
    Trials hold as many hits as will be reranked.

    Raises:
        DataError: the arrays of a trial differ in length, or hold other values than they should.
    """
    groups: dict[tuple[Pool, str], list[Trial]] = {}
    for trial in trials:
        for language in (served_as(trial.language), ALL) if trial.raw.size + trial.fused.size else ():
            groups.setdefault((trial.pool, language), []).append(trial)
    weights: dict[Pool, dict[str, Weights]] = {}
    judged = []
    for (pool, language), own in sorted(groups.items(), key=lambda group: group[0]):
        if len({trial.question for trial in own}) >= FEWEST_QUESTIONS:
            table = _table(own, reranker)
            before = _losses(UNCHANGED.probabilities(table.features), table)
            rescaled, after = _held_out_losses(table, 1), _held_out_losses(table, 3)
            used = all(_beyond_chance(losses - after) for losses in (before, rescaled))
            weights.setdefault(pool, {})[language] = _fit(table, 3) if used else UNCHANGED
            first, anew, read = (float(losses.mean()) for losses in (before, rescaled, after))
            judged.append(HeldOut(pool, language, len(after), first, anew, read, used))
    return RerankCalibration(reranker=reranker, weights=weights), tuple(judged)


class _Table(NamedTuple):
    """Hits of many trials: features (m, 3), whether right (m,), and the number of the question (m,)."""

    features: Floats
    right: NDArray[np.bool_]
    question: NDArray[np.intp]


def _table(trials: Sequence[Trial], reranker: str) -> _Table:
    if any(trial.right.shape != trial.raw.shape or trial.right.dtype != bool for trial in trials):
        raise DataError("right must say yes or no for each hit of a trial")
    asked = np.repeat([trial.question for trial in trials], [len(trial.raw) for trial in trials])
    features = np.concatenate([features_of(trial.fused, trial.raw, reranker) for trial in trials])
    return _Table(features, np.concatenate([trial.right for trial in trials]), np.unique(asked, return_inverse=True)[1])


def _fit(table: _Table, columns: int) -> Weights:
    """Return weights of the first ``columns`` features by logistic regression with an L2 penalty on standard scores.

    All questions weigh the same, together as much as there are hits.
    """
    from sklearn.linear_model import LogisticRegression

    if table.right.all() or not table.right.any():
        return UNCHANGED
    features, weight = table.features[:, :columns], 1 / np.bincount(table.question)[table.question]
    weight *= len(weight) / weight.sum()
    mean = np.average(features, axis=0, weights=weight)
    spread = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=weight))
    spread[spread < EDGE] = 1.0
    model = LogisticRegression(tol=1e-8, max_iter=1000)
    model.fit((features - mean) / spread, table.right, sample_weight=weight)
    slopes = np.zeros(3)
    slopes[:columns] = model.coef_[0] / spread
    fused, score, lead = slopes.tolist()
    return Weights(fused, score, lead, float(model.intercept_[0] - slopes[:columns] @ mean))


def _held_out_losses(table: _Table, columns: int) -> Floats:
    """Return the log-loss per question, each under a fit without its fold."""
    fold = np.random.default_rng(0).permutation(table.question.max() + 1)[table.question] % _FOLDS
    probability = np.zeros(len(fold))
    for number in range(_FOLDS):
        fitted = _fit(_Table(*(part[fold != number] for part in table)), columns)
        probability[fold == number] = fitted.probabilities(table.features[fold == number])
    return _losses(probability, table)


def _losses(probability: Floats, table: _Table) -> Floats:
    surprise = -np.log(np.clip(np.where(table.right, probability, 1 - probability), EDGE, 1))
    losses: Floats = np.bincount(table.question, surprise) / np.bincount(table.question)
    return losses


def _beyond_chance(gain: Floats) -> bool:
    return bool(gain.mean() > _CONFIDENCE * gain.std() / np.sqrt(len(gain)))
