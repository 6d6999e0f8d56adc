"""The labelled messages nearest to a new one, by id: what a tag leans on, without keeping a text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from replyassist.embed import Vectors
from replyassist.embed.artifact import read_arrays, read_header, write_artifact
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.text.ngrams import unit_rows
from replyassist.types import Neighbour

FORMAT_VERSION = 1
ARTIFACT = "neighbours"
_STEPS = 127
_ARRAYS = {"vectors": ("int8", 2), "scales": ("float32", 1)}


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int
    encoder: str
    ids: list[str]
    labels: list[dict[str, str]]


class Neighbours:
    """The ids, labels by task, and vectors (n, dim; eight bits a number) of the messages heads were trained on.

    ``encoder`` is the name of that which the vectors are from.
    """

    files = (f"{ARTIFACT}.json", f"{ARTIFACT}.safetensors")

    def __init__(
        self,
        encoder: str,
        ids: list[str],
        labels: list[dict[str, str]],
        vectors: NDArray[np.int8],
        scales: NDArray[np.float32],
    ) -> None:
        self.encoder = encoder
        self._ids, self._labels, self._vectors, self._scales = ids, labels, vectors, scales

    @classmethod
    def of(
        cls, encoder: Vectors, ids: Sequence[str], labels: Sequence[dict[str, str]], texts: Sequence[str]
    ) -> Neighbours:
        """Keep the vectors of ``texts`` (n,), messages with these ids and labels."""
        vectors = unit_rows(encoder.encode(texts, kind="query"))
        scales = np.abs(vectors).max(axis=1, initial=1e-30) / _STEPS
        return cls(
            encoder.name,
            list(ids),
            list(labels),
            np.rint(vectors / scales[:, None]).astype(np.int8),
            scales.astype("f4"),
        )

    def nearest(self, vector: NDArray[np.float32], task: str, *, k: int = 3) -> tuple[Neighbour, ...]:
        """Return the ``k`` messages with a label of ``task`` whose vectors are nearest to ``vector`` (dim,)."""
        length = float(np.linalg.norm(vector)) or 1.0
        cosines = (self._vectors @ vector) * self._scales / length
        found: list[Neighbour] = []
        for place in np.argsort(-cosines, kind="stable").tolist():
            if len(found) == k or cosines[place] <= 0:
                break
            if task in self._labels[place]:
                label, similarity = self._labels[place][task], float(cosines[place])
                found.append(Neighbour(id=self._ids[place], label=label, similarity=min(similarity, 1.0)))
        return tuple(found)

    def without(self, ids: Collection[str]) -> Neighbours:
        """Return the neighbours but those with these ids."""
        kept = [place for place, name in enumerate(self._ids) if name not in ids]
        names, labels = [self._ids[place] for place in kept], [self._labels[place] for place in kept]
        return Neighbours(self.encoder, names, labels, self._vectors[kept], self._scales[kept])

    def save(self, folder: Path) -> None:
        """Write ``neighbours.json`` and ``neighbours.safetensors``."""
        header = _Header(format_version=FORMAT_VERSION, encoder=self.encoder, ids=self._ids, labels=self._labels)
        write_artifact(folder, ARTIFACT, header, {"vectors": self._vectors, "scales": self._scales})

    @classmethod
    def open(cls, folder: Path) -> Neighbours | None:
        """Read what :meth:`save` wrote, none where there is nothing.

        Raises:
            ArtifactError: a file is damaged or of another format version.
        """
        try:
            header = read_header(folder, ARTIFACT, _Header, version=FORMAT_VERSION)
        except ArtifactMissing:
            return None
        arrays = read_arrays(folder, ARTIFACT, _ARRAYS)
        if len({len(header.ids), len(header.labels), len(arrays["vectors"]), len(arrays["scales"])}) != 1:
            raise ArtifactCorrupt(f"{folder}: the neighbours' arrays differ in length; build it again")
        return cls(header.encoder, header.ids, header.labels, arrays["vectors"], arrays["scales"])
