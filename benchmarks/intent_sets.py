"""Banking77 and CLINC150 as parts (texts, labels), their held-out tenth, and few-shot draws from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import read
from training.nordic.heldout import number

OUT = "oos"
Part = tuple[list[str], NDArray[np.str_]]


def banking(part: str, *, held_out: bool | None = None) -> Part:
    """Return a part of Banking77; with ``held_out`` the tenth of it that is kept for validation, or the rest."""
    rows = [row for row in read(f"banking77.{part}") if held_out in (None, number("intent " + row["text"]) % 10 == 0)]
    return [row["text"] for row in rows], np.array([row["label"] for row in rows])


def clinc(part: str) -> Part:
    """Return a part of CLINC150 with what is out of scope."""
    rows = list(read(f"clinc150.{part}"))
    return [row["text"] for row in rows], np.array([row["label"] for row in rows])


def in_scope(part: Part) -> Part:
    """Return the part without what is out of scope."""
    kept = part[1] != OUT
    return [text for text, inside in zip(part[0], kept, strict=True) if inside], part[1][kept]


def joined(one: Part, other: Part) -> Part:
    """Return both parts together."""
    return [*one[0], *other[0]], np.concatenate([one[1], other[1]])


def drawn(part: Part, draw: int, shots: int = 10) -> Part:
    """Return ``shots`` examples of each label."""
    rows = shot_rows(part[1], draw, shots)
    return [part[0][row] for row in rows], part[1][rows]


def shot_rows(labels: NDArray[np.str_], draw: int, shots: int = 10) -> NDArray[np.intp]:
    """Return which rows :func:`drawn` takes."""
    order = np.random.default_rng(draw).permutation(len(labels))
    return np.concatenate([order[labels[order] == label][:shots] for label in np.unique(labels)])
