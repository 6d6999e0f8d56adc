import numpy as np
import scipy.sparse as sp

from replyassist.classify.calibration import softmax
from replyassist.classify.head import choose
from replyassist.classify.ordinal import fit_ordinal


def drawn(n, seed=0):
    random = np.random.default_rng(seed)
    rows = random.standard_normal((n, 3)).astype(np.float32)
    direction, intercepts = np.array([1.5, -1.0, 0.0]), np.array([0.0, 0.8, 0.5, -0.5])
    shares = softmax(np.outer(rows @ direction, np.arange(4) - 1.5) + intercepts)
    truth = (shares.cumsum(axis=1) > random.random((n, 1))).argmax(axis=1)
    return rows, truth, direction, intercepts


def test_the_model_behind_the_data_is_found_dense_and_sparse():
    rows, truth, direction, intercepts = drawn(8000)
    weights, offsets = fit_ordinal(rows, truth, 4, weights=np.ones(8000), strength=100.0)
    np.testing.assert_allclose(weights[:, 3] - weights[:, 2], direction, atol=0.1)
    np.testing.assert_allclose(np.diff(offsets), np.diff(intercepts), atol=0.15)
    sparse, sparse_offsets = fit_ordinal(sp.csr_matrix(rows), truth, 4, weights=np.ones(8000), strength=100.0)
    np.testing.assert_allclose(sparse, weights, atol=1e-3)
    np.testing.assert_allclose(sparse_offsets, offsets, atol=1e-3)


def test_every_step_up_has_the_same_direction():
    rows, truth, *_ = drawn(500)
    weights, _ = fit_ordinal(rows, truth, 4, weights=np.ones(500), strength=1.0)
    steps = np.diff(weights, axis=1)
    np.testing.assert_allclose(steps, np.repeat(steps[:, :1], 3, axis=1), atol=1e-12)


def test_a_weight_counts_as_that_many_rows():
    rows, truth, *_ = drawn(300)
    weights = np.ones(300)
    weights[:50] = 3.0
    repeated = np.concatenate([np.arange(300), np.arange(50), np.arange(50)])
    once = fit_ordinal(rows, truth, 4, weights=weights, strength=1.0)
    often = fit_ordinal(rows[repeated], truth[repeated], 4, weights=np.ones(400), strength=1.0)
    np.testing.assert_allclose(once[0], often[0], atol=1e-2)


def test_caution_raises_the_level_and_brute_force_agrees():
    shares = np.random.default_rng(0).dirichlet(np.ones(4), size=200)
    for caution in (1.0, 2.0, 5.0):
        chosen = choose(shares, caution)
        for row, level in zip(shares, chosen, strict=True):
            costs = [
                sum(p * (caution * (true - given) if true > given else given - true) for true, p in enumerate(row))
                for given in range(4)
            ]
            assert costs[level] == min(costs)
    assert (choose(shares, 5.0) >= choose(shares, 1.0)).all()
    assert (choose(shares, None) == shares.argmax(axis=1)).all()
