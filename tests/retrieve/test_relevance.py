"""The relevance model: what it prefers, its formulas value by value, and its file."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES, Candidates
from replyassist.retrieve.relevance import Calibration, RelevanceModel, Soundness
from replyassist.types import POOLS, Pool


def made(
    views: list[list[float]],
    document: list[int] | None = None,
    source: list[int] | None = None,
    *,
    foreign: bool = False,
) -> Candidates:
    rows = np.arange(len(views))
    documents = rows if document is None else np.array(document, np.int64)
    return Candidates(
        segment=np.zeros(len(views), np.int64),
        row=rows,
        document=documents,
        source=documents if source is None else np.array(source, np.int64),
        foreign=np.full(len(views), foreign),
        views=np.array(views, np.float64).reshape(-1, 4),
    )


def model(smoothing: float = 0.25) -> RelevanceModel:
    """Different weights and curves in every pool."""
    return RelevanceModel(
        features=FEATURES,
        coefficients={pool: tuple(float(i + n) for n in range(len(FEATURES))) for i, pool in enumerate(POOLS)},
        smoothing=smoothing,
        calibration={pool: Calibration(scale=1.0 + i, shift=-float(i)) for i, pool in enumerate(POOLS)},
        fitted_on="nothing",
    )


GOOD, POOR = [0.7, 0.85, 0.8, 1.2], [0.05, 0.1, 0.05, -3.0]


# The shipped model.


def test_the_shipped_model_is_whole() -> None:
    prior = RelevanceModel.prior()
    assert prior.features == FEATURES
    assert set(prior.coefficients) == set(prior.calibration) == set(POOLS)
    assert 0 <= prior.smoothing <= 1
    assert prior.fitted_on


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("foreign", [False, True])
def test_the_prior_prefers_better_scores(pool: Pool, foreign: bool) -> None:
    prior = RelevanceModel.prior()
    assert min(prior.coefficients[pool]) >= 0
    assert max(prior.coefficients[pool]) > 0
    assert prior.calibration[pool].scale > 0
    scored = prior.scores(made([POOR, GOOD, POOR], foreign=foreign), pool)
    good, poor = prior.probabilities(scored.score, pool)[[1, 0]]
    assert good > 0.5 > 0.2 > poor


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("foreign", [False, True])
def test_a_lone_perfect_match_is_more_probable_than_a_lone_poor_one(pool: Pool, foreign: bool) -> None:
    prior = RelevanceModel.prior()
    scores = [prior.scores(made([views], foreign=foreign), pool).score for views in (GOOD, POOR)]
    good, poor = (prior.probabilities(score, pool)[0] for score in scores)
    assert good > 10 * poor


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("foreign", [False, True])
def test_no_view_counts_against_a_source(pool: Pool, foreign: bool) -> None:
    prior = RelevanceModel.prior()
    base = [0.2, 0.4, 0.3, -0.5]
    for view in range(4):
        better = [value + 0.2 * (n == view) for n, value in enumerate(base)]
        first, second = prior.scores(made([base, better], foreign=foreign), pool).score
        assert second >= first


# Formulas.


def test_a_score_is_the_weighted_sum_of_the_features_of_the_pool() -> None:
    candidates = made([GOOD, POOR, [0.2, 0.4, 0.3, 0.0]])
    for i, pool in enumerate(POOLS):
        expected = [sum(value * (i + n) for n, value in enumerate(row)) for row in candidates.features]
        assert model().chunk_scores(candidates, pool) == pytest.approx(expected)


def test_scores_join_chunks_and_translations() -> None:
    candidates = made([GOOD, POOR, [0.2, 0.4, 0.3, 0.0], POOR], [7, 7, 5, 9], [-4, -4, -4, 9])
    for pool in POOLS:
        best, _, middle, poor = model().chunk_scores(candidates, pool)
        mean = (best + middle) / 2
        found = model(0.25).scores(candidates, pool)
        assert found.document.tolist() == [5, 7, 9]
        assert found.source.tolist() == [-4, -4, 9]
        assert found.score == pytest.approx([0.75 * middle + 0.25 * mean, 0.75 * best + 0.25 * mean, poor])


def test_probabilities_are_the_logistic_of_the_pool() -> None:
    scores = np.array([-3.0, -0.4, 0.0, 0.7, 5.0])
    for i, pool in enumerate(POOLS):
        expected = [1 / (1 + math.exp(-((1.0 + i) * score - i))) for score in scores]
        assert model().probabilities(scores, pool) == pytest.approx(expected)


@pytest.mark.parametrize("pool", POOLS)
def test_extreme_scores_overflow_nothing(pool: Pool) -> None:
    for one in (model(), RelevanceModel.prior()):
        assert one.probabilities(np.array([-1e300, -1e6, 1e6, 1e300]), pool).tolist() == [0, 0, 1, 1]
        assert one.scores(made([]), pool).score.tolist() == []
        assert one.probabilities(np.zeros(0), pool).tolist() == []


# What the past answer of a ticket is worth.


def test_soundness_runs_from_reopened_to_satisfied_and_fades() -> None:
    found = Soundness(reopened=0.4, satisfied=0.9, per_year=0.5)
    outcome = np.array([0.0, 1.0, 0.5, 0.5, 1.0])
    years = np.array([0.0, 0.0, 0.0, 1.0, 2.5])
    assert found.of(outcome, years) == pytest.approx([0.4, 0.9, 0.65, 0.325, 0.9 * 0.5**2.5])


def test_soundness_leaves_what_has_no_outcome_as_it_is() -> None:
    assert Soundness(reopened=0.4, satisfied=0.9).of(np.array([-1.0, -0.01]), np.array([0.0, 30.0])).tolist() == [1, 1]


def test_an_answer_from_the_future_is_worth_no_more() -> None:
    assert Soundness().of(np.array([1.0, 1.0]), np.array([-3.0, 0.0])).tolist() == [1, 1]


@given(st.lists(st.tuples(st.floats(-1, 2), st.floats(-5, 100)), max_size=10))
def test_soundness_is_a_factor(rows: list[tuple[float, float]]) -> None:
    outcome, years = np.array(rows).reshape(-1, 2).T
    for one in (Soundness(), RelevanceModel.prior().soundness):
        found = one.of(outcome, years)
        assert ((found > 0) & (found <= 1)).all()
        newer = one.of(outcome, years - 1)
        assert (newer >= found).all()
        assert (one.of(np.where(outcome < 0, outcome, outcome + 0.1), years) >= found).all()


# The file.


def test_save_and_open_are_inverse(tmp_path: Path) -> None:
    for one in (RelevanceModel.prior(), model()):
        one.save(tmp_path / "r.json")
        assert RelevanceModel.open(tmp_path / "r.json") == one
    first = (tmp_path / "r.json").read_bytes()
    RelevanceModel.open(tmp_path / "r.json").save(tmp_path / "r.json")
    assert (tmp_path / "r.json").read_bytes() == first


def test_a_model_without_a_usable_calibration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    whole = model().calibration
    for scale in (0.0, -1.0):
        msgspec.structs.replace(model(), calibration={**whole, "macro": Calibration(scale=scale, shift=0.0)}).save(path)
        with pytest.raises(ArtifactCorrupt, match="calibration"):
            RelevanceModel.open(path)
    for pool in POOLS:
        rest = {other: curve for other, curve in whole.items() if other != pool}
        msgspec.structs.replace(model(), calibration=rest).save(path)
        with pytest.raises(ArtifactCorrupt, match="calibration"):
            RelevanceModel.open(path)


def test_a_model_without_weights_for_every_feature_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    whole = model().coefficients
    for pool in POOLS:
        rest = {other: weights for other, weights in whole.items() if other != pool}
        for broken in (rest, {**whole, pool: whole[pool][:-1]}, {**whole, pool: (*whole[pool], 1.0)}):
            msgspec.structs.replace(model(), coefficients=broken).save(path)
            with pytest.raises(ArtifactCorrupt, match="weights"):
                RelevanceModel.open(path)


def test_a_missing_model_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMissing, match="anew"):
        RelevanceModel.open(tmp_path / "r.json")


def test_a_damaged_model_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    model().save(path)
    whole = path.read_bytes()
    for damaged in (b"", b"[]", b'{"features": [', whole[:-9], whole.replace(b"smoothing", b"smooth"), b"\xff" + whole):
        path.write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt, match="anew"):
            RelevanceModel.open(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ArtifactCorrupt, match="anew"):
        RelevanceModel.open(path)


def test_a_model_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    model().save(path)
    path.write_bytes(path.read_bytes().replace(b"nothing", b"noth\xffng"))
    with pytest.raises(ArtifactCorrupt, match="anew"):
        RelevanceModel.open(path)


def test_a_model_for_other_features_is_of_another_version(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    for features in (("other",), FEATURES[::-1], FEATURES[:-1], ()):
        msgspec.structs.replace(model(), features=features).save(path)
        with pytest.raises(ArtifactVersion, match="anew"):
            RelevanceModel.open(path)
