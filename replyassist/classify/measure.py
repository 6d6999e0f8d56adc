"""What held-out scores say of a head: the measures of the training report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from replyassist.classify.calibration import (
    calibrate,
    fit_languages,
    fit_temperature,
    row_temperatures,
    softmax,
)
from replyassist.classify.examples import TaskExamples
from replyassist.classify.head import choose
from replyassist.classify.metrics import accuracy, ece, f1_by_label, macro_f1, quadratic_weighted_kappa
from replyassist.classify.report import GroupMetrics, LabelMetrics, TaskMetrics
from replyassist.types import URGENCIES

Floats = NDArray[np.float64]


def measure(
    data: TaskExamples, margins: Floats, caution: float | None, languages: Sequence[str | None], share: float
) -> TaskMetrics:
    """Return the measures of held-out ``margins`` (n, labels); ``share`` is what the vectors' part got."""
    shares = _cross_calibrated(data, margins, languages)
    chosen = choose(shares, caution)
    truth = [data.labels[place] for place in data.truth]
    predicted = [data.labels[place] for place in chosen]
    correct, places = chosen == data.truth, np.arange(len(truth))
    return TaskMetrics(
        n=len(truth),
        accuracy=accuracy(truth, predicted),
        macro_f1=macro_f1(truth, predicted),
        ece_before=ece(softmax(margins)[places, chosen], correct),
        ece_after=ece(shares[places, chosen], correct),
        kappa=None if caution is None else quadratic_weighted_kappa(truth, predicted, URGENCIES),
        labels=_by_label(truth, predicted),
        languages=_by_language(truth, predicted, languages),
        dropped=data.dropped,
        dense_weight=share,
    )


def _cross_calibrated(data: TaskExamples, margins: Floats, languages: Sequence[str | None]) -> Floats:
    """Return the probabilities of each fold by temperatures fitted on the others."""
    shares = np.zeros_like(margins)
    for fold in np.unique(data.folds):
        out = data.folds == fold
        others = ~out if (~out).any() else out
        spoken = [name for name, inside in zip(languages, others, strict=True) if inside]
        temperature = fit_temperature(margins[others], data.truth[others])
        by_language = fit_languages(margins[others], data.truth[others], spoken, temperature)
        asked = [name for name, inside in zip(languages, out, strict=True) if inside]
        shares[out] = calibrate(margins[out], row_temperatures(asked, temperature, by_language), int(others.sum()))
    return shares


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
