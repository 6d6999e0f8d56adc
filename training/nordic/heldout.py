"""What training may not see, fixed by hash before anything else.

Translations: 1,000 conversational (Tatoeba) and 1,000 documentation sentences per language are test, the next ones by
hash are validation; an English sentence held out in one language is held out in all, and so is every text equal to
one of its translations. Articles: by near-duplicate group, 20 % test and 10 % validation, in every language; a
training sentence that shares eight words in a row with a held-out article is dropped too. Intents: 10 % of Banking77's
training part are validation, CLINC150 brings its own; test parts are never read by the recipe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from benchmarks.common import read
from replyassist.text.ngrams import split_words
from replyassist.types import LANGUAGES

NORDIC = tuple(language for language in LANGUAGES if language != "en")
CONVERSATION = frozenset({"tatoeba"})
DOCUMENTATION = frozenset({"ms-d365ops", "ms-smb", "ms-projops", "ms-ci"})
TEST_PAIRS = 1000
VALIDATION_PAIRS = 500
ARTICLE_SETS = ("alchemy", "d365")
SHINGLE = 8


class Pair(msgspec.Struct, frozen=True):
    """One sentence in English and in another language."""

    english: str
    other: str
    language: str
    source: str


class Documentation(msgspec.Struct, frozen=True):
    """One article in one language; articles with the same ``id`` are translations of one another."""

    id: str
    title: str
    body: str
    language: str
    part: str


ByStyle = dict[str, dict[str, list[Pair]]]
"""Held-out pairs by style and language."""


class Translations(msgspec.Struct, frozen=True):
    """Pairs by their part. ``closed`` has every pair whose English is held out, in whatever language."""

    train: list[Pair]
    validation: ByStyle
    test: ByStyle
    closed: list[Pair]

    def nordic_rows(self, held_out: ByStyle, style: str) -> list[dict[str, str]]:
        """Return what the English sentences of ``held_out`` are in each Nordic language, where there are several."""
        rows: dict[str, dict[str, str]] = {pair.english: {} for pairs in held_out[style].values() for pair in pairs}
        for pair in self.closed:
            if pair.english in rows:
                rows[pair.english].setdefault(pair.language, pair.other)
        return [row for row in rows.values() if len(row) > 1]


def number(text: str) -> int:
    """Return a stable 64-bit number for ``text``."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def folded(text: str) -> str:
    """Return ``text`` as it counts for being the same: its words alone."""
    return " ".join(word for word in split_words(text) if word[0].isalnum())


def articles() -> Iterator[Documentation]:
    """Yield the public articles with their part (train, validation, test), split by near-duplicate group."""
    for name in ARTICLE_SETS:
        for language in LANGUAGES:
            for row in read(f"kb_{name}.{language}"):
                bucket = number("article " + row.get("group", row["id"])) % 10
                part = "test" if bucket < 2 else "validation" if bucket == 2 else "train"
                yield Documentation(f"{name}/{row['id']}", row["title"], row["body"], language, part)


def translations(held_out: Iterable[Documentation], *, most: int | None = None) -> Translations:
    """Return the parallel sentences, parted, without those that belong to the ``held_out`` articles.

    ``most`` reads only the first pairs of each language: enough to see that everything runs.
    """
    pairs = [
        Pair(row["en"], row["xx"], language, row["src"])
        for language in NORDIC
        for row in islice(read(f"parallel.en-{language}"), most)
    ]
    order = sorted(range(len(pairs)), key=lambda i: number(pairs[i].english))
    sizes = (TEST_PAIRS, VALIDATION_PAIRS) if most is None else (most // 100, most // 100)
    validation, test, closed = _hold_out([pairs[i] for i in order], *sizes)
    shingles = {piece for article in held_out for piece in _shingles(article.title + "\n" + article.body)}
    train = [
        pair
        for pair in pairs
        if folded(pair.english) not in closed
        and folded(pair.other) not in closed
        and not any(piece in shingles for piece in _shingles(pair.english))
        and not any(piece in shingles for piece in _shingles(pair.other))
    ]
    english = {
        pair.english for part in (validation, test) for of in part.values() for found in of.values() for pair in found
    }
    return Translations(train, validation, test, [pair for pair in pairs if pair.english in english])


def _hold_out(pairs: list[Pair], test_size: int, validation_size: int) -> tuple[ByStyle, ByStyle, set[str]]:
    """Return (validation, test, the folded texts of both): of each style and language the first pairs are test."""
    styles = {"conversation": CONVERSATION, "documentation": DOCUMENTATION}
    validation: ByStyle = {style: {} for style in styles}
    test: ByStyle = {style: {} for style in styles}
    closed: set[str] = set()
    for style, sources in styles.items():
        for language in NORDIC:
            mine = _distinct(pair for pair in pairs if pair.language == language and pair.source in sources)
            test[style][language] = mine[:test_size]
            validation[style][language] = mine[test_size : test_size + validation_size]
            for pair in mine[: test_size + validation_size]:
                closed |= {folded(pair.english), folded(pair.other)}
    return validation, test, closed


def _distinct(pairs: Iterable[Pair]) -> list[Pair]:
    """Return ``pairs`` without those that repeat an earlier text on either side: each has one right answer."""
    seen: set[str] = set()
    kept = []
    for pair in pairs:
        texts = {folded(pair.english), "> " + folded(pair.other)}
        if not texts & seen:
            kept.append(pair)
            seen |= texts
    return kept


def _shingles(text: str) -> Iterator[int]:
    words = folded(text).split()
    for start in range(len(words) - SHINGLE + 1):
        yield hash(tuple(words[start : start + SHINGLE]))
