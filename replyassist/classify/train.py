"""Train the heads: clean the examples, measure by cross-validation, calibrate, fit on everything.

A head adds up three parts: words and their pairs, the encoder's vectors, and for urgency the signals. The parts are
fitted apart and joined in the shares that are best on held-out examples. Every example is scored once by a model that
had not seen it or its like; measures, temperatures and thresholds come from these scores. Only the vocabulary (which
features occur how often, labels aside) is drawn from all examples beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.classify.classifier import Classifier
from replyassist.classify.confidence import fit_confidence
from replyassist.classify.decide import Scored
from replyassist.classify.examples import FOLDS, Example, Material, TaskExamples, TooFew, prepare, select
from replyassist.classify.features import Vocabulary, learn_vocabulary, text_rows
from replyassist.classify.head import Head
from replyassist.classify.informed import InformedEncoder
from replyassist.classify.measure import measure
from replyassist.classify.outside import fit_centroids
from replyassist.classify.report import TaskMetrics, TrainingReport
from replyassist.classify.signals import signal_rows
from replyassist.embed import Vectors
from replyassist.errors import DataError
from replyassist.types import URGENCIES

__all__ = ["TASKS", "Example", "train"]

TASKS = ("intent", "urgency", "sentiment")
OUTSIDE_TASK = "intent"
"""Only what a customer wants can be unlike everything known; how fast and in what tone is asked of any message."""

CAUTION = 1.5
"""How many times worse a message is that waits a level too long than one that is answered a level too soon."""

SHARES = (0.0, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
"""Shares of the vectors' part that are tried."""

TRUSTS = (0.0, 0.1, 0.2, 0.4, 0.8)
"""Shares of what the shipped head of the same name says that are tried."""

_SPARSE_STRENGTH, _DENSE_STRENGTH = 1.0, 10.0

Floats = NDArray[np.float64]
Dense = NDArray[np.float32]


