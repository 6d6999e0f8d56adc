"""How well mail is cut down to what the customer newly wrote, per language, on held-out cases.

    python benchmarks/clean.py [CASES]

Each line of ``benchmarks/cases/cleaning.jsonl`` is an object with ``id``, ``language``, ``client``, ``raw``,
``text`` (the newly written words), ``must_keep`` and ``must_go`` (strings that must and must not be left).
A case passes when all of the first and none of the others are left.
Spaces and line breaks are compared as one space. The time is of ``clean`` alone, single-threaded.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from replyassist.text.clean import clean

CASES = Path(__file__).parent / "cases" / "cleaning.jsonl"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _passes(case: dict[str, Any], text: str) -> tuple[bool, bool]:
    """Whether everything to keep is left, and nothing to cut is."""
    kept = all(_flat(part) in text for part in case.get("must_keep", ()))
    gone = case.get("must_go", ())
    return kept, not any(_flat(part) in text for part in gone)


def main(path: Path) -> int:
    if not path.is_file():
        print(f"skipped: {path} is missing; it holds the held-out cases, one JSON object per line")
        return 0
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    counts: dict[str, Counter[str]] = {}
    failed: list[str] = []
    spent_s = 0.0
    for case in cases:
        started = time.perf_counter()
        text = clean(case["raw"]).text
        spent_s += time.perf_counter() - started
        kept, cut = _passes(case, _flat(text))
        for key in (case["language"], "all"):
            count = counts.setdefault(key, Counter())
            count.update(cases=1, kept=kept, cut=cut, passed=kept and cut, exact=_flat(text) == _flat(case["text"]))
        if not (kept and cut):
            failed.append(f"{case['id']} ({case.get('client', '?')}: {'not cut' if kept else 'words lost'})")
    print(f"{'language':<10}{'cases':>6}{'passed':>9}{'kept':>9}{'cut':>9}{'exact':>9}")
    for language, count in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        shares = "".join(f"{count[key] / count['cases']:>9.1%}" for key in ("passed", "kept", "cut", "exact"))
        print(f"{language:<10}{count['cases']:>6}{shares}")
    if cases:
        print(f"\n{spent_s / len(cases) * 1e6:.0f} microseconds per mail")
    if failed:
        print("failed: " + ", ".join(failed))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES))
