"""Measures of a classifier, each equal to scikit-learn's where that has one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from replyassist.errors import DataError


def accuracy(truth: Sequence[str], predicted: Sequence[str | None]) -> float:
    """Return the share of predictions that are right; none counts as wrong.

    Raises:
        DataError: nothing to measure, or lengths differ. So do all functions here.
    """
    _check(truth, predicted)
    return sum(a == b for a, b in zip(truth, predicted, strict=True)) / len(truth)


def f1_by_label(truth: Sequence[str], predicted: Sequence[str | None]) -> dict[str, float]:
    """Return the F1 score of every label that occurs in ``truth`` or ``predicted``, none aside."""
    _check(truth, predicted)
    labels = sorted({*truth, *(label for label in predicted if label is not None)})
    scores = {}
    for label in labels:
        both = sum(a == b == label for a, b in zip(truth, predicted, strict=True))
        either = sum(a == label for a in truth) + sum(b == label for b in predicted)
        scores[label] = 2 * both / either
    return scores


def macro_f1(truth: Sequence[str], predicted: Sequence[str | None]) -> float:
    """Return the mean F1 score over the labels that occur, every label counting alike."""
    scores = f1_by_label(truth, predicted)
    return sum(scores.values()) / len(scores)


def ece(confidence: ArrayLike, correct: ArrayLike, *, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al. 2017), 0 is perfect.

    ``confidence`` (n,) are probabilities, ``correct`` (n,) whether each prediction was right.
    """
    probability = np.asarray(confidence, dtype=np.float64)
    right = np.asarray(correct, dtype=np.float64)
    _check(probability, right)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise DataError("confidence must lie between 0 and 1")
    place = np.clip(np.ceil(probability * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, probability - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(probability))


def quadratic_weighted_kappa(truth: Sequence[str], predicted: Sequence[str | None], order: Sequence[str]) -> float:
    """Return Cohen's kappa with quadratic weights over the labels in ``order``, lowest first.

    1 is full agreement, 0 what chance gives. Rows without a prediction are left out.
    """
    _check(truth, predicted)
    rank = {label: place for place, label in enumerate(order)}
    pairs = [(a, b) for a, b in zip(truth, predicted, strict=True) if b is not None]
    if not pairs or any(label not in rank for pair in pairs for label in pair):
        raise DataError(f"the labels must be among {', '.join(order)}")
    table = np.zeros((len(order), len(order)))
    np.add.at(table, ([rank[a] for a, _ in pairs], [rank[b] for _, b in pairs]), 1)
    steps = np.arange(len(order))
    weights = (steps[:, None] - steps[None, :]) ** 2
    return _kappa(table, weights)


def _kappa(table: NDArray[np.float64], weights: NDArray[np.int64]) -> float:
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    expected = float((weights * chance).sum())
    # One label everywhere, and always predicted: agreement is complete, and chance leaves no room.
    return 1.0 - float((weights * table).sum()) / expected if expected else 1.0


def _check(first: Sequence[object] | NDArray[np.float64], second: Sequence[object] | NDArray[np.float64]) -> None:
    if len(first) == 0:
        raise DataError("nothing to measure: no predictions")
    if len(first) != len(second):
        raise DataError(f"{len(first)} true values for {len(second)} predicted ones")
