"""What the ranking sections share: metrics of every system, and the product's lead over each of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from benchmarks.evidence.measures import Floats, interval, measured, per_query
from benchmarks.evidence.product import FUSED
from replyassist.evaluate.ranking import Qrels, Run

LEAD = "ndcg@10"


@dataclass
class Answers:
    """What every system ranked for the same questions; ``units`` are drawn as one, ``groups`` are counted apart.

    Add with :meth:`add`, then read :meth:`figures`.
    """

    qrels: dict[str, Mapping[str, float]] = field(default_factory=dict)
    runs: dict[str, dict[str, Sequence[str]]] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, qrels: Qrels, runs: Mapping[str, Run], units: Sequence[str], groups: Sequence[str]) -> None:
        """Take every system's rankings for the questions of ``qrels``, with the unit and the group of each."""
        prefix = len(self.qrels)
        self.qrels |= {f"{prefix} {query}": gains for query, gains in qrels.items()}
        self.units += units
        self.groups += groups
        for system, run in runs.items():
            self.runs.setdefault(system, {}).update({f"{prefix} {query}": found for query, found in run.items()})

    @cached_property
    def metrics(self) -> dict[str, dict[str, Floats]]:
        """Return every metric of every question by system."""
        return per_query(self.qrels, self.runs)

    def figures(self, groups: Sequence[str] | None = None, *, each_alike: bool = False) -> dict[str, Any]:
        """Return the figures of the questions in ``groups``, or all; ``each_alike``: every group weighs the same."""
        kept = np.array([groups is None or group in groups for group in self.groups], dtype=bool)
        units = [unit for unit, inside in zip(self.units, kept, strict=True) if inside]
        parts = [group for group, inside in zip(self.groups, kept, strict=True) if inside] if each_alike else None
        values = {
            system: {name: found[kept] for name, found in metrics.items()} for system, metrics in self.metrics.items()
        }
        result: dict[str, Any] = {"questions": len(units)}
        result["systems"] = {system: measured(metrics, units, parts) for system, metrics in values.items()}
        if FUSED in values:
            result[f"lead of {FUSED}, {LEAD}"] = {
                system: interval(values[FUSED][LEAD] - metrics[LEAD], units, parts)
                for system, metrics in values.items()
                if system != FUSED
            }
        return result
