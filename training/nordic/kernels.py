"""Sparse times dense by torch's embedding bag, which is four times as fast as scipy; without torch, by scipy."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.embed.table import Multiply, scipy_product


def fastest() -> Multiply:
    """Return the product to train with."""
    return _embedding_bag if find_spec("torch") else scipy_product


def _embedding_bag(sparse: sp.csr_matrix, dense: NDArray[np.float32]) -> NDArray[np.float32]:
    import torch

    with torch.no_grad():
        product = torch.nn.functional.embedding_bag(
            torch.from_numpy(sparse.indices.astype(np.int64)),
            torch.from_numpy(dense),
            torch.from_numpy(sparse.indptr[:-1].astype(np.int64)),
            mode="sum",
            per_sample_weights=torch.from_numpy(sparse.data),
        )
    found: NDArray[np.float32] = product.numpy()
    return found
