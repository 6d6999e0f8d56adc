"""Whether the relevance can be relied on: what is shown is right, and nothing is shown where nothing answers.

Every answerable question is asked twice: as it is, and with all that answers it left out (``exclude=`` of the search).
The corpus has messages besides that really nothing answers. Of the corpus the organisation's articles, translations
grouped as in the product; then the same with its past tickets and macros, of which a ticket is right when it shares a
topic with the message and its reply is good, a macro when it shares a topic; where a pool has none, the message counts
as unanswered there. Of the public sets the titles of :mod:`.articles`, within a language; near-duplicates by the set's
own ``group`` are right, and hidden, together.

Peers have no relevance; how well their top score tells the answerable from the others is theirs to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from benchmarks.common import OUT
from benchmarks.evidence.articles import SETS, Rows, asked_ids, bodies, read_set, titles
from benchmarks.evidence.messages import question, served
from benchmarks.evidence.outcomes import (
    TOP,
    Outcome,
    Question,
    at_cut_off,
    by_language,
    calibration,
    counts,
    first_three,
    of_index,
    outcome,
    separation,
    twice,
)
from benchmarks.evidence.peers import peers
from benchmarks.evidence.product import Product, opened
from benchmarks.evidence.show import table
from benchmarks.evidence.systems import Ask, Document, Past
from benchmarks.evidence.topics import articles_of
from replyassist.evaluate import curves, svg
from replyassist.types import LANGUAGES, POOLS, Pool
from training.corpus.files import Organisation, organisations
from training.corpus.schema import Message, Ticket

PRODUCT = "product"
CUT = ("precision", "precision of three", "answered", "answered rightly", "first right", "silent", "silent, real")
CALIBRATION = ("hits", "ECE, 10 bins", "ECE, 15 bins", "mean relevance", "share right")
STYLE = (
    "<style>text{font:12px sans-serif;fill:#1b1e23}.tick,.axis{fill:#535a66}.hint{fill:#b45f00;font-style:italic}"
    ".grid{stroke:#c9ced6;stroke-width:.6}.mark{stroke:#b45f00;stroke-width:1.5;stroke-dasharray:6 4}"
    '.dot{fill:#0072b2;fill-opacity:.75;stroke:#fff}</style><rect width="100%" height="100%" fill="#fff"/>'
)

Found = dict[str, list[Outcome]]
"""Outcomes per system."""


def silence(split: str, languages: Sequence[str] = LANGUAGES) -> dict[str, Any]:
    """Return how the product and peers tell the answerable, and the product's precision, silence and calibration."""
    articles_alone, everything = _corpus(split)
    result = {"corpus": _figures("corpus", split, articles_alone, LANGUAGES)}
    for pool, outcomes in everything.items():
        name = f"corpus with tickets and macros, {pool}"
        result[name] = _figures(name, split, {PRODUCT: outcomes}, LANGUAGES)
    for name in SETS:
        result[name] = _figures(name, split, _public(name, split, languages), languages)
    return result


def _figures(name: str, split: str, found: Found, languages: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for language, mine in by_language(found[PRODUCT], languages).items():
        result[language] = {
            "questions": counts(mine),
            "AUROC": {system: separation(by_language(of, languages)[language]) for system, of in found.items()},
            "at the cut-off": at_cut_off(mine),
            "calibration": calibration(mine),
        }
    if tuple(languages) == LANGUAGES:
        _draw(f"evidence-{split}-{name}".replace(",", "").replace(" ", "-"), found[PRODUCT])
    _print(name, result)
    return result


def _print(name: str, result: Mapping[str, Any]) -> None:
    first = result["all"]
    kinds = tuple(next(iter(first["AUROC"].values())))
    asked = ", ".join(f"{count} {kind}" for kind, count in first["questions"].items())
    rows = {system: [values[kind] for kind in kinds] for system, values in first["AUROC"].items()}
    table(f"silence, {name} ({asked}): AUROC of the top score", kinds, rows)
    cut = {language: [figures["at the cut-off"][column] for column in CUT] for language, figures in result.items()}
    table(f"silence, {name}: the product at the default cut-off", CUT, cut)
    errors = {
        language: [figures["calibration"].get(column) for column in CALIBRATION] for language, figures in result.items()
    }
    table(f"silence, {name}: calibration of the first {TOP} hits", CALIBRATION, errors)


def _draw(name: str, outcomes: Sequence[Outcome]) -> None:
    scores, right = first_three(outcomes)
    if len(scores):
        plot = svg.reliability(curves.reliability(scores, right), name)
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / f"{name}.svg").write_text(plot.replace(">", f">{STYLE}", 1) + "\n", encoding="utf-8")


