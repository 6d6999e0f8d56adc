"""How well contradictions are found: ``python -m benchmarks.contradictions [--split test]``.

Each organisation's articles, macros and past replies are searched together, with the shipped encoder fitted to the
articles as ``build`` does. A listed pair is right if it holds a flawed reply (wrong, outdated or contradicted);
pairs of articles and macros, and those with a good reply, count as false. ``states the flaw`` is stricter: the number
listed is the one that the label names. A reply's flaw is a number if the label names both the number of the reply and
another of that kind in an article of its topic; ``found`` is the share of these that are listed.

Articles of one topic were written apart from the same facts, so hardly any pair of translations should be listed. How
well a slip in a translation would be found is measured by making one: in every topic a number of one article, drawn by
a fixed seed, is multiplied by three, and the search runs over the articles alone.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from benchmarks.common import publish
from benchmarks.corpus import fitted
from replyassist.retrieve.contradictions import LEAST, Contradiction, find_contradictions
from replyassist.retrieve.quantities import Quantity, quantities
from replyassist.text.personal import mask_together
from replyassist.types import LANGUAGES, Article, Document, Macro, Resolution
from training.corpus.files import SPLITS, Organisation, organisations
from training.corpus.schema import Ticket

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision and recall of listed contradictions.")
    parser.add_argument("--split", choices=SPLITS, default="validation")
    split = parser.parse_args().split
    everything = list(organisations(split))
    listed = [(one, found) for one in everything for found in search(one, documents(one))]
    result: dict[str, Any] = {"split": split, "organisations": len(everything), "confidence": {}}
    for level in sorted({*LEVELS, LEAST}):
        result["confidence"][str(level)] = summary(everything, [hit for hit in listed if hit[1].confidence >= level])
    result["slips"] = slips(everything)
    publish(f"contradictions-{split}", result)


def search(one: Organisation, texts: Sequence[Document]) -> list[Contradiction]:
    return find_contradictions(texts, fitted(one.articles), least=min(LEVELS))


def pages(one: Organisation) -> list[Article]:
    return [Article(id=a.id, title=a.title, body=a.body, language=a.language, group=a.topic) for a in one.articles]


def documents(one: Organisation) -> list[Document]:
    macros = [Macro(id=m.id, title=m.title, body=m.body, language=m.language) for m in one.macros]
    return [*pages(one), *macros, *(reply(ticket) for ticket in one.tickets)]


def reply(ticket: Ticket) -> Resolution:
    """Return a ticket as ``build`` keeps it: with placeholders for what is personal."""
    subject, question, answer = mask_together((ticket.subject, ticket.question, ticket.reply), ticket.language)
    return Resolution(id=ticket.id, subject=subject, question=question, answer=answer, language=ticket.language)


def summary(everything: Sequence[Organisation], listed: Sequence[tuple[Organisation, Contradiction]]) -> dict[str, Any]:
    """Return precision of the listed pairs and the share of flawed numbers that are found, over all and per language.

    A pair belongs to the language of its reply, or of its first document.
    """
    tickets = {ticket.id: ticket for one in everything for ticket in one.tickets}
    wrong = {ticket.id: starts for one in everything for ticket in one.tickets if (starts := flawed(ticket, one))}
    language = {article.id: article.language for one in everything for article in one.articles}
    language |= {macro.id: macro.language for one in everything for macro in one.macros}
    language |= {ticket.id: ticket.language for ticket in tickets.values()}
    rows = []
    for _, pair in listed:
        ticket = tickets.get(pair.second.id)
        spoken = language[pair.second.id if ticket else pair.first.id]
        right = ticket is not None and ticket.quality != "good"
        exact = ticket is not None and pair.second.quantity.start in wrong.get(ticket.id, ())
        rows.append((spoken, outcome(pair, ticket), right, exact, pair.second.id))
    result: dict[str, Any] = {}
    for name in ("all", *LANGUAGES):
        mine = [row for row in rows if name in ("all", row[0])]
        asked = [ticket for ticket in wrong if name in ("all", language[ticket])]
        found = {row[4] for row in mine if row[3]}
        result[name] = {
            "listed": len(mine),
            "precision": share(sum(row[2] for row in mine), len(mine)),
            "states the flaw": share(sum(row[3] for row in mine), len(mine)),
            "flawed numbers": len(asked),
            "found": share(len(found), len(asked)),
        }
    result["all"]["kinds"] = dict(Counter(row[1] for row in rows))
    return result


def outcome(pair: Contradiction, ticket: Ticket | None) -> str:
    if ticket is None:
        return f"{pair.first.pool} and {pair.second.pool}"
    return f"{pair.first.pool} and {'good' if ticket.quality == 'good' else 'flawed'} reply"


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def flawed(ticket: Ticket, one: Organisation) -> set[int]:
    """Return where in the reply the numbers begin that its label calls flawed; none if the flaw is no number."""
    if ticket.quality == "good":
        return set()
    named = named_numbers(ticket.flaw)
    said = [
        quantity
        for article in one.articles
        if article.topic in ticket.topics and article.language == ticket.language
        for quantity in quantities(article.body, article.language)
        if named & {quantity.low, quantity.high}
    ]
    mine = [one for one in quantities(reply(ticket).answer, ticket.language) if named & {one.low, one.high}]
    return {one.start for one in mine if any(differs(one, other) for other in said)}


def differs(one: Quantity, other: Quantity) -> bool:
    same_kind = one.kind == other.kind and (one.kind == "duration" or one.unit == other.unit)
    working = {one.unit, other.unit} & {"working_day"}
    comparable = same_kind and (not working or one.unit == other.unit)
    return comparable and (one.unit != other.unit or not {one.low, one.high} & {other.low, other.high})


def named_numbers(flaw: str) -> set[float]:
    """Return the numbers in an English label, clock times also as minutes."""
    found = {float(number.replace(",", "")) for number in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", flaw)}
    found |= {float(WORDS.index(word)) for word in re.findall(r"[a-z]+", flaw.lower()) if word in WORDS}
    return found | {value for one in quantities(flaw, "en") for value in (one.low, one.high)}


def slips(everything: Sequence[Organisation]) -> dict[str, Any]:
    """Return, per level, the share of made slips that are listed (over all and per language) and what else is."""
    rows = [row for one in everything for row in slipped(one)]
    others = [pair for row in rows for pair in row[2]]
    result: dict[str, Any] = {}
    for level in LEVELS:
        found = {name: [row[1] >= level for row in rows if name in ("all", row[0])] for name in ("all", *LANGUAGES)}
        result[str(level)] = {
            "made": len(rows),
            "other pairs listed": sum(confidence >= level for confidence in others),
            **{name: share(sum(hits), len(hits)) for name, hits in found.items()},
        }
    return result


def slipped(one: Organisation) -> Iterator[tuple[str, float, list[float]]]:
    """Yield of each slip its language and the confidence of its clearest pair (0: none); with the first, of others."""
    changed = dict(slip(one))
    texts = [
        msgspec.structs.replace(page, body=changed[page.id][0]) if page.id in changed else page for page in pages(one)
    ]
    listed = search(one, texts)
    sides = [(pair, {(side.id, side.quantity.start) for side in (pair.first, pair.second)}) for pair in listed]
    places = {(name, start) for name, (_, start) in changed.items()}
    others = [pair.confidence for pair, stated in sides if stated.isdisjoint(places)]
    language = {article.id: article.language for article in one.articles}
    for place in sorted(places):
        best = max((pair.confidence for pair, stated in sides if place in stated), default=0.0)
        yield language[place[0]], best, others
        others = []


def slip(one: Organisation) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield article, its body with one number changed, and where; one article of each topic."""
    draw = random.Random(one.profile.id)
    for topic in dict.fromkeys(article.topic for article in one.articles):
        article = draw.choice([article for article in one.articles if article.topic == topic])
        kinds = ("duration", "percent", "money")
        stated = [q for q in quantities(article.body, article.language) if q.kind in kinds]
        digits = [
            (q, number)
            for q in stated
            if (number := re.search(r"(?<![\d.,])[1-9]\d{0,2}(?![\d.,])", article.body[q.start : q.end]))
        ]
        if digits:
            quantity, number = draw.choice(digits)
            start, end = quantity.start + number.start(), quantity.start + number.end()
            body = f"{article.body[:start]}{3 * int(number[0])}{article.body[end:]}"
            yield article.id, (body, quantity.start)


if __name__ == "__main__":
    main()
