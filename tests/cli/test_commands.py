"""Whole journeys through the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replyassist import Article, Assistant, Macro
from replyassist.demo import company_folder, read_inbox
from replyassist.text.clean import clean

COMPANY = company_folder()


def test_build_add_remove_doctor(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sources = ["--articles", COMPANY / "articles" / "nb", "--macros", COMPANY / "macros.jsonl"]
    built = run("build", "acme", *sources, "--json")
    assert built.returncode == 0, built.stderr
    details = json.loads(built.stdout)
    assert details["documents"]["macro"] == 25
    assert details["classifier"] == {"trained": False, "reason": "no labelled tickets"}
    assert details["relevance"] == {"learned": False, "reason": "too few solved tickets that link articles"}
    (tmp_path / "ny.md").write_text("# Gavekort\n\nGavekort gjelder i tre år.\n", encoding="utf-8")
    assert json.loads(run("add", "acme", "--articles", "ny.md", "--json").stdout)["added"] == 1
    found = json.loads(run("search", "gavekort", "-a", "acme", "--json", "-k", "1", "--pool", "article").stdout)
    assert [hit["title"] for hit in found] == ["Gavekort"]
    assert json.loads(run("remove", "acme", found[0]["source_id"], "--json").stdout) == {
        "removed": 1,
        "skipped": 0,
        "skipped_first": [],
    }
    checks = json.loads(run("doctor", "acme", "--json").stdout)
    assert {check["state"] for check in checks} == {"ok"}


def test_adapt_says_what_it_is_worth(run, mokkavik: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(mokkavik, tmp_path / "acme")
    done = run("adapt", "acme", "--json")
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert proof["trained_on"] > proof["held_out"] > 50
    assert 0 < proof["mrr_before"] <= 1
    assert isinstance(proof["kept"], bool)
    assert run("doctor", "acme").returncode == 0
    table = run("adapt", "acme")
    assert table.returncode == 0
    assert "mrr_after" in table.stdout


def test_doctor_repairs_indexes_and_names_what_it_cannot(run, mokkavik: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(mokkavik, tmp_path / "acme")
    (generation,) = (tmp_path / "acme" / "generations").iterdir()
    index = next(generation.glob("segments/*/dense/vectors.faiss"))
    index.write_bytes(index.read_bytes()[:100])
    broken = run("search", "pause", "-a", "acme")
    assert broken.returncode == 2
    assert "doctor" in broken.stderr
    only_checked = run("doctor", "acme", "--check-only", "--json")
    assert only_checked.returncode == 2
    assert index.relative_to(generation).as_posix() in only_checked.stdout
    repaired = run("doctor", "acme", "--json")
    assert repaired.returncode == 0, repaired.stderr
    assert "repaired" in {check["state"] for check in json.loads(repaired.stdout)}
    assert run("search", "pause", "-a", "acme").returncode == 0
    (generation,) = (tmp_path / "acme" / "generations").iterdir()
    store = next(generation.glob("segments/*/store.sqlite"))
    store.write_bytes(store.read_bytes()[:5000])
    lost = run("doctor", "acme")
    assert lost.returncode == 2
    assert "store.sqlite" in lost.stdout


def test_suggest_as_json_and_for_people(run, mokkavik: Path) -> None:  # type: ignore[no-untyped-def]
    question = "Hei, hvordan setter jeg abonnementet på pause?"
    result = run("suggest", question, "-a", mokkavik, "--name", "Kari Moen", "--json")
    assert result.returncode == 0, result.stderr
    suggestion = json.loads(result.stdout)
    assert suggestion["schema_version"] == 1
    assert suggestion["drafts"][0]["text"].startswith("Hei Kari,")
    shown = run("suggest", "-", "-a", mokkavik, given=question)
    assert shown.returncode == 0, shown.stderr
    assert "Sources:" in shown.stdout
    message = json.dumps({"id": "7", "text": question, "channel": "chat"})
    chat = run("suggest", message, "--as-message", "-a", mokkavik, "--json")
    assert json.loads(chat.stdout)["message_id"] == "7"
    wrong = run("suggest", '{"text": 3}', "--as-message", "-a", mokkavik)
    assert (wrong.returncode, "Expected `str`" in wrong.stderr) == (2, True)


def test_tag_with_and_without_an_assistant(run, mokkavik: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    inbox = COMPANY / "inbox.jsonl"
    result = run("tag", inbox, "-a", mokkavik, "-o", "out.jsonl", "--workers", "2")
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [message.id for message in read_inbox()]
    assert all(row["ra_error"] is None for row in rows)
    assert all(row["ra_urgency"] or row["ra_language"] == "other" for row in rows)
    automatic = {message.id for message in read_inbox() if clean(message.text).automatic}
    assert 0 < len(automatic) < 5
    assert {row["id"] for row in rows if row["ra_intent_reason"] == "automatic reply"} == automatic
    unlike = {row["id"] for row in rows if row["ra_intent"] is None} - automatic
    assert unlike >= {"M-028", "M-034", "M-046"}  # injected instructions, German, spam
    assert len(unlike) < 0.25 * len(rows)
    bare = run("tag", inbox)
    assert bare.returncode == 0
    assert "by the shipped heads" in bare.stderr
    tagged = [json.loads(line) for line in bare.stdout.splitlines()]
    assert {row["id"] for row in tagged if row["ra_intent"] is None} >= automatic
    assert sum(row["ra_intent"] is not None for row in tagged) > 0.8 * len(tagged)


def test_tag_reads_a_spreadsheet_export(run, mokkavik: Path) -> None:  # type: ignore[no-untyped-def]
    table = 'Saksnr;Beskrivelse;Notat\r\n1;"Hei,\nhvor er pakken?";å\r\n2;Jag vill säga upp min prenumeration;\r\n'
    result = run("tag", "-", "-a", mokkavik, "--map", "text=Beskrivelse,id=Saksnr", given=table.encode("cp1252"))
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter=";"))
    assert [(row["Saksnr"], row["Notat"], row["ra_language"]) for row in rows] == [("1", "å", "nb"), ("2", "", "sv")]


def test_bad_rows_give_exit_code_3_and_go_on(run) -> None:  # type: ignore[no-untyped-def]
    lines = '{"id": "1", "text": "hei"}\n[1, 2]\n{"id": "3", "text": "moi"}\n'
    result = run("tag", "-", given=lines)
    assert result.returncode == 3
    assert len(result.stdout.splitlines()) == 3
    assert json.loads(result.stdout.splitlines()[1])["ra_error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tag", "missing.csv"], "missing.csv"),
        (["search", "x", "-a", "nowhere"], "replyassist build nowhere"),
        (["suggest", "x", "-a", "nowhere"], "no assistant here"),
        (["add", "nowhere", "--articles", "also-nowhere"], "nowhere"),
        (["build", "acme", "--articles", "no-such-folder"], "no-such-folder"),
        (["build", "acme", "--encoder", "word2vec"], "word2vec"),
        (["evaluate", "missing.csv", "-a", "nowhere"], "missing.csv"),
        (["search", "x", "-a", "nowhere", "--pool", "tickets"], "pool"),
    ],
)
def test_mistakes_are_explained(run, arguments: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.returncode == 2, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_evaluate_on_labelled_messages(run, mokkavik: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = (COMPANY / "resolutions.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    (tmp_path / "labelled.jsonl").write_text("\n".join([*lines, "broken"]), encoding="utf-8")
    result = run("evaluate", "labelled.jsonl", "-a", mokkavik, "--map", "text=question", "--json")
    assert result.returncode == 3, result.stderr
    scores = json.loads(result.stdout)
    assert scores["skipped"] == 1
    assert scores["intent"]["n"] == scores["urgency"]["n"] == 60
    assert 0.5 < scores["intent"]["accuracy"] <= 1.0
    assert set(scores["intent"]["by_language"]) <= {"nb", "nn", "sv", "da", "fi", "en", "other"}
    assert -1.0 <= scores["urgency"]["kappa"] <= 1.0
    table = run("evaluate", "labelled.jsonl", "-a", mokkavik, "--map", "text=question")
    assert "macro-F1" in table.stdout


def test_demo_runs_to_its_end_and_what_it_suggests_works(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("demo", "--folder", "shown")
    assert result.returncode == 0, result.stderr
    for words in ("messages tagged", "Draft", "No draft", "Hand-over note", "Try next"):
        assert words in result.stdout
    assert (tmp_path / "shown" / "assistant.json").exists()
    commands = [line.strip() for line in result.stdout.split("Try next:")[1].splitlines() if line.strip()]
    assert len(commands) == 3
    for command in commands:
        arguments = shlex.split(command)[1:]
        assert run(*arguments).returncode == 0, command
    assert (tmp_path / "tagged.jsonl").exists()


def test_version_and_help(run) -> None:  # type: ignore[no-untyped-def]
    assert run("--version").stdout.startswith("replyassist 0.")
    text = run("--help").stdout
    for command in ("demo", "build", "add", "remove", "adapt", "tag", "suggest", "search", "evaluate", "doctor"):
        assert command in text


FIVE = {
    "nb": "Hei, jeg vil ha pengene tilbake for jakken jeg returnerte",
    "sv": "Hej, jag vill ha pengarna tillbaka för jackan som jag returnerade",
    "da": "Hej, jeg vil gerne have pengene tilbage for jakken, jeg returnerede",
    "fi": "Hei, haluan rahat takaisin takista jonka palautin",
    "en": "Hello, I want my money back for the jacket I returned",
}


def test_a_new_inbox_is_tagged_by_the_shipped_heads(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    source = tmp_path / "inbox.jsonl"
    source.write_text("".join(json.dumps({"id": k, "text": v}) + "\n" for k, v in FIVE.items()), encoding="utf-8")
    done = run("tag", str(source), "-o", str(tmp_path / "out.jsonl"), "--workers", "0")
    assert done.returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["ra_language"] for row in rows] == list(FIVE)
    assert all(row["ra_intent"] in ("refund_request", "refund_status", "return_item") for row in rows)
    assert all(row["ra_urgency"] in ("low", "normal", "high", "urgent") for row in rows)
    assert all(row["ra_sentiment"] in ("negative", "neutral", "positive") for row in rows)


def test_explain_names_words_of_the_message(run, mokkavik: Path) -> None:  # type: ignore[no-untyped-def]
    for text in FIVE.values():
        done = run("explain", text, "--json")
        assert done.returncode == 0
        found = {one["task"]: one for one in json.loads(done.stdout)}
        assert set(found) == {"intent", "urgency", "sentiment"}
        assert all(piece["text"] in text for piece in found["intent"]["words"])
    own = json.loads(run("explain", FIVE["sv"], "-a", mokkavik, "--json").stdout)
    assert {one["task"] for one in own} == {"intent", "urgency", "sentiment"}
    near = next(one for one in own if one["task"] == "intent")["neighbours"]
    assert all(one["id"].startswith("R-") for one in near)
    shown = run("explain", FIVE["nb"], "--task", "urgency")
    assert shown.stdout.startswith("urgency: ")
    assert run("explain", "hei", "--task", "tone").returncode == 2


def test_evaluate_writes_a_report_and_compares_with_another_assistant(run, mokkavik: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    labelled = tmp_path / "labelled.jsonl"
    rows = [{"id": f"t{k}", "text": v, "intent": "refund_request", "urgency": "normal"} for k, v in FIVE.items()]
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = tmp_path / "report.html"
    arguments = ("evaluate", str(labelled), "--against", str(mokkavik), "--html", str(report), "--json")
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout)
    assert scores["intent"]["n"] == 5
    assert scores["intent"]["since"]["became_right"] + scores["intent"]["since"]["became_wrong"] <= 5
    page = report.read_text(encoding="utf-8")
    assert "<svg" in page
    assert not any(text in page for text in FIVE.values())


def test_the_parity_gate_has_an_exit_code(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "parity.jsonl"
    path.write_text(json.dumps({"id": "p1", "texts": FIVE}) + "\n", encoding="utf-8")
    assert run("evaluate", "--parity", str(path), "--max-difference", "1").returncode == 0
    other = {**FIVE, "fi": "Laturista tulee savua!"}
    path.write_text(json.dumps({"id": "p1", "texts": other}) + "\n", encoding="utf-8")
    failed = run("evaluate", "--parity", str(path), "--max-difference", "0")
    assert failed.returncode == 4
    assert "parity: more than 0%" in failed.stderr
    assert run("evaluate").returncode == 2


def test_drift_between_two_periods_has_an_exit_code(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text("".join(json.dumps({"text": text}) + "\n" for text in FIVE.values()) * 50, encoding="utf-8")
    new.write_text("".join(json.dumps({"text": "tusen takk for hjelpen"}) + "\n") * 250, encoding="utf-8")
    same = run("report", "--drift", str(old), str(old))
    assert same.returncode == 0, same.stderr
    moved = run("report", "--drift", str(old), str(new), "--json")
    assert moved.returncode == 4
    assert json.loads(moved.stdout)["intent"]["drifted"]
    few = tmp_path / "few.jsonl"
    few.write_text(json.dumps({"text": "hei"}) + "\n", encoding="utf-8")
    assert run("report", "--drift", str(old), str(few)).returncode == 2


def returns(name: str, days: int, **more: object) -> Article:
    body = f"Du kan returnere varen innen {days} dager etter at du fikk pakken."
    return Article(id=name, title="Retur av varer", body=body, language="nb", **more)  # type: ignore[arg-type]


def test_contradictions_are_listed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    macro = Macro(id="lagret", title="Retur", body="Du kan returnere varen innen 60 dager.", language="nb")
    Assistant.build(tmp_path / "acme", articles=[returns("retur", 30)], macros=[macro])
    done = run("report", "--contradictions", "-a", "acme", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["contradictions"]
    sides = {side["id"]: side for side in (found["first"], found["second"])}
    assert {name: (side["pool"], side["quantity"]["low"]) for name, side in sides.items()} == {
        "retur": ("article", 30.0),
        "lagret": ("macro", 60.0),
    }
    assert 0.6 <= found["confidence"] <= 1
    table = run("report", "--contradictions", "-a", "acme")
    assert table.returncode == 0, table.stderr
    assert "1 contradictions" in table.stdout
    for words in ("retur", "innen 30 dager", "lagret", "innen 60 dager", f"{found['confidence']:.0%}"):
        assert words in table.stdout


def test_no_contradiction_is_no_error(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    Assistant.build(tmp_path / "acme", articles=[returns("a", 30), returns("b", 30)])
    done = run("report", "--contradictions", "-a", "acme", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"contradictions": []})
    assert "0 contradictions" in run("report", "--contradictions", "-a", "acme").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to report"),
        (["--json"], "nothing to report"),
        (["--contradictions"], "build"),
        (["--contradictions", "-a", "nowhere"], "no assistant here"),
        (["--contradictions", "--drift", "a.jsonl", "b.jsonl"], "one report at a time"),
    ],
)
def test_a_report_of_nothing_is_an_error(run, arguments: list[str], words: str) -> None:  # type: ignore[no-untyped-def]
    done = run("report", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_search_and_suggest_show_what_to_beware_of(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    now = datetime.now(UTC)
    articles = [
        returns("utgått", 30, verified_until=now - timedelta(days=1)),
        Article(id="ny", title="Betaling", body="Du kan betale med kort.", verified_until=now + timedelta(days=400)),
        Article(id="aldri", title="Gavekort", body="Gavekort gjelder i tre år.", language="nb"),
    ]
    Assistant.build(tmp_path / "acme", articles=articles)
    marks = {"returnere varen": ["outdated"], "betale med kort": [], "gavekort gjelder": ["unverified"]}
    for query, expected in marks.items():
        found = json.loads(run("search", query, "-a", "acme", "-k", "1", "--json").stdout)
        assert [hit["marks"] for hit in found] == [expected], query
        shown = run("search", query, "-a", "acme", "-k", "1").stdout
        assert re.findall(r"\[(\w+)\]", shown) == expected
    question = "Hei, kan jeg returnere varen etter at jeg fikk pakken?"
    (hit, *_) = json.loads(run("suggest", question, "-a", "acme", "--json").stdout)["hits"]["article"]
    assert (hit["source_id"], hit["marks"]) == ("utgått", ["outdated"])
    assert "outdated" in run("suggest", question, "-a", "acme").stdout
