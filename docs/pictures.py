"""Draw the pictures of the documentation: ``python docs/pictures.py``."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from rich.console import Console

from replyassist import Assistant
from replyassist.cli.show import render_suggestion
from replyassist.demo import company_folder, read_inbox, read_showcase

DOCS = Path(__file__).parent
WIDTH = 118


def main() -> None:
    """Write ``docs/suggest.svg``: a drafted, an escalated and a silent suggestion of the bundled company."""
    company = company_folder()
    inbox = {message.id: message for message in read_inbox()}
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mokkavik"
        folder.mkdir()
        (folder / "replyassist.toml").write_bytes((company / "replyassist.toml").read_bytes())
        assistant = Assistant.build(
            folder,
            articles=company / "articles",
            resolutions=company / "resolutions.jsonl",
            macros=company / "macros.jsonl",
        )
        for name in ("drafted", "escalated", "silent"):
            message = inbox[read_showcase()[name]]
            console.print(render_suggestion(message, assistant.suggest(message, now=message.received_at)))
    console.save_svg(str(DOCS / "suggest.svg"), title="replyassist demo")


if __name__ == "__main__":
    main()
