"""Serving trained heads: margins from looked-up words, calibrated probabilities, decisions, reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.classify.calibration import acceptance_threshold, calibrate
from replyassist.classify.features import Vocabulary, square_sums
from replyassist.classify.report import TrainingReport
from replyassist.embed import Encoder
from replyassist.embed.artifact import read_arrays, read_header, write_artifact
from replyassist.errors import ArtifactCorrupt, ConfigError, DataError
from replyassist.text.ngrams import WordTable, split_batches, word_spans
from replyassist.types import Alternative, Evidence, Prediction

FORMAT_VERSION = 1
ARTIFACT = "heads"
ALTERNATIVES = 4
NO_KNOWN_WORDS = "no known words"


@dataclass(frozen=True)
class Head:
    """One task. ``words`` (f, labels), ``pairs`` (p, labels) and ``dense`` (dim, labels) are weights.

    ``confidence`` and ``correct`` (n,) are the calibrated probability and the outcome of each training
    example when it was predicted by a model that had not seen it; thresholds are drawn from them.
    """

    labels: tuple[str, ...]
    words: NDArray[np.float16]
    pairs: NDArray[np.float16]
    dense: NDArray[np.float32]
    intercepts: NDArray[np.float32]
    temperature: float
    confidence: NDArray[np.float32]
    correct: NDArray[np.bool_]


class _HeadHeader(msgspec.Struct, frozen=True, kw_only=True):
    labels: tuple[str, ...]
    temperature: float


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int
    encoder: str | None
    heads: dict[str, _HeadHeader]
    metrics: TrainingReport


_VOCABULARY = {
    "keys": ("uint32", 1),
    "weights": ("float32", 1),
    "pairs": ("int64", 1),
    "pair_weights": ("float32", 1),
}
_OF_HEAD = {
    "words": ("float16", 2),
    "pairs": ("float16", 2),
    "dense": ("float32", 2),
    "intercepts": ("float32", 1),
    "confidence": ("float32", 1),
    "correct": ("bool", 1),
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
        encoder: Encoder | None = None,
        encoder_name: str | None = None,
    ) -> None:
        self.metrics = metrics
        self._vocabulary = vocabulary
        self._heads = heads
        self._encoder = encoder
        self._encoder_name = encoder.name if encoder else encoder_name
        ends = np.cumsum([0, *(len(head.labels) for head in heads.values())])
        self._columns = {task: slice(*ends[i : i + 2]) for i, task in enumerate(heads)}
        self._words = np.hstack([head.words for head in heads.values()]).astype(np.float32)
        self._pairs = np.hstack([head.pairs for head in heads.values()]).astype(np.float32)
        self._intercepts = np.concatenate([head.intercepts for head in heads.values()])
        self._dense = _join_dense(list(heads.values()))
        self._table = WordTable(self._words.shape[1] + 2, self._describe_words)
        self._thresholds: dict[tuple[str, float], float] = {}

    @property
    def tasks(self) -> tuple[str, ...]:
        """Return the names of the tasks, such as ``intent``."""
        return tuple(self._heads)

    @property
    def uses_encoder(self) -> bool:
        """Say whether predictions need vectors; training may find that the encoder does not help."""
        return self._dense is not None

    def labels(self, task: str) -> tuple[str, ...]:
        """Return the labels of ``task``."""
        return self._head(task).labels

    def threshold(self, task: str, max_error: float) -> float:
        """Return the least probability that is accepted at ``max_error``; infinite when none can be."""
        key = (task, max_error)
        if key not in self._thresholds:
            head = self._head(task)
            self._thresholds[key] = acceptance_threshold(head.confidence, head.correct, max_error)
        return self._thresholds[key]

    def accepted_share(self, task: str, max_error: float) -> float:
        """Return the share of held-out examples that is accepted at ``max_error``."""
        return float(np.mean(self._head(task).confidence >= self.threshold(task, max_error)))

    def predict(
        self,
        texts: Sequence[str],
        *,
        vectors: NDArray[np.float32] | None = None,
        max_error: float = 0.05,
    ) -> list[dict[str, Prediction]]:
        """Return a calibrated prediction per task for each of ``texts``.

        ``vectors`` (n, dim) are the encoder's for these texts as queries, if the caller has them. A text
        without a known word is abstained from. ``accepted`` holds at an error of ``max_error``.

        Raises:
            ConfigError: ``max_error`` is not between 0 and 1, or the heads need an encoder and have none.
            DataError: ``vectors`` has another shape than the texts and the encoder give.
        """
        limits = {task: self.threshold(task, max_error) for task in self._heads}
        results: list[dict[str, Prediction]] = []
        for margins, known in self._batch_margins(texts, vectors):
            by_task = [
                _decide(head, margins[:, self._columns[task]], known, limits[task])
                for task, head in self._heads.items()
            ]
            results += [dict(zip(self._heads, row, strict=True)) for row in zip(*by_task, strict=True)]
        return results

    def margins(
        self, texts: Sequence[str], task: str, *, vectors: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the uncalibrated scores behind :meth:`predict` (n, labels), in the order of :meth:`labels`."""
        empty = np.zeros((0, len(self.labels(task))), dtype=np.float32)
        batches = self._batch_margins(texts, vectors)
        return np.concatenate([empty, *(margins[:, self._columns[task]] for margins, _ in batches)])

    def explain(self, text: str, task: str, label: str, *, k: int = 5) -> tuple[Evidence, ...]:
        """Return the ``k`` words of ``text`` that weighed most for or against ``label``, strongest first.

        Weights are exact shares of the label's margin: over all words they sum to what the words give it.
        A pair of words counts half for each. Offsets point into ``text``.
        """
        labels = self.labels(task)
        if label not in labels:
            raise ConfigError(f"the task {task} has no label {label!r}; it has {', '.join(labels)}")
        spans = list(word_spans(text))
        shares = self._word_shares([word for word, _, _ in spans], self._columns[task].start + labels.index(label))
        of_place: defaultdict[tuple[int, int], float] = defaultdict(float)
        for (_, start, end), share in zip(spans, shares.tolist(), strict=True):
            of_place[start, end] += share
        ranked = sorted(of_place.items(), key=lambda item: (-abs(item[1]), item[0]))
        return tuple(
            Evidence(text=text[start:end], weight=weight, start=start, end=end)
            for (start, end), weight in ranked[:k]
            if weight
        )

    def save(self, folder: Path) -> None:
        """Write ``heads.json`` and ``heads.safetensors``; they hold no text."""
        header = _Header(
            format_version=FORMAT_VERSION,
            encoder=self._encoder_name if self.uses_encoder else None,
            heads={
                task: _HeadHeader(labels=head.labels, temperature=head.temperature)
                for task, head in self._heads.items()
            },
            metrics=self.metrics,
        )
        arrays: dict[str, NDArray[Any]] = {name: getattr(self._vocabulary, name) for name in _VOCABULARY}
        for number, head in enumerate(self._heads.values()):
            arrays |= {f"{number}.{name}": getattr(head, name) for name in _OF_HEAD}
        write_artifact(folder, ARTIFACT, header, arrays)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder | None = None) -> Classifier:
        """Read what :meth:`save` wrote. ``encoder`` must be the one it was trained with, if it uses one.

        Raises:
            ArtifactError: a file is missing, damaged or of another format version.
            ConfigError: trained with another encoder.
        """
        header = read_header(folder, ARTIFACT, _Header, version=FORMAT_VERSION)
        expected = {f"{i}.{name}": form for i in range(len(header.heads)) for name, form in _OF_HEAD.items()}
        arrays = read_arrays(folder, ARTIFACT, _VOCABULARY | expected)
        vocabulary = Vocabulary(**{name: arrays[name] for name in _VOCABULARY})
        heads = {}
        for number, (task, described) in enumerate(header.heads.items()):
            parts = {name: arrays[f"{number}.{name}"] for name in _OF_HEAD}
            heads[task] = Head(labels=described.labels, temperature=described.temperature, **parts)
        if not heads or not all(_fits(vocabulary, head) for head in heads.values()):
            raise ArtifactCorrupt(f"{folder}: the heads' arrays do not fit together; build it again")
        if encoder is not None and header.encoder not in (None, encoder.name):
            raise ConfigError(
                f"{folder}: trained with the encoder {header.encoder}, not {encoder.name}; build it again"
            )
        return cls(vocabulary, heads, header.metrics, encoder, header.encoder)

    def _head(self, task: str) -> Head:
        if task not in self._heads:
            raise ConfigError(f"no task {task!r}; trained are {', '.join(self._heads)}")
        return self._heads[task]

    def _batch_margins(
        self, texts: Sequence[str], vectors: NDArray[np.float32] | None
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
        if self._dense is None:
            vectors = None
        elif vectors is None:
            vectors = self._encode(texts)
        elif vectors.shape != (len(texts), len(self._dense)):
            raise DataError(f"vectors must have the shape ({len(texts)}, {len(self._dense)})")
        for start, batch in split_batches(texts):
            yield self._margins(batch, None if vectors is None else vectors[start : start + len(batch)])

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

    def _margins(
        self, batch: list[list[str]], vectors: NDArray[np.float32] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the margins of all tasks (n, labels) and which texts hold a known word."""
        rows, places = self._table.look_up(batch)
        lengths = np.fromiter(map(len, batch), dtype=np.int64, count=len(batch))
        sums = _distinct(places, lengths, len(rows)) @ rows
        pairs = self._vocabulary.pair_features(rows[places, -1].astype(np.int64), lengths)
        squares = sums[:, -2] + square_sums(pairs)
        known = squares > 0
        margins = sums[:, :-2] + pairs @ self._pairs
        margins /= np.sqrt(np.where(known, squares, 1))[:, None]
        margins += self._intercepts
        if vectors is not None and self._dense is not None:
            margins += _row_by_row(vectors, self._dense)
        return margins, known

    def _word_shares(self, words: list[str], column: int) -> NDArray[np.float64]:
        """Return what each word gives to a margin; a repeated word gives it where it first stands."""
        rows, places = self._table.look_up([words])
        shares = np.zeros(len(words))
        first = np.unique(places, return_index=True)[1]
        shares[first] = rows[places[first], column]
        own = rows[places, -1].astype(np.int64)
        stands = {position: number for number, position in reversed(list(enumerate(own.tolist())))}
        pairs = self._vocabulary.pair_features(own, np.array([len(words)]))
        gives = pairs.data * self._pairs[pairs.indices, column]
        for pair, given in zip(pairs.indices, gives.tolist(), strict=True):
            members = [stands[position] for position in self._vocabulary.members(pair)]
            shares[members] += given / len(members)
        squares = float(rows[places[first], -2].sum() + square_sums(pairs).sum())
        return shares / np.sqrt(squares) if squares else shares


def _row_by_row(vectors: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors @ weights``, each row the same bits in any batch: BLAS rounds by the size of the batch."""
    count, dim = vectors.shape
    columns, ends = np.tile(np.arange(dim, dtype=np.int32), count), np.arange(0, count * dim + 1, dim)
    product: NDArray[np.float32] = sp.csr_matrix((vectors.ravel(), columns, ends), shape=vectors.shape) @ weights
    return product


def _join_dense(heads: list[Head]) -> NDArray[np.float32] | None:
    """Return the dense weights of all heads side by side, none when no head has any."""
    dim = max(len(head.dense) for head in heads)
    if dim == 0:
        return None
    empty = np.zeros((dim, 0), dtype=np.float32)
    return np.hstack(
        [head.dense if len(head.dense) else np.zeros((dim, len(head.labels)), empty.dtype) for head in heads]
    )


def _fits(vocabulary: Vocabulary, head: Head) -> bool:
    labels = len(head.labels)
    return (
        labels >= 2
        and head.temperature > 0
        and len(vocabulary.keys) == len(vocabulary.weights) == len(head.words)
        and len(vocabulary.pairs) == len(vocabulary.pair_weights) == len(head.pairs)
        and head.words.shape[1] == head.pairs.shape[1] == head.dense.shape[1] == len(head.intercepts) == labels
        and len(head.confidence) == len(head.correct)
    )


def _distinct(places: NDArray[np.int32], lengths: NDArray[np.int64], size: int) -> sp.csr_matrix:
    """Return which table rows each text has (n, size), once each, in the order they come in the text."""
    text = np.repeat(np.arange(len(lengths)), lengths)
    first = np.sort(np.unique(text * size + places, return_index=True)[1])
    ends = np.searchsorted(text[first], np.arange(len(lengths) + 1))
    ones = np.ones(len(first), dtype=np.float32)
    return sp.csr_matrix((ones, places[first], ends), shape=(len(lengths), size))


def _decide(head: Head, margins: NDArray[np.float32], known: NDArray[np.bool_], limit: float) -> list[Prediction]:
    shares = calibrate(margins, head.temperature, len(head.confidence))
    count = min(1 + ALTERNATIVES, len(head.labels))
    top = np.argpartition(-shares, count - 1, axis=1)[:, :count]
    top.sort(axis=1)
    order = np.argsort(-np.take_along_axis(shares, top, axis=1), axis=1, kind="stable")
    top = np.take_along_axis(top, order, axis=1)
    best = np.take_along_axis(shares, top, axis=1).tolist()
    return [
        _prediction([head.labels[i] for i in numbers], row, limit) if is_known else _ABSTAINED
        for numbers, row, is_known in zip(top.tolist(), best, known.tolist(), strict=True)
    ]


def _prediction(labels: list[str], shares: list[float], limit: float) -> Prediction:
    return Prediction(
        label=labels[0],
        probability=shares[0],
        alternatives=tuple([Alternative(label=a, probability=p) for a, p in zip(labels[1:], shares[1:], strict=True)]),
        accepted=shares[0] >= limit,
    )


_ABSTAINED = Prediction(abstained=NO_KNOWN_WORDS)
