"""Mail archives into rows."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.formats import BadRow, Row, read_rows
from replyassist.formats.mail import MailCodec
from replyassist.formats.rows import Chunk

SUBJECTS = {
    "nb": "Spørsmål om faktura",
    "sv": "Fråga om återbetalning",
    "da": "Spørgsmål om levering på mandag",
    "fi": "Kysymys – missä pakettini on?",
    "en": "Where’s my parcel?",
}


def mail(subject: str, text: str, *, html: str | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Åse Ødegård <ase@example.no>"
    message["Message-ID"] = "<1@example.no>"
    message["Date"] = "Wed, 04 Mar 2026 10:12:00 +0100"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment("not this", filename="log.txt")
    return message.as_bytes()


def values(path: Path) -> list[dict[str, object]]:
    rows = list(read_rows(path))
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.values for row in rows if isinstance(row, Row)]


def parse(data: bytes) -> Row | BadRow:
    return MailCodec("in.eml").rows(Chunk(1, 1, [1], [data]))[0]


def test_an_archive_gives_its_mails(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    mails = [mail(s, f"Hei\n\n>From here\n{s}\n", html="<p>no</p>") for s in SUBJECTS.values()]
    path.write_bytes(b"".join(b"From a@b Wed Mar  4\n" + m.replace(b"\n>From", b"\n>>From") + b"\n" for m in mails))
    rows = values(path)
    assert [row["subject"] for row in rows] == list(SUBJECTS.values())
    for row, subject in zip(rows, SUBJECTS.values(), strict=True):
        assert str(row["text"]).split("\n")[:4] == ["Hei", "", ">From here", subject]
    assert rows[0]["id"] == "1@example.no"
    assert rows[0]["from"] == "Åse Ødegård <ase@example.no>"
    assert rows[0]["date"] == "Wed, 04 Mar 2026 10:12:00 +0100"
    assert list(rows[0]) == ["id", "date", "from", "to", "subject", "text"]
    places = [row.place for row in read_rows(path)]
    assert places[0] == "in.mbox:1"
    assert len(set(places)) == 5


def test_a_single_mail_with_html_only(tmp_path: Path) -> None:
    path = tmp_path / "in.eml"
    path.write_bytes(b"Subject: Hei\r\nContent-Type: text/html; charset=latin-1\r\n\r\n<p>bl\xe5b\xe6r</p>\r\n")
    assert values(path)[0]["text"] == "<p>blåbær</p>\r\n"


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        (b"Content-Type: text/plain; charset=nonsense", "blåbær".encode(), "blåbær"),
        (b"Content-Type: text/plain; charset=ascii", "blåbær".encode("cp1252"), "blåbær"),
        (b"Content-Type: text/plain; charset=utf-8", b"a\xff\xc3\xa5\xc3\xa6", "a\ufffdåæ"),
        (b"Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-8", b"YmzDpWLDpnI=", "blåbær"),
        (b"X-Nothing: 1", b"", ""),
    ],
)
def test_wrong_declarations_do_not_lose_the_mail(headers: bytes, body: bytes, text: str) -> None:
    row = parse(headers + b"\n\n" + body)
    assert isinstance(row, Row)
    assert row.values["text"] == text


def test_undeclared_header_bytes() -> None:
    row = parse("Subject: Spørsmål\n\nx".encode("cp1252"))
    assert isinstance(row, Row)
    assert row.values["subject"] == "Spørsmål"
    row = parse("Subject: Kysymys – missä\n\nx".encode())
    assert isinstance(row, Row)
    assert row.values["subject"] == "Kysymys – missä"


def test_a_mail_without_text_is_a_bad_row() -> None:
    row = parse(b"Content-Type: image/png\n\n\x89PNG")
    assert isinstance(row, BadRow)
    assert row.error == "the mail has no text part"


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_text("Hei\n")
    with pytest.raises(DataError, match="does not begin like an mbox archive"):
        list(read_rows(path))


@given(st.binary(max_size=400))
def test_any_bytes_give_one_row(data: bytes) -> None:
    row = parse(data)
    assert isinstance(row, Row | BadRow)
    if isinstance(row, Row):
        for value in row.values.values():
            assert isinstance(value, str)
            value.encode()


def test_hostile_mail_takes_linear_time() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (i, i) for i in range(3000))
    for data in (
        nested + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?b?=E5?= " * 60_000 + b"\n\nx",
        b"Content-Type: text/plain; " + b"a*0=" * 200_000 + b"\n\nx",
        b"a:" * 500_000,
        b"\n" * 1_000_000,
    ):
        started = time.perf_counter()
        assert isinstance(parse(data), Row | BadRow)
        assert time.perf_counter() - started < 3
