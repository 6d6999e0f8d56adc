"""Training of the built-in encoder: texts to unit vectors, the way back for gradients, the loss, the step.

Used by the recipe in ``training/nordic`` and by :mod:`replyassist.embed.adapt`. Everything is a sparse product.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_BETAS = (0.9, 0.999)
_TINY = 1e-8
_BLOCK = 256
_THREADS = ThreadPoolExecutor(2)


@dataclass(frozen=True)
class Encoded:
    """Unit vectors (n, dim) of texts and what is needed to send a gradient back."""

    vectors: Floats
    lengths: Floats
    bags: sp.csr_matrix
    words: sp.csr_matrix
    features: Ints


Multiply = Callable[[sp.csr_matrix, Floats], Floats]


def scipy_product(sparse: sp.csr_matrix, dense: Floats) -> Floats:
    """Return ``sparse @ dense``."""
    product: Floats = sparse @ dense
    return product


class Table:
    """Rows (f, dim) with the state of Adam (Kingma and Ba 2015); only the rows of a batch are touched by a step.

    ``multiply`` is how a sparse matrix is multiplied by a dense one; there are faster ways than scipy's.
    """

    def __init__(self, rows: Floats, multiply: Multiply = scipy_product) -> None:
        self.rows = rows
        self._multiply = multiply
        self.momentum = np.zeros_like(self.rows)
        self.spread = np.zeros_like(self.rows)
        self.steps = 0

    def encode(self, words: Ints, starts: NDArray[np.int64], composition: sp.csr_matrix) -> Encoded:
        """Encode texts given as flat word numbers; ``composition`` (words, f) says what words are made of."""
        distinct, place = np.unique(words, return_inverse=True)
        ones = np.ones(len(words), dtype=np.float32)
        bags = sp.csr_matrix((ones, place.astype(np.int32), starts), shape=(len(starts) - 1, len(distinct)))
        mine = composition[distinct]
        features, columns = np.unique(mine.indices, return_inverse=True)
        local = sp.csr_matrix((mine.data, columns.astype(np.int32), mine.indptr), shape=(len(distinct), len(features)))
        sums = self._multiply(bags, self._multiply(local, self.rows[features]))
        lengths = np.maximum(np.sqrt((sums * sums).sum(axis=1, keepdims=True)), _TINY)
        return Encoded(sums / lengths, lengths, bags, local, features)

    def gradient(self, encoded: Encoded, upstream: Floats) -> Floats:
        """Return the gradient of the rows ``encoded.features`` for ``upstream``, that of the unit vectors."""
        along = (upstream * encoded.vectors).sum(axis=1, keepdims=True)
        down = (upstream - along * encoded.vectors) / encoded.lengths
        return self._multiply(encoded.words.T.tocsr(), self._multiply(encoded.bags.T.tocsr(), down))

    def step(self, features: Ints, gradient: Floats, rate: float) -> None:
        """Take one step of Adam on the rows ``features``."""
        self.steps += 1
        size = np.float32(rate * np.sqrt(1 - _BETAS[1] ** self.steps) / (1 - _BETAS[0] ** self.steps))
        # In blocks, so that what is gathered stays in the processor's cache until it is written back.
        blocks = [slice(start, start + _BLOCK) for start in range(0, len(features), _BLOCK)]
        list(_THREADS.map(lambda block: self._step_block(features[block], gradient[block], size), blocks))

    def _step_block(self, features: Ints, gradient: Floats, size: np.float32) -> None:
        momentum, spread = self.momentum[features], self.spread[features]
        momentum += np.float32(1 - _BETAS[0]) * (gradient - momentum)
        self.momentum[features] = momentum
        gradient = gradient * gradient
        gradient -= spread
        gradient *= np.float32(1 - _BETAS[1])
        spread += gradient
        self.spread[features] = spread
        np.sqrt(spread, out=spread)
        spread += np.float32(_TINY)
        momentum *= size
        momentum /= spread
        self.rows[features] -= momentum


def contrast(left: Floats, right: Floats, group: Ints, scale: float) -> tuple[float, Floats, Floats]:
    """Return the symmetric InfoNCE loss (van den Oord et al. 2018) and its gradients for both sides.

    Row ``i`` of one side belongs to row ``i`` of the other; other rows of its group are not held against it.
    """
    count = len(left)
    logits: Floats = np.float32(scale) * (left @ right.T)
    same = group[:, None] == group[None, :]
    np.fill_diagonal(same, False)
    logits[same] = -np.inf
    diagonal = logits.diagonal().copy()
    np.exp(logits - np.float32(scale), out=logits)
    to_right, to_left = logits.sum(axis=1), logits.sum(axis=0)
    loss = float((np.log(to_right) + np.log(to_left)).mean() / 2 + scale - diagonal.mean())
    logits *= (1 / to_right)[:, None] + (1 / to_left)[None, :]
    logits *= np.float32(0.5)
    logits[np.arange(count), np.arange(count)] -= 1
    logits *= np.float32(scale / count)
    return loss, np.matmul(logits, right, dtype=np.float32), np.matmul(logits.T, left, dtype=np.float32)
