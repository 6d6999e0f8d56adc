"""How fast, how large: short messages in batches and one at a time, load, memory, files; ratio to MiniLM."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarks.common import minilm_folder, percentiles
from benchmarks.encoder.peers import MINILM, Encode
from replyassist.embed import load_encoder
from replyassist.model_files import model_folder

PASSES = 3
PEER_TEXTS = 500
SINGLE = 5000

_LOAD = """
import time, psutil
from replyassist.embed import load_encoder
before, start = psutil.Process().memory_info(), time.perf_counter()
encoder = load_encoder("nordic")
loaded = time.perf_counter() - start
encoder.encode(["Hvor er pakken min?"])
first = time.perf_counter() - start
print(loaded * 1000, first * 1000, (psutil.Process().memory_info().rss - before.rss) / 1e6)
"""


def speed(texts: Sequence[str]) -> dict[str, Any]:
    """Return messages per second of one process and of two, and what a process pays to begin."""
    ours = load_encoder("nordic")
    one = _per_second(ours.encode, texts)
    with ProcessPoolExecutor(2) as pool:
        two = sum(pool.map(_own_rate, [list(texts)] * 2))
    loads = [_first_use() for _ in range(5)]
    found: dict[str, Any] = {
        "messages": len(texts),
        "mean characters": round(sum(map(len, texts)) / len(texts)),
        "one process, messages/s": round(one),
        "two processes, messages/s": round(two),
        "first pass of a fresh encoder, messages/s": round(_cold(texts)),
        "one message": _singles(ours.encode, texts[:SINGLE]),
        "load ms (median)": sorted(load for load, _, _ in loads)[2],
        "load and first message ms (median)": sorted(first for _, first, _ in loads)[2],
        "memory of model and first message, MB": sorted(memory for _, _, memory in loads)[2],
        "files MB": round(sum(path.stat().st_size for path in model_folder("nordic").iterdir()) / 1e6, 1),
    }
    folder = minilm_folder()
    if folder is not None:
        peer = load_encoder(f"transformers:{folder}")
        start = time.perf_counter()
        peer.encode(texts[:PEER_TEXTS], "query")
        rate = PEER_TEXTS / (time.perf_counter() - start)
        found[f"{MINILM} on both cores, messages/s"] = round(rate)
        found["ratio to it, both on two cores"] = round(two / rate)
    return found


def _per_second(encode: Encode, texts: Sequence[str]) -> float:
    encode(texts, "query")
    seconds = []
    for _ in range(PASSES):
        start = time.perf_counter()
        encode(texts, "query")
        seconds.append(time.perf_counter() - start)
    return len(texts) / min(seconds)


def _own_rate(texts: list[str]) -> float:
    return _per_second(load_encoder("nordic").encode, texts)


def _cold(texts: Sequence[str]) -> float:
    encoder = load_encoder("nordic")
    start = time.perf_counter()
    encoder.encode(texts)
    return len(texts) / (time.perf_counter() - start)


def _singles(encode: Encode, texts: Sequence[str]) -> dict[str, float]:
    seconds = []
    for text in texts:
        start = time.perf_counter()
        encode([text], "query")
        seconds.append(time.perf_counter() - start)
    return {name: round(value, 3) for name, value in percentiles(seconds).items()}


def _first_use() -> tuple[float, float, float]:
    done = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)
    load, first, memory = (round(float(number), 1) for number in done.stdout.split())
    return load, first, memory
