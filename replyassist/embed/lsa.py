"""The built-in encoder: latent semantic analysis over subwords, served with numpy.

Words and their character n-grams, weighted by inverse document frequency, are projected onto the leading
singular directions of the team's own texts (Deerwester et al. 1990). The projection is linear, so the
vector of a text is the sum of the vectors of its words, brought to unit length.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.embed.artifact import digest_of, read_arrays, read_header, write_artifact
from replyassist.embed.encoder import Kind
from replyassist.errors import ArtifactCorrupt
from replyassist.text.ngrams import WordTable, find_keys, sum_words, unit_rows, word_keys

FORMAT_VERSION = 1
ARTIFACT = "encoder"
_NEW_WORDS = 1024


class LsaHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="lsa"):
    """``encoder.json`` of an :class:`LsaEncoder`."""

    format_version: int
    shortest: int
    longest: int


class LsaEncoder:
    """A fitted encoder; make one with :func:`replyassist.embed.fit_lsa`.

    ``keys`` (f,) are the sorted keys of the known features, ``rows`` (f, dim) their vectors as int8 and
    ``scales`` (f,) what one step of a row is worth. Encoding gives the same bits whatever else is in the
    batch.
    """

    def __init__(
        self,
        keys: NDArray[np.uint32],
        rows: NDArray[np.int8],
        scales: NDArray[np.float32],
        *,
        shortest: int,
        longest: int,
    ) -> None:
        self._keys, self._rows, self._scales = keys, rows, scales
        self._shortest, self._longest = shortest, longest
        self._table = WordTable(rows.shape[1], self.word_vectors)
        self.name = f"lsa-{digest_of(keys, rows)}"

    @classmethod
    def empty(cls) -> LsaEncoder:
        """Return the encoder of a team without texts: it knows nothing and gives zero rows of length one."""
        rows, scales = np.zeros((0, 1), np.int8), np.zeros(0, np.float32)
        return cls(np.zeros(0, np.uint32), rows, scales, shortest=1, longest=1)

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return int(self._rows.shape[1])

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Return one row of unit length per text (n, dim); a text with no known feature is a zero row.

        Queries and passages are treated alike.
        """
        return unit_rows(sum_words(self._table, texts, self.dim))

    def save(self, folder: Path) -> None:
        """Write ``encoder.json`` and ``encoder.safetensors``."""
        header = LsaHeader(format_version=FORMAT_VERSION, shortest=self._shortest, longest=self._longest)
        arrays: dict[str, NDArray[Any]] = {"keys": self._keys, "rows": self._rows, "scales": self._scales}
        write_artifact(folder, ARTIFACT, header, arrays)

    @classmethod
    def load(cls, folder: Path) -> LsaEncoder:
        """Read what :meth:`save` wrote.

        Raises:
            ArtifactError: a file is missing, damaged or of another format version.
        """
        header = read_header(folder, ARTIFACT, LsaHeader, version=FORMAT_VERSION)
        expected = {"keys": ("uint32", 1), "rows": ("int8", 2), "scales": ("float32", 1)}
        arrays = read_arrays(folder, ARTIFACT, expected)
        if not len(arrays["keys"]) == len(arrays["rows"]) == len(arrays["scales"]):
            raise ArtifactCorrupt(f"{folder}: the encoder's arrays differ in length; build it again")
        return cls(**arrays, shortest=header.shortest, longest=header.longest)

    def word_vectors(self, words: list[str]) -> NDArray[np.float32]:
        """Return what each word adds to a text (words, dim), before the text is brought to unit length."""
        parts = [words[start : start + _NEW_WORDS] for start in range(0, len(words), _NEW_WORDS)]
        return np.concatenate([self._sum_features(part) for part in parts])

    def _sum_features(self, words: list[str]) -> NDArray[np.float32]:
        keys = [word_keys(word, self._shortest, self._longest) for word in words]
        owner = np.repeat(np.arange(len(words)), [len(of_word) for of_word in keys])
        place = find_keys(self._keys, np.array([key for of_word in keys for key in of_word], dtype=np.uint32))
        owner, place = owner[place >= 0], place[place >= 0]
        ends = np.searchsorted(owner, np.arange(len(words) + 1))
        shape = (len(words), len(place))
        sums = sp.csr_matrix((self._scales[place], np.arange(len(place)), ends), shape=shape)
        vectors: NDArray[np.float32] = sums @ self._rows[place].astype(np.float32)
        return vectors