@dataclass(frozen=True)
class Rows:
    """The features of n examples, part by part; a part that is not used has no columns."""

    words: sp.csr_matrix
    dense: Dense
    signals: Dense
    weights: Floats

    def __getitem__(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Rows:
        return Rows(self.words[rows], self.dense[rows], self.signals[rows], self.weights[rows])

    def only(self, *, dense: bool = True, signals: bool = True) -> Rows:
        """Return the rows with the parts that are not wanted emptied."""
        return replace(
            self,
            dense=self.dense if dense else self.dense[:, :0],
            signals=self.signals if signals else self.signals[:, :0],
        )


@dataclass(frozen=True)
class Model:
    """The fitted parts: weights (features, labels) and intercepts (labels,) of the words, and of the rest.

    The last rows of the rest are those of the ``signals``.
    """

    words: tuple[Floats, Floats]
    rest: tuple[Floats, Floats]
    signals: int

    def margins(self, rows: Rows) -> tuple[Floats, Floats]:
        """Return the margins (n, labels) of the words' part and of the rest."""
        rest = np.hstack([rows.dense, rows.signals]) @ self.rest[0] + self.rest[1]
        return rows.words @ self.words[0] + self.words[1], rest


def train(
    examples: Sequence[Example],
    encoder: Vectors | None = None,
    *,
    tasks: Sequence[str] = TASKS,
    seed: int = 0,
) -> Classifier:
    """Train a head for each of ``tasks`` that the examples have enough labels for.

    Blank and repeated examples are left out, and so are labels with fewer than two different texts;
    ``metrics`` of the result says which and why. Vectors of ``encoder`` are used where they help.

    Raises:
        DataError: no task has two labels with two different texts each.
    """
    material = prepare(examples)
    chosen, skipped = _choose_tasks(material, tasks, seed)
    vocabulary = learn_vocabulary(material.words)
    texts = [example.text for example in material.examples]
    languages = [example.language for example in material.examples]
    rows = Rows(
        text_rows(vocabulary, material.words),
        np.zeros((len(texts), 0), np.float32) if encoder is None else encoder.encode(texts, kind="query"),
        signal_rows(texts, languages) if any(map(_ordered, chosen.values())) else np.zeros((len(texts), 0), np.float32),
        np.array([example.weight for example in material.examples]),
    )
    heads, measured = {}, {}
    for task, data in chosen.items():
        own = rows.only(signals=_ordered(data))
        spoken = [languages[number] for number in data.rows]
        prior = encoder.prior(task, data.labels) if isinstance(encoder, InformedEncoder) else None
        heads[task], measured[task] = _train_head(
            data, vocabulary, own, spoken, prior, seed, outside=task == OUTSIDE_TASK
        )
    report = TrainingReport(
        examples=len(material.examples),
        blank=material.blank,
        repeated=material.repeated,
        tasks=measured,
        skipped=skipped,
    )
    return Classifier(vocabulary, heads, report, encoder)


def _ordered(data: TaskExamples) -> bool:
    return set(data.labels) <= set(URGENCIES)


def _choose_tasks(
    material: Material, tasks: Sequence[str], seed: int
) -> tuple[dict[str, TaskExamples], dict[str, str]]:
    """Return the examples of each task that can be learned, and why the others cannot."""
    chosen, skipped = {}, {}
    for task in tasks:
        try:
            chosen[task] = select(material, task, seed=seed)
        except TooFew as reason:
            skipped[task] = str(reason)
    if not chosen:
        reasons = "; ".join(f"{task}: {reason}" for task, reason in skipped.items())
        raise DataError(f"nothing can be learned from {len(material.examples)} examples ({reasons})")
    return chosen, skipped


def _train_head(
    data: TaskExamples,
    vocabulary: Vocabulary,
    rows: Rows,
    languages: list[str | None],
    prior: Floats | None,
    seed: int,
    *,
    outside: bool,
) -> tuple[Head, TaskMetrics]:
    """Train the head of one task; ``rows`` are those of all examples, ``languages`` of those of the task."""
    own, others = rows[data.rows], rows[data.others]
    held_out = _held_out(data, own, seed)
    told = np.zeros_like(held_out.words) if prior is None else own.dense @ prior
    share, trust = _choose_shares(held_out, told, data.truth, informed=prior is not None)
    if share == trust == 0 and rows.dense.shape[1] and rows.signals.shape[1]:
        signals_only = rows.only(dense=False)
        return _train_head(data, vocabulary, signals_only, languages, None, seed, outside=outside)
    if share == trust == 0:
        own, others = (part.only(dense=False, signals=False) for part in (own, others))
    margins = (held_out.words + share * held_out.rest + trust * told)[held_out.done]
    cosines = held_out.cosines[held_out.done] if own.dense.shape[1] else margins[:, :0]
    languages = [name for name, done in zip(languages, held_out.done, strict=True) if done]
    asked = replace(data, truth=data.truth[held_out.done], folds=data.folds[held_out.done])
    model = _fit(own, data, seed)
    bare = _bare_head(data, vocabulary, model, share, trust, prior)
    scored = Scored(margins, cosines, np.ones(len(margins), dtype=np.bool_))
    centroids = fit_centroids(own.dense, data.truth, len(data.labels)) if outside else None
    words, rest = model.margins(others)
    unknown = words + share * rest + (0 if prior is None or not trust else trust * (others.dense @ prior))
    head = fit_confidence(bare, scored, asked.truth, languages, centroids, unknown=unknown)
    return head, measure(asked, margins, head.caution, languages, share)


def _bare_head(
    data: TaskExamples, vocabulary: Vocabulary, model: Model, share: float, trust: float, prior: Floats | None
) -> Head:
    """Return the head with its weights, before it knows how sure it may be."""
    words, pairs = np.split(model.words[0], [len(vocabulary.keys)])
    dense, signals = np.split(share * model.rest[0], [len(model.rest[0]) - model.signals])
    if prior is not None and trust:
        dense = dense + trust * prior
    return Head(
        labels=data.labels,
        words=words.astype(np.float16),
        pairs=pairs.astype(np.float16),
        dense=dense.astype(np.float32),
        signals=signals.astype(np.float32),
        intercepts=(model.words[1] + share * model.rest[1]).astype(np.float32),
        caution=CAUTION if _ordered(data) else None,
    )


@dataclass(frozen=True)
class _HeldOutScores:
    """Margins (n, labels) of both parts and cosines to the centroids, by models that had not seen the example.

    ``done`` (n,) says of which examples: none can be scored whose fold leaves a single label to the others.
    """

    words: Floats
    rest: Floats
    cosines: Floats
    done: NDArray[np.bool_]


def _fit(rows: Rows, data: TaskExamples, seed: int, inside: NDArray[np.bool_] | None = None) -> Model:
    """Fit both parts on the rows ``inside`` (all when none)."""
    from replyassist.classify.linear import fit_regression, fit_svm
    from replyassist.classify.ordinal import fit_ordinal

    truth, count = data.truth, len(data.labels)
    if inside is not None:
        rows, truth = rows[inside], truth[inside]
    rest, signals = np.hstack([rows.dense, rows.signals]), rows.signals.shape[1]
    if _ordered(data):
        words = fit_ordinal(rows.words, truth, count, weights=rows.weights, strength=_SPARSE_STRENGTH)
        return Model(words, fit_ordinal(rest, truth, count, weights=rows.weights, strength=_DENSE_STRENGTH), signals)
    words = fit_svm(rows.words, truth, count, weights=rows.weights, seed=seed)
    if not rest.shape[1]:
        return Model(words, (np.zeros((0, count)), np.zeros(count)), signals)
    return Model(words, fit_regression(rest, truth, count, weights=rows.weights), signals)


def _held_out(data: TaskExamples, rows: Rows, seed: int) -> _HeldOutScores:
    """Score every example by models of the other folds."""
    shape = (len(data.truth), len(data.labels))
    words, rest, cosines = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    done = np.zeros(len(data.truth), dtype=np.bool_)
    for fold in range(FOLDS):
        out = data.folds == fold
        if out.any() and len(np.unique(data.truth[~out])) > 1:
            words[out], rest[out] = _fit(rows, data, seed, ~out).margins(rows[out])
            cosines[out] = rows.dense[out] @ fit_centroids(rows.dense[~out], data.truth[~out], shape[1])
            done |= out
    return _HeldOutScores(words, rest, cosines, done if done.any() else ~done)


def _choose_shares(
    held_out: _HeldOutScores, told: Floats, truth: NDArray[np.intp], *, informed: bool
) -> tuple[float, float]:
    """Return how much the vectors, and what the shipped heads tell, count beside the words: what is right most often.

    Both are 0 unless that is better beyond half a standard error.
    """
    pairs = [(share, trust) for trust in (TRUSTS if informed else (0.0,)) for share in SHARES]
    rates = []
    for share, trust in pairs:
        margins = held_out.words + share * held_out.rest + trust * told
        rates.append(float(np.mean((margins.argmax(axis=1) == truth)[held_out.done])))
    error = float(np.sqrt(rates[0] * (1 - rates[0]) / len(truth)))
    best = int(np.argmax(rates))
    return pairs[best] if rates[best] > rates[0] + error / 2 else (0.0, 0.0)
