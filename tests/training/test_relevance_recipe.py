"""The recipe of the relevance model: questions with known answers, weights by organisation, and the whole in small."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from replyassist.embed import shipped_encoder
from replyassist.retrieve.fusion import FEATURES, VIEWS, Candidates
from replyassist.retrieve.query import shipped_salience
from replyassist.retrieve.relevance import PRIOR_FILE, RelevanceModel
from replyassist.retrieve.table import group_source, id_key
from replyassist.types import LANGUAGES, POOLS, Pool
from training.corpus.files import Organisation, organisations
from training.nordic.heldout import Documentation
from training.relevance import __main__ as recipe
from training.relevance import practice, salience
from training.relevance.questions import Asked, answers, documents, opened, searches

DATA = Path(os.environ.get("REPLYASSIST_DATA", Path(__file__).parents[3] / "shared" / "data"))
TOPICS = {f"t{number:02d}" for number in range(1, 7)}


def small(one: Organisation, messages: int = 6) -> Organisation:
    """An organisation with few topics, of whose messages some have no answer, and one is in a sixth language."""
    unanswered = [message for message in one.messages if not TOPICS & set(message.topics)][:1]
    answered = [message for message in one.messages if TOPICS & set(message.topics)][:messages]
    german = msgspec.structs.replace(answered[0], id="german", language="other")
    return msgspec.structs.replace(
        one,
        articles=tuple(article for article in one.articles if article.topic in TOPICS),
        messages=(*answered, *unanswered, german),
        tickets=tuple(ticket for ticket in one.tickets if TOPICS & set(ticket.topics))[:20],
    )


@pytest.fixture(scope="module")
def validation() -> list[Organisation]:
    return [small(one) for one in organisations("validation")][:2]


def test_the_documents_are_those_of_the_organisation(validation: list[Organisation]) -> None:
    one = validation[0]
    known = {document.id: document for document in documents(one)}
    assert set(known) == {row.id for rows in (one.articles, one.tickets, one.macros) for row in rows}
    assert {known[article.id].group for article in one.articles} == TOPICS  # type: ignore[union-attr]
    assert all(getattr(document, "group", None) is None for document in documents(one, grouped=False))
    scores = {ticket.csat: known[ticket.id].csat for ticket in one.tickets}  # type: ignore[union-attr]
    assert all(scores[stars] == (stars - 1) / 4 for stars in scores if stars is not None)


def test_what_answers_a_message_in_each_pool(validation: list[Organisation]) -> None:
    one = validation[0]
    message = one.messages[0]
    for pool, rows in (("resolution", one.tickets), ("macro", one.macros)):
        ids, sources = answers(one, message, pool)  # type: ignore[arg-type]
        assert ids == {row.id for row in rows if set(row.topics) & set(message.topics)}
        assert sources == {id_key(name) for name in ids}
    ids, sources = answers(one, message, "article")
    assert ids == {article.id for article in one.articles if article.topic in message.topics}
    assert sources == {group_source(topic) for topic in set(message.topics) & TOPICS}
    assert answers(one, message, "article", grouped=False) == (ids, {id_key(name) for name in ids})


@pytest.mark.parametrize("grouped", [True, False])
def test_every_message_is_asked_with_and_without_its_answer(validation: list[Organisation], grouped: bool) -> None:
    one = validation[0]
    spoken = [message for message in one.messages if message.language in LANGUAGES]
    pools: tuple[Pool, ...] = POOLS if grouped else ("article",)
    with opened(one, recipe.START, grouped=grouped) as retriever:
        found = searches(retriever, one, pools, grouped=grouped)
    assert {trial.grouped for trial in found} == {grouped}
    for pool in pools:
        answered = sum(bool(answers(one, message, pool)[0]) for message in spoken)
        mine = [trial for trial in found if trial.pool == pool]
        assert len(mine) == len(spoken) + answered * (1 if grouped else 2)
        empty = [trial for trial in mine if not trial.right]
        assert len(empty) == len(spoken)
        assert not any(trial.answerable for trial in empty)
        assert all(trial.answerable for trial in mine if trial.right) or pool != "article"
    if not grouped:
        own = {id_key(article.id) for article in one.articles if article.language == spoken[0].language}
        _, abroad, hidden = found[:3]
        assert not own & (set(abroad.candidates.source.tolist()) | abroad.right)
        assert own & set(hidden.candidates.source.tolist())


def drawn(chance: np.random.Generator, telling: int, pool: Pool = "article", *, grouped: bool = True) -> Asked:
    """A question whose right source stands out in one view."""
    views = chance.normal([0.08, 0.2, 0.15, -1.0], [0.03, 0.1, 0.1, 1.0], (12, len(VIEWS)))
    right = int(chance.integers(12))
    views[right, telling] += 2.0
    rows = np.arange(12)
    found = Candidates(np.zeros(12, np.int64), rows, rows, rows, np.zeros(12, bool), views, among=60)
    return Asked(found, frozenset({right}), pool, grouped=grouped)


def asked(telling: Sequence[int], count: int = 30) -> dict[str, list[Asked]]:
    chance = np.random.default_rng(0)
    return {
        f"o{number}": [drawn(chance, view, pool) for pool in POOLS for _ in range(count)]
        for number, view in enumerate(telling)
    }


def test_weights_find_what_tells_the_right_source() -> None:
    chance = np.random.default_rng(1)
    model = recipe.weighted([drawn(chance, 2) for _ in range(60)], 0.3, 0.001)
    assert model.smoothing == 0.3
    weights = dict(zip(FEATURES, model.coefficients["article"], strict=True))
    assert weights["part"] + weights["part_lead"] > 3 * (weights["dense"] + weights["dense_lead"])
    assert min(weights.values()) >= 0
    assert model.coefficients["resolution"] == recipe.START.coefficients["resolution"]


def test_tickets_count_for_macros_and_nothing_else_does() -> None:
    chance = np.random.default_rng(1)
    tickets = [drawn(chance, 1, "resolution") for _ in range(30)]
    model = recipe.weighted([*tickets, *(drawn(chance, 2) for _ in range(30))], 0.3, 0.01)
    assert model.coefficients["macro"] == model.coefficients["resolution"]
    assert model.coefficients["macro"] != model.coefficients["article"]


def test_an_organisation_is_measured_by_a_model_that_did_not_see_it() -> None:
    found = asked([1, 1, 1])
    other = {**found, "o0": asked([2])["o0"]}
    one, two = recipe.left_out(found, [], 0.3, 0.01), recipe.left_out(other, [], 0.3, 0.01)
    assert one["o0"] == two["o0"]
    assert one["o1"] != two["o1"]
    figures, strangers = recipe.measured(found, one), recipe.measured(other, two)
    assert 0.9 < figures["hit_at_1"] <= figures["hit_at_3"] <= 1
    assert strangers["hit_at_1"] < figures["hit_at_1"]


def test_the_curves_are_of_grouped_articles_and_share_the_worth_of_size() -> None:
    found = asked([1, 1])
    models = recipe.left_out(found, [], 0.3, 0.01)
    curves = recipe.curves(found, models, [])
    assert set(curves) == set(POOLS)
    assert {curve.size for curve in curves.values()} == {curves["article"].size}
    assert all(curve.scale > 0 for curve in curves.values())
    chance = np.random.default_rng(2)
    more = {name: [*mine, *(drawn(chance, 3, grouped=False) for _ in range(20))] for name, mine in found.items()}
    assert recipe.curves(more, models, []) == curves
    titles = [drawn(chance, 3) for _ in range(4)]
    assert len(recipe.outcomes(found, models, titles, "article").score) == 3 * (2 * 30 + len(titles))
    assert len(recipe.outcomes(found, models, titles, "macro").score) == 3 * 2 * 30


def test_the_whole_in_small(
    validation: list[Organisation], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = PRIOR_FILE.read_bytes()
    monkeypatch.setattr(recipe, "organisations", {"validation": validation}.__getitem__)
    monkeypatch.setattr(recipe, "PRIOR_FILE", tmp_path / "prior.json")
    monkeypatch.setattr(recipe, "SMOOTHINGS", (0.3, 0.6))
    monkeypatch.setattr(recipe, "STRENGTHS", (0.01,))
    monkeypatch.setattr(salience, "main", lambda: None)
    monkeypatch.setattr(recipe, "practice_trials", lambda model: [])
    monkeypatch.setattr(recipe, "reply_trials", lambda model: [])
    recipe.main()
    model = RelevanceModel.open(tmp_path / "prior.json")
    assert model.smoothing == model.metrics["smoothing"]
    assert model.metrics["strength"] == 0.01
    assert 0.5 < model.metrics["hit_at_1"] <= model.metrics["hit_at_3"] <= 1
    count = sum(len(recipe.asked_of(one)) for one in validation)
    assert model.fitted_on.startswith(f"{count} searches ")
    assert model.fitted_on in capsys.readouterr().out
    assert PRIOR_FILE.read_bytes() == shipped


def test_the_shipped_model_is_one_of_those_that_are_tried() -> None:
    model = RelevanceModel.prior()
    assert model.smoothing == model.metrics["smoothing"]
    assert model.smoothing in recipe.SMOOTHINGS
    assert model.metrics["strength"] in recipe.STRENGTHS


def test_sentences_are_judged_by_how_close_they_come_to_the_answer(validation: list[Organisation]) -> None:
    one = validation[0]
    known = next(article for article in one.articles if article.language == "nb")
    request, chatter = known.title, "Ha en riktig fin helg!"
    message = msgspec.structs.replace(
        one.messages[0], language="nb", subject="", text=f"{request}? {chatter}", topics=(known.topic,)
    )
    alone = msgspec.structs.replace(message, text=request)
    described, target = salience.of_organisation(msgspec.structs.replace(one, messages=(message, alone)))
    assert described.shape == (2, shipped_encoder().dim + 4)
    assert described.shape[1] == len(shipped_salience().coefficients)
    assert target[0] > target[1] + 0.1
    nothing, none = salience.of_organisation(msgspec.structs.replace(one, messages=(alone,)))
    assert (len(nothing), len(none)) == (0, 0)


ROWS = [
    {"id": "1", "title": "Pause abonnementet", "body": "Velg Pause under Min side for å stanse kassene i ferien."},
    {"id": "2", "title": "Bytte betalingskort", "body": "Legg inn et nytt bankkort før neste trekk, under Betaling."},
    {"id": "3", "title": "Bytte betalingskort", "body": "Nytt kort legges inn av kundeservice på telefon."},
    {"id": "4", "title": "Returnere kvernen", "body": "Pakk kvernen i esken og lever den på posten innen 30 dager."},
]


def test_titles_of_the_validation_part_are_asked_of_the_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "read", {"kb_toy.nb": ROWS}.__getitem__)
    parts = {"1": "validation", "2": "validation", "4": "test"}
    held = [
        Documentation(id=f"toy/{row['id']}", title=row["title"], body=row["body"], language="nb", part=part)
        for row in ROWS
        if (part := parts.get(row["id"]))
    ]
    monkeypatch.setattr(practice, "held_apart", lambda: held)
    assert practice.titles("kb_toy", "nb") == [("1", "Pause abonnementet"), ("2", "Bytte betalingskort")]
    found = practice.of_language("kb_toy", "nb", ("nb",), weight=0.2, model=recipe.START)
    assert [trial.answerable for trial in found] == [True, False, True, False]
    assert found[2].right == {id_key("2"), id_key("3")}
    assert {trial.weight for trial in found} == {0.2}
    assert all(trial.candidates.among <= len(ROWS) for trial in found)


def test_replies_are_asked_by_their_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [{"text": f"how do I cancel order {n}", "response": "Open your orders and press cancel."} for n in range(9)]
    said += [{"text": f"where is my refund {n}", "response": "Refunds take five days to arrive."} for n in range(9)]
    monkeypatch.setattr(practice, "read", {"bitext_replies.train": said}.__getitem__)
    monkeypatch.setattr(practice, "number", lambda text: 1 if text.startswith("reply how") else int(text[-1]))
    found = practice.reply_trials(recipe.START)
    assert len(found) == 9 + 2
    assert all(trial.right in ({id_key("r0")}, {id_key("r1")}) for trial in found)
    assert {(trial.pool, trial.weight) for trial in found} == {("resolution", practice.REPLY_WEIGHT)}
    assert all(trial.answerable for trial in found)


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "kb_d365.fi.jsonl.gz").exists(), reason="the shared training data is not here")
def test_practice_titles_are_none_that_the_test_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    known = list(practice.held_apart())
    monkeypatch.setattr(practice, "held_apart", lambda: known)
    for name in practice.SETS:
        prefix = name.removeprefix("kb_")
        closed = {one.id for one in known if one.language == "fi" and one.part != "validation"}
        chosen = {f"{prefix}/{key}" for key, _ in practice.titles(name, "fi")}
        assert chosen
        assert not chosen & closed
