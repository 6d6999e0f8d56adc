from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.lexical import K1, B, Bm25, grams, top, word_terms, words

TEXTS = [
    "Pakken min er ikke kommet fram, og sporingen viser ingenting.",
    "Mitt paket har inte kommit. Paketet skulle ha kommit i måndags!",
    "Min pakke er ikke kommet frem endnu.",
    "Pakettini ei ole saapunut, vaikka seuranta näyttää toimitetuksi.",
    "My parcel has not arrived. Parcel parcel parcel.",
    "",
    "!!! ??? 😀",
    "ordre 12345 ordre 12345",
]
QUERIES = [
    "hvor er pakken",
    "var är mitt paket",
    "missä pakettini on",
    "parcel",
    "12345",
    "zzzz qqqq",
    "",
    "og og og pakken 😀",
    *TEXTS,
]


def textbook(texts: Sequence[str], query: str, counted: Sequence[bool]) -> list[float]:
    """BM25 share straight from the formula, one document and one term at a time."""
    bags = [Counter(t for w in words(text) for t in word_terms(w)) for text in texts]
    known = [bag for bag, count in zip(bags, counted, strict=True) if count]
    average = sum(sum(bag.values()) for bag in known) / len(known)
    terms = {t for w in words(query) for t in word_terms(w)}

    def idf(term: str) -> float:
        df = sum(term in bag for bag in known)
        return math.log(1 + (len(known) - df + 0.5) / (df + 0.5))

    achievable = sum(idf(term) for term in terms)
    scores = []
    for bag in bags:
        length = sum(bag.values()) / average if average else 0
        scores.append(sum(idf(t) * bag[t] / (bag[t] + K1 * (1 - B + B * length)) for t in terms if t in bag))
    return [score / achievable if achievable else 0.0 for score in scores]


def build(folder: Path, texts: Sequence[str], counted: Sequence[bool] | None = None) -> Bm25:
    Bm25.build(folder, texts, counted)
    return Bm25.open(folder)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("counted", [None, [True, False] * 4])
def test_scores_equal_the_textbook(tmp_path: Path, query: str, counted: list[bool] | None) -> None:
    index = build(tmp_path / "i", TEXTS, counted)
    expected = textbook(TEXTS, query, counted or [True] * len(TEXTS))
    assert index.scores(words(query)) == pytest.approx(expected, abs=2e-6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.text("abå ö1.", max_size=30), min_size=1, max_size=8), st.text("abå ö1.", max_size=20))
def test_any_scores_equal_the_textbook(tmp_path_factory: pytest.TempPathFactory, texts: list[str], query: str) -> None:
    index = build(tmp_path_factory.mktemp("lexical") / "i", texts)
    assert index.scores(words(query)) == pytest.approx(textbook(texts, query, [True] * len(texts)), abs=2e-6)


def test_search_agrees_with_ranking_all_scores(tmp_path: Path) -> None:
    index = build(tmp_path / "i", TEXTS * 3)
    allowed = np.arange(24) % 2 == 0
    for query in QUERIES:
        scores = index.scores(words(query))
        ranked = sorted((-float(s), row) for row, s in enumerate(scores) if s > 0 and allowed[row])
        for k in (1, 2, 5, 100):
            rows, values = index.search(words(query), k, allowed)
            assert [(-float(v), int(r)) for r, v in zip(rows, values, strict=True)] == ranked[:k]


def test_unknown_words_and_empty_queries_find_nothing(tmp_path: Path) -> None:
    index = build(tmp_path / "i", TEXTS)
    for query in ("qqqqq wwwww", "", "?!", "\0"):
        assert len(index.search(words(query), 5)[0]) == 0
    assert len(index.search(["pakken"], 0)[0]) == len(index.search(["pakken"], -1)[0]) == 0


@pytest.mark.parametrize("texts", [[], [""], ["", "?!"]])
def test_an_index_without_a_word_finds_nothing(tmp_path: Path, texts: list[str]) -> None:
    index = build(tmp_path / "i", texts)
    assert index.scores(["pakke"]).tolist() == [0.0] * len(texts)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("returfristen", "Frist for retur er 30 dager"),
        ("leveranstiderna", "Leveranstid är två dagar"),
        ("abonnementets", "Opsig dit abonnement her"),
        ("laskujani", "Laskun eräpäivä"),
        ("subscriptoin", "Cancel your subscription"),
    ],
)
def test_inflected_compound_and_misspelt_words_match(tmp_path: Path, query: str, text: str) -> None:
    index = build(tmp_path / "i", ["noe helt annet", text, "jotain muuta kokonaan"])
    assert index.search(words(query), 3)[0].tolist()[0] == 1


def test_uncounted_texts_change_no_score_of_the_others(tmp_path: Path) -> None:
    public = build(tmp_path / "a", TEXTS)
    both = build(tmp_path / "b", [*TEXTS, "pakken hemmelig", "paket"], [True] * len(TEXTS) + [False] * 2)
    for query in QUERIES:
        assert np.array_equal(both.scores(words(query))[: len(TEXTS)], public.scores(words(query)))
    assert both.scores(["hemmelig"])[-2] > 0


def test_matched_words_come_rarest_first(tmp_path: Path) -> None:
    index = build(tmp_path / "i", ["og pakken", "og brevet", "og pakken og returseddelen"])
    assert index.matched(words("brev og pakken og retursedler"), "Og pakken med returseddelen") == [
        "retursedler",
        "pakken",
        "og",
    ]


def test_words_are_normalised() -> None:
    assert words("ＡＢＣ Straße ÅÄÖ æøå e-post under_score") == [
        "abc",
        "strasse",
        "åäö",
        "æøå",
        "e",
        "post",
        "under",
        "score",
    ]
    assert grams("på") == ["<på>"]
    assert grams("i") == ["<i>"]


def test_ties_are_settled_by_row() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.5, 0.0], np.float32)
    assert top(scores, 2)[0].tolist() == [1, 0]
    assert top(scores, 9)[0].tolist() == [1, 0, 2, 3]


@pytest.mark.parametrize("name", ["terms", "starts", "rows", "weights", "idf", "norms"])
def test_missing_and_truncated_files_are_refused(tmp_path: Path, name: str) -> None:
    build(tmp_path / "i", TEXTS)
    path = tmp_path / "i" / f"{name}.npy"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArtifactCorrupt):
        Bm25.open(tmp_path / "i")
    path.write_bytes(b"")
    with pytest.raises(ArtifactCorrupt):
        Bm25.open(tmp_path / "i")
    path.unlink()
    with pytest.raises(ArtifactMissing):
        Bm25.open(tmp_path / "i")


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "å " * 500_000, "\ud800" * 1000, "\0" * 10**6, "".join(map(chr, range(0x20000)))]
)
def test_hostile_text_is_indexed_and_asked_in_linear_time(tmp_path: Path, text: str) -> None:
    start = time.perf_counter()
    index = build(tmp_path / "i", [text, "pakke"])
    assert index.scores(words(text + " pakke")).shape == (2,)
    assert time.perf_counter() - start < 10
