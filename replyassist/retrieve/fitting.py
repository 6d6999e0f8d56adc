"""Fit a relevance model to questions whose right sources are known.

The weights are a conditional logit over the candidates of each question: ``P(source) = exp(w . x) / sum of
exp(w . x')`` (McFadden 1974; the listwise softmax loss of Cao et al. 2007). What a score is worth is a logistic curve
per pool (Platt 1999). Both are pulled towards a model that is there already: the fewer the questions, the less changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.retrieve.fusion import FEATURES, Candidates
from replyassist.retrieve.relevance import Calibration, RelevanceModel
from replyassist.types import Pool

Floats = npt.NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]

DEPTH = 3
"""Sources per question whose probability is fitted: those that are shown."""

_ROUNDS = 4
_SPREAD = np.array([0.08, 0.12, 0.12, 1.0, 1.5, 1.5, 1.5, 1.0, 0.08, 1.5])
"""Usual deviation of each feature: the penalty is on weights per deviation."""


@dataclass(frozen=True)
class Trial:
    """The candidates of one question, and the keys of the sources that answer it: none where nothing does."""

    candidates: Candidates
    right: frozenset[int]
    pool: Pool = "article"
    weight: float = 1.0

    @property
    def answerable(self) -> bool:
        """Whether a right source is among the candidates."""
        return bool(np.isin(self.candidates.source, list(self.right)).any())


@dataclass(frozen=True)
class Outcomes:
    """Sources that were ranked first; all (m,).

    Their scores, whether right, how much each counts, and the log of the number of sources it was found among.
    """

    score: Floats
    right: npt.NDArray[np.bool_]
    weight: Floats
    size: Floats


def fit_weights(trials: Sequence[Trial], prior: RelevanceModel, pool: Pool, strength: float) -> tuple[float, ...]:
    """Return non-negative weights for the features, pulled towards those of ``prior`` by ``strength`` per question.

    All ``trials`` count, whatever their pool.
    """
    usable = [trial for trial in trials if trial.answerable]
    features = [trial.candidates.features for trial in usable]
    start = np.array(prior.coefficients[pool]) * _SPREAD
    if not usable:
        return prior.coefficients[pool]
    weights = start
    for _ in range(_ROUNDS):
        # Which chunk is a document's best depends on the weights, so the two are found in turn.
        described = [
            _described(trial, of_trial, weights / _SPREAD, prior.smoothing)
            for trial, of_trial in zip(usable, features, strict=True)
        ]
        objective = _listwise(described, [trial.weight for trial in usable], start, strength)
        weights = _minimised(objective, weights, [(0.0, None)] * len(start))
    return tuple(round(float(weight), 4) for weight in weights / _SPREAD)


def ranked(model: RelevanceModel, trials: Sequence[Trial], depth: int = DEPTH) -> Outcomes:
    """Return the first ``depth`` sources of every trial."""
    rows = [
        (score, source in trial.right, trial.weight, np.log(max(trial.candidates.among, 1)))
        for trial in trials
        for source, score in ranking(model, trial.candidates, trial.pool)[:depth]
    ]
    score, right, weight, size = np.array(rows, np.float64).reshape(-1, 4).T
    return Outcomes(score, right > 0, weight, size)


def ranking(model: RelevanceModel, candidates: Candidates, pool: Pool) -> list[tuple[int, float]]:
    """Return the sources with the score of each, best first."""
    found = model.scores(candidates, pool)
    order = np.lexsort((found.source, -found.score))
    _, first = np.unique(found.source[order], return_index=True)
    kept = order[np.sort(first)]
    return list(zip(found.source[kept].tolist(), found.score[kept].tolist(), strict=True))


def fit_calibration(outcomes: Outcomes, prior: Calibration | None, strength: float) -> Calibration:
    """Return the logistic curve through ``outcomes``, pulled towards ``prior`` as if by ``strength`` outcomes.

    With a prior the worth of the number of sources stays its: one team's tickets have all seen the same number.
    """
    start = np.array([prior.scale, prior.shift, prior.size]) if prior else np.array([1.0, 0.0, 0.0])
    design = np.column_stack([outcomes.score, np.ones(len(outcomes.score)), -outcomes.size])
    right, weight = outcomes.right.astype(np.float64), outcomes.weight
    pull = strength if prior else 1e-6

    def objective(curve: Floats) -> tuple[float, Floats]:
        logit = design @ curve
        probability = 0.5 * (1 + np.tanh(0.5 * logit))
        loss = (weight * (np.logaddexp(0, logit) - right * logit)).sum() + pull / 2 * ((curve - start) ** 2).sum()
        return float(loss), (weight * (probability - right)) @ design + pull * (curve - start)

    bounds = [(1e-3, None), (None, None), (prior.size, prior.size) if prior else (0.0, None)]
    scale, shift, size = _minimised(objective, start, bounds).round(4).tolist()
    return Calibration(scale=scale, shift=shift, size=size)


def log_losses(model: RelevanceModel, trials: Sequence[Trial]) -> Floats:
    """Return -log P(what happened) of every source that is ranked first in one of ``trials``."""
    losses = [np.zeros(0)]
    for trial in trials:
        found = ranked(model, [trial])
        probability = np.clip(
            model.probabilities(found.score, trial.pool, among=trial.candidates.among), 1e-9, 1 - 1e-9
        )
        losses.append(-np.log(np.where(found.right, probability, 1 - probability)))
    return np.concatenate(losses)


def fitted(
    trials: Sequence[Trial], prior: RelevanceModel, *, strength: float, calibration_strength: float
) -> RelevanceModel:
    """Return ``prior`` fitted on to ``trials``: weights and curve of each pool that has some."""
    by_pool: dict[Pool, list[Trial]] = {}
    for trial in trials:
        by_pool.setdefault(trial.pool, []).append(trial)
    weights = {pool: fit_weights(mine, prior, pool, strength) for pool, mine in by_pool.items()}
    model = msgspec.structs.replace(prior, coefficients={**prior.coefficients, **weights})
    curves = {
        pool: fit_calibration(ranked(model, mine), prior.calibration[pool], calibration_strength)
        for pool, mine in by_pool.items()
    }
    return msgspec.structs.replace(model, calibration={**prior.calibration, **curves})


def _described(
    trial: Trial, features: Floats, weights: Floats, smoothing: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return one row of features per source, such that its product with the weights is the source's score."""
    found = trial.candidates
    scores = features @ weights
    order = np.lexsort((-scores, found.document))
    _, first = np.unique(found.document[order], return_index=True)
    best = order[first]
    sources, place = np.unique(found.source[best], return_inverse=True)
    mean = np.zeros((len(sources), features.shape[1]))
    np.add.at(mean, place, features[best])
    mean /= np.bincount(place)[:, None]
    lead = np.lexsort((-scores[best], place))
    _, of_source = np.unique(place[lead], return_index=True)
    top = features[best[lead[of_source]]]
    return (1 - smoothing) * top + smoothing * mean, np.isin(sources, list(trial.right))


