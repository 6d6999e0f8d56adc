"""The article that bears a title, in a knowledge base of bodies without titles.

``kb_d365`` is translated by people; of ``kb_alchemy`` most Nordic articles are machine translations. Asked are the
titles of the articles that :mod:`training.nordic.heldout` keeps for the split; the other bodies of the knowledge base
did train the encoder. Within a language, and from every language to every other, where the article with the same id is
right. Articles of equal title are all right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.common import read
from benchmarks.evidence.peers import peers
from benchmarks.evidence.product import arms, opened
from benchmarks.evidence.rankings import Answers
from benchmarks.evidence.show import table
from benchmarks.evidence.systems import Ask, Document, Index
from replyassist.types import LANGUAGES
from training.nordic.heldout import articles as held_apart

SETS = ("kb_d365", "kb_alchemy")
SHOWN = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "ndcg@10")

Rows = Sequence[Mapping[str, str]]


def articles(split: str, languages: Sequence[str] = LANGUAGES) -> dict[str, Any]:
    """Return the figures of both sets, within languages and across."""
    return {name: _of_set(name, split, languages) for name in SETS}


def read_set(name: str, languages: Sequence[str]) -> dict[str, Rows]:
    """Return the rows of a set per language."""
    return {language: list(read(f"{name}.{language}")) for language in languages}


def asked_ids(name: str, split: str) -> dict[str, set[str]]:
    """Return per language the ids whose titles are asked in ``split``."""
    prefix = name.removeprefix("kb_") + "/"
    found: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for one in held_apart():
        if one.part == split and one.id.startswith(prefix):
            found[one.language].add(one.id.removeprefix(prefix))
    return found


def bodies(rows: Rows, language: str) -> list[Document]:
    """Return the knowledge base without titles."""
    return [Document(row["id"], "", row["body"], language) for row in rows]


def titles(rows: Rows, asked: set[str]) -> dict[str, set[str]]:
    """Return the asked titles with the ids of all articles that bear them."""
    bearers: dict[str, set[str]] = {}
    for row in rows:
        bearers.setdefault(row["title"], set()).add(row["id"])
    return {row["title"]: bearers[row["title"]] for row in rows if row["id"] in asked and row["title"].strip()}


def _of_set(name: str, split: str, languages: Sequence[str]) -> dict[str, Any]:
    rows, asked = read_set(name, languages), asked_ids(name, split)
    answers = Answers()
    for held in languages:
        documents = bodies(rows[held], held)
        with opened(documents) as product:
            systems: dict[str, Index] = {**peers(documents), **arms(product)}
            known = {document.id for document in documents}
            for asking in languages:
                _ask(answers, systems, titles(rows[asking], asked[asking]), known, (asking, held))
    return _summary(name, answers, languages)


def _ask(
    answers: Answers,
    systems: Mapping[str, Index],
    questions: Mapping[str, set[str]],
    known: set[str],
    direction: tuple[str, str],
) -> None:
    right = {title: ids & known for title, ids in questions.items() if ids & known}
    qrels = {title: dict.fromkeys(sorted(ids), 1.0) for title, ids in right.items()}
    asks = [Ask(title, direction[0]) for title in qrels]
    runs = {
        name: {title: [found for found, _ in ranking] for title, ranking in zip(qrels, system.rank(asks), strict=True)}
        for name, system in systems.items()
    }
    # The same article asked in several languages is one unit.
    answers.add(qrels, runs, [min(ids) for ids in right.values()], [">".join(direction)] * len(qrels))


def _summary(name: str, answers: Answers, languages: Sequence[str]) -> dict[str, Any]:
    same = {language: answers.figures([f"{language}>{language}"]) for language in languages}
    pairs = [f"{one}>{other}" for one in languages for other in languages if one != other]
    across = {pair: answers.figures([pair]) for pair in pairs}
    result: dict[str, Any] = {"same language": same, "across": across}
    result["same language, mean"] = answers.figures([f"{one}>{one}" for one in languages], each_alike=True)
    if pairs:
        result["across, mean"] = answers.figures(pairs, each_alike=True)
        result["across, worst"] = _worst(across)
    _print(name, result)
    return result


def _worst(across: Mapping[str, Any]) -> dict[str, Any]:
    """Return per system and metric the worst direction and its figure."""
    systems = next(iter(across.values()))["systems"]
    return {
        system: {
            metric: min((figures["systems"][system][metric][0], pair) for pair, figures in across.items())
            for metric in SHOWN
        }
        for system in systems
    }


def _print(name: str, result: Mapping[str, Any]) -> None:
    for kind in ("same language, mean", "across, mean"):
        if kind in result:
            systems = result[kind]["systems"]
            rows = {system: [figures[metric] for metric in SHOWN] for system, figures in systems.items()}
            table(f"articles, {name}, {kind}, {result[kind]['questions']} questions", SHOWN, rows)
    same = result["same language"]
    for metric in ("recall@10", "ndcg@10"):
        rows = {system: [same[one]["systems"][system][metric] for one in same] for system in systems_of(same)}
        table(f"articles, {name}, same language, {metric}", list(same), rows)
    if "across, worst" in result:
        worst = {
            system: [f"{figure[m][0]} {figure[m][1]}" for m in ("recall@10", "ndcg@10")]
            for system, figure in result["across, worst"].items()
        }
        table(f"articles, {name}, across, worst direction", ("recall@10", "ndcg@10"), worst)


def systems_of(figures: Mapping[str, Any]) -> list[str]:
    """Return the systems in figures per language."""
    return list(next(iter(figures.values()))["systems"])
