import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from replyassist.classify.metrics import accuracy, ece, f1_by_label, macro_f1, quadratic_weighted_kappa
from replyassist.errors import DataError
from replyassist.types import URGENCIES

PAIRS = st.lists(st.tuples(st.sampled_from(URGENCIES), st.sampled_from(URGENCIES)), min_size=2, max_size=60)


@given(PAIRS)
def test_equal_to_scikit_learn(pairs):
    truth, predicted = map(list, zip(*pairs, strict=True))
    assert accuracy(truth, predicted) == pytest.approx(sk.accuracy_score(truth, predicted))
    assert macro_f1(truth, predicted) == pytest.approx(sk.f1_score(truth, predicted, average="macro"))
    if len({*truth, *predicted}) > 1:
        expected = sk.cohen_kappa_score(truth, predicted, labels=list(URGENCIES), weights="quadratic")
        assert quadratic_weighted_kappa(truth, predicted, URGENCIES) == pytest.approx(expected)


def test_none_is_wrong_but_no_label_of_its_own():
    assert accuracy(["a", "b"], ["a", None]) == 0.5
    assert f1_by_label(["a", "b"], ["a", None]) == {"a": 1.0, "b": 0.0}
    assert quadratic_weighted_kappa(["low", "urgent", "low"], ["low", "urgent", None], URGENCIES) == 1.0


def test_kappa_counts_a_far_miss_more():
    truth = ["low", "normal", "high", "urgent"]
    near = quadratic_weighted_kappa(truth, ["normal", "normal", "high", "urgent"], URGENCIES)
    far = quadratic_weighted_kappa(truth, ["urgent", "normal", "high", "urgent"], URGENCIES)
    assert 1 > near > far
    assert quadratic_weighted_kappa(["low"], ["low"], URGENCIES) == 1.0


def test_ece_by_hand():
    # Two bins are filled: 0.6 with half of two right, 0.9 with one of one right.
    assert ece([0.6, 0.6, 0.9], [True, False, True]) == pytest.approx((2 * 0.1 + 1 * 0.1) / 3)
    assert ece([1.0, 0.0], [True, False]) == 0.0
    assert ece([0.25, 0.75], [False, True], bins=1) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_ece_equals_a_loop_over_bins(rows):
    confidence, correct = np.array([a for a, _ in rows]), np.array([b for _, b in rows])
    total = 0.0
    for low in range(15):
        place = np.ceil(confidence * 15) - 1
        inside = (place == low) | ((place < 0) & (low == 0))
        if inside.any():
            total += abs(confidence[inside].mean() - correct[inside].mean()) * inside.mean()
    assert ece(confidence, correct) == pytest.approx(total)


def test_nothing_or_nonsense_is_an_error():
    with pytest.raises(DataError, match="nothing to measure"):
        accuracy([], [])
    with pytest.raises(DataError, match="1 true values for 2"):
        macro_f1(["a"], ["a", "b"])
    with pytest.raises(DataError, match="between 0 and 1"):
        ece([1.2], [True])
    with pytest.raises(DataError, match="among low, normal"):
        quadratic_weighted_kappa(["soon"], ["low"], URGENCIES)
