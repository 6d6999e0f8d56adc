"""Commands that make and change an assistant folder: build, add, remove, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from replyassist.cli.options import JsonOption, MapOption
from replyassist.cli.output import print_json, print_table, steps

FolderArgument = Annotated[Path, typer.Argument(help="The assistant folder.")]
ArticlesOption = Annotated[
    list[Path] | None, typer.Option("--articles", help="Articles: a folder of Markdown, or a file.")
]
ResolutionsOption = Annotated[list[Path] | None, typer.Option("--resolutions", help="Solved tickets: a file.")]
LabelsOption = Annotated[list[Path] | None, typer.Option("--labels", help="Labelled messages to train on: a file.")]
MacrosOption = Annotated[list[Path] | None, typer.Option("--macros", help="Saved replies: a file.")]


def build(
    folder: FolderArgument,
    articles: ArticlesOption = None,
    resolutions: ResolutionsOption = None,
    macros: MacrosOption = None,
    labels: LabelsOption = None,
    encoder: Annotated[
        str, typer.Option("--encoder", help="nordic, lsa, or transformers:<name or path> (extra).")
    ] = "nordic",
    reranker: Annotated[
        str | None, typer.Option("--reranker", help="transformers:<name or path> of a CrossEncoder, used if it helps.")
    ] = None,
    map_: MapOption = None,
    json: JsonOption = False,
) -> None:
    """Make an assistant from articles, solved tickets, macros and labelled messages."""
    from replyassist.assistant import Assistant
    from replyassist.formats import load_sources

    sources = load_sources(
        articles=articles or (),
        resolutions=resolutions or (),
        macros=macros or (),
        labels=labels or (),
        mapping=map_,
    )
    with steps(quiet=json) as report:
        assistant = Assistant.build(
            folder,
            articles=sources.documents,
            labels=sources.labelled,
            encoder=encoder,
            reranker=reranker,
            report=report,
        )
    manifest = assistant.manifest
    details = {key: value for key, value in manifest.details.items() if key != "skipped"} if manifest else {}
    _finish({"folder": str(folder), **details}, sources.bad, json=json, title=f"Built {folder}")


def add(
    folder: FolderArgument,
    articles: ArticlesOption = None,
    resolutions: ResolutionsOption = None,
    macros: MacrosOption = None,
    map_: MapOption = None,
    json: JsonOption = False,
) -> None:
    """Add documents to an assistant, or replace those of the same id."""
    from replyassist.assistant import Assistant
    from replyassist.formats import load_sources

    sources = load_sources(articles=articles or (), resolutions=resolutions or (), macros=macros or (), mapping=map_)
    assistant = Assistant.open(folder)
    with steps(quiet=json) as report:
        count = assistant.add(sources.documents, report=report)
    _finish({"added": count}, sources.bad, json=json, title=f"Added to {folder}")


def remove(
    folder: FolderArgument,
    ids: Annotated[list[str], typer.Argument(help="Ids of the documents to remove.")],
    json: JsonOption = False,
) -> None:
    """Remove documents from the store and from every index, at once."""
    from replyassist.assistant import Assistant

    assistant = Assistant.open(folder)
    with steps(quiet=json) as report:
        count = assistant.remove(ids, report=report)
    _finish({"removed": count}, [], json=json, title=f"Removed from {folder}")


def adapt(
    folder: FolderArgument, labels: LabelsOption = None, map_: MapOption = None, json: JsonOption = False
) -> None:
    """Train the built-in encoder on the assistant's own tickets and articles; keep the result only if it helps."""
    from replyassist.assistant import Assistant
    from replyassist.formats import load_sources

    sources = load_sources(labels=labels or (), mapping=map_)
    assistant = Assistant.open(folder)
    with steps(quiet=json) as report:
        proof = assistant.adapt(labels=sources.labelled, report=report)
    values: dict[str, object] = {
        "trained_on": proof.trained_on,
        "held_out": proof.held_out,
        "mrr_before": proof.before,
        "mrr_after": proof.after,
        "standard_error": proof.error,
        "kept": proof.kept,
    }
    _finish(values, sources.bad, json=json, title=f"Adapted {folder}" if proof.kept else f"No gain for {folder}")


def doctor(
    folder: FolderArgument,
    repair: Annotated[
        bool, typer.Option("--repair/--check-only", help="Rebuild damaged indexes from the documents.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Check an assistant folder and rebuild what can be derived."""
    from replyassist.doctor import examine

    with steps(quiet=json) as report:
        findings = examine(folder, repair=repair, report=report)
    if json:
        print_json([{"check": f.check, "state": f.state, "detail": f.detail} for f in findings])
    else:
        print_table(f"Doctor: {folder}", ("check", "state", "detail"), findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(2)


def _finish(values: dict[str, object], bad: list[str], *, json: bool, title: str) -> None:
    """Report what was done; exit with 3 when rows had to be skipped."""
    if json:
        print_json({**values, "skipped": len(bad), "skipped_first": bad[:10]})
    else:
        print_table(title, ("what", "value"), _flat(values))
        for place in bad[:10]:
            typer.echo(f"skipped {place}", err=True)
        if len(bad) > 10:
            typer.echo(f"skipped {len(bad)} rows in all", err=True)
    if bad:
        raise typer.Exit(3)


def _flat(values: dict[str, object], prefix: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            rows.extend(_flat(value, f"{prefix}{key}."))
        elif isinstance(value, float):
            rows.append((prefix + key, round(value, 4)))
        else:
            rows.append((prefix + key, value))
    return rows
