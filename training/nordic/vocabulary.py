"""Which words and character n-grams the encoder knows, how much a word weighs, and texts as numbers of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.embed.nordic import compose_words
from replyassist.text.ngrams import split_words, word_key, word_keys
from replyassist.types import LANGUAGES
from training.nordic.heldout import number

SHORTEST, LONGEST = 3, 5
SMOOTHING = 1e-3
"""``a`` of smooth inverse frequency, a / (a + p(word)) (Arora et al. 2017)."""

_DAMPED = 12.0

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Bags:
    """Texts as numbers of words: text ``i`` is ``words[starts[i] : starts[i + 1]]``."""

    words: Ints
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """``keys`` (f,) sorted features; ``weights`` (f,) what a word weighs whose own key this is, 1 for n-grams."""

    keys: NDArray[np.uint32]
    weights: Floats


def numbered(texts: Iterable[str], words: dict[str, int]) -> Bags:
    """Return ``texts`` as bags; new words are added to ``words``."""
    flat: list[int] = []
    starts = [0]
    for text in texts:
        flat.extend([words.setdefault(word, len(words)) for word in split_words(text)])
        starts.append(len(flat))
    return Bags(np.array(flat, dtype=np.int32), np.array(starts, dtype=np.int64))


def frequencies(bags: Bags, languages: Sequence[str], emphasis: Floats, words: int) -> Floats:
    """Return the share (5, words) of each word in each language; text ``i`` counts ``emphasis[i]`` times."""
    number_of = {language: row for row, language in enumerate(LANGUAGES)}
    rows = np.array([number_of[language] for language in languages], dtype=np.int64)
    lengths = np.diff(bags.starts)
    place = np.repeat(rows, lengths) * words + bags.words
    counts = np.bincount(place, np.repeat(emphasis, lengths), len(LANGUAGES) * words).reshape(len(LANGUAGES), words)
    shares: Floats = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    return shares


def chosen(words: Sequence[str], counts: Floats, shares: Floats, *, whole: int, grams: int) -> Vocabulary:
    """Return the ``whole`` most frequent words and the ``grams`` n-grams that most words hold, by damped count.

    ``counts`` (words,) weigh n-grams; ``shares`` (5, words) rank words by the language that uses them most.
    """
    top = shares.max(axis=0)
    kept = np.argsort(-top, kind="stable")[:whole]
    own = np.array([word_key(words[place]) for place in kept], dtype=np.uint32)
    own, first = np.unique(own, return_index=True)
    smooth = (SMOOTHING / (SMOOTHING + top[kept][first])).astype(np.float32)
    worth = np.minimum(np.sqrt(counts) + 1, _DAMPED)
    lists = [word_keys(word, SHORTEST, LONGEST)[1:] for word in words]
    flat = np.array([key for keys in lists for key in keys], dtype=np.uint32)
    owner = np.repeat(np.arange(len(words)), [len(keys) for keys in lists])
    found, inverse = np.unique(flat, return_inverse=True)
    scores = np.bincount(inverse, worth[owner])
    scores[np.isin(found, own)] = 0
    best = found[np.argsort(-scores, kind="stable")[:grams]]
    keys = np.concatenate([own, best])
    weights = np.concatenate([smooth, np.ones(len(best), np.float32)])
    order = np.argsort(keys)
    return Vocabulary(keys[order], weights[order])


def composed(words: Sequence[str], vocabulary: Vocabulary) -> sp.csr_matrix:
    """Return how words are made of features (words, f)."""
    return compose_words(words, vocabulary.keys, vocabulary.weights, shortest=SHORTEST, longest=LONGEST)


def misspelt(words: Sequence[str], each: int = 2) -> list[str]:
    """Return ``each`` wrong spellings of every word, one after another; a short word stays as it is."""
    return [_misspelling(word, number(f"{word} {again}")) for word in words for again in range(each)]


_FOLDS = str.maketrans("åäæöø", "aaaoo")
_LETTERS = "aeionrstldkmvgåäöøæ"


def _misspelling(word: str, luck: int) -> str:
    if len(word) < 4 or not word.isalpha():
        return word.translate(_FOLDS)
    kind, luck = luck % 100, luck // 100
    folded = word.translate(_FOLDS)
    if kind < 25 and folded != word:
        return folded
    at, luck = 1 + luck % (len(word) - 2), luck // len(word)
    if kind < 50:
        return word[:at] + word[at + 1 :]
    if kind < 70:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    letter = _LETTERS[luck % len(_LETTERS)]
    if kind < 85:
        return word[:at] + letter + word[at + 1 :]
    return word[:at] + (word[at] if kind < 95 else letter) + word[at:]
