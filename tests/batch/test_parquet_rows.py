"""Parquet in and out."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import fake_tagger
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from replyassist.batch import saved_rows, tag_file
from replyassist.errors import DataError
from replyassist.formats import BadRow, Row, read_rows
from replyassist.formats.columns import TAG_COLUMNS

WHEN = datetime(2026, 3, 4, 9, 12, tzinfo=UTC)


def table() -> pa.Table:
    return pa.table(
        {
            "ticket_id": pa.array(range(2500), pa.int64()),
            "body": pa.array([None if i == 7 else f"Missä pakettini on? {i} åäö" for i in range(2500)]),
            "score": pa.array([i / 3 for i in range(2500)], pa.float32()),
            "tags": pa.array([["a", "b"]] * 2500),
            "at": pa.array([1_000_000_007] * 2500, pa.timestamp("ns", "Europe/Helsinki")),
            "group": pa.array(["x", "y"] * 1250).dictionary_encode(),
        }
    )


def write(folder: Path, data: pa.Table, name: str = "in.parquet") -> Path:
    pq.write_table(data, folder / name, row_group_size=700)
    return folder / name


def test_rows(tmp_path: Path) -> None:
    rows = list(read_rows(write(tmp_path, table())))
    assert len(rows) == 2500
    assert [row.number for row in rows] == list(range(1, 2501))
    first = rows[0]
    assert isinstance(first, Row)
    assert first.place == "in.parquet:1"
    assert list(first.values) == ["ticket_id", "body", "score", "tags", "at", "group"]
    assert first.values["tags"] == ["a", "b"]
    assert first.values["group"] == "x"
    assert first.values["at"] == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("workers", [0, 2])
def test_tagging_keeps_the_columns_as_they_are(tmp_path: Path, workers: int) -> None:
    data = table()
    summary = tag_file(
        write(tmp_path, data),
        tmp_path / "out.parquet",
        tagger_factory=fake_tagger.make,
        workers=workers,
        batch_size=300,
    )
    out = pq.read_table(tmp_path / "out.parquet")
    assert out.select(data.column_names).equals(data)
    assert out.column_names == [*data.column_names, *TAG_COLUMNS]
    assert summary.rows == 2500
    assert summary.bad == 1
    assert summary.first_bad == ("in.parquet:8: there is no text in this row",)
    assert out["ra_error"][7].as_py() == "there is no text in this row"
    assert out["ra_error"].null_count == 2499
    assert out["ra_intent"][7].as_py() is None
    assert out["ra_intent_probability"][0].as_py() == 0.9123
    assert out["ra_escalation_codes"][0].as_py() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]
    again = tag_file(tmp_path / "out.parquet", tmp_path / "again.parquet", tagger_factory=fake_tagger.make)
    assert again.rows == 2500
    assert pq.read_table(tmp_path / "again.parquet").equals(out)


def test_a_text_column_of_another_type_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, pa.table({"body": [1, 2], "other": ["a", "b"]}))
    with pytest.raises(DataError, match=r"in\.parquet: the column 'body' holds int64, but the text .* --map text="):
        tag_file(path, tmp_path / "out.parquet", tagger_factory=fake_tagger.make)
    summary = tag_file(path, tmp_path / "out.parquet", tagger_factory=fake_tagger.make, mapping="text=other")
    assert summary.rows == 2


def test_values_that_cannot_be_read_cost_one_row(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0\4\0\0\0"), pa.py_buffer(b"\xff\xfeok")]
    )
    path = write(tmp_path, pa.table({"text": broken}))
    rows = list(read_rows(path))
    assert rows[0] == BadRow(1, "in.parquet:1", "the value of column 'text' cannot be read")
    assert rows[1] == Row(2, "in.parquet:2", {"text": "ok"})


def test_a_damaged_or_empty_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, table())
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(DataError, match=r"in\.parquet: is not a Parquet file, or is damaged"):
        list(read_rows(path))
    path.write_bytes(whole[:2000] + bytes(4000) + whole[6000:])
    with pytest.raises(DataError, match=r"in\.parquet: is damaged after row \d+"):
        list(read_rows(path))
    with pytest.raises(DataError, match="the file holds no rows"):
        list(read_rows(write(tmp_path, table().slice(0, 0))))


def test_a_name_that_does_not_tell_is_looked_into(tmp_path: Path) -> None:
    rows = list(read_rows(write(tmp_path, table().slice(0, 3), "export.bin")))
    assert len(rows) == 3


def test_an_interrupted_parquet_job_leaves_nothing_and_starts_over(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(rows: int, rate: float, share: float | None) -> None:
        raise Stop

    path, out = write(tmp_path, table()), tmp_path / "out.parquet"
    with pytest.raises(Stop):
        tag_file(path, out, tagger_factory=fake_tagger.make, progress=stop)
    assert saved_rows(out) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["in.parquet"]
    assert tag_file(path, out, tagger_factory=fake_tagger.make).resumed == 0


def test_another_format_or_stream_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, table())
    with pytest.raises(DataError, match=r"let its name end in \.parquet"):
        tag_file(path, tmp_path / "out.csv", tagger_factory=fake_tagger.make)
    with pytest.raises(DataError, match="cannot be written to standard output"):
        tag_file(path, "-", tagger_factory=fake_tagger.make)


def test_pyarrow_is_asked_for_only_when_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "hei"}\n')
    write(tmp_path, table())
    code = f"""
import sys
sys.modules["pyarrow"] = None
sys.path.insert(0, {str(Path(__file__).parent)!r})
from fake_tagger import make
from replyassist.batch import tag_file
from replyassist.errors import MissingExtra
assert tag_file("in.jsonl", "out.jsonl", tagger_factory=make).rows == 1
try:
    tag_file("in.parquet", "out.parquet", tagger_factory=make)
except MissingExtra as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == (
        "Parquet input and output needs an optional dependency: pip install 'replyassist[parquet]'"
    )
