"""Customers' questions with known answers: the messages of an organisation of the corpus, asked of its own knowledge.

Each message that an article answers is asked twice, once as it is and once with the right articles hidden; messages
that no article answers are asked as they are. So more than half of the questions have no answer. Everything is asked
once with translations known as such and once without, because not every team groups them; then also with the
articles in the message's own language hidden, so that only those in the other four are left.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpus import fitted, question
from replyassist.building import prepare
from replyassist.classify.profile import intent_profiler
from replyassist.retrieve import Retriever, Segments, write_corpus
from replyassist.retrieve.fitting import Trial
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.table import group_source, id_key
from replyassist.types import LANGUAGES, Article, Document, Macro, Pool, Resolution
from training.corpus.files import Organisation
from training.corpus.schema import Message, Ticket

STARS = 5


@contextmanager
def opened(one: Organisation, model: RelevanceModel, *, grouped: bool = True) -> Iterator[Retriever]:
    """Build an organisation's articles, tickets and macros as ``build`` does, and open them."""
    encoder, profiler = fitted(one.articles), intent_profiler()
    with tempfile.TemporaryDirectory() as place:
        write_corpus(Path(place), documents(one, grouped=grouped), encoder, profiler)
        yield Retriever(Segments.open(Path(place), encoder, profiler), encoder, model, profiler)


def documents(one: Organisation, *, grouped: bool = True) -> list[Document]:
    """Return what the organisation knows, as the product's types."""
    articles = [
        Article(
            id=article.id,
            title=article.title,
            body=article.body,
            language=article.language,
            group=article.topic if grouped else None,
        )
        for article in one.articles
    ]
    macros = [Macro(id=m.id, title=m.title, body=m.body, language=m.language) for m in one.macros]
    return [*articles, *(prepare(resolution(ticket)) for ticket in one.tickets), *macros]


def resolution(ticket: Ticket) -> Resolution:
    """Return a ticket as the product keeps it."""
    return Resolution(
        id=ticket.id,
        question=ticket.question,
        answer=ticket.reply,
        subject=ticket.subject,
        language=ticket.language,
        csat=None if ticket.csat is None else (ticket.csat - 1) / (STARS - 1),
        reopened=ticket.reopened,
        resolved_at=datetime.fromisoformat(ticket.resolved_on).replace(tzinfo=UTC),
    )


@dataclass(frozen=True)
class Asked(Trial):
    """A trial; ``grouped`` says whether translations were known as such."""

    grouped: bool = True


def searches(retriever: Retriever, one: Organisation, pools: tuple[Pool, ...], *, grouped: bool = True) -> list[Asked]:
    """Ask every message, and return what was found for each."""
    found = []
    for message in one.messages:
        if message.language not in LANGUAGES:
            continue
        asked = retriever.read(question(message), language=message.language)
        for pool in pools:
            ids, sources = answers(one, message, pool, grouped=grouped)
            found.append(Asked(retriever.candidates(asked, pool), sources, pool, grouped=grouped))
            if ids and not grouped:
                own = frozenset(article.id for article in one.articles if article.language == message.language)
                abroad = retriever.candidates(asked, pool, exclude=own)
                found.append(Asked(abroad, sources - frozenset(map(id_key, own)), pool, grouped=False))
            if ids:
                hidden = retriever.candidates(asked, pool, exclude=ids)
                found.append(Asked(hidden, frozenset(), pool, grouped=grouped))
    return found


def answers(
    one: Organisation, message: Message, pool: Pool, *, grouped: bool = True
) -> tuple[frozenset[str], frozenset[int]]:
    """Return the ids of what answers a message in ``pool``, and the keys of the sources they are."""
    items = {"article": one.articles, "resolution": one.tickets, "macro": one.macros}[pool]
    topics = set(message.topics)
    right = [item for item in items if topics & ({item.topic} if pool == "article" else set(item.topics))]
    ids = frozenset(item.id for item in right)
    if pool == "article" and grouped:
        return ids, frozenset(group_source(item.topic) for item in right)
    return ids, frozenset(id_key(name) for name in ids)
