"""The built-in encoder: one space for Norwegian, Swedish, Danish, Finnish and English, served with numpy.

Trained by ``training/nordic`` so that texts that mean the same, ask and answer, or head and hold, lie close in any two
of the five languages. A text's vector is the sum of its words' vectors, brought to unit length; a word's is the sum
of its own row and those of its character n-grams over the square root of their number (Bojanowski et al. 2017), times
a weight that is small for words that every text has (Arora et al. 2017). Rows take four bits a number. What the
shipped model was trained on and what it reaches: ``models/nordic/README.md``.
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
from replyassist.embed.quantized import unpack_rows
from replyassist.errors import ArtifactCorrupt, StorageError
from replyassist.text.ngrams import WordTable, find_keys, sum_words, unit_rows, word_keys

FORMAT_VERSION = 1
ARTIFACT = "encoder"
MODULES_FILE = "modules.json"
MODULE = "replyassist.embed.sentence_module.NordicModule"
"""What sentence-transformers opens the folder with."""

REMEMBERED_WORDS = 32_768
"""Words whose vectors are kept in memory, 1.5 KB each."""

_NEW_WORDS = 1024
_ARRAYS = {"keys": ("uint32", 1), "weights": ("float32", 1), "rows": ("uint8", 2), "scales": ("float32", 1)}


class NordicHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="nordic"):
    """``encoder.json`` of a :class:`NordicEncoder`; ``trained_on`` names the recipe or the adaptation."""

    format_version: int
    shortest: int
    longest: int
    digest: str
    trained_on: str


def compose_words(
    words: Sequence[str],
    keys: NDArray[np.uint32],
    weights: NDArray[np.float32],
    *,
    shortest: int,
    longest: int,
) -> sp.csr_matrix:
    """Return how much of each feature's row each word takes (words, f): its weight / sqrt(number of its features)."""
    keys_of = [word_keys(word, shortest, longest) for word in words]
    sizes = np.array([len(of_word) for of_word in keys_of], dtype=np.int64)
    place = find_keys(keys, np.array([key for of_word in keys_of for key in of_word], dtype=np.uint32))
    own = place[np.cumsum(sizes) - sizes]
    weight = np.where(own >= 0, weights[own], np.float32(1))
    owner = np.repeat(np.arange(len(words)), sizes)[place >= 0]
    known = np.bincount(owner, minlength=len(words))
    shares = (weight / np.sqrt(np.maximum(known, 1))).astype(np.float32)
    ends = np.concatenate([[0], np.cumsum(known)])
    place = place[place >= 0].astype(np.int32)
    return sp.csr_matrix((shares[owner], place, ends), shape=(len(words), len(keys)))


class NordicEncoder:
    """The shipped model, by ``load_encoder("nordic")``, or one adapted to a team's own tickets.

    ``keys`` (f,) are the sorted keys of the known features: words and their n-grams of ``shortest`` to ``longest``
    characters. ``weights`` (f,) say how much a word counts whose own key this is; ``rows`` (f, dim / 2) and
    ``scales`` (f,) are the features' vectors as :func:`replyassist.embed.quantized.pack_rows` packs them. Encoding
    gives the same bits whatever else is in the batch.
    """

    def __init__(
        self,
        keys: NDArray[np.uint32],
        weights: NDArray[np.float32],
        rows: NDArray[np.uint8],
        scales: NDArray[np.float32],
        *,
        shortest: int,
        longest: int,
        trained_on: str = "",
        digest: str = "",
    ) -> None:
        self.keys, self.weights, self.rows, self.scales = keys, weights, rows, scales
        self.shortest, self.longest, self.trained_on = shortest, longest, trained_on
        self.digest = digest or digest_of(keys, weights, rows, scales)
        self.name = f"nordic-{self.digest}"
        self._table = WordTable(self.dim, self.word_vectors, capacity=REMEMBERED_WORDS)

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return 2 * int(self.rows.shape[1])

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Return one row of unit length per text (n, dim); a text with no known feature is a zero row.

        Queries and passages are treated alike.
        """
        return unit_rows(sum_words(self._table, texts, self.dim))

    def word_vectors(self, words: list[str]) -> NDArray[np.float32]:
        """Return what each word adds to a text (words, dim), before the text is brought to unit length."""
        parts = [words[start : start + _NEW_WORDS] for start in range(0, len(words), _NEW_WORDS)]
        return np.concatenate([self._composed(part) for part in parts])

    def word_shares(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return what each word gives to the unit vector of a text of these words (words, dim)."""
        vectors = self.word_vectors(list(words)) if words else np.zeros((0, self.dim), np.float32)
        length = float(np.linalg.norm(vectors.sum(axis=0)))
        return vectors / length if length else vectors

    def composition(self, words: Sequence[str]) -> sp.csr_matrix:
        """Return :func:`compose_words` of this encoder's features."""
        return compose_words(words, self.keys, self.weights, shortest=self.shortest, longest=self.longest)

    def with_rows(self, rows: NDArray[np.uint8], scales: NDArray[np.float32], *, trained_on: str) -> NordicEncoder:
        """Return an encoder of the same features with other vectors, packed."""
        return NordicEncoder(
            self.keys, self.weights, rows, scales, shortest=self.shortest, longest=self.longest, trained_on=trained_on
        )

    def save(self, folder: Path) -> None:
        """Write ``encoder.json``, ``encoder.safetensors``, and ``modules.json`` for sentence-transformers."""
        header = NordicHeader(
            format_version=FORMAT_VERSION,
            shortest=self.shortest,
            longest=self.longest,
            digest=self.digest,
            trained_on=self.trained_on,
        )
        arrays: dict[str, NDArray[Any]] = {name: getattr(self, name) for name in _ARRAYS}
        write_artifact(folder, ARTIFACT, header, arrays)
        modules = [{"idx": 0, "name": "0", "path": "", "type": MODULE}]
        try:
            (folder / MODULES_FILE).write_bytes(msgspec.json.encode(modules))
        except OSError as error:
            raise StorageError.wrap(error, folder) from error

    @classmethod
    def load(cls, folder: Path) -> NordicEncoder:
        """Map what :meth:`save` wrote into memory.

        Raises:
            ArtifactError: a file is missing, damaged or of another format version.
        """
        header = read_header(folder, ARTIFACT, NordicHeader, version=FORMAT_VERSION)
        arrays = read_arrays(folder, ARTIFACT, _ARRAYS, mapped=True)
        if len({len(arrays[name]) for name in _ARRAYS}) != 1:
            raise ArtifactCorrupt(f"{folder}: the encoder's arrays differ in length; build it again")
        return cls(
            **{name: arrays[name] for name in _ARRAYS},
            shortest=header.shortest,
            longest=header.longest,
            trained_on=header.trained_on,
            digest=header.digest,
        )

    def _composed(self, words: list[str]) -> NDArray[np.float32]:
        composition = self.composition(words)
        features, columns = np.unique(composition.indices, return_inverse=True)
        shape = (len(words), len(features))
        local = sp.csr_matrix((composition.data, columns.astype(np.int32), composition.indptr), shape=shape)
        vectors: NDArray[np.float32] = local @ unpack_rows(self.rows[features], self.scales[features])
        return vectors
