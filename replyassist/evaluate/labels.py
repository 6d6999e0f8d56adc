"""What an evaluation says of the labels themselves: mixed up, overlapping, likely wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from replyassist.evaluate.scores import Confusion, Doubt, Overlap
from replyassist.types import Prediction

_SHOWN = 20
_LEAST_SHARE = 0.1
_LEAST_COUNT = 3


@dataclass(frozen=True)
class Judged:
    """A message by its ``id``, with the ``label`` a person gave it and what the model said."""

    id: str
    label: str
    prediction: Prediction
    language: str

    @property
    def right(self) -> bool:
        """Return whether the tag is the label."""
        return self.prediction.label == self.label

    def probability(self, label: str) -> float:
        """Return the probability the model gave to ``label``, 0 where it is not among the named ones."""
        if label == self.prediction.label:
            return self.prediction.probability
        return next((other.probability for other in self.prediction.alternatives if other.label == label), 0.0)


def confusions(judged: Sequence[Judged]) -> tuple[Confusion, ...]:
    """Return what is mistaken for what, most frequent first."""
    counts = Counter((one.label, one.prediction.label) for one in judged if one.prediction.label and not one.right)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return tuple(Confusion(label=label, tagged=str(tagged), n=n) for (label, tagged), n in ranked)


def overlaps(judged: Sequence[Judged]) -> tuple[Overlap, ...]:
    """Return pairs of labels that are mistaken for each other in both directions, worst first.

    Their definitions overlap, or the labels were given at random between them: merge them, or sharpen what they mean.
    """
    counts = Counter(one.label for one in judged)
    mixed = Counter((one.label, one.prediction.label) for one in judged if one.prediction.label and not one.right)
    found = []
    for first, second in sorted({tuple(sorted((a, str(b)))) for a, b in mixed}):
        there, back = mixed[first, second], mixed[second, first]
        share = (there + back) / (counts[first] + counts[second])
        if min(there, back) > 0 and there + back >= _LEAST_COUNT and share >= _LEAST_SHARE:
            found.append(Overlap(first=first, second=second, share=share, n=there + back))
    return tuple(sorted(found, key=lambda one: -one.share)[:_SHOWN])


def doubts(judged: Sequence[Judged]) -> tuple[Doubt, ...]:
    """Return messages whose label is likely wrong, most doubtful first.

    Confident learning (Northcutt et al. 2021): a message is counted to another label when the model gives that label
    at least the probability it gives it on average where it is right by the person's account.
    """
    given: defaultdict[str, list[float]] = defaultdict(list)
    for one in judged:
        given[one.label].append(one.probability(one.label))
    usual = {label: sum(shares) / len(shares) for label, shares in given.items()}
    found = []
    for one in judged:
        tagged, share = one.prediction.label, one.prediction.probability
        if tagged and not one.right and tagged in usual and share >= usual[tagged]:
            own = one.probability(one.label)
            found.append(Doubt(id=one.id, label=one.label, likelier=tagged, probability=share, label_probability=own))
    return tuple(sorted(found, key=lambda one: (one.label_probability - one.probability, one.id))[:_SHOWN])
