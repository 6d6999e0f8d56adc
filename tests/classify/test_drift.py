from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from replyassist.classify.drift import BINS, compare, confidence_counts


def counted(random, n, *, low=0.0, labels="aabbccd"):
    return confidence_counts(random.uniform(low, 1, n)), Counter(random.choice(list(labels), n).tolist())


def test_the_same_kind_of_inbox_has_not_drifted():
    random = np.random.default_rng(0)
    drifted = sum(compare(*counted(random, 1000), *counted(random, 1000)).drifted for _ in range(200))
    assert drifted <= 1


def test_less_sure_or_other_labels_is_drift():
    random = np.random.default_rng(0)
    old = counted(random, 1000, low=0.5)
    assert compare(*old, *counted(random, 1000)).confidence.drifted
    moved = compare(*old, *counted(random, 1000, low=0.5, labels="aabbccdddddd"))
    assert moved.labels.drifted
    assert moved.drifted
    assert not moved.confidence.drifted
    assert next(iter(moved.grown)) == "d"
    assert moved.grown["d"] == pytest.approx(6 / 12 - 1 / 7, abs=0.05)


def test_the_test_is_pearsons():
    random = np.random.default_rng(2)
    old, new = confidence_counts(random.random(800)), confidence_counts(random.random(500) ** 1.2)
    expected = chi2_contingency(np.stack([old, new]), correction=False)
    found = compare(old, {"a": 800}, new, {"a": 500}).confidence
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    assert compare(old, {"a": 800}, new, {"a": 500}).labels.p_value == 1.0


def test_a_handful_says_nothing():
    random = np.random.default_rng(0)
    assert compare(*counted(random, 199), *counted(random, 1000)) is None


def test_every_probability_has_a_bin():
    counts = confidence_counts([0.0, 0.05, 0.1, 0.999, 1.0])
    assert counts.sum() == 5
    assert len(counts) == BINS
    assert (counts[0], counts[1], counts[-1]) == (2, 1, 2)
