"""Disagreements: shown to a third reader without saying who said what, and written back as settled."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from training.corpus.authoring.notation import Entry, NotationError, read_entries
from training.corpus.files import ROOT, Organisation, write_rows
from training.corpus.labelling.agreement import accepts
from training.corpus.labelling.labels import Labels, Words, replaced, stored
from training.corpus.labelling.sheets import shown

FIELDS = ("language", "intents", "urgency", "sentiment", "topics", "missing", "codes", "personal")

_HOW = """Two readers labelled these messages apart. Decide by GUIDELINES.md, field by field. One entry per message:

    === x01-nb-m03
    urgency: A
    codes: B
    intents: C refund_status, complaint

`A` or `B` takes that reader's value; `C` and a list gives your own (for codes: kinds that A or B named; for personal
only A, B or AB, which joins them).
"""


def differences(first: Labels, second: Labels) -> list[str]:
    """Return the fields on which two readers differ in a way that must be settled.

    Primary intents that either accepts are none: the first reader's stands, the other's becomes acceptable. Further
    intents are left as the first reader had them.
    """
    found = [field for field in ("language", "urgency", "sentiment") if getattr(first, field) != getattr(second, field)]
    if not accepts(first, second):
        found.append("intents")
    if set(first.topics) != set(second.topics):
        found.append("topics")
    if set(first.missing) != set(second.missing):
        found.append("missing")
    if {words.kind for words in first.codes} != {words.kind for words in second.codes}:
        found.append("codes")
    if set(first.personal) != set(second.personal):
        found.append("personal")
    return [field for field in FIELDS if field in found]


def sides(first: Labels, second: Labels) -> tuple[Labels, Labels]:
    """Return the two readers' labels as A and B, in an order drawn from the message's id."""
    return (first, second) if random.Random(first.id).random() < 0.5 else (second, first)


def disputes(one: Organisation, first: Sequence[Labels], second: Sequence[Labels]) -> str:
    """Return what a judge sees: the organisation's topics, and its messages in dispute."""
    other = {row.id: row for row in second}
    texts = {message.id: shown(message) for message in one.messages}
    parts = [_HOW, *(f"- {topic.id} {topic.name}: {topic.facts}" for topic in one.profile.topics)]
    for row in first:
        fields = differences(row, other[row.id]) if row.id in other else []
        if fields:
            a, b = sides(row, other[row.id])
            parts.append(
                "\n".join(
                    [texts[row.id], *(f"-> {field}: A {_told(a, field)}  |  B {_told(b, field)}" for field in fields)]
                )
            )
    return "\n\n".join(parts) + "\n"


def _told(row: Labels, field: str) -> str:
    value = getattr(row, field)
    if field in ("codes", "personal"):
        return "; ".join(f"{words.kind} '{words.text}'" for words in value) or "none"
    return value if isinstance(value, str) else ", ".join(value) or "none"


def apply(one: Organisation, path: Path) -> list[str]:
    """Write the settled labels of an organisation into the corpus; return the problems (then nothing is written)."""
    name = one.profile.id
    first = {row.id: row for row in stored("first", name)}
    second = {row.id: row for row in stored("second", name)}
    verdicts = {entry.id: entry for entry in read_entries(path)}
    rows, problems = [], []
    for message in one.messages:
        labels = accepted(first[message.id], second[message.id])
        for field in differences(labels, second[message.id]):
            try:
                value = _settled(verdicts.get(message.id), field, first[message.id], second[message.id])
                labels = msgspec.structs.replace(labels, **{field: value})
            except NotationError as error:
                problems.append(f"{path.name} ({message.id}): {error}")
        rows.append(replaced(message, labels))
    if not problems:
        write_rows(ROOT / one.split / name / "messages.jsonl", rows)
    return problems


def accepted(first: Labels, second: Labels) -> Labels:
    """Return the first reader's labels; a second primary intent that they do not dispute is acceptable."""
    other = second.intents[0]
    if not accepts(first, second) or other in (first.intents[0], *first.acceptable):
        return first
    return msgspec.structs.replace(first, acceptable=(*first.acceptable, other))


def _settled(verdict: Entry | None, field: str, first: Labels, second: Labels) -> Any:
    said = verdict.head.get(field, "") if verdict else ""
    a, b = sides(first, second)
    choice, _, own = said.partition(" ")
    if choice in ("A", "B"):
        return getattr(a if choice == "A" else b, field)
    if choice == "AB" and field == "personal":
        return _joined(a.personal, b.personal)
    if choice == "C" and field != "personal":
        values = tuple(value.strip() for value in own.split(",") if value.strip() not in ("", "none"))
        if field == "codes":
            return tuple(words for words in _joined(a.codes, b.codes) if words.kind in values)
        return values if field in ("intents", "topics", "missing") else own.strip()
    raise NotationError(f"{field}: needs A, B or C with a value")


def _joined(first: Sequence[Words], second: Sequence[Words]) -> tuple[Words, ...]:
    """Return the words of both; where one lies within another of its kind, the longer stays."""
    both = list(dict.fromkeys([*first, *second]))
    return tuple(
        words
        for words in both
        if not any(words != other and words.kind == other.kind and words.text in other.text for other in both)
    )
