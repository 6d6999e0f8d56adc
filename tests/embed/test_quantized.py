import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from replyassist.embed.quantized import pack_rows, unpack_rows

ROWS = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=12).map(lambda shape: (shape[0], 2 * shape[1])),
    elements=st.floats(-1e4, 1e4, width=32),
)


@given(ROWS)
def test_a_number_comes_back_within_half_a_step(rows):
    packed, scales = pack_rows(rows)
    assert packed.shape == (len(rows), rows.shape[1] // 2)
    assert packed.dtype == np.uint8
    # A clipped number may be off by more than half a step, but then the row as a whole is better off.
    coarse = np.abs(rows).max(axis=1, keepdims=True) / 7 / 2 * np.sqrt(rows.shape[1])
    error = np.linalg.norm(unpack_rows(packed, scales) - rows, axis=1, keepdims=True)
    assert (error <= coarse + 1e-3).all()


def test_equals_one_number_at_a_time():
    rows = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float32)
    packed, scales = pack_rows(rows)
    slow = np.zeros_like(rows)
    for row in range(50):
        for column in range(16):
            nibble = (int(packed[row, column // 2]) >> (4 * (column % 2))) & 15
            slow[row, column] = (nibble - 8) * scales[row]
    np.testing.assert_array_equal(unpack_rows(packed, scales), slow)
    assert np.linalg.norm(slow - rows) / np.linalg.norm(rows) < 0.12


def test_packing_again_changes_nothing():
    rows = np.random.default_rng(1).standard_normal((20, 8)).astype(np.float32)
    once = unpack_rows(*pack_rows(rows))
    np.testing.assert_allclose(unpack_rows(*pack_rows(once)), once, rtol=1e-5)


@pytest.mark.parametrize("rows", [np.zeros((3, 4), np.float32), np.zeros((0, 4), np.float32)])
def test_nothing_stays_nothing(rows):
    assert not unpack_rows(*pack_rows(rows)).any()
