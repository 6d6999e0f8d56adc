"""Train the heads: clean the examples, measure by cross-validation, calibrate, fit on everything.

Every example is predicted once by a model that had not seen it or its like; measures, the temperature and
the acceptance thresholds come from these predictions. Only the vocabulary (which features occur how often,
labels aside) is drawn from all examples beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.classify.calibration import calibrate, fit_temperature, softmax
from replyassist.classify.classifier import Classifier, Head
from replyassist.classify.examples import FOLDS, Example, Material, TaskExamples, TooFew, prepare, select
from replyassist.classify.features import Vocabulary, learn_vocabulary, text_rows
from replyassist.classify.metrics import accuracy, ece, f1_by_label, macro_f1, quadratic_weighted_kappa
from replyassist.classify.report import GroupMetrics, LabelMetrics, TaskMetrics, TrainingReport
from replyassist.embed import Encoder
from replyassist.errors import DataError
from replyassist.types import URGENCIES

__all__ = ["TASKS", "Example", "train"]

TASKS = ("intent", "urgency", "sentiment")
_DENSE_WEIGHTS = (0.0, 0.5, 1.5)
_CHOICE_FOLDS = 2
_CHOICE_EXAMPLES = 5000

Dense = NDArray[np.float32]


def train(
    examples: Sequence[Example],
    encoder: Encoder | None = None,
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
    sparse = text_rows(vocabulary, material.words)
    dense = np.zeros((len(material.examples), 0), dtype=np.float32)
    if encoder is not None:
        dense = encoder.encode([example.text for example in material.examples], kind="query")
    heads, measured = {}, {}
    for task, data in chosen.items():
        languages = [material.examples[number].language for number in data.rows]
        heads[task], measured[task] = _train_head(
            data, vocabulary, sparse[data.rows], dense[data.rows], languages, seed
        )
    report = TrainingReport(
        examples=len(material.examples),
        blank=material.blank,
        repeated=material.repeated,
        tasks=measured,
        skipped=skipped,
    )
    return Classifier(vocabulary, heads, report, encoder)


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
    sparse: sp.csr_matrix,
    dense: Dense,
    languages: Sequence[str | None],
    seed: int,
) -> tuple[Head, TaskMetrics]:
    weight = _choose_dense_weight(data, sparse, dense, seed)
    rows = _join(sparse, dense, weight)
    margins, _ = _held_out_margins(data, rows, range(FOLDS), seed)
    temperature = fit_temperature(margins, data.truth)
    coefficients, intercepts = _fit(rows, data.truth, len(data.labels), seed)
    words, pairs, of_dense = np.split(coefficients, np.cumsum([len(vocabulary.keys), len(vocabulary.pairs)]))
    shares = calibrate(margins, temperature, len(data.truth))
    head = Head(
        labels=data.labels,
        words=words.astype(np.float16),
        pairs=pairs.astype(np.float16),
        dense=(weight * of_dense).astype(np.float32),
        intercepts=intercepts.astype(np.float32),
        temperature=temperature,
        confidence=shares.max(axis=1).astype(np.float32),
        correct=shares.argmax(axis=1) == data.truth,
    )
    return head, _measure(data, margins, languages, weight)


def _join(sparse: sp.csr_matrix, dense: Dense, weight: float) -> sp.csr_matrix:
    return sp.hstack([sparse, sp.csr_matrix(weight * dense)]).tocsr() if weight else sparse


def _fit(
    rows: sp.csr_matrix, truth: NDArray[np.intp], labels: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from replyassist.classify.svm import fit_svm

    return fit_svm(rows, truth, labels, seed=seed)


def _held_out_margins(
    data: TaskExamples, rows: sp.csr_matrix, folds: Iterable[int], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return margins (n, labels) by models that did not see the example, and which rows have them."""
    margins = np.zeros((len(data.truth), len(data.labels)))
    done = np.zeros(len(data.truth), dtype=bool)
    for fold in folds:
        out = data.folds == fold
        done |= out
        if out.any() and len(np.unique(data.truth[~out])) > 1:
            coefficients, intercepts = _fit(rows[~out], data.truth[~out], len(data.labels), seed)
            margins[out] = rows[out] @ coefficients + intercepts
    return margins, done


def _choose_dense_weight(data: TaskExamples, sparse: sp.csr_matrix, dense: Dense, seed: int) -> float:
    """Return how much the encoder counts beside the words; 0 unless it is better beyond half a standard error."""
    if not dense.shape[1]:
        return 0.0
    some = np.random.default_rng(seed).permutation(len(data.truth))[:_CHOICE_EXAMPLES]
    data = replace(data, truth=data.truth[some], folds=data.folds[some])
    rates = []
    for weight in _DENSE_WEIGHTS:
        rows = _join(sparse[some], dense[some], weight)
        margins, done = _held_out_margins(data, rows, range(_CHOICE_FOLDS), seed)
        rates.append(float(np.mean(margins[done].argmax(axis=1) == data.truth[done])))
    error = float(np.sqrt(rates[0] * (1 - rates[0]) / done.sum()))
    best = int(np.argmax(rates))
    return _DENSE_WEIGHTS[best] if rates[best] > rates[0] + error / 2 else 0.0


def _measure(
    data: TaskExamples, margins: NDArray[np.float64], languages: Sequence[str | None], weight: float
) -> TaskMetrics:
    truth = [data.labels[place] for place in data.truth]
    predicted = [data.labels[place] for place in margins.argmax(axis=1)]
    correct = margins.argmax(axis=1) == data.truth
    calibrated = np.zeros(len(truth))
    for fold in np.unique(data.folds):
        out = data.folds == fold
        others = ~out if (~out).any() else out
        temperature = fit_temperature(margins[others], data.truth[others])
        calibrated[out] = calibrate(margins[out], temperature, int(others.sum())).max(axis=1)
    ordered = set(data.labels) <= set(URGENCIES)
    return TaskMetrics(
        n=len(truth),
        accuracy=accuracy(truth, predicted),
        macro_f1=macro_f1(truth, predicted),
        ece_before=ece(softmax(margins).max(axis=1), correct),
        ece_after=ece(calibrated, correct),
        kappa=quadratic_weighted_kappa(truth, predicted, URGENCIES) if ordered else None,
        labels=_by_label(truth, predicted),
        languages=_by_language(truth, predicted, languages),
        dropped=data.dropped,
        dense_weight=weight,
    )


def _by_label(truth: list[str], predicted: list[str]) -> dict[str, LabelMetrics]:
    occurs, chosen = Counter(truth), Counter(predicted)
    return {
        label: LabelMetrics(n=occurs[label], predicted=chosen[label], f1=f1)
        for label, f1 in f1_by_label(truth, predicted).items()
    }


def _by_language(truth: list[str], predicted: list[str], languages: Sequence[str | None]) -> dict[str, GroupMetrics]:
    groups = {}
    for language in sorted({name for name in languages if name}):
        inside = [place for place, name in enumerate(languages) if name == language]
        found, guessed = [truth[i] for i in inside], [predicted[i] for i in inside]
        groups[language] = GroupMetrics(
            n=len(inside), accuracy=accuracy(found, guessed), macro_f1=macro_f1(found, guessed)
        )
    return groups
