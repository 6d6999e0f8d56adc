"""How varied the messages of a language are: lengths, distinct n-grams, openings and closings that come back."""

from __future__ import annotations

import random
import re
import statistics
from collections import Counter
from collections.abc import Sequence

import msgspec

_WORD = re.compile(r"[^\W_]+")
_EDGE = 4
_SAMPLE_WORDS = 20_000


class Variety(msgspec.Struct, frozen=True):
    """Figures of one language. Shares are of all messages; lengths are in words."""

    messages: int
    words_p10: int
    words_median: int
    words_p90: int
    words_longest: int
    distinct_1: float
    distinct_2: float
    distinct_3: float
    repeated_opening: float
    repeated_closing: float
    commonest_openings: tuple[tuple[str, int], ...]
    commonest_closings: tuple[tuple[str, int], ...]


def variety(texts: Sequence[str]) -> Variety:
    """Measure ``texts``, all of one language.

    Openings and closings are the first and last four words; one counts as repeated when another message has the
    same. distinct-n (Li et al. 2016) is taken on a fixed number of words, drawn message by message, since it
    falls with the size of a text.
    """
    tokens = [_WORD.findall(text.lower()) for text in texts]
    lengths = sorted(map(len, tokens))
    sample = _sample(tokens)
    opening = Counter(" ".join(words[:_EDGE]) for words in tokens if len(words) > _EDGE)
    closing = Counter(" ".join(words[-_EDGE:]) for words in tokens if len(words) > _EDGE)
    return Variety(
        messages=len(texts),
        words_p10=lengths[len(lengths) // 10],
        words_median=int(statistics.median(lengths)),
        words_p90=lengths[len(lengths) * 9 // 10],
        words_longest=lengths[-1],
        distinct_1=_distinct(sample, 1),
        distinct_2=_distinct(sample, 2),
        distinct_3=_distinct(sample, 3),
        repeated_opening=_repeated(opening, len(texts)),
        repeated_closing=_repeated(closing, len(texts)),
        commonest_openings=tuple(opening.most_common(5)),
        commonest_closings=tuple(closing.most_common(5)),
    )


def _sample(tokens: Sequence[list[str]]) -> list[list[str]]:
    order = list(tokens)
    random.Random(0).shuffle(order)
    taken, total = [], 0
    for words in order:
        if total >= _SAMPLE_WORDS:
            break
        taken.append(words)
        total += len(words)
    return taken


def _distinct(tokens: Sequence[list[str]], n: int) -> float:
    grams = [tuple(words[i : i + n]) for words in tokens for i in range(len(words) - n + 1)]
    return round(len(set(grams)) / max(1, len(grams)), 3)


def _repeated(edges: Counter[str], messages: int) -> float:
    return round(sum(times for times in edges.values() if times > 1) / messages, 3)
