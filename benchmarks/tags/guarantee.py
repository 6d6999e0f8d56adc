"""Does the guarantee hold? Two hundred random splits, at three error rates, against naive thresholding.

A head is trained on half of the training part; all other messages are the pool. Each split draws a quarter of the pool
to set the threshold and counts, on the rest, how many of the accepted tags are wrong. *Naive* takes the lowest
threshold at which the error on the quarter does not exceed the rate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.intent_sets import Part, banking, clinc, in_scope, joined
from benchmarks.tags.english import product_head
from replyassist.classify.guarantee import CONFIDENCE, acceptance_threshold
from replyassist.settings import Tagging

SPLITS, RATES = 200, (0.01, 0.02, 0.05)
Floats = NDArray[np.float64]
Threshold = Callable[[Floats, NDArray[np.bool_], float], float]


def guarantees(split: str) -> dict[str, Any]:
    """Return per data set and rate how often the error went over it, and what share was accepted."""
    banks = banking("train")
    questions = in_scope(clinc("train"))
    if split == "test":
        banks, questions = joined(banks, banking("test")), joined(questions, in_scope(clinc("test")))
    return {
        "stated": f"at most {1 - CONFIDENCE:.0%} of splits over the rate",
        "Banking77": _measured(banks),
        "CLINC150": _measured(questions),
    }


def _measured(everything: Part) -> dict[str, Any]:
    order = np.random.default_rng(0).permutation(len(everything[0]))
    known, pool = order[: len(order) // 2], order[len(order) // 2 :]
    head = product_head(([everything[0][n] for n in known], everything[1][known]))
    tags = [row["intent"] for row in head.predict([everything[0][n] for n in pool], tagging=Tagging(rejected=0.0))]
    confidence = np.array([tag.probability for tag in tags])
    correct = np.array([tag.label == label for tag, label in zip(tags, everything[1][pool], strict=True)])
    found: dict[str, Any] = {"pool": len(pool), "accuracy": round(float(correct.mean()), 4)}
    for rate in RATES:
        found[f"at most {rate:.0%} wrong"] = {
            "guaranteed": _splits(confidence, correct, rate, acceptance_threshold),
            "naive": _splits(confidence, correct, rate, _naive),
        }
    return found


def _splits(confidence: Floats, correct: NDArray[np.bool_], rate: float, threshold: Threshold) -> dict[str, float]:
    over, errors, shares = 0, [], []
    for draw in range(SPLITS):
        order = np.random.default_rng(draw).permutation(len(correct))
        first, rest = order[: len(order) // 4], order[len(order) // 4 :]
        taken = confidence[rest] >= threshold(confidence[first], correct[first], rate)
        shares.append(float(taken.mean()))
        errors.append(float((~correct[rest][taken]).mean()) if taken.any() else 0.0)
        over += errors[-1] > rate
    return {
        "splits over the rate": round(over / SPLITS, 3),
        "mean error": round(float(np.mean(errors)), 4),
        "mean share accepted": round(float(np.mean(shares)), 3),
    }


def _naive(confidence: Floats, correct: NDArray[np.bool_], rate: float) -> float:
    order = np.argsort(-confidence)
    errors = np.cumsum(~correct[order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(errors <= rate)
    return float(confidence[order][fine[-1]]) if len(fine) else np.inf
