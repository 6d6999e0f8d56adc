"""Size: how building, memory, disk and search grow: ``python -m benchmarks.scale [--sizes 10000,100000,1000000]``.

The knowledge is made of real sentences, four to a document, drawn at random from the parallel sentences of the shared
sets in five languages: 95 % past tickets, 5 % articles. No two documents are the same and words are as frequent as
they are, but a document has no subject: this measures cost and what the indexes miss, not quality. Asked are messages
of the validation organisations of ``training/corpus``, one at a time. Every size is built in one fresh process and
searched in another. Memory after the searches counts the touched pages of the mapped files.

Recall is of what is ranked: how many of the exact best 50 of a pool are proposed. ``words`` compares with the BM25
shares by all terms; in other languages than the question's the product takes whole words only, so ``words in the same
language`` says what the bound on the postings costs. ``final`` compares the five sources shown with those shown when
nothing bounds words or vectors. Peers are timed up to 100,000 documents.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import numpy as np
import psutil

from benchmarks.common import percentiles, publish, read
from benchmarks.corpus import question
from benchmarks.lexical_engines import SNOWBALL
from replyassist.classify.profile import intent_profiler
from replyassist.embed import TeamText, fit_team, load_encoder, shipped_encoder
from replyassist.retrieve import Retriever, Segments, write_corpus
from replyassist.retrieve.candidates import CANDIDATES, Search
from replyassist.retrieve.dense import DenseIndex
from replyassist.retrieve.lexical import Asked, Bm25, Floats, Rows, Terms, top, words
from replyassist.retrieve.query import Query
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.segment import Segment
from replyassist.retrieve.store import served_as
from replyassist.retrieve.table import Mask
from replyassist.types import LANGUAGES, PUBLIC, Article, Pool, Resolution
from training.corpus.files import organisations

SIZES = (10_000, 100_000, 1_000_000)
PEERS_UP_TO = 100_000
FITTED = 5_000
SENTENCES, ARTICLE_IN = 4, 20
TIMED, WARMING, COMPARED, DEPTH = 300, 50, 100, 5
POOLS: tuple[Pool, ...] = ("article", "resolution")
EVERY_POSTING, ROUNDING, SEED = 10**12, 1e-6, 0

Found = Sequence[tuple[Rows, Floats]]
"""Rows and scores per segment."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of building and searching by the number of documents.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of documents, with commas between")
    result: dict[str, Any] = {}
    for size in map(int, parser.parse_args().sizes.split(",")):
        with tempfile.TemporaryDirectory() as place:
            built = apart(build, Path(place), size)
            result[str(size)] = built | apart(searched, Path(place), size)
    publish("scale", {"sizes": result})
    print(table(result))


