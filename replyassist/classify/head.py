"""One trained task as numbers, how it decides, and how it is kept on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from replyassist.classify.calibration import Floats
from replyassist.classify.guarantee import NOTHING_SEEN, HeldOut
from replyassist.classify.outside import Outside
from replyassist.classify.signals import SIGNALS

Arrays = dict[str, NDArray[Any]]

ARRAYS = {
    "words": ("float16", 2),
    "pairs": ("float16", 2),
    "dense": ("float32", 2),
    "signals": ("float32", 2),
    "intercepts": ("float32", 1),
    "confidence": ("float32", 1),
    "chosen": ("int16", 1),
    "correct": ("bool", 1),
    "true_share": ("float32", 1),
    "centroids": ("float32", 2),
    "typical": ("float32", 1),
}
"""The arrays of a head on disk: type and number of dimensions."""


class HeadHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What ``heads.json`` says of one head."""

    labels: tuple[str, ...]
    temperature: float
    by_language: dict[str, float]
    caution: float | None
    outside: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Head:
    """One task; ``words`` (f, labels), ``pairs`` (p, labels), ``dense`` (dim, labels), ``signals`` (s, labels) weigh.

    ``temperature`` and ``by_language`` calibrate the margins. ``caution`` is none where labels have no order; where
    they have, it says how many times worse a label one step too low is than one too high. ``held_out`` is what the
    thresholds are drawn from, ``outside`` tells what is unlike all that was learned from.
    """

    labels: tuple[str, ...]
    words: NDArray[np.float16]
    pairs: NDArray[np.float16]
    dense: NDArray[np.float32]
    signals: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    temperature: float = 1.0
    by_language: Mapping[str, float] = field(default_factory=dict)
    held_out: HeldOut = NOTHING_SEEN
    caution: float | None = None
    outside: Outside | None = None

    @property
    def header(self) -> HeadHeader:
        """Return what goes into ``heads.json``."""
        return HeadHeader(
            labels=self.labels,
            temperature=self.temperature,
            by_language=dict(self.by_language),
            caution=self.caution,
            outside=self.outside.scale if self.outside else None,
        )

    @property
    def arrays(self) -> Arrays:
        """Return what goes into ``heads.safetensors``."""
        own = {name: getattr(self, name) for name in ("words", "pairs", "dense", "signals", "intercepts")}
        seen = {one.name: getattr(self.held_out, one.name) for one in fields(HeldOut)}
        empty = np.zeros((0, len(self.labels)), np.float32)
        outside = {
            "centroids": self.outside.centroids if self.outside else empty,
            "typical": self.outside.typical if self.outside else empty[:, 0],
        }
        return own | seen | outside

    @classmethod
    def restore(cls, header: HeadHeader, arrays: Arrays) -> Head:
        """Return the head that ``header`` and ``arrays`` describe; :meth:`fits` says whether they belong together."""
        outside = None
        if header.outside is not None:
            outside = Outside(arrays["centroids"], header.outside, arrays["typical"])
        return cls(
            labels=header.labels,
            **{name: arrays[name] for name in ("words", "pairs", "dense", "signals", "intercepts")},
            temperature=header.temperature,
            by_language=header.by_language,
            held_out=HeldOut(**{one.name: arrays[one.name] for one in fields(HeldOut)}),
            caution=header.caution,
            outside=outside,
        )

    def fits(self, words: int, pairs: int) -> bool:
        """Say whether the shapes agree with each other and with a vocabulary of that many words and pairs."""
        labels = len(self.labels)
        weights = (self.words, self.pairs, self.dense, self.signals)
        seen = [getattr(self.held_out, one.name) for one in fields(HeldOut)]
        return (
            labels >= 2
            and len(self.signals) in (0, len(SIGNALS))
            and min(self.temperature, *self.by_language.values(), 1.0) > 0
            and (len(self.words), len(self.pairs)) == (words, pairs)
            and all(array.shape[1] == labels for array in weights)
            and len(self.intercepts) == labels
            and len({len(array) for array in seen}) == 1
            and (self.outside is None or self.outside.fits(self.dense.shape))
        )


def choose(shares: Floats, caution: float | None) -> NDArray[np.intp]:
    """Return the number of the label to give (n,), by probabilities ``shares`` (n, labels).

    Without ``caution`` the likeliest. With it the labels are ordered, and the one of least expected cost is given: a
    label ``k`` steps too high costs ``k``, one too low ``caution`` times that.
    """
    if caution is None:
        chosen: NDArray[np.intp] = shares.argmax(axis=1)
        return chosen
    steps = np.arange(shares.shape[1])
    gap = steps[:, None] - steps[None, :]  # of the true label (row) over the given one (column)
    costs = np.where(gap > 0, caution * gap, -gap)
    cheapest: NDArray[np.intp] = (shares @ costs).argmin(axis=1)
    return cheapest
