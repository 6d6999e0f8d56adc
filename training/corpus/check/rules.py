"""Labels, offsets, references and counts: what must hold without exception."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from replyassist.types import LANGUAGES
from training.corpus.files import Organisation
from training.corpus.labels import CODES, INTENTS, PERSONAL
from training.corpus.schema import MISSING, Article, Mark, Message, ParityMessage, Ticket

AT_LEAST = {"organisations": 32, "sectors": 16, "messages": 6000, "tickets": 1500, "parity": 200}
PER_LANGUAGE, PER_INTENT, PER_CODE = 1000, 60, 40
_ARTICLE_WORDS = (80, 250)
_MOST_TOPICS = 3


def marks_of(text: str, marks: Sequence[Mark], kinds: frozenset[str], where: str) -> Iterator[str]:
    """Yield what is wrong with the marks of a text."""
    for mark in marks:
        if mark.kind not in kinds:
            yield f"{where}: mark of unknown kind {mark.kind}"
        if not 0 <= mark.start < mark.end <= len(text) or text[mark.start : mark.end] != mark.text:
            yield f"{where}: mark {mark.kind} at {mark.start} does not hold its words"
        elif mark.text != mark.text.strip():
            yield f"{where}: mark {mark.kind} at {mark.start} begins or ends with a space"


def message_problems(message: Message, topics: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with a message."""
    where = message.id
    yield from _labels(where, "intent", (*message.intents, *message.acceptable), INTENTS)
    yield from _labels(where, "missing fact", message.missing, MISSING)
    yield from _labels(where, "topic", message.topics, topics)
    yield from marks_of(message.text, message.codes, CODES, where)
    yield from marks_of(message.text, message.personal, PERSONAL, where)
    for turn in message.thread:
        yield from marks_of(turn.text, turn.personal, PERSONAL, f"{where} (earlier turn)")
    if not message.intents:
        yield f"{where}: no intent"
    if len(message.topics) > _MOST_TOPICS:
        yield f"{where}: {len(message.topics)} topics, at most {_MOST_TOPICS}"
    if not message.text.strip():
        yield f"{where}: empty text"
    if message.intents[:1] and message.intents[0] in message.acceptable:
        yield f"{where}: the primary intent stands among the acceptable ones"


def article_problems(article: Article) -> Iterator[str]:
    """Yield what is wrong with an article."""
    words = len(article.body.split())
    if not _ARTICLE_WORDS[0] <= words <= _ARTICLE_WORDS[1]:
        yield f"{article.id}: {words} words, not {_ARTICLE_WORDS[0]} to {_ARTICLE_WORDS[1]}"
    if not article.title:
        yield f"{article.id}: no title"


def ticket_problems(ticket: Ticket, topics: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with a resolved ticket."""
    where = ticket.id
    yield from _labels(where, "intent", (ticket.intent,), INTENTS)
    yield from _labels(where, "topic", ticket.topics, topics)
    yield from marks_of(ticket.question, ticket.question_personal, PERSONAL, where)
    yield from marks_of(ticket.reply, ticket.reply_personal, PERSONAL, where)
    if (ticket.quality == "good") != (not ticket.flaw):
        yield f"{where}: a flaw belongs to replies that are not good, and only to them"
    if ticket.csat is not None and not 1 <= ticket.csat <= 5:
        yield f"{where}: csat must be 1 to 5"
    if ticket.received_on > ticket.resolved_on:
        yield f"{where}: resolved before it was received"


def organisation_problems(organisation: Organisation) -> Iterator[str]:
    """Yield what is wrong within one organisation."""
    topics = {topic.id for topic in organisation.profile.topics}
    name = organisation.profile.id
    if not 10 <= len(topics) <= 14:
        yield f"{name}: {len(topics)} topics, not 10 to 14"
    yield from _labels(name, "intent", (i for t in organisation.profile.topics for i in t.intents), INTENTS)
    written = Counter((article.topic, article.language) for article in organisation.articles)
    for topic in sorted(topics):
        for language in LANGUAGES:
            if written[topic, language] != 1:
                yield f"{name}: {written[topic, language]} articles on {topic} in {language}, not one"
    for article in organisation.articles:
        yield from article_problems(article)
    for message in organisation.messages:
        yield from message_problems(message, topics)
    for ticket in organisation.tickets:
        yield from ticket_problems(ticket, topics)
    for macro in organisation.macros:
        yield from _labels(macro.id, "topic", macro.topics, topics)


def corpus_problems(everything: Sequence[Organisation], parity: Sequence[ParityMessage]) -> Iterator[str]:
    """Yield what is wrong with the corpus as a whole: ids, splits, counts."""
    ids = Counter(
        row.id for one in everything for rows in (one.messages, one.tickets, one.articles, one.macros) for row in rows
    )
    yield from (f"id {name} is used {times} times" for name, times in ids.items() if times > 1)
    sectors = {one.profile.sector for one in everything}
    train = {one.profile.sector for one in everything if one.split == "train"}
    for one in everything:
        if one.split == "test" and one.profile.sector in train:
            yield f"{one.profile.id}: its sector {one.profile.sector} is also in train"
    messages = [message for one in everything for message in one.messages]
    counted = {
        "organisations": len(everything),
        "sectors": len(sectors),
        "messages": len(messages),
        "tickets": sum(len(one.tickets) for one in everything),
        "parity": len(parity),
    }
    yield from (
        f"{counted[what]} {what}, fewer than {least}" for what, least in AT_LEAST.items() if counted[what] < least
    )
    by_language = Counter(message.language for message in messages)
    by_intent = Counter(intent for message in messages for intent in message.intents)
    by_code = Counter(code for message in messages for code in {mark.kind for mark in message.codes})
    for counts, names, least in (
        (by_language, LANGUAGES, PER_LANGUAGE),
        (by_intent, INTENTS, PER_INTENT),
        (by_code, sorted(CODES), PER_CODE),
    ):
        yield from (
            f"{counts[name]} messages with {name}, fewer than {least}" for name in names if counts[name] < least
        )
    for message in parity:
        yield from _labels(message.id, "intent", (*message.intents, *message.acceptable), INTENTS)
        yield from _labels(message.id, "code", message.codes, CODES)
        if set(message.texts) != set(LANGUAGES):
            yield f"{message.id}: not in all five languages"


def _labels(where: str, what: str, used: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = set(known)
    yield from (f"{where}: unknown {what} {name}" for name in used if name not in allowed)