def apart(task: Callable[[Path, int], dict[str, Any]], folder: Path, size: int) -> dict[str, Any]:
    """Run ``task`` in a fresh process, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, folder, size).result()


def sentences() -> dict[str, list[str]]:
    """Return all sentences of the four Nordic languages, and every fourth English one."""
    nordic = [language for language in LANGUAGES if language != "en"]
    found = {language: [row["xx"] for row in read(f"parallel.en-{language}")] for language in nordic}
    found["en"] = [row["en"] for one in nordic for row in islice(read(f"parallel.en-{one}"), 0, None, len(nordic))]
    return found


def documents(pool: Mapping[str, Sequence[str]], size: int) -> Iterator[Article | Resolution]:
    """Yield ``size`` documents; a smaller corpus holds the first of a larger one."""
    dice = random.Random(SEED)
    for number in range(size):
        language = LANGUAGES[number % len(LANGUAGES)]
        first, *rest = dice.choices(pool[language], k=SENTENCES)
        if number // len(LANGUAGES) % ARTICLE_IN == 0:
            yield Article(id=f"a{number}", title=first, body=" ".join(rest), language=language)
        else:
            yield Resolution(id=f"r{number}", question=first, answer=" ".join(rest), language=language)


def team_text(document: Article | Resolution) -> TeamText:
    if isinstance(document, Resolution):
        return TeamText(f"{document.question}\n{document.answer}", document.language, from_customers=True)
    return TeamText(f"{document.title}\n{document.body}", document.language)


def build(folder: Path, size: int) -> dict[str, Any]:
    """Write the corpus and its encoder into ``folder``."""
    pool = sentences()
    encoder = fit_team(shipped_encoder(), [team_text(one) for one in documents(pool, min(size, FITTED))])
    encoder.save(folder / "encoder")
    profiler, before = intent_profiler(), psutil.Process().memory_info().rss
    start = time.perf_counter()
    write_corpus(folder / "corpus", documents(pool, size), encoder, profiler)
    seconds = time.perf_counter() - start
    return {
        "build_s": round(seconds, 1),
        "documents_per_s": round(size / seconds),
        "build_peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6),
        "rss_before_build_mb": round(before / 1e6),
        "disk_mb": round(sum(path.stat().st_size for path in (folder / "corpus").rglob("*") if path.is_file()) / 1e6),
    }


def searched(folder: Path, size: int) -> dict[str, Any]:
    """Open what was built, and measure."""
    encoder, profiler = load_encoder(str(folder / "encoder")), intent_profiler()
    start = time.perf_counter()
    knowledge = Segments.open(folder / "corpus", encoder, profiler)
    opened_s = time.perf_counter() - start
    retriever, asked = Retriever(knowledge, encoder, RelevanceModel.prior(), profiler), messages()
    for text, language in asked[:WARMING]:
        retriever.search(text, language=language)
    whole = timed(asked[WARMING:], lambda one: retriever.search(one[0], language=one[1]))
    queries = [retriever.read(text, language=language) for text, language in asked[WARMING:]]
    after_reading = timed(queries, retriever.search)
    used = psutil.Process().memory_full_info()
    dense, everything = [one.dense for one in knowledge.segments], [np.ones(s.size, bool) for s in knowledge.segments]
    return {
        "chunks": sum(map(len, everything)),
        "segments": [{"chunks": one.size, "dense": one.kind, "recall": one.recall} for one in dense],
        "open_ms": round(opened_s * 1000, 1),
        "search": {"whole": whole, "query already read": after_reading},
        "rss_after_mb": round(used.rss / 1e6),
        "pss_after_mb": round(used.pss / 1e6),
        "words alone": timed(queries, lambda query: by_words(Search(knowledge, query)._sums, everything)),
        "vectors alone": timed(queries, lambda query: nearest(knowledge, query.vector, everything)),
        "peers": peers(knowledge, queries) if size <= PEERS_UP_TO else {},
        "recall": recall(
            retriever, Retriever(exact(knowledge), encoder, RelevanceModel.prior(), profiler), queries[:COMPARED]
        ),
    }


def messages() -> list[tuple[str, str]]:
    """Return messages with their languages: first those to warm up with, then those to time."""
    found = [(question(one), one.language) for every in organisations("validation") for one in every.messages]
    return random.Random(SEED).sample(found, WARMING + TIMED)


def timed(asked: Sequence[Any], search: Callable[[Any], object]) -> dict[str, float]:
    seconds, spent = [], time.process_time()
    for one in asked:
        start = time.perf_counter()
        search(one)
        seconds.append(time.perf_counter() - start)
    return percentiles(seconds) | {"mean_cpu_ms": round((time.process_time() - spent) * 1000 / len(asked), 2)}


class EveryVector:
    """Compares a query with every vector of a segment, by numpy; has what the search calls of an index."""

    def __init__(self, dense: DenseIndex) -> None:
        self.vectors, self._all = dense.vectors, dense.vectors(np.arange(dense.size))

    def search(self, vector: Floats, k: int, allowed: Mask | None = None) -> tuple[Rows, Floats]:
        """Return the exact nearest."""
        return top(self._all @ vector, k, allowed)


class EveryTerm(Bm25):
    """Proposes by all terms in all languages, however many postings they have."""

    def ask(self, terms: Terms, *, postings: int = 0, foreign: bool = False) -> Asked:
        """Look the terms up."""
        return super().ask(terms, postings=EVERY_POSTING)


def exact(knowledge: Segments) -> Segments:
    """Return the same segments, searched without any bound."""
    same = {
        str(number): Segment(
            one.store, one.table, one.lexical, cast(DenseIndex, EveryVector(one.dense)), one.profiles, None
        )
        for number, one in enumerate(knowledge.segments)
    }
    found = Segments(same)
    found.lexical = {language: EveryTerm(index.parts) for language, index in found.lexical.items()}
    return found


def recall(retriever: Retriever, unbounded: Retriever, queries: Sequence[Query]) -> dict[str, float]:
    """Compare what is proposed and shown with the exact best, per pool."""
    served, best = retriever.knowledge, unbounded.knowledge
    counts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for query in queries:
        shares, all_shares = Search(served, query)._sums, Search(best, query)._sums
        shown, best_shown = (one.search(query, k=DEPTH, pools=POOLS) for one in (retriever, unbounded))
        for pool in POOLS:
            masks = [segment.table.visible(PUBLIC, pool) for segment in served.segments]
            for vector in (query.vector, *query.requests):
                counts[f"vectors, {pool}"].append(as_good(nearest(served, vector, masks), nearest(best, vector, masks)))
            own = spoken(served.segments, masks, query.language)
            for name, within in (("words", masks), ("words in the same language", own)):
                rows = [found for found, _ in by_words(shares, within)]
                judged = [(mine, of[mine]) for mine, of in zip(rows, all_shares, strict=True)]
                counts[f"{name}, {pool}"].append(as_good(judged, by_words(all_shares, within)))
            ids, wanted = ({hit.source_id for hit in hits[pool]} for hits in (shown, best_shown))
            counts[f"final, {pool}"].append((len(ids & wanted), len(wanted)))
    return {name: round(sum(n for n, _ in of) / max(1, sum(n for _, n in of)), 4) for name, of in counts.items()}


def nearest(knowledge: Segments, vector: Floats, masks: Sequence[Mask]) -> Found:
    segments = zip(knowledge.segments, masks, strict=True)
    return best([segment.dense.search(vector, CANDIDATES, mask) for segment, mask in segments])


def by_words(shares: Sequence[Floats], masks: Sequence[Mask]) -> Found:
    return best([top(of_one, CANDIDATES, mask) for of_one, mask in zip(shares, masks, strict=True)])


def spoken(segments: Sequence[Segment], masks: Sequence[Mask], language: str | None) -> list[Mask]:
    """Return the masks without the chunks that are not in ``language``."""
    tables = [segment.table for segment in segments]
    codes = [table.language_code(served_as(language)) for table in tables]
    return [mask & (table.language == code) for mask, table, code in zip(masks, tables, codes, strict=True)]


def best(found: Found) -> Found:
    """Keep what is among the best of all segments."""
    values = np.sort(np.concatenate([scores for _, scores in found]))[-CANDIDATES:]
    floor = values[0] if len(values) else 0.0
    return [(rows[scores >= floor], scores[scores >= floor]) for rows, scores in found]


def as_good(served: Found, exact: Found) -> tuple[int, int]:
    """Return how many of ``served`` score as high as ``exact``, of how many: of rows that tie any will do."""
    wanted, found = (np.concatenate([scores for _, scores in one]) for one in (exact, served))
    count = min(CANDIDATES, len(wanted))
    return min(count, int(np.count_nonzero(found >= wanted.min(initial=1.0) - ROUNDING))), count


def peers(knowledge: Segments, queries: Sequence[Query]) -> dict[str, Any]:
    """Time others that propose as many of all chunks: FAISS comparing all vectors, and bm25s, each by one thread."""
    import faiss

    faiss.omp_set_num_threads(1)
    vectors = np.concatenate([one.dense.vectors(np.arange(one.size)) for one in knowledge.segments])
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    found = {"FAISS flat, vectors": timed(queries, lambda query: flat.search(query.vector[None], CANDIDATES))}
    if find_spec("bm25s") and find_spec("Stemmer"):
        return found | {"bm25s with stems, words": timed(queries, bm25s_search(knowledge))}
    print("left out: bm25s (pip install bm25s PyStemmer)", file=sys.stderr)
    return found


def bm25s_search(knowledge: Segments) -> Callable[[Query], object]:
    """Index every chunk by the stems of its language (Lucene's formula), and return the search."""
    import bm25s
    import Stemmer

    stemmers = {language: Stemmer.Stemmer(name) for language, name in SNOWBALL.items()}
    chunks = chain.from_iterable(segment.store.chunks() for segment in knowledge.segments)
    index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    index.index([stemmers[one.language].stemWords(words(one.text)) for one in chunks], show_progress=False)

    def search(query: Query) -> object:
        stems = stemmers.get(query.language or "", stemmers["en"]).stemWords(list(query.words))
        ids = sorted({index.vocab_dict[stem] for stem in stems if stem in index.vocab_dict})
        return top(np.asarray(index.get_scores_from_ids(ids), np.float32), CANDIDATES) if ids else None

    return search


def table(result: Mapping[str, Any]) -> str:
    """Return the figures as Markdown, one row per size."""
    costs = ("build_s", "documents_per_s", "build_peak_rss_mb", "disk_mb", "open_ms")
    recalls = ("vectors", "words", "final")
    heads = ("documents", *costs, "search p50 / p99 ms", "query read already", "rss_after_mb", *recalls)
    lines = [heads, ("---",) * len(heads)]
    for size, of in result.items():
        times = [f"{one['p50_ms']} / {one['p99_ms']}" for one in of["search"].values()]
        found = [" / ".join(str(of["recall"][f"{name}, {pool}"]) for pool in POOLS) for name in recalls]
        lines.append((size, *(str(of[name]) for name in costs), *times, str(of["rss_after_mb"]), *found))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
