"""Precision, recall and masked recall of the personal-data finder, per kind and language, and its speed.

    python -m benchmarks.personal

Reads ``benchmarks/cases/personal.jsonl``: one object per line with id, language, text and spans (kind, start,
end); messages with no spans are near misses. A found span counts when it has the gold kind and overlaps the
gold by an intersection over union of at least 0.5, each gold span once. *Masked recall* is the share of gold
characters that any found span covers, whatever its kind: what masking would have hidden. The finder is given
the language of the message, as the pipeline does. Writes ``benchmarks/out/personal.json``.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from replyassist.text.personal import find
from replyassist.types import Span

HERE = Path(__file__).parent
CASES = HERE / "cases" / "personal.jsonl"
OUT = HERE / "out" / "personal.json"
MIN_IOU = 0.5
TIMED_ROUNDS = 5

Case = Mapping[str, Any]
Counts = dict[str, Counter[str]]


def main() -> int:
    if not CASES.is_file():
        print(f"skipped: {CASES} is missing; it holds the held-out cases and is not part of every checkout")
        return 0
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]
    by_kind, by_language, all_counts = count(cases)
    near_misses = [case for case in cases if not case["spans"]]
    report = {
        "cases": len(cases),
        "near_misses": len(near_misses),
        "near_misses_with_a_finding": sum(1 for case in near_misses if find(case["text"], language=case["language"])),
        "total": rates(all_counts["all"]),
        "by_kind": {kind: rates(counts) for kind, counts in sorted(by_kind.items())},
        "by_language": {language: rates(counts) for language, counts in sorted(by_language.items())},
        "microseconds_per_message": microseconds_per_message(cases),
        "mean_characters": sum(len(case["text"]) for case in cases) / max(len(cases), 1),
        "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, one thread",
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    show(report)
    return 0


def count(cases: Iterable[Case]) -> tuple[Counts, Counts, Counts]:
    """Return counts per kind, per language and over all: gold, found, hits of either, characters."""
    by_kind: Counts = {}
    by_language: Counts = {}
    total: Counts = {"all": Counter()}
    for case in cases:
        spans = find(case["text"], language=case["language"])
        language = by_language.setdefault(case["language"], Counter())
        matched = match(case["spans"], spans)
        for i, gold in enumerate(case["spans"]):
            covered = sum(max(0, min(gold["end"], s.end) - max(gold["start"], s.start)) for s in spans)
            counts = {
                "gold": 1,
                "recalled": i in matched,
                "characters": gold["end"] - gold["start"],
                "covered": covered,
            }
            for counter in (by_kind.setdefault(gold["kind"], Counter()), language, total["all"]):
                counter.update(counts)
        correct = set(matched.values())
        for j, span in enumerate(spans):
            for counter in (by_kind.setdefault(span.kind, Counter()), language, total["all"]):
                counter.update({"found": 1, "correct": j in correct})
    return by_kind, by_language, total


def match(gold: list[dict[str, Any]], found: tuple[Span, ...]) -> dict[int, int]:
    """Pair gold spans with found ones of the same kind, best overlap first; each is used once."""
    pairs = sorted(
        ((overlap(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if g["kind"] == f.kind),
        reverse=True,
    )
    matched: dict[int, int] = {}
    for iou, i, j in pairs:
        if iou >= MIN_IOU and i not in matched and j not in matched.values():
            matched[i] = j
    return matched


def overlap(gold: Mapping[str, int], span: Span) -> float:
    """Return intersection over union of two ranges of characters."""
    shared = min(gold["end"], span.end) - max(gold["start"], span.start)
    return max(0, shared) / (max(gold["end"], span.end) - min(gold["start"], span.start))


def rates(counts: Counter[str]) -> dict[str, float | int | None]:
    """Return precision, recall and masked recall, none where there is nothing to divide by."""
    return {
        "gold": counts["gold"],
        "found": counts["found"],
        "precision": counts["correct"] / counts["found"] if counts["found"] else None,
        "recall": counts["recalled"] / counts["gold"] if counts["gold"] else None,
        "masked_recall": counts["covered"] / counts["characters"] if counts["characters"] else None,
    }


def microseconds_per_message(cases: list[Case]) -> float:
    """Return processor time per message: the fastest of several rounds, so that a busy machine matters less."""
    rounds = []
    for _ in range(TIMED_ROUNDS):
        start = time.process_time()
        for case in cases:
            find(case["text"], language=case["language"])
        rounds.append(time.process_time() - start)
    return min(rounds) * 1e6 / max(len(cases), 1)


def show(report: Mapping[str, Any]) -> None:
    """Print the report as a table."""
    print(f"{'':16} {'gold':>6} {'found':>6} {'precision':>10} {'recall':>8} {'masked':>8}")
    rows = [("all", report["total"]), *report["by_language"].items(), *report["by_kind"].items()]
    for name, row in rows:
        shares = [row["precision"], row["recall"], row["masked_recall"]]
        cells = ["-" if share is None else f"{share:.3f}" for share in shares]
        print(f"{name:16} {row['gold']:6} {row['found']:6} {cells[0]:>10} {cells[1]:>8} {cells[2]:>8}")
    print(f"near misses with a finding: {report['near_misses_with_a_finding']} of {report['near_misses']}")
    print(
        f"{report['microseconds_per_message']:.0f} microseconds per message"
        f" ({report['mean_characters']:.0f} characters on average)"
    )


if __name__ == "__main__":
    sys.exit(main())
