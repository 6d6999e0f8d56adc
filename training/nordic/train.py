"""The training loop: one source a batch, contrast within the batch, the teacher for English and its translations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from replyassist.embed.table import Encoded, Table, contrast
from training.nordic.batches import Noise, Texts, cut, draw_rows
from training.nordic.kernels import fastest
from training.nordic.sources import Source
from training.nordic.vocabulary import Bags

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Plan:
    """How long and on what: ``shares`` of steps by source; lengths in words by source.

    Of the left texts of the sources ``with_asides``, a share of ``asides`` gets an everyday sentence added: customers
    write about more than their question.
    """

    steps: int
    batch: int = 2048
    rate: float = 0.02
    warm_up: int = 50
    scale: float = 25.0
    shares: dict[str, float] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    usual_longest: int = 48
    noise: Noise = field(default_factory=Noise)
    asides: float = 0.6
    with_asides: tuple[str, ...] = ()
    teacher_share: float = 0.25
    teacher_pull: float = 2.0
    seed: int = 0
    save_every: int = 500


@dataclass(frozen=True)
class Lessons:
    """Texts (n, 5) in up to five languages whose English the teacher has encoded, with its vectors (n, dim)."""

    texts: Ints
    vectors: Floats


@dataclass(frozen=True)
class Material:
    """Everything a run reads; ``languages`` of the texts, and the ``everyday`` texts of each language."""

    bags: Bags
    variants: Ints
    composition: sp.csr_matrix
    sources: Sequence[Source]
    lessons: Lessons
    languages: Ints
    everyday: Sequence[Ints]


_LONGEST_ASIDE = 16
_SPREAD = 0.03
"""Standard deviation of the numbers that training starts from."""

Watch = Callable[[int, Table, float], None]


def train(
    material: Material, plan: Plan, *, dim: int, checkpoint: Path | None = None, watch: Watch | None = None
) -> Table:
    """Return the trained table; with ``checkpoint`` an interrupted run goes on where it last saved.

    A step draws from a generator seeded by its own number, so a resumed run draws what the whole run would have.
    """
    shape = (material.composition.shape[1], dim)
    rows = np.random.default_rng(plan.seed).standard_normal(shape, dtype=np.float32) * np.float32(_SPREAD)
    table = Table(rows, fastest())
    if checkpoint is not None and checkpoint.is_file():
        _resume(table, checkpoint)
    sources = {source.name: source for source in material.sources if plan.shares.get(source.name, 0) > 0}
    names = [*sources, "teacher"]
    odds = np.array([plan.shares[name] for name in sources])
    odds = np.append(odds / odds.sum() * (1 - plan.teacher_share), plan.teacher_share)
    while table.steps < plan.steps:
        step = table.steps
        generator = np.random.default_rng((plan.seed, step))
        name = names[generator.choice(len(names), p=odds)]
        rate = plan.rate * min(1, (step + 1) / plan.warm_up) * max(0.02, 1 - step / plan.steps)
        if name == "teacher":
            loss = _teacher_step(table, material, plan, rate, generator)
        else:
            loss = _pair_step(table, material, plan, sources[name], rate, generator)
        if watch is not None:
            watch(step, table, loss)
        if checkpoint is not None and table.steps % plan.save_every == 0:
            _save(table, checkpoint)
    return table


def _pair_step(
    table: Table,
    material: Material,
    plan: Plan,
    source: Source,
    rate: float,
    generator: np.random.Generator,
) -> float:
    left, right, group = draw_rows(source, plan.batch, generator)
    longest = plan.longest.get(source.name, plan.usual_longest)
    noisy = cut(material.bags, left, longest, plan.noise, material.variants, generator)
    if source.name in plan.with_asides:
        noisy = _add_asides(noisy, left, material, plan, generator)
    clean = cut(material.bags, right, longest, Noise(0.0), material.variants, generator)
    encoded = _encode(table, material, noisy.followed_by(clean))
    count = len(left)
    loss, *upstream = contrast(encoded.vectors[:count], encoded.vectors[count:], group, plan.scale)
    table.step(encoded.features, table.gradient(encoded, np.concatenate(upstream)), rate)
    return loss


def _add_asides(texts: Texts, numbers: Ints, material: Material, plan: Plan, generator: np.random.Generator) -> Texts:
    said = np.full(len(numbers), -1, dtype=np.int32)
    for language, everyday in enumerate(material.everyday):
        mine = material.languages[numbers] == language
        if len(everyday):
            said[mine] = everyday[generator.integers(0, len(everyday), int(mine.sum()))]
    asides = cut(material.bags, np.maximum(said, 0), _LONGEST_ASIDE, plan.noise, material.variants, generator)
    return texts.with_asides(asides, (said >= 0) & (generator.random(len(numbers)) < plan.asides))


def _teacher_step(table: Table, material: Material, plan: Plan, rate: float, generator: np.random.Generator) -> float:
    lessons = material.lessons
    rows = generator.choice(len(lessons.texts), min(plan.batch, len(lessons.texts)), replace=False)
    luck = generator.random((len(rows), lessons.texts.shape[1]), dtype=np.float32)
    column = np.where(lessons.texts[rows] >= 0, luck, -1).argmax(axis=1)
    texts = cut(material.bags, lessons.texts[rows, column], 64, plan.noise, material.variants, generator)
    encoded = _encode(table, material, texts)
    goal = lessons.vectors[rows]
    loss, upstream, _ = contrast(encoded.vectors, goal, rows.astype(np.int32), plan.scale)
    upstream -= np.float32(plan.teacher_pull * plan.scale / len(rows)) * goal
    table.step(encoded.features, table.gradient(encoded, upstream), rate)
    return loss


def _save(table: Table, path: Path) -> None:
    """Write rows and state beside ``path``, then switch."""
    beside = path.with_suffix(".part.npz")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(beside, rows=table.rows, momentum=table.momentum, spread=table.spread, steps=table.steps)
    beside.rename(path)


def _resume(table: Table, path: Path) -> None:
    with np.load(path) as saved:
        table.rows, table.momentum, table.spread = saved["rows"], saved["momentum"], saved["spread"]
        table.steps = int(saved["steps"])


def _encode(table: Table, material: Material, texts: Texts) -> Encoded:
    return table.encode(texts.words, texts.starts, material.composition)
