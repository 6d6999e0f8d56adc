"""Views and leads of candidates, and one score per document: by hand and by brute force."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.retrieve.fusion import FEATURES, VIEWS, Candidates, about, document_scores, leads

IMAGINED = {"lexical": (0.08, 0.03), "dense": (0.2, 0.1), "part": (0.15, 0.1), "about": (-1.0, 1.2)}
"""Mean and deviation of ten imagined candidates."""


def made(
    views: list[list[float]],
    document: list[int] | None = None,
    source: list[int] | None = None,
    foreign: list[bool] | None = None,
) -> Candidates:
    rows = np.arange(len(views))
    documents = rows if document is None else np.array(document, np.int64)
    return Candidates(
        segment=np.zeros(len(views), np.int64),
        row=rows,
        document=documents,
        source=documents if source is None else np.array(source, np.int64),
        foreign=np.zeros(len(views), bool) if foreign is None else np.array(foreign),
        views=np.array(views, np.float64).reshape(-1, len(VIEWS)),
    )


# Leads.


def test_leads_compare_with_the_real_and_the_imagined_candidates() -> None:
    views = [[0.1, 0.5, 0.3, 0.0], [0.2, 0.5, 0.1, 1.0], [0.6, 0.5, 0.9, -3.5]]
    found = leads(np.array(views))
    assert tuple(IMAGINED) == VIEWS
    for number, (mean, deviation) in enumerate(IMAGINED.values()):
        # Five points on either side, one deviation away, have exactly that mean and deviation.
        real = [row[number] for row in views]
        everyone = real + [mean - deviation] * 5 + [mean + deviation] * 5
        expected = [(value - statistics.fmean(everyone)) / statistics.pstdev(everyone) for value in real]
        assert found[:, number] == pytest.approx(expected)


def test_features_are_the_views_beside_their_leads() -> None:
    found = made([[0.1, 0.5, 0.3, 0.0], [0.2, 0.4, 0.1, 1.0]])
    assert FEATURES[:8] == (*VIEWS, "lexical_lead", "dense_lead", "part_lead", "about_lead")
    assert np.array_equal(found.features[:, :4], found.views)
    assert np.array_equal(found.features[:, 4:8], leads(found.views))
    assert not found.features[:, 8:].any()
    for number, name in enumerate(VIEWS):
        assert np.array_equal(found.view(name), found.views[:, number])


def test_the_words_of_another_language_are_features_of_their_own() -> None:
    views = [[0.1, 0.5, 0.3, 0.0], [0.2, 0.4, 0.1, 1.0], [0.4, 0.3, 0.2, -1.0]]
    own = made(views).features
    found = made(views, foreign=[False, True, False]).features
    assert np.array_equal(found[[0, 2]], own[[0, 2]])
    expected = dict(zip(FEATURES, own[1], strict=True))
    expected |= {"foreign_lexical": expected["lexical"], "foreign_lexical_lead": expected["lexical_lead"]}
    expected |= {"lexical": 0.0, "lexical_lead": 0.0}
    assert dict(zip(FEATURES, found[1], strict=True)) == expected


def test_a_lone_candidate_at_the_usual_values_does_not_stand_out() -> None:
    assert leads(np.array([[mean for mean, _ in IMAGINED.values()]])) == pytest.approx(np.zeros((1, 4)))


def test_a_lone_good_match_leads_and_a_lone_poor_one_trails() -> None:
    assert leads(np.array([[0.5, 0.8, 0.8, 2.0]])).min() > 1.5
    assert leads(np.array([[0.0, 0.0, 0.0, -3.5]])).max() < -1


def test_without_candidates_there_are_no_features() -> None:
    assert made([]).features.shape == (0, len(FEATURES))


@given(st.lists(st.lists(st.floats(-4, 4), min_size=4, max_size=4), max_size=60))
def test_leads_are_finite_and_keep_the_order(rows: list[list[float]]) -> None:
    views = np.array(rows).reshape(-1, 4)
    found = leads(views)
    assert np.isfinite(found).all()
    assert found.shape == views.shape
    for view, lead in zip(views.T, found.T, strict=True):
        assert (np.diff(lead[np.argsort(view)]) >= 0).all()


def test_leads_do_not_depend_on_the_order_of_the_candidates() -> None:
    views = np.random.default_rng(1).random((20, 4))
    assert leads(views[::-1]) == pytest.approx(leads(views)[::-1])


# What a source is about.


def test_about_is_the_log_of_how_much_likelier_the_same_label_is_than_chance() -> None:
    query = np.array([0.7, 0.2, 0.1], np.float32)
    profiles = np.array([[0.9, 0.1, 0.0], [0.0, 0.0, 1.0], [1 / 3] * 3], np.float16)
    expected = [
        math.log(3 * sum(float(p) * float(q) for p, q in zip(profile, query, strict=True)) + 0.03)
        for profile in profiles
    ]
    assert about(query, profiles, 3) == pytest.approx(expected)
    # Knowing nothing of a source is as good as chance.
    assert expected[2] == pytest.approx(math.log(1.03), abs=1e-3)


def test_about_rules_nothing_out() -> None:
    apart = about(np.array([1.0, 0.0]), np.array([[0.0, 1.0]]), 1)
    assert apart == pytest.approx([math.log(0.03)])


@pytest.mark.parametrize(
    ("query", "profiles"),
    [
        (None, None),
        (None, np.ones((3, 2)) / 2),
        (np.array([0.5, 0.5]), None),
        (np.array([0.5, 0.5]), np.zeros((3, 0))),
    ],
)
def test_about_is_nothing_where_nothing_is_known(query: np.ndarray | None, profiles: np.ndarray | None) -> None:
    assert about(query, profiles, 3).tolist() == [0, 0, 0]
    assert about(query, profiles, 0).tolist() == []


# One score per document.


def by_hand(candidates: Candidates, scores: np.ndarray, smoothing: float) -> dict[int, tuple[int, float]]:
    """Document -> (source, score), one at a time."""
    best: dict[int, float] = {}
    source_of: dict[int, int] = {}
    for document, source, score in zip(candidates.document, candidates.source, scores, strict=True):
        best[int(document)] = max(best.get(int(document), -math.inf), float(score))
        source_of[int(document)] = int(source)
    result = {}
    for document, source in source_of.items():
        mean = statistics.fmean(best[other] for other in best if source_of[other] == source)
        result[document] = (source, (1 - smoothing) * best[document] + smoothing * mean)
    return result


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(-20, 20)), max_size=30),
    st.lists(st.integers(-4, -2), min_size=10, max_size=10),
    st.sampled_from([0.0, 0.3, 0.9, 1.0]),
)
def test_document_scores_equal_those_by_hand(
    rows: list[tuple[int, float]], group_of: list[int], smoothing: float
) -> None:
    documents = [document for document, _ in rows]
    # Every third document has no translations: it is its own source.
    sources = [document if document % 3 == 0 else group_of[document] for document in documents]
    candidates = made([[0.0] * 4] * len(rows), documents, sources)
    scores = np.array([score for _, score in rows])
    found = document_scores(candidates, scores, smoothing)
    expected = by_hand(candidates, scores, smoothing)
    assert found.document.tolist() == sorted(expected)
    assert found.source.tolist() == [expected[document][0] for document in sorted(expected)]
    assert found.score == pytest.approx([expected[document][1] for document in sorted(expected)])


def test_smoothing_pulls_translations_together() -> None:
    # Documents 1 and 2 are translations; 1 has two chunks; 3 stands alone.
    candidates = made([[0.0] * 4] * 4, [1, 1, 2, 3], [-5, -5, -5, 3])
    scores = np.array([4.0, 1.0, 2.0, -1.0])
    for smoothing, expected in ((0, [4, 2, -1]), (0.5, [3.5, 2.5, -1]), (1, [3, 3, -1])):
        assert document_scores(candidates, scores, smoothing).score == pytest.approx(expected)
