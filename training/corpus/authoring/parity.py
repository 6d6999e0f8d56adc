"""Turn parity drafts into data: ``python -m training.corpus.authoring.parity DRAFT ...``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from replyassist.types import LANGUAGES
from training.corpus.authoring.notation import Entry, read_entries
from training.corpus.files import ROOT, write_rows
from training.corpus.schema import ParityMessage


def main(paths: list[Path]) -> int:
    """Compile the drafts into one file, unless something is wrong with one of them; return the exit code."""
    rows, problems = [], []
    for path in paths:
        for entry in read_entries(path):
            try:
                rows.append(message(entry))
            except msgspec.ValidationError as error:
                problems.append(f"{path.name}:{entry.line} ({entry.id}): {error}")
            problems += [f"{path.name}:{entry.line} ({entry.id}): no {language}" for language in missing(entry)]
    print("\n".join([*problems, f"{len(rows)} parity messages"]))
    if not problems:
        write_rows(ROOT / "parity.jsonl", rows)
    return 1 if problems else 0


def missing(entry: Entry) -> Iterator[str]:
    """Yield the languages that an entry lacks."""
    return (language for language in LANGUAGES if not entry.part(language))


def message(entry: Entry) -> ParityMessage:
    """Return the row of an entry."""
    values = {
        "id": f"parity-{entry.id}",
        "sector": entry.head.get("sector", ""),
        "channel": entry.head.get("channel", ""),
        "texts": {language: entry.part(language) for language in LANGUAGES},
        "intents": entry.listed("intents"),
        "acceptable": entry.listed("acceptable"),
        "urgency": entry.head.get("urgency", ""),
        "sentiment": entry.head.get("sentiment", ""),
        "codes": entry.listed("codes"),
    }
    return msgspec.convert(values, ParityMessage)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
