from __future__ import annotations

import numpy as np
import pytest

from replyassist.retrieve import Store, build_index
from replyassist.retrieve.practice import MIN_ARTICLES, adapt, questions, run_trials, stripped
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.types import Article

from .conftest import HashingEncoder

THINGS = ["sykkel", "telt", "ovn", "lampe", "stol", "bord", "jakke", "sko", "hatt", "klokke", "ring", "sekk", "ski"]
FACTS = ["frakt", "retur", "garanti", "reparasjon", "betaling", "bytte", "rabatt"]


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


def store_of(articles: list[Article], tmp_path) -> Store:
    with Store.create(tmp_path / "store.sqlite") as store:
        store.put(articles)
    return Store.open(tmp_path / "store.sqlite")


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
    assert stripped(Article(id="a", title="", body="En. " + "To tre fire. " * 20)) is None


def test_trials_mark_the_own_article_and_hide_it_when_told(encoder: HashingEncoder) -> None:
    articles = corpus()
    asked = [question for article in articles for question in questions(article)[:1]]
    trials = run_trials([short for a in articles if (short := stripped(a))], asked, encoder)
    right = np.bincount(trials.question, trials.relevant, len(asked))
    for question, count in zip(asked, right, strict=True):
        assert count == (0 if question.hide == "answer" else 1)


def test_a_small_corpus_keeps_the_prior(tmp_path, encoder: HashingEncoder) -> None:
    prior = RelevanceModel.prior()
    assert adapt(prior, store_of(corpus()[: MIN_ARTICLES - 1], tmp_path), encoder) == prior
    assert encoder.encoded == 0


def test_adapting_lowers_the_loss_on_held_out_questions_or_keeps_the_prior(tmp_path, encoder: HashingEncoder) -> None:
    store = store_of(corpus(), tmp_path)
    adapted = adapt(RelevanceModel.neutral(), store, encoder)
    metrics = adapted.metrics
    assert metrics["held_out_log_loss_adapted"] < metrics["held_out_log_loss_prior"] == pytest.approx(np.log(2))
    assert adapted.encoder == "hashing"
    assert adapt(RelevanceModel.neutral(), store, encoder) == adapted
    again = adapt(adapted, store, encoder)
    assert again.metrics["held_out_log_loss_prior"] == pytest.approx(metrics["held_out_log_loss_adapted"])


def test_internal_articles_do_not_shape_the_model(tmp_path, encoder: HashingEncoder) -> None:
    hidden = [Article(id=f"i{a.id}", title=a.title, body=a.body, audience=frozenset({"internal"})) for a in corpus()]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    public = adapt(RelevanceModel.prior(), store_of(corpus(), tmp_path / "a"), encoder)
    assert adapt(RelevanceModel.prior(), store_of(corpus() + hidden, tmp_path / "b"), encoder) == public


@pytest.mark.parametrize(("name", "adapted"), [("lsa-1234", False), ("transformers:x", True)])
def test_only_an_encoder_that_has_not_seen_the_articles_adapts(
    tmp_path, encoder: HashingEncoder, name: str, adapted: bool
) -> None:
    encoder.name = name
    with Store.create(tmp_path / "store.sqlite") as store:
        store.put(corpus())
        build_index(tmp_path, store, encoder)
    model = RelevanceModel.open(tmp_path / "relevance.json")
    assert (model != RelevanceModel.prior()) == adapted
    assert ("held_out_log_loss_prior" in model.metrics) == adapted
