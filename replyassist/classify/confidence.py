"""Fitting how sure a head may be, from messages it was not trained on: while training, or for an inbox of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from replyassist.classify.calibration import Floats, calibrate, fit_languages, fit_temperature, row_temperatures
from replyassist.classify.classifier import Classifier
from replyassist.classify.decide import Scored
from replyassist.classify.examples import Example
from replyassist.classify.guarantee import HeldOut
from replyassist.classify.head import Head, choose
from replyassist.classify.outside import fit_outside
from replyassist.errors import DataError


def recalibrate(classifier: Classifier, examples: Sequence[Example]) -> Classifier:
    """Return ``classifier`` with probabilities, thresholds and guarantees drawn from ``examples`` it has not seen.

    What the words weigh stays. A task without labelled examples stays as it is; examples with a label that the head
    does not have count as wrong, as they will be.

    Raises:
        DataError: no example has a label that a head knows.
    """
    heads = {}
    for task in classifier.tasks:
        labels = classifier.labels(task)
        chosen = [example for example in examples if example.labels.get(task) in labels]
        if chosen:
            strange = [example.text for example in examples if example.labels.get(task, labels[0]) not in labels]
            truth = np.array([labels.index(example.labels[task]) for example in chosen])
            languages = [example.language for example in chosen]
            scored = classifier.score([example.text for example in chosen], task, languages=languages)
            head = classifier.head(task)
            centroids = head.outside.centroids if head.outside else None
            unknown = classifier.score(strange, task).margins
            heads[task] = fit_confidence(head, scored, truth, languages, centroids, unknown=unknown)
    if not heads:
        raise DataError("no example has a label that the heads know")
    return classifier.with_heads(heads)


def fit_confidence(
    head: Head,
    scored: Scored,
    truth: NDArray[np.intp],
    languages: Sequence[str | None],
    centroids: NDArray[np.float32] | None,
    *,
    unknown: Floats | None = None,
) -> Head:
    """Return ``head`` with its confidence fitted to ``scored``, n messages whose label numbers are ``truth`` (n,).

    With ``centroids`` it also learns to tell messages unlike these. ``unknown`` (m, labels) are margins of messages
    whose label the head does not have: they count as wrong, whatever it says of them.
    """
    temperature = fit_temperature(scored.margins, truth)
    by_language = fit_languages(scored.margins, truth, languages, temperature)
    n, none = len(truth), np.zeros((0, len(head.labels)))
    shares = calibrate(scored.margins, row_temperatures(languages, temperature, by_language), n)
    return replace(
        head,
        temperature=temperature,
        by_language=by_language,
        held_out=_seen(shares, truth, head.caution, none if unknown is None else calibrate(unknown, temperature, n)),
        outside=None if centroids is None else fit_outside(centroids, scored.margins, scored.cosines),
    )


def _seen(
    shares: NDArray[np.float64], truth: NDArray[np.intp], caution: float | None, unknown: NDArray[np.float64]
) -> HeldOut:
    """Return what a head said of messages it had not seen, by its calibrated probabilities (n, labels).

    Of those of ``unknown`` (m, labels) nothing can be right.
    """
    places, size = np.arange(len(truth)), len(truth) + len(unknown)
    together = np.concatenate([shares, unknown])
    chosen = choose(together, caution)
    right = np.zeros(size, dtype=np.bool_)
    right[: len(truth)] = chosen[: len(truth)] == truth
    true_share = np.zeros(size, dtype=np.float32)
    true_share[: len(truth)] = shares[places, truth]
    return HeldOut(
        confidence=together[np.arange(size), chosen].astype(np.float32),
        chosen=chosen.astype(np.int16),
        correct=right,
        true_share=true_share,
    )
