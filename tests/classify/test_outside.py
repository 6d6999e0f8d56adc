import numpy as np
import pytest

from replyassist.classify.outside import QUANTILES, Outside, fit_centroids, fit_outside, known_scores


def test_centroids_are_mean_directions():
    vectors = np.array([[1, 0], [0, 1], [0, 2]], np.float32)
    centroids = fit_centroids(vectors, np.array([0, 0, 1]), 3)
    np.testing.assert_allclose(centroids[:, 0], [0.5**0.5] * 2, rtol=1e-6)
    np.testing.assert_allclose(centroids[:, 1], [0, 1])
    np.testing.assert_allclose(centroids[:, 2], [0, 0])


def test_scores_are_in_spreads_of_ordinary_messages():
    random = np.random.default_rng(0)
    margins, cosines = random.normal(2, 3, (5000, 1)), random.normal(0.5, 0.1, (5000, 1))
    outside = fit_outside(np.ones((2, 1), np.float32), margins, cosines)
    assert outside.scale == pytest.approx((2, 3, 0.5, 0.1), abs=0.1)
    expected = (5.0 - outside.scale[0]) / outside.scale[1] + (0.7 - outside.scale[2]) / outside.scale[3]
    assert outside.scores(np.array([[5.0]]), np.array([[0.7]]))[0] == pytest.approx(expected)
    usual = outside.scores(margins, cosines)
    for share in (0.01, 0.05, 0.2):
        assert np.mean(usual < outside.limit(share)) == pytest.approx(share, abs=0.005)


def test_without_vectors_the_margin_alone_decides():
    margins = np.array([[1.0, 0.0], [0.0, 3.0], [2.0, 2.0]])
    outside = fit_outside(np.zeros((0, 2), np.float32), margins, np.zeros((3, 0)))
    order = np.argsort(known_scores(margins, np.zeros((3, 0)), outside.scale))
    assert order.tolist() == [0, 2, 1]
    assert len(outside.typical) == QUANTILES


def test_one_example_over_and_over_does_not_divide_by_zero():
    outside = fit_outside(np.zeros((0, 2), np.float32), np.ones((4, 2)), np.zeros((4, 0)))
    assert np.isfinite(outside.scores(np.array([[7.0, 0.0]]), np.zeros((1, 0)))).all()


def test_shapes_must_fit():
    good = Outside(np.zeros((3, 2), np.float32), (0, 1, 0, 1), np.zeros(QUANTILES, np.float32))
    assert good.fits((3, 2))
    assert not good.fits((4, 2))
    assert Outside(np.zeros((0, 2), np.float32), (0, 1, 0, 1), np.zeros(QUANTILES, np.float32)).fits((3, 2))
