"""Finding the request in long mails: ``python -m benchmarks.mails [--split test]``.

Does that help against searching by all of the mail? Customers' messages of the corpus are asked of their organisation's
articles, grouped by topic as ``build`` does; a hit is a right topic among the first ``k`` sources of the pool
``article``. ``whole`` counts every word of a mail alike and searches by one vector of it; ``read`` is the product,
which weighs sentences by how much they look like a request. Both rank with the shipped model and share all else.

* own: messages of 60 words or more, as they are;
* long: every answerable message inside a mail of some 260 words: a greeting, everyday talk in the same language before
  and after it (held-out Tatoeba sentences), a signature, and below it a message about something else, quoted. The mail
  goes through ``clean`` as in the product, and once does not; ``message alone`` is the bound;
* double: two messages with different topics in one mail; a hit is both of them among the first ``k``.

Intervals are 95 %, from 2,000 bootstrap samples of messages; they do not cover that there are few organisations. The
ranking weights were fitted on the validation organisations: there, figures favour ``read``, whose features they know.
"""

from __future__ import annotations

import argparse
import random
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.common import publish
from benchmarks.corpus import askable, fitted, question
from replyassist.embed import Encoder
from replyassist.retrieve import Retriever
from replyassist.retrieve.lexical import words
from replyassist.retrieve.query import Query
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.text.clean import clean
from replyassist.types import LANGUAGES, Pool
from training.corpus.files import Organisation, organisations
from training.corpus.schema import Message
from training.nordic.heldout import translations
from training.relevance.questions import opened

POOLS: tuple[Pool, ...] = ("article",)
LONG, TALK, PARAGRAPH, WIDTH = 60, (8, 12), 4, 72
DEPTH, SAMPLES, SEED = 10, 2_000, 0
LENGTHS = ("message", "cleaned mail", "whole mail")
GREETINGS = {"nb": "Hei!", "sv": "Hej!", "da": "Hej!", "fi": "Hei!", "en": "Hello!"}
SIGNATURES = {
    "nb": "Med vennlig hilsen\nKari Nordmann\nTlf. 22 00 00 00",
    "sv": "Med vänliga hälsningar\nKarin Svensson\nTel. 08-000 00 00",
    "da": "Med venlig hilsen\nKaren Jensen\nTlf. 33 00 00 00",
    "fi": "Ystävällisin terveisin\nKaisa Virtanen\nPuh. 09 000 0000",
    "en": "Kind regards\nKaren Smith\nTel. 020 0000 0000",
}
ATTRIBUTIONS = {
    "nb": "Den 3. mars 2026 kl. 14:12 skrev Kari Nordmann <kari@example.com>:",
    "sv": "Den 3 mars 2026 kl. 14:12 skrev Karin Svensson <karin@example.com>:",
    "da": "Den 3. marts 2026 kl. 14.12 skrev Karen Jensen <karen@example.com>:",
    "fi": "ti 3. maaliskuuta 2026 klo 14.12 Kaisa Virtanen (kaisa@example.com) kirjoitti:",
    "en": "On Tue, 3 Mar 2026 at 14:12, Karen Smith <karen@example.com> wrote:",
}
ONE_REQUEST: dict[str, Callable[[int], float]] = {
    "hit@1": lambda rank: float(rank == 1),
    "hit@3": lambda rank: float(0 < rank <= 3),
    "MRR@10": lambda rank: 1 / rank if rank else 0.0,
}
PAIRS = (
    ("read", "whole"),
    ("read", "read, uncleaned"),
    ("whole", "whole, uncleaned"),
    ("read, uncleaned", "whole, uncleaned"),
)
Row = tuple[str, Mapping[str, Mapping[str, float]]]
"""The language of a mail, and what each system measures on it."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Search for the request in long mails.")
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    split = parser.parse_args().split
    talk = everyday_talk(split)
    rows: dict[str, list[Row]] = {"own": [], "long": [], "double": []}
    lengths: list[tuple[int, int, int]] = []
    for one in organisations(split):
        with opened(one, RelevanceModel.prior()) as retriever:
            search = Searcher(retriever, fitted(one.articles))
            rows["own"] += own_mails(one, search)
            rows["long"] += long_mails(one, search, talk, lengths)
            rows["double"] += double_mails(one, search)
    result = {name: summary(of) for name, of in rows.items()}
    mean = np.mean(lengths, axis=0).round().tolist()
    publish(f"mails-{split}", {"split": split, "long, mean words": dict(zip(LENGTHS, mean, strict=True)), **result})
    print("\n\n".join(table(name, of) for name, of in result.items()))


def everyday_talk(split: str) -> dict[str, list[str]]:
    """Return the longer third of the held-out everyday sentences of each language."""
    found = translations(())
    pairs = (found.test if split == "test" else found.validation)["conversation"]
    talk = {language: [pair.other for pair in of] for language, of in pairs.items()}
    talk["en"] = list(dict.fromkeys(pair.english for of in pairs.values() for pair in of))
    return {language: sorted(of, key=lambda said: -len(said.split()))[: len(of) // 3] for language, of in talk.items()}


@dataclass(frozen=True)
class Searcher:
    """Asks an organisation's articles, by all of a text or as the product reads it."""

    retriever: Retriever
    encoder: Encoder

    def topics(self, text: str, language: str) -> dict[str, list[str]]:
        """Return the topics found, best first, by system."""
        read = self.retriever.read(text, language=language)
        vector = self.encoder.encode([text], kind="query")[0]
        none = np.zeros((0, len(vector)), np.float32)
        whole = replace(read, words=dict.fromkeys(words(text), 1.0), vector=vector, parts=vector[None], requests=none)
        return {"whole": self._found(whole), "read": self._found(read)}

    def _found(self, query: Query) -> list[str]:
        hits = self.retriever.search(query, k=DEPTH, pools=POOLS, language=query.language)["article"]
        return [hit.group or "" for hit in hits]


