"""Batches of pairs: which rows, which languages, which stretch of a long text, which words misspelt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.nordic.sources import Source
from training.nordic.vocabulary import Bags

Ints = NDArray[np.int32]
Starts = NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """Flat word numbers and where each text starts."""

    words: Ints
    starts: Starts

    def followed_by(self, other: Texts) -> Texts:
        """Return the texts of both."""
        return Texts(
            np.concatenate([self.words, other.words]), np.concatenate([self.starts, self.starts[-1] + other.starts[1:]])
        )

    def with_asides(self, asides: Texts, chosen: NDArray[np.bool_]) -> Texts:
        """Return the texts, the ``chosen`` ones followed by the aside of the same number."""
        own, added = np.diff(self.starts), np.where(chosen, np.diff(asides.starts), 0)
        starts = np.concatenate([[0], np.cumsum(own + added)])
        words = np.empty(starts[-1], dtype=np.int32)
        is_own = np.arange(starts[-1]) - np.repeat(starts[:-1], own + added) < np.repeat(own, own + added)
        words[is_own] = self.words
        words[~is_own] = asides.words[np.repeat(chosen, np.diff(asides.starts))]
        return Texts(words, starts)


@dataclass(frozen=True)
class Noise:
    """Shares of words: misspelt ones, and those left out."""

    misspelt: float = 0.12
    dropped: float = 0.0


def draw_rows(source: Source, size: int, generator: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return text numbers of the left and the right side, and groups, of ``size`` rows at most."""
    rows = generator.choice(len(source.left), min(size, len(source.left)), replace=False)
    left_column = _any_column(source.left[rows] >= 0, generator)
    allowed = source.right[rows] >= 0
    if source.translations:
        allowed = allowed.copy()
        allowed[np.arange(len(rows)), left_column] = False
    right_column = _any_column(allowed, generator)
    return source.left[rows, left_column], source.right[rows, right_column], source.group[rows]


def _any_column(allowed: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.intp]:
    luck = generator.random(allowed.shape, dtype=np.float32)
    column: NDArray[np.intp] = np.where(allowed, luck, -1).argmax(axis=1)
    return column


def cut(
    bags: Bags,
    texts: Ints,
    longest: int,
    noise: Noise,
    variants: Ints,
    generator: np.random.Generator,
) -> Texts:
    """Return the words of ``texts``: a random stretch of at most ``longest``, some misspelt, some left out.

    ``variants`` (words, k) are the misspellings of each word.
    """
    begin, end = bags.starts[texts], bags.starts[texts + 1]
    spare = np.maximum(end - begin - longest, 0)
    begin = begin + (generator.random(len(texts)) * (spare + 1)).astype(np.int64)
    length = np.minimum(end - begin, longest)
    starts = np.concatenate([[0], np.cumsum(length)])
    place = np.arange(starts[-1]) + np.repeat(begin - starts[:-1], length)
    words = bags.words[place]
    if noise.misspelt:
        wrong = np.flatnonzero(generator.random(len(words)) < noise.misspelt)
        words = words.copy()
        words[wrong] = variants[words[wrong], generator.integers(0, variants.shape[1], len(wrong))]
    if noise.dropped:
        kept = generator.random(len(words)) >= noise.dropped
        owner = np.repeat(np.arange(len(texts)), length)[kept]
        words, starts = words[kept], np.searchsorted(owner, np.arange(len(texts) + 1))
    return Texts(words, starts)
