from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from replyassist.evaluate.ranking import hit_rate_at, mrr_at, ndcg_at, recall_at

QRELS = {"q1": {"a": 3, "b": 2, "c": 0}, "q2": {"x": 1}, "unjudged": {"n": 0}}
RUN = {"q1": ["z", "b", "a", "c"], "q2": ["y", "w", "v", "x"]}


def test_textbook_values() -> None:
    assert recall_at(QRELS, RUN, 1) == 0.0
    assert recall_at(QRELS, RUN, 2) == pytest.approx((1 / 2 + 0) / 2)
    assert recall_at(QRELS, RUN, 10) == 1.0
    assert hit_rate_at(QRELS, RUN, 2) == 0.5
    assert mrr_at(QRELS, RUN, 10) == pytest.approx((1 / 2 + 1 / 4) / 2)
    assert mrr_at(QRELS, RUN, 3) == pytest.approx(1 / 4)
    first = (2 / math.log2(3) + 3 / math.log2(4)) / (3 + 2 / math.log2(3))
    assert ndcg_at(QRELS, RUN, 10) == pytest.approx((first + 1 / math.log2(5)) / 2)
    assert ndcg_at(QRELS, RUN, 2) == pytest.approx((2 / math.log2(3)) / (3 + 2 / math.log2(3)) / 2)


def test_the_worked_example_of_jarvelin_and_kekalainen_2002() -> None:
    gains = [3, 2, 3, 0, 1, 2]
    qrels = {"q": {str(i): gain for i, gain in enumerate(gains)} | {"missed": 3, "missed too": 2}}
    assert ndcg_at(qrels, {"q": [str(i) for i in range(6)]}, 6) == pytest.approx(0.785, abs=0.001)


def test_silence_counts_as_zero() -> None:
    assert mrr_at(QRELS, {"q1": ["a"]}, 5) == recall_at({"q": {"a": 1}, "r": {"b": 1}}, {"q": ["a"]}, 5) == 0.5


def test_no_judgement_gives_zero() -> None:
    for metric in (recall_at, hit_rate_at, mrr_at, ndcg_at):
        assert metric({}, RUN, 5) == metric({"q": {"a": 0}}, RUN, 5) == 0.0


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.integers(1, 12), st.randoms(use_true_random=False))
def test_ndcg_equals_scikit_learn(gains: list[int], k: int, random) -> None:
    names = [f"d{i}" for i in range(len(gains))]
    order = names.copy()
    random.shuffle(order)
    ours = ndcg_at({"q": dict(zip(names, gains, strict=True))}, {"q": order}, k)
    scores = np.array([[-order.index(name) for name in names]])
    assert ours == pytest.approx(ndcg_score(np.array([gains]), scores, k=k) if any(gains) else 0.0)
    assert 0.0 <= ours <= 1.0
