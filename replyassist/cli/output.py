"""What commands print: tables and colours for people, JSON for machines. The rich library enters here."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from replyassist.types import Record, to_json

Advance = Callable[[int, float, float | None], None]
"""Called with rows done, rows per second and the share of the input read (none when not known)."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control codes but tab and newline, and the marks that turn the direction of writing."""

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from replyassist.building import Report


def console(*, error: bool = False) -> Console:
    """Return a console on standard output, or on standard error for progress."""
    from rich.console import Console

    return Console(stderr=error, highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())


def print_json(value: Record | dict[str, Any] | list[Any]) -> None:
    """Print one JSON document on a line of its own."""
    text = to_json(value).decode() if isinstance(value, Record) else json.dumps(value, ensure_ascii=False)
    sys.stdout.write(text + "\n")


def visible(text: object, style: str = "") -> Text:
    """Return untrusted text for a terminal: never markup, and no control codes that could move the cursor."""
    from rich.text import Text

    return Text(_CONTROL.sub("\ufffd", "" if text is None else str(text)), style=style)


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table; cells are plain text, never markup (they may hold a customer's words)."""
    from rich.table import Table

    table = Table(title=visible(title) if title else None, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(visible(cell) for cell in row))
    console().print(table)


@contextmanager
def steps(*, quiet: bool) -> Iterator[Report]:
    """Show the step at work on standard error, if a person is looking."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    with console(error=True).status("starting") as status:
        yield lambda step: status.update(step)


@contextmanager
def progress(what: str) -> Iterator[Advance | None]:
    """Show a bar with rate and time left on standard error, if a person is looking; none otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(error=True)) as bar:
        task = bar.add_task(what, total=1.0, rows=0, rate=0.0)

        def advance(rows: int, rate: float, fraction: float | None) -> None:
            bar.update(task, completed=fraction or 0.0, rows=rows, rate=rate)

        yield advance
