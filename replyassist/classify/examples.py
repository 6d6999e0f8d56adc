"""From labelled messages to numbers: what can be learned from, and which fold it is held out in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replyassist.text.ngrams import split_words
from replyassist.types import URGENCIES

FOLDS = 5
_LEAST = 2


@dataclass(frozen=True)
class Example:
    """A message (cleaned, personal data masked) with its labels by task; any task may be missing.

    Examples of one ``group`` (a sender, an organisation) are held out together, so that what is measured is what new
    groups will see. ``weight`` is how many examples this one counts for while fitting.
    """

    text: str
    labels: Mapping[str, str]
    language: str | None = None
    group: str | None = None
    weight: float = 1.0


@dataclass
class Material:
    """The usable examples with their split ``words``; ``groups`` are equal for equal words, or as they were given."""

    examples: list[Example]
    words: list[list[str]]
    groups: list[int]
    blank: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class TaskExamples:
    """The examples of one task: ``rows`` are their numbers, ``truth`` their label numbers, ``folds`` 0 to 4.

    ``others`` are the numbers of examples whose label is ``dropped``: such messages come, and no tag of them is right.
    """

    labels: tuple[str, ...]
    rows: NDArray[np.intp]
    truth: NDArray[np.intp]
    folds: NDArray[np.intp]
    dropped: dict[str, str]
    others: NDArray[np.intp]


class TooFew(Exception):
    """A task cannot be learned; the text says why."""


def prepare(examples: Sequence[Example]) -> Material:
    """Split the texts into words; leave out blank ones and those with the words and labels of an earlier one."""
    material = Material([], [], [])
    seen: set[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = set()
    groups: dict[Hashable, int] = {}
    for example in examples:
        words = split_words(example.text)
        key = (tuple(words), tuple(sorted(example.labels.items())))
        if not words:
            material.blank += 1
        elif key in seen:
            material.repeated += 1
        else:
            seen.add(key)
            material.examples.append(example)
            material.words.append(words)
            like: Hashable = key[0] if example.group is None else example.group
            material.groups.append(groups.setdefault(like, len(groups)))
    return material


def select(material: Material, task: str, *, seed: int) -> TaskExamples:
    """Choose the examples and labels of ``task`` and deal them into folds, every label evenly.

    Raises:
        TooFew: there are not two labels with two different texts each.
    """
    of_label: defaultdict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(material.examples):
        if label := example.labels.get(task):
            of_label[label].append(number)
    if not of_label:
        raise TooFew("no example has a label")
    distinct = {label: len({material.groups[n] for n in rows}) for label, rows in of_label.items()}
    dropped = {
        label: f"{n} example, at least {_LEAST} different ones are needed"
        for label, n in sorted(distinct.items())
        if n < _LEAST
    }
    labels = _in_order(label for label in of_label if label not in dropped)
    if len(labels) < 2:
        raise TooFew(f"{len(labels)} of {len(of_label)} labels with {_LEAST} different examples, 2 are needed")
    random = np.random.default_rng(seed)
    rows = [int(number) for label in labels for number in random.permutation(of_label[label])]
    truth = [place for place, label in enumerate(labels) for _ in of_label[label]]
    folds = _deal([material.groups[number] for number in rows])
    others = np.array([number for label in dropped for number in of_label[label]], dtype=np.intp)
    return TaskExamples(labels, np.array(rows), np.array(truth), folds, dropped, others)


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Order urgencies from low to urgent, other labels by name."""
    found = set(labels)
    return tuple(u for u in URGENCIES if u in found) if found <= set(URGENCIES) else tuple(sorted(found))


def _deal(groups: list[int]) -> NDArray[np.intp]:
    """Give folds in turn, so that each label is spread evenly; equal texts go into one fold."""
    fold_of: dict[int, int] = {}
    for group in groups:
        fold_of.setdefault(group, len(fold_of) % FOLDS)
    return np.array([fold_of[group] for group in groups])
