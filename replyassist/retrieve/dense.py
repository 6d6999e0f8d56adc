"""Inner-product search over unit vectors with FAISS, memory-mapped. The only file that knows FAISS.

Every score is an exact cosine in [-1, 1], higher is better. What FAISS leaves open is settled here: rows that
may not be seen are masked out before ranking, the -1 it pads with never leaves, a zero query (no known word)
finds nothing, and a wrong dimension or a damaged file raises an error of ours.

An index holds one segment of a corpus, up to some 130,000 rows; the caller merges segments. Below
:data:`EXACT_LIMIT` rows every row is compared. Above, an approximate index proposes rows, and their scores are
then read off the exact vectors. It cuts the space into cells and looks into those nearest to the query, where each
row is a product-quantised code (Jégou, Douze and Schmid 2011, *Product quantization for nearest neighbor search*) of
two columns per four bits, compared in registers (André, Kermarrec and Le Scouarnec 2017, *Accelerated nearest
neighbor search with Quick ADC*; Douze et al. 2024, *The Faiss library*). How many cells it takes is measured on the
team's own vectors when the index is built.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, DataError
from replyassist.text.ngrams import unit_rows

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Kind = Literal["exact", "ivf-pq"]

RECALL_FLOOR = 0.98
"""Least share of the exact best :data:`_MEASURED_AT` that an approximate index must find to be kept."""

EXACT_LIMIT = 32_768
"""From so many rows on the approximate index pays: comparing this many takes 3 ms (640 columns, one idle core)."""

_VECTORS, _LISTS, _ABOUT = "vectors.faiss", "lists.faiss", "dense.json"

_FEW = 4_096
"""So many rows are compared faster than the cells are searched, which a mask does not make cheaper."""

_OVERFETCH, _LEAST_FETCH = 8, 400
"""Rows proposed per row wanted, and at least. With all cells searched the best 50 are then found to 99.9 %, and to
99.5 % of vectors in a narrow cone (mean cosine 0.8), as some encoders give them; half as many find 97.2 % there."""

_ROWS_PER_CELL, _TRAINED_PER_CELL, _ROUNDS = 512, 64, 10
"""Twice the cells take 1.6 times as long to build and save nothing at equal recall; nor does more training."""

_MEASURED_AT, _MEASURED_QUERIES, _SMALLEST_PROBES = 50, 512, 8
_ROUNDING = 1e-6
_SEED = 1

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """``dense.json``: what the other files hold. ``probes`` is the number of cells searched."""

    kind: Kind
    rows: _Count
    dim: _Count
    probes: _Count = 0
    recall: _Share = 1.0


class DenseIndex:
    """Vectors in the order they were built in; rows are numbered 0 to n - 1. Threads may share it.

    ``recall`` is the share of the exact best 50 that was found on the built vectors; 1.0 for kind ``exact``.
    """

    def __init__(self, flat: Any, about: _About, lists: Any = None) -> None:
        self._flat = flat
        self._lists = lists
        self._probes = about.probes
        self._vectors = _view(flat)
        self.size: int = flat.ntotal
        self.dim: int = flat.d
        self.kind: Kind = about.kind
        self.recall: float = about.recall

    @classmethod
    def build(cls, path: Path, vectors: Floats, *, floor: float = RECALL_FLOOR) -> None:
        """Write the index of ``vectors`` (n, dim), unit rows or zero rows, into the fresh folder ``path``.

        The same vectors give the same bytes. Vectors that no approximate index finds ``floor`` of stay exact.

        Raises:
            DataError: the vectors are not a matrix of finite numbers with at least one column.
        """
        if vectors.ndim != 2 or vectors.shape[1] < 1 or not np.isfinite(vectors).all():
            raise DataError(f"vectors must be a finite (n, dim) matrix, got shape {vectors.shape}")
        vectors = np.ascontiguousarray(vectors, np.float32)
        path.mkdir(parents=True)
        about = _About(kind="exact", rows=len(vectors), dim=vectors.shape[1])
        with _one_thread() as faiss:
            flat = faiss.IndexFlatIP(about.dim)
            flat.add(vectors)
            faiss.write_index(flat, str(path / _VECTORS))
            del flat  # a second copy of all vectors, which nothing below needs
            if about.rows >= EXACT_LIMIT:
                lists = _train(vectors)
                tuned = _tune(_read(path / _VECTORS), lists, vectors, floor)
                if tuned is not None:
                    faiss.write_index(lists, str(path / _LISTS))
                    about = tuned
        (path / _ABOUT).write_bytes(msgspec.json.encode(about))

    @classmethod
    def open(cls, path: Path) -> DenseIndex:
        """Map the index in the folder ``path`` into memory.

        Raises:
            ArtifactMissing, ArtifactCorrupt: a file is gone, cut short, not such an index or does not fit the others.
        """
        about = _read_about(path / _ABOUT)
        flat = _read(path / _VECTORS)
        if not _is(flat, _faiss().IndexFlatIP, about):
            raise _corrupt(path / _VECTORS)
        if about.kind == "exact":
            return cls(flat, about)
        lists = _read(path / _LISTS)
        if not _fits(lists, about):
            raise _corrupt(path / _LISTS)
        return cls(flat, about, lists)

    def search(self, vector: Floats, k: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """Return the ``k`` rows with the highest positive cosine to ``vector`` (dim,), best first, ties by row.

        ``allowed`` (n,) is applied before ranking; ``k`` may exceed the number of rows. An approximate index may
        miss a row, :attr:`recall` says how often; it misses none when few rows are allowed or very many wanted.
        It misses more, though hardly worse ones, where a mask hides the very rows that are nearest to the query.

        Raises:
            DataError: the vector or the mask has another size than the index.
        """
        self._check(vector)
        if allowed is not None and allowed.shape != (self.size,):
            raise DataError(f"mask of shape {allowed.shape} for {self.size} vectors")
        k = min(k, self.size)
        if k < 1 or not vector.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        fetch = max(_OVERFETCH * k, _LEAST_FETCH)
        visible = self.size if allowed is None else int(np.count_nonzero(allowed))
        if self._lists is None or visible <= _FEW or fetch > _FEW:
            rows, scores = self._exact(vector, k, allowed)
        else:
            rows = self._propose(vector, fetch, None if visible == self.size else allowed)
            scores = self.scores(vector, rows)
        found = scores > 0
        rows, scores = rows[found], scores[found]
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]

    def vectors(self, rows: Rows) -> Floats:
        """Return the vectors of ``rows`` (m, dim)."""
        found: Floats = self._vectors[rows]
        return found

    def scores(self, vector: Floats, rows: Rows) -> Floats:
        """Return the cosine of ``vector`` (dim,) with each of ``rows``.

        Raises:
            DataError: the vector has another dimension than the index.
        """
        self._check(vector)
        result: Floats = self._vectors[rows] @ vector.astype(np.float32)
        return result

    def _exact(self, vector: Floats, k: int, allowed: Mask | None) -> tuple[Rows, Floats]:
        """Compare ``vector`` with every allowed row."""
        with _one_thread() as faiss:
            params = None if allowed is None else faiss.SearchParameters(sel=_selector(allowed))
            scores, rows = self._flat.search(vector[None].astype(np.float32), k, params=params)
        return rows[0][rows[0] >= 0], scores[0][rows[0] >= 0]

    def _propose(self, vector: Floats, count: int, allowed: Mask | None) -> Rows:
        """Return about the best ``count`` allowed rows, in no order.

        Behind a mask all cells are searched. A mask follows topics, so it may hide every cell that is near to the
        query, and how many more must then be searched cannot be told from the recall without it.
        """
        probes = self._probes if allowed is None else self._lists.nlist
        with _one_thread() as faiss:
            selector = None if allowed is None else _selector(allowed)
            params = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
            _, rows = self._lists.search(vector[None].astype(np.float32), count, params=params)
        proposed: Rows = rows[0][rows[0] >= 0]
        return proposed

    def _check(self, vector: Floats) -> None:
        if vector.shape != (self.dim,):
            raise DataError(f"query vector of shape {vector.shape} for an index of dimension {self.dim}")


def _faiss() -> Any:
    """Import FAISS when it is needed: it costs a third of a second, and its type stubs describe the C++."""
    import faiss

    module: Any = faiss
    return module


@contextmanager
def _one_thread() -> Iterator[Any]:
    """Keep FAISS to one thread, a setting of the calling thread alone.

    Its threads wait for one another by spinning: where the other cores are busy, two threads take three times as
    long as one, to search as to train.
    """
    faiss = _faiss()

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(before)


def _selector(allowed: Mask) -> Any:
    return _faiss().IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _train(vectors: Floats) -> Any:
    """Return the approximate index of ``vectors``, trained on a sample so that the memory it takes is bounded.

    The codes are of the rows themselves. Codes of what is left after the cell's centre find less under the inner
    product: with all cells searched 0.998 against 0.999, at half the size of a code 0.936 against 0.985.
    """
    faiss = _faiss()

    rows, dim = vectors.shape
    cells = max(1, rows // _ROWS_PER_CELL)
    lists = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dim), dim, cells, dim // math.gcd(dim, 2), 4, faiss.METRIC_INNER_PRODUCT
    )
    lists.by_residual = False
    lists.cp.spherical = True
    lists.cp.niter = lists.pq.cp.niter = _ROUNDS
    lists.cp.seed = lists.pq.cp.seed = _SEED
    wanted = min(rows, max(_TRAINED_PER_CELL * cells, _FEW))
    sample = np.random.default_rng(_SEED).choice(rows, wanted, replace=False, shuffle=False)
    lists.train(vectors[np.sort(sample)])
    lists.add(vectors)
    return lists


def _tune(flat: Any, lists: Any, vectors: Floats, floor: float) -> _About | None:
    """Return how many cells it takes to find ``floor`` of the exact best rows, none if all do not suffice."""
    queries = _queries(vectors)
    best, _ = flat.search(queries, min(_MEASURED_AT, len(vectors)))
    # By score and not by row: of rows that tie with the last one any will do.
    wanted, last = max(1, int(np.count_nonzero(best > 0))), best[:, -1] - _ROUNDING
    probes = 0
    while probes < lists.nlist:
        probes = min(2 * probes or _SMALLEST_PROBES, lists.nlist)
        about = _About(kind="ivf-pq", rows=len(vectors), dim=vectors.shape[1], probes=probes)
        index = DenseIndex(flat, about, lists)
        found = [index.search(query, _MEASURED_AT)[1] >= score for query, score in zip(queries, last, strict=True)]
        recall = min(1.0, int(np.concatenate(found).sum()) / wanted)
        if recall >= floor:
            return msgspec.structs.replace(about, recall=round(recall, 4))
    return None


def _queries(vectors: Floats) -> Floats:
    """Return rows moved towards other rows, so that none is a row itself.

    As far from the mean as they were: a plain mixture of two is nearer to it, where vectors are harder to tell apart
    (in a narrow cone its recall was two points too low). At 0.7 to 0.3 recall is that of held-out sentences and
    messages to half a point, in a cone up to one below; halfway between the two it flatters by a point.
    """
    rows, others = np.random.default_rng(_SEED).integers(len(vectors), size=(2, _MEASURED_QUERIES))
    mean = vectors.mean(axis=0)
    moved = 0.7 * (vectors[rows] - mean) + 0.3 * (vectors[others] - mean)
    queries: Floats = mean + unit_rows(moved) * np.linalg.norm(vectors[rows] - mean, axis=1, keepdims=True)
    return queries


def _view(flat: Any) -> Floats:
    """Return the vectors (n, dim) inside ``flat`` without copying them."""
    faiss = _faiss()

    if not flat.ntotal:
        return np.zeros((0, flat.d), np.float32)
    values = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d)
    view: Floats = values.reshape(flat.ntotal, flat.d)
    return view


def _is(index: Any, kind: Any, about: _About) -> bool:
    found = (type(index), index.ntotal, index.d, index.metric_type)
    return found == (kind, about.rows, about.dim, _faiss().METRIC_INNER_PRODUCT)


def _fits(lists: Any, about: _About) -> bool:
    """Say whether ``lists`` is an approximate index that holds each row once, as ``about`` says."""
    faiss = _faiss()

    if not _is(lists, faiss.IndexIVFPQFastScan, about):
        return False
    cells = [(lists.invlists.get_ids(cell), lists.invlists.list_size(cell)) for cell in range(lists.nlist)]
    rows = np.concatenate([faiss.rev_swig_ptr(ids, size) for ids, size in cells if size] or [np.zeros(0, np.int64)])
    return 1 <= about.probes <= lists.nlist and np.array_equal(np.sort(rows), np.arange(about.rows))


def _read(path: Path) -> Any:
    faiss = _faiss()

    if not path.is_file():
        raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.")
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except (RuntimeError, MemoryError) as error:
        raise _corrupt(path) from error


def _read_about(path: Path) -> _About:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_About)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.") from error
    except (ValueError, OSError) as error:
        raise _corrupt(path) from error


def _corrupt(path: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{path}: damaged dense index. Rebuild the indexes: replyassist doctor.")
