"""The commands that measure: tags against labels, languages against each other, one period against another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from replyassist.cli.options import AssistantOption, JsonOption, MapOption
from replyassist.cli.output import print_json, print_table
from replyassist.errors import DataError

if TYPE_CHECKING:
    from replyassist.assistant import Assistant
    from replyassist.classify.drift import Drift
    from replyassist.evaluate.parity import ParityScore
    from replyassist.evaluate.scores import TaskScore
    from replyassist.formats import BadRow

GATE_FAILED = 4
"""Exit code when what was measured is worse than the limit that was set."""

_SHOWN = 10

HtmlOption = Annotated[Path | None, typer.Option("--html", help="Write a report with plots to this file.")]


def evaluate(
    file: Annotated[Path | None, typer.Argument(help="Labelled messages: JSONL, CSV or Parquet.")] = None,
    assistant: AssistantOption = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Another assistant folder, to compare with on the same messages.")
    ] = None,
    max_error: Annotated[
        float | None, typer.Option("--max-error", help="Share of accepted tags that may be wrong.")
    ] = None,
    parity: Annotated[
        Path | None, typer.Option("--parity", help="Messages that say the same in several languages (JSONL).")
    ] = None,
    max_difference: Annotated[
        float | None,
        typer.Option(
            "--max-difference", min=0.0, max=1.0, help="Share of pairs of languages that may differ in tag or tier."
        ),
    ] = None,
    map_: MapOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Compare tags with labels, and the same messages in several languages with each other.

    Without an assistant the shipped heads are measured. Exit code 4: more pairs of languages differ than allowed.
    """
    from replyassist.evaluate.parity import MAX_DIFFERENCE, evaluate_parity, read_parity
    from replyassist.evaluate.tags import evaluate_tags
    from replyassist.formats import read_labelled
    from replyassist.types import to_builtins

    if file is None and parity is None:
        raise DataError("nothing to evaluate: give a file of labelled messages, or --parity FILE")
    _check_report(html)
    loaded = read_labelled(file, map_) if file is not None else None
    alike = read_parity(parity) if parity is not None else None
    bad = _skipped(loaded.bad) if loaded else 0
    measured = _opened(assistant, max_error)
    previous = _opened(against, max_error) if against else None
    scores = evaluate_tags(measured, loaded.documents, previous=previous) if loaded else {}
    found = evaluate_parity(measured, alike) if alike else {}
    name = str(assistant or "the shipped heads")
    if html is not None:
        _write_report(html, name, scores, skipped=bad, parity=found)
    if json:
        parts = {task: to_builtins(score) for task, score in scores.items()}
        apart = {"parity": {task: to_builtins(score) for task, score in found.items()}} if parity else {}
        print_json({**parts, **apart, "skipped": bad})
    else:
        _print_scores(f"{file} against {name}", scores)
        _print_parity(found)
    limit = MAX_DIFFERENCE if max_difference is None else max_difference
    worse = [task for task, score in found.items() if score.differs > limit]
    if worse:
        typer.echo(f"parity: more than {limit:.0%} of the pairs differ in {', '.join(worse)}", err=True)
        raise typer.Exit(GATE_FAILED)
    if bad:
        raise typer.Exit(3)


