"""The command that measures an assistant on a team's own labelled messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from replyassist.cli.options import AssistantFolderOption, JsonOption, MapOption
from replyassist.cli.output import print_json, print_table

if TYPE_CHECKING:
    from replyassist.evaluate.tags import TaskScore


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled messages: JSONL, CSV or Parquet.")],
    assistant: AssistantFolderOption,
    map_: MapOption = None,
    json: JsonOption = False,
) -> None:
    """Compare an assistant's tags with labels: accuracy, macro-F1, calibration, by language and label."""
    from replyassist.assistant import Assistant
    from replyassist.evaluate.tags import evaluate_tags
    from replyassist.formats import read_labelled
    from replyassist.types import to_builtins

    loaded = read_labelled(file, map_)
    scores = evaluate_tags(Assistant.open(assistant), loaded.documents)
    bad = [row.place for row in loaded.bad]
    if json:
        print_json({**{task: to_builtins(score) for task, score in scores.items()}, "skipped": len(bad)})
    else:
        columns = ("task", "group", "n", "accuracy", "macro-F1", "ECE", "accepted", "error of accepted")
        rows = [row for task, score in scores.items() for row in _rows(task, score)]
        print_table(f"{file} against {assistant}", columns, rows)
        for task, score in scores.items():
            if score.unknown_labels:
                typer.echo(f"{task}: labels the assistant does not know: {', '.join(score.unknown_labels)}")
        for place in bad[:10]:
            typer.echo(f"skipped {place}", err=True)
    if bad:
        raise typer.Exit(3)


def _rows(task: str, score: TaskScore) -> Iterator[tuple[object, ...]]:
    error = "" if score.accepted_error is None else f"{score.accepted_error:.3f}"
    means = (f"{score.accuracy:.3f}", f"{score.macro_f1:.3f}", f"{score.ece:.3f}", f"{score.accepted:.3f}")
    yield (task, "all", score.n, *means, error)
    for language, part in score.by_language.items():
        yield (task, language, part.n, f"{part.accuracy:.3f}", f"{part.macro_f1:.3f}", "", "", "")
