"""Retrieval quality and latency: ``python -m benchmarks.retrieval``.

Quality: the query is an article's title, the knowledge base all articles of its language without their
titles. Asked is only for articles that trained neither the built-in encoder nor the relevance prior (the test part of
:mod:`training.nordic.heldout`); the other bodies of the knowledge base did train the encoder. Most Nordic articles of
``kb_alchemy`` are machine translations; ``kb_d365`` is translated by people. ``rrf`` is reciprocal rank fusion with
equal votes (k = 60), the usual default.

Latency: one ``Retriever.search`` over all pools with a message of some 300 characters, encoding not
included, on chunks drawn with replacement from both sets in five languages, a tenth of them tickets and
macros.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.common import percentiles, publish, read
from replyassist.embed import TeamText, fit_team, shipped_encoder
from replyassist.evaluate.ranking import Run, mrr_at, ndcg_at, recall_at
from replyassist.retrieve import Retriever, Store, build_index
from replyassist.retrieve.fusion import FEATURES
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.types import LANGUAGES, Article, Document, Macro, Resolution
from training.nordic.heldout import articles as held_apart

DEPTH = 20
SIZES = (10_000, 100_000)


def main() -> None:
    result: dict[str, Any] = {"quality": {}, "latency": {}}
    for name in ("kb_alchemy", "kb_d365"):
        result["quality"][name] = {language: quality(name, language) for language in LANGUAGES}
    for size in SIZES:
        result["latency"][str(size)] = latency(size)
    publish("retrieval", result)


def quality(name: str, language: str) -> dict[str, Any]:
    rows = list(read(f"{name}.{language}"))
    same_title: dict[str, dict[str, float]] = {}
    for row in rows:
        same_title.setdefault(row["title"], {})[row["id"]] = 1.0
    prefix = name.removeprefix("kb_") + "/"
    unseen = {one.id for one in held_apart() if one.part == "test" and one.language == language}
    asked = [row["title"] for row in rows if prefix + row["id"] in unseen]
    qrels = {title: same_title[title] for title in dict.fromkeys(asked)}
    articles = [Article(id=row["id"], title="", body=row["body"], language=language) for row in rows]
    bodies = [article.body for article in articles]
    encoder = fit_team(shipped_encoder(), [TeamText(body, language) for body in bodies])
    with tempfile.TemporaryDirectory() as place:
        retriever = opened(Path(place), articles, encoder)
        runs = {
            "bm25": run(retriever, qrels, language, only("lexical")),
            "dense": run(retriever, qrels, language, only("dense")),
            "fused": run(retriever, qrels, language, RelevanceModel.prior()),
        }
    runs["rrf"] = reciprocal_rank_fusion(runs["bm25"], runs["dense"])
    return {"queries": len(qrels), **{system: measures(qrels, found) for system, found in runs.items()}}


def opened(folder: Path, documents: Sequence[Document], encoder: Any) -> Retriever:
    with Store.create(folder / "store.sqlite") as store:
        store.put(documents)
        build_index(folder, store, encoder)
    return Retriever.open(folder, Store.open(folder / "store.sqlite"), encoder)


def only(feature: str) -> RelevanceModel:
    """Return a model that ranks by one feature."""
    weights = tuple(float(name == feature) for name in FEATURES)
    return msgspec.structs.replace(RelevanceModel.prior(), coefficients=weights)


def run(retriever: Retriever, qrels: Any, language: str, model: RelevanceModel) -> Run:
    retriever.relevance = model
    return {
        query: [hit.source_id for hit in retriever.search(query, k=DEPTH, language=language)["article"]]
        for query in qrels
    }


def reciprocal_rank_fusion(*runs: Run, k: int = 60) -> Run:
    fused: dict[str, list[str]] = {}
    for query in runs[0]:
        scores: dict[str, float] = {}
        for found in runs:
            for rank, name in enumerate(found[query], start=1):
                scores[name] = scores.get(name, 0.0) + 1 / (k + rank)
        fused[query] = sorted(scores, key=lambda name: (-scores[name], name))
    return fused


def measures(qrels: Any, found: Run) -> dict[str, float]:
    values = {f"recall@{k}": recall_at(qrels, found, k) for k in (1, 5, 10)}
    values |= {"mrr@10": mrr_at(qrels, found, 10), "ndcg@10": ndcg_at(qrels, found, 10)}
    return {name: round(100 * value, 1) for name, value in values.items()}


class RandomEncoder:
    """Random unit vectors: the time of an exact search does not depend on what the vectors say."""

    name = "random"
    dim = 512

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def encode(self, texts: Sequence[str], kind: str = "query") -> Any:
        """Return one random unit row per text."""
        vectors = self._random.normal(size=(len(texts), self.dim)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def latency(size: int) -> dict[str, Any]:
    rows = [(row, language) for language in LANGUAGES for row in read(f"kb_d365.{language}")]
    rows += [(row, language) for language in LANGUAGES for row in read(f"kb_alchemy.{language}")]
    draw = random.Random(0)
    documents = [document(number, *draw.choice(rows), draw) for number in range(size)]
    messages = [message(*draw.choice(rows)) for _ in range(300)]
    encoder = RandomEncoder()
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        opened(Path(place), documents, encoder)
        build_s = time.perf_counter() - start
        store = Store.open(Path(place) / "store.sqlite")
        start = time.perf_counter()
        retriever = Retriever.open(Path(place), store, encoder)
        open_s = time.perf_counter() - start
        disk_mb = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file()) / 1e6
        times = []
        for text, language in messages:
            vector = encoder.encode([text], "query")[0]
            start = time.perf_counter()
            retriever.search(text, language=language, vector=vector)
            times.append(time.perf_counter() - start)
    return {
        "chunks": retriever.table.size,
        "build_s": round(build_s, 1),
        "open_ms": round(open_s * 1000, 1),
        "disk_mb": round(disk_mb, 1),
        **percentiles(times),
    }


def document(number: int, row: dict[str, Any], language: str, draw: random.Random) -> Document:
    """Return a one-chunk document cut from anywhere in ``row``."""
    start = draw.randrange(max(1, len(row["body"]) - 700))
    body = row["body"][start : start + 700]
    if number % 20 == 0:
        return Macro(id=f"m{number}", title=row["title"], body=body, language=language)
    if number % 20 == 1:
        return Resolution(id=f"r{number}", question=row["title"], answer=body, language=language)
    return Article(id=f"a{number}", title=row["title"], body=body.replace("\n", " "), language=language)


def message(row: dict[str, Any], language: str) -> tuple[str, str]:
    return f"{row['title']}. {row['body']}"[:300], language


def bucket(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 10


if __name__ == "__main__":
    main()
