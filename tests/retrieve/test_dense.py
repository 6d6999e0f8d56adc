from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, DataError
from replyassist.retrieve.dense import DenseIndex, Floats


def unit(rows: int, dim: int, seed: int = 0) -> Floats:
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def build(path: Path, vectors: Floats) -> DenseIndex:
    DenseIndex.build(path, vectors)
    return DenseIndex.open(path)


@pytest.mark.parametrize(("rows", "dim"), [(1, 1), (3, 2), (200, 16), (1000, 65)])
@pytest.mark.parametrize("share", [None, 0.0, 0.02, 0.5, 1.0])
def test_search_equals_brute_force_value_by_value(tmp_path: Path, rows: int, dim: int, share: float | None) -> None:
    vectors = unit(rows, dim)
    index = build(tmp_path / "v", vectors)
    rng = np.random.default_rng(1)
    allowed = None if share is None else rng.random(rows) < share
    for query in unit(10, dim, seed=2):
        exact = vectors @ query
        ranked = sorted(
            (row for row in range(rows) if exact[row] > 0 and (allowed is None or allowed[row])),
            key=lambda row: -exact[row],
        )
        for k in (1, 7, rows, rows + 50):
            found, scores = index.search(query, k, allowed)
            assert found.tolist() == ranked[:k]
            assert scores == pytest.approx(exact[found], abs=1e-5)
            assert index.scores(query, found) == pytest.approx(exact[found], abs=1e-5)


def test_a_zero_query_and_k_below_one_find_nothing(tmp_path: Path) -> None:
    index = build(tmp_path / "v", unit(5, 4))
    assert len(index.search(np.zeros(4, np.float32), 3)[0]) == 0
    assert len(index.search(unit(1, 4)[0], 0)[0]) == len(index.search(unit(1, 4)[0], -2)[0]) == 0


def test_zero_rows_are_never_found(tmp_path: Path) -> None:
    vectors = unit(4, 3)
    vectors[2] = 0
    index = build(tmp_path / "v", vectors)
    assert 2 not in np.concatenate([index.search(query, 4)[0] for query in unit(20, 3, seed=3)])


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = build(tmp_path / "v", np.zeros((0, 4), np.float32))
    assert len(index.search(unit(1, 4)[0], 3, np.zeros(0, bool))[0]) == 0
    assert len(index.scores(unit(1, 4)[0], np.zeros(0, np.int64))) == 0


def test_equal_scores_are_ordered_by_row(tmp_path: Path) -> None:
    index = build(tmp_path / "v", np.tile(unit(1, 4), (6, 1)))
    assert index.search(unit(1, 4)[0], 6)[0].tolist() == [0, 1, 2, 3, 4, 5]


def test_wrong_sizes_are_named(tmp_path: Path) -> None:
    index = build(tmp_path / "v", unit(5, 4))
    with pytest.raises(DataError, match=r"\(3,\).*dimension 4"):
        index.search(unit(1, 3)[0], 2)
    with pytest.raises(DataError, match="dimension 4"):
        index.scores(unit(1, 3)[0], np.array([0]))
    with pytest.raises(DataError, match="mask"):
        index.search(unit(1, 4)[0], 2, np.ones(6, bool))
    for wrong in (np.ones(3, np.float32), np.ones((3, 0), np.float32), np.full((2, 2), np.nan, np.float32)):
        with pytest.raises(DataError, match="shape"):
            DenseIndex.build(tmp_path / "w", wrong)


def test_missing_and_damaged_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMissing):
        DenseIndex.open(tmp_path / "none")
    DenseIndex.build(tmp_path / "v", unit(50, 8))
    raw = (tmp_path / "v").read_bytes()
    for damaged in (b"", b"garbage", raw[:20], raw[:-7]):
        (tmp_path / "v").write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt):
            DenseIndex.open(tmp_path / "v")
