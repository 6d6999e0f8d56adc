"""The scores of an evaluation: plain values, with one JSON form for machines, tables and the report."""

from __future__ import annotations

from collections.abc import Mapping

from replyassist.types import Record, Tier


class Share(Record, frozen=True, kw_only=True):
    """``error`` is the share of the ``n`` messages that was wrong, none when there are none."""

    n: int
    error: float | None


class Bin(Record, frozen=True, kw_only=True):
    """Messages of about the same probability: its mean, and the share that was right."""

    n: int
    probability: float
    right: float


class Point(Record, frozen=True, kw_only=True):
    """When the surest share ``coverage`` of messages is acted on, ``error`` of them are wrong."""

    coverage: float
    error: float


class GroupScore(Record, frozen=True, kw_only=True):
    """Scores of one language: ``n`` messages, accuracy, macro-F1, calibration error."""

    n: int
    accuracy: float
    macro_f1: float
    ece: float


class LabelScore(Record, frozen=True, kw_only=True):
    """Precision, recall and F1 of one label; ``n`` messages carry it. ``automated``: its tags acted on alone."""

    n: int
    precision: float
    recall: float
    f1: float
    automated: Share


class Confusion(Record, frozen=True, kw_only=True):
    """``n`` messages labelled ``label`` were tagged ``tagged``."""

    label: str
    tagged: str
    n: int


class Overlap(Record, frozen=True, kw_only=True):
    """Two labels the model cannot keep apart: ``share`` of the messages of either get the other."""

    first: str
    second: str
    share: float
    n: int


class Doubt(Record, frozen=True, kw_only=True):
    """A message whose label is likely wrong: the model is sure of another, and gives this one little."""

    id: str
    label: str
    likelier: str
    probability: float
    label_probability: float


class Change(Record, frozen=True, kw_only=True):
    """The same messages by a previous model: its scores, and how many tags became right and wrong since.

    ``p_value`` says how easily chance alone would give such a difference (McNemar's exact test).
    """

    accuracy: float
    macro_f1: float
    ece: float
    became_right: int
    became_wrong: int
    p_value: float


class TaskScore(Record, frozen=True, kw_only=True):
    """Scores of one task on ``n`` labelled messages.

    ``ece`` is the expected calibration error over 15 bins, of the messages that got a tag. ``accepted`` is the share of
    messages whose tag may be acted on alone, ``accepted_error`` the share of those that were wrong; ``tiers`` says both
    of each tier. ``sets`` is how often the candidates held the label, ``set_size`` how many they were. ``abstained``
    counts messages without a tag by reason. ``kappa`` and ``under_triaged``, the share of the highest level that was
    tagged lower or not at all, are of urgency.
    """

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    accepted: float
    accepted_error: float | None
    tiers: Mapping[Tier, Share] = {}
    sets: float | None = None
    set_size: float | None = None
    abstained: Mapping[str, int] = {}
    kappa: float | None = None
    under_triaged: float | None = None
    by_language: Mapping[str, GroupScore] = {}
    by_label: Mapping[str, LabelScore] = {}
    bins: tuple[Bin, ...] = ()
    curve: tuple[Point, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unknown_labels: tuple[str, ...] = ()
    since: Change | None = None
