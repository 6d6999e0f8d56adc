"""BM25 over words and their character 4-grams, one index per language and segment, memory-mapped.

The terms of a text are its words and the character 4-grams inside each word, marked at the word's ends.
4-grams do for Nordic inflection, compounds and misspellings what a stemmer does for inflection alone, and
need no language resource (McNamee & Mayfield 2004, *Character n-gram tokenization for European language text
retrieval*); see ``benchmarks/lexical_engines.py`` for the comparison with stemming on five languages.

Scores follow the Lucene form of BM25 (Robertson & Zaragoza 2009; Kamphuis et al. 2020)::

    idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))
    score(q, d) = sum over distinct terms t of q:  weight(t) * idf(t) * tf / (tf + k1 * (1 - b + b * length / PIVOT))

Each addend is below weight(t) * idf(t), so ``score / sum of them`` is the *share of the achievable score*: it lies
in [0, 1) and means the same in every language. A term nobody has counts with the idf of df = 0. The length is
compared with a constant rather than with the average of the collection, so that a chunk keeps its score whatever
stands beside it, and a segment can be indexed alone.

N and df are taken from the chunks marked ``counted`` alone, over all segments of a language, while all chunks can be
scored. Counting only what everybody may read keeps the presence of hidden documents out of every score.

Terms are known by a 64-bit hash: no word of a text stands in these files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt
from replyassist.retrieve.arrays import map_array

K1 = 1.2
B = 0.75
"""Textbook values; neither was tuned."""

PIVOT = 500.0
"""Terms of a chunk of usual length, some 90 words."""

POSTINGS = 200_000
"""Postings that are read to propose candidates, of the most telling terms first: bounds the cost of a query."""

QUERY_WORDS = 500
"""Distinct words of a query that count, from its start: bounds the cost of a pathological message."""

GRAM = 4
_WORD_CHARS = 64  # longer words are cut: they are keys or noise, and nobody tells them apart by their ends
_LEVELS = 255
"""Steps in which tf / (tf + norm), which lies in [0, 1), is stored."""

_MATCH = 0.6  # share of a word's 4-grams from which a person recognises it in another
_WORD = re.compile(r"[^\W_]+")
_FILES: dict[str, type[np.generic]] = {
    "keys": np.uint64,
    "frequencies": np.int32,
    "starts": np.int64,
    "rows": np.int32,
    "weights": np.uint8,
    "row_starts": np.int64,
    "row_terms": np.int32,
    "row_weights": np.uint8,
    "counted": np.int64,
}

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def words(text: str) -> list[str]:
    """Return the words of ``text``: runs of letters and digits, compatibility-normalised, case-folded.

    >>> words("Ｒetur av PC-en?")
    ['retur', 'av', 'pc', 'en']
    """
    normal = unicodedata.normalize("NFKC", text).casefold()
    return [word[:_WORD_CHARS] for word in _WORD.findall(normal)]


def grams(word: str) -> list[str]:
    """Return the marked character 4-grams of ``word``.

    >>> grams("pakke")
    ['<pak', 'pakk', 'akke', 'kke>']
    """
    marked = f"<{word}>"
    return [marked[i : i + GRAM] for i in range(max(1, len(marked) - GRAM + 1))]


def word_terms(word: str) -> tuple[str, ...]:
    """Return the terms of one word: ``=`` and the word, then each 4-gram after ``#``."""
    return (f"={word}", *(f"#{gram}" for gram in grams(word)))


def term_key(term: str) -> int:
    """Return the 64-bit key of a term."""
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest(), "little")


_terms = lru_cache(maxsize=20_000)(word_terms)


@lru_cache(maxsize=10_000)
def _word_keys(word: str) -> tuple[int, ...]:
    return tuple(map(term_key, word_terms(word)))


def matched(query: Iterable[str], text: str) -> list[str]:
    """Return the words of the query that ``text`` holds, in the query's order.

    A word counts as held when most of its 4-grams are, so inflected and compound forms do.
    """
    held = set(chain.from_iterable(map(_terms, set(words(text)))))
    found: list[str] = []
    for word in query:
        exact, *parts = _terms(word)
        if exact in held or sum(part in held for part in parts) >= _MATCH * len(parts):
            found.append(word)
    return found


@dataclass(frozen=True)
class Terms:
    """The distinct terms of a query: ``keys`` (m,), what each counts, ``weights`` (m,), which are ``whole`` words."""

    keys: npt.NDArray[np.uint64]
    weights: Floats
    whole: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, query: Mapping[str, float]) -> Terms:
        """Return the terms of weighted :func:`words`; a term of several words counts as in the heaviest."""
        weights: dict[int, float] = {}
        whole: set[int] = set()
        for word, weight in list(query.items())[:QUERY_WORDS]:
            keys = _word_keys(word)
            whole.add(keys[0])
            for key in keys:
                weights[key] = max(weights.get(key, 0.0), weight)
        marks = np.array([key in whole for key in weights], bool)
        return cls(np.array(list(weights), np.uint64), np.array(list(weights.values()), np.float32), marks)


