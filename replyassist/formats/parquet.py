"""Parquet files, through pyarrow (the extra ``parquet``). Columns pass through as Arrow arrays, untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replyassist.errors import DataError, MissingExtra
from replyassist.formats.rows import BadRow, Chunk, Row

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise MissingExtra("parquet", "Parquet input and output") from error

_ROW_GROUP_ROWS = 32_768
_ROW_GROUP_BYTES = 64 * 1024 * 1024
_READ_BUFFER = 1024 * 1024  # without it a whole column of a row group is held
_UNREADABLE = object()


class ParquetInput:
    """An opened Parquet file.

    Raises:
        DataError: the file is damaged or not Parquet.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=_READ_BUFFER)
        except (pa.ArrowException, OSError):
            raise DataError("is not a Parquet file, or is damaged", where=path.name) from None
        self.schema: Any = self._file.schema_arrow
        self.count: int = self._file.metadata.num_rows
        self._read = 0
        if len(set(self.schema.names)) < len(self.schema.names):
            raise DataError("two columns have the same name; rename one", where=path.name)
        if not self.count:
            raise DataError("the file holds no rows", where=path.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.schema.names)

    def require_text(self, column: str) -> None:
        """Raise DataError unless ``column`` holds strings."""
        kind = self.schema.field(column).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
            raise DataError(
                f"the column {column!r} holds {kind}, but the text of a message must be a string;"
                " name another column with --map text=COLUMN",
                where=self.name,
            )

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Yield the file in pieces of at most ``size`` rows. Each is one Arrow message."""
        first = 1
        try:
            for batch in self._file.iter_batches(batch_size=size):
                yield Chunk(first, batch.num_rows, [], [_to_bytes(batch)])
                first += batch.num_rows
                self._read = first - 1
        except (pa.ArrowException, OSError):
            raise DataError(f"is damaged after row {first - 1}", where=self.name) from None

    def open_output(self, path: Path) -> ParquetSink:
        """Open a file for the same columns and the tags."""
        return ParquetSink(path, self.schema)

    def fraction(self) -> float | None:
        """Return the share of the rows that has been read."""
        return self._read / self.count

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class ParquetCodec:
    """Arrow messages in and out."""

    name: str

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Turn a piece of the table into rows, looking only at the columns that are needed."""
        batch = _from_bytes(chunk.data[0])
        names = [name for name in batch.schema.names if only is None or name in only]
        columns = [_values(batch.column(name)) for name in names]
        return [self._row(chunk.first + index, names, cells) for index, cells in enumerate(zip(*columns, strict=True))]

    def _row(self, number: int, names: list[str], cells: tuple[object, ...]) -> Row | BadRow:
        place = f"{self.name}:{number}"
        for name, cell in zip(names, cells, strict=True):
            if cell is _UNREADABLE:
                return BadRow(number, place, f"the value of column {name!r} cannot be read")
        return Row(number, place, dict(zip(names, cells, strict=True)))

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Return the piece with the added columns as one Arrow message."""
        batch = _from_bytes(chunk.data[0])
        schema = output_schema(batch.schema)
        kept = [batch.column(name) for name in batch.schema.names if name not in _ADDED.names]
        more = [pa.array([row[field.name] for row in added], type=field.type) for field in _ADDED]
        return _to_bytes(pa.RecordBatch.from_arrays([*kept, *more], schema=schema))


_ADDED = pa.schema(
    [
        ("ra_language", pa.string()),
        ("ra_intent", pa.string()),
        ("ra_intent_probability", pa.float64()),
        ("ra_intent_accepted", pa.bool_()),
        ("ra_intent_tier", pa.string()),
        ("ra_intent_candidates", pa.list_(pa.string())),
        ("ra_intent_reason", pa.string()),
        ("ra_intent_2", pa.string()),
        ("ra_urgency", pa.string()),
        ("ra_urgency_probability", pa.float64()),
        ("ra_sentiment", pa.string()),
        ("ra_escalate", pa.bool_()),
        ("ra_escalation_codes", pa.list_(pa.string())),
        ("ra_error", pa.string()),
    ]
)


def output_schema(schema: Any) -> Any:
    """Return the input's columns, without earlier tags, followed by the tag columns."""
    kept = [field for field in schema if field.name not in _ADDED.names]
    return pa.schema([*kept, *_ADDED], metadata=schema.metadata)


def _values(column: Any) -> list[Any]:
    """Return plain values; one that Python cannot hold (a broken string, a date in year 20000) is marked."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, KeyError, pa.ArrowException):
        return [_value(scalar) for scalar in column]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError, KeyError, pa.ArrowException):
        return _UNREADABLE


def _to_bytes(batch: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _from_bytes(data: bytes) -> Any:
    with pa.ipc.open_stream(data) as reader:
        return reader.read_next_batch()


class ParquetSink:
    """Collects Arrow messages into row groups of a file being written.

    A Parquet file is readable only with its footer: an unfinished one cannot be continued.
    """

    def __init__(self, path: Path, schema: Any) -> None:
        self._writer = pq.ParquetWriter(path, output_schema(schema))
        self._batches: list[Any] = []
        self._rows = self._bytes = 0

    def write(self, data: bytes) -> None:
        """Take one message; row groups are written when they are worth one."""
        batch = _from_bytes(data)
        self._batches.append(batch)
        self._rows += batch.num_rows
        self._bytes += len(data)
        if self._rows >= _ROW_GROUP_ROWS or self._bytes >= _ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._batches:
            self._writer.write_table(pa.Table.from_batches(self._batches))
        self._batches.clear()
        self._rows = self._bytes = 0

    def finish(self) -> None:
        """Write what is left, and the footer."""
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._batches.clear()
        self._writer.close()
