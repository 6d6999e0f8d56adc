"""Options that several commands share, described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AssistantOption = Annotated[
    Path | None,
    typer.Option("-a", "--assistant", envvar="REPLYASSIST_ASSISTANT", help="The team's assistant folder."),
]
AssistantFolderOption = Annotated[
    Path,
    typer.Option("-a", "--assistant", envvar="REPLYASSIST_ASSISTANT", help="The team's assistant folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
MapOption = Annotated[
    str | None,
    typer.Option("--map", help="Which column holds what, for example text=body,id=ticket_id."),
]