def report(
    drift: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--drift", help="Two files of messages: an earlier period and a later one."),
    ] = None,
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="Documents that answer the same question with other numbers.")
    ] = False,
    assistant: AssistantOption = None,
    map_: MapOption = None,
    html: HtmlOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two periods of an inbox (exit code 4 when it has drifted), or list what the documents contradict."""
    from replyassist.evaluate.drift import report_drift
    from replyassist.formats import read_messages
    from replyassist.types import to_builtins

    if drift is None and not contradictions:
        raise DataError("nothing to report: give --drift EARLIER LATER, or --contradictions")
    if drift is not None and contradictions:
        raise DataError("one report at a time: --drift or --contradictions")
    if drift is None:
        _report_contradictions(_opened(assistant, None), json=json)
        return
    _check_report(html)
    periods = [read_messages(path, map_) for path in drift]
    bad = sum(_skipped(period.bad) for period in periods)
    found = report_drift(_opened(assistant, None), *(period.documents for period in periods))
    if html is not None:
        _write_report(html, f"{drift[0]} and {drift[1]}", {}, skipped=bad, drift=found)
    if json:
        print_json({**{task: to_builtins(one) for task, one in found.items()}, "skipped": bad})
    else:
        _print_drift(found)
    if any(one.drifted for one in found.values()):
        raise typer.Exit(GATE_FAILED)
    if bad:
        raise typer.Exit(3)


def _report_contradictions(assistant: Assistant, *, json: bool) -> None:
    from replyassist.types import to_builtins

    found = assistant.contradictions()
    if json:
        print_json({"contradictions": [to_builtins(one) for one in found]})
        return
    sides = [(f"{one.confidence:.0%}", side.id, side.text) for one in found for side in (one.first, one.second)]
    print_table(f"{len(found)} contradictions", ("how sure", "document", "says"), sides)


def _skipped(bad: Sequence[BadRow]) -> int:
    """Say which rows could not be read; return how many."""
    for row in bad[:_SHOWN]:
        typer.echo(f"skipped {row.place}: {row.error}", err=True)
    return len(bad)


def _check_report(path: Path | None) -> None:
    """Refuse a place where the report cannot be written before anything is measured."""
    if path is not None and path.is_dir():
        raise DataError("is a folder; name a file in it", where=str(path))
    if path is not None and not path.parent.is_dir():
        raise DataError("is in a folder that does not exist; create it", where=str(path))


def _opened(folder: Path | None, max_error: float | None) -> Assistant:
    from replyassist.assistant import Assistant

    opened = Assistant.open(folder) if folder else Assistant.default()
    return opened if max_error is None else opened.with_max_error(max_error)


def _write_report(
    path: Path,
    name: str,
    scores: Mapping[str, TaskScore],
    *,
    skipped: int = 0,
    parity: Mapping[str, ParityScore] | None = None,
    drift: Mapping[str, Drift] | None = None,
) -> None:
    from replyassist.evaluate.html import render_report
    from replyassist.folder import replace_file

    page = render_report(name, scores, skipped=skipped, parity=parity or None, drift=drift)
    replace_file(path, page.encode())
    typer.echo(f"report: {path}", err=True)


def _print_scores(title: str, scores: Mapping[str, TaskScore]) -> None:
    if not scores:
        return
    columns = ("task", "group", "n", "accuracy", "macro-F1", "ECE", "accepted", "error of accepted")
    print_table(title, columns, [row for task, score in scores.items() for row in _rows(task, score)])
    for task, score in scores.items():
        for line in _remarks(score):
            typer.echo(f"{task}: {line}")


def _rows(task: str, score: TaskScore) -> Iterator[tuple[object, ...]]:
    error = "" if score.accepted_error is None else f"{score.accepted_error:.3f}"
    means = (f"{score.accuracy:.3f}", f"{score.macro_f1:.3f}", f"{score.ece:.3f}", f"{score.accepted:.3f}")
    yield (task, "all", score.n, *means, error)
    for language, part in score.by_language.items():
        yield (task, language, part.n, f"{part.accuracy:.3f}", f"{part.macro_f1:.3f}", f"{part.ece:.3f}", "", "")


def _remarks(score: TaskScore) -> Iterator[str]:
    if score.kappa is not None:
        lower = "" if score.under_triaged is None else f", {score.under_triaged:.0%} of the urgent tagged lower or not"
        yield f"quadratic weighted kappa {score.kappa:.2f}{lower}"
    if score.since is not None:
        change = score.since
        yield (
            f"{change.became_right} became right and {change.became_wrong} wrong since (p = {change.p_value:.3f}); "
            f"accuracy was {change.accuracy:.3f}"
        )
    for pair in score.overlaps[:_SHOWN]:
        yield f"{pair.first} and {pair.second} are mixed up in {pair.share:.0%} of their messages"
    if score.doubts:
        yield f"labels likely wrong: {', '.join(one.id for one in score.doubts[:_SHOWN])}"
    if score.unknown_labels:
        yield f"labels the assistant does not know: {', '.join(score.unknown_labels)}"


def _print_parity(found: Mapping[str, ParityScore]) -> None:
    if found:
        columns = ("task", "messages", "same tag in all", "pairs that differ", "in tag", "in tier")
        shares = ((one.agree, one.differs, one.tags, one.tiers) for one in found.values())
        rows = zip(found, shares, strict=True)
        cells = [(task, found[task].messages, *(f"{share:.3f}" for share in row)) for task, row in rows]
        print_table("the same message in several languages", columns, cells)


def _print_drift(found: Mapping[str, Drift]) -> None:
    columns = ("task", "before", "after", "confidence: index", "labels: index", "drifted", "changed most")
    rows = []
    for task, one in found.items():
        moved = ", ".join(f"{name} {change:+.1%}" for name, change in {**one.grown, **one.shrunk}.items())
        shifts = (f"{one.confidence.index:.3f}", f"{one.labels.index:.3f}")
        rows.append((task, one.reference, one.n, *shifts, "yes" if one.drifted else "no", moved))
    print_table("two periods", columns, rows)
