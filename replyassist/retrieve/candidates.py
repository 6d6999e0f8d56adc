"""Propose candidates for a query from every segment and describe them exactly.

What a reader may not see is masked out before anything is proposed, so it can neither appear nor push anything out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from replyassist.retrieve.fusion import VIEWS, Candidates, about
from replyassist.retrieve.lexical import Asked, Floats, Terms, top
from replyassist.retrieve.query import Query
from replyassist.retrieve.segments import Segments
from replyassist.retrieve.store import UNKNOWN, served_as
from replyassist.retrieve.table import NO_GROUP, Ints, Mask
from replyassist.types import Pool

CANDIDATES = 50
"""Chunks that each view proposes per pool."""


class Search:
    """One query against all segments. What does not depend on the pool is worked out once."""

    def __init__(self, knowledge: Segments, query: Query) -> None:
        self._knowledge = knowledge
        self._segments = knowledge.segments
        self._lexical = knowledge.lexical
        self._query = query
        terms, spoken = Terms.of(query.words), served_as(query.language)
        self._asked: dict[str, Asked] = {
            language: index.ask(terms, foreign=query.language is not None and language not in (spoken, UNKNOWN))
            for language, index in self._lexical.items()
        }

    def candidates(
        self, pool: Pool, audience: Collection[str], exclude: Collection[str] = (), hidden: Collection[int] = ()
    ) -> Candidates:
        """Return the chunks of ``pool`` worth ranking, among what a reader of ``audience`` may see.

        Left out are the documents in ``exclude`` and the sources whose keys are in ``hidden``.
        """
        allowed = [segment.table.visible(audience, pool, exclude) for segment in self._segments]
        if hidden:
            tables = [segment.table for segment in self._segments]
            allowed = [mask & ~table.of_sources(hidden) for mask, table in zip(allowed, tables, strict=True)]
        by_words = self._best([self._by_words(n, mask) for n, mask in enumerate(allowed)])
        proposed = [by_words]
        for vector in (self._query.vector, *self._query.requests):
            found = [self._segments[n].dense.search(vector, CANDIDATES, mask) for n, mask in enumerate(allowed)]
            proposed.append(self._best(found))
        own = [np.unique(np.concatenate([of[n] for of in proposed])) for n in range(len(self._segments))]
        rows = self._with_translations(own, allowed)
        among = self._knowledge.source_count(audience, pool)
        return self._described(rows, among)

    def _by_words(self, number: int, allowed: Mask) -> tuple[Ints, Floats]:
        if not allowed.any():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        sums = self._sums[number]
        _, values = top(sums, CANDIDATES, allowed)
        # All that tie with the last one: which of them is taken is settled over all segments.
        rows = np.flatnonzero((sums >= values[-1]) & allowed) if len(values) else np.zeros(0, np.int64)
        return rows, sums[rows]

    @cached_property
    def _sums(self) -> list[Floats]:
        """The share of the achievable score by the leading terms, per segment and row."""
        found = []
        for segment in self._segments:
            shares = np.zeros(segment.size, np.float32)
            for language, (rows, part) in segment.lexical.items():
                asked = self._asked[language]
                if asked.achievable:
                    shares[rows] = self._lexical[language].leading_sums(asked, part) / np.float32(asked.achievable)
            found.append(shares)
        return found

    def _best(self, found: Sequence[tuple[Ints, Floats]]) -> list[Ints]:
        """Return per segment the rows among the best of all segments; ties go by document, then by row."""
        values = np.concatenate([scores for _, scores in found])
        if len(values) <= CANDIDATES:
            return [rows for rows, _ in found]
        rows = np.concatenate([mine for mine, _ in found])
        tables = [segment.table for segment in self._segments]
        documents = np.concatenate([table.document[mine] for table, (mine, _) in zip(tables, found, strict=True)])
        kept = np.zeros(len(values), bool)
        kept[np.lexsort((rows, documents, -values))[:CANDIDATES]] = True
        ends = np.cumsum([len(mine) for mine, _ in found])
        return [mine[of] for (mine, _), of in zip(found, np.split(kept, ends[:-1]), strict=True)]

    def _with_translations(self, rows: Sequence[Ints], allowed: Sequence[Mask]) -> list[Ints]:
        """Add the visible translations of what was proposed, in whatever segment they stand."""
        tables = [segment.table for segment in self._segments]
        groups = np.unique(np.concatenate([table.group[mine] for table, mine in zip(tables, rows, strict=True)]))
        groups = groups[groups != NO_GROUP]
        if not len(groups):
            return list(rows)
        others = [table.of_groups(groups) for table in tables]
        return [np.union1d(mine, found[mask[found]]) for mine, found, mask in zip(rows, others, allowed, strict=True)]

    def _described(self, rows: Sequence[Ints], among: int) -> Candidates:
        parts = [self._views(number, of_segment) for number, of_segment in enumerate(rows)]
        tables = [segment.table for segment in self._segments]
        document = np.concatenate([table.document[mine] for table, mine in zip(tables, rows, strict=True)])
        group = np.concatenate([table.group[mine] for table, mine in zip(tables, rows, strict=True)])
        row = np.concatenate(list(rows))
        # In an order that does not depend on the segments, so that no sum over them does.
        order = np.lexsort((row, document))
        return Candidates(
            segment=np.repeat(np.arange(len(rows)), [len(mine) for mine in rows])[order],
            row=row[order],
            document=document[order],
            # The two kinds of key are told apart by their sign.
            source=np.where(group == NO_GROUP, document, -2 - group)[order],
            foreign=np.concatenate([self._foreign(number, mine) for number, mine in enumerate(rows)])[order],
            views=np.concatenate(parts)[order],
            among=among,
        )

    def _foreign(self, number: int, rows: Ints) -> Mask:
        """Return which of ``rows`` are known to be in another language than the query, itself known."""
        table, spoken = self._segments[number].table, self._query.language
        if spoken is None:
            return np.zeros(len(rows), bool)
        same = [table.language_code(served_as(spoken)), table.language_code(UNKNOWN)]
        return ~np.isin(table.language[rows], same)

    def _views(self, number: int, rows: Ints) -> npt.NDArray[np.float64]:
        """Return the views of ``rows`` of a segment, (m, len(VIEWS)), from their exact scores."""
        segment, query = self._segments[number], self._query
        views = np.zeros((len(rows), len(VIEWS)))
        if not len(rows):
            return views
        vectors = segment.dense.vectors(rows)
        views[:, 0] = self._shares(number, rows)
        # Not by `@`: for so few rows the threads of BLAS wait for each other longer than they work.
        views[:, 1] = np.einsum("ij,j->i", vectors, query.vector)
        views[:, 2] = np.einsum("ij,kj->ik", vectors, query.parts).max(axis=1)
        profiles = None if segment.profiles is None else segment.profiles[rows]
        views[:, 3] = about(query.profile, profiles, len(rows))
        return views

    def _shares(self, number: int, rows: Ints) -> Floats:
        segment = self._segments[number]
        shares = np.zeros(len(rows), np.float32)
        for language, (span, part) in segment.lexical.items():
            mine = (rows >= span.start) & (rows < span.stop)
            if mine.any():
                index = self._lexical[language]
                shares[mine] = index.shares(self._asked[language], part, rows[mine] - span.start)
        return shares
