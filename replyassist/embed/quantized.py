"""Rows of numbers in four bits each: 15 steps around zero, one scale a row, two numbers a byte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 7
_CLIPS = (1.0, 0.9, 0.8, 0.7, 0.6)
"""Shares of a row's largest number at which the outermost step may stand; the one with the least error is taken."""

_NEGLIGIBLE = 1e-30
_BLOCK = 4096


def pack_rows(rows: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return ``rows`` (n, dim) packed (n, dim / 2) and the scale (n,) of each row; ``dim`` is even."""
    packed = np.empty((len(rows), rows.shape[1] // 2), dtype=np.uint8)
    scales = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        packed[block], scales[block] = _pack_block(rows[block])
    return packed, scales


def unpack_rows(packed: NDArray[np.uint8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows (n, dim) that :func:`pack_rows` packed, as near as four bits come."""
    steps = np.empty((len(packed), 2 * packed.shape[1]), dtype=np.float32)
    steps[:, 0::2] = packed & 15
    steps[:, 1::2] = packed >> 4
    steps -= _STEPS + 1
    steps *= scales[:, None]
    return steps


def _pack_block(rows: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    largest = np.abs(rows).max(axis=1)
    best = np.full(len(rows), np.inf, dtype=np.float32)
    scales = np.zeros(len(rows), dtype=np.float32)
    steps = np.zeros(rows.shape, dtype=np.int8)
    for clip in _CLIPS:
        trial = np.where(largest > _NEGLIGIBLE, largest * np.float32(clip / _STEPS), 1).astype(np.float32)
        rounded = np.rint(rows / trial[:, None]).clip(-_STEPS, _STEPS)
        error = ((rounded * trial[:, None] - rows) ** 2).sum(axis=1)
        better = error < best
        best[better], scales[better] = error[better], trial[better]
        steps[better] = rounded[better]
    shifted = (steps + (_STEPS + 1)).astype(np.uint8)
    return np.bitwise_or(shifted[:, 0::2], shifted[:, 1::2] << 4, dtype=np.uint8), scales
