"""Weights that put the right source of a question first: a conditional logit over its candidates.

``P(source) = exp(w . x) / sum of exp(w . x')`` over the candidates of one question (McFadden 1974; the listwise
softmax loss of Cao et al. 2007). Questions whose answer is hidden say nothing about order and are left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from training.relevance.practice import Trials

Floats = npt.NDArray[np.float64]


def fit_weights(trials: Trials, strength: float) -> Floats:
    """Return non-negative weights, one per feature, with a ridge of ``strength`` per question."""
    trials = answerable(trials)
    spread = np.maximum(trials.features.std(axis=0), 1e-6)
    design = trials.features / spread
    first, questions = _bounds(trials)

    def loss(weights: Floats) -> tuple[float, Floats]:
        everything, gradient_all = _log_sum(design @ weights, design, first)
        masked = np.where(trials.relevant, design @ weights, -np.inf)
        right, gradient_right = _log_sum(masked, design, first)
        value = (everything - right).mean() + strength / 2 * float(weights @ weights)
        return float(value), (gradient_all - gradient_right).sum(axis=0) / questions + strength * weights

    bounds = [(0.0, None)] * design.shape[1]
    found = minimize(loss, np.ones(design.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    weights: Floats = found.x / spread
    return weights


def log_likelihood(trials: Trials, weights: Floats) -> float:
    """Return the mean log-probability of the right source."""
    trials = answerable(trials)
    first, _ = _bounds(trials)
    scores = trials.features @ weights
    everything, _ = _log_sum(scores, trials.features, first)
    right, _ = _log_sum(np.where(trials.relevant, scores, -np.inf), trials.features, first)
    return float((right - everything).mean())


def answerable(trials: Trials) -> Trials:
    """Return the trials of questions that have a right candidate, in the order of the questions."""
    right = np.bincount(trials.question, trials.relevant, int(trials.question.max(initial=0)) + 1) > 0
    kept = np.flatnonzero(right[trials.question])
    kept = kept[np.argsort(trials.question[kept], kind="stable")]
    return Trials(trials.features[kept], trials.relevant[kept], trials.question[kept], trials.questions)


def _bounds(trials: Trials) -> tuple[npt.NDArray[np.intp], int]:
    first = np.flatnonzero(np.diff(trials.question, prepend=-1))
    return first, len(first)


def _log_sum(scores: Floats, design: Floats, first: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return log-sum-exp per question and its gradient, one row per question."""
    top = np.maximum.reduceat(scores, first)
    sizes = np.diff(np.append(first, len(scores)))
    powers = np.exp(scores - np.repeat(top, sizes))
    total = np.add.reduceat(powers, first)
    gradient = np.add.reduceat(powers[:, None] * design, first) / total[:, None]
    return top + np.log(total), gradient
