"""Where the corpus lies and how it is read and written: one folder per organisation under its split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from training.corpus.schema import Article, Macro, Message, ParityMessage, Profile, Row, Ticket

ROOT = Path(__file__).parent / "data"
SPLITS = ("train", "validation", "test")
R = TypeVar("R", bound=Row)


class Organisation(msgspec.Struct, frozen=True):
    """Everything of one fictional organisation."""

    split: str
    profile: Profile
    articles: tuple[Article, ...]
    messages: tuple[Message, ...]
    tickets: tuple[Ticket, ...]
    macros: tuple[Macro, ...]


def read_rows(path: Path, kind: type[R]) -> list[R]:
    """Return the rows of a file; a file that is not there has none, which the checks report as too few.

    Raises:
        msgspec.ValidationError: a row does not fit the schema; the message ends with file and line.
    """
    decoder = msgspec.json.Decoder(kind)
    rows = []
    content = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            rows.append(decoder.decode(line))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise msgspec.ValidationError(f"{error} in {path.relative_to(ROOT.parent)}:{number}") from None
    return rows


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write one JSON object per line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def organisations(split: str) -> Iterator[Organisation]:
    """Yield the organisations of ``split`` (train, validation or test), by id."""
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, not {split!r}")
    for folder in sorted(path.parent for path in (ROOT / split).glob("*/profile.json")):
        yield Organisation(
            split=split,
            profile=msgspec.json.decode((folder / "profile.json").read_bytes(), type=Profile),
            articles=tuple(read_rows(folder / "articles.jsonl", Article)),
            messages=tuple(read_rows(folder / "messages.jsonl", Message)),
            tickets=tuple(read_rows(folder / "tickets.jsonl", Ticket)),
            macros=tuple(read_rows(folder / "macros.jsonl", Macro)),
        )


def parity() -> list[ParityMessage]:
    """Return the messages that say the same in all five languages."""
    return read_rows(ROOT / "parity.jsonl", ParityMessage)
