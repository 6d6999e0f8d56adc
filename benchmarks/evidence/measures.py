"""Figures with their doubt: ranking metrics per query, bootstrap intervals, AUROC, calibration error."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from replyassist.evaluate.ranking import Qrels, Run, hit_rate_at, mrr_at, ndcg_at, recall_at

Floats = NDArray[np.float64]

RECALLS = ("recall@1", "recall@3", "recall@5", "recall@10")
METRICS = (*RECALLS, "mrr@10", "ndcg@10")
HITS = ("hit_rate@1", "hit_rate@3")
RESAMPLES, SEED = 1000, 0
_DEEPEST = 10

_OURS = {"recall": recall_at, "mrr": mrr_at, "ndcg": ndcg_at, "hit_rate": hit_rate_at}


def per_query(qrels: Qrels, runs: Mapping[str, Run]) -> dict[str, dict[str, Floats]]:
    """Return every metric of every query of every system, in the order of ``qrels``.

    Counted by ranx where it is installed, and checked against the product's own metrics query by query.

    Raises:
        ArithmeticError: the two disagree.
    """
    ours = {system: {name: _own(qrels, run, name) for name in (*METRICS, *HITS)} for system, run in runs.items()}
    if not qrels or not find_spec("ranx"):
        return ours
    theirs = _ranx(qrels, runs)
    for system, metrics in ours.items():
        for name, values in metrics.items():
            if not np.allclose(values, theirs[system][name], rtol=0, atol=1e-9):
                raise ArithmeticError(f"{system}, {name}: ranx and replyassist.evaluate.ranking disagree")
    return theirs


def _own(qrels: Qrels, run: Run, name: str) -> Floats:
    kind, _, depth = name.partition("@")
    metric = _OURS[kind]
    return np.array([metric({query: gains}, run, int(depth)) for query, gains in qrels.items()], dtype=np.float64)


def _ranx(qrels: Qrels, runs: Mapping[str, Run]) -> dict[str, dict[str, Floats]]:
    import ranx

    queries = sorted(qrels)
    place = {query: number for number, query in enumerate(queries)}
    order = [place[query] for query in qrels]
    judged = ranx.Qrels({query: {name: 1 for name in qrels[query]} for query in queries})
    result = {}
    for system, run in runs.items():
        # ranx takes no empty ranking: a document that nobody judged stands for it. Nor are ties left to it.
        names = {query: list(run.get(query, ()))[:_DEEPEST] or ["nothing"] for query in queries}
        scored = {query: {name: -float(rank) for rank, name in enumerate(found)} for query, found in names.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = ranx.evaluate(judged, ranx.Run(scored), [*METRICS, *HITS], return_mean=False)
        result[system] = {name: np.asarray(values, dtype=np.float64)[order] for name, values in found.items()}
    return result


def interval(values: Sequence[float] | Floats, units: Sequence[str], parts: Sequence[str] | None = None) -> list[float]:
    """Return mean, 2.5th and 97.5th percentile over :data:`RESAMPLES` resamples of the units, in per cent.

    What belongs to one unit (one message, one article) is drawn together. With ``parts`` it is the mean of the parts'
    means, each part weighing the same.
    """
    if not len(values):
        return []
    numbers = np.asarray(values, dtype=np.float64)
    unit_names, unit = np.unique(np.asarray(units), return_inverse=True)
    part_names, part = np.unique(np.asarray(parts if parts is not None else [""] * len(numbers)), return_inverse=True)
    shape = (len(unit_names), len(part_names))
    sums, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, (unit, part), numbers)
    np.add.at(counts, (unit, part), 1)
    weights = np.vstack([np.ones(shape[0]), drawn(shape[0])])
    with np.errstate(invalid="ignore"):
        means = np.nanmean((weights @ sums) / (weights @ counts), axis=1)
    return _percent(means)


def drawn(size: int) -> Floats:
    """Return how often each of ``size`` units is in each resample (RESAMPLES, size)."""
    if not size:
        return np.zeros((RESAMPLES, 0))
    draw = np.random.default_rng(SEED)
    return draw.multinomial(size, np.full(size, 1 / size), size=RESAMPLES).astype(np.float64)


def auroc(scores: Floats, positive: NDArray[np.bool_], weights: Floats | None = None) -> float:
    """Return how often a positive scores above a negative, ties half; ``nan`` where one kind is missing."""
    weight = np.ones(len(scores)) if weights is None else weights
    levels, level = np.unique(scores, return_inverse=True)
    good = np.bincount(level, weight * positive, len(levels))
    bad = np.bincount(level, weight * ~positive, len(levels))
    if not good.sum() or not bad.sum():
        return float("nan")
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / (good.sum() * bad.sum()))


def auroc_interval(scores: Floats, positive: NDArray[np.bool_], units: Sequence[str]) -> list[float]:
    """Return :func:`auroc` with its interval over resampled units, in per cent; empty where there is none."""
    first = auroc(scores, positive)
    if np.isnan(first):
        return []
    _, unit = np.unique(np.asarray(units), return_inverse=True)
    draws = drawn(int(unit.max()) + 1)
    return _percent(np.array([first, *(auroc(scores, positive, weights[unit]) for weights in draws)]))


def _percent(estimate_and_draws: Floats) -> list[float]:
    low, high = np.nanpercentile(estimate_and_draws[1:], [2.5, 97.5])
    return [round(100 * float(value), 1) for value in (estimate_and_draws[0], low, high)]


def calibration_error(probabilities: Floats, right: NDArray[np.bool_], bins: int) -> float:
    """Return the expected calibration error over bins of equal width (Guo et al. 2017); ``nan`` without any."""
    if not len(probabilities):
        return float("nan")
    place = np.clip((probabilities * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(place, probabilities - right, bins)
    return float(np.abs(gaps).sum() / len(probabilities))


def measured(
    metrics: Mapping[str, Floats], units: Sequence[str], parts: Sequence[str] | None = None
) -> dict[str, list[float]]:
    """Return every metric with its interval."""
    return {name: interval(values, units, parts) for name, values in metrics.items()}
