"""Search an assistant's knowledge: what answers this message, among what its reader may see.

What a reader may not see is masked out before anything is ranked, in both indexes, so it can neither appear
nor push anything out. It leaves no trace in the numbers either: word statistics are taken from public chunks
alone, and candidates are compared with visible ones alone. (An encoder that is fitted to the team's own texts,
as the built-in ones are, does depend on internal texts, through the weights of words and the directions of its
space; no text can be read from these, but they are not independent of it.)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from replyassist.embed import Encoder
from replyassist.errors import ArtifactCorrupt, ConfigError
from replyassist.retrieve.chunk import searched_text, shown_text
from replyassist.retrieve.dense import DenseIndex
from replyassist.retrieve.fusion import Candidates, describe, propose
from replyassist.retrieve.index import DENSE, LEXICAL, RELEVANCE, TABLE, VECTORS
from replyassist.retrieve.lexical import Bm25, Floats, words
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.store import Store, language_of, served_as
from replyassist.retrieve.table import NO_GROUP, Mask, RowTable
from replyassist.types import POOLS, PUBLIC, Article, Document, Hit, Pool, Resolution

_SHOWN_WORDS = 6


@dataclass(frozen=True)
class _Query:
    """A query seen by both indexes; the scores cover every row of the table."""

    words: list[str]
    vector: Floats
    lexical: Floats
    same_language: Mask


class Retriever:
    """Opened indexes over a store. Immutable, so threads may share it."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        table: RowTable,
        lexical: Sequence[Bm25],
        dense: DenseIndex,
        relevance: RelevanceModel,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._table = table
        self._lexical = lexical
        self._dense = dense
        self.relevance = relevance

    @classmethod
    def open(cls, folder: Path, store: Store, encoder: Encoder) -> Retriever:
        """Open what :func:`~replyassist.retrieve.build.build_index` wrote; the files are memory-mapped.

        Raises:
            ArtifactError: a file is gone, damaged, or belongs to another store or encoder.
        """
        table = RowTable.open(folder / LEXICAL / TABLE)
        parts = table.slices()
        lexical = [Bm25.open(folder / LEXICAL / str(number)) for number in range(len(parts))]
        dense = DenseIndex.open(folder / DENSE / VECTORS)
        sizes = [rows.stop - rows.start for _, rows in parts]
        if [index.size for index in lexical] != sizes or dense.size != table.size:
            raise ArtifactCorrupt(f"{folder}: the indexes do not fit each other. Run: replyassist doctor.")
        names = table.names
        if (names.encoder, names.dim) != (encoder.name, encoder.dim) or names.digest != store.digest():
            raise ArtifactCorrupt(f"{folder}: the indexes are out of date. Run: replyassist doctor.")
        return cls(store, encoder, table, lexical, dense, RelevanceModel.open(folder / RELEVANCE))

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        audience: frozenset[str] = PUBLIC,
        pools: Collection[Pool] = POOLS,
        language: str | None = None,
        exclude: Collection[str] = (),
        vector: Floats | None = None,
    ) -> dict[Pool, tuple[Hit, ...]]:
        """Return per pool the ``k`` documents most likely to answer ``query``, most relevant first.

        A document is shown once, by its best chunk; of translations only one is shown, in ``language`` where
        there is one. ``exclude`` holds ids of documents to leave out, such as the ticket itself. ``vector``
        (dim,) is the query's if it is already encoded.

        Raises:
            ConfigError: a pool has no such name.
            DataError: ``vector`` has another dimension than the index.
        """
        unknown = set(pools) - set(POOLS)
        if unknown:
            raise ConfigError(f"no pool named {sorted(unknown)[0]!r}; there are {', '.join(POOLS)}")
        visible = self._table.visible(audience, exclude)
        if k < 1 or not query.strip() or not visible.any():
            return {pool: () for pool in POOLS if pool in pools}
        asked = self._ask(query, language, vector)
        return {
            pool: self._hits(asked, pool, visible & self._table.of_pool(pool), k) for pool in POOLS if pool in pools
        }

    def candidates(
        self, query: str, allowed: Mask, *, language: str | None = None, vector: Floats | None = None
    ) -> Candidates:
        """Return the rows among ``allowed`` worth ranking, with their features. For fitting and measuring."""
        return self._candidates(self._ask(query, language, vector), allowed)

    @property
    def table(self) -> RowTable:
        """What is known of each row."""
        return self._table

    def _ask(self, query: str, language: str | None, vector: Floats | None) -> _Query:
        terms = words(query)
        if vector is None:
            vector = self._encoder.encode([query], kind="query")[0]
        lexical = np.zeros(self._table.size, np.float32)
        for index, (_, rows) in zip(self._lexical, self._table.slices(), strict=True):
            lexical[rows] = index.scores(terms)
        code = self._table.language_code(served_as(language))
        same = np.ones(self._table.size, bool) if language is None else self._table.language == code
        return _Query(terms, vector, lexical, same)

    def _candidates(self, query: _Query, allowed: Mask) -> Candidates:
        rows = propose(query.lexical, self._dense, query.vector, allowed)
        cosine = self._dense.scores(query.vector, rows)
        return describe(rows, query.lexical[rows], cosine)

    def _hits(self, query: _Query, pool: Pool, allowed: Mask, k: int) -> tuple[Hit, ...]:
        found = self._candidates(query, allowed)
        relevance = self.relevance.probabilities(found.features, pool)
        hits: list[Hit] = []
        seen: set[tuple[str, int]] = set()
        # At equal relevance the query's own language comes first, then the older chunk.
        order = np.lexsort((self._table.key[found.rows], ~query.same_language[found.rows], -relevance))
        for at in order:
            row = found.rows[at]
            group = int(self._table.group[row])
            unit = ("document", int(self._table.document[row])) if group == NO_GROUP else ("group", group)
            if unit in seen:
                continue
            seen.add(unit)
            hits.append(self._hit(query, self._preferred(query, row, allowed), float(relevance[at])))
            if len(hits) == k:
                break
        return tuple(hits)

    def _preferred(self, query: _Query, row: int, allowed: Mask) -> int:
        """Return the best row of the translation in the query's language, or ``row`` when there is none."""
        group = self._table.group[row]
        if group == NO_GROUP or query.same_language[row]:
            return row
        rows = np.flatnonzero((self._table.group == group) & query.same_language & allowed)
        if not len(rows):
            return row
        # One document's chunks in one language: the two scores are on the same scale for all of them.
        return int(rows[np.argmax(query.lexical[rows] + self._dense.scores(query.vector, rows))])

    def _hit(self, query: _Query, row: int, relevance: float) -> Hit:
        document, chunk = self._store.chunk(int(self._table.key[row]))
        text = shown_text(document)[chunk.start : chunk.end]
        index = self._lexical[self._table.language[row]]
        matched = index.matched(query.words, searched_text(document, chunk))
        cosine = self._dense.scores(query.vector, np.array([row]))[0]
        return Hit(
            source_id=document.id,
            pool=POOLS[self._table.pool[row]],
            title=document.subject if isinstance(document, Resolution) else document.title,
            text=text,
            language=language_of(document),
            start=chunk.start,
            end=chunk.end,
            lexical=float(query.lexical[row]),
            dense=float(cosine),
            relevance=relevance,
            why=", ".join(matched[:_SHOWN_WORDS]),
            url=document.url if isinstance(document, Article) else None,
            group=document.group if isinstance(document, Article) else None,
            audience=document.audience,
            updated_at=_updated_at(document),
        )


def _updated_at(document: Document) -> datetime | None:
    if isinstance(document, Article):
        return document.updated_at
    return document.resolved_at if isinstance(document, Resolution) else None
