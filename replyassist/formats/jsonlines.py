"""JSON Lines, arrays of JSON objects, and plain lines of text; all are written as JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from replyassist.errors import DataError
from replyassist.formats.rows import MAX_RECORD_BYTES, BadRow, Chunk, Record, Row, decoded
from replyassist.formats.source import TOO_LONG, ByteSource, decode, lines

_decode = msgspec.json.Decoder().decode
_decode_untouched = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode

_KINDS = {list: "an array", str: "a string", int: "a number", float: "a number", bool: "true or false"}
# A raw line break never belongs to a JSON string: ending there keeps a stray quote from swallowing the rest.
_STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
_TOKEN = re.compile(_STRING + rb"|[{}\[\]]", re.DOTALL)
_SCALAR = re.compile(_STRING + rb"|[^,\]\s]*+", re.DOTALL)
_BETWEEN = re.compile(rb"[\s,]*+")


@dataclass(frozen=True, slots=True)
class JsonCodec:
    """Objects, one per record. What is not replaced is passed on byte for byte."""

    name: str
    strict: bool

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Decode every record; anything but an object is a bad row."""
        return decoded(chunk, self.name, lambda data: _object(data, strict=self.strict))

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Append the added members to each object; a record that is none becomes an object of them alone."""
        parts = []
        for data, row, more in zip(chunk.data, rows, added, strict=True):
            parts.append(self._extended(data, row.values, more) if isinstance(row, Row) else _encode(more))
            parts.append(b"\n")
        return b"".join(parts)

    def _extended(self, data: bytes, values: dict[str, object], more: dict[str, object]) -> bytes:
        if not values:
            return _encode(more)
        if not more.keys().isdisjoint(values):
            return _encode(_kept(data, values, more) | more)
        text = decode(data, strict=self.strict).encode() if not data.isascii() else data
        text = text.strip()
        if b"\n" in text or b"\r" in text:
            text = _on_one_line(text, values)
        return text[:-1] + b"," + _encode(more)[1:]


def _object(data: bytes, *, strict: bool) -> dict[str, object]:
    text: str | bytes = data if data.isascii() else decode(data, strict=strict)
    try:
        value = _decode(text)
    except RecursionError:
        raise DataError("the JSON is nested too deeply") from None
    except (msgspec.MsgspecError, ValueError) as error:
        value = _python_json(text, str(error))
    if not isinstance(value, dict):
        raise DataError(f"the JSON is {_KINDS.get(type(value), 'null')}, not an object")
    return value


def _python_json(text: str | bytes, reason: str) -> object:
    """Read what Python's own writer produces beyond the standard: NaN, Infinity, lone surrogates."""
    try:
        return json.loads(text)
    except RecursionError:
        raise DataError("the JSON is nested too deeply") from None
    except ValueError:
        raise DataError(f"not valid JSON: {reason.rpartition(': ')[2]}") from None


def _kept(data: bytes, values: dict[str, object], more: dict[str, object]) -> dict[str, object]:
    """Return the members that are not replaced, as they were written where that is possible."""
    try:
        members: dict[str, object] = dict(_decode_untouched(data))
    except (msgspec.MsgspecError, ValueError):
        members = values
    return {key: value for key, value in members.items() if key not in more}


def _on_one_line(text: bytes, values: dict[str, object]) -> bytes:
    try:
        return msgspec.json.format(text, indent=-1)
    except msgspec.MsgspecError:
        return json.dumps(values, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class TextCodec:
    """Plain text, one message per line, in the single column ``text``."""

    name: str
    strict: bool

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Decode every line."""
        return decoded(chunk, self.name, lambda data: {"text": decode(data, strict=self.strict).rstrip("\r")})

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Write each line as an object with ``text`` and the added members."""
        values = ((row.values if isinstance(row, Row) else {}) for row in rows)
        return b"".join(_encode({**old, **new}) + b"\n" for old, new in zip(values, added, strict=True))


def json_lines(source: ByteSource) -> Iterator[Record]:
    """Yield every line that is not blank."""
    return (record for record in lines(source) if record.flaw or record.data.strip())


def json_array(source: ByteSource) -> Iterator[Record]:
    """Yield the elements of one long array, holding a single element in memory.

    Elements are found by their brackets, so that a broken one costs only itself while its brackets pair up;
    otherwise the elements up to where they do are one bad row.
    """
    blocks = source.blocks()
    data = next(blocks)
    line, start = 1, data.index(b"[") + 1
    counted = 0
    while True:
        start = _skip(_BETWEEN, data, start)
        line += data.count(b"\n", counted, start)
        counted = start
        end = _element_end(data, start)
        if end is None:
            more = _at_least(blocks, len(data) - start)
            data, start, counted = data[start:] + more, 0, 0
            if not more or len(data) > MAX_RECORD_BYTES:
                yield Record(line, b"", TOO_LONG if more else "the array breaks off here; its end is missing")
                return
        elif end == start:
            if not data[end + 1 :].isspace() and data[end + 1 :]:
                yield Record(line, b"", "there is something after the end of the array")
            return
        else:
            yield Record(line, data[start:end])
            start = end


def _skip(pattern: re.Pattern[bytes], data: bytes, start: int) -> int:
    found = pattern.match(data, start)
    return found.end() if found else start


def _at_least(blocks: Iterator[bytes], size: int) -> bytes:
    """Read on by as much as is waiting already, so that a long element is not scanned again and again."""
    parts: list[bytes] = []
    total = 0
    while total <= size and (block := next(blocks, None)) is not None:
        parts.append(block)
        total += len(block)
    return b"".join(parts)


def _element_end(data: bytes, start: int) -> int | None:
    """Return where the element ends, ``start`` itself at the closing bracket, none if not yet in sight."""
    if data[start : start + 1] == b"]":
        return start
    if data[start : start + 1] not in (b"{", b"["):
        end = _skip(_SCALAR, data, start)
        return end if end < len(data) else None
    depth = 0
    for token in _TOKEN.finditer(data, start):
        kind = data[token.start()]
        if kind in b"{[":
            depth += 1
        elif kind in b"}]":
            depth -= 1
            if depth == 0:
                return token.end()
        elif token.end() == len(data):
            return None
    return None
