"""Near-duplicates by MinHash over character n-grams (Broder 1997), confirmed by the exact Jaccard similarity."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from datasketch import MinHash, MinHashLSH

SHINGLE = 5
THRESHOLD = 0.5
"""Two texts are near-duplicates from this Jaccard similarity on. See README.md for why."""
_PERMUTATIONS = 128
_SLACK = 0.15
_NOT_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")


class Pair(msgspec.Struct, frozen=True):
    """Two texts by id, and their similarity."""

    first: str
    second: str
    similarity: float


def shingles(text: str) -> frozenset[str]:
    """Return the character n-grams of a text in lower case, with digits alike and spacing normalised.

    >>> sorted(shingles("Hei du"))
    ['ei du', 'hei d']
    """
    plain = _DIGIT.sub("0", _NOT_WORD.sub(" ", text.lower())).strip()
    return frozenset(plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1)))


def near_duplicates(texts: Sequence[tuple[str, str]], threshold: float = THRESHOLD) -> list[Pair]:
    """Return the pairs of ``(id, text)`` that are at least ``threshold`` alike, most alike first.

    The hash index is asked a little below the threshold, so that its estimate costs no pair that the exact
    similarity would keep.
    """
    sets = {name: shingles(text) for name, text in texts}
    index = MinHashLSH(threshold=max(0.1, threshold - _SLACK), num_perm=_PERMUTATIONS)
    found = []
    for name, grams in sets.items():
        hashed = MinHash(num_perm=_PERMUTATIONS)
        hashed.update_batch([gram.encode() for gram in grams])
        for other in index.query(hashed):
            similarity = jaccard(grams, sets[other])
            if similarity >= threshold:
                found.append(Pair(other, name, round(similarity, 3)))
        index.insert(name, hashed)
    return sorted(found, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of shingles that both have."""
    return len(first & second) / len(first | second)
