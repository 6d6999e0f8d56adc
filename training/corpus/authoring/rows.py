"""From the writers' notation to rows of the corpus, with every problem named by file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from training.corpus.authoring.fillers import fill
from training.corpus.authoring.notation import Entry, NotationError, read_entries, read_marks
from training.corpus.labels import CODES, PERSONAL
from training.corpus.schema import Article, Macro, Mark, Message, Ticket, Turn

R = TypeVar("R")
KINDS = ("articles", "messages", "tickets", "macros")


def read_unit(
    folder: Path, organisation: str, language: str, audiences: Mapping[str, str]
) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the rows of one organisation in one language by kind, and the problems of what could not be read.

    ``audiences`` maps a topic of the organisation to who may read its article.
    """
    makers: dict[str, Callable[[Entry], Any]] = {
        "articles": lambda entry: _article(entry, organisation, language, audiences),
        "messages": lambda entry: _message(entry, organisation, language),
        "tickets": lambda entry: _ticket(entry, organisation, language),
        "macros": lambda entry: _macro(entry, organisation, language),
    }
    rows: dict[str, list[Any]] = {}
    problems: list[str] = []
    for kind in KINDS:
        path = folder / f"{organisation}.{language}.{kind}.txt"
        rows[kind] = list(_read(path, makers[kind], problems)) if path.exists() else []
    return rows, problems


def _read(path: Path, make: Callable[[Entry], R], problems: list[str]) -> Iterator[R]:
    try:
        entries = list(read_entries(path))
    except NotationError as error:
        problems.append(str(error))
        return
    seen: set[str] = set()
    for entry in entries:
        try:
            if entry.id in seen:
                raise NotationError("id used twice")
            seen.add(entry.id)
            yield make(entry)
        except (NotationError, msgspec.ValidationError) as error:
            problems.append(f"{path.name}:{entry.line} ({entry.id}): {error}")


def _article(entry: Entry, organisation: str, language: str, audiences: Mapping[str, str]) -> Article:
    if entry.id not in audiences:
        raise NotationError("not a topic of the sheet")
    return _make(
        Article,
        id=f"{organisation}-{entry.id}-{language}",
        topic=entry.id,
        language=language,
        audience=audiences[entry.id],
        title=entry.head.get("title", ""),
        body=_required(entry, "body"),
    )


def _message(entry: Entry, organisation: str, language: str) -> Message:
    name = f"{organisation}-{language}-{entry.id}"
    text, marks = _marked(entry, "message", language, name)
    thread = []
    for index, (role, part) in enumerate(entry.parts):
        if role != "message":
            plain, found = read_marks(fill(part, language, f"{name}-{index}"))
            thread.append({"role": role, "text": plain, "personal": _only(found, PERSONAL)})
    return _make(
        Message,
        id=name,
        language=entry.head.get("language", language),
        channel=entry.head.get("channel", ""),
        subject=entry.head.get("subject", ""),
        text=text,
        thread=[msgspec.convert(turn, Turn) for turn in thread],
        intents=entry.listed("intents"),
        acceptable=entry.listed("acceptable"),
        urgency=entry.head.get("urgency", ""),
        sentiment=entry.head.get("sentiment", ""),
        codes=_only(marks, CODES),
        topics=entry.listed("topics"),
        missing=entry.listed("missing"),
        personal=_only(marks, PERSONAL),
    )


def _ticket(entry: Entry, organisation: str, language: str) -> Ticket:
    name = f"{organisation}-{language}-{entry.id}"
    question, asked = _marked(entry, "message", language, f"{name}-q")
    reply, replied = _marked(entry, "reply", language, f"{name}-r")
    csat = entry.head.get("csat", "none")
    return _make(
        Ticket,
        id=name,
        language=language,
        channel=entry.head.get("channel", ""),
        subject=entry.head.get("subject", ""),
        question=question,
        reply=reply,
        intent=(entry.listed("intents") or ("",))[0],
        urgency=entry.head.get("urgency", ""),
        topics=entry.listed("topics"),
        csat=int(csat) if csat.isdigit() else None,
        reopened=entry.head.get("reopened", "no") == "yes",
        received_on=entry.head.get("received", ""),
        resolved_on=entry.head.get("resolved", ""),
        quality=entry.head.get("quality", "good"),
        flaw=entry.head.get("flaw", ""),
        question_personal=_only(asked, PERSONAL),
        reply_personal=_only(replied, PERSONAL),
    )


def _macro(entry: Entry, organisation: str, language: str) -> Macro:
    return _make(
        Macro,
        id=f"{organisation}-{language}-{entry.id}",
        language=language,
        title=entry.head.get("title", ""),
        body=_required(entry, "body"),
        topics=entry.listed("topics"),
    )


def _marked(entry: Entry, part: str, language: str, seed: str) -> tuple[str, tuple[Mark, ...]]:
    text, marks = read_marks(fill(_required(entry, part), language, seed))
    for mark in marks:
        if mark.kind not in CODES and mark.kind not in PERSONAL:
            raise NotationError(f"<<{mark.kind}|...>> is neither a code nor a kind of personal data")
        if mark.text != mark.text.strip() or not mark.text:
            raise NotationError(f"<<{mark.kind}|...>> begins or ends with a space")
    return text, marks


def _only(marks: tuple[Mark, ...], kinds: frozenset[str]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.kind in kinds)


def _required(entry: Entry, part: str) -> str:
    text = entry.part(part)
    if not text:
        raise NotationError(f"needs a part '--- {part}'")
    return text


def _make(kind: type[R], **values: Any) -> R:
    return msgspec.convert(values, kind, str_keys=True, from_attributes=True)
