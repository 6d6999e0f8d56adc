"""Serving trained heads: margins from looked-up words, calibrated probabilities, decisions, reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.classify.decide import Limits, Scored, decide, limits_of
from replyassist.classify.features import Vocabulary, square_sums
from replyassist.classify.head import ARRAYS, Head, HeadHeader
from replyassist.classify.report import TrainingReport
from replyassist.classify.signals import SIGNALS, signal_rows
from replyassist.embed import Vectors
from replyassist.embed.artifact import digest_of, read_arrays, read_header, write_artifact
from replyassist.errors import ArtifactCorrupt, ConfigError, DataError
from replyassist.settings import Tagging
from replyassist.text.ngrams import WordTable, split_batches, word_spans
from replyassist.types import Evidence, Prediction

FORMAT_VERSION = 2
ARTIFACT = "heads"
DEFAULT = Tagging()
REMEMBERED_WORDS = 65_536
"""Words whose weights are kept in memory, four bytes a label each: an inbox in five languages has many."""


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int
    encoder: str | None
    heads: dict[str, HeadHeader]
    metrics: TrainingReport


_VOCABULARY = {
    "keys": ("uint32", 1),
    "weights": ("float32", 1),
    "pairs": ("int64", 1),
    "pair_weights": ("float32", 1),
}


class Classifier:
    """Trained heads over one vocabulary; make one with :func:`replyassist.classify.train.train`.

    ``metrics`` says how good they are. Any number of threads may predict.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        heads: dict[str, Head],
        metrics: TrainingReport,
        encoder: Vectors | None = None,
        encoder_name: str | None = None,
    ) -> None:
        self.metrics = metrics
        self._vocabulary = vocabulary
        # In one order, whatever they were given in: files and digests depend on it.
        self._heads = heads = dict(sorted(heads.items()))
        self._encoder = encoder
        self._encoder_name = encoder.name if encoder else encoder_name
        ends = np.cumsum([0, *(len(head.labels) for head in heads.values())])
        self._columns = {task: slice(*ends[i : i + 2]) for i, task in enumerate(heads)}
        self._words = np.hstack([head.words for head in heads.values()]).astype(np.float32)
        self._pairs = np.hstack([head.pairs for head in heads.values()]).astype(np.float32)
        self._intercepts = np.concatenate([head.intercepts for head in heads.values()])
        self._dense = _joined([head.dense for head in heads.values()])
        self._signals = _joined([head.signals for head in heads.values()])
        self._centroids = {
            task: head.outside.centroids for task, head in heads.items() if head.outside and len(head.outside.centroids)
        }
        self._table = WordTable(self._words.shape[1] + 2, self._describe_words, capacity=REMEMBERED_WORDS)
        self._limits: dict[tuple[str, Tagging], Limits] = {}

    @property
    def tasks(self) -> tuple[str, ...]:
        """Return the names of the tasks, such as ``intent``."""
        return tuple(self._heads)

    @cached_property
    def digest(self) -> str:
        """Return eight hexadecimal digits that change with anything that was learned."""
        arrays = [getattr(self._vocabulary, name) for name in _VOCABULARY]
        arrays += [array for head in self._heads.values() for array in head.arrays.values()]
        arrays.append(np.array([head.temperature for head in self._heads.values()]))
        return digest_of(*arrays)

    @property
    def encoder_name(self) -> str | None:
        """Return the name of the encoder whose vectors the heads read, none when they read none."""
        return self._encoder_name if self.uses_encoder else None

    @property
    def uses_encoder(self) -> bool:
        """Say whether predictions need vectors; training may find that the encoder does not help."""
        return self._dense is not None

    def labels(self, task: str) -> tuple[str, ...]:
        """Return the labels of ``task``."""
        return self.head(task).labels

    def only(self, tasks: Sequence[str]) -> Classifier:
        """Return a classifier of these tasks alone."""
        kept = {task: self.head(task) for task in tasks}
        return Classifier(self._vocabulary, kept, self.metrics, self._encoder, self._encoder_name)

    def limits(self, task: str, tagging: Tagging) -> Limits:
        """Return the probabilities from which tags of ``task`` are preselected and automated under ``tagging``."""
        key = (task, tagging)
        if key not in self._limits:
            self._limits[key] = limits_of(self.head(task), tagging)
        return self._limits[key]

    def head(self, task: str) -> Head:
        """Return the head of ``task``.

        Raises:
            ConfigError: there is none.
        """
        if task not in self._heads:
            raise ConfigError(f"no task {task!r}; trained are {', '.join(self._heads)}")
        return self._heads[task]

    def with_heads(self, heads: Mapping[str, Head]) -> Classifier:
        """Return a classifier in which ``heads`` take the place of those of the same tasks."""
        merged = {task: heads.get(task, head) for task, head in self._heads.items()}
        return Classifier(self._vocabulary, merged, self.metrics, self._encoder, self._encoder_name)

    def automated_share(self, task: str, tagging: Tagging) -> float:
        """Return the share of held-out examples that is acted on alone under ``tagging``."""
        seen = self.head(task).held_out
        return float(np.mean(seen.confidence >= self.limits(task, tagging).automate[seen.chosen]))

    def predict(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        vectors: NDArray[np.float32] | None = None,
        tagging: Tagging = DEFAULT,
    ) -> list[dict[str, Prediction]]:
        """Return a calibrated prediction per task for each of ``texts``.

        ``languages`` are those of the texts where known, ``vectors`` (n, dim) the encoder's for these texts as
        queries, if the caller has them. ``abstained`` says of a text without a label why it has none.

        Raises:
            ConfigError: the heads need an encoder and have none.
            DataError: ``vectors`` has another shape than the texts and the encoder give.
        """
        languages = [None] * len(texts) if languages is None else languages
        limits = {task: self.limits(task, tagging) for task in self._heads}
        results: list[dict[str, Prediction]] = []
        for start, scored in self._batches(texts, languages, vectors):
            of_batch = languages[start : start + len(scored.known)]
            by_task = [
                decide(head, self._of_task(task, scored), of_batch, limits[task]) for task, head in self._heads.items()
            ]
            results += [dict(zip(self._heads, row, strict=True)) for row in zip(*by_task, strict=True)]
        return results

    def score(
        self,
        texts: Sequence[str],
        task: str,
        *,
        languages: Sequence[str | None] | None = None,
        vectors: NDArray[np.float32] | None = None,
    ) -> Scored:
        """Return the uncalibrated scores behind :meth:`predict`, columns in the order of :meth:`labels`."""
        languages = [None] * len(texts) if languages is None else languages
        parts = [self._of_task(task, scored) for _, scored in self._batches(texts, languages, vectors)]
        if not parts:
            empty = np.zeros((0, len(self.labels(task))), dtype=np.float32)
            return Scored(empty, empty, np.zeros(0, dtype=np.bool_))
        return Scored(
            np.concatenate([part.margins for part in parts]),
            np.concatenate([part.cosines for part in parts]),
            np.concatenate([part.known for part in parts]),
        )

    def margins(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        vectors: NDArray[np.float32] | None = None,
    ) -> dict[str, NDArray[np.float32]]:
        """Return the uncalibrated scores (n, labels) of every task at once; see :meth:`score`."""
        languages = [None] * len(texts) if languages is None else languages
        empty = np.zeros((0, self._words.shape[1]), dtype=np.float32)
        together = np.concatenate([empty, *(s.margins for _, s in self._batches(texts, languages, vectors))])
        return {task: together[:, columns] for task, columns in self._columns.items()}

    def explain(self, text: str, task: str, label: str, *, k: int = 5) -> tuple[Evidence, ...]:
        """Return the ``k`` words of ``text`` that weighed most for or against ``label``, strongest first.

        Weights are exact shares of the label's margin: over all words they sum to it, but for the intercept and the
        signals (and for the vectors, where the encoder is not the built-in one). A pair of words counts half for each.
        Offsets point into ``text``.
        """
        labels = self.labels(task)
        if label not in labels:
            raise ConfigError(f"the task {task} has no label {label!r}; it has {', '.join(labels)}")
        spans = list(word_spans(text))
        shares = self.word_shares([word for word, _, _ in spans], task)[:, labels.index(label)]
        of_place: defaultdict[tuple[int, int], float] = defaultdict(float)
        for (_, start, end), share in zip(spans, shares.tolist(), strict=True):
            of_place[start, end] += share
        ranked = sorted(of_place.items(), key=lambda item: (-abs(item[1]), item[0]))
        return tuple(
            Evidence(text=text[start:end], weight=weight, start=start, end=end)
            for (start, end), weight in ranked[:k]
            if weight
        )

    def word_shares(self, words: Sequence[str], task: str) -> NDArray[np.float64]:
        """Return what each word of a text gives to each margin of ``task`` (words, labels)."""
        columns = self._columns[task]
        shares = self._sparse_shares(list(words), columns)
        told = getattr(self._encoder, "word_shares", None)
        if self._dense is not None and told is not None and (of_vector := told(words)) is not None:
            shares += of_vector @ self._dense[:, columns]
        return shares

    def signal_weight(self, task: str, label: str, signal: str) -> float:
        """Return what ``signal`` adds to the margin of ``label``; 0 for a head that does not read signals."""
        head = self.head(task)
        return float(head.signals[SIGNALS.index(signal), head.labels.index(label)]) if len(head.signals) else 0.0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Return the encoder's vectors (n, dim) of ``texts``, none when no head reads vectors."""
        return self._encode(texts) if self.uses_encoder else None

    def save(self, folder: Path) -> None:
        """Write ``heads.json`` and ``heads.safetensors``; they hold no text."""
        header = _Header(
            format_version=FORMAT_VERSION,
            encoder=self._encoder_name if self.uses_encoder else None,
            heads={task: head.header for task, head in self._heads.items()},
            metrics=self.metrics,
        )
        arrays: dict[str, NDArray[Any]] = {name: getattr(self._vocabulary, name) for name in _VOCABULARY}
        for task, head in self._heads.items():
            arrays |= {f"{task}.{name}": array for name, array in head.arrays.items()}
        write_artifact(folder, ARTIFACT, header, arrays)

    @classmethod
    def open(cls, folder: Path, encoder: Vectors | None = None) -> Classifier:
        """Read what :meth:`save` wrote. ``encoder`` must be the one it was trained with, if it uses one.

        Raises:
            ArtifactError: a file is missing, damaged or of another format version.
            ConfigError: trained with another encoder.
        """
        header = read_header(folder, ARTIFACT, _Header, version=FORMAT_VERSION)
        expected = {f"{task}.{name}": form for task in header.heads for name, form in ARRAYS.items()}
        arrays = read_arrays(folder, ARTIFACT, _VOCABULARY | expected)
        vocabulary = Vocabulary(**{name: arrays[name] for name in _VOCABULARY})
        heads = {
            task: Head.restore(described, {name: arrays[f"{task}.{name}"] for name in ARRAYS})
            for task, described in header.heads.items()
        }
        sizes = len(vocabulary.keys), len(vocabulary.pairs)
        whole = sizes == (len(vocabulary.weights), len(vocabulary.pair_weights))
        if not heads or not whole or not all(head.fits(*sizes) for head in heads.values()):
            raise ArtifactCorrupt(f"{folder}: the heads' arrays do not fit together; build it again")
        if encoder is not None and header.encoder not in (None, encoder.name):
            raise ConfigError(
                f"{folder}: trained with the encoder {header.encoder}, not {encoder.name}; build it again"
            )
        return cls(vocabulary, heads, header.metrics, encoder, header.encoder)

    def _of_task(self, task: str, scored: Scored) -> Scored:
        """Return the part of ``scored`` that concerns ``task``."""
        columns = self._columns[task]
        cosines = scored.cosines[:, columns] if task in self._centroids else scored.cosines[:, :0]
        return Scored(scored.margins[:, columns], cosines, scored.known)

    def _batches(
        self, texts: Sequence[str], languages: Sequence[str | None], vectors: NDArray[np.float32] | None
    ) -> Iterator[tuple[int, Scored]]:
        """Yield where a run of texts begins, and what all heads together say of it."""
        if self._dense is None:
            vectors = None
        elif vectors is None:
            vectors = self._encode(texts)
        elif vectors.shape != (len(texts), len(self._dense)):
            raise DataError(f"vectors must have the shape ({len(texts)}, {len(self._dense)})")
        for start, batch in split_batches(texts):
            end = start + len(batch)
            signals = None if self._signals is None else signal_rows(texts[start:end], languages[start:end])
            yield start, self._score(batch, None if vectors is None else vectors[start:end], signals)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._encoder is None:
            raise ConfigError(
                f"the heads were trained with the encoder {self._encoder_name}: open them with it, or give vectors"
            )
        return self._encoder.encode(texts, kind="query")

    def _describe_words(self, words: list[str]) -> NDArray[np.float32]:
        """Return per word its margins, its squared length, and its position in the vocabulary or -1."""
        features, own = self._vocabulary.word_features(words)
        return np.column_stack([features @ self._words, square_sums(features), own]).astype(np.float32)

    def _score(
        self, batch: list[list[str]], vectors: NDArray[np.float32] | None, signals: NDArray[np.float32] | None
    ) -> Scored:
        """Return the margins and cosines of all tasks side by side, and which texts hold a known word."""
        rows, places = self._table.look_up(batch)
        lengths = np.fromiter(map(len, batch), dtype=np.int64, count=len(batch))
        sums = _distinct(places, lengths, len(rows)) @ rows
        pairs = self._vocabulary.pair_features(rows[places, -1].astype(np.int64), lengths)
        squares = sums[:, -2] + square_sums(pairs)
        known = squares > 0
        margins = sums[:, :-2] + pairs @ self._pairs
        margins /= np.sqrt(np.where(known, squares, 1))[:, None]
        margins += self._intercepts
        cosines = np.zeros((len(batch), 0), dtype=np.float32)
        if vectors is not None and self._dense is not None:
            margins += _row_by_row(vectors, self._dense)
            cosines = np.zeros_like(margins)
            for task, centroids in self._centroids.items():
                cosines[:, self._columns[task]] = _row_by_row(vectors, centroids)
        if signals is not None and self._signals is not None:
            margins += _row_by_row(signals, self._signals)
        return Scored(margins, cosines, known)

    def _sparse_shares(self, words: list[str], columns: slice) -> NDArray[np.float64]:
        """Return what each word gives by itself and its pairs; a repeated word gives it where it first stands."""
        rows, places = self._table.look_up([words])
        shares = np.zeros((len(words), columns.stop - columns.start))
        first = np.unique(places, return_index=True)[1]
        shares[first] = rows[places[first], columns]
        own = rows[places, -1].astype(np.int64)
        stands = {position: number for number, position in reversed(list(enumerate(own.tolist())))}
        pairs = self._vocabulary.pair_features(own, np.array([len(words)]))
        for pair, weight in zip(pairs.indices, pairs.data.tolist(), strict=True):
            members = [stands[position] for position in self._vocabulary.members(pair)]
            shares[members] += weight * self._pairs[pair, columns] / len(members)
        squares = float(rows[places[first], -2].sum() + square_sums(pairs).sum())
        return shares / np.sqrt(squares) if squares else shares


def _row_by_row(vectors: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors @ weights``, each row the same bits in any batch: BLAS rounds by the size of the batch."""
    count, dim = vectors.shape
    columns, ends = np.tile(np.arange(dim, dtype=np.int32), count), np.arange(0, count * dim + 1, dim)
    product: NDArray[np.float32] = sp.csr_matrix((vectors.ravel(), columns, ends), shape=vectors.shape) @ weights
    return product


def _joined(parts: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Return weights of all heads side by side, none when no head has any."""
    dim = max(len(part) for part in parts)
    if dim == 0:
        return None
    return np.hstack([part if len(part) else np.zeros((dim, part.shape[1]), np.float32) for part in parts])


def _distinct(places: NDArray[np.int32], lengths: NDArray[np.int64], size: int) -> sp.csr_matrix:
    """Return which table rows each text has (n, size), once each, in the order they come in the text."""
    text = np.repeat(np.arange(len(lengths)), lengths)
    first = np.sort(np.unique(text * size + places, return_index=True)[1])
    ends = np.searchsorted(text[first], np.arange(len(lengths) + 1))
    ones = np.ones(len(first), dtype=np.float32)
    return sp.csr_matrix((ones, places[first], ends), shape=(len(lengths), size))
