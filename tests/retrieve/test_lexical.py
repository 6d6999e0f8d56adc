"""BM25: the textbook formula value by value, statistics over parts, the budget of postings, files, hostile texts."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.lexical import (
    _FILES,
    K1,
    PIVOT,
    POSTINGS,
    QUERY_WORDS,
    B,
    Bm25,
    Bm25Part,
    Floats,
    Terms,
    grams,
    matched,
    term_key,
    top,
    word_terms,
    words,
)

TEXTS = [
    "Pakken min er ikke kommet fram, og sporingen viser ingenting.",
    "Mitt paket har inte kommit. Paketet skulle ha kommit i måndags!",
    "Min pakke er ikke kommet frem endnu.",
    "Pakettini ei ole saapunut, vaikka seuranta näyttää toimitetuksi.",
    "My parcel has not arrived. Parcel parcel parcel.",
    "",
    "!!! ??? 😀",
    "ordre 12345 ordre 12345 " * 60,
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

LEVELS = 255
ROUNDING = 1e-5
"""Sums of a few hundred addends in single precision, each off by at most 6e-8 of their total."""
QUANTISED = 0.5 / LEVELS + ROUNDING
"""tf / (tf + norm) is off by at most half a step; a share averages these errors by weights that sum to at most 1."""


def bag_of(text: str) -> Counter[str]:
    return Counter(term for word in words(text) for term in word_terms(word))


def textbook(
    texts: Sequence[str], query: Mapping[str, float], counted: Sequence[bool], *, quantised: bool = False
) -> list[float]:
    """The share of the achievable score straight from the formula, one document and one term at a time."""
    bags = [bag_of(text) for text in texts]
    known = [bag for bag, count in zip(bags, counted, strict=True) if count] or bags
    weight_of: dict[str, float] = {}
    for word, weight in query.items():
        for term in word_terms(word):
            weight_of[term] = max(weight_of.get(term, 0.0), weight)

    def gain(term: str) -> float:
        df = sum(term in bag for bag in known)
        return weight_of[term] * math.log(1 + (len(known) - df + 0.5) / (df + 0.5))

    def held(tf: int, length: int) -> float:
        norm = K1 * (1 - B + B * length / PIVOT)
        return round(LEVELS * tf / (tf + norm)) / LEVELS if quantised else tf / (tf + norm)

    achievable = sum(map(gain, weight_of))
    sums = [sum(gain(t) * held(bag[t], bag.total()) for t in weight_of if t in bag) for bag in bags]
    return [score / achievable if achievable else 0.0 for score in sums]


def build(folder: Path, texts: Sequence[str], counted: Sequence[bool] | None = None) -> Bm25Part:
    Bm25Part.build(folder, texts, counted)
    return Bm25Part.open(folder)


def plain(query: str) -> dict[str, float]:
    return dict.fromkeys(words(query), 1.0)


def shares(index: Bm25, query: Mapping[str, float] | str, *, postings: int = POSTINGS) -> Floats:
    """The shares of all rows of all parts, one after the other."""
    asked = index.ask(Terms.of(plain(query) if isinstance(query, str) else query), postings=postings)
    return np.concatenate([index.shares(asked, part, np.arange(part.size)) for part in index.parts])


def proposed(index: Bm25, query: str, *, postings: int = POSTINGS) -> Floats:
    """The shares by the leading terms alone of all rows of all parts."""
    asked = index.ask(Terms.of(plain(query)), postings=postings)
    sums = np.concatenate([index.leading_sums(asked, part) for part in index.parts])
    return sums / np.float32(asked.achievable) if asked.achievable else sums


# The formula.


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("counted", [None, [True, False] * 4])
def test_shares_equal_the_textbook(tmp_path: Path, query: str, counted: list[bool] | None) -> None:
    found = shares(Bm25([build(tmp_path / "i", TEXTS, counted)]), query)
    marks = counted or [True] * len(TEXTS)
    assert found == pytest.approx(textbook(TEXTS, plain(query), marks), abs=QUANTISED)
    assert found == pytest.approx(textbook(TEXTS, plain(query), marks, quantised=True), abs=ROUNDING)


ALPHABET = "abå ö1."
weighted = st.dictionaries(st.text("abåö1", min_size=1, max_size=6), st.floats(0.01, 1.0), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(st.tuples(st.text(ALPHABET, max_size=30), st.booleans()), min_size=1, max_size=8),
    st.text(ALPHABET, max_size=20),
    weighted,
)
def test_any_shares_equal_the_textbook(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, bool]],
    query: str,
    chosen: dict[str, float],
) -> None:
    texts, counted = [text for text, _ in rows], [count for _, count in rows]
    index = Bm25([build(tmp_path_factory.mktemp("lexical") / "i", texts, counted)])
    for asked in (plain(query), chosen):
        found = shares(index, asked)
        assert ((found >= 0) & (found <= 1)).all()
        assert found == pytest.approx(textbook(texts, asked, counted), abs=QUANTISED)
        assert found == pytest.approx(textbook(texts, asked, counted, quantised=True), abs=ROUNDING)


def test_a_text_keeps_its_share_whatever_the_length_of_the_others(tmp_path: Path) -> None:
    short = Bm25([build(tmp_path / "a", ["hvor er pakken", "et brev"])])
    long = Bm25([build(tmp_path / "b", ["hvor er pakken", "et brev " * 300])])
    assert shares(short, "pakken")[0] == shares(long, "pakken")[0]


def test_an_own_text_is_worth_nearly_all_and_never_more(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "i", [*TEXTS, "pakke " * 2000])])
    own = [shares(index, text)[row] for row, text in enumerate(TEXTS) if words(text)]
    assert min(own) > 0.4
    assert max(own) < 1
    assert 0.99 < shares(index, "pakke")[-1] <= 1


def test_score_and_accumulate_give_the_same_sums(tmp_path: Path) -> None:
    part = build(tmp_path / "i", TEXTS)
    for query in QUERIES:
        places = part.places(Terms.of(plain(query)).keys)
        places = places[places >= 0]
        gains = np.linspace(0.1, 2, len(places)).astype(np.float32)
        sums = part.accumulate(places, gains)
        assert sums.shape == (len(TEXTS),)
        for rows in ([0], [7, 0, 3, 3, 5], list(range(len(TEXTS))), []):
            found = part.score(places, gains, np.array(rows, np.int64))
            assert found == pytest.approx(sums[rows], rel=1e-5)


def test_sums_are_those_of_the_weights_in_the_files(tmp_path: Path) -> None:
    part = build(tmp_path / "i", ["pakke pakke brev", "brev", ""])
    keys = np.array([term_key("=pakke"), term_key("=brev"), term_key("=ingen")], np.uint64)
    places = part.places(keys)
    assert places[:2].min() >= 0
    assert places[2] == -1
    assert part.postings(places[:2]).tolist() == [1, 2]
    assert part.frequencies[places[:2]].tolist() == [1, 2]

    def held(tf: int, length: int) -> int:
        return round(LEVELS * tf / (tf + K1 * (1 - B + B * length / PIVOT)))

    pakke, brev = len(word_terms("pakke")), len(word_terms("brev"))
    both = 2 * pakke + brev
    expected = [2 * held(2, both) + 3 * held(1, both), 3 * held(1, brev), 0]
    assert part.accumulate(places[:2], np.array([2, 3], np.float32)).tolist() == expected


# Terms of a query.


@pytest.mark.parametrize("order", [1, -1])
def test_a_term_counts_as_in_the_heaviest_word(order: int) -> None:
    terms = Terms.of(dict([("pakke", 0.25), ("pakken", 0.5), ("brev", 1.0)][::order]))
    weight_of = dict(zip(terms.keys.tolist(), terms.weights.tolist(), strict=True))
    assert weight_of[term_key("=pakke")] == weight_of[term_key("#kke>")] == 0.25
    assert weight_of[term_key("=pakken")] == weight_of[term_key("#akke")] == weight_of[term_key("#<pak")] == 0.5
    assert weight_of[term_key("#<bre")] == 1.0
    assert len(weight_of) == len(terms.keys) == len({t for w in ("pakke", "pakken", "brev") for t in word_terms(w)})


def test_words_beyond_the_bound_do_not_count() -> None:
    many = {f"ord{n}": 1.0 for n in range(QUERY_WORDS + 5)}
    keys = set(Terms.of(many).keys.tolist())
    assert term_key(f"=ord{QUERY_WORDS - 1}") in keys
    assert term_key(f"=ord{QUERY_WORDS}") not in keys
    assert len(Terms.of({}).keys) == len(Terms.of({}).weights) == 0


def test_a_heavier_word_pulls_its_text_up(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "i", ["faktura", "retur"])])
    one, other = shares(index, {"faktura": 1.0, "retur": 0.2})
    assert one > 2 * other > 0
    # Only the proportions count.
    assert shares(index, {"faktura": 0.5, "retur": 0.1}) == pytest.approx(np.array([one, other]), abs=ROUNDING)


# Statistics over the parts of a language.


@pytest.mark.parametrize("cuts", [(3,), (0, 4), (1, 2, 5, 8)])
@pytest.mark.parametrize("counted", [[True] * 8, [True, False] * 4])
def test_several_parts_score_like_one(tmp_path: Path, cuts: tuple[int, ...], counted: list[bool]) -> None:
    whole = Bm25([build(tmp_path / "whole", TEXTS, counted)])
    bounds = [0, *cuts, len(TEXTS)]
    spans = [slice(first, last) for first, last in pairwise(bounds)]
    split = Bm25([build(tmp_path / f"{n}", TEXTS[span], counted[span]) for n, span in enumerate(spans)])
    for query in QUERIES:
        assert np.array_equal(shares(split, query), shares(whole, query))
        assert np.array_equal(proposed(split, query), proposed(whole, query))
        assert split.ask(Terms.of(plain(query))).achievable == whole.ask(Terms.of(plain(query))).achievable
        for word in words(query):
            assert split.rarity(word) == whole.rarity(word)


def test_rarity_is_the_idf_of_the_word_over_all_parts(tmp_path: Path) -> None:
    one, other = build(tmp_path / "a", ["pakke", "brev pakke"]), build(tmp_path / "b", ["brev", "pakke", "kasse"])
    index = Bm25([one, other])
    for word, df in {"pakke": 3, "brev": 2, "kasse": 1, "pakk": 0}.items():
        assert index.rarity(word) == pytest.approx(math.log(1 + (5 - df + 0.5) / (df + 0.5)))


def test_uncounted_texts_change_no_score_of_the_others(tmp_path: Path) -> None:
    public = Bm25([build(tmp_path / "a", TEXTS)])
    hidden = ["pakken hemmelig", "paket " * 50]
    within = Bm25([build(tmp_path / "b", [*TEXTS, *hidden], [True] * len(TEXTS) + [False] * 2)])
    apart = Bm25([*public.parts, build(tmp_path / "c", hidden, [False] * 2)])
    for both in (within, apart):
        for query in [*QUERIES, "hemmelig"]:
            assert np.array_equal(shares(both, query)[: len(TEXTS)], shares(public, query))
            assert np.array_equal(proposed(both, query)[: len(TEXTS)], proposed(public, query))
            for word in words(query):
                assert both.rarity(word) == public.rarity(word)
        assert shares(both, "hemmelig")[-2] > 0


# The budget of postings.


def leading_postings(index: Bm25, query: str, postings: int) -> int:
    asked = index.ask(Terms.of(plain(query)), postings=postings)
    return sum(int(part.postings(asked.places[part][asked.leading[part]]).sum()) for part in index.parts)


MANY = [f"pakke {'retur ' * (n % 2)}{'faktura ' * (n % 5 == 0)}nummer{n}" for n in range(40)]
LONG = "pakke retur faktura nummer7"


@pytest.mark.parametrize("budget", [4, 8, 20, 60, 200])
def test_a_budget_bounds_the_proposals_but_leaves_every_share_exact(tmp_path: Path, budget: int) -> None:
    index = Bm25([build(tmp_path / "a", MANY[:25]), build(tmp_path / "b", MANY[25:])])
    assert leading_postings(index, LONG, budget) <= budget
    found = proposed(index, LONG, postings=budget)
    assert (found > 0).sum() <= budget
    exact = shares(index, LONG, postings=budget)
    assert np.array_equal(exact, shares(index, LONG))
    assert (found <= exact + ROUNDING).all()


def test_the_most_telling_terms_are_within_the_budget(tmp_path: Path) -> None:
    part = build(tmp_path / "a", MANY)
    index = Bm25([part])
    taken = []
    for budget in range(0, 400, 10):
        asked = index.ask(Terms.of(plain(LONG)), postings=budget)
        gains, leading = asked.gains[part], asked.leading[part]
        if leading.any() and not leading.all():
            assert gains[leading].min() >= gains[~leading].max()
        taken.append(int(leading.sum()))
    assert taken == sorted(taken)
    assert taken[0] < taken[-1]
    # The one row that holds the telling word is proposed however small the budget.
    assert np.argmax(proposed(index, LONG, postings=8)) == 7


def test_the_most_telling_term_is_read_whatever_it_costs(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "a", MANY)])
    assert (proposed(index, "pakke", postings=0) > 0).all()


def test_an_unknown_word_beside_it_changes_nothing_about_that(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "a", MANY)])
    assert (proposed(index, "pakke zzzz", postings=0) > 0).all()


def test_within_a_budget_above_all_postings_the_proposals_are_exact(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "a", [*TEXTS, *MANY])])
    for query in (*QUERIES, LONG):
        every = leading_postings(index, query, 10**9)
        for budget in (every, 10**9):
            found = proposed(index, query, postings=budget)
            assert found == pytest.approx(shares(index, query), abs=ROUNDING)
            assert np.array_equal(found > 0, shares(index, query) > 0)


# What is found.


def test_top_agrees_with_sorting_all_scores(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "i", TEXTS * 3)])
    allowed = np.arange(24) % 2 == 0
    for query in QUERIES:
        scores = shares(index, query)
        for mask in (None, allowed):
            visible = np.ones(24, bool) if mask is None else mask
            ranked = sorted((-float(s), row) for row, s in enumerate(scores) if s > 0 and visible[row])
            for k in (-1, 0, 1, 2, 5, 100):
                rows, values = top(scores, k, mask)
                found = [(-float(v), int(r)) for r, v in zip(rows, values, strict=True)]
                assert found == ranked[: max(k, 0)]


def test_ties_are_settled_by_row() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.5, 0.0], np.float32)
    assert top(scores, 2)[0].tolist() == [1, 0]
    assert top(scores, 9)[0].tolist() == [1, 0, 2, 3]
    assert top(scores[:0], 3)[0].tolist() == []


def test_unknown_words_and_empty_queries_find_nothing(tmp_path: Path) -> None:
    index = Bm25([build(tmp_path / "i", TEXTS)])
    for query in ("qqqqq wwwww", "", "?!", "\0"):
        assert not shares(index, query).any()
        assert not proposed(index, query).any()


@pytest.mark.parametrize("texts", [[], [""], ["", "?!"]])
def test_an_index_without_a_word_finds_nothing(tmp_path: Path, texts: list[str]) -> None:
    part = build(tmp_path / "i", texts)
    assert part.size == len(texts)
    for index in (Bm25([part]), Bm25([part, build(tmp_path / "j", ["pakke"])])):
        asked = index.ask(Terms.of({"pakke": 1.0}))
        assert index.leading_sums(asked, part).tolist() == [0.0] * len(texts)
        assert index.shares(asked, part, np.arange(len(texts))).tolist() == [0.0] * len(texts)
    assert part.places(np.array([1, 2**64 - 1], np.uint64)).tolist() == [-1, -1]


def test_no_part_at_all_is_no_error() -> None:
    index = Bm25([])
    assert index.ask(Terms.of({"pakke": 1.0})).achievable > 0
    assert index.rarity("pakke") == pytest.approx(math.log(2))


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
    index = Bm25([build(tmp_path / "i", ["noe helt annet", text, "jotain muuta kokonaan"])])
    assert np.argmax(shares(index, query)) == 1


# Words.


@pytest.mark.parametrize(
    ("query", "text", "held"),
    [
        ("brev og pakken og retursedler", "Og pakken med returseddelen", ["og", "pakken", "retursedler"]),
        ("var är leveransen", "Leveranstid: två dagar", ["leveransen"]),
        ("hvordan stopper jeg abonnementet", "Opsig dit abonnement her.", ["abonnementet"]),
        ("missä laskuni on", "Laskun eräpäivä", ["laskuni"]),
        ("cancel my subscriptions", "Your subscription can be cancelled.", ["cancel", "subscriptions"]),
        ("retur", "", []),
        ("", "retur", []),
    ],
)
def test_matched_words_come_in_the_order_of_the_query(query: str, text: str, held: list[str]) -> None:
    assert matched(plain(query), text) == held


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
    assert words("a\u030ar") == words("år")
    assert grams("på") == ["<på>"]
    assert grams("i") == ["<i>"]


# Files.


@pytest.mark.parametrize("name", _FILES)
def test_missing_and_truncated_files_are_refused(tmp_path: Path, name: str) -> None:
    build(tmp_path / "i", TEXTS[:5])
    path = tmp_path / "i" / f"{name}.npy"
    array = np.load(path)
    np.save(path, array[:-1])
    with pytest.raises(ArtifactCorrupt, match="doctor"):
        Bm25Part.open(tmp_path / "i")
    np.save(path, array)
    Bm25Part.open(tmp_path / "i")
    for damaged in (path.read_bytes()[:-9], b"", b"\x93NUMPY", b"words"):
        path.write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt, match="doctor"):
            Bm25Part.open(tmp_path / "i")
    path.unlink()
    with pytest.raises(ArtifactMissing, match=name):
        Bm25Part.open(tmp_path / "i")


@pytest.mark.parametrize("name", _FILES)
def test_damaged_headers_are_refused(tmp_path: Path, name: str) -> None:
    build(tmp_path / "i", TEXTS[:5])
    path = tmp_path / "i" / f"{name}.npy"
    whole = path.read_bytes()
    for byte in (byte for byte in range(10, 70) if whole[byte] != ord("(")):
        path.write_bytes(whole[:byte] + b"(" + whole[byte + 1 :])
        with pytest.raises(ArtifactCorrupt, match="doctor"):
            Bm25Part.open(tmp_path / "i")
    np.save(path, np.float64(1))
    with pytest.raises(ArtifactCorrupt, match="doctor"):
        Bm25Part.open(tmp_path / "i")


def test_the_parts_of_two_indexes_do_not_fit(tmp_path: Path) -> None:
    build(tmp_path / "i", TEXTS)
    build(tmp_path / "j", TEXTS[:3])
    for name in list(_FILES)[:-1]:
        kept = (tmp_path / "i" / f"{name}.npy").read_bytes()
        (tmp_path / "i" / f"{name}.npy").write_bytes((tmp_path / "j" / f"{name}.npy").read_bytes())
        with pytest.raises(ArtifactCorrupt):
            Bm25Part.open(tmp_path / "i")
        (tmp_path / "i" / f"{name}.npy").write_bytes(kept)


def test_no_word_of_a_text_stands_in_the_files(tmp_path: Path) -> None:
    build(tmp_path / "i", TEXTS)
    held = b"".join(path.read_bytes() for path in sorted((tmp_path / "i").iterdir())).lower()
    assert {path.stem for path in (tmp_path / "i").iterdir()} == set(_FILES)
    for term in {term.strip("=#<>") for text in TEXTS for word in words(text) for term in word_terms(word)}:
        if len(term) > 3:
            for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
                assert term.encode(encoding) not in held


def test_building_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(tmp_path / name, TEXTS)
    for file in _FILES:
        assert (tmp_path / "a" / f"{file}.npy").read_bytes() == (tmp_path / "b" / f"{file}.npy").read_bytes()


def test_a_folder_is_never_built_into_twice(tmp_path: Path) -> None:
    build(tmp_path / "i", TEXTS)
    with pytest.raises(FileExistsError):
        Bm25Part.build(tmp_path / "i", TEXTS)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "å " * 500_000,
        "\ud800" * 1000,
        "\0" * 10**6,
        "".join(map(chr, range(0x20000))),
        " ".join(f"ord{n}" for n in range(50_000)),
        "e\u0301" * 100_000,
    ],
    ids=["one word", "many short words", "surrogates", "zeros", "all characters", "many words", "accents"],
)
def test_hostile_text_is_indexed_and_asked_in_linear_time(tmp_path: Path, text: str) -> None:
    start = time.perf_counter()
    index = Bm25([build(tmp_path / "i", [text, "pakke"])])
    assert shares(index, text + " pakke").shape == (2,)
    assert len(matched(plain("pakke " + text[:1000]), text)) >= 0
    assert time.perf_counter() - start < 10
