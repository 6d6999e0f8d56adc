"""Check drafts while writing: ``python -m training.corpus.authoring.lint DRAFTS ORGANISATION LANGUAGE ...``.

Prints one line per problem and a line of counts per unit; exits 1 if there is a problem.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from training.corpus.authoring.rows import read_unit
from training.corpus.check.rules import article_problems, message_problems, ticket_problems


def main(folder: Path, units: list[str]) -> int:
    """Check the units ``o01.nb`` and so on; return the exit code."""
    bad = 0
    for unit in units:
        organisation, language = unit.split(".")
        sheet = yaml.load((folder / f"{organisation}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        audiences = {topic["id"]: topic["audience"] for topic in sheet["topics"]}
        rows, problems = read_unit(folder, organisation, language, audiences)
        problems += [problem for kind in rows for row in rows[kind] for problem in _row_problems(kind, row, audiences)]
        missing = sorted(set(audiences) - {article.topic for article in rows["articles"]})
        problems += [f"{unit}: no article for {topic}" for topic in missing]
        for problem in problems:
            print(problem)
        print(f"{unit}: {_counts(rows)}")
        bad += len(problems)
    return 1 if bad else 0


def _row_problems(kind: str, row: Any, topics: Iterable[str]) -> Iterable[str]:
    if kind == "articles":
        return article_problems(row)
    if kind == "messages":
        return message_problems(row, topics)
    return ticket_problems(row, topics) if kind == "tickets" else ()


def _counts(rows: dict[str, list[Any]]) -> str:
    words = [len(row.text.split()) for row in rows["messages"]] or [0]
    return (
        ", ".join(f"{len(rows[kind])} {kind}" for kind in rows)
        + f"; message words: median {statistics.median(words):.0f}, longest {max(words)}; "
        + f"{sum(bool(row.codes) for row in rows['messages'])} with codes"
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
