"""Ranking metrics over qrels and a run.

*qrels* hold the judgements: per query the gain of each relevant document (above 0). A *run* holds per query the
ranked document ids, best first. Every metric is the mean over the queries of ``qrels``; a query the run does
not answer counts as zero, so that staying silent is never free. All lie in [0, 1]; higher is better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Qrels = Mapping[str, Mapping[str, float]]
Run = Mapping[str, Sequence[str]]


def recall_at(qrels: Qrels, run: Run, k: int) -> float:
    """Return the share of relevant documents among the first ``k``, averaged over queries."""
    return _mean(
        [
            len(_relevant(gains) & set(run.get(query, ())[:k])) / len(_relevant(gains))
            for query, gains in qrels.items()
            if _relevant(gains)
        ]
    )


def hit_rate_at(qrels: Qrels, run: Run, k: int) -> float:
    """Return the share of queries with at least one relevant document among the first ``k``."""
    return _mean(
        [
            float(not _relevant(gains).isdisjoint(run.get(query, ())[:k]))
            for query, gains in qrels.items()
            if _relevant(gains)
        ]
    )


def mrr_at(qrels: Qrels, run: Run, k: int) -> float:
    """Return the mean reciprocal rank of the first relevant document within ``k`` (Voorhees 1999)."""
    values = []
    for query, gains in qrels.items():
        relevant = _relevant(gains)
        if relevant:
            ranks = (rank for rank, name in enumerate(run.get(query, ())[:k], start=1) if name in relevant)
            values.append(1 / next(ranks, math.inf))
    return _mean(values)


def ndcg_at(qrels: Qrels, run: Run, k: int) -> float:
    """Return the normalised discounted cumulative gain within ``k``.

    Linear gain over ``log2(rank + 1)`` (Järvelin & Kekäläinen 2002), as ``trec_eval`` computes it.
    """
    values = []
    for query, gains in qrels.items():
        ideal = sorted((gain for gain in gains.values() if gain > 0), reverse=True)
        if ideal:
            found = [max(0.0, gains.get(name, 0.0)) for name in run.get(query, ())]
            values.append(_discounted(found, k) / _discounted(ideal, k))
    return _mean(values)


def _discounted(gains: Sequence[float], k: int) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], start=1))


def _relevant(gains: Mapping[str, float]) -> set[str]:
    return {name for name, gain in gains.items() if gain > 0}


def _mean(values: Sequence[float]) -> float:
    """Return the mean, 0 when no query has a relevant document."""
    return sum(values) / len(values) if values else 0.0
