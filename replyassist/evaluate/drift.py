"""Two periods of an inbox compared: whether tags and confidence are still of the kind they were made for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from replyassist.assistant import Assistant
from replyassist.classify.drift import LEAST, Drift, compare, confidence_counts, guessed
from replyassist.errors import DataError
from replyassist.evaluate.tags import TASKS, prediction_of
from replyassist.types import Message, Prediction

Counts = tuple[NDArray[np.int64], Mapping[str, int]]


def report_drift(assistant: Assistant, old: Iterable[Message], new: Iterable[Message]) -> dict[str, Drift]:
    """Tag two periods and compare them, task by task.

    Raises:
        DataError: a period has fewer than 200 messages, or the assistant tags nothing.
    """
    before, after = _tagged(assistant, old), _tagged(assistant, new)
    if not before:
        raise DataError("the earlier period has no message that this assistant tags")
    found: dict[str, Drift] = {}
    for task in before:
        old_counts, new_counts = _counts(before[task]), _counts(after.get(task, []))
        drift = compare(*old_counts, *new_counts)
        if drift is None:
            n = f"{old_counts[0].sum()} and {new_counts[0].sum()}"
            raise DataError(f"each period needs {LEAST} messages or more, automatic replies aside; they have {n}")
        found[task] = drift
    return found


def _tagged(assistant: Assistant, messages: Iterable[Message]) -> dict[str, list[Prediction]]:
    found: dict[str, list[Prediction]] = {task: [] for task in TASKS}
    for tags in assistant.tag(messages):
        for task in TASKS:
            if (prediction := prediction_of(tags, task)) is not None:
                found[task].append(prediction)
    return {task: predictions for task, predictions in found.items() if predictions}


def _counts(predictions: Sequence[Prediction]) -> Counts:
    """Return how many predictions there are per bin of confidence, and per label."""
    labels = Counter(one.label or "no tag" for one in predictions)
    return confidence_counts([share for one in predictions if (share := guessed(one)) is not None]), labels
