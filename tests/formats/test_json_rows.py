"""JSON Lines, JSON arrays and plain text into rows."""

from __future__ import annotations

import gzip
import io
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.formats import BadRow, Row, read_rows
from replyassist.formats import jsonlines as jsonlines_module

FIVE = {
    "nb": "Hei, pakken min har ikke kommet ennå.",
    "sv": "Hej, mitt paket har inte kommit än.",
    "da": "Hej, min pakke er ikke kommet endnu.",
    "fi": "Hei, pakettini ei ole vielä saapunut.",
    "en": "Hi, my parcel hasn’t arrived yet.",
}


def write(folder: Path, data: bytes, name: str = "in.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(folder: Path, data: bytes, name: str = "in.jsonl") -> list[Row | BadRow]:
    return list(read_rows(write(folder, data, name)))


def values(rows: list[Row | BadRow]) -> list[dict[str, object]]:
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.values for row in rows if isinstance(row, Row)]


def test_rows_keep_number_place_and_column_order(tmp_path: Path) -> None:
    data = "\n\n".join(json.dumps({"z": code, "a": text}, ensure_ascii=False) for code, text in FIVE.items())
    rows = read(tmp_path, data.encode())
    assert values(rows) == [{"z": code, "a": text} for code, text in FIVE.items()]
    assert [list(row.values) for row in rows if isinstance(row, Row)] == [["z", "a"]] * 5
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert [row.place for row in rows] == [f"in.jsonl:{line}" for line in (1, 3, 5, 7, 9)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'["secret"]', "the JSON is an array, not an object"),
        (b'"secret"', "the JSON is a string, not an object"),
        (b"17", "the JSON is a number, not an object"),
        (b"true", "the JSON is true or false, not an object"),
        (b"null", "the JSON is null, not an object"),
        (b'{"a": "secret"', "not valid JSON"),
        (b'{"a": secret}', "not valid JSON"),
        (b'{"a": 1} {"secret": 2}', "not valid JSON"),
        (b'{"a": "s\x00ecret"}', "not valid JSON"),
        (b"[" * 100_000, "the JSON is nested too deeply"),
        (b'{"a":' * 100_000, "the JSON is nested too deeply"),
        ('{"a": "sæcrøt'.encode() + b'\xe5"}', "byte 16 of the record is not valid text in UTF-8"),
        (b'{"a": "\x81\x8d\x81"}', "byte 8 of the record is not valid text in UTF-8"),
    ],
)
def test_a_broken_line_is_one_bad_row_that_says_why(tmp_path: Path, line: bytes, reason: str) -> None:
    rows = read(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 2}\n')
    assert len(rows) == 3
    bad = rows[1]
    assert isinstance(bad, BadRow)
    assert (bad.number, bad.place) == (2, "in.jsonl:2")
    assert bad.error.startswith(reason)
    assert "cret" not in bad.error
    assert [row.values["a"] for row in (rows[0], rows[2]) if isinstance(row, Row)] == [1, 2]


def test_what_python_writes_beyond_the_standard_is_read(tmp_path: Path) -> None:
    first, second = values(read(tmp_path, b'{"a": NaN, "b": "x"}\n{"a": "\\ud800"}\n'))
    assert first["a"] != first["a"]
    assert first["b"] == "x"
    assert second == {"a": "\ud800"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\r\n" for text in FIVE.values())
    assert [row["text"] for row in values(read(tmp_path, text.encode(encoding)))] == list(FIVE.values())


def test_utf16_that_is_cut_in_a_letter_is_a_bad_last_row(tmp_path: Path) -> None:
    rows = read(tmp_path, '{"a": 1}\n{"a": 2}'.encode("utf-16") + b"x")
    assert isinstance(rows[0], Row)
    assert isinstance(rows[1], BadRow)
    assert len(rows) == 2


def test_utf16_without_mark_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="UTF-16 without a byte order mark; save it as UTF-8"):
        read(tmp_path, '{"a": 1}\n'.encode("utf-16-le"))


