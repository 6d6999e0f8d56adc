"""Interrupted runs: nothing doubled, nothing lost, byte for byte."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_tagger
import psutil
import pytest

from replyassist.batch import saved_rows, tag_file
from replyassist.batch.output import journal_path, partial_path
from replyassist.errors import DataError, ReplyAssistError

RUN = Path(__file__).with_name("run_tag.py")


class Stop(Exception):
    """Stands for whatever may end a run."""


def make_input(folder: Path, kind: str, rows: int = 2000) -> Path:
    path = folder / f"in.{kind}"
    texts = [f'Hei {i}, "pakken" æøå\nlinje; to' + " ord" * (i % 40) for i in range(rows)]
    if kind == "csv":
        cells = (f'{i};"{text.replace(chr(34), chr(34) * 2)}"\n' for i, text in enumerate(texts))
        path.write_text("id;text\n" + "".join(cells), encoding="utf-8")
    else:
        lines = (json.dumps({"id": i, "text": t} if i % 97 else [i]) + "\n" for i, t in enumerate(texts))
        data = "".join(lines).encode()
        path.write_bytes(gzip.compress(data) if kind.endswith("gz") else data)
    return path


def stop_after(rows: int, source: Path, destination: Path, **options: object) -> None:
    def stop(done: int, rate: float, share: float | None) -> None:
        if done >= rows:
            raise Stop

    arguments = {"tagger_factory": fake_tagger.make, "batch_size": 50, "progress": stop, **options}
    with pytest.raises(Stop):
        tag_file(source, destination, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "jsonl.gz"])
@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, kind: str, workers: int) -> None:
    source = make_input(tmp_path, kind)
    whole, out = tmp_path / f"whole.{kind}", tmp_path / f"out.{kind}"
    complete = tag_file(source, whole, tagger_factory=fake_tagger.make, batch_size=50)
    stop_after(400, source, out, workers=workers)
    assert saved_rows(out) == 400
    assert not out.exists()
    stop_after(1250, source, out, workers=workers)
    assert saved_rows(out) == 1250
    summary = tag_file(source, out, tagger_factory=fake_tagger.make, batch_size=50, workers=workers)
    assert out.read_bytes() == whole.read_bytes()
    assert (summary.resumed, summary.rows) == (1250, 2000)
    assert (summary.bad, summary.first_bad) == (complete.bad, complete.first_bad)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for p in (source, whole, out))


def test_what_was_written_after_the_last_note_is_cut_off(tmp_path: Path) -> None:
    source, out = make_input(tmp_path, "jsonl"), tmp_path / "out.jsonl"
    tag_file(source, tmp_path / "whole.jsonl", tagger_factory=fake_tagger.make, batch_size=50)
    stop_after(400, source, out)
    with partial_path(out).open("ab") as file:
        file.write(b'{"text": "half a li')
    with journal_path(out).open("ab") as file:
        file.write(b'{"rows":100000,"offs')
    stop_after(800, source, out)
    assert tag_file(source, out, tagger_factory=fake_tagger.make, batch_size=50).resumed == 800
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("change", ["input", "mapping", "batch_size", "job", "partial"])
def test_the_output_of_another_job_is_not_continued(tmp_path: Path, change: str) -> None:
    source, out = make_input(tmp_path, "jsonl"), tmp_path / "out.jsonl"
    stop_after(400, source, out)
    options: dict[str, object] = {"batch_size": 50}
    if change == "input":
        source.write_bytes(source.read_bytes() + b'{"text": "more"}\n')
    elif change == "partial":
        partial_path(out).write_bytes(b"")
    else:
        options |= {"mapping": {"mapping": "text=text"}, "batch_size": {"batch_size": 51}, "job": {"job": "v2"}}[change]
    with pytest.raises(DataError, match=r"out\.jsonl\.partial holds the unfinished output of another job"):
        tag_file(source, out, tagger_factory=fake_tagger.make, **options)  # type: ignore[arg-type]
    fresh = tag_file(source, out, tagger_factory=fake_tagger.make, resume=False, **options)  # type: ignore[arg-type]
    assert fresh.resumed == 0
    assert fresh.rows >= 2000


@pytest.mark.parametrize("missing", ["partial", "journal"])
def test_half_of_what_an_interrupted_run_left_is_not_trusted(tmp_path: Path, missing: str) -> None:
    source, out = make_input(tmp_path, "jsonl"), tmp_path / "out.jsonl"
    stop_after(400, source, out)
    (partial_path(out) if missing == "partial" else journal_path(out)).unlink()
    assert saved_rows(out) == 0
    assert tag_file(source, out, tagger_factory=fake_tagger.make).resumed == 0


@pytest.mark.parametrize("journal", [b"", b"\0" * 64, b"[]\n{}\n", b'{"a":1}\n{"rows":"x"}\n'])
def test_a_damaged_journal_means_starting_over(tmp_path: Path, journal: bytes) -> None:
    source, out = make_input(tmp_path, "jsonl"), tmp_path / "out.jsonl"
    stop_after(400, source, out)
    journal_path(out).write_bytes(journal)
    assert tag_file(source, out, tagger_factory=fake_tagger.make).resumed == 0


def start(source: Path, out: Path, workers: int, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, str(RUN), str(source), str(out), str(workers), str(seconds)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job starts with it ignored
    )


def wait_for_rows(out: Path, rows: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while saved_rows(out) < rows and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.parametrize(("workers", "kind", "kills"), [(0, "csv", 12), (2, "jsonl", 2)])
def test_killed_at_random_moments_the_output_is_the_same(tmp_path: Path, workers: int, kind: str, kills: int) -> None:
    source = make_input(tmp_path, kind)
    whole, out = tmp_path / f"whole.{kind}", tmp_path / f"out.{kind}"
    tag_file(source, whole, tagger_factory=fake_tagger.make, batch_size=25)
    moment = random.Random(7)
    killed = 0
    for _ in range(kills):
        process = start(source, out, workers, 0.002)
        wait_for_rows(out, saved_rows(out) + moment.randrange(1, 150), process)
        time.sleep(moment.random() * 0.01)
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
    output, errors = start(source, out, workers, 0.0).communicate(timeout=30)
    assert errors == ""
    assert killed >= kills - 1
    assert 0 < json.loads(output)["resumed"] <= 2000
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("workers", [0, 2])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, workers: int) -> None:
    source, out = make_input(tmp_path, "jsonl"), tmp_path / "out.jsonl"
    tag_file(source, tmp_path / "whole.jsonl", tagger_factory=fake_tagger.make, batch_size=25)
    process = start(source, out, workers, 0.02)
    wait_for_rows(out, 100, process)
    os.killpg(process.pid, signal.SIGINT)  # the terminal sends it to the workers too
    _, errors = process.communicate(timeout=20)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1
    assert saved_rows(out) >= 100
    output, _ = start(source, out, workers, 0.0).communicate(timeout=30)
    assert json.loads(output)["resumed"] >= 100
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_killed_worker_is_a_clear_error_and_the_rest_is_kept(tmp_path: Path) -> None:
    texts = [f"melding {i}" for i in range(500)]
    texts[450] = "KILL"
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    with pytest.raises(ReplyAssistError, match="a worker process ended by signal 9, often for want of memory"):
        tag_file(source, out, tagger_factory=fake_tagger.make, workers=2, batch_size=10)
    assert 300 <= saved_rows(out) <= 450
