"""What the readers give: rows, rows that could not be read, and chunks of records on their way to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from replyassist.errors import DataError

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""A longer record is reported as bad instead of being held in memory."""

MAX_CHUNK_BYTES = 4 * 1024 * 1024
"""A chunk is closed early at this size, so that long messages do not multiply by the chunk length."""


class Row(NamedTuple):
    """One record: ``number`` counts from 1, ``place`` reads ``tickets.csv:17``, columns keep their order."""

    number: int
    place: str
    values: dict[str, object]


class BadRow(NamedTuple):
    """A record that could not be read, and why. ``error`` never holds customer text."""

    number: int
    place: str
    error: str


class Record(NamedTuple):
    """The bytes of one record, cut out of the file but not yet decoded; ``flaw`` says why it cannot be."""

    line: int
    data: bytes
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive undecoded records: cheap to make in one process and to send to another.

    ``first`` is the number of the first record. ``flaws`` maps a position in the chunk to the reason
    why that record cannot be decoded. A Parquet chunk is one Arrow message of ``count`` rows.
    """

    first: int
    count: int
    lines: list[int]
    data: list[bytes]
    flaws: dict[int, str] = field(default_factory=dict)


class Codec(Protocol):
    """Decodes a chunk, and encodes it again with more columns. Picklable: it travels to the workers."""

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Return one row or bad row per record; ``only`` names the columns that will be looked at."""

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Return the chunk's output: each record as it came, followed by its ``added`` columns."""


def decoded(chunk: Chunk, name: str, values: Callable[[bytes], dict[str, object]]) -> list[Row | BadRow]:
    """Return a row per record of ``chunk`` with the ``values`` of its bytes; a bad row where there are none.

    ``values`` raises :class:`DataError` with the reason; ``name`` is that of the file.
    """
    rows: list[Row | BadRow] = []
    for index, data in enumerate(chunk.data):
        number, place = chunk.first + index, f"{name}:{chunk.lines[index]}"
        flaw = chunk.flaws.get(index)
        try:
            rows.append(Row(number, place, values(data)) if flaw is None else BadRow(number, place, flaw))
        except DataError as error:
            rows.append(BadRow(number, place, str(error)))
    return rows


def chunked(records: Iterator[Record], size: int) -> Iterator[Chunk]:
    """Group ``records`` into chunks of ``size``, fewer where they are long; always at the same places."""
    chunk, weight = Chunk(1, 0, [], []), 0
    for line, data, flaw in records:
        if flaw is not None:
            chunk.flaws[len(chunk.data)] = flaw
        chunk.lines.append(line)
        chunk.data.append(data)
        weight += len(data)
        if len(chunk.data) >= size or weight >= MAX_CHUNK_BYTES:
            yield _closed(chunk)
            chunk, weight = Chunk(chunk.first + len(chunk.data), 0, [], []), 0
    if chunk.data:
        yield _closed(chunk)


def _closed(chunk: Chunk) -> Chunk:
    return Chunk(chunk.first, len(chunk.data), chunk.lines, chunk.data, chunk.flaws)
