"""The bundled fictional company: articles, solved tickets, macros and an inbox in five languages."""

from __future__ import annotations

from pathlib import Path

import msgspec

from replyassist.types import Message


def company_folder() -> Path:
    """Return the folder of the bundled company's files."""
    return Path(__file__).parent / "company"


def read_inbox() -> list[Message]:
    """Return the messages of the company's inbox."""
    lines = (company_folder() / "inbox.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Message) for line in lines if line.strip()]


def read_showcase() -> dict[str, str]:
    """Return the ids of the messages worth showing: ``drafted``, ``escalated``, ``silent``."""
    return msgspec.json.decode((company_folder() / "showcase.json").read_bytes(), type=dict[str, str])
