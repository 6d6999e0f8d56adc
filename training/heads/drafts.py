"""Check what writers and labellers hand in: ``python -m training.heads.drafts FILE ...``.

A draft of messages holds a JSON array of eight fields per line (BRIEF_WRITE.md), a draft of labels one of four
(BRIEF_LABEL.md). Exits with 1 and names file, line and field of what is wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from replyassist.types import URGENCIES, Channel
from training.corpus.labels import CODES, INTENTS

SENTIMENTS = ("negative", "neutral", "positive")
CHANNELS = get_args(Channel)


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with a draft."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            yield f"{path}:{number}: {error}"
            continue
        if not isinstance(row, list):
            yield f"{path}:{number}: every line is a JSON array"
            continue
        found = message_problems(row) if len(row) == 8 else label_problems(row)
        yield from (f"{path}:{number}: {problem}" for problem in found)


def message_problems(row: list[Any]) -> Iterator[str]:
    """Yield what is wrong with the fields of a message."""
    if not all(isinstance(field, str) for field in row):
        yield "every field is a string"
        return
    intents, acceptable, urgency, sentiment, codes, channel, _, text = row
    if not split(intents):
        yield "no intent"
    yield from _unknown("intent", split(intents) + split(acceptable), INTENTS)
    yield from _unknown("urgency", [urgency], URGENCIES)
    yield from _unknown("sentiment", [sentiment], SENTIMENTS)
    yield from _unknown("code", split(codes), CODES)
    yield from _unknown("channel", [channel], CHANNELS)
    if not text.strip():
        yield "no text"


def label_problems(row: list[Any]) -> Iterator[str]:
    """Yield what is wrong with the labels of a matter's five wordings."""
    if len(row) != 4 or not all(isinstance(field, str) for field in row):
        yield "four fields, each a string, are needed (eight for a message)"
        return
    intents, acceptable, urgency, sentiment = row
    if len(intents.split()) not in (1, 5):
        yield "one intent, or five"
    yield from _unknown("intent", intents.split() + split(acceptable), INTENTS)
    yield from _unknown("urgency", list(urgency), "lnhu")
    yield from _unknown("sentiment", list(sentiment), "-0+")
    if len(urgency) != 5 or len(sentiment) != 5:
        yield "five letters of urgency and five of sentiment are needed"


def split(field: str) -> list[str]:
    """Return the names in a comma-separated field."""
    return [name.strip() for name in field.split(",") if name.strip()]


def _unknown(kind: str, names: list[str], known: Any) -> Iterator[str]:
    yield from (f"unknown {kind} {name!r}" for name in names if name not in known)


def main(paths: list[str]) -> int:
    """Print the problems of the drafts and how many rows each has."""
    found = [problem for path in paths for problem in problems(Path(path))]
    print(
        "\n".join(
            found + [f"{path}: {len(Path(path).read_text(encoding='utf-8').splitlines())} rows" for path in paths]
        )
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
