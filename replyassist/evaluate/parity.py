"""The parity gate: the same message in five languages gets the same tag and the same tier."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import msgspec

from replyassist.assistant import Assistant
from replyassist.errors import DataError
from replyassist.evaluate.tags import TASKS, prediction_of
from replyassist.types import Message, Prediction, Record

MAX_DIFFERENCE = 0.1
"""Share of pairs of languages that may differ before the gate fails, unless a team sets another."""


class ParityRow(msgspec.Struct, frozen=True):
    """One message in several languages: ``{"id": "p1", "texts": {"nb": "...", "fi": "..."}}``, and any other fields."""

    id: str
    texts: dict[str, str]


class ParityScore(Record, frozen=True, kw_only=True):
    """Of all ``pairs`` of languages of all ``messages``, the share whose tag or tier differs.

    ``tags`` and ``tiers`` count the two apart, ``by_pair`` by languages ("da-fi"). ``agree`` is the share of messages
    that get the same tag in all their languages.
    """

    messages: int
    pairs: int
    differs: float
    tags: float
    tiers: float
    agree: float
    by_pair: Mapping[str, float] = {}


def read_parity(path: Path) -> list[ParityRow]:
    """Read a parity set, one JSON object per line.

    Raises:
        DataError: a line is not a parity row, or there is none with two languages.
    """
    rows = []
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from None
    for number, line in enumerate(content.removeprefix(codecs.BOM_UTF8).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=ParityRow))
        except (msgspec.DecodeError, UnicodeDecodeError):
            form = '{"id": "p1", "texts": {"nb": "...", "fi": "..."}}'
            raise DataError(f"a row of a parity set reads {form}", where=f"{path}:{number}") from None
    if not any(len(row.texts) > 1 for row in rows):
        raise DataError("a parity set needs messages in two languages or more", where=str(path))
    return rows


def evaluate_parity(assistant: Assistant, rows: Sequence[ParityRow]) -> dict[str, ParityScore]:
    """Tag every message in each of its languages and compare, task by task; tasks without a model are left out.

    Messages in one language say nothing and are left out.
    """
    rows = [row for row in rows if len(row.texts) > 1]
    asked = [(number, language, text) for number, row in enumerate(rows) for language, text in row.texts.items()]
    messages = [Message(id=str(i), text=text, language=language) for i, (_, language, text) in enumerate(asked)]
    tagged = dict(zip([(number, language) for number, language, _ in asked], assistant.tag(messages), strict=True))
    scores = {}
    for task in TASKS:
        found = {key: prediction_of(tags, task) for key, tags in tagged.items()}
        if any(found.values()):
            said = [{name: found[n, name] or Prediction() for name in row.texts} for n, row in enumerate(rows)]
            scores[task] = _score(said)
    if not scores:
        raise DataError("this assistant has no classifier to evaluate; build it with --labels")
    return {str(task): score for task, score in scores.items()}


def _score(messages: Sequence[Mapping[str, Prediction]]) -> ParityScore:
    pairs: Counter[str] = Counter()
    differs: Counter[str] = Counter()
    tags = tiers = 0
    for said in messages:
        for first, second in combinations(sorted(said), 2):
            name = f"{first}-{second}"
            tag = said[first].label != said[second].label
            tier = said[first].tier != said[second].tier
            pairs[name] += 1
            tags, tiers, differs[name] = tags + tag, tiers + tier, differs[name] + (tag or tier)
    total = pairs.total()
    return ParityScore(
        messages=len(messages),
        pairs=total,
        differs=differs.total() / total,
        tags=tags / total,
        tiers=tiers / total,
        agree=sum(len({one.label for one in said.values()}) == 1 for said in messages) / len(messages),
        by_pair={name: differs[name] / n for name, n in sorted(pairs.items())},
    )
