"""The documents keep their word: code and commands run as written, links lead somewhere, nothing is left out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from replyassist.demo import company_folder

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def blocks(page: Path, kind: str) -> list[str]:
    return [body for name, body in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == kind]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A place where the paths that the documents name exist."""
    shutil.copytree(company_folder(), tmp_path / "replyassist" / "demo" / "company")
    return tmp_path


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=name)
def test_python_runs_as_written(page: Path, tmp_path: Path) -> None:
    code = "\n".join(blocks(page, "python"))
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr


def test_the_commands_of_the_readme_run_in_order(clone: Path) -> None:
    program = Path(sys.executable).with_name("replyassist")
    lines = [line[2:] for block in blocks(ROOT / "README.md", "console") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("replyassist ")]
    assert len(commands) >= 4
    for command in commands:
        result = subprocess.run(
            [str(program), *shlex.split(command)[1:]],
            cwd=clone,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "COLUMNS": "120"},
            check=False,
        )
        assert result.returncode == 0, f"{command}\n{result.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_command_is_documented_and_every_page_is_linked() -> None:
    from replyassist.cli.app import app

    documents = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for command in app.registered_commands:
        callback = command.callback
        assert callback is not None
        assert f"replyassist {callback.__name__}" in documents, callback.__name__
        assert callback.__doc__
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert all(page.name in index for page in (ROOT / "docs").glob("*.md") if page.name != "README.md")


def test_every_setting_and_escalation_code_is_documented() -> None:
    import yaml

    from replyassist.settings import _SECTIONS

    settings = (ROOT / "docs" / "build.md").read_text(encoding="utf-8")
    for section, kind in _SECTIONS.items():
        assert f"[{section}]" in settings
        assert all(key in settings for key in kind.__struct_fields__)
    taxonomy = yaml.safe_load((ROOT / "replyassist" / "taxonomy.yaml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "escalation.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in page for code in taxonomy["escalation"])
