"""Questions made from real help articles: their titles, asked of the bodies.

The corpus's knowledge bases are small and its articles short. That the weights also serve one of two thousand articles
(``kb_alchemy``) and long documentation (``kb_d365``) is what these questions are for: titles of articles that did not
train the encoder (the validation part), asked of all bodies of their language, and of those of another. Titles share
the article's wording more than customers do, so they count little.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import read
from replyassist.building import prepare
from replyassist.classify.profile import intent_profiler
from replyassist.embed import TeamText, fit_team, shipped_encoder
from replyassist.retrieve import Retriever, Segments, write_corpus
from replyassist.retrieve.fitting import Trial
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.table import id_key
from replyassist.text.personal import strip_placeholders
from replyassist.types import LANGUAGES, Article, Resolution
from training.nordic.heldout import articles as held_apart
from training.nordic.heldout import number

REPLIES, REPLY_WEIGHT = (1, 2), 0.5
"""Which tenths of Bitext's training replies are asked, by hash, and what a question counts; they rank, and calibrate
nothing: many replies to one intent say much the same, and only one of them counts as right.
"""

SETS = {"kb_alchemy": 0.2, "kb_d365": 1.0}
"""What a title of each set counts beside a customer's message: the first set has five times the titles."""


def practice_trials(model: RelevanceModel) -> list[Trial]:
    """Return the searches for the titles of all five languages, in their own language and in the next."""
    return [
        trial
        for name, weight in SETS.items()
        for place, language in enumerate(LANGUAGES)
        for trial in of_language(
            name, language, (language, LANGUAGES[(place + 1) % len(LANGUAGES)]), weight=weight, model=model
        )
    ]


def of_language(
    name: str, language: str, asked_in: Sequence[str], *, weight: float, model: RelevanceModel
) -> list[Trial]:
    """Return the searches in the articles of one language for the titles in some languages."""
    rows = list(read(f"{name}.{language}"))
    articles = [Article(id=row["id"], title="", body=row["body"], language=language) for row in rows]
    title_of = {row["id"]: row["title"] for row in rows}
    same_title: dict[str, set[int]] = {}
    for row in rows:
        same_title.setdefault(row["title"], set()).add(id_key(row["id"]))
    encoder = fit_team(shipped_encoder(), [TeamText(one.body, language) for one in articles])
    profiler = intent_profiler()
    found = []
    with tempfile.TemporaryDirectory() as place:
        write_corpus(Path(place), articles, encoder, profiler)
        retriever = Retriever(Segments.open(Path(place), encoder, profiler), encoder, model, profiler)
        for spoken in asked_in:
            for key, title in titles(name, spoken):
                if key in title_of:
                    asked, right = retriever.read(title, language=spoken), frozenset(same_title[title_of[key]])
                    found.append(Trial(retriever.candidates(asked, "article"), right, weight=weight))
                    found.append(Trial(retriever.candidates(asked, "article", hidden=right), right, weight=weight))
    return found


def reply_trials(model: RelevanceModel) -> list[Trial]:
    """Return the searches for Bitext's questions in their replies, as past tickets without a question.

    In English and worded by a template, but of hundreds of replies, which no organisation of the corpus has.
    """
    rows = [row for row in read("bitext_replies.train") if number("reply " + row["text"]) % 10 in REPLIES]
    answers = list(dict.fromkeys(row["response"] for row in rows))
    tickets = [prepare(Resolution(id=f"r{n}", question="", answer=one, language="en")) for n, one in enumerate(answers)]
    encoder = fit_team(shipped_encoder(), [TeamText(strip_placeholders(one.answer), "en") for one in tickets])
    profiler, found = intent_profiler(), []
    with tempfile.TemporaryDirectory() as place:
        write_corpus(Path(place), tickets, encoder, profiler)
        retriever = Retriever(Segments.open(Path(place), encoder, profiler), encoder, model, profiler)
        for row in rows:
            asked = retriever.read(row["text"], language="en")
            right = frozenset({id_key(f"r{answers.index(row['response'])}")})
            found.append(Trial(retriever.candidates(asked, "resolution"), right, "resolution", REPLY_WEIGHT))
    return found


def titles(name: str, language: str) -> list[tuple[str, str]]:
    """Return ids and titles of the validation part of a set in one language."""
    prefix = name.removeprefix("kb_") + "/"
    unseen = {one.id for one in held_apart() if one.part == "validation" and one.language == language}
    return [(row["id"], row["title"]) for row in read(f"{name}.{language}") if prefix + row["id"] in unseen]