def _listwise(
    described: Sequence[tuple[Floats, npt.NDArray[np.bool_]]], counts: Sequence[float], start: Floats, strength: float
) -> Objective:
    rows = np.concatenate([np.zeros((0, len(FEATURES))), *(rows for rows, _ in described)]) / _SPREAD
    right = np.concatenate([np.zeros(0, bool), *(right for _, right in described)])
    sizes = np.array([len(right) for _, right in described], np.int64)
    first = np.cumsum(sizes) - sizes
    count = np.array(counts) / max(sum(counts), 1e-9)

    def objective(weights: Floats) -> tuple[float, Floats]:
        scores = rows @ weights
        total, share = _softmax(scores, first, sizes)
        chosen, right_share = _softmax(np.where(right, scores, -np.inf), first, sizes)
        loss = float(count @ (total - chosen))
        error = np.repeat(count, sizes) * (share - right_share)
        pull = weights - start
        return loss + strength / 2 * float(pull @ pull), error @ rows + strength * pull

    return objective


def _softmax(scores: Floats, first: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return log-sum-exp per question and each score's share of it; none of a question is all -inf."""
    top = np.maximum.reduceat(scores, first)
    powers = np.exp(scores - np.repeat(top, sizes))
    total = np.add.reduceat(powers, first)
    return top + np.log(total), powers / np.repeat(total, sizes)


def _minimised(objective: Objective, start: Floats, bounds: Sequence[tuple[float | None, float | None]]) -> Floats:
    from scipy.optimize import minimize

    found: Floats = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found
