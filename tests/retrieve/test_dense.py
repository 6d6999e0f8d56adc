from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, DataError
from replyassist.retrieve import dense
from replyassist.retrieve.dense import RECALL_FLOOR, DenseIndex, Floats, Mask

ROWS, DIM, FEW = 6000, 64, 300
LIMITS = {
    "EXACT_LIMIT": ROWS,
    "_FEW": FEW,
    "_OVERFETCH": 4,
    "_LEAST_FETCH": 200,
    "_ROWS_PER_CELL": 64,
    "_SMALLEST_PROBES": 1,
}
"""Those of an index that a test can build in a moment, with enough cells for a few of them to be the wrong ones."""

TOPICS = np.random.default_rng(99).normal(size=(60, DIM))


def unit(rows: int, dim: int, seed: int = 0) -> Floats:
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def clustered(rows: int, seed: int = 0) -> Floats:
    """Return unit rows that lie together in topics, as those of texts do, and a few zero rows."""
    rng = np.random.default_rng(seed)
    vectors = TOPICS[rng.integers(len(TOPICS), size=rows)] + 0.8 * rng.normal(size=(rows, DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[: rows // 500] = 0
    return vectors.astype(np.float32)


def build(path: Path, vectors: Floats) -> DenseIndex:
    DenseIndex.build(path, vectors)
    return DenseIndex.open(path)


def ranked(vectors: Floats, query: Floats, allowed: Mask | None = None) -> list[int]:
    exact = vectors @ query
    rows = np.flatnonzero((exact > 0) if allowed is None else (exact > 0) & allowed)
    return rows[np.lexsort((rows, -exact[rows]))].tolist()


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LIMITS.items():
        monkeypatch.setattr(dense, name, value)


@pytest.fixture(scope="module")
def vectors() -> Floats:
    return clustered(ROWS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, vectors: Floats) -> Path:
    path = tmp_path_factory.mktemp("approximate") / "dense"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LIMITS.items():
            patch.setattr(dense, name, value)
        DenseIndex.build(path, vectors)
    return path


@pytest.fixture(scope="module")
def index(folder: Path) -> DenseIndex:
    return DenseIndex.open(folder)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.mark.parametrize(("rows", "dim"), [(1, 1), (3, 2), (200, 16), (1000, 65)])
@pytest.mark.parametrize("share", [None, 0.0, 0.02, 0.5, 1.0])
def test_search_equals_brute_force_value_by_value(tmp_path: Path, rows: int, dim: int, share: float | None) -> None:
    vectors = unit(rows, dim)
    index = build(tmp_path / "v", vectors)
    rng = np.random.default_rng(1)
    allowed = None if share is None else rng.random(rows) < share
    for query in unit(10, dim, seed=2):
        exact = vectors @ query
        expected = ranked(vectors, query, allowed)
        for k in (1, 7, rows, rows + 50):
            found, scores = index.search(query, k, allowed)
            assert found.tolist() == expected[:k]
            assert scores == pytest.approx(exact[found], abs=1e-5)
            assert index.scores(query, found) == pytest.approx(exact[found], abs=1e-5)


def test_a_zero_query_and_k_below_one_find_nothing(tmp_path: Path, index: DenseIndex) -> None:
    for one in (build(tmp_path / "v", unit(5, DIM)), index):
        assert len(one.search(np.zeros(DIM, np.float32), 3)[0]) == 0
        assert len(one.search(unit(1, DIM)[0], 0)[0]) == len(one.search(unit(1, DIM)[0], -2)[0]) == 0


def test_zero_rows_are_never_found(tmp_path: Path) -> None:
    vectors = unit(4, 3)
    vectors[2] = 0
    index = build(tmp_path / "v", vectors)
    assert 2 not in np.concatenate([index.search(query, 4)[0] for query in unit(20, 3, seed=3)])


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = build(tmp_path / "v", np.zeros((0, 4), np.float32))
    assert len(index.search(unit(1, 4)[0], 3, np.zeros(0, bool))[0]) == 0
    assert len(index.scores(unit(1, 4)[0], np.zeros(0, np.int64))) == 0
    assert index.vectors(np.zeros(0, np.int64)).shape == (0, 4)


def test_equal_scores_are_ordered_by_row(tmp_path: Path) -> None:
    index = build(tmp_path / "v", np.tile(unit(1, 4), (6, 1)))
    assert index.search(unit(1, 4)[0], 6)[0].tolist() == [0, 1, 2, 3, 4, 5]


def test_vectors_come_back_as_they_went_in(tmp_path: Path, index: DenseIndex, vectors: Floats) -> None:
    rows = np.array([17, 3, 5999])
    assert np.array_equal(index.vectors(rows), vectors[rows])
    index.vectors(rows)[:] = 0  # a copy: the index keeps its own
    assert np.array_equal(index.vectors(rows), vectors[rows])


def test_wrong_sizes_are_named(tmp_path: Path, index: DenseIndex) -> None:
    small = build(tmp_path / "v", unit(5, 4))
    with pytest.raises(DataError, match=r"\(3,\).*dimension 4"):
        small.search(unit(1, 3)[0], 2)
    with pytest.raises(DataError, match="dimension 4"):
        small.scores(unit(1, 3)[0], np.array([0]))
    for one, dim in ((small, 4), (index, DIM)):
        with pytest.raises(DataError, match="mask"):
            one.search(unit(1, dim)[0], 2, np.ones(one.size + 1, bool))
    for wrong in (np.ones(3, np.float32), np.ones((3, 0), np.float32), np.full((2, 2), np.nan, np.float32)):
        with pytest.raises(DataError, match="shape"):
            DenseIndex.build(tmp_path / "w", wrong)
    assert not (tmp_path / "w").exists()


def test_an_index_is_never_written_over_another(folder: Path, vectors: Floats) -> None:
    with pytest.raises(FileExistsError):
        DenseIndex.build(folder, vectors[:5])
    assert DenseIndex.open(folder).size == ROWS


def test_few_rows_are_searched_exactly_and_many_approximately(
    tmp_path: Path, vectors: Floats, index: DenseIndex, folder: Path
) -> None:
    assert (index.kind, index.size, index.dim) == ("ivf-pq", ROWS, DIM)
    assert RECALL_FLOOR <= index.recall <= 1
    assert {file.name for file in folder.iterdir()} == {"vectors.faiss", "lists.faiss", "dense.json"}
    exact = build(tmp_path / "v", vectors[:-1])
    assert (exact.kind, exact.recall, exact.size) == ("exact", 1.0, ROWS - 1)
    assert {file.name for file in (tmp_path / "v").iterdir()} == {"vectors.faiss", "dense.json"}


def test_an_approximate_index_finds_what_it_promises_of_queries_it_never_saw(
    index: DenseIndex, vectors: Floats
) -> None:
    hits = wanted = 0
    for query in clustered(200, seed=5)[1:]:
        expected = ranked(vectors, query)[:50]
        rows, scores = index.search(query, 50)
        hits += len(set(rows.tolist()) & set(expected))
        wanted += len(expected)
        assert scores == pytest.approx((vectors @ query)[rows], abs=1e-5)
        assert np.array_equal(np.lexsort((rows, -scores)), np.arange(len(rows)))
    assert hits / wanted >= RECALL_FLOOR - 0.01


def test_an_approximate_index_looks_at_a_part_of_the_rows_only(
    index: DenseIndex, vectors: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DenseIndex, "_exact", None)
    index.search(vectors[700], 50)
    index.search(vectors[700], 50, np.arange(ROWS) % 2 == 0)
    assert index._probes < ROWS // dense._ROWS_PER_CELL


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1), topic=st.booleans(), k=st.integers(1, 74))
def test_a_mask_is_respected_and_costs_no_recall(
    index: DenseIndex, vectors: Floats, seed: int, share: float, topic: bool, k: int
) -> None:
    rng = np.random.default_rng(seed)
    query = clustered(20, seed)[19]
    # Rows at random, or those on one side of the space: a mask of one language or one product.
    values = vectors @ unit(1, DIM, seed)[0] if topic else rng.random(ROWS)
    allowed = values <= np.quantile(values, share)
    rows, scores = index.search(query, k, allowed)
    expected = ranked(vectors, query, allowed)[:k]
    assert allowed[rows].all()
    assert len(set(rows.tolist())) == len(rows) <= k
    assert scores == pytest.approx((vectors @ query)[rows], abs=1e-5)
    assert (scores > 0).all()
    if allowed.sum() <= FEW:
        assert rows.tolist() == expected
    assert len(set(rows.tolist()) & set(expected)) >= 0.8 * len(expected)


@pytest.mark.parametrize("count", [0, 1, 7, FEW])
def test_few_allowed_rows_are_all_compared(
    index: DenseIndex, vectors: Floats, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DenseIndex, "_propose", None)
    allowed = np.zeros(ROWS, bool)
    allowed[np.random.default_rng(8).choice(ROWS, count, replace=False)] = True
    for query in clustered(30, seed=9)[1:]:
        assert index.search(query, 50, allowed)[0].tolist() == ranked(vectors, query, allowed)[:50]


def test_very_many_wanted_rows_are_all_found(index: DenseIndex, vectors: Floats) -> None:
    query = clustered(20, seed=4)[19]
    assert index.search(query, ROWS + 5)[0].tolist() == ranked(vectors, query)


@pytest.mark.parametrize("hidden", [4, 15, 45])
def test_a_mask_that_hides_all_cells_near_the_query_looks_further_away(
    index: DenseIndex, vectors: Floats, hidden: int
) -> None:
    topic = (vectors @ TOPICS.T).argmax(axis=1)
    hits = wanted = 0
    for query in clustered(60, seed=6)[1:]:
        allowed = ~np.isin(topic, np.argsort(-(TOPICS @ query))[:hidden])
        assert allowed.sum() > FEW
        expected = ranked(vectors, query, allowed)[:50]
        hits += len(set(index.search(query, 50, allowed)[0].tolist()) & set(expected))
        wanted += len(expected)
    assert hits / wanted >= 0.9  # what the codes of so few columns tell apart; a part of the cells holds next to none


def test_where_the_very_best_rows_are_hidden_what_is_found_is_hardly_worse(index: DenseIndex, vectors: Floats) -> None:
    for query in clustered(60, seed=6)[1:]:
        exact = vectors @ query
        allowed = exact < np.quantile(exact, 0.9)
        scores = index.search(query, 50, allowed)[1]
        best = np.sort(exact[allowed])[::-1][:50]
        assert len(scores) == 50
        assert scores.mean() >= best.mean() - 0.02


def test_a_mask_that_hides_nothing_changes_nothing(index: DenseIndex, vectors: Floats) -> None:
    for query in clustered(30, seed=12)[1:]:
        with_mask = index.search(query, 50, np.ones(ROWS, bool))
        assert [part.tolist() for part in with_mask] == [part.tolist() for part in index.search(query, 50)]


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path, vectors: Floats, folder: Path) -> None:
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(before + 1)
    try:
        DenseIndex.build(tmp_path / "again", vectors)
        assert faiss.omp_get_max_threads() == before + 1
    finally:
        faiss.omp_set_num_threads(before)
    for file in folder.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_vectors_that_cannot_be_found_approximately_stay_exact(tmp_path: Path, vectors: Floats) -> None:
    for name, these, floor in (("f", vectors, 1.01), ("zero", np.zeros((ROWS, 4), np.float32), RECALL_FLOOR)):
        DenseIndex.build(tmp_path / name, these, floor=floor)
        index = DenseIndex.open(tmp_path / name)
        assert (index.kind, index.recall) == ("exact", 1.0)
        assert not (tmp_path / name / "lists.faiss").exists()
    query = clustered(20, seed=7)[19]
    assert DenseIndex.open(tmp_path / "f").search(query, 50)[0].tolist() == ranked(vectors, query)[:50]


