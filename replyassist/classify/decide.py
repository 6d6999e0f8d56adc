"""From a head's margins to predictions: probability, label, tier, prediction set, or the reason for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replyassist.classify.calibration import Floats, calibrate, row_temperatures
from replyassist.classify.guarantee import acceptance_threshold, label_thresholds, set_threshold
from replyassist.classify.head import Head, choose
from replyassist.settings import Tagging
from replyassist.types import LANGUAGES, Alternative, Prediction, Tier

ALTERNATIVES = 4
NO_KNOWN_WORDS = "no known words"
UNLIKE = "unlike the messages it was trained on"
AUTOMATIC = "automatic reply"
FOREIGN = "not in a language that is supported"


@dataclass(frozen=True)
class Limits:
    """Least probabilities: for each label (labels,) to be automated and to be preselected; for a place in the set."""

    automate: NDArray[np.float64]
    preselect: NDArray[np.float64]
    member: float
    known: float


def limits_of(head: Head, tagging: Tagging) -> Limits:
    """Draw the limits of ``head`` from its held-out predictions."""
    seen, count = head.held_out, len(head.labels)
    barred = np.array([label in tagging.never_automate for label in head.labels])
    if tagging.per_label:
        automate = label_thresholds(seen, count, tagging.max_error)
    else:
        # Labels that are kept from automation must not vouch for the others.
        may = ~barred[seen.chosen]
        automate = np.full(count, acceptance_threshold(seen.confidence[may], seen.correct[may], tagging.max_error))
    preselect = np.minimum(acceptance_threshold(seen.confidence, seen.correct, tagging.preselect_error), automate)
    automate[barred] = np.inf
    return Limits(
        automate=automate,
        preselect=preselect,
        member=set_threshold(seen.true_share, tagging.coverage),
        known=head.outside.limit(tagging.rejected) if head.outside and tagging.rejected else -np.inf,
    )


@dataclass(frozen=True)
class Scored:
    """What is seen of n texts: ``margins`` (n, labels), ``cosines`` (n, labels, or no columns), ``known`` (n,)."""

    margins: Floats
    cosines: Floats
    known: NDArray[np.bool_]


def decide(head: Head, scored: Scored, languages: Sequence[str | None], limits: Limits) -> list[Prediction]:
    """Return a prediction per text."""
    temperatures = row_temperatures(languages, head.temperature, head.by_language)
    shares = calibrate(scored.margins, temperatures, len(head.held_out.correct))
    chosen = choose(shares, head.caution)
    order = _ranked(shares, chosen, min(1 + ALTERNATIVES, len(head.labels)))
    ranked = np.take_along_axis(shares, order, axis=1)
    sizes = (shares >= limits.member).sum(axis=1)
    reasons = _reasons(head, scored, languages, limits)
    # What was measured in other languages says nothing of this one.
    proven = [not (language and head.by_language) or language in head.by_language for language in languages]
    return [
        _prediction(head.labels, *row, limits)
        for row in zip(order.tolist(), ranked.tolist(), sizes.tolist(), proven, reasons, strict=True)
    ]


def _ranked(shares: Floats, chosen: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return the numbers of the ``count`` labels to show (n, count): the chosen one, then the likeliest others."""
    ranking: NDArray[np.float64] = shares.astype(np.float64)
    np.put_along_axis(ranking, chosen[:, None], np.inf, axis=1)
    top = np.argpartition(-ranking, count - 1, axis=1)[:, :count]
    top.sort(axis=1)
    order = np.argsort(-np.take_along_axis(ranking, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)


def _reasons(head: Head, scored: Scored, languages: Sequence[str | None], limits: Limits) -> list[str | None]:
    """Return per text why there is no label, none where there is one."""
    reasons: list[str | None] = [None] * len(scored.known)
    if head.outside is not None:
        unlike: NDArray[np.bool_] = head.outside.scores(scored.margins, scored.cosines) < limits.known
        for row in np.flatnonzero(unlike).tolist():
            reasons[row] = UNLIKE
    for row, language in enumerate(languages):
        if language and language not in LANGUAGES and language not in head.by_language:
            reasons[row] = FOREIGN
    for row in np.flatnonzero(~scored.known).tolist():
        reasons[row] = NO_KNOWN_WORDS
    return reasons


def _prediction(
    labels: tuple[str, ...],
    order: list[int],
    shares: list[float],
    size: int,
    proven: bool,
    reason: str | None,
    limits: Limits,
) -> Prediction:
    if reason == NO_KNOWN_WORDS:
        return Prediction(abstained=reason)
    guesses = [Alternative(label=labels[place], probability=share) for place, share in zip(order, shares, strict=True)]
    if reason is not None:
        return Prediction(abstained=reason, alternatives=tuple(guesses))
    likeliest = sorted(zip(shares, order, strict=True), key=lambda pair: -pair[0])
    named = proven and max(size, 1) <= len(order)
    first, best = order[0], shares[0]
    tier: Tier = "suggest"
    if proven and best >= limits.preselect[first]:
        tier = "automate" if best >= limits.automate[first] else "preselect"
    return Prediction(
        label=labels[first],
        probability=best,
        alternatives=tuple(guesses[1:]),
        accepted=tier == "automate",
        tier=tier,
        candidates=tuple([labels[place] for _, place in likeliest[: max(size, 1)]]) if named else (),
    )