def test_gzip_is_recognised_by_content(tmp_path: Path) -> None:
    data = gzip.compress(b'{"a": 1}\n', mtime=0) + gzip.compress(b'{"a": 2}\n')
    assert values(read(tmp_path, data, "in.jsonl.gz")) == [{"a": 1}, {"a": 2}]
    assert values(read(tmp_path, data, "in.jsonl")) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("damage", [lambda d: d[:-9], lambda d: d[:400] + b"\0\0\0\0" + d[404:]])
def test_damaged_gzip_is_named(tmp_path: Path, damage: object) -> None:
    data = gzip.compress(b"".join(b'{"a": %d}\n' % (i * 7919 % 10007) for i in range(5000)))
    with pytest.raises(DataError, match="gzip data is damaged or cut off"):
        read(tmp_path, damage(data), "in.jsonl.gz")  # type: ignore[operator]


def test_a_long_line_is_read_and_a_too_long_one_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = b'{"text": "' + b"x" * 1_000_000 + b'"}\n'
    assert values(read(tmp_path, long))[0]["text"] == "x" * 1_000_000
    monkeypatch.setattr("replyassist.formats.source.MAX_RECORD_BYTES", 600_000)
    rows = read(tmp_path, b'{"a": 1}\n' + long + b'{"a": 2}\n')
    assert [type(row) for row in rows] == [Row, BadRow, Row]
    assert isinstance(rows[1], BadRow)
    assert rows[1].error.startswith("the record is longer than")
    assert rows[2].place == "in.jsonl:3"


ELEMENTS = [
    {"text": 'brackets ]}{[ and "quotes" and \\ in text', "n": [1, {"m": "]"}]},
    {"text": "line\nbreak, comma"},
    {"text": FIVE["fi"]},
    {},
]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("block", [1, 7, 65536])
def test_an_array_gives_its_elements(
    tmp_path: Path, indent: int | None, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replyassist.formats.source._BLOCK", max(block, 8))
    data = json.dumps(ELEMENTS, indent=indent, ensure_ascii=False).encode()
    rows = read(tmp_path, data, "in.json")
    assert values(rows) == ELEMENTS
    if indent:
        lines = data.split(b"\n")
        starts = [i for i, line in enumerate(lines, start=1) if line.startswith((b"  {",))]
        assert [row.place for row in rows] == [f"in.json:{line}" for line in starts]


def test_a_broken_element_costs_only_itself(tmp_path: Path) -> None:
    rows = read(tmp_path, b'[{"a": 1},\n{"a": oops},\n17, "x", [2],\n{"a": "un"quoted"x"},\n{"a": 3}]', "in.json")
    good = [row.values for row in rows if isinstance(row, Row)]
    assert good == [{"a": 1}, {"a": 3}]
    assert [row.error.split(",")[0].split(":")[0] for row in rows if isinstance(row, BadRow)] == [
        "not valid JSON",
        "the JSON is a number",
        "the JSON is a string",
        "the JSON is an array",
        "not valid JSON",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'[{"a": 1}, {"a": ', "the array breaks off here; its end is missing"),
        (b'[{"a": 1}', "the array breaks off here; its end is missing"),
        (b'[{"a": 1},\n{"a": "un"closed},\n{"a": 3}]', "not valid JSON: expected ',' or '}' (byte 10)"),
        (b'[{"a": 1}] {"a": 2}', "there is something after the end of the array"),
    ],
)
def test_an_array_that_does_not_end_well_is_said(tmp_path: Path, data: bytes, reason: str) -> None:
    rows = read(tmp_path, data, "in.json")
    assert values(rows[:1]) == [{"a": 1}]
    assert [row.error for row in rows[1:] if isinstance(row, BadRow)] == [reason]


def test_json_lines_may_be_called_json(tmp_path: Path) -> None:
    assert values(read(tmp_path, b'{"a": 1}\n{"a": 2}', "in.json")) == [{"a": 1}, {"a": 2}]


