"""Bytes from a file or standard input: decompressed, transcoded from UTF-16, cut into lines."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from replyassist.errors import DataError
from replyassist.formats.rows import MAX_RECORD_BYTES, Record

STANDARD_INPUT = "-"
TOO_LONG = f"the record is longer than {MAX_RECORD_BYTES // 2**20} MiB"

_BLOCK = 256 * 1024
_GZIP = b"\x1f\x8b"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class ByteSource:
    """An opened input. ``sample`` is its start, decompressed and as UTF-8 unless ``raw`` is asked for.

    Attributes:
        name: what to call it in messages, such as ``tickets.csv``.
        sample: the first block, without byte order mark; later reads include it.
        bom: whether the file began with a byte order mark.
        strict: whether the encoding is known, so that other bytes are damage and not Windows-1252.

    Raises:
        DataError: there is no such file, it is a folder, empty, or not text that can be read.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = _open(path)
        self.size = None if path == STANDARD_INPUT else Path(path).stat().st_size
        self.name = "standard input" if path == STANDARD_INPUT else Path(path).name
        self._closes = path != STANDARD_INPUT
        self._stream: BinaryIO | _Joined = self._file
        self.bom = self.strict = False
        self._encoding: str | None = None
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        head = _first_bytes(self._file)
        if head.startswith(_GZIP):
            unpacked = gzip.GzipFile(fileobj=cast("BinaryIO", _Joined(head, self._file)))
            self._stream = cast("BinaryIO", unpacked)
            head = self._read(_BLOCK)
        if not head:
            raise DataError("the file is empty; there is nothing to read", where=self.name)
        self._take_encoding(head)

    def _take_encoding(self, head: bytes) -> None:
        """Recognise the byte order mark and keep the sample as UTF-8."""
        if head.startswith(codecs.BOM_UTF8):
            self.bom = self.strict = True
            head = head[3:]
        elif (encoding := _UTF16.get(head[:2])) is not None:
            self.bom = self.strict = True
            self._encoding = encoding
            self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
            head = self._utf8(head[2:])
        elif _looks_like_utf16(head):
            raise DataError("looks like UTF-16 without a byte order mark; save it as UTF-8", where=self.name)
        self.sample = head

    def _utf8(self, block: bytes, *, final: bool = False) -> bytes:
        """Transcode; an unpaired surrogate or a cut-off ending becomes bytes that no decoder accepts."""
        try:
            return self._decoder.decode(block, final).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return b"\xff"

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise DataError("the gzip data is damaged or cut off; make the file again", where=self.name) from None
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or 'input error'}", where=self.name) from None

    def blocks(self) -> Iterator[bytes]:
        """Yield the whole content as UTF-8 (or as it is, where it has no byte order mark)."""
        yield self.sample
        while block := self._read(_BLOCK):
            yield block if self._encoding is None else self._utf8(block)
        if self._encoding is not None:
            yield self._utf8(b"", final=True)

    def fraction(self) -> float | None:
        """Return the share of the file that has been read, or none where the end is not known."""
        if not self.size or not self._file.seekable():
            return None
        return min(1.0, self._file.tell() / self.size)

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._closes:
            self._file.close()


class _Joined:
    """A stream whose first bytes have already been read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int) -> bytes:
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
            return part
        return self._rest.read(size)


def _open(path: str | Path) -> BinaryIO:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer
    place = Path(path)
    if place.is_dir():
        raise DataError("is a folder; name one file in it", where=str(path))
    try:
        return place.open("rb")
    except FileNotFoundError:
        raise DataError("there is no such file; check the path", where=str(path)) from None
    except OSError as error:
        raise DataError(f"cannot be opened: {error.strerror}", where=str(path)) from None


def _first_bytes(file: BinaryIO) -> bytes:
    """Read what is there, at least one line, without waiting for a slow producer to fill a block."""
    reader = cast("io.BufferedReader", file)
    parts, total = [], 0
    while total < _BLOCK and (part := reader.read1(_BLOCK - total)):
        parts.append(part)
        total += len(part)
        if b"\n" in part and not file.seekable():
            break
    return b"".join(parts)


def _looks_like_utf16(head: bytes) -> bool:
    """Tell whether every other byte of the start is NUL, as in UTF-16 text in Latin letters."""
    start = head[:200]
    return len(start) >= 4 and max(start[::2].count(0), start[1::2].count(0)) > 0.4 * len(start)


def lines(source: ByteSource, newline: bytes = b"\n") -> Iterator[Record]:
    """Yield the lines of ``source`` without their ending; one beyond the limit comes empty, with a flaw."""
    number, rest, too_long = 0, [], False
    held = 0
    for block in source.blocks():
        first, *others = block.split(newline)
        if not too_long:
            rest.append(first)
            held += len(first)
        for following in others:
            number += 1
            yield Record(number, b"", TOO_LONG) if too_long else Record(number, b"".join(rest))
            rest, held, too_long = [following], len(following), False
        if held > MAX_RECORD_BYTES:
            rest, held, too_long = [], 0, True
    if too_long:
        yield Record(number + 1, b"", TOO_LONG)
    elif last := b"".join(rest):
        yield Record(number + 1, last)


def decode(data: bytes, *, strict: bool) -> str:
    """Decode one record as UTF-8, or as Windows-1252 where that is what its bytes say.

    A record that is mostly valid UTF-8 with damage in it is not Windows-1252: decoding it so would
    garble all its letters.

    Raises:
        DataError: the bytes are neither; the message names the first bad one.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if not strict and _is_single_byte(data):
            try:
                return data.decode("cp1252")
            except UnicodeDecodeError:
                pass
        raise DataError(f"byte {error.start + 1} of the record is not valid text in UTF-8") from None


def _is_single_byte(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    intact = len(text) - broken - len(text.encode("ascii", "ignore"))
    return broken > intact