def test_a_higher_floor_searches_more_cells(tmp_path: Path, vectors: Floats) -> None:
    found = []
    for floor in (0.5, 0.99):
        DenseIndex.build(tmp_path / str(floor), vectors, floor=floor)
        index = DenseIndex.open(tmp_path / str(floor))
        assert index.recall >= floor
        found.append((index._probes, index.recall))
    assert found[0] < found[1]


def test_rows_that_are_all_alike_and_an_odd_dimension_can_be_built(tmp_path: Path) -> None:
    alike = build(tmp_path / "alike", np.tile(unit(1, 8), (ROWS, 1)))
    rows, scores = alike.search(unit(1, 8)[0], 50)
    assert len(rows) == 50
    assert scores == pytest.approx(1.0, abs=1e-5)
    vectors = np.ascontiguousarray(clustered(ROWS)[:, :31])
    assert build(tmp_path / "odd", vectors).search(vectors[500], 1)[0].tolist() == [500]


def test_recall_is_measured_with_queries_as_hard_as_those_that_come() -> None:
    # In a narrow cone, as some encoders give them, a mixture of two rows lies nearer to the middle than any row.
    for offset in (0.0, 2.0):
        vectors = clustered(2000)[10:] + np.float32(offset / np.sqrt(DIM))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        queries, mean = dense._queries(vectors), vectors.mean(axis=0)
        usual = np.linalg.norm(vectors - mean, axis=1).mean()
        assert np.linalg.norm(queries - mean, axis=1).mean() == pytest.approx(usual, rel=0.05)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        assert np.median((queries @ vectors.T).max(axis=1)) < 0.999  # no query is a row


