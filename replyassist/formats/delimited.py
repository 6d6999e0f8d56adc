"""CSV and its relatives: separator recognition, records over several lines, ragged rows.

Quoting follows RFC 4180. A quotation mark that is opened and never closed would swallow the rest of the
file; here it costs its own line only.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from replyassist.errors import DataError
from replyassist.formats.rows import MAX_RECORD_BYTES, BadRow, Chunk, Record, Row, decoded
from replyassist.formats.source import ByteSource, decode, lines

csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_BYTES))  # the module's own limit is 128 KiB

SEPARATORS = (",", ";", "\t", "|")

_SNIFFED_RECORDS = 50


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a table. ``names`` are unique: a repeated ``Comment`` becomes ``Comment (2)``.

    ``raw`` is the line as it stands, ``newline`` how the file ends its lines.
    """

    raw: str
    names: tuple[str, ...]
    separator: str
    newline: str


@dataclass(frozen=True, slots=True)
class CsvCodec:
    """Rows of cells. Rows go out exactly as they came in, quoting included, with cells appended.

    Formula injection (cells that begin with ``=``) is not defused: the customer's columns are theirs and
    stay untouched. The added cells hold labels, numbers and our own messages, never customer text.
    """

    name: str
    strict: bool
    header: Header

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Decode every record; one with too many or too few cells is a bad row."""
        return decoded(chunk, self.name, self._values)

    def _values(self, data: bytes) -> dict[str, object]:
        cells = split_cells(decode(data, strict=self.strict), self.header.separator, len(self.header.names))
        return dict(zip(self.header.names, cells, strict=True))

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Append the added cells to each record; a record that is no row is filled or cut to the header."""
        replaced = not frozenset(self.header.names).isdisjoint(added[0] if added else ())
        parts = []
        for data, row, more in zip(chunk.data, rows, added, strict=True):
            if isinstance(row, BadRow) or replaced:
                parts.append(self._line(self._kept(data, row, more)))
            else:
                parts.append(decode(data, strict=self.strict).rstrip("\r\n"))
            parts.append(self.header.separator)
            parts.append(self._line([_cell(value) for value in more.values()]))
            parts.append(self.header.newline)
        return "".join(parts).encode()

    def head(self, added: Sequence[str]) -> str:
        """Return the output's first line."""
        kept = [name for name in self.header.names if name not in added]
        if len(kept) == len(self.header.names):
            return self.header.raw + self.header.separator + self._line(added) + self.header.newline
        return self._line([*kept, *added]) + self.header.newline

    def _kept(self, data: bytes, row: Row | BadRow, more: dict[str, object]) -> list[str]:
        names = self.header.names
        cells = _salvaged(data, self.header.separator) if isinstance(row, BadRow) else None
        if cells is None:
            cells = [str(value) for value in row.values.values()] if isinstance(row, Row) else []
        cells = [*cells, *[""] * (len(names) - len(cells))]
        return [cell for name, cell in zip(names, cells, strict=False) if name not in more]

    def _line(self, cells: Sequence[str]) -> str:
        separator = self.header.separator
        return separator.join(_quoted(cell, separator) for cell in cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(value)
    return str(value)


def _quoted(cell: str, separator: str) -> str:
    if cell.isalnum() or not any(mark in cell for mark in ('"', separator, "\n", "\r")):
        return cell
    return '"' + cell.replace('"', '""') + '"'


def split_cells(text: str, separator: str, width: int) -> list[str]:
    """Split one record into ``width`` cells.

    Quotation marks that follow no rule are taken literally where each cell holds whole pairs of them:
    many tab-separated files do not quote at all.

    Raises:
        DataError: another number of cells, or quotation marks that make no sense.
    """
    text = text.rstrip("\r\n")
    cells = _strictly_split(text, separator) if '"' in text else text.split(separator)
    if len(cells) != width:
        raise DataError(f"the row has {len(cells)} cells, the header {width}")
    return cells


def _strictly_split(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader((text,), delimiter=separator, strict=True))
    except csv.Error:
        cells = text.split(separator)
        if all(cell.count('"') % 2 == 0 for cell in cells):
            return cells
        raise DataError("a quotation mark is not closed or not doubled") from None


def _salvaged(data: bytes, separator: str) -> list[str]:
    """Return the cells of a bad record as well as they can be told."""
    text = data.decode("utf-8", "replace").rstrip("\r\n")
    try:
        return next(csv.reader((text,), delimiter=separator, strict=True), [])
    except csv.Error:
        return text.split(separator)


class _Lines:
    """Lines that can be given back, to be read again as something else."""

    def __init__(self, records: Iterator[Record]) -> None:
        self._records = records
        self._returned: deque[Record] = deque()

    def next(self) -> Record | None:
        return self._returned.popleft() if self._returned else next(self._records, None)

    def give_back(self, records: Sequence[Record]) -> None:
        self._returned.extendleft(reversed(records))


def cut_records(records: Iterator[Record], separator: str) -> Iterator[Record]:
    """Join the lines of each record: a line break inside quotation marks does not end it."""
    source = _Lines(records)
    while (line := source.next()) is not None:
        if line.flaw is None and not line.data.strip(b"\r"):
            continue
        if line.flaw or b'"' not in line.data:
            yield line
            continue
        taken = [line]
        if _completes(taken, source, separator):
            yield Record(line.line, b"\n".join(part.data for part in taken))
        else:
            source.give_back(taken[1:])
            yield line


def _completes(taken: list[Record], source: _Lines, separator: str) -> bool:
    """Read on until the record that begins with ``taken`` ends; false if it never properly does."""

    def feed() -> Iterator[str]:
        size = 0
        line: Record | None = taken[0]
        while line is not None and not line.flaw:
            size += len(line.data)
            if size > MAX_RECORD_BYTES:
                return
            yield line.data.decode("latin-1") + "\n"  # ASCII is all that matters here, and it never fails
            line = source.next()
            if line is not None:
                taken.append(line)

    try:
        next(csv.reader(feed(), delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def read_header(source: ByteSource, *, suffix: str) -> tuple[Header, Iterator[Record]]:
    """Recognise the separator and line ending, and return the header and the records after it.

    Raises:
        DataError: the first line cannot be read.
    """
    newline = b"\r" if b"\n" not in source.sample and b"\r" in source.sample else b"\n"
    physical = lines(source, newline)
    separator, declaration = sniff_separator(source.sample, suffix)
    if declaration:
        next(physical)
    records = cut_records(physical, separator)
    first = next(records, None)
    if first is None or first.flaw:
        raise DataError((first and first.flaw) or "the file holds no header line", where=source.name)
    try:
        raw = decode(first.data, strict=source.strict)
    except DataError as error:
        raise DataError(f"{error} (in the header)", where=source.name) from None
    ending = "\r" if newline == b"\r" else "\r\n" if raw.endswith("\r") else "\n"
    raw = raw.rstrip("\r")
    return Header(declaration + raw, header_names(raw, separator), separator, ending), records


def sniff_separator(sample: bytes, suffix: str) -> tuple[str, str]:
    """Return the separator that divides the sample best, and Excel's ``sep=;`` line if it begins so."""
    text = sample.decode("latin-1")
    first = text.split("\n", 1)[0]
    if first.rstrip("\r")[:4].lower() == "sep=" and len(first.rstrip("\r")) == 5:
        return first[4], first + "\n"
    if suffix in (".tsv", ".tab") and "\t" in first:
        return "\t", ""
    return max(SEPARATORS, key=lambda separator: _agreement(text, separator)), ""


def _agreement(sample: str, separator: str) -> tuple[float, int]:
    """Return the share of records as wide as the first, and that width; nothing if it is a single cell."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    widths: list[int] = []
    with contextlib.suppress(csv.Error):
        widths.extend(len(cells) for cells in islice(reader, _SNIFFED_RECORDS) if cells)
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def header_names(raw: str, separator: str) -> tuple[str, ...]:
    """Return the column names, each unique: ``Comment``, ``Comment (2)``; an empty one by its position."""
    names: list[str] = []
    for position, cell in enumerate(_strictly_split(raw, separator), start=1):
        base = name = cell.strip() or f"column {position}"
        copy = 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names.append(name)
    return tuple(names)
