"""Runs the command line as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def command(*arguments: object, given: str | bytes | None = None, **environment: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "replyassist", *map(str, arguments)],
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1", **environment},
            check=False,
        )

    def decoded(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        result = command(*arguments, **options)
        return subprocess.CompletedProcess(
            result.args, result.returncode, result.stdout.decode(), result.stderr.decode()
        )

    return decoded