def test_threads_may_search_at_once(index: DenseIndex, vectors: Floats) -> None:
    allowed = np.arange(ROWS) % 3 == 0
    queries = clustered(240, seed=11)[1:]

    def ask(query: Floats) -> tuple[list[int], list[int]]:
        return index.search(query, 50)[0].tolist(), index.search(query, 20, allowed)[0].tolist()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, queries)) == [ask(query) for query in queries]


def test_missing_files_are_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ArtifactMissing):
        DenseIndex.open(tmp_path / "none")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArtifactMissing):
        DenseIndex.open(tmp_path / "file")
    for name in ("vectors.faiss", "lists.faiss", "dense.json"):
        without = shutil.copytree(folder, tmp_path / name)
        (without / name).unlink()
        with pytest.raises(ArtifactMissing, match=name):
            DenseIndex.open(without)


@pytest.mark.parametrize("name", ["vectors.faiss", "lists.faiss", "dense.json"])
def test_damaged_files_are_refused(copy: Path, name: str) -> None:
    raw = (copy / name).read_bytes()
    for damaged in (
        b"",
        b"garbage",
        raw[:20],
        raw[: len(raw) // 2],
        raw[:-7],
        np.random.default_rng(0).bytes(len(raw)),
    ):
        (copy / name).write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt, match=name):
            DenseIndex.open(copy)


