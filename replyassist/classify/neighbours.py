"""The labelled messages nearest to a new one, by id: what a tag leans on, without keeping a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from replyassist.embed.artifact import read_arrays, read_header, write_artifact
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.types import Neighbour

FORMAT_VERSION = 1
ARTIFACT = "neighbours"
_STEPS = 127
_ARRAYS = {"vectors": ("int8", 2), "scales": ("float32", 1)}


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int
    ids: list[str]
    labels: list[dict[str, str]]


class Neighbours:
    """The ids, labels by task, and vectors (n, dim; eight bits a number) of the messages heads were trained on."""

    def __init__(
        self,
        ids: list[str],
        labels: list[dict[str, str]],
        vectors: NDArray[np.int8],
        scales: NDArray[np.float32],
    ) -> None:
        self._ids, self._labels, self._vectors, self._scales = ids, labels, vectors, scales

    @classmethod
    def of(cls, ids: Sequence[str], labels: Sequence[dict[str, str]], vectors: NDArray[np.float32]) -> Neighbours:
        """Keep unit ``vectors`` (n, dim) of the messages with these ids and labels."""
        scales = np.abs(vectors).max(axis=1, initial=1e-30) / _STEPS
        return cls(list(ids), list(labels), np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype("f4"))

    def nearest(self, vector: NDArray[np.float32], task: str, *, k: int = 3) -> tuple[Neighbour, ...]:
        """Return the ``k`` messages with a label of ``task`` whose vectors are nearest to ``vector`` (dim,)."""
        cosines = (self._vectors @ vector) * self._scales
        found: list[Neighbour] = []
        for place in np.argsort(-cosines, kind="stable").tolist():
            if len(found) == k or cosines[place] <= 0:
                break
            if task in self._labels[place]:
                label, similarity = self._labels[place][task], float(cosines[place])
                found.append(Neighbour(id=self._ids[place], label=label, similarity=min(similarity, 1.0)))
        return tuple(found)

    def save(self, folder: Path) -> None:
        """Write ``neighbours.json`` and ``neighbours.safetensors``."""
        header = _Header(format_version=FORMAT_VERSION, ids=self._ids, labels=self._labels)
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
        return cls(header.ids, header.labels, arrays["vectors"], arrays["scales"])
