"""The relevance model: features, probabilities, its file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES, describe
from replyassist.retrieve.relevance import Calibration, RelevanceModel
from replyassist.types import POOLS


@pytest.mark.parametrize("pool", POOLS)
def test_the_prior_prefers_better_scores(pool: str) -> None:
    prior = RelevanceModel.prior()
    assert min(prior.coefficients) >= 0
    extreme = prior.probabilities(np.array([[1e6] * 4, [-1e6] * 4]), pool)
    assert ((extreme >= 0) & (extreme <= 1)).all()
    assert extreme[0] > extreme[1]


def test_probabilities_are_the_logistic_of_the_pool() -> None:
    calibration = {pool: Calibration(scale=1.0 + i, shift=-float(i)) for i, pool in enumerate(POOLS)}
    model = RelevanceModel(features=FEATURES, coefficients=(1, 2, 3, 4), calibration=calibration, fitted_on="")
    features = np.array([[0.1, 0.2, 0.3, -0.4], [0.0, 0.0, 0.0, 0.0]])
    score = features @ np.array([1.0, 2.0, 3.0, 4.0])
    for i, pool in enumerate(POOLS):
        expected = 1 / (1 + np.exp(-((1.0 + i) * score - i)))
        assert model.probabilities(features, pool) == pytest.approx(expected)


def test_save_and_open_are_inverse(tmp_path: Path) -> None:
    prior = RelevanceModel.prior()
    prior.save(tmp_path / "r.json")
    assert RelevanceModel.open(tmp_path / "r.json") == prior


def test_a_model_without_a_usable_calibration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    prior = RelevanceModel.prior()
    for broken in ({}, {**prior.calibration, "macro": Calibration(scale=-1.0, shift=0.0)}):
        msgspec.structs.replace(prior, calibration=broken).save(path)
        with pytest.raises(ArtifactCorrupt, match="calibration"):
            RelevanceModel.open(path)


def test_damaged_missing_and_foreign_models_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    with pytest.raises(ArtifactMissing):
        RelevanceModel.open(path)
    path.write_text('{"features": [')
    with pytest.raises(ArtifactCorrupt):
        RelevanceModel.open(path)
    msgspec.structs.replace(RelevanceModel.prior(), features=("other",)).save(path)
    with pytest.raises(ArtifactVersion):
        RelevanceModel.open(path)


def test_features_compare_each_candidate_with_the_others() -> None:
    lexical, cosine = np.array([0.1, 0.2, 0.6], np.float32), np.array([0.5, 0.5, 0.5], np.float32)
    found = describe(np.array([3, 5, 9]), lexical, cosine)
    # Ten imagined candidates at 0.08 +- 0.03 (as two points with that mean and deviation) join the real ones.
    pool = np.concatenate([lexical, [0.05] * 5, [0.11] * 5])
    others = np.concatenate([cosine, [0.1] * 5, [0.3] * 5])
    expected = [lexical, cosine, (lexical - pool.mean()) / pool.std(), (cosine - others.mean()) / others.std()]
    assert found.features == pytest.approx(np.column_stack(expected), abs=1e-5)
    assert found.lexical == pytest.approx(lexical)
    assert found.dense == pytest.approx(cosine)
    assert describe(np.zeros(0, np.int64), lexical[:0], cosine[:0]).features.shape == (0, len(FEATURES))


def test_a_lone_perfect_match_is_more_probable_than_a_lone_poor_one() -> None:
    prior = RelevanceModel.prior()
    rows = np.array([0])
    pairs = ((0.9, 0.95), (0.05, 0.1))
    found = [describe(rows, np.array([s], np.float32), np.array([c], np.float32)).features for s, c in pairs]
    good, poor = (prior.probabilities(features, "article")[0] for features in found)
    assert good > 10 * poor
