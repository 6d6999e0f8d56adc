"""Curves of an evaluation: whether probabilities hold, and what errors a given coverage costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from replyassist.evaluate.scores import Bin, Point

BINS, POINTS = 10, 40


def reliability(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Return bins of equal width over ``confidence`` (n,) with the share that was ``correct``, but no empty ones."""
    place = np.clip((confidence * BINS).astype(int), 0, BINS - 1)
    return tuple(
        Bin(n=int(inside.sum()), probability=float(confidence[inside].mean()), right=float(correct[inside].mean()))
        for number in range(BINS)
        if (inside := place == number).any()
    )


def coverage_curve(confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> tuple[Point, ...]:
    """Return the error among the surest part of the messages, for about forty parts from small to all."""
    wrong = np.cumsum(~correct[np.argsort(-confidence, kind="stable")])
    counts = np.unique(np.linspace(1, len(wrong), min(POINTS, len(wrong))).round().astype(int))
    return tuple(Point(coverage=float(n / len(wrong)), error=float(wrong[n - 1] / n)) for n in counts)
