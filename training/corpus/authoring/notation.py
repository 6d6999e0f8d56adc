"""The notation writers use, and how it is read.

A file holds entries; an entry has a head of ``key: value`` lines and named parts::

    === m07
    channel: email
    intents: refund_status
    --- customer
    an earlier turn
    --- message
    Hei, <<repeat_contact|tredje gang jeg skriver>> ... mvh <<person|Kari Moen>>

``<<kind|words>>`` marks words with a code or a kind of personal data and may be nested. Offsets are counted here, never
by a writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from training.corpus.schema import Mark

_ENTRY = re.compile(r"^=== *(\S+) *$")
_PART = re.compile(r"^--- *([a-z]+) *$")
_HEAD = re.compile(r"^([a-z_]+): ?(.*)$")
_TAG = re.compile(r"<<([a-z_]+)\|")


class NotationError(ValueError):
    """An entry that cannot be read; the message names file, line and what to change."""


class Entry(msgspec.Struct, frozen=True):
    """One entry: its id, its head, and its parts in order."""

    id: str
    line: int
    head: dict[str, str]
    parts: tuple[tuple[str, str], ...]

    def part(self, name: str) -> str:
        """Return the text of the last part called ``name``, empty if there is none."""
        return next((text for part, text in reversed(self.parts) if part == name), "")

    def listed(self, key: str) -> tuple[str, ...]:
        """Return the comma-separated values of ``key``; ``none`` and ``-`` mean no value."""
        values = (value.strip() for value in self.head.get(key, "").split(","))
        return tuple(value for value in values if value and value.lower() not in ("none", "-"))


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file.

    Raises:
        NotationError: a line stands where none is allowed.
    """
    entry: Entry | None = None
    part: str | None = None
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if match := _ENTRY.match(line):
            if entry:
                yield _closed(entry, part, lines)
            entry, part, lines = Entry(match.group(1), number, {}, ()), None, []
        elif entry and (match := _PART.match(line)):
            entry, part, lines = _closed(entry, part, lines), match.group(1), []
        elif part:
            lines.append(line)
        elif entry and (match := _HEAD.match(line)):
            entry.head[match.group(1)] = match.group(2).strip()
        elif line.strip():
            wanted = "'key: value' or '--- part'" if entry else "'=== id' before any text"
            raise NotationError(f"{path.name}:{number}: expected {wanted}")
    if entry:
        yield _closed(entry, part, lines)


def _closed(entry: Entry, part: str | None, lines: list[str]) -> Entry:
    if part is None:
        return entry
    return msgspec.structs.replace(entry, parts=(*entry.parts, (part, "\n".join(lines).strip())))


def read_marks(marked: str) -> tuple[str, tuple[Mark, ...]]:
    """Return the text without its marks, and the marks with their offsets.

    >>> read_marks("Jeg heter <<person|Kari>>.")[0]
    'Jeg heter Kari.'

    Raises:
        NotationError: a mark is not closed.
    """
    text: list[str] = []
    length, at = 0, 0
    open_marks: list[tuple[str, int]] = []
    found: list[tuple[int, int, str]] = []
    while at < len(marked):
        tag = _TAG.match(marked, at)
        if tag:
            open_marks.append((tag.group(1), length))
            at = tag.end()
        elif open_marks and marked.startswith(">>", at):
            kind, start = open_marks.pop()
            found.append((start, length, kind))
            at += 2
        else:
            text.append(marked[at])
            length += 1
            at += 1
    if open_marks:
        raise NotationError(f"mark <<{open_marks[-1][0]}| is not closed")
    plain = "".join(text)
    return plain, tuple(Mark(start=s, end=e, kind=k, text=plain[s:e]) for s, e, k in sorted(found))
