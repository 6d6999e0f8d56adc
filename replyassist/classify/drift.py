"""Whether an inbox still looks like the messages that probabilities and thresholds were made on.

A guarantee holds for messages like the held-out ones. Two signs say that new ones are not: the confidence is spread
otherwise, or other labels are given. Both are compared by a chi-square test, and an inbox counts as drifted when a test
is sure (p < 0.001) and the difference large enough to matter (population stability index above 0.1, the usual mark
for a moderate shift; Siddiqi 2006).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from replyassist.classify.decide import AUTOMATIC
from replyassist.types import Prediction, Record

LEAST = 200
"""Fewer messages than this say nothing about an inbox."""

BINS = 10
_SURE, _LARGE = 0.001, 0.1
_FEW = 5.0


class Shift(Record, frozen=True, kw_only=True):
    """One comparison: population stability index, and how easily chance would give such a difference."""

    index: float
    p_value: float

    @property
    def drifted(self) -> bool:
        """Return whether the difference is sure and large."""
        return self.p_value < _SURE and self.index > _LARGE


class Drift(Record, frozen=True, kw_only=True):
    """``n`` new messages against ``reference`` known ones: how sure the tags are, and which are given.

    ``drifted``: the guarantees may no longer hold; label some new messages and build again. ``grown`` and ``shrunk``
    are the labels whose share changed most, with the change.
    """

    n: int
    reference: int
    confidence: Shift
    labels: Shift
    drifted: bool
    grown: Mapping[str, float] = {}
    shrunk: Mapping[str, float] = {}


def guessed(prediction: Prediction) -> float | None:
    """Return the probability of the label, or of the best guess where none was given; 0 without a guess.

    None for an automatic reply, which is not a customer's message.
    """
    if prediction.abstained == AUTOMATIC:
        return None
    if prediction.label is not None:
        return prediction.probability
    return prediction.alternatives[0].probability if prediction.alternatives else 0.0


def confidence_counts(confidence: Sequence[float] | NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how many of the probabilities (n,) lie in each of ten bins of equal width."""
    place = np.clip((np.asarray(confidence) * BINS).astype(np.int64), 0, BINS - 1)
    counts: NDArray[np.int64] = np.bincount(place, minlength=BINS)
    return counts


def compare(
    old_confidence: NDArray[np.int64],
    old_labels: Mapping[str, int],
    new_confidence: NDArray[np.int64],
    new_labels: Mapping[str, int],
) -> Drift | None:
    """Compare two sets of messages by their counts per bin and per label; none when there are too few of either."""
    n, reference = int(new_confidence.sum()), int(old_confidence.sum())
    if min(n, reference) < LEAST:
        return None
    names = sorted({*old_labels, *new_labels})
    old, new = (np.array([counts.get(name, 0) for name in names]) for counts in (old_labels, new_labels))
    confidence, labels = _shift(old_confidence, new_confidence), _shift(old, new)
    change = dict(zip(names, (new / max(new.sum(), 1) - old / max(old.sum(), 1)).tolist(), strict=True))
    ranked = sorted(change, key=lambda name: change[name])
    return Drift(
        n=n,
        reference=reference,
        confidence=confidence,
        labels=labels,
        drifted=confidence.drifted or labels.drifted,
        grown={name: change[name] for name in reversed(ranked[-3:]) if change[name] > 0},
        shrunk={name: change[name] for name in ranked[:3] if change[name] < 0},
    )


def _shift(old: NDArray[np.int64], new: NDArray[np.int64]) -> Shift:
    """Compare two rows of counts; places where both have next to nothing are put together."""
    few = old + new < 2 * _FEW
    if few.any():
        old, new = (np.append(row[~few], row[few].sum()) for row in (old, new))
    old_share, new_share = ((row + 0.5) / (row.sum() + 0.5 * len(row)) for row in (old, new))
    index = float(((new_share - old_share) * np.log(new_share / old_share)).sum())
    seen = old + new > 0
    both = (old + new)[seen]
    expected_old, expected_new = both * old.sum() / both.sum(), both * new.sum() / both.sum()
    statistic = float(
        ((old[seen] - expected_old) ** 2 / expected_old).sum() + ((new[seen] - expected_new) ** 2 / expected_new).sum()
    )
    freedom = len(both) - 1
    return Shift(index=index, p_value=float(chdtrc(freedom, statistic)) if freedom > 0 else 1.0)
