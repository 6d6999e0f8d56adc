"""The gradient against finite differences, the loss against its definition, Adam against a plain one."""

import itertools

import numpy as np
import pytest
import scipy.sparse as sp

from replyassist.embed.table import Table, contrast

RANDOM = np.random.default_rng(0)
COMPOSITION = sp.random(9, 7, density=0.5, random_state=1, format="csr", dtype=np.float32)
WORDS = np.array([0, 3, 3, 8, 1, 2, 5, 6, 7, 4, 4], dtype=np.int32)
STARTS = np.array([0, 3, 5, 8, 11])


def table():
    return Table(np.random.default_rng(2).standard_normal((7, 4)).astype(np.float32))


def by_hand(rows):
    dense = COMPOSITION.toarray() @ rows
    sums = np.array([dense[WORDS[a:b]].sum(axis=0) for a, b in itertools.pairwise(STARTS)])
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def test_texts_are_sums_of_words_brought_to_unit_length():
    encoded = table().encode(WORDS, STARTS, COMPOSITION)
    np.testing.assert_allclose(encoded.vectors, by_hand(table().rows), rtol=1e-5)


def test_the_gradient_is_that_of_finite_differences():
    mine = table()
    upstream = RANDOM.standard_normal((4, 4)).astype(np.float32)
    encoded = mine.encode(WORDS, STARTS, COMPOSITION)
    gradient = np.zeros((7, 4))
    gradient[encoded.features] = mine.gradient(encoded, upstream)
    rows = mine.rows.astype(np.float64)
    for place in np.ndindex(7, 4):
        nudge = np.zeros((7, 4))
        nudge[place] = 1e-5
        slope = ((by_hand(rows + nudge) - by_hand(rows - nudge)) * upstream).sum() / 2e-5
        assert gradient[place] == pytest.approx(slope, abs=1e-4)


def test_contrast_is_the_mean_of_two_cross_entropies():
    left, right = (RANDOM.standard_normal((5, 3)) for _ in range(2))
    left, right = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (left, right))
    group = np.array([0, 1, 0, 2, 3], dtype=np.int32)

    def loss(one, other):
        total = 0.0
        for a, b in ((one, other), (other, one)):
            logits = 7.0 * a @ b.T
            for i in range(5):
                kept = [j for j in range(5) if j == i or group[j] != group[i]]
                total += np.log(np.exp(logits[i, kept]).sum()) - logits[i, i]
        return total / 10

    value, to_left, to_right = contrast(left.astype(np.float32), right.astype(np.float32), group, 7.0)
    assert value == pytest.approx(loss(left, right), rel=1e-5)
    for place in np.ndindex(5, 3):
        nudge = np.zeros((5, 3))
        nudge[place] = 1e-5
        assert to_left[place] == pytest.approx((loss(left + nudge, right) - loss(left - nudge, right)) / 2e-5, abs=1e-4)
        assert to_right[place] == pytest.approx(
            (loss(left, right + nudge) - loss(left, right - nudge)) / 2e-5, abs=1e-4
        )


def test_a_step_is_one_of_adam_and_touches_its_rows_alone():
    mine = table()
    before = mine.rows.copy()
    features = np.array([1, 4], dtype=np.int32)
    momentum, spread = np.zeros((2, 4)), np.zeros((2, 4))
    expected = before[features].astype(np.float64)
    for step in range(1, 4):
        gradient = RANDOM.standard_normal((2, 4)).astype(np.float32)
        mine.step(features, gradient, 0.1)
        momentum = 0.9 * momentum + 0.1 * gradient
        spread = 0.999 * spread + 0.001 * gradient**2
        expected -= 0.1 * (momentum / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    np.testing.assert_allclose(mine.rows[features], expected, rtol=1e-3)
    others = [row for row in range(7) if row not in (1, 4)]
    np.testing.assert_array_equal(mine.rows[others], before[others])
