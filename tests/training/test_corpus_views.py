"""What readers of the corpus use: samples, counts, the messages that say the same in five languages."""

from __future__ import annotations

import pytest

from training.corpus.authoring import parity
from training.corpus.files import ROOT
from training.corpus.show import main as show
from training.corpus.stats import main as stats
from training.corpus.stats import markdown

ENTRY = """=== p001
sector: bank
channel: chat
intents: refund_status
acceptable: complaint
urgency: normal
sentiment: negative
codes: repeat_contact
--- nb
Spør igjen: hvor er pengene?
--- sv
Frågar igen: var är pengarna?
--- da
Spørger igen: hvor er pengene?
--- fi
Kysyn taas: missä rahat ovat?
--- en
Asking again: where is the money?
"""


@pytest.mark.parametrize("language", ["nb", "sv", "da", "fi", "en"])
def test_samples_of_every_language(language, capsys):
    assert show(["--lang", language, "--n", "3"]) == 0
    first = capsys.readouterr().out
    assert first.count("== ") == 3
    assert "test" not in {line.rpartition(", ")[2] for line in first.splitlines() if line.startswith("== ")}
    show(["--lang", language, "--n", "3"])
    assert capsys.readouterr().out == first


@pytest.mark.parametrize("kind", ["messages", "tickets", "articles", "macros"])
def test_samples_of_every_kind(kind, capsys):
    assert show(["--kind", kind, "--n", "1"]) == 0
    assert "== " in capsys.readouterr().out


def test_nothing_found_is_said(capsys):
    assert show(["--organisation", "nowhere"]) == 1
    assert "nothing fits" in capsys.readouterr().err


def test_counts_add_up(capsys):
    stats()
    rows = {line.split(" | ")[0].strip("| "): line for line in capsys.readouterr().out.splitlines()}
    cells = [int(cell.replace(",", "")) for cell in rows["normal"].strip("| ").split(" | ")[1:]]
    total, splits = cells[0], cells[-3:]
    assert total == sum(splits)


def test_the_published_counts_are_those_of_the_data(capsys):
    stats()
    assert capsys.readouterr().out == (ROOT.parent / "COUNTS.md").read_text(encoding="utf-8")


def test_a_table_groups_thousands():
    assert markdown(("a", "b"), [["x", 1200]]) == "| a | b |\n|---|---|\n| x | 1,200 |\n"


def test_parity_messages_need_all_languages(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(parity, "ROOT", tmp_path)
    path = tmp_path / "parity0.txt"
    path.write_text(ENTRY.replace("--- fi\nKysyn taas: missä rahat ovat?\n", ""), encoding="utf-8")
    assert parity.main([path]) == 1
    assert "(p001): no fi" in capsys.readouterr().out
    assert not (tmp_path / "parity.jsonl").exists()
    path.write_text(ENTRY, encoding="utf-8")
    assert parity.main([path]) == 0
    assert (tmp_path / "parity.jsonl").read_text(encoding="utf-8").count("Kysyn taas") == 1
