"""Fitting: weights against the objective written out, curves against scikit-learn, rankings by brute force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from sklearn.linear_model import LogisticRegression

from replyassist.retrieve.fitting import (
    _SPREAD,
    DEPTH,
    Outcomes,
    Trial,
    _described,
    _listwise,
    fit_calibration,
    fit_weights,
    fitted,
    log_losses,
    ranked,
    ranking,
)
from replyassist.retrieve.fusion import FEATURES, VIEWS, Candidates
from replyassist.retrieve.relevance import Calibration, RelevanceModel
from replyassist.types import POOLS, Pool

SIZE = len(FEATURES)
USUAL = np.array([0.08, 0.2, 0.15, -1.0])
DEVIATION = np.array([0.05, 0.1, 0.1, 1.0])


def model(weights: Sequence[float] = (1.0,) * SIZE, smoothing: float = 0.3) -> RelevanceModel:
    return RelevanceModel(
        features=FEATURES,
        coefficients=dict.fromkeys(POOLS, tuple(map(float, weights))),
        smoothing=smoothing,
        calibration={pool: Calibration(scale=0.5, shift=-1.0) for pool in POOLS},
        fitted_on="nothing",
    )


def drawn(rng: np.random.Generator, count: int, *, spread: float = 1.0) -> Candidates:
    """Chunks of documents, two or three chunks to a document; some documents are translations of each other."""
    document = np.sort(rng.integers(0, max(1, count // 2), count))
    group = rng.integers(0, 3, count)
    source = np.array([-2 - group[d] if d % 2 else d for d in document], np.int64)
    return Candidates(
        segment=np.zeros(count, np.int64),
        row=np.arange(count),
        document=document[(order := rng.permutation(count))],
        source=source[order],
        foreign=rng.random(count) < 0.3,
        views=USUAL + spread * DEVIATION * rng.standard_normal((count, len(VIEWS))),
    )


def question(rng: np.random.Generator, telling: Sequence[float], count: int = 12, pool: Pool = "article") -> Trial:
    """A question whose right source scores highest by the views, weighed by ``telling``, and some chance."""
    found = drawn(rng, count)
    merit = (found.views - USUAL) / DEVIATION @ np.array(telling) + 0.3 * rng.standard_normal(count)
    return Trial(found, frozenset({int(found.source[np.argmax(merit)])}), pool)


def scored_by_hand(one: RelevanceModel, found: Candidates, pool: Pool) -> dict[int, float]:
    """Source -> score: the best chunk of each document, pulled to the mean of its translations; then the best."""
    chunk = [sum(x * w for x, w in zip(row, one.coefficients[pool], strict=True)) for row in found.features]
    best: dict[int, float] = {}
    for document, score in zip(found.document.tolist(), chunk, strict=True):
        best[document] = max(best.get(document, -math.inf), score)
    source_of = dict(zip(found.document.tolist(), found.source.tolist(), strict=True))
    result: dict[int, float] = {}
    for document, score in best.items():
        same = [best[other] for other in best if source_of[other] == source_of[document]]
        pulled = (1 - one.smoothing) * score + one.smoothing * sum(same) / len(same)
        result[source_of[document]] = max(result.get(source_of[document], -math.inf), pulled)
    return result


# Rankings.


@pytest.mark.parametrize("smoothing", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("pool", POOLS)
def test_ranking_agrees_with_scoring_by_hand(smoothing: float, pool: Pool) -> None:
    rng = np.random.default_rng(1)
    one = msgspec.structs.replace(
        model(smoothing=smoothing),
        coefficients={name: tuple(rng.random(SIZE).tolist()) for name in POOLS},
    )
    for count in (1, 2, 7, 30):
        found = drawn(rng, count)
        expected = sorted(scored_by_hand(one, found, pool).items(), key=lambda item: (-item[1], item[0]))
        got = ranking(one, found, pool)
        assert [source for source, _ in got] == [source for source, _ in expected]
        assert [score for _, score in got] == pytest.approx([score for _, score in expected])


def test_ties_are_settled_by_key() -> None:
    found = Candidates(
        *(np.array(values) for values in ([0] * 3, [0, 1, 2], [9, 3, 5], [9, 3, 5])),
        np.zeros(3, bool),
        np.zeros((3, 4)),
    )
    assert [source for source, _ in ranking(model(), found, "article")] == [3, 5, 9]


@pytest.mark.parametrize("depth", [1, 2, DEPTH, 100])
def test_ranked_takes_the_first_sources_of_every_trial(depth: int) -> None:
    rng = np.random.default_rng(2)
    trials = [
        Trial(drawn(rng, count), frozenset({0, -2}), pool, weight)
        for count, pool, weight in (
            (9, "article", 1.0),
            (1, "macro", 0.5),
            (20, "resolution", 2.0),
            (0, "article", 3.0),
        )
    ]
    found = ranked(model(), trials, depth)
    expected = [
        (score, source in trial.right, trial.weight)
        for trial in trials
        for source, score in ranking(model(), trial.candidates, trial.pool)[:depth]
    ]
    assert found.score == pytest.approx([score for score, _, _ in expected])
    assert found.right.tolist() == [right for _, right, _ in expected]
    assert found.right.dtype == bool
    assert found.weight.tolist() == [weight for _, _, weight in expected]


def test_without_trials_nothing_is_ranked() -> None:
    found = ranked(model(), [])
    assert len(found.score) == len(found.right) == len(found.weight) == 0
    assert log_losses(model(), []).tolist() == []
    empty = drawn(np.random.default_rng(0), 0)
    assert ranking(model(), empty, "article") == []
    assert ranked(model(), [Trial(empty, frozenset())]).score.tolist() == []


def test_log_losses_are_those_of_what_happened() -> None:
    rng = np.random.default_rng(3)
    trials = [question(rng, (1, 1, 0, 0), pool=pool) for pool in POOLS]
    found = log_losses(model(), trials)
    expected = []
    for trial in trials:
        for source, score in ranking(model(), trial.candidates, trial.pool)[:DEPTH]:
            probability = 1 / (1 + math.exp(-(0.5 * score - 1)))
            expected.append(-math.log(probability if source in trial.right else 1 - probability))
    assert found == pytest.approx(expected)
    sure = msgspec.structs.replace(model(), calibration=dict.fromkeys(POOLS, Calibration(scale=1.0, shift=1e6)))
    assert np.isfinite(log_losses(sure, trials)).all()


# What the weights are fitted to.


@pytest.mark.parametrize("smoothing", [0.0, 0.35, 1.0])
def test_a_described_source_times_the_weights_is_its_score(smoothing: float) -> None:
    rng = np.random.default_rng(4)
    for count in (1, 2, 5, 12, 60):
        found = drawn(rng, count)
        weights = rng.random(SIZE)
        one = model(weights, smoothing)
        right = frozenset(found.source[: count // 3].tolist())
        rows, marks = _described(Trial(found, right), found.features, weights, smoothing)
        scored = one.scores(found, "article")
        sources = np.unique(found.source)
        expected = [scored.score[scored.source == source].max() for source in sources]
        assert rows @ weights == pytest.approx(expected)
        assert marks.tolist() == [source in right for source in sources.tolist()]


def objective_by_hand(trials: Sequence[Trial], start: np.ndarray, strength: float, weights: np.ndarray) -> float:
    """The mean negative log-likelihood of the right sources, and the pull to ``start``; per usual deviation."""
    one = model(weights / _SPREAD)
    loss = 0.0
    for trial in trials:
        powers = {source: math.exp(score) for source, score in scored_by_hand(one, trial.candidates, "article").items()}
        chosen = sum(power for source, power in powers.items() if source in trial.right)
        loss -= trial.weight * math.log(chosen / sum(powers.values()))
    return loss / sum(trial.weight for trial in trials) + strength / 2 * float(((weights - start) ** 2).sum())


def test_objective_and_gradient_are_those_written_out() -> None:
    rng = np.random.default_rng(5)
    trials = [question(rng, (1, 1, 0.5, 0.2)) for _ in range(6)]
    trials = [Trial(t.candidates, t.right | {0}, weight=0.5 + n) for n, t in enumerate(trials)]
    start = rng.random(SIZE) * _SPREAD
    for strength in (0.0, 0.7):
        weights = rng.random(SIZE) * _SPREAD * 3
        rows = [_described(t, t.candidates.features, weights / _SPREAD, 0.3) for t in trials]
        objective = _listwise(rows, [t.weight for t in trials], start, strength)
        loss, gradient = objective(weights)
        assert loss == pytest.approx(objective_by_hand(trials, start, strength, weights))
        # Near the point the best chunk of each document stays the same, so the loss by hand has this gradient too.
        numeric = approx_fprime(weights, lambda at, s=strength: objective_by_hand(trials, start, s, at), 1e-7)
        assert gradient == pytest.approx(numeric, abs=1e-4)


def test_the_objective_overflows_nothing() -> None:
    rng = np.random.default_rng(6)
    trials = [question(rng, (1, 1, 1, 1)) for _ in range(3)]
    rows = [_described(t, t.candidates.features, np.ones(SIZE), 0.3) for t in trials]
    loss, gradient = _listwise(rows, [1.0] * 3, np.zeros(SIZE), 0.0)(np.full(SIZE, 1e3))
    assert math.isfinite(loss)
    assert np.isfinite(gradient).all()


def test_fitted_weights_minimise_the_objective() -> None:
    rng = np.random.default_rng(7)
    # One chunk per document and no translations, so that the objective is convex and has one minimum.
    trials = []
    for _ in range(20):
        count = 8
        views = USUAL + DEVIATION * rng.standard_normal((count, 4))
        keys = np.arange(count)
        merit = (views - USUAL) / DEVIATION @ [1.0, 2.0, 0.5, -1.0] + rng.gumbel(size=count)
        trials.append(
            Trial(Candidates(np.zeros(count, int), keys, keys, keys, keys > 5, views), frozenset({int(merit.argmax())}))
        )
    prior = model([2.0] * SIZE)
    start = np.full(SIZE, 2.0) * _SPREAD
    for strength in (0.03, 1.0):
        found = np.array(fit_weights(trials, prior, "article", strength)) * _SPREAD
        least = minimize(
            lambda at, s=strength: objective_by_hand(trials, start, s, at), start, bounds=[(0, None)] * SIZE, tol=1e-12
        )
        assert objective_by_hand(trials, start, strength, found) == pytest.approx(least.fun, abs=1e-5)
        assert found == pytest.approx(least.x, abs=0.01)
        assert found.min() >= 0


def right_first(one: RelevanceModel, trials: Sequence[Trial]) -> float:
    return float(np.mean([ranking(one, t.candidates, t.pool)[0][0] in t.right for t in trials]))


@pytest.mark.parametrize("view", range(4))
def test_fitting_finds_the_view_that_tells(view: int) -> None:
    rng = np.random.default_rng(8)
    telling = [3.0 * (n == view) for n in range(4)]
    trials = [question(rng, telling) for _ in range(60)]
    prior = model(1 / _SPREAD)
    found = fit_weights(trials, prior, "article", 0.001)
    strength = np.array(found) * _SPREAD
    assert FEATURES[np.argmax(strength)].removesuffix("_lead").endswith(VIEWS[view])
    other = [question(rng, telling) for _ in range(60)]
    better = model(found)
    assert right_first(better, other) > max(0.75, right_first(prior, other) + 0.1)


def test_weights_stay_where_they_are_under_a_huge_pull() -> None:
    rng = np.random.default_rng(9)
    weights = rng.random(SIZE).round(3)
    trials = [question(rng, (1, 0, 0, 0)) for _ in range(10)]
    assert fit_weights(trials, model(weights), "macro", 1e9) == pytest.approx(weights, abs=1e-3)
    gentle = np.array(fit_weights(trials, model(weights), "macro", 0.01))
    firm = np.array(fit_weights(trials, model(weights), "macro", 1.0))
    assert np.linalg.norm((firm - weights) * _SPREAD) < np.linalg.norm((gentle - weights) * _SPREAD)


def test_the_pull_does_not_depend_on_the_number_of_questions_but_on_their_weights() -> None:
    rng = np.random.default_rng(10)
    trials = [question(rng, (1, 0, 0, 0)) for _ in range(8)]
    once = fit_weights(trials, model(), "article", 0.1)
    assert fit_weights(trials * 3, model(), "article", 0.1) == pytest.approx(once, abs=0.02)
    heavier = [Trial(t.candidates, t.right, weight=5.0) for t in trials]
    assert fit_weights(heavier, model(), "article", 0.1) == pytest.approx(once, abs=0.02)
    first = [Trial(t.candidates, t.right, weight=float(n < 4)) for n, t in enumerate(trials)]
    assert fit_weights(first, model(), "article", 0.1) == pytest.approx(
        fit_weights(trials[:4], model(), "article", 0.1), abs=0.02
    )


def test_questions_without_a_right_candidate_do_not_move_the_weights() -> None:
    rng = np.random.default_rng(11)
    prior = model([0.123456] * SIZE)
    empty = Trial(drawn(rng, 0), frozenset({1}))
    hopeless = [Trial(drawn(rng, 9), frozenset()), Trial(drawn(rng, 9), frozenset({10**9})), empty]
    assert [trial.answerable for trial in hopeless] == [False] * 3
    assert fit_weights(hopeless, prior, "article", 0.1) == prior.coefficients["article"]
    assert fit_weights([], prior, "article", 0.1) == prior.coefficients["article"]
    trials = [question(rng, (1, 0, 0, 0)) for _ in range(8)]
    assert all(trial.answerable for trial in trials)
    assert fit_weights([*hopeless, *trials], prior, "article", 0.1) == fit_weights(trials, prior, "article", 0.1)


def test_a_question_to_which_everything_is_right_moves_nothing() -> None:
    found = drawn(np.random.default_rng(12), 9)
    every = Trial(found, frozenset(found.source.tolist()))
    assert fit_weights([every], model(), "article", 0.1) == model().coefficients["article"]


# Curves.


def outcomes(count: int, seed: int = 13) -> Outcomes:
    rng = np.random.default_rng(seed)
    score = 4 + 3 * rng.standard_normal(count)
    right = rng.random(count) < 1 / (1 + np.exp(-(0.8 * score - 3)))
    return Outcomes(score, right, rng.uniform(0.2, 2, count), np.zeros(count))


def test_a_free_curve_is_the_logistic_regression() -> None:
    found = outcomes(400)
    curve = fit_calibration(found, None, 1e9)
    other = LogisticRegression(C=1e9, tol=1e-9, max_iter=10_000)
    other.fit(found.score[:, None], found.right, sample_weight=found.weight)
    assert curve.scale == pytest.approx(other.coef_[0, 0], abs=2e-3)
    assert curve.shift == pytest.approx(other.intercept_[0], abs=5e-3)


@pytest.mark.parametrize("strength", [0.5, 20.0])
def test_a_pulled_curve_minimises_its_objective(strength: float) -> None:
    found, prior = outcomes(60), Calibration(scale=2.0, shift=-1.0)

    def loss(curve: np.ndarray) -> float:
        chance = 1 / (1 + np.exp(-(curve[0] * found.score + curve[1])))
        likely = np.where(found.right, chance, 1 - chance)
        pull = (curve[0] - prior.scale) ** 2 + (curve[1] - prior.shift) ** 2
        return float(-(found.weight * np.log(likely)).sum() + strength / 2 * pull)

    least = minimize(loss, [1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}).x
    curve = fit_calibration(found, prior, strength)
    assert (curve.scale, curve.shift) == pytest.approx(tuple(least), abs=2e-3)


def test_a_huge_pull_keeps_the_curve() -> None:
    prior = Calibration(scale=0.7, shift=-2.5)
    curve = fit_calibration(outcomes(60), prior, 1e9)
    assert (curve.scale, curve.shift) == pytest.approx((0.7, -2.5), abs=1e-3)


def test_without_outcomes_the_curve_stays() -> None:
    prior = Calibration(scale=0.7, shift=-2.5)
    assert fit_calibration(Outcomes(np.zeros(0), np.zeros(0, bool), np.zeros(0), np.zeros(0)), prior, 20.0) == prior


def test_the_curve_never_falls() -> None:
    found = outcomes(200)
    turned = Outcomes(-found.score, found.right, found.weight, found.size)
    for prior in (None, Calibration(scale=1.0, shift=0.0)):
        assert fit_calibration(turned, prior, 0.01).scale > 0


def test_one_sided_outcomes_give_a_finite_curve() -> None:
    prior = Calibration(scale=1.0, shift=0.0)
    score = np.linspace(-2, 5, 50)
    for right in (True, False):
        curve = fit_calibration(Outcomes(score, np.full(50, right), np.ones(50), np.zeros(50)), prior, 20.0)
        assert abs(curve.shift) < 10
        chance = 1 / (1 + np.exp(-(curve.scale * score + curve.shift)))
        assert (chance.mean() > 0.5) == right


# All at once.


def test_fitted_changes_the_pools_that_were_tried_and_no_other() -> None:
    rng = np.random.default_rng(14)
    prior = model()
    trials = [question(rng, (2, 0, 0, 0)) for _ in range(30)]
    trials += [Trial(drawn(rng, 9), frozenset()) for _ in range(10)]
    found = fitted(trials, prior, strength=0.05, calibration_strength=5.0)
    mine: Pool = "article"
    assert found.coefficients[mine] == fit_weights(trials, prior, mine, 0.05)
    better = msgspec.structs.replace(prior, coefficients=found.coefficients)
    assert found.calibration[mine] == fit_calibration(ranked(better, trials), prior.calibration[mine], 5.0)
    for pool in ("resolution", "macro"):
        assert found.coefficients[pool] == prior.coefficients[pool]
        assert found.calibration[pool] == prior.calibration[pool]
    assert log_losses(found, trials).mean() < log_losses(prior, trials).mean()
    assert (found.smoothing, found.soundness, found.features) == (prior.smoothing, prior.soundness, prior.features)


def test_fitted_treats_every_pool_apart() -> None:
    rng = np.random.default_rng(15)
    articles = [question(rng, (2, 0, 0, 0)) for _ in range(20)]
    macros = [question(rng, (0, 0, 2, 0), pool="macro") for _ in range(20)]
    both = fitted([*articles, *macros], model(), strength=0.05, calibration_strength=5.0)
    alone = fitted(macros, model(), strength=0.05, calibration_strength=5.0)
    assert both.coefficients["macro"] == alone.coefficients["macro"]
    assert both.calibration["macro"] == alone.calibration["macro"]
    assert both.coefficients["article"] != both.coefficients["macro"]


def test_fitted_without_trials_is_the_prior() -> None:
    assert fitted([], model(), strength=0.1, calibration_strength=1.0) == model()


def test_a_fitted_model_can_be_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(16)
    found = fitted([question(rng, (1, 1, 0, 0)) for _ in range(10)], model(), strength=0.1, calibration_strength=1.0)
    found.save(tmp_path / "r.json")
    assert RelevanceModel.open(tmp_path / "r.json") == found
