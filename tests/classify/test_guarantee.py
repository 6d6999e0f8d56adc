import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from replyassist.classify.guarantee import (
    HeldOut,
    acceptance_threshold,
    label_thresholds,
    set_threshold,
    upper_bound,
)
from replyassist.errors import ConfigError


def test_threshold_by_hand():
    # 200 right ones above 300 of which every second is wrong.
    confidence = np.concatenate([np.linspace(0.99, 0.8, 200), np.linspace(0.7, 0.5, 300)])
    correct = np.concatenate([np.ones(200, bool), np.arange(300) % 2 == 0])
    threshold = acceptance_threshold(confidence, correct, 0.05)
    taken = confidence >= threshold
    assert 200 <= taken.sum() < 230
    assert (~correct[taken]).mean() < 0.05
    assert acceptance_threshold(confidence, correct, 0.01) == math.inf  # 0 of 200 cannot show it
    assert acceptance_threshold(confidence, correct, 0.6) <= 0.5


def test_ties_are_taken_together():
    confidence = np.repeat([0.9, 0.5], 500)
    correct = np.concatenate([np.ones(500, bool), np.zeros(500, bool)])
    assert acceptance_threshold(confidence, correct, 0.05) == 0.9
    assert acceptance_threshold(np.full(500, 0.9), np.arange(500) % 5 > 0, 0.05) == math.inf


def test_the_guarantee_holds_over_many_draws():
    """The true error above the threshold exceeds the limit in at most about 5 % of draws."""
    random = np.random.default_rng(1)
    limit, broken, used = 0.1, 0, 0
    for _ in range(400):
        confidence = random.random(3000)
        correct = random.random(3000) < confidence
        threshold = acceptance_threshold(confidence, correct, limit)
        if threshold <= 1:
            used += 1
            broken += (1 - threshold) / 2 > limit  # the mean of 1 - c over [threshold, 1]
    assert used > 350
    assert broken <= binom.ppf(0.999, 400, 0.05)


def test_few_examples_are_never_enough():
    assert acceptance_threshold(np.ones(20), np.ones(20, bool), 0.05) == math.inf
    assert acceptance_threshold(np.zeros(0), np.zeros(0, bool), 0.05) == math.inf


@pytest.mark.parametrize("limit", [0, 1, -0.1, 1.5, math.nan])
def test_the_limit_must_be_a_share(limit):
    with pytest.raises(ConfigError, match="between 0 and 1"):
        acceptance_threshold(np.ones(5), np.ones(5, bool), limit)


@given(st.integers(1, 300), st.data())
def test_the_bound_is_that_of_clopper_and_pearson(n, data):
    wrong = data.draw(st.integers(0, n))
    exact = binomtest(wrong, n).proportion_ci(0.9, method="exact")  # two-sided 90 % is one-sided 95 %
    assert upper_bound(wrong, n, 0.95) == pytest.approx(exact.high, abs=1e-9)


def test_a_label_is_automated_on_its_own_record():
    random = np.random.default_rng(0)
    chosen = np.repeat([0, 1, 2], [1000, 1000, 20]).astype(np.int16)
    correct = np.concatenate([random.random(1000) > 0.01, random.random(1000) > 0.4, np.ones(20, bool)])
    confidence = np.concatenate([random.uniform(0.9, 1, 1000), random.uniform(0.5, 1, 1000), np.ones(20)]).astype("f4")
    seen = HeldOut(confidence, chosen, correct, confidence)
    good, bad, rare = label_thresholds(seen, 3, 0.05)
    assert good < 0.92
    assert bad == rare == math.inf  # wrong too often; seen too seldom
    taken = (chosen == 0) & (confidence >= good)
    assert (~correct[taken]).mean() < 0.05


@settings(max_examples=60)
@given(st.integers(1, 400), st.sampled_from([0.5, 0.8, 0.9, 0.95]), st.integers(0, 9))
def test_the_set_threshold_is_the_conformal_quantile(n, coverage, seed):
    shares = np.random.default_rng(seed).random(n)
    threshold = set_threshold(shares, coverage)
    place = math.floor((n + 1) * (1 - coverage) + 1e-9)
    assert threshold == (sorted(shares)[place - 1] if place else 0.0)


def test_sets_hold_the_right_label_as_often_as_promised():
    random = np.random.default_rng(3)
    held = [np.mean(random.random(2000) >= set_threshold(random.random(99), 0.9)) for _ in range(400)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.01)
