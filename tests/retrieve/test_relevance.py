from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES, describe
from replyassist.retrieve.relevance import RelevanceModel, fit, log_loss


def sample(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, len(FEATURES))) * np.array([0.1, 0.3, 2.0, 5.0])
    logits = features @ np.array([5.0, 2.0, 1.0, 0.2]) - 1
    return features, rng.random(rows) < 1 / (1 + np.exp(-logits))


def test_fit_equals_scikit_learn() -> None:
    features, relevant = sample(2000)
    scale = features.std(axis=0)
    reference = LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=1000).fit(features / scale, relevant)
    ours = fit(features, relevant, centre=[reference.intercept_[0], *np.zeros(4)], strength=3.0)
    # With its prior centred on the answer, our penalised intercept does not move either.
    assert ours == pytest.approx([reference.intercept_[0], *(reference.coef_[0] / scale)], abs=1e-4)


def test_a_strong_prior_stays_and_a_weak_one_gives_way() -> None:
    features, relevant = sample(500)
    centre = [1.0, 9.0, 9.0, 9.0, 9.0]
    assert fit(features, relevant, centre=centre, strength=1e9) == pytest.approx(centre, abs=1e-4)
    moved = fit(features, relevant, centre=centre, strength=1e-6)
    assert moved == pytest.approx([-1, 5.0, 2.0, 1.0, 0.2], abs=1.5)


def test_fit_stands_one_class_and_constant_features() -> None:
    weights = fit(np.ones((10, len(FEATURES))), np.zeros(10, bool), centre=np.zeros(5), strength=1.0)
    assert np.isfinite(weights).all()
    assert weights[0] < 0


def test_log_loss_is_that_of_the_textbook() -> None:
    expected = -(np.log(0.8) + np.log(1 - 0.3)) / 2
    assert log_loss(np.array([0.8, 0.3]), np.array([True, False])) == pytest.approx(expected)
    assert np.isfinite(log_loss(np.array([0.0, 1.0]), np.array([True, False])))


def test_the_prior_prefers_better_scores() -> None:
    prior = RelevanceModel.prior()
    assert min(prior.coefficients) >= 0
    extreme = prior.probabilities(np.array([[1e6] * 4, [-1e6] * 4]))
    assert ((extreme >= 0) & (extreme <= 1)).all()


def test_save_and_open_are_inverse(tmp_path: Path) -> None:
    prior = RelevanceModel.prior()
    prior.save(tmp_path / "r.json")
    assert RelevanceModel.open(tmp_path / "r.json") == prior


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


def test_no_coefficient_becomes_negative() -> None:
    features, relevant = sample(2000)
    features[:, 1] *= -1
    weights = fit(features, relevant, centre=np.zeros(5), strength=1.0)
    assert weights[2] == 0
    others = [0, 2, 3]
    reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000, intercept_scaling=1.0)
    scale = features[:, others].std(axis=0)
    reference.fit(features[:, others] / scale, relevant)
    assert weights[[1, 3, 4]] == pytest.approx(reference.coef_[0] / scale, rel=0.01)


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
    good, poor = (
        prior.probabilities(describe(np.array([0]), np.array([s], np.float32), np.array([c], np.float32)).features)[0]
        for s, c in ((0.9, 0.95), (0.05, 0.1))
    )
    assert good > 10 * poor
