"""The task itself: the topic that answers a customer's message, among those of the organisation.

A message (subject and cleaned text) is asked of the organisation's articles; a topic ranks by its best article. Of
three knowledge bases: all five languages together, the message's own, the other four; what does not belong to one is
left out by the system under test. Messages that no article answers are left out, and those in a sixth language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.evidence.messages import askable, question
from benchmarks.evidence.peers import peers
from benchmarks.evidence.product import arms, opened
from benchmarks.evidence.rankings import Answers
from benchmarks.evidence.show import table
from benchmarks.evidence.systems import Ask, Document, Index, Ranking
from replyassist.types import LANGUAGES
from training.corpus.files import Organisation, organisations
from training.corpus.schema import Message

VIEWS = ("all languages", "same language", "other languages")
SHOWN = ("hit_rate@1", "hit_rate@3", "recall@3", "recall@10", "mrr@10", "ndcg@10")


def topics(split: str) -> dict[str, Any]:
    """Return the figures per view, over all messages and per language."""
    answers = {view: Answers() for view in VIEWS}
    for one in organisations(split):
        _asked(one, answers)
    result: dict[str, Any] = {}
    for view, found in answers.items():
        result[view] = {"all": found.figures()} | {language: found.figures([language]) for language in LANGUAGES}
        systems = result[view]["all"]["systems"]
        rows = {system: [figures[name] for name in SHOWN] for system, figures in systems.items()}
        table(f"topics, {view}, {result[view]['all']['questions']} messages", SHOWN, rows)
        rows = {
            system: [result[view][language]["systems"][system]["ndcg@10"] for language in LANGUAGES]
            for system in systems
        }
        table(f"topics, {view}, ndcg@10", LANGUAGES, rows)
    return result


def articles_of(one: Organisation) -> list[Document]:
    """Return the articles of an organisation; those of one topic are translations of one another."""
    return [Document(a.id, a.title, a.body, a.language, group=a.topic) for a in one.articles]


def _asked(one: Organisation, answers: dict[str, Answers]) -> None:
    documents, messages = articles_of(one), askable(one)
    topic_of = {article.id: article.topic for article in one.articles}
    qrels = {message.id: dict.fromkeys(message.topics, 1.0) for message in messages}
    with opened(documents) as product:
        systems: dict[str, Index] = {**peers(documents), **arms(product)}
        for view in VIEWS:
            asks = [Ask(question(m), m.language, hidden(view, m, documents)) for m in messages]
            runs = {
                name: {
                    m.id: distinct_topics(found, topic_of) for m, found in zip(messages, system.rank(asks), strict=True)
                }
                for name, system in systems.items()
            }
            answers[view].add(qrels, runs, [m.id for m in messages], [m.language for m in messages])


def hidden(view: str, message: Message, documents: Sequence[Document]) -> frozenset[str]:
    """Return the documents that do not belong to a view."""
    if view == "all languages":
        return frozenset()
    same = view == "same language"
    return frozenset(one.id for one in documents if (one.language == message.language) != same)


def distinct_topics(found: Ranking, topic_of: dict[str, str]) -> list[str]:
    """Return the topics in the order of their best article.

    >>> distinct_topics([("a-nb", 3.0), ("a-sv", 2.0), ("b-nb", 1.0)], {"a-nb": "a", "a-sv": "a", "b-nb": "b"})
    ['a', 'b']
    """
    return list(dict.fromkeys(topic_of[name] for name, _ in found))
