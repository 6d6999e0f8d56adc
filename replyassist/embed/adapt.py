"""Continue training the built-in encoder on a team's own pairs, and prove on held-out ones that it helped.

A pair is a question with what answered it, or a title with its body, also in another language. Training starts from the
shipped model every time, so what is learned comes from the pairs at hand alone: a document that is gone leaves
nothing behind. Only the rows of words and n-grams that the pairs contain move.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.embed.encoder import Encoder
from replyassist.embed.nordic import NordicEncoder
from replyassist.embed.quantized import pack_rows, unpack_rows
from replyassist.embed.table import Table, contrast
from replyassist.errors import DataError
from replyassist.text.ngrams import split_words

FEWEST_PAIRS = 50
"""With fewer pairs nothing can be shown on the fifth that is held out."""

MOST_PAIRS = 30_000
"""Of more pairs, these many are drawn by hash: the rest would add hours and little else."""

_CONFIDENCE = 2.326
_HELD_OUT = 5
_MOST_ASKED = 2000
_BATCH = 256
_EPOCHS = 8
_FEWEST_STEPS, _MOST_STEPS = 20, 1500
_RATE = 0.002
_SCALE = 20.0
_PIECE = 1000
"""Characters read of a text: about what search ranks as one piece."""


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together; pairs of one ``group`` answer each other as well."""

    left: str
    right: str
    group: str


@dataclass(frozen=True)
class Proof:
    """What adapting changed on held-out pairs: the mean reciprocal rank of the right answer among all answers.

    ``error`` is the standard error of the difference, over groups of pairs.
    """

    trained_on: int
    held_out: int
    before: float
    after: float
    error: float

    @property
    def kept(self) -> bool:
        """Return whether the new vectors are better beyond chance: one-sided, at one per cent."""
        return self.after - self.before > _CONFIDENCE * self.error


Fit = Callable[[NordicEncoder], Encoder]


def adapt(nordic: NordicEncoder, pairs: Sequence[Pair], *, fit: Fit, seed: int = 0) -> tuple[NordicEncoder, Proof]:
    """Return the encoder trained on the pairs that are not held out, and the proof of what that is worth.

    ``fit`` makes of a built-in encoder the one that the team uses; before and after are measured with that. A fifth
    of the groups, by hash, is held out.

    Raises:
        DataError: there are too few pairs, or all of one group.
    """
    pairs = [
        Pair(pair.left[:_PIECE], pair.right[:_PIECE], pair.group) for pair in sorted(pairs, key=_luck)[:MOST_PAIRS]
    ]
    held = [pair for pair in pairs if _is_held_out(pair)][:_MOST_ASKED]
    seen = [pair for pair in pairs if not _is_held_out(pair)]
    if len(pairs) < FEWEST_PAIRS or not held or not seen:
        raise DataError(
            f"{len(pairs)} pairs to adapt to; it takes at least {FEWEST_PAIRS} solved tickets or articles with a title"
        )
    adapted = _train(nordic, seen, seed)
    before, after = (_reciprocal_ranks(fit(encoder), held, pairs) for encoder in (nordic, adapted))
    # Pairs of one group rise and fall together: a group is one observation.
    _, groups = np.unique(_groups(held), return_inverse=True)
    gains = np.bincount(groups, after - before) / np.bincount(groups)
    error = float(gains.std() / np.sqrt(len(gains)))
    return adapted, Proof(len(seen), len(held), float(before.mean()), float(after.mean()), error)


def _luck(pair: Pair) -> int:
    return zlib.crc32(f"{pair.group}\0{pair.left}\0{pair.right}".encode("utf-8", "surrogatepass"))


def _is_held_out(pair: Pair) -> bool:
    return zlib.crc32(pair.group.encode("utf-8", "surrogatepass")) % _HELD_OUT == 0


def _reciprocal_ranks(encoder: Encoder, asked: Sequence[Pair], answers: Sequence[Pair]) -> NDArray[np.float64]:
    """Return 1 / rank of the best right answer to each of ``asked`` among the texts of ``answers``."""
    texts = list(dict.fromkeys(pair.right for pair in answers))
    place = {text: number for number, text in enumerate(texts)}
    right: dict[str, set[int]] = {}
    for pair in answers:
        right.setdefault(pair.group, set()).add(place[pair.right])
    passages = encoder.encode(texts, "passage")
    found = []
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        scores = encoder.encode([pair.left for pair in batch], "query") @ passages.T
        best = np.array([scores[row, sorted(right[pair.group])].max() for row, pair in enumerate(batch)])
        found.append(1.0 / (1 + (scores > best[:, None]).sum(axis=1)))
    return np.concatenate(found)


def _train(nordic: NordicEncoder, pairs: Sequence[Pair], seed: int) -> NordicEncoder:
    words: dict[str, int] = {}
    sides = [[_numbers(pair.left, words) for pair in pairs], [_numbers(pair.right, words) for pair in pairs]]
    group = _groups(pairs)
    composition = nordic.composition(list(words))
    touched = np.unique(composition.indices)
    table = Table(unpack_rows(nordic.rows[touched], nordic.scales[touched]))
    generator = np.random.default_rng(seed)
    steps = min(_MOST_STEPS, max(_FEWEST_STEPS, _EPOCHS * len(pairs) // _BATCH))
    local = composition[:, touched]
    for step in range(steps):
        rows = generator.choice(len(pairs), min(_BATCH, len(pairs)), replace=False)
        left, right = ([side[row] for row in rows] for side in sides)
        _step(table, local, left, right, group[rows], _RATE * (1 - step / steps))
    packed, scales = np.array(nordic.rows), np.array(nordic.scales)
    packed[touched], scales[touched] = pack_rows(table.rows)
    return nordic.with_rows(packed, scales, trained_on=f"{nordic.trained_on}; adapted to {len(pairs)} pairs")


def _groups(pairs: Sequence[Pair]) -> NDArray[np.int32]:
    """Return a number for each pair; pairs of one group or with the same right text share it."""
    of_group: dict[str, int] = {}
    of_right: dict[str, int] = {}
    numbers: list[int] = []
    for pair in pairs:
        number = of_group.get(pair.group, of_right.get(pair.right, len(numbers)))
        of_group.setdefault(pair.group, number)
        of_right.setdefault(pair.right, number)
        numbers.append(number)
    return np.array(numbers, dtype=np.int32)


def _step(
    table: Table,
    composition: sp.csr_matrix,
    left: list[NDArray[np.int32]],
    right: list[NDArray[np.int32]],
    group: NDArray[np.int32],
    rate: float,
) -> None:
    starts = np.cumsum([0, *map(len, left), *map(len, right)])
    encoded = table.encode(np.concatenate([*left, *right]), starts, composition)
    count = len(left)
    _, *upstream = contrast(encoded.vectors[:count], encoded.vectors[count:], group, _SCALE)
    table.step(encoded.features, table.gradient(encoded, np.concatenate(upstream)), rate)


def _numbers(text: str, words: dict[str, int]) -> NDArray[np.int32]:
    return np.array([words.setdefault(word, len(words)) for word in split_words(text)], dtype=np.int32)
