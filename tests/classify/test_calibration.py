import math

import numpy as np
import pytest
from scipy.stats import binom

from replyassist.classify.calibration import acceptance_threshold, calibrate, fit_temperature, softmax
from replyassist.classify.metrics import ece
from replyassist.errors import ConfigError


def test_softmax_rows_are_probabilities_even_for_huge_margins():
    shares = softmax(np.array([[1e30, 0.0], [0.0, 0.0], [-3.0, math.log(3) - 3]], dtype=np.float64))
    np.testing.assert_allclose(shares, [[1, 0], [0.5, 0.5], [0.25, 0.75]])


@pytest.mark.parametrize("true_temperature", [0.2, 1.0, 5.0])
def test_temperature_is_recovered(true_temperature):
    random = np.random.default_rng(0)
    margins = random.normal(size=(20_000, 4)) * 2 * true_temperature
    drawn = softmax(margins / true_temperature).cumsum(axis=1) > random.random((20_000, 1))
    truth = drawn.argmax(axis=1)
    found = fit_temperature(margins, truth)
    assert found == pytest.approx(true_temperature, rel=0.05)
    shares = softmax(margins / found)
    assert ece(shares.max(axis=1), shares.argmax(axis=1) == truth) < 0.01


def test_a_few_right_answers_do_not_give_certainty():
    shares = softmax(np.array([[1.0, -1.0]] * 4) / fit_temperature(np.array([[1.0, -1.0]] * 4), np.zeros(4, int)))
    assert shares[0, 0] == pytest.approx(5 / 6, abs=0.01)  # Platt's target for four examples


def test_certainty_grows_with_the_examples():
    margins = np.array([[50.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(calibrate(margins, 1.0, 4), [[5 / 6, 1 / 12, 1 / 12], [1 / 3] * 3])
    np.testing.assert_allclose(calibrate(margins, 2.0, 10**9), softmax(margins / 2), atol=1e-8)


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
