"""Delimited text into rows."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.formats import BadRow, Row, read_rows
from replyassist.formats.delimited import cut_records, header_names, sniff_separator, split_cells
from replyassist.formats.rows import Record


def read(folder: Path, data: bytes | str, name: str = "in.csv") -> list[Row | BadRow]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_rows(path))


def cells(rows: list[Row | BadRow]) -> list[list[object]]:
    assert all(isinstance(row, Row) for row in rows), rows
    return [list(row.values.values()) for row in rows if isinstance(row, Row)]


TEXT = "Hei – jeg får «æøå» og ÄÖ, 50 €"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends(tmp_path: Path, separator: str, encoding: str, newline: str) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=separator, lineterminator=newline)
    writer.writerows([["id", "Tekst"], ["1", TEXT], ["2", f'b{separator} "c" d'], ["3", ""]])
    data = table.getvalue().encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    rows = read(tmp_path, data)
    assert [row.values for row in rows if isinstance(row, Row)] == [
        {"id": "1", "Tekst": TEXT},
        {"id": "2", "Tekst": f'b{separator} "c" d'},
        {"id": "3", "Tekst": ""},
    ]
    assert [row.place for row in rows] == ["in.csv:2", "in.csv:3", "in.csv:4"]


def test_line_breaks_inside_quotation_marks(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,text\r\n1,"a\r\n\r\nb ""c"", d"\r\n\r\n2,e\r\n')
    assert cells(rows) == [["1", 'a\r\n\r\nb "c", d'], ["2", "e"]]
    assert [row.place for row in rows] == ["in.csv:2", "in.csv:6"]


def test_ragged_rows_are_bad_rows(tmp_path: Path) -> None:
    rows = read(tmp_path, "id;text\n1;a\n2\n3;b;secret\n4;c\n")
    assert [type(row) for row in rows] == [Row, BadRow, BadRow, Row]
    assert [(row.number, row.place, row.error) for row in rows if isinstance(row, BadRow)] == [
        (2, "in.csv:3", "the row has 1 cells, the header 2"),
        (3, "in.csv:4", "the row has 3 cells, the header 2"),
    ]


def test_an_unclosed_quotation_mark_costs_only_its_line(tmp_path: Path) -> None:
    rest = "".join(f"{i};text {i}\n" for i in range(3, 300))
    for after in (rest, rest + '300;"fine, ""really"""\n'):
        rows = read(tmp_path, 'id;text\n1;a\n2;"never closed\n' + after)
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        bad = [row for row in rows if isinstance(row, BadRow)]
        assert [(row.place, row.error) for row in bad] == [
            ("in.csv:3", "a quotation mark is not closed or not doubled")
        ]
        assert len(rows) == 2 + after.count("\n")
    assert isinstance(rows[-1], Row)
    assert rows[-1].values == {"id": "300", "text": 'fine, "really"'}


def test_files_that_do_not_quote_are_taken_literally(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id\ttext\n1\t"Hei" sa hun\n2\t5" rør\n3\t"a" og "b"\n', "in.tsv")
    assert cells(rows) == [["1", '"Hei" sa hun'], ["2", '5" rør'], ["3", '"a" og "b"']]


def test_nul_bytes_and_controls_are_text(tmp_path: Path) -> None:
    assert cells(read(tmp_path, b"id,text\n1,a\x00b\x1fc\x0bd\n2,\xc2\x85\xe2\x80\xa8e\n")) == [
        ["1", "a\x00b\x1fc\x0bd"],
        ["2", "\x85\u2028e"],
    ]


def test_invalid_bytes(tmp_path: Path) -> None:
    rows = read(tmp_path, b"id,text\n1,bl\xe5b\xe6r\n2,\xc3\xa5\xc3\xa6 \xf0\x9f\x98\n3,\x81\n4,ok\n")
    assert [type(row) for row in rows] == [Row, BadRow, BadRow, Row]
    assert cells(rows[:1]) == [["1", "blåbær"]]
    assert isinstance(rows[1], BadRow)
    assert rows[1].error == "byte 8 of the record is not valid text in UTF-8"


def test_a_message_of_a_megabyte(tmp_path: Path) -> None:
    text = "x\n" * 500_000
    assert cells(read(tmp_path, f'id,text\n1,"{text}"\n2,y\n')) == [["1", text], ["2", "y"]]


def test_header_names_are_made_unique(tmp_path: Path) -> None:
    rows = read(tmp_path, "Comment,Comment,,Comment (2), id \na,b,c,d,e\n")
    assert isinstance(rows[0], Row)
    assert list(rows[0].values) == ["Comment", "Comment (2)", "column 3", "Comment (2) (2)", "id"]
    assert header_names('"a;b";c', ";") == ("a;b", "c")


def test_excel_may_declare_its_separator(tmp_path: Path) -> None:
    rows = read(tmp_path, "sep=;\r\nid;text\r\n1;a, b, c\r\n")
    assert [row.values for row in rows if isinstance(row, Row)] == [{"id": "1", "text": "a, b, c"}]
    assert rows[0].place == "in.csv:3"


@pytest.mark.parametrize(
    ("sample", "separator"),
    [
        ("id;text\n1;Hei, du, der\n2;a, b\n", ";"),
        ("id,text\n1,a; b; c\n", ","),
        ("text\nHei, du\nHallo, du, der\n", ","),
        ('id;"subject, if any";text\n1;a;b\n', ";"),
        ("a|b\n1|2;3\n", "|"),
        ("a\tb,c\n1\t2,3\n", "\t"),
    ],
)
def test_the_separator_is_recognised(sample: str, separator: str) -> None:
    found, declaration = sniff_separator(sample.encode(), ".tsv" if separator == "\t" else ".csv")
    assert (found, declaration) == (separator, "")


def test_header_alone_gives_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "id,text\n") == []


def test_a_header_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"in the header"):
        read(tmp_path, b"id,\xc3\xa5\xc3\xa5\xff\n1,2\n")
    with pytest.raises(DataError, match=r"in\.csv: the file holds no header line"):
        read(tmp_path, "\n\n\n")


@given(
    st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read_back(table: list[list[str]], separator: str, quoting: int) -> None:
    table = [[cell.replace("\x00", "").replace("\r", "") for cell in row] for row in table]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(table)  # type: ignore[arg-type]
    try:
        data = buffer.getvalue().encode()
    except UnicodeEncodeError:
        return
    lines = (Record(i, line) for i, line in enumerate(data.split(b"\n")[:-1], start=1))
    records = [record.data.decode() for record in cut_records(lines, separator)]
    assert [split_cells(record, separator, 2) for record in records] == table


@pytest.mark.parametrize("line", ['"', '"a', '""', 'a"";"', '"""', '"";"'])
def test_hostile_quotation_marks_take_linear_time_and_lose_nothing(tmp_path: Path, line: str) -> None:
    started = time.perf_counter()
    rows = read(tmp_path, "id;text\n" + f"{line}\n" * 20_000 + "1;a\n")
    assert time.perf_counter() - started < 5
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    last = rows[-1]
    assert isinstance(last, Row)
    assert last.values == {"id": "1", "text": "a"}
