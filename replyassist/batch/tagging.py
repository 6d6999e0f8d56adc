"""Tagging one chunk: decode, tag, encode. Runs in the process itself or in a worker; knows no files."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from replyassist.errors import DataError, ReplyAssistError
from replyassist.formats.records import message_from_row
from replyassist.formats.rows import BadRow, Chunk, Codec, Row
from replyassist.types import Message, Tags

Tagger = Callable[[list[Message]], list[Tags]]
"""Tags a batch: one :class:`Tags` per message, in order."""

TaggerFactory = Callable[[], Tagger]
"""Makes the tagger; called once in every process, so it must be picklable: a module's function, or
:func:`functools.partial` of one."""

KEPT_BAD_PLACES = 5
_DIGITS = 4


def tags_to_columns(tags: Tags | None, error: str | None = None) -> dict[str, object]:
    """Return the ``ra_*`` columns in order; what no model said stays none.

    ``ra_intent_candidates`` holds the right intent with the chosen coverage; ``ra_intent_reason`` says why there is
    none.
    ``ra_intent_2`` is the second intent of a message that has two. ``ra_escalate`` is true when a flag
    of severity warning or critical was raised; ``ra_escalation_codes`` lists every flag.
    """
    intents = tags.intents if tags else ()
    intent = intents[0] if intents else None
    urgency = tags.urgency if tags else None
    return {
        "ra_language": tags.language if tags else None,
        "ra_intent": intent.label if intent else None,
        "ra_intent_probability": round(intent.probability, _DIGITS) if intent else None,
        "ra_intent_accepted": intent.accepted if intent else None,
        "ra_intent_tier": intent.tier if intent and intent.label else None,
        "ra_intent_candidates": list(intent.candidates) if intent else None,
        "ra_intent_reason": intent.abstained if intent else None,
        "ra_intent_2": intents[1].label if len(intents) > 1 else None,
        "ra_urgency": urgency.label if urgency else None,
        "ra_urgency_probability": round(urgency.probability, _DIGITS) if urgency else None,
        "ra_sentiment": tags.sentiment.label if tags and tags.sentiment else None,
        "ra_escalate": any(flag.severity != "info" for flag in tags.flags) if tags else None,
        "ra_escalation_codes": list(dict.fromkeys(flag.code for flag in tags.flags)) if tags else None,
        "ra_error": error,
    }


@dataclass(frozen=True, slots=True)
class Tagged:
    """A finished chunk: its encoded output, and what the summary needs to know.

    ``ids`` holds a 64-bit hash of each message id, for finding repeats without keeping the ids. ``confidence`` counts
    the messages by the probability of their intent, in ten bins.
    """

    rows: int
    data: bytes
    bad: int = 0
    first_bad: tuple[str, ...] = ()
    ids: array[int] = field(default_factory=lambda: array("Q"))
    confidence: tuple[int, ...] = ()


class ChunkTagger:
    """Turns chunks into tagged chunks. One bad row, or one that the tagger fails on, costs only itself."""

    def __init__(self, codec: Codec, columns: Mapping[str, str], tagger: Tagger) -> None:
        self._codec, self._columns, self._tagger = codec, dict(columns), tagger
        self._needed = frozenset(columns.values())

    def __call__(self, chunk: Chunk) -> Tagged:
        """Return the chunk's output: one row out per row in, same order."""
        rows = self._codec.rows(chunk, self._needed)
        messages: dict[int, Message] = {}
        errors: dict[int, str] = {}
        for index, row in enumerate(rows):
            try:
                messages[index] = self._message(row)
            except DataError as error:
                errors[index] = _without_place(error)
        tags = self._tag(messages, errors)
        added = [tags_to_columns(tags.get(index), errors.get(index)) for index in range(len(rows))]
        first_bad = tuple(f"{rows[index].place}: {errors[index]}" for index in sorted(errors)[:KEPT_BAD_PLACES])
        data = self._codec.render(chunk, rows, added)
        return Tagged(len(rows), data, len(errors), first_bad, self._id_hashes(messages), _confidence(tags.values()))

    def _message(self, row: Row | BadRow) -> Message:
        if isinstance(row, BadRow):
            raise DataError(row.error)
        return message_from_row(row, self._columns)

    def _tag(self, messages: dict[int, Message], errors: dict[int, str]) -> dict[int, Tags]:
        """Tag all at once; if that fails, one by one, so that the reason stays with the row that is it."""
        if not messages:
            return {}
        batch = list(messages.values())
        try:
            return dict(zip(messages, _checked(self._tagger(batch), batch), strict=True))
        except Exception:  # any fault in a model, reported below for the row it comes from
            return self._tag_singly(messages, errors)

    def _tag_singly(self, messages: dict[int, Message], errors: dict[int, str]) -> dict[int, Tags]:
        found: dict[int, Tags] = {}
        for index, message in messages.items():
            try:
                (found[index],) = _checked(self._tagger([message]), [message])
            except Exception as error:  # the message of a foreign error may hold customer text: name its type
                reason = str(error) if isinstance(error, ReplyAssistError) else type(error).__name__
                errors[index] = f"tagging failed: {reason}"
        return found

    def _id_hashes(self, messages: dict[int, Message]) -> array[int]:
        if "id" not in self._columns:
            return array("Q")
        return array("Q", (_hash(message.id) for message in messages.values()))


def _confidence(tagged: Iterable[Tags]) -> tuple[int, ...]:
    # Late: a worker that is still importing is not yet prepared for Ctrl-C.
    from replyassist.classify.drift import confidence_counts, guessed

    shares = [guessed(tags.intents[0]) for tags in tagged if tags.intents]
    return tuple(confidence_counts([share for share in shares if share is not None]).tolist())


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) or 1


def _checked(tags: list[Tags], messages: list[Message]) -> list[Tags]:
    if len(tags) != len(messages):
        raise ReplyAssistError(f"the tagger gave {len(tags)} results for {len(messages)} messages")
    return tags


def _without_place(error: DataError) -> str:
    return str(error).removeprefix(f"{error.where}: ") if error.where else str(error)
