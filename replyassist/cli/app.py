"""The app that joins the groups of commands. Command bodies import late, so that ``--help`` is instant."""

from __future__ import annotations

from typing import Annotated

import typer

from replyassist._version import __version__
from replyassist.cli import assistant, demo, evaluate, inbox

app = typer.Typer(
    name="replyassist",
    help="Tags, evidence, cited drafts and escalation flags for support messages, in five languages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"replyassist {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Tags, evidence, cited drafts and escalation flags for support messages, in five languages."""


app.command()(demo.demo)
app.command()(assistant.build)
app.command()(assistant.add)
app.command()(assistant.remove)
app.command()(assistant.adapt)
app.command()(inbox.tag)
app.command()(inbox.suggest)
app.command()(inbox.explain)
app.command()(inbox.search)
app.command()(evaluate.evaluate)
app.command()(evaluate.report)
app.command()(assistant.doctor)
