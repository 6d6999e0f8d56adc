"""Batch tagging: messages per second on two processes, peak memory, start-up time.

The assistant has a 27-label intent head trained on Bitext and the intents and urgency of the bundled
company; the input is 100,000 messages drawn from the test parts of Banking77, CLINC150 and Bitext. The peer
in the same run is scikit-learn's own pipeline for one task alone (TF-IDF + LinearSVC), one process.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import publish, read, run_measured, wall_seconds

COUNT = 100_000
COMMAND = [sys.executable, "-m", "replyassist"]


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        messages = write_messages(folder / "messages.jsonl")
        assistant = build(folder)
        arguments = ["--assistant", str(assistant), "--workers", "2"]
        seconds, peak = run_measured(
            [*COMMAND, "tag", str(messages), "--output", str(folder / "tagged.jsonl"), *arguments]
        )
        rows = sum(1 for _ in (folder / "tagged.jsonl").open(encoding="utf-8"))
        if rows != COUNT:
            sys.exit(f"expected {COUNT} rows, got {rows}")
        one = folder / "one.txt"
        one.write_text("Hei, pakken min skulle vært her på mandag. Hvor er den?", encoding="utf-8")
        publish(
            "tag",
            {
                "messages": COUNT,
                "workers": 2,
                "seconds": round(seconds, 1),
                "messages_per_second": round(COUNT / seconds),
                "peak_memory_mb": round(peak),
                "peer_one_head_messages_per_second": round(peer(messages)),
                "help": wall_seconds([*COMMAND, "--help"]),
                "suggest_fresh_process": wall_seconds(
                    [*COMMAND, "suggest", "--assistant", str(assistant), one.read_text(encoding="utf-8")]
                ),
            },
        )


def write_messages(path: Path) -> Path:
    pool = [row["text"] for name in ("banking77.test", "clinc150.test", "bitext_intents.test") for row in read(name)]
    chance = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for number in range(COUNT):
            file.write(json.dumps({"id": str(number), "text": chance.choice(pool)}, ensure_ascii=False) + "\n")
    return path


def build(folder: Path) -> Path:
    import subprocess

    from replyassist.demo import company_folder

    labels = folder / "labels.jsonl"
    with labels.open("w", encoding="utf-8") as file:
        for row in read("bitext_intents.train"):
            file.write(json.dumps({"text": row["text"], "intent": row["intent"]}) + "\n")
    company = company_folder()
    target = folder / "assistant"
    sources = ["--articles", str(company / "articles"), "--resolutions", str(company / "resolutions.jsonl")]
    subprocess.run([*COMMAND, "build", str(target), *sources, "--labels", str(labels), "--json"], check=True)
    return target


def peer(messages: Path) -> float:
    """Messages per second of scikit-learn's pipeline on the same texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion, make_pipeline
    from sklearn.svm import LinearSVC

    rows = list(read("bitext_intents.train"))
    features = FeatureUnion(
        [
            ("word", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("char", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        ]
    )
    model = make_pipeline(features, LinearSVC()).fit([r["text"] for r in rows], [r["intent"] for r in rows])
    texts = [json.loads(line)["text"] for line in messages.open(encoding="utf-8")][:20_000]
    start = time.perf_counter()
    model.predict(texts)
    return len(texts) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
