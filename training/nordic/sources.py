"""What the encoder is trained on: rows whose left and right side belong together, each side in up to five languages.

A row of a source holds, per side, the number of a text in each language or -1. Sides that are the same are
translations; the trainer then draws two different languages, otherwise any language left and any right. Rows of one
``group`` may answer each other and are never each other's negatives.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replyassist.text.clean import clean
from replyassist.types import LANGUAGES
from training.corpus.files import Organisation, organisations
from training.corpus.schema import Article, Message
from training.nordic.heldout import DOCUMENTATION, Documentation, Pair, folded

QUESTIONS = Path(__file__).parent / "questions"
QUESTION_ORDER = ("en", "nb", "sv", "da", "fi")
KINDS = {"tatoeba": "conversation", "element": "interface", "saleor": "interface", "ms-alchemy": "alchemy"}
PIECE = 700
"""Characters of an article's piece: about what the product indexes as one chunk."""

Ints = NDArray[np.int32]
ByLanguage = Mapping[str, str]


@dataclass
class Pool:
    """Every text once, by number."""

    texts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, text: str, language: str) -> int:
        """Return the number of ``text``, new or not."""
        found = self.numbers.setdefault((language, text), len(self.texts))
        if found == len(self.texts):
            self.texts.append(text)
            self.languages.append(language)
        return found

    def row(self, texts: ByLanguage) -> list[int]:
        """Return the numbers of a text in each language, -1 where it has none."""
        return [self.add(texts[language], language) if texts.get(language) else -1 for language in LANGUAGES]


@dataclass(frozen=True)
class Source:
    """Rows (n, 5) of text numbers for each side, and the group (n,) of each row."""

    name: str
    left: Ints
    right: Ints
    group: Ints

    @property
    def translations(self) -> bool:
        """Return whether both sides are the same texts."""
        return self.left is self.right


def parallel_sources(pairs: Iterable[Pair], pool: Pool) -> Iterator[Source]:
    """Yield one source per style; sentences that share their English are one row in up to five languages."""
    rows: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for pair in pairs:
        kind = "documentation" if pair.source in DOCUMENTATION else KINDS[pair.source]
        row = rows[kind].setdefault(folded(pair.english), {"en": pair.english})
        row.setdefault(pair.language, pair.other)
    for kind, found in sorted(rows.items()):
        yield _translated(kind, [pool.row(row) for row in found.values()])


def article_sources(articles: Sequence[Documentation], pool: Pool) -> Iterator[Source]:
    """Yield title to body and first part to last part, over the training articles in all languages."""
    rows: dict[str, dict[str, Documentation]] = defaultdict(dict)
    for article in articles:
        if article.part == "train":
            rows[article.id][article.language] = article
    titles = [{language: one.title for language, one in row.items()} for row in rows.values()]
    bodies = [{language: one.body[:PIECE] for language, one in row.items()} for row in rows.values()]
    rests = [{language: one.body[PIECE : 3 * PIECE] for language, one in row.items()} for row in rows.values()]
    yield _between("title-body", titles, bodies, range(len(titles)), pool)
    yield _between("title-rest", titles, rests, range(len(titles)), pool)
    yield _between("body-rest", bodies, rests, range(len(titles)), pool)


def corpus_sources(pool: Pool) -> Iterator[Source]:
    """Yield what belongs together in the corpus: message and article, message and message, question and reply."""
    draw = random.Random(0)
    everything = list(organisations("train"))
    yield _between("message-article", *_transposed(_message_articles(everything)), pool)
    yield _between("message-title", *_transposed(_message_titles(everything)), pool)
    yield _between("message-message", *_transposed(_message_messages(everything, draw)), pool)
    yield _between("question-reply", *_transposed(_question_replies(everything)), pool)
    yield _between("heading-article", *_transposed(_heading_articles(everything)), pool)
    yield _translated("articles", [pool.row(_of_topic(one, topic)) for one, topic in _topics(everything)])


def question_sources(pool: Pool) -> Iterator[Source]:
    """Yield everyday questions: as asked in each language, and with the help article that answers."""
    asked, titles, answers = [], [], []
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            ask, title, answer = (
                dict(zip(QUESTION_ORDER, row[key], strict=True)) for key in ("ask", "title", "answer")
            )
            asked.append(ask)
            titles.append(title)
            answers.append({language: f"{title[language]}\n{answer[language]}" for language in QUESTION_ORDER})
    if asked:
        yield _translated("asked", [pool.row(row) for row in asked])
        yield _translated("answers", [pool.row(row) for row in answers])
        yield _between("asked-answer", asked, answers, range(len(asked)), pool)
        yield _between("asked-title", asked, titles, range(len(asked)), pool)


