"""The built-in encoder fitted to a team: which words its own texts make telling, and what only they can teach.

Three things are learned from a knowledge base and past tickets in seconds, in closed form, and nothing is downloaded:
how common each word is there (the team's own name says nothing; a word that no document has says little), a small
latent semantic space of the same texts (:mod:`replyassist.embed.lsa`) that knows product names and which words stand
in each other's translations, and nothing else. A vector is the shipped model's beside the small space's, the latter
counting :data:`LSA_SHARE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from replyassist.embed.artifact import digest_of, read_arrays, read_header, write_artifact
from replyassist.embed.encoder import Kind
from replyassist.embed.lsa import LsaEncoder
from replyassist.embed.lsa_fit import fit_lsa
from replyassist.embed.nordic import ARTIFACT, FORMAT_VERSION, REMEMBERED_WORDS, NordicEncoder
from replyassist.errors import ArtifactCorrupt
from replyassist.text.ngrams import WordTable, find_keys, split_words, sum_words, unit_rows, word_key

LSA_SHARE = 0.2
LSA_DIM = 128
UNSEEN = 0.25
"""What a word counts that none of the team's documents has. Chosen, as are the other numbers here, on the four
validation organisations of ``training/corpus``."""

_STEEPNESS = 10.0
_LEAST = 0.02
_DOUBT = 2
"""Documents added to those of a language, so that a handful of them does not make every word common."""

_NORDIC, _LSA = "nordic", "lsa"


class TeamHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="team"):
    """``encoder.json`` of a :class:`TeamEncoder`."""

    format_version: int
    lsa_share: float
    unseen: float


@dataclass(frozen=True)
class TeamText:
    """One text to fit to; texts of one ``group`` are translations of one another.

    Of texts ``from_customers`` a word that only one of them has is not learned: it may be somebody's name.
    """

    text: str
    language: str | None = None
    group: str | None = None
    from_customers: bool = False


@dataclass(frozen=True)
class WordWeights:
    """What words count for one team: ``values`` (w,) by sorted ``keys`` (w,), others ``unseen``."""

    keys: NDArray[np.uint32]
    values: NDArray[np.float32]
    unseen: float

    def of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the weight of each of ``words``."""
        place = find_keys(self.keys, np.array([word_key(word) for word in words], dtype=np.uint32))
        if not len(self.keys):
            return np.ones(len(words), dtype=np.float32)
        return np.where(place >= 0, self.values[place], np.float32(self.unseen)).astype(np.float32)


class TeamEncoder:
    """A fitted encoder; make one with :func:`fit_team`."""

    def __init__(self, nordic: NordicEncoder, lsa: LsaEncoder, weights: WordWeights, *, lsa_share: float) -> None:
        self.nordic, self._lsa, self._weights, self._lsa_share = nordic, lsa, weights, lsa_share
        self.name = f"team-{digest_of(weights.keys, weights.values)}+{nordic.name}+{lsa.name}"
        self._table = WordTable(self.dim, self._word_vectors, capacity=REMEMBERED_WORDS)

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return self.nordic.dim + self._lsa.dim

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Return one row of unit length per text (n, dim); a text with no known feature is a zero row.

        Queries and passages are treated alike.
        """
        vectors = sum_words(self._table, texts, self.dim)
        own = self.nordic.dim
        vectors[:, :own] = unit_rows(vectors[:, :own])
        vectors[:, own:] = unit_rows(vectors[:, own:]) * np.float32(np.sqrt(self._lsa_share))
        return unit_rows(vectors)

    def with_nordic(self, nordic: NordicEncoder) -> TeamEncoder:
        """Return what the team's texts taught, over another model of the five languages."""
        return TeamEncoder(nordic, self._lsa, self._weights, lsa_share=self._lsa_share)

    def save(self, folder: Path) -> None:
        """Write the encoder with the models it stands on, so that the folder is complete."""
        header = TeamHeader(format_version=FORMAT_VERSION, lsa_share=self._lsa_share, unseen=self._weights.unseen)
        write_artifact(folder, ARTIFACT, header, {"keys": self._weights.keys, "values": self._weights.values})
        self.nordic.save(folder / _NORDIC)
        self._lsa.save(folder / _LSA)

    @classmethod
    def load(cls, folder: Path) -> TeamEncoder:
        """Read what :meth:`save` wrote.

        Raises:
            ArtifactError: a file is missing, damaged or of another format version.
        """
        header = read_header(folder, ARTIFACT, TeamHeader, version=FORMAT_VERSION)
        arrays = read_arrays(folder, ARTIFACT, {"keys": ("uint32", 1), "values": ("float32", 1)})
        if len(arrays["keys"]) != len(arrays["values"]):
            raise ArtifactCorrupt(f"{folder}: the encoder's arrays differ in length; build it again")
        weights = WordWeights(arrays["keys"], arrays["values"], header.unseen)
        nordic, lsa = NordicEncoder.load(folder / _NORDIC), LsaEncoder.load(folder / _LSA)
        return cls(nordic, lsa, weights, lsa_share=header.lsa_share)

    def _word_vectors(self, words: list[str]) -> NDArray[np.float32]:
        weighted = self.nordic.word_vectors(words) * self._weights.of(words)[:, None]
        return np.concatenate([weighted, self._lsa.word_vectors(words)], axis=1)


def fit_team(nordic: NordicEncoder, texts: Sequence[TeamText]) -> TeamEncoder:
    """Fit the built-in encoder to a team's own texts, personal data masked beforehand.

    >>> team = fit_team(load_encoder("nordic"), [TeamText("Hvor er pakken?", language="nb")])  # doctest: +SKIP
    """
    lsa = LsaEncoder.empty()
    if any(split_words(one.text) for one in texts):
        lsa = fit_lsa([one.text for one in texts], groups=[one.group for one in texts], dim=LSA_DIM)
    return TeamEncoder(nordic, lsa, _fit_weights(texts), lsa_share=LSA_SHARE)


def _fit_weights(texts: Iterable[TeamText]) -> WordWeights:
    """Weigh each word by the share of documents that have it, in the language where that share is highest."""
    counts: dict[str | None, Counter[str]] = {}
    sizes: Counter[str | None] = Counter()
    said: Counter[str] = Counter()
    written: set[str] = set()
    for one in texts:
        words = set(split_words(one.text))
        counts.setdefault(one.language, Counter()).update(words)
        sizes[one.language] += 1
        if one.from_customers:
            said.update(words)
        else:
            written |= words
    shares: dict[int, float] = {}
    for language, found in counts.items():
        for word, count in found.items():
            if word in written or said[word] > 1:
                share = count / (sizes[language] + _DOUBT)
                shares[word_key(word)] = max(shares.get(word_key(word), 0.0), share)
    keys = np.array(sorted(shares), dtype=np.uint32)
    share_of = np.array([shares[int(key)] for key in keys], dtype=np.float64)
    values = 1 - np.log1p(_STEEPNESS * share_of) / np.log1p(_STEEPNESS)
    return WordWeights(keys, np.maximum(values, _LEAST).astype(np.float32), UNSEEN)
