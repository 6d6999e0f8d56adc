"""How well escalation is read from text: precision, recall and F1 per code and language, and false alarms.

Reads ``benchmarks/cases/escalation.jsonl``, one object per line: ``{"id", "language", "text", "codes"}``; an
empty list of codes means that nothing may be raised. Writes ``benchmarks/out/escalation.json``.

    python benchmarks/escalation.py [--show]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from replyassist.escalate import Policy, detect

HERE = Path(__file__).parent
CASES = HERE / "cases" / "escalation.jsonl"
OUT = HERE / "out" / "escalation.json"
REPEATS = 5
DATA_CODES = frozenset({"vip_customer", "sla_risk", "low_confidence", "no_grounded_answer"})

Score = dict[str, float]


def score(counts: Counter[str]) -> Score:
    """Return precision, recall, F1 and support from counts of ``tp``, ``fp`` and ``fn``."""
    tp, fp, fn = counts["tp"], counts["fp"], counts["fn"]
    precision = tp / (tp + fp) if tp + fp else 1.0
    recall = tp / (tp + fn) if tp + fn else 1.0
    f1 = 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0
    return {"precision": precision, "recall": recall, "f1": f1, "support": tp + fn}


def evaluate(cases: list[dict[str, Any]], policy: Policy) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the scores and the cases that went wrong."""
    by_code: dict[str, Counter[str]] = defaultdict(Counter)
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    silent: dict[str, Counter[str]] = defaultdict(Counter)
    errors = []
    for case in cases:
        wanted = set(case["codes"]) - DATA_CODES
        found = {flag.code: flag.evidence for flag in detect(case["text"], case["language"], policy)}
        for kind, codes in (("tp", wanted & set(found)), ("fp", set(found) - wanted), ("fn", wanted - set(found))):
            for code in codes:
                by_code[code][kind] += 1
                by_language[case["language"]][kind] += 1
        if not wanted:
            silent[case["language"]]["alarm" if found else "silent"] += 1
        if wanted != set(found):
            errors.append({**case, "found": found})
    report = {
        "cases": len(cases),
        "all": score(_total(by_language.values())),
        "by_code": {code: score(by_code[code]) for code in sorted(by_code)},
        "by_language": {language: score(by_language[language]) for language in sorted(by_language)},
        "false_alarm_rate": {language: counts["alarm"] / counts.total() for language, counts in sorted(silent.items())},
        "false_alarm_rate_all": _share(_total(silent.values())),
    }
    return report, errors


def _total(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _share(counts: Counter[str]) -> float:
    return counts["alarm"] / counts.total() if counts else 0.0


def microseconds(cases: list[dict[str, Any]], policy: Policy) -> float:
    """Return the median time per message over some rounds, after one warm-up round."""
    rounds = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        for case in cases:
            detect(case["text"], case["language"], policy)
        rounds.append((time.perf_counter() - start) / len(cases) * 1e6)
    return sorted(rounds[1:])[REPEATS // 2]


def show(report: dict[str, Any]) -> None:
    """Print the report as a table."""
    print(f"{'':22} precision  recall      F1  support")
    for group in ("by_code", "by_language"):
        for name, row in report[group].items():
            print(f"{name:22} {row['precision']:9.3f} {row['recall']:7.3f} {row['f1']:7.3f} {row['support']:8.0f}")
        print()
    row = report["all"]
    print(f"{'all':22} {row['precision']:9.3f} {row['recall']:7.3f} {row['f1']:7.3f} {row['support']:8.0f}")
    rates = ", ".join(f"{language} {rate:.3f}" for language, rate in report["false_alarm_rate"].items())
    print(f"false alarms on silent cases: {report['false_alarm_rate_all']:.3f} ({rates})")
    print(f"microseconds per message: {report['microseconds_per_message']:.1f}")


def main() -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print the cases that went wrong")
    arguments = parser.parse_args()
    if not CASES.exists():
        print(f"skipped: {CASES} is missing", file=sys.stderr)
        return 0
    with CASES.open(encoding="utf-8") as file:
        cases = [json.loads(line) for line in file if line.strip()]
    if not cases:
        print(f"skipped: {CASES} holds no cases", file=sys.stderr)
        return 0
    policy = Policy.default()
    report, errors = evaluate(cases, policy)
    report["microseconds_per_message"] = microseconds(cases, policy)
    show(report)
    if arguments.show:
        for error in errors:
            print(json.dumps(error, ensure_ascii=False))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
