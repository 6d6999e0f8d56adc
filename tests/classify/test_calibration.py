import math

import numpy as np
import pytest

from replyassist.classify.calibration import calibrate, fit_languages, fit_temperature, row_temperatures, softmax
from replyassist.classify.metrics import ece


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


def test_a_language_with_few_examples_stays_near_the_others_and_one_with_many_has_its_own():
    random = np.random.default_rng(0)
    own = {"nb": 1.0, "fi": 2.0, "en": 2.0}
    sizes = {"nb": 6000, "fi": 3000, "en": 12}
    margins, truth, languages = [], [], []
    for language, size in sizes.items():
        part = random.normal(size=(size, 4)) * 3
        drawn = softmax(part / own[language]).cumsum(axis=1) > random.random((size, 1))
        margins.append(part)
        truth.append(drawn.argmax(axis=1))
        languages += [language] * size
    together = fit_temperature(np.concatenate(margins), np.concatenate(truth))
    found = fit_languages(np.concatenate(margins), np.concatenate(truth), languages, together)
    assert set(found) == set(own)
    assert found["nb"] == pytest.approx(1.0, rel=0.06)
    assert found["fi"] == pytest.approx(2.0, rel=0.06)
    assert abs(math.log(found["en"] / together)) < 0.2
    assert fit_languages(margins[0], truth[0], [None] * 6000, together) == {}


def test_each_row_is_cooled_by_its_language():
    rows = row_temperatures(["nb", None, "de", "fi"], 3.0, {"nb": 1.0, "fi": 2.0})
    assert rows.tolist() == [1.0, 3.0, 3.0, 2.0]
    margins = np.array([[4.0, 0.0]] * 4)
    np.testing.assert_allclose(calibrate(margins, rows, 10**9), softmax(margins / rows[:, None]), atol=1e-8)
