"""What may be acted on alone at an error rate that the team chooses, and what to offer for the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from replyassist.classify.calibration import Floats
from replyassist.errors import ConfigError

CONFIDENCE = 0.95
"""How sure the guarantee of :func:`acceptance_threshold` is."""

_STARTS = (0.0, 0.1, 0.3)
_STEPS = 100
_ROUNDING = 1e-9


@dataclass(frozen=True)
class HeldOut:
    """What a head said of each of its n training examples when it had not seen it.

    ``confidence`` (n,) is the calibrated probability of the label it chose, ``chosen`` (n,) that label's number,
    ``correct`` (n,) whether it was right, ``true_share`` (n,) the probability it gave to the true label.
    """

    confidence: NDArray[np.float32]
    chosen: NDArray[np.int16]
    correct: NDArray[np.bool_]
    true_share: NDArray[np.float32]

    def of_label(self, number: int) -> HeldOut:
        """Return the part in which the label of that number was chosen."""
        inside = self.chosen == number
        return HeldOut(self.confidence[inside], self.chosen[inside], self.correct[inside], self.true_share[inside])


NOTHING_SEEN = HeldOut(np.zeros(0, np.float32), np.zeros(0, np.int16), np.zeros(0, np.bool_), np.zeros(0, np.float32))


def acceptance_threshold(
    confidence: Floats, correct: NDArray[np.bool_], max_error: float, *, sure: float = CONFIDENCE
) -> float:
    """Return the least confidence from which predictions may be acted on alone; above 1 when there is none.

    With probability ``sure`` over the draw of the examples, predictions of at least this confidence are wrong
    in at most ``max_error`` of cases. ``confidence`` and ``correct`` (n,) are of examples the model was not
    trained on, drawn independently of each other. Learn then Test (Angelopoulos et al. 2021): thresholds are
    tried from strict to lenient, each with the exact binomial bound of Clopper and Pearson, until the first that
    fails; the sequence is started at several depths and the allowed risk divided between them.

    Raises:
        ConfigError: ``max_error`` is not between 0 and 1.
    """
    if not 0 < max_error < 1:
        raise ConfigError("max_error must lie between 0 and 1, for example 0.05")
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~correct[order])
    risk = (1 - sure) / len(_STARTS)
    least = math.ceil(math.log(risk) / math.log1p(-max_error))
    threshold = math.inf
    for start in _STARTS:
        first = max(least, math.ceil(start * len(ranked)))
        for count in range(first, len(ranked) + 1, max(1, len(ranked) // _STEPS)):
            taken = int(np.searchsorted(-ranked, -ranked[count - 1], side="right"))
            if upper_bound(int(wrong[taken - 1]), taken, 1 - risk) > max_error:
                break
            threshold = min(threshold, float(ranked[taken - 1]))
    return threshold


def label_thresholds(held_out: HeldOut, labels: int, max_error: float) -> NDArray[np.float64]:
    """Return for each label (labels,) the least confidence at which the guarantee holds for that label by itself.

    Infinite where the label was chosen too seldom to tell, or is wrong too often.
    """
    parts = [held_out.of_label(number) for number in range(labels)]
    return np.array([acceptance_threshold(part.confidence, part.correct, max_error) for part in parts])


def set_threshold(true_share: Floats, coverage: float) -> float:
    """Return the least probability of a label that belongs in a prediction set.

    The set of all labels of at least this probability holds the true one with probability ``coverage`` or more, on
    messages like the held-out ones. Split conformal prediction, least ambiguous sets (Sadinle et al. 2019).
    ``true_share`` (n,) are the probabilities that held-out examples gave to their true label. 0 when n is too small:
    then every label belongs.
    """
    place = math.floor((len(true_share) + 1) * (1 - coverage) + _ROUNDING)
    return float(np.sort(true_share)[place - 1]) if place >= 1 else 0.0


def upper_bound(wrong: int, n: int, sure: float) -> float:
    """Return the exact upper bound (Clopper and Pearson 1934) on an error rate that was ``wrong`` in ``n`` cases."""
    return 1.0 if wrong == n else float(betaincinv(wrong + 1, n - wrong, sure))
