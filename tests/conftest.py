"""Shared fixtures: no network, a clean environment, and the bundled company built once."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples at every run; HYPOTHESIS_PROFILE=default draws new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

_real_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError("a test tried to reach the network")
        _real_connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("REPLYASSIST_") and name != "REPLYASSIST_DATA":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def mokkavik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled company's assistant folder. Read only: a test that changes it copies it first."""
    from replyassist.assistant import Assistant
    from replyassist.demo import company_folder

    company = company_folder()
    folder = tmp_path_factory.mktemp("demo") / "mokkavik"
    Assistant.build(
        folder,
        articles=company / "articles",
        resolutions=company / "resolutions.jsonl",
        macros=company / "macros.jsonl",
    )
    return folder
