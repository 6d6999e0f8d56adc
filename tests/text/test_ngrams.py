import threading
import time
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.text.ngrams import (
    MAX_WORDS,
    WordTable,
    find_keys,
    split_batches,
    split_words,
    word_keys,
    word_spans,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hvor er pakken min?", ["hvor", "er", "pakken", "min", "?"]),
        ("Fakturan på 1 249,50 kr är fel!", ["fakturan", "på", "0", "000", ",", "00", "kr", "är", "fel", "!"]),
        ("Jeg vil sige abonnementet op", ["jeg", "vil", "sige", "abonnementet", "op"]),
        ("En pääse kirjautumaan", ["en", "pääse", "kirjautumaan"]),
        ("Order AB12345678 hasn't come", ["order", "ab", "0000", "hasn", "'", "t", "come"]),
        ("ＨＥＩ ﬁnt", ["hei", "fint"]),
        ("pa\u00adk\u200bke", ["pakke"]),
        ("A\u030angra köpet", ["ångra", "köpet"]),
        ("😡\x00_", ["😡", "\x00"]),
        ("", []),
        (" \n\t", []),
        ("a" * 90, ["a" * 40, "a" * 40, "a" * 10]),
    ],
)
def test_splits_into_words_with_folded_numbers(text, words):
    assert split_words(text) == words


@given(ANY_TEXT)
def test_no_number_survives(text):
    assert not any(char.isdecimal() and char != "0" for word in split_words(text) for char in word)


@given(ANY_TEXT)
def test_spans_give_the_same_words_and_lie_in_the_text(text):
    spans = list(word_spans(text))
    assert [word for word, _, _ in spans] == split_words(text)
    assert all(0 <= start < end <= len(text) for _, start, end in spans)
    assert [start for _, start, _ in spans] == sorted(start for _, start, _ in spans)


def test_spans_point_at_the_word():
    text = "Pakken är ﬁn, tack!"
    assert [text[a:b] for _, a, b in word_spans(text)] == ["Pakken", "är", "ﬁn,", "ﬁn,", "tack", "!"]


def test_long_text_is_read_up_to_the_limit():
    assert split_words("hei du " * 6000) == ["hei", "du"] * (MAX_WORDS // 2)
    text = "Går det an å bytte? " * 150
    assert split_words(text) == split_words("Går det an å bytte?") * 150


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0316\u0300" * 500_000,
        "å" * 1_000_000,
        "1" * 1_000_000,
        " " * 1_000_000,
        " \u200b" * 500_000,
        "\ud800" * 1_000_000,
        "\ufdfa" * 1_000_000,
        "!?" * 500_000,
    ],
    ids=["marks", "letters", "digits", "blanks", "zero-width", "surrogates", "ligatures", "symbols"],
)
def test_a_hostile_megabyte_takes_linear_time(text):
    start = time.process_time()
    words = split_words(text)
    assert len(words) <= MAX_WORDS
    assert time.process_time() - start < 2


def test_keys_are_the_word_and_its_bounded_ngrams():
    keys = word_keys("pakke", 4, 5)
    grams = ["<pak", "pakk", "akke", "kke>", "<pakk", "pakke", "akke>"]
    assert keys[0] == zlib.crc32(b"pakke")
    assert set(keys[1:]) == {zlib.crc32(gram.encode(), 1) for gram in grams}
    assert len(keys) == 8


def test_numbers_and_symbols_have_no_ngrams():
    assert word_keys("0000", 2, 4) == (zlib.crc32(b"0000"),)
    assert word_keys("\ud800", 2, 4) == (zlib.crc32(b"\xed\xa0\x80"),)


@given(st.sets(st.integers(0, 50)), st.lists(st.integers(0, 60)))
def test_find_keys_equals_a_dictionary(known, asked):
    ordered = np.array(sorted(known), dtype=np.uint32)
    places = {key: place for place, key in enumerate(ordered.tolist())}
    found = find_keys(ordered, np.array(asked, dtype=np.uint32))
    assert found.tolist() == [places.get(key, -1) for key in asked]


def test_batches_cover_all_texts_in_order():
    texts = ["ord " * 9000, "", "to ord", "ord " * 9000, "ord " * 9000, "slutt"]
    batches = list(split_batches(texts))
    assert [start for start, _ in batches] == [0, 5]
    assert [len(words) for _, batch in batches for words in batch] == [9000, 0, 2, 9000, 9000, 1]
    assert list(split_batches([])) == []


def lengths(words):
    return np.array([[len(word), word.count("a")] for word in words], dtype=np.float32)


def test_table_computes_a_word_once_and_starts_anew_when_full():
    calls = []

    def compute(words):
        calls.append(list(words))
        return lengths(words)

    table = WordTable(2, compute, capacity=3)
    rows, places = table.look_up([["ja", "nei"], [], ["ja"]])
    assert rows[places].tolist() == [[2, 1], [3, 0], [2, 1]]
    rows, places = table.look_up([["nei", "kanskje", "banan"]])
    assert rows[places].tolist() == [[3, 0], [7, 1], [5, 2]]
    table.look_up([["ja"]])
    assert calls == [["ja", "nei"], ["kanskje", "banan"], ["ja"]]


def test_table_grows_and_is_shared_by_threads():
    table = WordTable(2, lengths, capacity=2000)
    words = [f"{'a' * (n % 7)}{n}" for n in range(1500)]
    wrong = []

    def work(seed):
        for start in np.random.default_rng(seed).integers(0, 1400, 60):
            part = words[start : start + 100]
            rows, places = table.look_up([part])
            if not np.array_equal(rows[places], lengths(part)):
                wrong.append(start)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
