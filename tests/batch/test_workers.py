"""Worker processes: order, one tagger each, errors that arrive, nothing left running."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import fake_tagger
import psutil
import pytest

from replyassist.batch import tag_file
from replyassist.errors import MissingExtra, ReplyAssistError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"text": "x" * (i * 37 % 900), "n": i}) + "\n" for i in range(3000)))
    return path


def test_many_processes_give_what_one_gives(source: Path, tmp_path: Path) -> None:
    tag_file(source, tmp_path / "0.jsonl", tagger_factory=fake_tagger.make, batch_size=70)
    for workers in (1, 3):
        out = tmp_path / f"{workers}.jsonl"
        summary = tag_file(source, out, tagger_factory=fake_tagger.make, batch_size=70, workers=workers)
        assert summary.rows == 3000
        assert out.read_bytes() == (tmp_path / "0.jsonl").read_bytes()
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_every_process_makes_its_tagger_once(source: Path, tmp_path: Path) -> None:
    factory = partial(fake_tagger.make_counted, str(tmp_path))
    tag_file(source, tmp_path / "out.jsonl", tagger_factory=factory, batch_size=50, workers=2)
    made = [path.name.split("-")[1] for path in tmp_path.glob("made-*")]
    assert 1 <= len(made) <= 2  # a quick job may be over before the second process is up
    assert len(set(made)) == len(made)


def test_messages_larger_than_a_pipe_do_not_block(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"text": "x" * 1_000_000, "n": i}) + "\n" for i in range(12)))
    summary = tag_file(source, tmp_path / "out.jsonl", tagger_factory=fake_tagger.make, workers=2)
    assert (summary.rows, summary.bad) == (12, 0)


@pytest.mark.parametrize("workers", [0, 1])
def test_an_error_at_the_start_arrives_as_what_it_is(source: Path, tmp_path: Path, workers: int) -> None:
    with pytest.raises(MissingExtra, match=r"pip install 'replyassist\[parquet\]'") as caught:
        tag_file(source, tmp_path / "out.jsonl", tagger_factory=fake_tagger.make_with_missing_extra, workers=workers)
    assert caught.value.extra == "parquet"
    assert caught.value.exit_code == 2


def test_an_unexpected_error_at_the_start_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ReplyAssistError, match=r"tagger cannot start in a worker process: FileNotFoundError at fake_tagger\.py:\d+"
    ):
        tag_file(source, tmp_path / "out.jsonl", tagger_factory=fake_tagger.make_with_missing_file, workers=2)
