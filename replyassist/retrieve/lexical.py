"""Exact BM25 over words and their character 4-grams, one index per language, memory-mapped.

The terms of a text are its words and the character 4-grams inside each word, marked at the word's ends.
4-grams do for Nordic inflection, compounds and misspellings what a stemmer does for inflection alone, and
need no language resource (McNamee & Mayfield 2004, *Character n-gram tokenization for European language text
retrieval*); see ``benchmarks/lexical_engines.py`` for the comparison with stemming on five languages.

Scores follow the Lucene form of BM25 (Robertson & Zaragoza 2009; Kamphuis et al. 2020)::

    idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))
    score(q, d) = sum over distinct terms t of q:  idf(t) * tf / (tf + k1 * (1 - b + b * length / average))

Each addend is below idf(t), so ``score / sum of idf`` is the *share of the achievable score*: it lies in
[0, 1) and means the same in every language. A term nobody has counts with the idf of df = 0.

Statistics (N, df, average length) are taken from the chunks marked ``counted`` alone, while all chunks can be
scored. Counting only what everybody may read keeps the presence of hidden documents out of every score.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing

K1 = 1.2
B = 0.75
"""Textbook values; neither was tuned."""

GRAM = 4
_WORD_CHARS = 64  # longer words are cut: they are keys or noise, and nobody tells them apart by their ends
_TERM_BYTES = 66  # fixed width, so that the sorted terms can be mapped and searched where they lie
QUERY_WORDS = 500
"""Distinct words of a query that count, from its start: bounds the cost of a pathological message."""

_MATCH = 0.6  # share of a word's 4-grams from which a person recognises it in another
_WORD = re.compile(r"[^\W_]+")
_FILES = ("terms", "starts", "rows", "weights", "idf", "norms")

Floats = npt.NDArray[np.float32]


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


def word_terms(word: str) -> tuple[bytes, ...]:
    """Return the terms of one word as UTF-8: ``=`` and the word, then each 4-gram after ``#``."""
    terms = (f"={word}", *(f"#{gram}" for gram in grams(word)))
    return tuple(term.encode("utf-8", "replace")[:_TERM_BYTES] for term in terms)


_query_terms = lru_cache(maxsize=10_000)(word_terms)


