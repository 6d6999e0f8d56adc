"""Input that is wrong in every way we could think of: a clear message, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from replyassist import Article, Assistant, Message
from replyassist.errors import ArtifactVersion, DataError
from replyassist.folder import FORMAT_VERSION
from replyassist.formats import Labelled

ARTICLES = [Article(id=f"a{i}", title=f"Artikkel {i}", body=f"Dette er svar nummer {i} om retur.") for i in range(3)]


def classifier_of(folder: Path, labels: list[Labelled]) -> dict[str, object]:
    manifest = Assistant.build(folder, articles=ARTICLES, labels=labels).manifest
    assert manifest is not None
    return manifest.details["classifier"]


def test_a_single_label_trains_nothing_and_says_why(tmp_path: Path) -> None:
    rows = [Labelled(text=f"jeg vil returnere vare {i}", intent="return_item") for i in range(5)]
    outcome = classifier_of(tmp_path / "a", rows)
    assert outcome["trained"] is False
    assert "intent" in str(outcome["reason"])
    built = Assistant.open(tmp_path / "a")
    (tags,) = built.tag([Message(text="hei")])
    assert tags.intents == next(iter(Assistant.default().tag([Message(text="hei")]))).intents  # the shipped heads


def test_a_label_seen_once_is_left_out_and_named(tmp_path: Path) -> None:
    words = ["kopp", "kvern", "filter", "maskin", "pose", "skje"]
    rows = [Labelled(text=f"jeg vil returnere en {w}", intent="return_item") for w in words]
    rows += [Labelled(text=f"faktura for {w} er feil", intent="invoice_question") for w in words]
    rows += [Labelled(text="det ryker", intent="hazard")]
    outcome = classifier_of(tmp_path / "a", rows)
    assert outcome["trained"] is True
    dropped = outcome["metrics"]["tasks"]["intent"]["dropped"]  # type: ignore[index]
    assert list(dropped) == ["hazard"]
    (tags,) = Assistant.open(tmp_path / "a").tag([Message(text="fakturaen er feil")])
    assert tags.intents[0].label == "invoice_question"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Tag, mein Paket ist noch nicht angekommen, was soll ich tun?", "other"),
        ("Здравствуйте, где моя посылка? Я жду уже две недели", "other"),
        ("こんにちは、荷物はどこですか", "other"),
    ],
)
def test_a_language_never_seen(mokkavik: Path, text: str, language: str) -> None:
    assistant = Assistant.open(mokkavik)
    suggestion = assistant.suggest(Message(text=text))
    assert suggestion.tags.language == language
    assert suggestion.drafts or suggestion.no_draft_reason


@pytest.mark.parametrize("version", [FORMAT_VERSION - 1, FORMAT_VERSION + 1])
def test_a_folder_of_another_format_version(mokkavik: Path, tmp_path: Path, version: int) -> None:
    shutil.copytree(mokkavik, tmp_path / "acme")
    place = tmp_path / "acme" / "assistant.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "format_version": version}))
    with pytest.raises(ArtifactVersion, match=f"version {version}"):
        Assistant.open(tmp_path / "acme")


def test_one_id_in_two_pools(tmp_path: Path) -> None:
    from replyassist import Macro

    with pytest.raises(DataError, match="'a1'"):
        Assistant.build(tmp_path / "a", articles=ARTICLES, macros=[Macro(id="a1", title="t", body="b")])
    assert not (tmp_path / "a" / "assistant.json").exists()


@pytest.mark.parametrize(
    "name",
    [
        "segments/000001/store.sqlite",
        "segments/000001/profiles.npy",
        "segments.json",
        "encoder/encoder.safetensors",
        "heads/heads.json",
        "relevance.json",
    ],
)
def test_every_damaged_file_is_named(mokkavik: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(mokkavik, tmp_path / "acme")
    (path,) = (tmp_path / "acme" / "generations").glob(f"*/{name}")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    result = replyassist("search", "pause", "-a", tmp_path / "acme")
    assert result.returncode == 2
    assert name in result.stderr
    assert "Traceback" not in result.stderr


def replyassist(*arguments: object, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    command = [*prefix, sys.executable, "-m", "replyassist", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def as_a_user() -> list[str]:
    """Return a command prefix under which file permissions count, also for root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to give that up")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def test_a_read_only_folder_is_read_and_never_half_written(mokkavik: Path, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(mokkavik, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = (folder / "assistant.json").read_bytes()
    found = replyassist("search", "pause", "-a", folder, "--json", prefix=as_a_user())
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)
    refused = replyassist("remove", folder, "R-0001", prefix=as_a_user())
    assert refused.returncode == 1, refused.stderr
    assert "cannot write" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (folder / "assistant.json").read_bytes() == before
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)


@pytest.mark.parametrize("delay_s", [0.0, 0.3, 1.0])
def test_ctrl_c_leaves_the_last_committed_state(tmp_path: Path, delay_s: float) -> None:
    folder = tmp_path / "acme"
    Assistant.build(folder, articles=ARTICLES)
    before = Assistant.open(folder).manifest
    script = (
        "import sys\nfrom replyassist.assistant import Assistant\nfrom replyassist.types import Article\n"
        "from replyassist.cli import main\n"
        "articles = [Article(id=f'n{i}', title='t', body='ord ' * 200 + str(i), language='nb') for i in range(3000)]\n"
        "def build(): print('go', flush=True); Assistant.build(sys.argv[1], articles=articles)\n"
        "import replyassist.cli.app as app\napp.app = build\nmain()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job starts with it ignored
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay_s)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors.decode()
    assert b"interrupted" in errors
    after = Assistant.open(folder)
    assert after.manifest == before
    assert [p.name for p in (folder / "generations").iterdir()] == ["000001"]
    assert after.document("a1").id == "a1"
