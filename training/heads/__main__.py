"""Train the shipped heads: ``python -m training.heads`` writes ``models/heads``; about seven minutes on two cores.

Intent, urgency and sentiment in five languages, for an inbox without labels of its own. Trained on what
:mod:`training.heads.sources` names; their confidence is fitted to the corpus's validation organisations, which they
were not trained on.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from replyassist.classify.confidence import recalibrate
from replyassist.classify.train import train
from replyassist.embed import shipped_encoder
from training.heads.sources import corpus, everything

_OUT = Path(__file__).resolve().parents[2] / "models" / "heads"


def main() -> None:
    """Train, fit the confidence, write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_OUT)
    out: Path = parser.parse_args().out
    start = time.perf_counter()
    trained = train(everything(), shipped_encoder())
    for task, metrics in trained.metrics.tasks.items():
        print(f"{task}: {metrics.n} examples, held-out groups: accuracy {metrics.accuracy:.3f}")
    out.mkdir(parents=True, exist_ok=True)
    recalibrate(trained, corpus("validation")).save(out)
    print(f"{out}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
