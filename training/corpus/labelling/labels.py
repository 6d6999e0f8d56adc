"""One reader's labels of a message, and where those of both readers are kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from replyassist.types import URGENCIES
from training.corpus.authoring.notation import Entry, NotationError, read_entries
from training.corpus.files import ROOT, read_rows, write_rows
from training.corpus.labels import CODES, INTENTS, PERSONAL
from training.corpus.schema import MISSING, Mark, Message, Row

FOLDER = ROOT / "labelling"
SENTIMENTS = ("negative", "neutral", "positive")


class Words(Row, frozen=True, kw_only=True, order=True):
    """A label and the words of the message that carry it."""

    kind: str
    text: str


class Labels(Row, frozen=True, kw_only=True):
    """What one reader said of one message."""

    id: str
    language: str
    intents: tuple[str, ...]
    acceptable: tuple[str, ...]
    urgency: str
    sentiment: str
    topics: tuple[str, ...]
    missing: tuple[str, ...]
    codes: tuple[Words, ...]
    personal: tuple[Words, ...]


def of_message(message: Message) -> Labels:
    """Return the labels that stand in the corpus."""
    return Labels(
        id=message.id,
        language=message.language,
        intents=message.intents,
        acceptable=message.acceptable,
        urgency=message.urgency,
        sentiment=message.sentiment,
        topics=message.topics,
        missing=message.missing,
        codes=_words(message.codes),
        personal=_words(message.personal),
    )


def _words(marks: Iterable[Mark]) -> tuple[Words, ...]:
    return tuple(Words(kind=mark.kind, text=mark.text) for mark in marks)


def stored(reader: str, organisation: str) -> list[Labels]:
    """Return the labels of ``reader`` (first or second); none if there are none yet."""
    path = FOLDER / f"{organisation}.{reader}.jsonl"
    return read_rows(path, Labels) if path.exists() else []


def store(reader: str, organisation: str, rows: list[Labels]) -> None:
    """Keep the labels of a reader."""
    write_rows(FOLDER / f"{organisation}.{reader}.jsonl", rows)


def read_labels(path: Path, messages: Iterable[Message]) -> tuple[list[Labels], list[str]]:
    """Return the labels a second reader wrote, and the problems in them. Every message must be there once."""
    if not path.exists():
        return [], [f"{path.name}: not there; every language needs a second reader"]
    known = {message.id: message for message in messages}
    rows: dict[str, Labels] = {}
    seen: set[str] = set()
    problems = []
    for entry in read_entries(path):
        try:
            if entry.id not in known or entry.id in seen:
                raise NotationError("not a message of this sheet, or here twice")
            seen.add(entry.id)
            rows[entry.id] = _labels(entry, known[entry.id])
        except NotationError as error:
            problems.append(f"{path.name}:{entry.line} ({entry.id}): {error}")
    problems += [f"{path.name}: no labels for {name}" for name in known if name not in seen]
    return list(rows.values()), problems


def _labels(entry: Entry, message: Message) -> Labels:
    return Labels(
        id=entry.id,
        language=entry.head.get("language", message.id.split("-")[1]),
        intents=_known(entry, "intents", INTENTS, at_least=1),
        acceptable=_known(entry, "acceptable", INTENTS),
        urgency=_known(entry, "urgency", URGENCIES, at_least=1)[0],
        sentiment=_known(entry, "sentiment", SENTIMENTS, at_least=1)[0],
        topics=entry.listed("topics"),
        missing=_known(entry, "missing", MISSING),
        codes=_told(entry, "codes", CODES, message.text),
        personal=_told(entry, "personal", PERSONAL, message.text),
    )


def _known(entry: Entry, key: str, allowed: Iterable[str], at_least: int = 0) -> tuple[str, ...]:
    values = entry.listed(key)
    unknown = [value for value in values if value not in allowed]
    if unknown or len(values) < at_least:
        raise NotationError(f"{key}: {unknown[0] if unknown else 'nothing'} is not a label")
    return values


def _told(entry: Entry, part: str, allowed: frozenset[str], text: str) -> tuple[Words, ...]:
    found = []
    for line in entry.part(part).splitlines():
        kind, bar, words = (piece.strip() for piece in line.partition("|"))
        if not bar or kind not in allowed:
            raise NotationError(f"{part}: expected 'label | words', with a known label")
        if words not in text:
            raise NotationError(f"{part}: the words of {kind} do not stand in the message")
        found.append(Words(kind=kind, text=words))
    return tuple(found)


def marks(text: str, words: Iterable[Words]) -> tuple[Mark, ...]:
    """Return the words as marks, at their first place not yet taken by the same words."""
    found: list[Mark] = []
    taken: dict[Words, int] = {}
    for item in words:
        start = text.find(item.text, taken.get(item, 0))
        if start >= 0:
            taken[item] = start + len(item.text)
            found.append(Mark(start=start, end=start + len(item.text), kind=item.kind, text=item.text))
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end, mark.kind)))


def replaced(message: Message, labels: Labels) -> Message:
    """Return ``message`` with these labels; the primary intent is no longer among the acceptable ones."""
    return msgspec.structs.replace(
        message,
        language=labels.language,
        intents=labels.intents,
        acceptable=tuple(intent for intent in labels.acceptable if intent not in labels.intents[:1]),
        urgency=labels.urgency,
        sentiment=labels.sentiment,
        topics=labels.topics,
        missing=labels.missing,
        codes=marks(message.text, labels.codes),
        personal=marks(message.text, labels.personal),
    )