class Bm25Part:
    """The texts of one language in one segment. Rows are numbered 0 to n - 1 in the order they were built in."""

    def __init__(self, folder: Path, arrays: Sequence[npt.NDArray[Any]]) -> None:
        self._keys, self.frequencies, self._starts, self._rows, self._weights = arrays[:5]
        self._row_starts, self._row_terms, self._row_weights, counted = arrays[5:]
        self.size = len(self._row_starts) - 1
        terms, postings = len(self._keys), len(self._rows)
        fits = len(self.frequencies) == terms == len(self._starts) - 1 and len(counted) == 1 and self.size >= 0
        fits = fits and postings == len(self._weights) == len(self._row_terms) == len(self._row_weights)
        if not fits or not postings == int(self._starts[-1]) == int(self._row_starts[-1]):
            raise _corrupt(folder)
        self.counted = int(counted[0])

    @classmethod
    def build(cls, folder: Path, texts: Iterable[str], counted: Sequence[bool] | None = None) -> None:
        """Write the index of ``texts`` into the fresh ``folder``; ``counted`` marks those in the statistics."""
        postings = _Postings.of(texts)
        flags = np.ones(postings.size, bool) if counted is None else np.asarray(counted, bool)
        folder.mkdir(parents=True)
        for name, array in zip(_FILES, postings.arrays(flags), strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Bm25Part:
        """Map the index in ``folder`` into memory; nothing is read until it is needed.

        Raises:
            ArtifactMissing, ArtifactCorrupt: a file is gone, cut short or does not fit the others.
        """
        return cls(folder, [map_array(folder / f"{name}.npy", kind) for name, kind in _FILES.items()])

    def places(self, keys: npt.NDArray[np.uint64]) -> Rows:
        """Return where each key stands, -1 for those that no text has."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found: Rows = np.where(self._keys[place] == keys, place, -1)
        return found

    def postings(self, places: Rows) -> Rows:
        """Return the number of rows that hold each term."""
        held: Rows = self._starts[places + 1] - self._starts[places]
        return held

    def accumulate(self, places: Rows, gains: Floats) -> Floats:
        """Return per row the sum of what its terms among ``places`` gain (n,). Costs O(their postings)."""
        sums = np.zeros(self.size, np.float32)
        for first, last, gain in zip(
            self._starts[places].tolist(), self._starts[places + 1].tolist(), gains.tolist(), strict=True
        ):
            # Several times faster than `sums[rows] += weights` on long postings.
            np.add.at(sums, self._rows[first:last], self._weights[first:last] * np.float32(gain))
        return sums

    def score(self, places: Rows, gains: Floats, rows: Rows) -> Floats:
        """Return the same sums for some ``rows`` (m,), whatever the length of the postings."""
        gain_of = np.zeros(len(self._keys), np.float32)
        gain_of[places] = gains
        first, lengths = self._row_starts[rows], np.diff(self._row_starts)[rows] if len(rows) else np.zeros(0, int)
        ends = np.cumsum(lengths)
        owner = np.repeat(np.arange(len(rows)), lengths)
        at = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths) + first[owner]
        return np.bincount(
            owner, weights=gain_of[self._row_terms[at]] * self._row_weights[at], minlength=len(rows)
        ).astype(np.float32)


@dataclass(frozen=True)
class Asked:
    """A query as one language's parts see it; of no use with others."""

    places: dict[Bm25Part, Rows]
    gains: dict[Bm25Part, Floats]
    leading: dict[Bm25Part, npt.NDArray[np.bool_]]
    achievable: float


class Bm25:
    """The index of one language: its parts, one per segment, with statistics over all of them."""

    def __init__(self, parts: Sequence[Bm25Part]) -> None:
        self.parts = tuple(parts)
        self._counted = sum(part.counted for part in parts)
        # Where nobody may read everything, there is nothing to keep out of the statistics.
        self._all = self._counted == 0
        self._total = sum(part.size for part in parts) if self._all else self._counted
        self.rarity = lru_cache(maxsize=2_000)(self._rarity)

    def ask(self, terms: Terms, *, postings: int = POSTINGS, foreign: bool = False) -> Asked:
        """Look the terms of a query up. Those beyond ``postings`` propose no row, but count in every score.

        In a ``foreign`` language only whole words propose: names and loans, which is what languages share.
        """
        places = {part: part.places(terms.keys) for part in self.parts}
        frequency = self._frequencies(places, len(terms.keys))
        idf = np.log1p((self._total - frequency + 0.5) / (frequency + 0.5))
        gains = (terms.weights * idf).astype(np.float32)
        order = np.lexsort((terms.keys, -gains))
        order = order[terms.whole[order]] if foreign else order
        order = order[frequency[order] > 0]
        affordable = frequency == 0
        # By what is counted, so that hidden texts do not decide what is read; the most telling term always is.
        affordable[order] = np.cumsum(frequency[order]) <= max(postings, int(frequency[order[:1]].sum()))
        return Asked(
            places={part: place[place >= 0] for part, place in places.items()},
            gains={part: gains[place >= 0] / np.float32(_LEVELS) for part, place in places.items()},
            leading={part: affordable[place >= 0] for part, place in places.items()},
            achievable=float(gains.sum(dtype=np.float64)),
        )

    def _rarity(self, word: str) -> float:
        """Return how telling ``word`` is as a whole: its idf."""
        keys = np.array(_word_keys(word)[:1], np.uint64)
        frequency = int(self._frequencies({part: part.places(keys) for part in self.parts}, 1)[0])
        return float(np.log1p((self._total - frequency + 0.5) / (frequency + 0.5)))

    def _frequencies(self, places: Mapping[Bm25Part, Rows], count: int) -> Rows:
        """Return how many texts of the statistics have each of ``count`` terms, by where they stand in each part."""
        found = np.zeros(count, np.int64)
        for part, place in places.items():
            known = place >= 0
            found[known] += part.postings(place[known]) if self._all else part.frequencies[place[known]]
        return found

    def leading_sums(self, asked: Asked, part: Bm25Part) -> Floats:
        """Return what the leading terms give each row of ``part`` (n,): what candidates are proposed by."""
        leading = asked.leading[part]
        return part.accumulate(asked.places[part][leading], asked.gains[part][leading])

    def shares(self, asked: Asked, part: Bm25Part, rows: Rows) -> Floats:
        """Return the exact share of the achievable score of ``rows`` (m,) of ``part``."""
        if not asked.achievable or not len(rows):
            return np.zeros(len(rows), np.float32)
        sums = part.score(asked.places[part], asked.gains[part], rows)
        shares: Floats = sums / np.float32(asked.achievable)
        return shares


def top(scores: Floats, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> tuple[Rows, Floats]:
    """Return rows and values of the ``k`` highest positive scores, best first, ties by row."""
    candidates = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
    values = scores[candidates]
    if 0 < k < len(candidates):
        # Keep everything that ties with the k-th, so that the tie is settled by row and not by chance.
        kth = np.partition(values, -k)[-k]
        kept = values >= kth
        candidates, values = candidates[kept], values[kept]
    order = np.lexsort((candidates, -values))[: max(k, 0)]
    return candidates[order], values[order]


@dataclass(frozen=True)
class _Postings:
    """Term frequencies by row; ``keys`` name the columns."""

    size: int
    keys: npt.NDArray[np.uint64]
    by_row: Any

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Postings:
        """Count words per text, then multiply by the terms per word: each word is cut up once only."""
        from scipy.sparse import csr_array

        vocabulary: dict[str, int] = {}
        columns: list[int] = []
        counts: list[int] = []
        bounds = [0]
        for text in texts:
            for word, count in Counter(words(text)).items():
                columns.append(vocabulary.setdefault(word, len(vocabulary)))
                counts.append(count)
            bounds.append(len(columns))
        size = len(bounds) - 1
        by_word = csr_array((np.array(counts, np.float32), columns, bounds), shape=(size, len(vocabulary)))
        keys, term_of_word = _terms_of(list(vocabulary))
        by_row = (by_word @ term_of_word).tocsr()
        by_row.sort_indices()
        return cls(size, keys, by_row)

    def arrays(self, counted: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.generic], ...]:
        """Return the arrays of :data:`_FILES`."""
        table = self.by_row
        lengths = np.add.reduceat(np.append(table.data, 0), table.indptr[:-1]) if self.size else np.zeros(0)
        norms = np.repeat(K1 * (1 - B + B * lengths / PIVOT), np.diff(table.indptr))
        table.data = np.rint(_LEVELS * table.data / (table.data + norms)).astype(np.uint8)
        by_term = table.T.tocsr()
        by_term.sort_indices()
        marks = np.append(counted[by_term.indices], False).astype(np.int64)
        frequencies = np.add.reduceat(marks, by_term.indptr[:-1]) if len(self.keys) else np.zeros(0)
        return (
            self.keys,
            frequencies.astype(np.int32),
            by_term.indptr.astype(np.int64),
            by_term.indices.astype(np.int32),
            by_term.data,
            table.indptr.astype(np.int64),
            table.indices.astype(np.int32),
            table.data,
            np.array([counted.sum()], np.int64),
        )


def _terms_of(vocabulary: list[str]) -> tuple[npt.NDArray[np.uint64], object]:
    """Return the sorted keys of all terms, and the matrix (words, terms) of how often a word holds each."""
    from scipy.sparse import csr_array

    numbers: dict[str, int] = {}
    per_word = [[numbers.setdefault(term, len(numbers)) for term in word_terms(word)] for word in vocabulary]
    keys = np.array([term_key(term) for term in numbers], np.uint64)
    order = np.argsort(keys, kind="stable")
    place = np.empty(len(keys), np.int64)
    place[order] = np.arange(len(keys))
    flat = np.fromiter(chain.from_iterable(per_word), np.int64)
    bounds = np.concatenate([[0], np.cumsum([len(found) for found in per_word])])
    shape = (len(vocabulary), len(keys))
    matrix = csr_array((np.ones(len(flat), np.float32), place[flat], bounds), shape=shape)
    matrix.sum_duplicates()
    return keys[order], matrix


def _corrupt(folder: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{folder}: damaged lexical index. Rebuild the indexes: replyassist doctor.")