def test_files_of_other_indexes_are_refused(copy: Path, tmp_path: Path, vectors: Floats) -> None:
    DenseIndex.build(tmp_path / "longer", np.concatenate([vectors, vectors[-5:]]))
    DenseIndex.build(tmp_path / "narrower", np.ascontiguousarray(vectors[:, :30]))
    l2 = faiss.IndexFlatL2(DIM)
    l2.add(vectors)
    faiss.write_index(l2, str(tmp_path / "l2"))
    foreign = {
        "lists.faiss": [tmp_path / "longer/lists.faiss", tmp_path / "narrower/lists.faiss", copy / "vectors.faiss"],
        "vectors.faiss": [tmp_path / "longer/vectors.faiss", tmp_path / "narrower/vectors.faiss", tmp_path / "l2"],
        "dense.json": [tmp_path / "longer/dense.json", tmp_path / "narrower/dense.json"],
    }
    for name, others in foreign.items():
        raw = (copy / name).read_bytes()
        for other in others:
            (copy / name).write_bytes(other.read_bytes())
            with pytest.raises(ArtifactCorrupt):
                DenseIndex.open(copy)
        (copy / name).write_bytes(raw)
    DenseIndex.open(copy)


def test_lists_that_do_not_hold_each_row_once_are_refused(copy: Path) -> None:
    lists = faiss.read_index(str(copy / "lists.faiss"))
    for cell in range(lists.nlist):
        ids = faiss.rev_swig_ptr(lists.invlists.get_ids(cell), lists.invlists.list_size(cell))
        ids[ids == 17] = ROWS  # a row that is not there
    faiss.write_index(lists, str(copy / "lists.faiss"))
    with pytest.raises(ArtifactCorrupt, match=r"lists\.faiss"):
        DenseIndex.open(copy)


@pytest.mark.parametrize("name", ["vectors.faiss", "lists.faiss"])
def test_another_measure_of_distance_is_refused(copy: Path, name: str) -> None:
    index = faiss.read_index(str(copy / name))
    index.metric_type = faiss.METRIC_L2
    faiss.write_index(index, str(copy / name))
    with pytest.raises(ArtifactCorrupt, match=name):
        DenseIndex.open(copy)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "hnsw"},
        {"rows": ROWS - 1},
        {"rows": -1},
        {"rows": "6000"},
        {"dim": DIM + 2},
        {"probes": 0},
        {"probes": ROWS},
        {"recall": 1.5},
        {"recall": None},
    ],
)
def test_a_wrong_description_is_refused(copy: Path, change: dict[str, object]) -> None:
    about = msgspec.json.decode((copy / "dense.json").read_bytes())
    (copy / "dense.json").write_bytes(msgspec.json.encode(about | change))
    with pytest.raises(ArtifactCorrupt):
        DenseIndex.open(copy)
