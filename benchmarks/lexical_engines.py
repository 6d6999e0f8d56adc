"""Compare lexical engines: ``python -m benchmarks.lexical_engines``. Peers: bm25s, PyStemmer, tantivy.

Quality: an article's title against whole bodies without titles, per language. The
queries are not held out: our terms were chosen on a part of the same set that overlaps with them. Speed on
resampled Norwegian text of some 700 characters per document; queries of some 300 characters, one at a time,
no filter. A peer that is not installed is left out.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.common import percentiles, publish, read
from replyassist.evaluate.ranking import mrr_at, recall_at
from replyassist.retrieve.lexical import Bm25, Bm25Part, Terms, top, words
from replyassist.types import LANGUAGES

SNOWBALL = {"nb": "norwegian", "sv": "swedish", "da": "danish", "fi": "finnish", "en": "english"}
DEPTH = 10
SIZES = (10_000, 100_000)


class Engine(Protocol):
    """Build an index of texts in a folder, open it, rank."""

    def build(self, folder: Path, texts: Sequence[str], language: str) -> None:
        """Write an index of ``texts``; a text's row is its position."""

    def open(self, folder: Path, language: str) -> Callable[[str], Sequence[int]]:
        """Return a function from a query to the best rows."""


class Ours:
    """Words and 4-grams, exact, memory-mapped."""

    def build(self, folder: Path, texts: Sequence[str], language: str) -> None:
        """Index with this engine."""
        Bm25Part.build(folder / "index", texts)

    def open(self, folder: Path, language: str) -> Callable[[str], Sequence[int]]:
        """Open and return the search."""
        part = Bm25Part.open(folder / "index")
        index = Bm25([part])

        def search(query: str) -> Sequence[int]:
            asked = index.ask(Terms.of(dict.fromkeys(words(query), 1.0)))
            return top(index.leading_sums(asked, part), DEPTH)[0].tolist()

        return search


class Bm25s:
    """bm25s with the Lucene formula over Snowball stems, no stop words."""

    def build(self, folder: Path, texts: Sequence[str], language: str) -> None:
        """Index with this engine."""
        import bm25s

        tokens = bm25s.tokenize(
            list(texts), stopwords=None, stemmer=self.stemmer(language), token_pattern=r"(?u)\w+", show_progress=False
        )
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        index.index(tokens, show_progress=False)
        index.save(str(folder / "index"), show_progress=False)

    def open(self, folder: Path, language: str) -> Callable[[str], Sequence[int]]:
        """Open and return the search."""
        import bm25s

        index = bm25s.BM25.load(str(folder / "index"), mmap=True)
        stemmer = self.stemmer(language)
        vocabulary = index.vocab_dict

        def search(query: str) -> Sequence[int]:
            stems = stemmer.stemWords(words(query))
            known = sorted({vocabulary[stem] for stem in stems if stem in vocabulary})
            if not known:
                return []
            scores = index.get_scores_from_ids(known)
            return top(np.asarray(scores, np.float32), DEPTH)[0].tolist()

        return search

    @staticmethod
    def stemmer(language: str) -> Any:
        """Return the Snowball stemmer of ``language``."""
        import Stemmer

        return Stemmer.Stemmer(SNOWBALL[language])


class Tantivy:
    """tantivy with its Snowball filter; queries are built from analysed tokens, never parsed."""

    def build(self, folder: Path, texts: Sequence[str], language: str) -> None:
        """Index with this engine."""
        import tantivy

        (folder / "index").mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=False, tokenizer_name="stems")
        builder.add_integer_field("row", stored=True)
        index = tantivy.Index(builder.build(), path=str(folder / "index"))
        index.register_tokenizer("stems", self.analyzer(language))
        writer = index.writer(heap_size=100_000_000, num_threads=1)
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document(body=text, row=row))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path, language: str) -> Callable[[str], Sequence[int]]:
        """Open and return the search."""
        import tantivy

        index = tantivy.Index.open(str(folder / "index"))
        analyzer = self.analyzer(language)
        index.register_tokenizer("stems", analyzer)
        searcher = index.searcher()

        def search(query: str) -> Sequence[int]:
            terms = dict.fromkeys(analyzer.analyze(query))
            parts = [(tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "body", term)) for term in terms]
            if not parts:
                return []
            found = searcher.search(tantivy.Query.boolean_query(parts), DEPTH).hits
            return [searcher.doc(address)["row"][0] for _, address in found]

        return search

    @staticmethod
    def analyzer(language: str) -> Any:
        """Return words, lower-cased and stemmed."""
        import tantivy

        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer(SNOWBALL[language])).build()


ENGINES: dict[str, tuple[Engine, str]] = {
    "ours": (Ours(), "numpy"),
    "bm25s+stem": (Bm25s(), "bm25s"),
    "tantivy+stem": (Tantivy(), "tantivy"),
}


def main() -> None:
    result: dict[str, Any] = {}
    for name, (engine, module) in ENGINES.items():
        if find_spec(module) is None:
            result[name] = "not installed"
            continue
        result[name] = {
            "quality": {language: quality(engine, language) for language in LANGUAGES},
            "speed": {str(size): speed(engine, size) for size in SIZES},
        }
    publish("lexical_engines", result)


def quality(engine: Engine, language: str) -> dict[str, float]:
    rows = list(read(f"kb_alchemy.{language}"))
    qrels: dict[str, dict[str, float]] = {}
    for number, row in enumerate(rows):
        qrels.setdefault(row["title"], {})[str(number)] = 1.0
    asked = {row["title"]: qrels[row["title"]] for row in rows if bucket(row["id"]) >= 8}
    with tempfile.TemporaryDirectory() as place:
        engine.build(Path(place), [row["body"] for row in rows], language)
        search = engine.open(Path(place), language)
        found = {title: [str(number) for number in search(title)] for title in asked}
    values = {"recall@10": recall_at(asked, found, 10), "mrr@10": mrr_at(asked, found, 10)}
    return {name: round(100 * value, 1) for name, value in values.items()}


def bucket(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 10


def speed(engine: Engine, size: int) -> dict[str, float]:
    rows = [*read("kb_alchemy.nb"), *read("kb_d365.nb")]
    draw = random.Random(0)
    texts = []
    for _ in range(size):
        body = draw.choice(rows)["body"]
        start = draw.randrange(max(1, len(body) - 700))
        texts.append(body[start : start + 700])
    queries = [f"{row['title']}. {row['body']}"[:300] for row in draw.sample(rows, 200)]
    with tempfile.TemporaryDirectory() as place:
        start_s = time.perf_counter()
        engine.build(Path(place), texts, "nb")
        built_s = time.perf_counter()
        search = engine.open(Path(place), "nb")
        opened_s = time.perf_counter()
        times = []
        for query in queries:
            begin = time.perf_counter()
            search(query)
            times.append(time.perf_counter() - begin)
        disk = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
    return {
        "build_s": round(built_s - start_s, 2),
        "open_ms": round((opened_s - built_s) * 1000, 1),
        "disk_mb": round(disk / 1e6, 1),
        **percentiles(times),
    }


if __name__ == "__main__":
    main()
