"""What is known of a trained classifier: held-out measures, and what could not be learned and why."""

from __future__ import annotations

from collections.abc import Mapping

from replyassist.types import Record


class LabelMetrics(Record, frozen=True, kw_only=True):
    """One label: ``n`` examples, how many were predicted so, and the F1 score."""

    n: int
    predicted: int
    f1: float


class GroupMetrics(Record, frozen=True, kw_only=True):
    """The examples of one language."""

    n: int
    accuracy: float
    macro_f1: float


class TaskMetrics(Record, frozen=True, kw_only=True):
    """Measures over all ``n`` examples, each predicted by a model that had not seen it.

    ``ece_before`` is the calibration error of the bare softmax, ``ece_after`` that with a temperature
    fitted on other examples. ``kappa`` is the quadratic weighted kappa, for ordered labels only.
    ``dropped`` says of labels why they are not predicted. ``dense_weight`` is the share the encoder got.
    """

    n: int
    accuracy: float
    macro_f1: float
    ece_before: float
    ece_after: float
    labels: Mapping[str, LabelMetrics]
    kappa: float | None = None
    languages: Mapping[str, GroupMetrics] = {}
    dropped: Mapping[str, str] = {}
    dense_weight: float = 0.0


class TrainingReport(Record, frozen=True, kw_only=True):
    """``skipped`` says of tasks why they were not trained; ``blank`` and ``repeated`` examples are left out."""

    examples: int
    blank: int
    repeated: int
    tasks: Mapping[str, TaskMetrics]
    skipped: Mapping[str, str] = {}
