"""Search an assistant's knowledge: what answers this message, among what its reader may see.

What a reader may not see is masked out before anything is ranked, in both indexes, so it can neither appear
nor push anything out. It leaves no trace in the numbers either: word statistics are taken from public chunks
alone, and candidates are compared with visible ones alone. (An encoder that is fitted to the team's own texts,
as the built-in ones are, does depend on internal texts, through the weights of words and the directions of its
space; no text can be read from these, but they are not independent of it.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from replyassist.embed import Encoder
from replyassist.errors import ConfigError
from replyassist.retrieve.candidates import Search
from replyassist.retrieve.chunk import searched_text, shown_text
from replyassist.retrieve.fusion import Candidates
from replyassist.retrieve.lexical import matched
from replyassist.retrieve.marks import Marker
from replyassist.retrieve.query import Query, read_query
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.rerank import DEPTH, SecondStage
from replyassist.retrieve.segment import Profiler
from replyassist.retrieve.segments import Segments
from replyassist.retrieve.similar import NearDuplicates
from replyassist.retrieve.store import dated, language_of, served_as
from replyassist.retrieve.table import OUTCOMES, UNDATED, day
from replyassist.types import POOLS, PUBLIC, Article, Hit, Pool, Resolution

RELEVANCE = "relevance.json"
RERANKER = "reranker.json"
_SHOWN_WORDS = 6
_DAYS = 365.25

_READ_BY = {
    "nb": ("nb", "da", "sv", "en"),
    "sv": ("sv", "nb", "da", "en"),
    "da": ("da", "nb", "sv", "en"),
    "fi": ("fi", "en", "sv"),
    "en": ("en",),
}
"""Languages in which a translation is shown to a customer, best first, where there is none in the first."""


@dataclass(frozen=True)
class Judged:
    """The candidates of one pool with the relevance of each (m,); chunks of one document share theirs."""

    candidates: Candidates
    relevance: npt.NDArray[np.float64]
    own: npt.NDArray[np.float64]


class Retriever:
    """Opened indexes and a relevance model. Immutable, so threads may share it."""

    def __init__(
        self,
        knowledge: Segments,
        encoder: Encoder,
        relevance: RelevanceModel,
        profiler: Profiler | None = None,
        second: SecondStage | None = None,
    ) -> None:
        self.knowledge = knowledge
        self._encoder = encoder
        self._profiler = profiler
        self.relevance = relevance
        self._second = second
        self._marker = Marker(knowledge.verifies)

    @classmethod
    def open(
        cls, folder: Path, encoder: Encoder, profiler: Profiler | None = None, *, known: Segments | None = None
    ) -> Retriever:
        """Open a generation; the files are memory-mapped. ``known`` are segments that are open already.

        Raises:
            ArtifactError: a file is gone, damaged, or belongs to another store or encoder.
        """
        knowledge = Segments.open(folder, encoder, profiler, known=known)
        second = SecondStage.open(folder / RERANKER)
        return cls(knowledge, encoder, RelevanceModel.open(folder / RELEVANCE), profiler, second)

    def search(
        self,
        query: str | Query,
        *,
        k: int = 5,
        audience: frozenset[str] = PUBLIC,
        pools: Collection[Pool] = POOLS,
        language: str | None = None,
        exclude: Collection[str] = (),
        now: datetime | None = None,
    ) -> dict[Pool, tuple[Hit, ...]]:
        """Return per pool the ``k`` documents most likely to answer ``query``, most relevant first.

        A document is shown once, by its best chunk; of translations only one is shown, in the language that a reader
        of ``language`` reads best; of near-duplicates only the most relevant. ``exclude`` holds ids of documents to
        leave out, such as the ticket itself. ``now`` is what age and validity are measured against; without it
        nothing is too old.

        Raises:
            ConfigError: a pool has no such name.
        """
        unknown = set(pools) - set(POOLS)
        if unknown:
            raise ConfigError(f"no pool named {sorted(unknown)[0]!r}; there are {', '.join(POOLS)}")
        asked = self.read(query, language=language) if isinstance(query, str) else query
        wanted = [pool for pool in POOLS if pool in pools]
        if k < 1 or not asked.words or not self.knowledge.segments:
            return {pool: () for pool in wanted}
        search = Search(self.knowledge, asked)
        depth = k if self._second is None else max(k, DEPTH)
        found: dict[Pool, tuple[Hit, ...]] = {}
        for pool in wanted:
            judged = self._judge(search.candidates(pool, audience, exclude), pool, now)
            hits = self._hits(asked, judged, pool, depth, now)
            if self._second is not None:
                hits = self._second.judge(hits, asked.text, language=asked.language)
            found[pool] = hits[:k]
        return found

    def read(self, text: str, *, language: str | None = None) -> Query:
        """Read a message as a query: what to search for, and what it is about."""
        profile = self._profiler.profiles([text])[0] if self._profiler is not None and text.strip() else None
        return read_query(text, self._encoder, language=language, profile=profile)

    def candidates(
        self,
        query: Query,
        pool: Pool,
        *,
        audience: frozenset[str] = PUBLIC,
        exclude: Collection[str] = (),
        hidden: Collection[int] = (),
    ) -> Candidates:
        """Return the chunks worth ranking with their features, without the sources ``hidden``. For fitting."""
        return Search(self.knowledge, query).candidates(pool, audience, exclude, hidden)

    def _judge(self, candidates: Candidates, pool: Pool, now: datetime | None) -> Judged:
        model = self.relevance
        scored = model.scores(candidates, pool)
        of_document = model.probabilities(scored.score, pool, among=candidates.among)
        relevance = of_document[np.searchsorted(scored.document, candidates.document)]
        if pool == "resolution" and len(relevance):
            relevance = relevance * model.soundness.of(*self._outcomes(candidates, now))
        return Judged(candidates, relevance, model.chunk_scores(candidates, pool))

    def _outcomes(
        self, candidates: Candidates, now: datetime | None
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return how each candidate's ticket ended, and its age in years."""
        tables = [segment.table for segment in self.knowledge.segments]
        places = list(zip(candidates.segment.tolist(), candidates.row.tolist(), strict=True))
        outcome = np.array([tables[segment].outcome[row] for segment, row in places]) / OUTCOMES
        solved = np.array([tables[segment].dated[row] for segment, row in places], np.float64)
        years = np.zeros(len(solved)) if now is None else np.where(solved == UNDATED, 0, (day(now) - solved) / _DAYS)
        return outcome, years

    def _hits(self, query: Query, judged: Judged, pool: Pool, k: int, now: datetime | None) -> tuple[Hit, ...]:
        shown = NearDuplicates()
        for at in self._order(query, judged):
            hit = self._hit(query, judged.candidates, at, float(judged.relevance[at]), pool, now)
            shown.add(hit)
            if len(shown) > k:
                break
        return shown.hits[:k]

    def _order(self, query: Query, judged: Judged) -> Iterator[int]:
        """Yield one candidate per source, the most relevant source first: the chunk to show of it."""
        found = judged.candidates
        language = self._languages(found)
        own = np.array([name == served_as(query.language) for name in language], bool)
        # At equal relevance the query's own language comes first, then the document with the lower key.
        order = np.lexsort((found.row, -judged.own, found.document, ~own, -judged.relevance))
        seen: set[int] = set()
        for at in order.tolist():
            source = int(found.source[at])
            if source not in seen:
                seen.add(source)
                yield self._best_read(query, judged, language, at)

    def _best_read(self, query: Query, judged: Judged, language: Sequence[str], at: int) -> int:
        """Return the best chunk of the translation that the reader reads best, or ``at`` where there is no other."""
        wanted = _READ_BY.get(served_as(query.language), ())
        same = np.flatnonzero(judged.candidates.source == judged.candidates.source[at]).tolist()
        spoken = {language[other] for other in same}
        chosen = next((name for name in wanted if name in spoken), None)
        if chosen is None or chosen == language[at]:
            return at
        return max((other for other in same if language[other] == chosen), key=lambda other: judged.own[other])

    def _languages(self, candidates: Candidates) -> list[str]:
        tables = [segment.table for segment in self.knowledge.segments]
        places = zip(candidates.segment.tolist(), candidates.row.tolist(), strict=True)
        return [tables[segment].names.languages[tables[segment].language[row]] for segment, row in places]

    def _hit(
        self, query: Query, candidates: Candidates, at: int, relevance: float, pool: Pool, now: datetime | None
    ) -> Hit:
        segment = self.knowledge.segments[candidates.segment[at]]
        document, chunk = segment.store.chunk(int(segment.table.key[candidates.row[at]]))
        held = matched(query.words, searched_text(document, chunk))
        return Hit(
            source_id=document.id,
            pool=pool,
            title=document.subject if isinstance(document, Resolution) else document.title,
            text=shown_text(document)[chunk.start : chunk.end],
            language=language_of(document),
            start=chunk.start,
            end=chunk.end,
            lexical=float(candidates.view("lexical")[at]),
            dense=float(candidates.view("dense")[at]),
            relevance=relevance,
            why=", ".join(self._rarest(held, language_of(document))[:_SHOWN_WORDS]),
            url=document.url if isinstance(document, Article) else None,
            group=document.group if isinstance(document, Article) else None,
            audience=document.audience,
            updated_at=dated(document),
            marks=self._marker.marks(document, now),
        )

    def _rarest(self, found: Sequence[str], language: str) -> list[str]:
        """Return words in the order of how telling they are in a language."""
        index = self.knowledge.lexical[language]
        return sorted(found, key=index.rarity, reverse=True)
