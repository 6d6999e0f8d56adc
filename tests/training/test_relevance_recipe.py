"""The recipe of the relevance model: questions, trials, ranking weights."""

from __future__ import annotations

import numpy as np
import pytest

from replyassist.embed import fit_lsa
from replyassist.retrieve.fusion import FEATURES
from replyassist.types import Article
from training.relevance.practice import Trials, questions, run_trials, stripped
from training.relevance.ranking import answerable, fit_weights, log_likelihood
from training.relevance.tickets import TOPIC_OF

THINGS = ["sykkel", "telt", "ovn", "lampe", "stol", "bord"]
FACTS = ["frakt", "retur", "garanti", "reparasjon"]


def corpus() -> list[Article]:
    return [
        Article(
            id=f"{thing}-{fact}",
            language="nb",
            title=f"{fact.capitalize()} for {thing}",
            body=f"Her leser du om {fact} når du har kjøpt en {thing}. "
            f"Reglene for {thing} og {fact} gjelder i hele landet, også når varen er kjøpt på nett hos oss i år.",
        )
        for thing in THINGS
        for fact in FACTS
    ]


def test_an_article_loses_what_becomes_its_question() -> None:
    article = corpus()[0]
    short = stripped(article)
    assert short is not None
    assert short.title == ""
    assert short.body.startswith("Reglene for sykkel")
    title, first, message = questions(article)
    assert (title.text, first.text) == (article.title, "Her leser du om frakt når du har kjøpt en sykkel.")
    assert message.text.startswith("Hei! Frakt for sykkel.")
    assert stripped(Article(id="a", title="T", body="En setning.")) is None


def test_trials_mark_the_own_article_and_hide_it_when_told() -> None:
    articles = corpus()
    asked = [question for article in articles for question in questions(article)[:1]]
    short = [shorter for a in articles if (shorter := stripped(a))]
    trials = run_trials(short, asked, fit_lsa([article.body for article in short], dim=8))
    right = np.bincount(trials.question, trials.relevant, len(asked))
    for question, count in zip(asked, right, strict=True):
        assert count == (0 if question.hide == "answer" else 1)


def sample(questions_asked: int) -> tuple[Trials, np.ndarray]:
    rng = np.random.default_rng(0)
    true = np.array([3.0, 1.0, 0.0, 2.0])
    features = rng.normal(size=(questions_asked * 6, len(FEATURES)))
    scores = features @ true + rng.gumbel(size=len(features))
    question = np.repeat(np.arange(questions_asked), 6)
    relevant = np.zeros(len(features), bool)
    relevant[np.arange(questions_asked) * 6 + scores.reshape(-1, 6).argmax(axis=1)] = True
    return Trials(features, relevant, question, questions_asked), true


def test_a_conditional_logit_finds_the_weights_that_made_the_choices() -> None:
    trials, true = sample(4000)
    assert fit_weights(trials, 1e-6) == pytest.approx(true, abs=0.2)


def test_the_gradient_is_that_of_the_loss() -> None:
    trials, _ = sample(50)
    best = fit_weights(trials, 0.0)
    free = best > 0
    for feature in np.flatnonzero(free):
        for step in (-1e-3, 1e-3):
            moved = best.copy()
            moved[feature] += step
            assert log_likelihood(trials, moved) <= log_likelihood(trials, best) + 1e-9


def test_questions_without_an_answer_say_nothing_about_order() -> None:
    trials, _ = sample(20)
    hidden = Trials(trials.features, trials.relevant & (trials.question > 4), trials.question, 20)
    assert set(answerable(hidden).question) == set(range(5, 20))


def test_every_intent_of_the_company_has_a_topic() -> None:
    from replyassist.demo import company_folder
    from replyassist.formats import read_articles, read_resolutions

    groups = {article.group for article in read_articles(company_folder() / "articles").documents}
    intents = {ticket.intent for ticket in read_resolutions(company_folder() / "resolutions.jsonl").documents}
    assert intents == set(TOPIC_OF)
    assert set(TOPIC_OF.values()) <= groups
