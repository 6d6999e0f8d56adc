"""The command that shows the product on the bundled company."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from replyassist.cli.output import console, print_table, steps

if TYPE_CHECKING:
    from replyassist.assistant import Assistant
    from replyassist.types import Message, Tags

_CAPTIONS = {
    "drafted": "A draft from the knowledge base, each sentence with its source",
    "escalated": "A message that a person with more authority must see",
    "silent": "No evidence, no draft: the reason is given instead",
}


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Where the assistant is kept (default: a new temporary folder)."),
    ] = None,
) -> None:
    """Build an assistant for a fictional company, tag its inbox in five languages, show three suggestions."""
    from replyassist.assistant import Assistant
    from replyassist.demo import company_folder, read_inbox, read_showcase
    from replyassist.settings import FILE_NAME

    company = company_folder()
    target = folder or Path(tempfile.mkdtemp(prefix="replyassist-demo-")) / "mokkavik"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(company / FILE_NAME, target / FILE_NAME)
    with steps(quiet=False) as report:
        assistant = Assistant.build(
            target,
            articles=company / "articles",
            resolutions=company / "resolutions.jsonl",
            macros=company / "macros.jsonl",
            report=report,
        )
    inbox = read_inbox()
    _show_assistant(assistant, target)
    _show_inbox(inbox, list(assistant.tag(inbox)))
    _show_suggestions(assistant, inbox, read_showcase())
    _show_next(target, company)


def _show_assistant(assistant: Assistant, target: Path) -> None:
    manifest = assistant.manifest
    details = manifest.details if manifest else {}
    counts = details["documents"]
    out = console()
    out.print()
    out.print(f"Mokkavik, a fictional web shop for coffee machines: built in {target}", style="bold")
    out.print(f"{counts['article']} articles, {counts['resolution']} solved tickets, {counts['macro']} macros")
    out.print()


def _show_inbox(inbox: list[Message], tagged: list[Tags]) -> None:
    languages = Counter(tags.language for tags in tagged)
    rows = [
        (
            message.id,
            tags.language,
            " ".join(tags.text.split())[:48],
            _label(tags),
            tags.urgency.label if tags.urgency else "",
            ", ".join(flag.code for flag in tags.flags),
        )
        for message, tags in list(zip(inbox, tagged, strict=True))[::4]
    ]
    spoken = ", ".join(f"{count} {code}" for code, count in languages.most_common())
    title = f"{len(inbox)} messages tagged ({spoken}); every fourth:"
    print_table(title, ("id", "language", "message", "intent", "urgency", "flags"), rows)


def _label(tags: Tags) -> str:
    first = tags.intents[0] if tags.intents else None
    if first is None or first.label is None:
        return ""
    return f"{first.label} {first.probability:.0%}" + ("" if first.accepted else " ?")


def _show_suggestions(assistant: Assistant, inbox: list[Message], showcase: dict[str, str]) -> None:
    from replyassist.cli.show import render_suggestion

    by_id = {message.id: message for message in inbox}
    for name, caption in _CAPTIONS.items():
        message = by_id[showcase[name]]
        out = console()
        out.print()
        out.print(caption, style="bold")
        out.print(render_suggestion(message, assistant.suggest(message)))


def _show_next(target: Path, company: Path) -> None:
    out = console()
    out.print()
    out.print("Try next:", style="bold")
    out.print(f'  replyassist suggest "Hvor er pakken min?" -a {target}', soft_wrap=True)
    out.print(f'  replyassist search "pausa prenumeration" -a {target}', soft_wrap=True)
    out.print(f"  replyassist tag {company / 'inbox.jsonl'} -a {target} -o tagged.jsonl", soft_wrap=True)
