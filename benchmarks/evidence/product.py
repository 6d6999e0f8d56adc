"""The product's own search as a compared system. Everything that depends on its interfaces is here.

Built as ``build`` does it: past tickets masked (:func:`replyassist.building.prepare`), the shipped encoder fitted to
the documents, the shipped relevance model. ``fused`` is the order that :meth:`Retriever.search` returns; the two arms
are the same deep list of candidates, ranked by one field of the hits alone: ``lexical``, the share of the achievable
BM25 score, and ``dense``, the cosine. Both are of the chunk that the search would show.

Near-duplicates that a hit stands for come right after it, because peers list every document.

A ticket's answer that must be found without its question is a :class:`Resolution` with an empty question.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.evidence.systems import DEPTH, Ask, Document, Index, Ranking, Remembered
from benchmarks.search import opened as search_over
from replyassist.building import prepare
from replyassist.embed import Encoder, TeamText, fit_team, shipped_encoder
from replyassist.retrieve import Retriever
from replyassist.text.personal import strip_placeholders
from replyassist.types import Article, Hit, Macro, Pool, Resolution
from replyassist.types import Document as Stored

FUSED, LEXICAL, DENSE = "product: fused", "product: words alone", "product: vectors alone"
CUT_OFF = 0.5
"""``draft.min_relevance`` as shipped: what is less relevant is no ground for a draft."""


class Product:
    """An opened search; make one with :func:`opened`."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def hits(self, ask: Ask, k: int) -> dict[Pool, tuple[Hit, ...]]:
        """Return the first ``k`` hits of every pool."""
        return self._retriever.search(ask.text, k=k, language=ask.language, exclude=ask.without)

    def found(self, asks: Sequence[Ask]) -> list[tuple[Hit, ...]]:
        """Return the hits of all pools together, deep enough for every arm; the order of one pool is kept."""
        return [tuple(hit for mine in self.hits(ask, DEPTH).values() for hit in mine) for ask in asks]


class Arm:
    """One way to order the same hits: as the search did, or by one of their fields alone."""

    def __init__(self, hits: HitsOnce, field: str | None) -> None:
        self._hits, self._field = hits, field

    def rank(self, asks: Sequence[Ask]) -> list[Ranking]:
        """Return the documents of each ask."""
        return [self._ordered(found) for found in self._hits.of(asks)]

    def _ordered(self, found: Sequence[Hit]) -> Ranking:
        scored = [(hit, float(getattr(hit, self._field or "relevance"))) for hit in found]
        if self._field is not None:
            scored.sort(key=lambda item: -item[1])
        return [(name, score) for hit, score in scored for name in (hit.source_id, *getattr(hit, "duplicates", ()))]


class HitsOnce:
    """The hits of the asks that came last, so that three arms search once."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._asks: tuple[Ask, ...] = ()
        self._found: list[tuple[Hit, ...]] = []

    def of(self, asks: Sequence[Ask]) -> list[tuple[Hit, ...]]:
        """Return the hits of each ask."""
        if tuple(asks) != self._asks:
            self._asks, self._found = tuple(asks), self._product.found(asks)
        return self._found


def arms(product: Product) -> dict[str, Index]:
    """Return the product's search and its two halves. Documents must all be of one pool."""
    hits = HitsOnce(product)
    return {FUSED: Remembered(Arm(hits, None)), LEXICAL: Arm(hits, "lexical"), DENSE: Arm(hits, "dense")}


@contextmanager
def opened(documents: Sequence[Document], *, grouped: bool = False) -> Iterator[Product]:
    """Build an index of ``documents`` in a scratch folder and open it.

    The encoder always learns which documents are translations. ``grouped`` shows one of them for all, as the product
    does; without it each is ranked by itself.
    """
    stored = [_stored(document, grouped=grouped) for document in documents]
    encoder = _fitted(documents, stored)
    with tempfile.TemporaryDirectory() as place:
        yield Product(search_over(Path(place), stored, encoder))


def _stored(one: Document, *, grouped: bool) -> Stored:
    if one.pool == "resolution":
        return prepare(_ticket(one))
    if one.pool == "macro":
        return Macro(id=one.id, title=one.title, body=one.body, language=one.language)
    group = one.group if grouped else None
    return Article(id=one.id, title=one.title, body=one.body, language=one.language, group=group)


def _ticket(one: Document) -> Resolution:
    return Resolution(
        id=one.id,
        subject=one.title,
        question=one.past.question,
        answer=one.body,
        language=one.language,
        csat=one.past.csat,
        reopened=one.past.reopened,
        resolved_at=one.past.resolved_at,
    )


def _fitted(documents: Sequence[Document], stored: Sequence[Stored]) -> Encoder:
    """Fit to what ``build`` fits to: titles with bodies, and the questions and answers of tickets."""
    texts = []
    for one, kept in zip(documents, stored, strict=True):
        if isinstance(kept, Resolution):
            parts = [part for part in (f"{kept.subject}\n{kept.question}".strip(), kept.answer) if part]
            texts += [TeamText(strip_placeholders(part), one.language, None, from_customers=True) for part in parts]
        else:
            texts.append(TeamText(strip_placeholders(f"{kept.title}\n{kept.body}"), one.language, one.group))
    return fit_team(shipped_encoder(), texts)