def ranked(found: Sequence[str], right: Sequence[str]) -> dict[str, float]:
    """Measure a list of topics by the place of the first right one."""
    rank = next((place for place, topic in enumerate(found, start=1) if topic in right), 0)
    return {name: measure(rank) for name, measure in ONE_REQUEST.items()}


def own_mails(one: Organisation, search: Searcher) -> Iterator[Row]:
    for message in askable(one):
        if len(question(message).split()) >= LONG:
            found = search.topics(question(message), message.language)
            yield message.language, {system: ranked(topics, message.topics) for system, topics in found.items()}


def long_mails(
    one: Organisation, search: Searcher, talk: Mapping[str, Sequence[str]], lengths: list[tuple[int, int, int]]
) -> Iterator[Row]:
    """Ask every message from within a long mail; adds to ``lengths`` the words of message, cleaned and whole mail."""
    for message in askable(one):
        dice = dice_for(one, message)
        whole_mail = mail(message, another(one, message, dice), talk[message.language], dice)
        cleaned = clean(whole_mail).text
        lengths.append((len(body(message).split()), len(cleaned.split()), len(whole_mail.split())))
        asked = {"": cleaned, ", uncleaned": whole_mail}
        found = {
            system + how: topics
            for how, text in asked.items()
            for system, topics in search.topics(f"{message.subject}\n{text}".strip(), message.language).items()
        }
        found["message alone"] = search.topics(question(message), message.language)["read"]
        yield message.language, {system: ranked(topics, message.topics) for system, topics in found.items()}


def double_mails(one: Organisation, search: Searcher) -> Iterator[Row]:
    for message in askable(one):
        other = another(one, message, dice_for(one, message))
        found = search.topics(f"{question(message)}\n\n{question(other)}", message.language)
        yield (
            message.language,
            {
                system: {
                    f"both@{k}": float(all(set(topics[:k]) & set(m.topics) for m in (message, other))) for k in (3, 5)
                }
                for system, topics in found.items()
            },
        )


def dice_for(one: Organisation, message: Message) -> random.Random:
    return random.Random(f"{SEED} {one.profile.id} {message.id}")


def another(one: Organisation, message: Message, dice: random.Random) -> Message:
    """Return a message to the same organisation in the same language about something else."""
    topics = set(message.topics)
    return dice.choice([m for m in askable(one) if m.language == message.language and not topics & set(m.topics)])


def body(message: Message) -> str:
    """Return what a message says, without a greeting of its own."""
    found = clean(message.text)
    return found.text.removeprefix(found.greeting).lstrip(" ,.!\n") or found.text


def mail(message: Message, quoted: Message, talk: Sequence[str], dice: random.Random) -> str:
    """Return ``message`` in a long mail, with ``quoted`` below it."""
    before, after = (dice.sample(talk, dice.randint(*TALK)) for _ in range(2))
    said = body(quoted).splitlines()
    lines = [part for line in said for part in textwrap.wrap(line, WIDTH) or [""]]
    return "\n\n".join(
        (
            GREETINGS[message.language],
            *paragraphs(before),
            body(message),
            *paragraphs(after),
            SIGNATURES[message.language],
            "\n".join((ATTRIBUTIONS[message.language], *(f"> {line}".rstrip() for line in lines))),
        )
    )


def paragraphs(sentences: Sequence[str]) -> list[str]:
    return [" ".join(sentences[start : start + PARAGRAPH]) for start in range(0, len(sentences), PARAGRAPH)]


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return every measure of every system, and the differences, over all mails and by language."""
    result: dict[str, Any] = {}
    for language in ("all", *LANGUAGES):
        mine = [measured for spoken, measured in rows if language in ("all", spoken)]
        if not mine:
            continue
        values = {
            system: {name: np.array([one[system][name] for one in mine]) for name in mine[0][system]}
            for system in mine[0]
        }
        drawn = np.random.default_rng(SEED).integers(len(mine), size=(SAMPLES, len(mine)))
        differences = {
            f"{one} - {other}": {name: values[one][name] - values[other][name] for name in values[one]}
            for one, other in PAIRS
            if one in values and other in values
        }
        result[language] = {"mails": len(mine)} | {
            system: {name: interval(of, drawn) for name, of in measures.items()}
            for system, measures in (values | differences).items()
        }
    return result


def interval(values: np.ndarray[Any, np.dtype[np.float64]], drawn: np.ndarray[Any, Any]) -> list[float]:
    """Return the mean in per cent with the ends of its interval."""
    ends = np.percentile(values[drawn].mean(axis=1), (2.5, 97.5))
    return [round(100 * float(value), 1) for value in (values.mean(), *ends)]


def table(name: str, result: Mapping[str, Any]) -> str:
    """Return one set as Markdown: a row per system and measure, a column per language."""
    heads = [f"{language} ({of['mails']})" for language, of in result.items()]
    lines = [f"| {name} | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for system, measures in result["all"].items():
        for measure in measures if system != "mails" else ():
            cells = [result[language][system][measure] for language in result]
            lines.append(f"| {system}, {measure} | {' | '.join(f'{m} ({low} to {high})' for m, low, high in cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
