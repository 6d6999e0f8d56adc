"""Exact inner-product search over unit vectors with FAISS, memory-mapped. The only file that knows FAISS.

Every score is a cosine in [-1, 1], higher is better. What FAISS leaves open is settled here: rows that may
not be seen are masked out before ranking, the -1 it pads with never leaves, a zero query (no known word)
finds nothing, and a wrong dimension or a damaged file raises an error of ours. An exact index is the right
one up to some 100,000 chunks; it needs no training and forgets what is removed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, DataError

Floats = npt.NDArray[np.float32]


class DenseIndex:
    """Vectors in the order they were built in; rows are numbered 0 to n - 1."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self.size: int = index.ntotal
        self.dim: int = index.d
        self._vectors = _view(index)

    @classmethod
    def build(cls, path: Path, vectors: Floats) -> None:
        """Write the index of ``vectors`` (n, dim), unit rows or zero rows, to ``path``.

        Raises:
            DataError: the vectors are not a matrix of finite numbers with at least one column.
        """
        faiss = _faiss()

        if vectors.ndim != 2 or vectors.shape[1] < 1 or not np.isfinite(vectors).all():
            raise DataError(f"vectors must be a finite (n, dim) matrix, got shape {vectors.shape}")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        faiss.write_index(index, str(path))

    @classmethod
    def open(cls, path: Path) -> DenseIndex:
        """Map the index at ``path`` into memory.

        Raises:
            ArtifactMissing, ArtifactCorrupt: it is gone, cut short or not such an index.
        """
        faiss = _faiss()

        if not path.is_file():
            raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.")
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise _corrupt(path) from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise _corrupt(path)
        return cls(index)

    def search(
        self, vector: Floats, k: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the ``k`` rows with the highest positive cosine to ``vector`` (dim,), best first.

        ``allowed`` (n,) is applied before ranking; ``k`` may exceed the number of rows.

        Raises:
            DataError: the vector or the mask has another size than the index.
        """
        self._check(vector)
        k = min(k, self.size)
        if k < 1 or not vector.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, rows = self._index.search(vector[None].astype(np.float32), k, params=self._mask(allowed))
        found = (rows[0] >= 0) & (scores[0] > 0)
        rows, values = rows[0][found], scores[0][found]
        order = np.lexsort((rows, -values))
        return rows[order], values[order]

    def scores(self, vector: Floats, rows: npt.NDArray[np.int64]) -> Floats:
        """Return the cosine of ``vector`` (dim,) with each of ``rows``.

        Raises:
            DataError: the vector has another dimension than the index.
        """
        self._check(vector)
        result: Floats = self._vectors[rows] @ vector.astype(np.float32)
        return result

    def _mask(self, allowed: npt.NDArray[np.bool_] | None) -> Any:
        faiss = _faiss()

        if allowed is None:
            return None
        if allowed.shape != (self.size,):
            raise DataError(f"mask of shape {allowed.shape} for {self.size} vectors")
        bits = np.packbits(allowed, bitorder="little")
        return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))

    def _check(self, vector: Floats) -> None:
        if vector.shape != (self.dim,):
            raise DataError(f"query vector of shape {vector.shape} for an index of dimension {self.dim}")


def _faiss() -> Any:
    """Import FAISS when it is needed: it costs a third of a second, and its type stubs describe the C++."""
    import faiss

    module: Any = faiss
    return module


def _view(index: Any) -> Floats:
    """Return the vectors (n, dim) inside ``index`` without copying them."""
    faiss = _faiss()

    if not index.ntotal:
        return np.zeros((0, index.d), np.float32)
    flat = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
    view: Floats = flat.reshape(index.ntotal, index.d)
    return view


def _corrupt(path: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{path}: damaged dense index. Rebuild the indexes: replyassist doctor.")