class Bm25:
    """The index of one language. Rows are numbered 0 to n - 1 in the order they were built in."""

    def __init__(self, folder: Path, arrays: Sequence[npt.NDArray[Any]]) -> None:
        # Plain views: indexing a memmap object costs more than the search does.
        views = [array.view(np.ndarray) for array in arrays]
        self._terms, self._starts, self._rows, self._weights, self._idf, self._norms = views
        self.size = len(self._norms)
        consistent = len(self._starts) == len(self._terms) + 1 == len(self._idf)
        if not consistent or not len(self._rows) == len(self._weights) == int(self._starts[-1]):
            raise _corrupt(folder)

    @classmethod
    def build(cls, folder: Path, texts: Iterable[str], counted: Sequence[bool] | None = None) -> None:
        """Write the index of ``texts`` into the fresh ``folder``; ``counted`` marks those in the statistics.

        When none is counted, all are.
        """
        postings = _Postings.of(texts)
        flags = np.ones(postings.size, bool) if counted is None or not any(counted) else np.asarray(counted)
        folder.mkdir(parents=True)
        for name, array in zip(_FILES, postings.weighted(flags), strict=True):
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Bm25:
        """Map the index in ``folder`` into memory; nothing is read until it is needed.

        Raises:
            ArtifactMissing, ArtifactCorrupt: a file is gone, cut short or does not fit the others.
        """
        arrays = []
        for name in _FILES:
            path = folder / f"{name}.npy"
            try:
                arrays.append(np.load(path, mmap_mode="r", allow_pickle=False))
            except FileNotFoundError as error:
                raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.") from error
            except (ValueError, OSError, EOFError) as error:
                raise _corrupt(folder) from error
        return cls(folder, arrays)

    def scores(self, query: Sequence[str]) -> Floats:
        """Return each row's share of the achievable score, (n,) in [0, 1], for a query given as :func:`words`.

        Costs O(postings of the query's terms).
        """
        terms = list(dict.fromkeys(chain.from_iterable(map(_query_terms, _distinct(query)))))
        known = self._find(terms)
        if not len(known):
            return np.zeros(self.size, np.float32)
        achievable = float(self._idf[known].sum()) + (len(terms) - len(known)) * float(self._idf[-1])
        sums = np.zeros(self.size, np.float32)
        for first, last in zip(self._starts[known].tolist(), self._starts[known + 1].tolist(), strict=True):
            # Several times faster than `sums[rows] += weights` on long postings.
            np.add.at(sums, self._rows[first:last], self._weights[first:last])
        # Rounding may lift a full match a hair above one.
        shares: Floats = np.minimum(sums / np.float32(achievable), np.float32(1))
        return shares

    def search(
        self, query: Sequence[str], k: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the ``k`` best rows with their shares; never a row without a common term.

        ``allowed`` (n,) is applied before ranking. Equal scores are ordered by row.
        """
        return top(self.scores(query), k, allowed)

    def matched(self, query: Sequence[str], text: str) -> list[str]:
        """Return the words of the query that ``text`` holds, rarest first.

        A word counts as held when most of its 4-grams are, so inflected and compound forms do.
        """
        held = set(chain.from_iterable(map(_query_terms, set(words(text)))))
        found: list[str] = []
        for word in _distinct(query):
            exact, *parts = _query_terms(word)
            if exact in held or sum(part in held for part in parts) >= _MATCH * len(parts):
                found.append(word)
        exact_terms = [_query_terms(word)[0] for word in found]
        positions = self._find(exact_terms)
        idf = dict(zip(self._terms[positions].tolist(), self._idf[positions].tolist(), strict=True))
        order = [(-idf.get(term, self._idf[-1]), i) for i, term in enumerate(exact_terms)]
        return [found[i] for _, i in sorted(order)]

    def _find(self, terms: list[bytes]) -> npt.NDArray[np.int64]:
        """Return the positions of the terms that the index has."""
        if not len(self._terms) or not terms:
            return np.zeros(0, np.int64)
        wanted = np.array(terms, dtype=self._terms.dtype)
        positions = np.searchsorted(self._terms, wanted)
        positions = np.minimum(positions, len(self._terms) - 1)
        present: npt.NDArray[np.int64] = positions[self._terms[positions] == wanted]
        return present


def _distinct(query: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(query))[:QUERY_WORDS]


def top(scores: Floats, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return rows and values of the ``k`` highest positive scores, best first, ties by row."""
    candidates = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
    values = scores[candidates]
    if 0 < k < len(candidates):
        # Keep everything that ties with the k-th, so that the tie is settled by row and not by chance.
        kth = -np.partition(-values, k - 1)[k - 1]
        candidates, values = candidates[values >= kth], values[values >= kth]
    order = np.lexsort((candidates, -values))[: max(k, 0)]
    return candidates[order], values[order]


@dataclass(frozen=True)
class _Postings:
    """Term frequencies sorted by term, then row."""

    size: int
    terms: npt.NDArray[np.bytes_]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    frequencies: Floats

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
        terms, term_of_word = _terms_of(list(vocabulary))
        by_term = (by_word @ term_of_word).T.tocsr()
        by_term.sort_indices()
        return cls(size, terms, by_term.indptr.astype(np.int64), by_term.indices.astype(np.int32), by_term.data)

    def weighted(self, counted: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.generic], ...]:
        """Return the arrays of :data:`_FILES`; the last idf is that of a term nobody has."""
        total = int(counted.sum())
        lengths = np.bincount(self.rows, weights=self.frequencies, minlength=self.size)
        average = float(lengths[counted].mean()) if total else 1.0
        norms = K1 * (1 - B + B * lengths / max(average, 1e-9))
        df = np.add.reduceat(np.append(counted[self.rows], False), self.starts[:-1], dtype=np.int64)
        idf = np.log1p((total - np.append(df, 0) + 0.5) / (np.append(df, 0) + 0.5))
        weights = np.repeat(idf[:-1], np.diff(self.starts)) * self.frequencies
        weights /= self.frequencies + norms[self.rows]
        return (
            self.terms,
            self.starts,
            self.rows,
            weights.astype(np.float32),
            idf.astype(np.float32),
            norms.astype(np.float32),
        )


def _terms_of(vocabulary: list[str]) -> tuple[npt.NDArray[np.bytes_], object]:
    """Return the sorted terms of all words, and the matrix (words, terms) of how often a word holds each."""
    from scipy.sparse import csr_array

    per_word = [word_terms(word) for word in vocabulary]
    flat = np.array(list(chain.from_iterable(per_word)), dtype=f"S{_TERM_BYTES}")
    terms, columns = np.unique(flat, return_inverse=True)
    bounds = np.concatenate([[0], np.cumsum([len(found) for found in per_word])])
    shape = (len(vocabulary), len(terms))
    matrix = csr_array((np.ones(len(flat), np.float32), columns, bounds), shape=shape)
    matrix.sum_duplicates()
    return terms, matrix


def _corrupt(folder: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{folder}: damaged lexical index. Rebuild the indexes: replyassist doctor.")