def asked_text(message: Message) -> str:
    """Return a message as the product reads it."""
    return f"{message.subject}\n{clean(message.text).text}".strip()


def _message_articles(everything: Sequence[Organisation]) -> Iterator[tuple[ByLanguage, ByLanguage, int]]:
    for one, topics in _numbered(everything):
        for message in one.messages:
            for topic in message.topics:
                if message.language in LANGUAGES:
                    yield {message.language: asked_text(message)}, _of_topic(one, topic), topics[topic]


def _message_titles(everything: Sequence[Organisation]) -> Iterator[tuple[ByLanguage, ByLanguage, int]]:
    for one, topics in _numbered(everything):
        titles: dict[str, dict[str, str]] = defaultdict(dict)
        for article in one.articles:
            titles[article.topic][article.language] = article.title
        for message in one.messages:
            for topic in message.topics:
                if message.language in LANGUAGES:
                    yield {message.language: asked_text(message)}, titles[topic], topics[topic]


def _message_messages(
    everything: Sequence[Organisation], draw: random.Random
) -> Iterator[tuple[ByLanguage, ByLanguage, int]]:
    for one, topics in _numbered(everything):
        about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for message in one.messages:
            for topic in message.topics[:1]:
                about[topic][message.language].append(asked_text(message))
        for topic, texts in about.items():
            for language in LANGUAGES:
                for text in texts[language]:
                    others = {to: draw.choice(texts[to]) for to in LANGUAGES if texts[to] and to != language}
                    if others:
                        yield {language: text}, others, topics[topic]


def _question_replies(everything: Sequence[Organisation]) -> Iterator[tuple[ByLanguage, ByLanguage, int]]:
    for one, topics in _numbered(everything):
        for ticket in one.tickets:
            if ticket.quality == "good" and ticket.language in LANGUAGES and ticket.topics:
                question = f"{ticket.subject}\n{clean(ticket.question).text}".strip()
                yield {ticket.language: question}, {ticket.language: ticket.reply}, topics[ticket.topics[0]]


def _heading_articles(everything: Sequence[Organisation]) -> Iterator[tuple[ByLanguage, ByLanguage, int]]:
    for one, topics in _numbered(everything):
        for topic in topics:
            mine = [article for article in one.articles if article.topic == topic]
            titles = {article.language: article.title for article in mine}
            yield titles, {article.language: article.body for article in mine}, topics[topic]


def _numbered(everything: Sequence[Organisation]) -> Iterator[tuple[Organisation, dict[str, int]]]:
    """Yield each organisation with a number for each of its topics that has articles."""
    start = 0
    for one in everything:
        names = sorted({article.topic for article in one.articles})
        yield one, {name: start + place for place, name in enumerate(names)}
        start += len(names)


def _topics(everything: Sequence[Organisation]) -> Iterator[tuple[Organisation, str]]:
    for one, topics in _numbered(everything):
        for topic in topics:
            yield one, topic


def _of_topic(one: Organisation, topic: str) -> ByLanguage:
    return {article.language: passage(article) for article in one.articles if article.topic == topic}


def passage(article: Article) -> str:
    """Return an article as it is found."""
    return f"{article.title}\n{article.body}"


def _transposed(
    rows: Iterable[tuple[ByLanguage, ByLanguage, int]],
) -> tuple[list[ByLanguage], list[ByLanguage], list[int]]:
    left, right, group = [], [], []
    for one, other, number in rows:
        left.append(one)
        right.append(other)
        group.append(number)
    return left, right, group


def _translated(name: str, rows: list[list[int]]) -> Source:
    numbers = np.array(rows, dtype=np.int32).reshape(-1, len(LANGUAGES))
    numbers = numbers[(numbers >= 0).sum(axis=1) > 1]
    return Source(name, numbers, numbers, np.arange(len(numbers), dtype=np.int32))


def _between(
    name: str, left: Sequence[ByLanguage], right: Sequence[ByLanguage], group: Iterable[int], pool: Pool
) -> Source:
    rows = [(pool.row(one), pool.row(other)) for one, other in zip(left, right, strict=True)]
    groups = np.array(list(group), dtype=np.int32)
    lefts = np.array([one for one, _ in rows], dtype=np.int32).reshape(-1, len(LANGUAGES))
    rights = np.array([other for _, other in rows], dtype=np.int32).reshape(-1, len(LANGUAGES))
    kept = (lefts >= 0).any(axis=1) & (rights >= 0).any(axis=1)
    return Source(name, lefts[kept], rights[kept], groups[kept])
