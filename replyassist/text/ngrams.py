"""Words and character n-grams: the features that the built-in encoder and the classifiers read.

Character n-grams with word boundaries carry inflection, compounds and typing errors, which whole words do
not; for Nordic text they are the strongest same-language signal there is (Cavnar and Trenkle 1994;
Bojanowski et al. 2017). A feature is known by a 32-bit key, so what is learned from them holds no strings.

A word has the same features wherever it stands. :class:`WordTable` therefore computes what a model says of
a word once and then looks it up: a text costs one table row per word.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

MAX_WORDS = 10_000
"""Words read of one text; what follows is ignored."""

_WORD = re.compile(r"[^\W\d_]{1,40}|\d+|[^\w\s]")
_NUMBER = re.compile(r"\d+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SHORT = 2048
_CHUNK = re.compile(rf"\S{{1,{_SHORT}}}")
_BATCH_WORDS = 20_000
_GRAM_SALT = 1


def split_words(text: str) -> list[str]:
    """Return the words, numbers and symbols of ``text`` in NFKC and lower case.

    A number becomes one to four zeros, so that no feature stands for somebody's number; zero-width
    characters vanish; a word longer than 40 characters falls into parts.

    >>> split_words("Hvor er pakken 48213? 😡")
    ['hvor', 'er', 'pakken', '0000', '?', '😡']
    """
    if len(text) <= _SHORT:
        return _WORD.findall(_normalise(text))
    return [word for word, _, _ in word_spans(text)]


def word_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of :func:`split_words` with their place ``[start, end)`` in ``text`` as it is.

    Where normalising changes the length (a ligature, a decomposed letter, a number), all words of the
    stretch between two blanks share its place.
    """
    seen = 0
    for match in _CHUNK.finditer(text):
        normal = _normalise(match.group())
        exact = len(normal) == len(match.group())
        for word in _WORD.finditer(normal):
            start, end = match.span()
            if exact:
                start, end = start + word.start(), start + word.end()
            yield word.group(), start, end
            seen += 1
            if seen == MAX_WORDS:
                return


def _normalise(text: str) -> str:
    """Call with short texts only: ordering combining marks takes time square in the length of their run."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _NUMBER.sub(_zeros, text.lower())


def _zeros(number: re.Match[str]) -> str:
    return "0000"[: number.end() - number.start()]


def split_batches(texts: Sequence[str]) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield runs of split texts and where each run begins, so that memory stays bounded for any input."""
    batch: list[list[str]] = []
    words = 0
    for number, text in enumerate(texts):
        batch.append(split_words(text))
        words += len(batch[-1])
        if words > _BATCH_WORDS:
            yield number + 1 - len(batch), batch
            batch, words = [], 0
    if batch:
        yield len(texts) - len(batch), batch


@lru_cache(maxsize=8_192)
def word_keys(word: str, shortest: int, longest: int) -> tuple[int, ...]:
    """Return the 32-bit keys of ``word``: its own first, then those of its distinct character n-grams.

    N-grams of ``shortest`` to ``longest`` characters are taken from the word between two boundary marks.
    Numbers and symbols have no n-grams.
    """
    own = word_key(word)
    if not word[0].isalpha():
        return (own,)
    bounded = f"<{word}>"
    grams = {
        bounded[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(len(bounded) - size + 1)
    }
    return (own, *sorted([zlib.crc32(gram.encode("utf-8", "surrogatepass"), _GRAM_SALT) for gram in grams]))


def word_key(word: str) -> int:
    """Return the 32-bit key of ``word`` itself."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def find_keys(known: NDArray[np.uint32], keys: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return the position of each of ``keys`` in the sorted array ``known``, -1 where it is not there."""
    if not len(known):
        return np.full(len(keys), -1, dtype=np.intp)
    place = np.searchsorted(known, keys)
    place[place == len(known)] = 0
    place[known[place] != keys] = -1
    return place


class WordTable:
    """One row of numbers per word, computed when a word is first met and remembered.

    ``compute`` turns distinct words into an array (words, width) of float32; a row must not depend on the
    other words of the call. About ``capacity`` words are remembered; when there are more, the table starts
    anew. Any number of threads may look up.
    """

    def __init__(
        self, width: int, compute: Callable[[list[str]], NDArray[np.float32]], *, capacity: int = 16_384
    ) -> None:
        self._compute = compute
        self._capacity = capacity
        self._lock = threading.Lock()
        self._index = _Numbering()
        self._rows = np.zeros((256, width), dtype=np.float32)

    def look_up(self, texts: Iterable[Sequence[str]]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Return (rows, places): the words of all ``texts``, one after another, are ``rows[places]``."""
        with self._lock:
            if len(self._index) > self._capacity:
                self._index = _Numbering()
                self._rows = np.zeros_like(self._rows[:256])
            known = len(self._index)
            places = np.fromiter(map(self._index.__getitem__, chain.from_iterable(texts)), dtype=np.int32)
            if len(self._index) > known:
                self._add(known)
            return self._rows, places

    def _add(self, known: int) -> None:
        total = len(self._index)
        if total > len(self._rows):
            # A new array, never a resize: readers of other threads still hold the old one.
            grown = np.zeros((max(total, 2 * len(self._rows)), self._rows.shape[1]), dtype=np.float32)
            grown[:known] = self._rows[:known]
            self._rows = grown
        self._rows[known:total] = self._compute(list(self._index)[known:])


def sum_words(table: WordTable, texts: Sequence[str], width: int) -> NDArray[np.float32]:
    """Return the sum of the rows of each text's words (n, width); the same bits whatever else is in the batch."""
    sums = np.zeros((len(texts), width), dtype=np.float32)
    for start, batch in split_batches(texts):
        rows, places = table.look_up(batch)
        if len(batch) == 1:
            # The same additions in the same order, without the cost of setting up a sparse matrix.
            sums[start] = rows[places].sum(axis=0)
            continue
        ends = np.cumsum([0, *map(len, batch)])
        ones = np.ones(len(places), dtype=np.float32)
        sums[start : start + len(batch)] = sp.csr_matrix((ones, places, ends), shape=(len(batch), len(rows))) @ rows
    return sums


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``rows`` (n, width) brought to unit length in place; a zero row stays."""
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    np.divide(rows, lengths, out=rows, where=lengths > 0)
    return rows


class _Numbering(dict[str, int]):
    """Number words in the order in which they are first asked for."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number