def _corpus(split: str) -> tuple[Found, dict[Pool, list[Outcome]]]:
    """Return the outcomes of the articles alone, and per pool with tickets and macros beside them."""
    alone: Found = {PRODUCT: []}
    everything: dict[Pool, list[Outcome]] = {pool: [] for pool in POOLS}
    for one in organisations(split):
        documents = articles_of(one)
        asked = list(_questions(one))
        with opened(documents, grouped=True) as product:
            alone[PRODUCT] += _of_product(product, asked, documents)["article"]
        for system, index in peers(documents).items():
            alone.setdefault(system, []).extend(of_index(index, asked))
        documents += _past(one)
        with opened(documents, grouped=True) as product:
            for pool, outcomes in _of_product(product, asked, documents).items():
                everything[pool] += outcomes
    return alone, everything


def _of_product(
    product: Product, asked: Sequence[Question], documents: Sequence[Document]
) -> dict[Pool, list[Outcome]]:
    ids = {pool: {document.id for document in documents if document.pool == pool} for pool in POOLS}
    found: dict[Pool, list[Outcome]] = {pool: [] for pool in POOLS}
    for one in asked:
        hits = product.hits(one.ask, TOP)
        for pool in POOLS:
            question_here = one.among(ids[pool])
            if question_here is not None:
                ranking = [(hit.source_id, hit.relevance) for hit in hits.get(pool, ())]
                found[pool].append(outcome(question_here, ranking))
    return found


def _questions(one: Organisation) -> Iterator[Question]:
    for message in served(one):
        ask = Ask(question(message), message.language)
        if message.topics:
            yield from twice(message.id, ask, *_answers(one, message))
        else:
            yield Question(message.id, "unanswered", ask)


def _answers(one: Organisation, message: Message) -> tuple[frozenset[str], frozenset[str]]:
    """Return what answers a message, and what is hidden with it: replies that are not good as well."""
    wanted = set(message.topics)
    articles = {article.id for article in one.articles if article.topic in wanted}
    macros = {macro.id for macro in one.macros if wanted & set(macro.topics)}
    tickets = {ticket.id: ticket.quality for ticket in one.tickets if wanted & set(ticket.topics)}
    good = {name for name, quality in tickets.items() if quality == "good"}
    return frozenset(articles | macros | good), frozenset(articles | macros | set(tickets))


def _past(one: Organisation) -> list[Document]:
    tickets = [Document(t.id, t.subject, t.reply, t.language, pool="resolution", past=_ending(t)) for t in one.tickets]
    return tickets + [Document(m.id, m.title, m.body, m.language, pool="macro") for m in one.macros]


def _ending(ticket: Ticket) -> Past:
    solved = datetime.fromisoformat(ticket.resolved_on).replace(tzinfo=UTC)
    return Past(ticket.question, None if ticket.csat is None else ticket.csat / 5, ticket.reopened, solved)


def _public(name: str, split: str, languages: Sequence[str]) -> Found:
    rows, ids = read_set(name, languages), asked_ids(name, split)
    found: Found = {PRODUCT: []}
    for language in languages:
        documents = bodies(rows[language], language)
        asked = list(_title_questions(rows[language], ids[language], language))
        with opened(documents) as product:
            found[PRODUCT] += _of_product(product, asked, documents)["article"]
        for system, index in peers(documents).items():
            found.setdefault(system, []).extend(of_index(index, asked))
    return found


def _title_questions(rows: Rows, asked: set[str], language: str) -> Iterator[Question]:
    group_of = {row["id"]: row.get("group", row["id"]) for row in rows}
    alike: dict[str, set[str]] = {}
    for name, group in group_of.items():
        alike.setdefault(group, set()).add(name)
    for title, bearers in titles(rows, asked).items():
        answering = frozenset(other for name in bearers for other in alike[group_of[name]])
        yield from twice(min(bearers), Ask(title, language), answering, answering)
