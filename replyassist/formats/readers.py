"""Open any supported file and read its rows: JSON Lines, JSON, CSV, Parquet, mbox, eml, plain text.

All but Parquet may be gzipped, which is recognised by content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from replyassist.errors import DataError
from replyassist.formats.columns import names_a_text_column
from replyassist.formats.delimited import CsvCodec, header_names, read_header, sniff_separator
from replyassist.formats.jsonlines import JsonCodec, TextCodec, json_array, json_lines
from replyassist.formats.mail import MailCodec, mbox, single_mail
from replyassist.formats.rows import BadRow, Chunk, Codec, Record, Row, chunked
from replyassist.formats.source import STANDARD_INPUT, ByteSource, decode

if TYPE_CHECKING:
    from replyassist.formats.parquet import ParquetInput

Form = Literal["jsonl", "csv", "parquet"]

SUFFIXES = {
    ".jsonl": "json", ".ndjson": "json", ".json": "json",
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".parquet": "parquet", ".pq": "parquet",
    ".mbox": "mbox", ".eml": "eml", ".txt": "text",
}  # fmt: skip
"""File name endings that are read, and what is expected behind them."""

_ARRAY = re.compile(rb"\s*\[\s*[{\]]")
_CHUNK_ROWS = 512
_OTHER_FORMATS = {
    b"PK\x03\x04": "a spreadsheet or zip archive; save it as CSV (UTF-8) or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Office file; save it as CSV (UTF-8)",
    b"%PDF": "a PDF; export it as CSV or JSON Lines",
    b"SQLite": "an SQLite database; export the table as CSV",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An opened input: undecoded chunks and the codec that decodes them.

    Attributes:
        name: what to call it in messages.
        form: the format it is written back in.
        codec: decodes and encodes its chunks, here or in another process.
        chunks: ``chunks(size)`` yields the records, grouped.
        fraction: share of the input read so far, none where it is not known.
        close: closes the file.
        columns: names of the columns, none where each row has its own.
        bom: whether the file began with a byte order mark.
        parquet: the opened Parquet file.
    """

    name: str
    form: Form
    codec: Codec
    chunks: Callable[[int], Iterator[Chunk]]
    fraction: Callable[[], float | None]
    close: Callable[[], None]
    columns: tuple[str, ...] | None = None
    bom: bool = False
    parquet: ParquetInput | None = None


def read_rows(path: str | Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | BadRow]:
    """Read ``path`` row by row in constant memory; ``-`` is standard input.

    Every record gives exactly one row or bad row, in order. The format follows from the file name, or
    from the content where the name says nothing. ``mapping`` only helps to recognise a header there.

    Raises:
        DataError: the input as a whole cannot be used.
        MissingExtra: Parquet without pyarrow.
    """
    table = open_table(path, mapping=mapping)
    try:
        for chunk in table.chunks(_CHUNK_ROWS):
            yield from table.codec.rows(chunk)
    finally:
        table.close()


def open_table(path: str | Path, *, mapping: Mapping[str, str] | None = None) -> Table:
    """Open ``path`` without reading its rows yet.

    Raises:
        DataError: missing, a folder, empty, damaged, or of a format that is not read.
    """
    suffix = _suffix(path)
    if SUFFIXES.get(suffix) == "parquet":
        return _parquet(Path(path))
    source = ByteSource(path)
    try:
        return _text_table(path, source, suffix, mapping or {})
    except BaseException:
        source.close()
        raise


def _suffix(path: str | Path) -> str:
    name = "" if path == STANDARD_INPUT else Path(path).name.lower().removesuffix(".gz")
    return Path(name).suffix


def _parquet(path: Path) -> Table:
    from replyassist.formats.parquet import ParquetCodec, ParquetInput

    if not path.is_file():
        ByteSource(path).close()  # says what is wrong
    if path.stat().st_size == 0:
        raise DataError("the file is empty; there is nothing to read", where=path.name)
    opened = ParquetInput(path)
    return Table(
        opened.name,
        "parquet",
        ParquetCodec(opened.name),
        opened.chunks,
        opened.fraction,
        opened.close,
        columns=opened.columns,
        parquet=opened,
    )


def _text_table(path: str | Path, source: ByteSource, suffix: str, mapping: Mapping[str, str]) -> Table:
    for magic, what in _OTHER_FORMATS.items():
        if source.sample.startswith(magic):
            raise DataError(f"is {what}", where=source.name)
    if source.sample.startswith(b"PAR1"):
        if path == STANDARD_INPUT:
            raise DataError("Parquet cannot be read from standard input; give the file name")
        source.close()
        return _parquet(Path(path))
    kind = SUFFIXES.get(suffix) or _sniffed(source, mapping)
    name, strict = source.name, source.strict
    if kind == "csv":
        header, records = read_header(source, suffix=suffix)
        codec: Codec = CsvCodec(name, strict, header)
        return _table(source, "csv", codec, records, columns=header.names)
    if kind == "json":
        is_array = _ARRAY.match(source.sample) and suffix not in (".jsonl", ".ndjson")
        return _table(source, "jsonl", JsonCodec(name, strict), (json_array if is_array else json_lines)(source))
    if kind == "text":
        return _table(source, "jsonl", TextCodec(name, strict), json_lines(source), columns=("text",))
    mails = mbox if kind == "mbox" else single_mail
    columns = ("id", "date", "from", "to", "subject", "text")
    return _table(source, "jsonl", MailCodec(name), mails(source), columns=columns)


def _table(
    source: ByteSource,
    form: Form,
    codec: Codec,
    records: Iterator[Record],
    columns: tuple[str, ...] | None = None,
) -> Table:
    return Table(
        source.name,
        form,
        codec,
        lambda size: chunked(records, size),
        source.fraction,
        source.close,
        columns=columns,
        bom=source.bom,
    )


def _sniffed(source: ByteSource, mapping: Mapping[str, str]) -> str:
    """Recognise the format of standard input, or of a file whose name does not tell."""
    start = source.sample.lstrip()
    if start.startswith(b"{") or _ARRAY.match(start):
        return "json"
    if start.startswith(b"From "):
        return "mbox"
    if _has_header(source, mapping):
        return "csv"
    if source.name == "standard input":
        return "text"
    raise DataError(
        f"the format is not recognised; name the file with one of the endings {', '.join(SUFFIXES)}",
        where=source.name,
    )


def _has_header(source: ByteSource, mapping: Mapping[str, str]) -> bool:
    try:
        separator, declaration = sniff_separator(source.sample, "")
        first = source.sample.split(b"\n", 1)[0]
        names = header_names(decode(first, strict=source.strict).strip(), separator)
    except DataError:
        return False
    return bool(declaration) or names_a_text_column(names) or any(name in names for name in mapping.values())
