"""What every encoder offers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Kind = Literal["query", "passage"]
"""What a text is: a question that looks for something, or a piece of a document that may be found."""


class Vectors(Protocol):
    """Texts to vectors. ``name`` differs between those whose vectors may not be compared."""

    @property
    def name(self) -> str:
        """Return the encoder's name: kind and version."""
        ...

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Return one row per text (n, dim)."""
        ...


class Encoder(Vectors, Protocol):
    """Vectors of unit length (a text with no known feature is a zero row), from a model that can be kept."""

    def save(self, folder: Path) -> None:
        """Write the encoder so that :func:`replyassist.embed.load_encoder` reads it."""
        ...
