"""Commands that read messages: tag a file, suggest for one message, search."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from replyassist.cli.options import AssistantFolderOption, AssistantOption, JsonOption, MapOption
from replyassist.cli.output import console, print_json, print_table, progress
from replyassist.errors import DataError
from replyassist.types import Customer, Hit, Message, Record, parse

if TYPE_CHECKING:
    from replyassist.batch import Tagger, TagSummary


def open_tagger(folder: Path | None, max_error: float | None) -> Tagger:
    """Return the function that tags a batch; runs once in every worker process."""
    from replyassist.assistant import Assistant

    assistant = Assistant.open(folder) if folder is not None else Assistant.default()
    return (assistant if max_error is None else assistant.with_max_error(max_error)).tag_batch


def tag(
    source: Annotated[str, typer.Argument(help="Messages: JSONL, CSV, Parquet, mbox or eml; - is standard input.")],
    output: Annotated[
        str, typer.Option("-o", "--output", help="Where the tagged rows go; - is standard output.")
    ] = "-",
    assistant: AssistantOption = None,
    map_: MapOption = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, help="Processes (default: one per core; 0 tags in this one)."),
    ] = None,
    max_error: Annotated[
        float | None, typer.Option("--max-error", help="Share of accepted tags that may be wrong.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume/--fresh", help="Go on where an interrupted run stopped.")] = True,
    json: JsonOption = False,
) -> None:
    """Tag every message of a file: one row out per row in, same order, the input columns untouched."""
    from replyassist.batch import tag_file

    stamp = "none"
    if assistant is None:
        typer.echo("no assistant: intent, urgency and mood by the shipped heads", err=True)
    else:
        stamp = _checked(assistant)
    with progress("tagging") as advance:
        summary = tag_file(
            source,
            output,
            tagger_factory=functools.partial(open_tagger, assistant, max_error),
            mapping=map_,
            workers=_workers(workers),
            resume=resume,
            progress=advance,
            job=f"{stamp} {max_error}",
        )
    if json:
        sys.stderr.write(summary.to_json() + "\n")
    else:
        rate = f"{summary.rows_per_second:,.0f} rows a second"
        typer.echo(f"{summary.rows:,} rows in {summary.seconds:.1f} s, {rate}, {summary.bad:,} bad", err=True)
        for place in summary.first_bad:
            typer.echo(f"bad {place}", err=True)
        _warn_of_drift(assistant, summary)
    if summary.bad:
        raise typer.Exit(3)


def _warn_of_drift(folder: Path | None, summary: TagSummary) -> None:
    """Say so when the messages are unlike those that the error rate was made on."""
    from replyassist.assistant import Assistant
    from replyassist.classify.drift import LEAST

    if sum(summary.confidence) < LEAST:
        return
    drift = (Assistant.open(folder) if folder else Assistant.default()).drift(summary.confidence)
    if drift is not None and drift.drifted:
        typer.echo(
            "these messages are unlike those the thresholds were made on "
            f"(stability index {drift.confidence.index:.2f}): the error rate may not hold. "
            "Label some of them and run replyassist evaluate",
            err=True,
        )


def _checked(folder: Path) -> str:
    """Report a damaged folder here, once, and not in every worker; return what names its generation."""
    from replyassist.folder import AssistantFolder

    manifest, _ = AssistantFolder(folder).open()
    return f"{manifest.generation} {manifest.written_at.isoformat()}"


def _workers(wanted: int | None) -> int:
    return (os.cpu_count() or 1) if wanted is None else wanted


def suggest(
    text: Annotated[str, typer.Argument(help="The message; - reads it from standard input.")],
    assistant: AssistantFolderOption,
    subject: Annotated[str, typer.Option("--subject", help="The subject line.")] = "",
    channel: Annotated[str, typer.Option("--channel", help="email, chat, social, web or phone.")] = "email",
    name: Annotated[str | None, typer.Option("--name", help="The customer's name.")] = None,
    message_id: Annotated[
        str, typer.Option("--id", help="The ticket's id: it never finds itself as evidence.")
    ] = "message",
    as_message: Annotated[
        bool, typer.Option("--as-message", help="The text is a message as JSON, with all its fields.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show tags, evidence, drafts and flags for one message."""
    from replyassist.assistant import Assistant
    from replyassist.cli.show import render_suggestion

    raw = _standard_input() if text == "-" else text
    if as_message:
        message = _decoded(raw)
    else:
        customer = Customer(name=name) if name else None
        values = {"id": message_id, "text": raw, "subject": subject, "channel": channel}
        message = parse(Message, {**values, "customer": customer}, where="command line")
    suggestion = Assistant.open(assistant).suggest(message)
    if json:
        print_json(suggestion)
    else:
        console().print(render_suggestion(message, suggestion))


def _decoded(raw: str) -> Message:
    import msgspec

    try:
        return parse(Message, msgspec.json.decode(raw), where="message")
    except msgspec.DecodeError as error:
        raise DataError(f"not valid JSON: {error}", where="message") from None


def _standard_input() -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def explain(
    text: Annotated[str, typer.Argument(help="The message; - reads it from standard input.")],
    assistant: AssistantOption = None,
    subject: Annotated[str, typer.Option("--subject", help="The subject line.")] = "",
    task: Annotated[str | None, typer.Option("--task", help="intent, urgency or sentiment (default: all).")] = None,
    json: JsonOption = False,
) -> None:
    """Say why a message gets its tags: the words, the nearest labelled messages, and what came second."""
    from replyassist.assistant import Assistant
    from replyassist.cli.show import render_explanation

    raw = _standard_input() if text == "-" else text
    message = parse(Message, {"text": raw, "subject": subject}, where="command line")
    opened = Assistant.open(assistant) if assistant else Assistant.default()
    explanations = opened.explain(message, task=task)
    if json:
        print_json([_plain(one) for one in explanations])
        return
    for explanation in explanations:
        console().print(render_explanation(explanation))


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in any of the five languages.")],
    assistant: AssistantFolderOption,
    k: Annotated[int | None, typer.Option("-k", min=1, help="Hits per pool.")] = None,
    audience: Annotated[
        list[str] | None, typer.Option("--audience", help="Who reads; repeat for several (default: public).")
    ] = None,
    pool: Annotated[
        list[str] | None, typer.Option("--pool", help="article, resolution or macro; repeat for several.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="Prefer this language.")] = None,
    json: JsonOption = False,
) -> None:
    """Find articles, past tickets and macros."""
    from replyassist.assistant import Assistant
    from replyassist.types import POOLS, PUBLIC

    unknown = set(pool or ()) - set(POOLS)
    if unknown:
        raise typer.BadParameter(f"unknown pool; use {', '.join(POOLS)}", param_hint="--pool")
    hits = Assistant.open(assistant).search(
        query,
        k=k,
        audience=frozenset(audience) if audience else PUBLIC,
        pools=[name for name in POOLS if not pool or name in pool],
        language=language,
    )
    if json:
        print_json([_plain(hit) for hit in hits])
        return
    columns = ("relevance", "pool", "id", "language", "title", "why")
    print_table("", columns, ((f"{h.relevance:.2f}", h.pool, h.source_id, h.language, _title(h), h.why) for h in hits))


def _title(hit: Hit) -> str:
    return " ".join([hit.title, *(f"[{mark.replace('_', ' ')}]" for mark in hit.marks)])


def _plain(hit: Record) -> dict[str, object]:
    from replyassist.types import to_builtins

    return to_builtins(hit)
