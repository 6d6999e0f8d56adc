"""Killed at any moment, a folder opens with exactly the last committed documents."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from replyassist.assistant import Assistant
from replyassist.errors import ArtifactMissing
from replyassist.retrieve.segments import open_documents
from replyassist.types import Article

WRITER = """
import os, sys
from replyassist.assistant import Assistant
from replyassist.types import Article

def article(n, version):
    body = f"Artikkel {n} i utgave {version} handler om levering, retur og faktura nummer {n}. " * 6
    return Article(id=f"a{n}", title=f"Artikkel {n}", body=body, language="nb")

def say(text):
    os.write(1, (text + "\\n").encode())

mode, folder, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
if mode == "build":
    version = first
    while True:
        say(f"begin {version}")
        Assistant.build(folder, articles=[article(n, version) for n in range(8)])
        say(f"end {version}")
        version += 1
assistant = Assistant.open(folder)
version = first
while True:
    say(f"begin {version}")
    assistant.add([article(version % 8, version)])
    say(f"end {version}")
    version += 1
"""


def versions(folder: Path) -> dict[str, int]:
    """Return the version that each stored article is of, read through a full, verified open."""
    assistant = Assistant.open(folder)
    assert assistant.search("levering og retur", language="nb"), "the indexes answer"
    manifest = assistant.manifest
    assert manifest is not None
    stored = open_documents(folder / "generations" / f"{manifest.generation:06d}")
    stored.check()
    assert stored.digest() == manifest.details["store_digest"]
    return {d.id: int(d.body.split(" i utgave ")[1].split()[0]) for d in stored.documents() if isinstance(d, Article)}


def kill_at(mode: str, folder: Path, first: int, delay_s: float) -> tuple[int, int]:
    """Run the writer, kill it ``delay_s`` after its first change begins; return (begun, committed) versions."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, mode, str(folder), str(first)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    head = process.stdout.readline()
    time.sleep(delay_s)
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    lines = (head + rest).decode().splitlines()
    begun = [int(line.split()[1]) for line in lines if line.startswith("begin")]
    ended = [int(line.split()[1]) for line in lines if line.startswith("end")]
    return begun[-1], ended[-1] if ended else first - 1


@pytest.mark.parametrize("seed", range(4))
def test_killed_while_adding(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "acme"
    Assistant.build(folder, articles=[article(n, -1) for n in range(8)])
    state = versions(folder)
    following = 0
    for _ in range(10):
        begun, committed = kill_at("add", folder, following, chance.uniform(0.0, 0.25))
        for version in range(following, committed + 1):
            state[f"a{version % 8}"] = version
        unfinished = {**state, f"a{begun % 8}": begun}
        found = versions(folder)
        assert found in (state, unfinished)
        state, following = found, begun + 1


def article(number: int, version: int) -> Article:
    body = f"Artikkel {number} i utgave {version} handler om levering, retur og faktura nummer {number}. " * 6
    return Article(id=f"a{number}", title=f"Artikkel {number}", body=body, language="nb")


@pytest.mark.parametrize("seed", range(2))
def test_killed_while_building(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "acme"
    last: int | None = None
    following = 0
    for _ in range(6):
        begun, committed = kill_at("build", folder, following, chance.uniform(0.0, 1.5))
        last = committed if committed >= following else last
        try:
            found = set(versions(folder).values())
        except ArtifactMissing:
            assert last is None
        else:
            assert found in ({last}, {begun})
            assert len(found) == 1
            last = found.pop()
        following = begun + 1


def test_a_full_disk_leaves_the_last_state(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    Assistant.build(folder, articles=[article(n, 1) for n in range(8)])
    before = versions(folder)

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    result = subprocess.run(
        [sys.executable, "-m", "replyassist", "remove", str(folder), "a1"],
        capture_output=True,
        text=True,
        preexec_fn=small_files,
        check=False,
    )
    assert result.returncode == 1
    assert "cannot write" in result.stderr
    assert "Traceback" not in result.stderr
    assert versions(folder) == before
