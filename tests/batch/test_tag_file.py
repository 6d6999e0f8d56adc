"""Tagging whole files: what goes out for what comes in."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
import time
from pathlib import Path
from random import Random
from types import SimpleNamespace

import fake_tagger
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replyassist.batch import TagSummary, tag_file, tags_to_columns
from replyassist.batch.tag import _IdTable
from replyassist.errors import ArtifactLocked, ConfigError, DataError, StorageError
from replyassist.formats.columns import TAG_COLUMNS
from replyassist.types import Flag, Message, Prediction, Tags

FIVE = {
    "nb": "Pakken har ikke kommet. Jeg kontakter advokat!",
    "sv": "Paketet har inte kommit.",
    "da": "Pakken er ikke kommet; jeg er træt af det.",
    "fi": "Pakettini ei ole vielä saapunut.",
    "en": "My parcel, “the big one”, hasn’t arrived.",
}


def tag(source: Path, destination: Path | str, **options: object) -> TagSummary:
    return tag_file(source, destination, **{"tagger_factory": fake_tagger.make, **options})  # type: ignore[arg-type]


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def added(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.splitlines()]


def test_columns_of_tags() -> None:
    tags = fake_tagger.tags_of(Message(text="advokat!", language="sv"))
    assert tags_to_columns(tags) == {
        "ra_language": "sv",
        "ra_intent": "refund_request",
        "ra_intent_probability": 0.9123,
        "ra_intent_accepted": True,
        "ra_intent_tier": "automate",
        "ra_intent_candidates": ["refund_request"],
        "ra_intent_reason": None,
        "ra_intent_2": "complaint",
        "ra_urgency": "high",
        "ra_urgency_probability": 0.75,
        "ra_sentiment": None,
        "ra_escalate": True,
        "ra_escalation_codes": ["legal_threat", "strong_anger"],
        "ra_error": None,
    }
    assert tuple(tags_to_columns(tags)) == TAG_COLUMNS
    assert tags_to_columns(None, "why") == {**dict.fromkeys(TAG_COLUMNS), "ra_error": "why"}
    bare = Tags(message_id="1", text="", language="fi", language_probability=1.0)
    expected = {"ra_language": "fi", "ra_escalate": False, "ra_escalation_codes": []}
    assert tags_to_columns(bare) == {**dict.fromkeys(TAG_COLUMNS), **expected}
    twice = (Flag(code="vip_customer", severity="info", reason="r"),) * 2
    unsure = Prediction(abstained="too close", probability=0.3)
    columns = tags_to_columns(
        Tags(message_id="1", text="", language="fi", language_probability=1.0, flags=twice, intents=(unsure,))
    )
    assert columns["ra_escalate"] is False
    assert columns["ra_escalation_codes"] == ["vip_customer"]
    assert (columns["ra_intent"], columns["ra_intent_probability"]) == (None, 0.3)


@pytest.mark.parametrize("workers", [0, 2])
def test_json_lines_go_out_as_they_came_in(tmp_path: Path, workers: int) -> None:
    lines = [json.dumps({"n": 1.50, "text": text, "language": code}, ensure_ascii=False) for code, text in FIVE.items()]
    lines += [
        '{ "text":"x" , "big":123456789012345678901234567890, "f":1.0e0, "f":2,"nan":NaN }  ',
        "{}",
        "[1]",
        '{"text": 5}',
    ]
    source = write(tmp_path, "in.jsonl", "\n\n".join(lines))
    summary = tag(source, tmp_path / "out.jsonl", workers=workers, batch_size=2)
    out = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    assert len(out) == len(lines) + 1
    for line, tagged in zip(lines[:6], out, strict=False):
        assert tagged.startswith(line.strip()[:-1] + ',"ra_language":')
    assert [row.get("ra_language") for row in map(json.loads, out[:5])] == list(FIVE)
    assert [row["ra_escalate"] for row in map(json.loads, out[:5])] == [True, False, False, False, False]
    errors = [json.loads(line)["ra_error"] for line in out[6:9]]
    assert errors == [
        "there is no text in this row",
        "the JSON is an array, not an object",
        "text must be a string, not a number",
    ]
    assert json.loads(out[6]).keys() == set(TAG_COLUMNS)
    assert json.loads(out[8])["text"] == 5
    assert (summary.rows, summary.bad, summary.exit_code) == (9, 3, 3)
    assert summary.first_bad[0] == "in.jsonl:13: there is no text in this row"
    assert json.loads(summary.to_json())["bad"] == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_goes_out_as_it_came_in(tmp_path: Path, separator: str, workers: int) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["id", "Melding", "Comment", "Comment"])
    writer.writerows([[f"00{i}", f"{text}\n=1+1", "@x", '"q"'] for i, text in enumerate(FIVE.values())])
    data = table.getvalue()
    source = write(tmp_path, "in.csv", "\ufeff" + data + f"6{separator}short\r\n")
    summary = tag(source, tmp_path / "out.csv", workers=workers, batch_size=2)
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + data.split("\r\n")[0].encode() + separator.encode() + b"ra_language")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))
    assert rows[0] == ["id", "Melding", "Comment", "Comment", *TAG_COLUMNS]
    original = list(csv.reader(io.StringIO(data, newline=""), delimiter=separator))
    assert [row[:4] for row in rows[:6]] == original
    assert rows[1][4:] == [
        "nb", "refund_request", "0.9123", "false", "suggest", "refund_request", "", "complaint", "high", "0.75", "",
        "true", "legal_threat;strong_anger", "",
    ]  # fmt: skip
    assert rows[6] == ["6", "short", "", "", *[""] * 13, "the row has 2 cells, the header 4"]
    assert raw.count(b"\r\n") == 7
    for line in data.split("\r\n")[1:-1]:
        assert line.encode() in raw
    assert (summary.rows, summary.bad) == (6, 1)


def test_bad_csv_rows_keep_what_can_be_told(tmp_path: Path) -> None:
    rest = "4;d\n"
    source = write(tmp_path, "in.csv", b'id;text\n1;"open\n2;b;c;d\n3;\xf0\x9f\x98\xc3\xa5\xc3\xa6\n' + rest.encode())
    summary = tag(source, tmp_path / "out.csv")
    written = (tmp_path / "out.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))
    assert [row[:2] for row in rows[1:]] == [["1", '"open'], ["2", "b"], ["3", "\ufffdåæ"], ["4", "d"]]
    assert {len(row) for row in rows} == {2 + len(TAG_COLUMNS)}
    assert [bool(row[-1]) for row in rows[1:]] == [True, True, True, False]
    assert summary.bad == 3


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig", "utf-8"])
def test_output_is_utf8_with_a_mark_only_if_there_was_one(tmp_path: Path, encoding: str) -> None:
    source = write(tmp_path, "in.csv", "id;text\r\n1;blåbær äö\r\n".encode(encoding))
    tag(source, tmp_path / "out.csv")
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") is (encoding in ("utf-16", "utf-8-sig"))
    assert "1;blåbær äö;nb;refund_request;" in raw.decode("utf-8-sig")


@pytest.mark.parametrize("name", ["in.csv", "in.jsonl"])
def test_tagging_the_output_again_changes_nothing(tmp_path: Path, name: str) -> None:
    data = 'id;text\n1;"a\nb"\n2;c\n' if name == "in.csv" else '{"id": 1.50, "text": "a"}\n{"text": "b"}\n'
    suffix = Path(name).suffix
    tag(write(tmp_path, name, data), tmp_path / f"1{suffix}")
    tag(tmp_path / f"1{suffix}", tmp_path / f"2{suffix}")
    first, second = (tmp_path / f"{n}{suffix}" for n in (1, 2))
    if suffix == ".jsonl":
        assert added(first.read_bytes()) == added(second.read_bytes())
        assert b'"id":1.50' in second.read_bytes()
    else:
        assert first.read_bytes() == second.read_bytes()


def test_an_array_mail_and_text_are_written_as_json_lines(tmp_path: Path) -> None:
    array = write(tmp_path, "in.json", json.dumps([{"text": "a\n", "n": 1}, {"text": "b"}], indent=2))
    tag(array, tmp_path / "a.jsonl")
    assert [(row["text"], row["ra_language"]) for row in added((tmp_path / "a.jsonl").read_bytes())] == [
        ("a\n", "nb"),
        ("b", "nb"),
    ]
    mail = write(tmp_path, "in.eml", "Subject: Hei\nMessage-ID: <1@x>\n\nHvor er pakken?\n")
    tag(mail, tmp_path / "b.jsonl")
    (row,) = added((tmp_path / "b.jsonl").read_bytes())
    assert list(row)[:6] == ["id", "date", "from", "to", "subject", "text"]
    assert (row["subject"], row["text"], row["ra_error"]) == ("Hei", "Hvor er pakken?\n", None)
    tag(write(tmp_path, "in.txt", "en\nto\n"), tmp_path / "c.jsonl")
    assert [row["text"] for row in added((tmp_path / "c.jsonl").read_bytes())] == ["en", "to"]


def test_gzip_in_and_out(tmp_path: Path) -> None:
    lines = "".join(f'{{"text": "melding {i}"}}\n' for i in range(100))
    source = write(tmp_path, "in.jsonl.gz", gzip.compress(lines.encode()))
    tag(source, tmp_path / "out.jsonl.gz", batch_size=7)
    tag(source, tmp_path / "out.jsonl")
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()) == (tmp_path / "out.jsonl").read_bytes()


def test_standard_input_and_output(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.BytesIO()
    source = io.BufferedReader(io.BytesIO(b"text;id\nHvor er pakken?;1\n"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=source))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=output))
    summary = tag_file("-", "-", tagger_factory=fake_tagger.make)
    assert summary.rows == 1
    assert output.getvalue().decode().split("\n")[1].startswith("Hvor er pakken?;1;nb;refund_request;0.9123;")


@pytest.mark.parametrize("workers", [0, 2])
def test_only_the_row_that_the_tagger_fails_on_is_bad(tmp_path: Path, workers: int) -> None:
    texts = [f"melding {i}" for i in range(20)]
    texts[3] = texts[13] = "EXPLODE"
    source = write(tmp_path, "in.jsonl", "\n".join(json.dumps({"text": text}) for text in texts))
    summary = tag(source, tmp_path / "out.jsonl", workers=workers, batch_size=10)
    out = (tmp_path / "out.jsonl").read_bytes()
    rows = added(out)
    assert [i for i, row in enumerate(rows) if row["ra_error"]] == [3, 13]
    assert rows[3]["ra_error"] == "tagging failed: RuntimeError"
    assert all(row["ra_language"] == "nb" for i, row in enumerate(rows) if i not in (3, 13))
    assert fake_tagger.SECRET.encode() not in out
    assert summary.first_bad == (
        "in.jsonl:4: tagging failed: RuntimeError",
        "in.jsonl:14: tagging failed: RuntimeError",
    )


def test_our_own_errors_keep_their_reason_and_short_answers_are_noticed(tmp_path: Path) -> None:
    source = write(tmp_path, "in.jsonl", '{"text": "REFUSE"}\n{"text": "b"}')
    tag(source, tmp_path / "out.jsonl", tagger_factory=fake_tagger.make_refusing)
    rows = added((tmp_path / "out.jsonl").read_bytes())
    assert [row["ra_error"] for row in rows] == ["tagging failed: the text is longer than the model reads", None]
    tag(source, tmp_path / "out.jsonl", tagger_factory=fake_tagger.make_short)
    rows = added((tmp_path / "out.jsonl").read_bytes())
    assert rows[1]["ra_error"] == "tagging failed: the tagger gave 0 results for 1 messages"


def test_hostile_messages_are_rows_like_any_other(tmp_path: Path) -> None:
    texts = ["", "\x00", "\u202eבאג\u200b", "👩‍👩‍👧" * 50, "x" * 1_000_000, "\ud800", "a\u2028b\x85c\x0bd"]
    source = write(tmp_path, "in.jsonl", "\n".join(json.dumps({"text": text}) for text in texts))
    summary = tag(source, tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().split(b"\n")[:-1]]
    assert [row["text"] for row in rows] == texts
    assert [row["ra_error"] for row in rows] == [None] * 5 + ["text holds an unpaired surrogate at offset 0", None]
    assert summary.bad == 1


def test_repeated_ids_are_counted_and_kept(tmp_path: Path) -> None:
    source = write(tmp_path, "in.csv", "id,text\n" + "".join(f"{i % 40},t\n" for i in range(100)))
    summary = tag(source, tmp_path / "out.csv", batch_size=9)
    assert (summary.rows, summary.duplicate_ids, summary.bad) == (100, 60, 0)
    assert tag(write(tmp_path, "b.csv", "text\na\na\n"), tmp_path / "out.csv").duplicate_ids == 0


def test_the_id_table_finds_what_a_set_finds() -> None:
    table, known, random = _IdTable(), set[int](), Random(1)
    for _ in range(60_000):
        key = random.randrange(1, 40_000) * 0x9E3779B97F4A7C15 % 2**64 | 1
        assert table.seen(key) is (key in known)
        known.add(key)


def test_ids_chosen_to_collide_cost_no_time() -> None:
    table = _IdTable()
    started = time.perf_counter()
    for number in range(1, 20_000):
        assert table.seen(number << 20 | 5) is False
    assert time.perf_counter() - started < 3


def test_progress_is_reported(tmp_path: Path) -> None:
    source = write(tmp_path, "in.jsonl", '{"text": "a"}\n' * 1000)
    seen: list[tuple[int, float, float | None]] = []
    tag(source, tmp_path / "out.jsonl", batch_size=300, progress=lambda *state: seen.append(state))
    assert [rows for rows, _, _ in seen] == [300, 600, 900, 1000]
    assert all(rate > 0 for _, rate, _ in seen)
    assert seen[-1][2] == 1.0


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("in.csv", "id,text\n", r"in\.csv: the file holds no rows; there is nothing to tag"),
        ("in.jsonl", "\n\n", r"in\.jsonl: the file holds no rows"),
        ("in.jsonl", "", r"in\.jsonl: the file is empty"),
        ("in.csv", "nr;ytring\n1;a\n", r"in\.csv: no column is recognised as text\. Columns found: nr, ytring"),
        ("in.jsonl", "[]\n[]\n", r"in\.jsonl: no column is recognised as text\. There are no columns"),
    ],
)
def test_unusable_input_leaves_nothing_behind(tmp_path: Path, name: str, data: str, message: str) -> None:
    source = write(tmp_path, name, data)
    with pytest.raises(DataError, match=message):
        tag(source, tmp_path / f"out{source.suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_unusable_destinations(tmp_path: Path) -> None:
    source = write(tmp_path, "in.jsonl", '{"text": "a"}\n')
    for destination, message in (
        (tmp_path, "is a folder"),
        (source, "is the input itself"),
        (tmp_path / "no" / "out.jsonl", "folder that does not exist"),
        (tmp_path / "out.csv", r"let its name end in \.jsonl"),
        (tmp_path / "out.parquet", r"let its name end in \.jsonl"),
    ):
        with pytest.raises(DataError, match=message):
            tag(source, destination)
    with pytest.raises(ConfigError, match="batch_size 1 or more"):
        tag(source, tmp_path / "out.jsonl", batch_size=0)
    assert source.read_text() == '{"text": "a"}\n'


def test_two_writers_do_not_mix(tmp_path: Path) -> None:
    source = write(tmp_path, "in.jsonl", '{"text": "a"}\n')

    def second(rows: int, rate: float, share: float | None) -> None:
        with pytest.raises(ArtifactLocked, match="is being written by another process"):
            tag(source, tmp_path / "out.jsonl")

    assert tag(source, tmp_path / "out.jsonl", progress=second).rows == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_keeps_what_was_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path, "in.jsonl", "".join(f'{{"text": "melding {i}"}}\n' for i in range(3000)))
    tag(source, tmp_path / "whole.jsonl", batch_size=100)
    real = os.fsync
    left = iter(range(12))

    def full(handle: int) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"out\.jsonl: No space left on device"):
        tag(source, tmp_path / "out.jsonl", batch_size=100, commit_seconds=0)
    monkeypatch.setattr(os, "fsync", real)
    summary = tag(source, tmp_path / "out.jsonl", batch_size=100)
    assert summary.resumed > 0
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    with Path("/dev/full").open("wb", buffering=0) as device:
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=device))
        with pytest.raises(StorageError, match="cannot write standard output: No space left"):
            tag(source, "-")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=20), st.just(b'{"text": "a"}'), st.just(b'"')), max_size=8))
def test_any_bytes_give_one_row_out_per_row_in(tmp_path: Path, lines: list[bytes]) -> None:
    for name, head in (("in.csv", b"text;b\nx;y\n"), ("in.jsonl", b'{"text": "x"}\n')):
        source = write(tmp_path, name, head + b"\n".join(lines))
        out = tmp_path / f"out{source.suffix}"
        summary = tag(source, out, batch_size=3)
        if name == "in.csv":
            written = csv.reader(io.StringIO(out.read_text(encoding="utf-8"), newline=""), delimiter=";")
            assert sum(1 for _ in written) - 1 >= summary.rows
        else:
            assert len(out.read_bytes().split(b"\n")) - 1 == summary.rows
