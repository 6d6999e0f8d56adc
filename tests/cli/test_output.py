"""What is printed can neither be markup nor steer the terminal."""

from __future__ import annotations

import json

import pytest

from replyassist.cli.output import print_json, print_table, visible

HOSTILE = "\x1b]0;owned\x07\x1b[2J[/bold][red]hei\u202e\r\n\tå"


def test_control_codes_become_visible() -> None:
    assert visible(HOSTILE).plain == "\ufffd]0;owned\ufffd\ufffd[2J[/bold][red]hei\ufffd\ufffd\n\tå"
    assert visible(None).plain == ""


def test_tables_show_hostile_cells_and_titles(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("[/red] title", ("column",), [("[/bold] cell \x1b[2J",), (3,)])
    shown = capsys.readouterr().out
    assert "[/red] title" in shown
    assert "[/bold] cell" in shown
    assert "\x1b[2J" not in shown


def test_json_is_one_line_and_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": HOSTILE})
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert "\x1b" not in shown
    assert json.loads(shown) == {"text": HOSTILE}