def test_an_array_of_hostile_text_takes_linear_time(tmp_path: Path) -> None:
    for hostile in (b'[{"a": "' + b'\\"' * 500_000, b"[" + b"{" * 1_000_000, b'[{"a": ' + b'"' * 1_000_001):
        started = time.perf_counter()
        rows = read(tmp_path, hostile, "in.json")
        assert time.perf_counter() - started < 3
        assert all(isinstance(row, BadRow) for row in rows)


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(), st.lists(st.text())),
        ),
        max_size=5,
    ),
    st.sampled_from([None, 1]),
)
def test_any_array_round_trips(elements: list[dict[str, object]], indent: int | None) -> None:
    data = json.dumps(elements, indent=indent).encode()
    source = SimpleNamespace(blocks=lambda: iter([data[:1], *(data[i : i + 3] for i in range(1, len(data), 3))]))
    records = list(jsonlines_module.json_array(source))  # type: ignore[arg-type]
    assert [json.loads(record.data) for record in records] == elements
    assert not any(record.flaw for record in records)


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(data))))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        (b' [ {"a": 1} ]', [{"a": 1}]),
        (b"id;Melding\n1;hei\n", [{"id": "1", "Melding": "hei"}]),
        ("Viesti\nterve, sinä\n".encode(), [{"Viesti": "terve", "column 2": " sinä"}]),
        (
            "Hvor er pakken, folkens?\n\nHallå där\n".encode(),
            [{"text": "Hvor er pakken, folkens?"}, {"text": "Hallå där"}],
        ),
        (gzip.compress(b'{"a": 1}\n', mtime=0), [{"a": 1}]),
    ],
)
def test_standard_input_is_sniffed(
    monkeypatch: pytest.MonkeyPatch, data: bytes, expected: list[dict[str, object]]
) -> None:
    feed(monkeypatch, data)
    rows = list(read_rows("-"))
    if "column 2" in expected[0]:
        assert isinstance(rows[0], BadRow)
        assert rows[0].error == "the row has 2 cells, the header 1"
    else:
        assert values(rows) == expected
    assert rows[0].place.startswith("standard input:")


def test_a_mapping_makes_an_unknown_header_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, b"nr;ytring\n1;hei\n")
    assert values(list(read_rows("-", mapping={"text": "ytring"}))) == [{"nr": "1", "ytring": "hei"}]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("in.jsonl", b"", "in.jsonl: the file is empty"),
        ("in.csv", b"", "in.csv: the file is empty"),
        ("in.parquet", b"", "in.parquet: the file is empty"),
        ("in.jsonl.gz", gzip.compress(b"", mtime=0), "in.jsonl.gz: the file is empty"),
        ("in.parquet", b'{"a": 1}\n', "in.parquet: is not a Parquet file"),
        ("in.dat", b"\x01\x02\x03\n", "in.dat: the format is not recognised; name the file with one of .*jsonl"),
        ("in.xlsx", b"PK\x03\x04....", "in.xlsx: is a spreadsheet or zip archive; save it as CSV"),
        ("in.csv", b"PK\x03\x04....", "in.csv: is a spreadsheet or zip archive; save it as CSV"),
        ("in.pdf", b"%PDF-1.7", "in.pdf: is a PDF"),
    ],
)
def test_unusable_input_names_the_file_and_the_next_step(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, data, name)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.jsonl: there is no such file; check the path"):
        list(read_rows(tmp_path / "gone.jsonl"))
    with pytest.raises(DataError, match="no such file"):
        list(read_rows(tmp_path / "gone.parquet"))
    with pytest.raises(DataError, match="is a folder; name one file in it"):
        list(read_rows(tmp_path))


def test_plain_text_is_one_message_a_line(tmp_path: Path) -> None:
    data = "\r\n".join(FIVE.values()).encode("cp1252")
    assert values(read(tmp_path, data, "in.txt")) == [{"text": text} for text in FIVE.values()]
