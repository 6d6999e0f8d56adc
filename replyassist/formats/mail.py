"""E-mail from mbox archives and single .eml files, one message per row, read with the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mail

import msgspec

from replyassist.errors import DataError
from replyassist.formats.rows import MAX_RECORD_BYTES, BadRow, Chunk, Record, Row, decoded
from replyassist.formats.source import TOO_LONG, ByteSource, decode, lines

_HEADERS = {"id": "message-id", "date": "date", "from": "from", "to": "to", "subject": "subject"}
_MAX_HEADER = 4096


@dataclass(frozen=True, slots=True)
class MailCodec:
    """Mails in, with the columns id, date, from, to, subject and text; JSON objects out."""

    name: str

    def rows(self, chunk: Chunk, only: frozenset[str] | None = None) -> list[Row | BadRow]:
        """Parse every mail; its text is the plain part, or the HTML as it is."""
        return decoded(chunk, self.name, _values)

    def render(self, chunk: Chunk, rows: list[Row | BadRow], added: list[dict[str, object]]) -> bytes:
        """Write each mail as one object with the added members."""
        values = ((row.values if isinstance(row, Row) else {}) for row in rows)
        return b"".join(msgspec.json.encode({**old, **new}) + b"\n" for old, new in zip(values, added, strict=True))


def _values(data: bytes) -> dict[str, object]:
    try:
        mail = message_from_bytes(data)
        text = _text(mail)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError, AttributeError) as error:
        # The parser of the standard library fails in many ways on hostile mail.
        raise DataError(f"the mail cannot be parsed ({type(error).__name__})") from None
    if text is None:
        raise DataError("the mail has no text part")
    values: dict[str, object] = {key: _header(mail, name) for key, name in _HEADERS.items()}
    values["id"] = str(values["id"]).strip(" <>")
    values["text"] = text
    return values


def _text(mail: Mail) -> str | None:
    found: dict[str, Mail] = {}
    for part in mail.walk():
        kind = part.get_content_type()
        if not part.is_multipart() and part.get_content_disposition() != "attachment":
            found.setdefault(kind, part)
    for kind in ("text/plain", "text/html"):
        if kind in found:
            return _content(found[kind])
    return None


def _content(part: Mail) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return _undeclared(data)


def _undeclared(data: bytes) -> str:
    """Decode text whose declared character set is wrong; damaged letters are marked, the mail is kept."""
    try:
        return decode(data, strict=False)
    except DataError:
        return data.decode("utf-8", "replace")


def _header(mail: Mail, name: str) -> str:
    found = next((value for key, value in mail.raw_items() if key.lower() == name), "")
    raw = _undeclared(found[:_MAX_HEADER].encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _cleaned(raw)
    return _cleaned("".join(_header_part(part, charset) for part, charset in parts))


def _header_part(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "utf-8")
    except (LookupError, ValueError):
        return _undeclared(part)


def _cleaned(value: str) -> str:
    """Unfold a header, and drop what a hostile one decodes to that is not text."""
    return " ".join(value.encode("utf-8", "replace").decode().split())


def mbox(source: ByteSource) -> Iterator[Record]:
    """Yield the mails of an archive; each begins at a ``From `` line that follows an empty line."""
    begin, parts, size, after_blank = 0, list[bytes](), 0, True
    for number, line, flaw in lines(source):
        if after_blank and line.startswith(b"From "):
            if begin:
                yield _mail(begin, parts, size)
            begin, parts, size = number, [], 0
        elif begin:
            size += len(line) if flaw is None else MAX_RECORD_BYTES + 1
            if size <= MAX_RECORD_BYTES:
                parts.append(line[1:] if line.lstrip(b">").startswith(b"From ") else line)
        elif line.strip():
            raise DataError("does not begin like an mbox archive ('From ' line)", where=source.name)
        after_blank = not line.strip(b"\r")
    if begin:
        yield _mail(begin, parts, size)


def _mail(line: int, parts: list[bytes], size: int) -> Record:
    if size > MAX_RECORD_BYTES:
        return Record(line, b"", TOO_LONG)
    return Record(line, b"\n".join(parts))


def single_mail(source: ByteSource) -> Iterator[Record]:
    """Yield the one mail of an .eml file."""
    parts, size = [], 0
    for block in source.blocks():
        size += len(block)
        if size > MAX_RECORD_BYTES:
            yield Record(1, b"", TOO_LONG)
            return
        parts.append(block)
    yield Record(1, b"".join(parts))
