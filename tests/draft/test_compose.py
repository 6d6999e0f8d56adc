"""Extractive drafts in five languages: evidence or silence, with a citation for each sentence."""

from __future__ import annotations

from typing import Any

import pytest

from replyassist.draft import compose
from replyassist.draft.compose import customer_name
from replyassist.types import (
    Article,
    Customer,
    Document,
    Hit,
    Macro,
    Message,
    Pool,
    Prediction,
    Resolution,
    Span,
    Tags,
)

ANSWERS = {
    "nb": ("Pause abonnementet", "Du kan pause abonnementet på Min side.", "1. Logg inn.", "2. Velg pause."),
    "sv": (
        "Pausa prenumerationen",
        "Du kan pausa prenumerationen på Mina sidor.",
        "1. Logga in.",
        "2. Välj paus.",
    ),
    "da": (
        "Sæt abonnementet på pause",
        "Du kan sætte abonnementet på pause på Min side.",
        "1. Log ind.",
        "2. Vælg pause.",
    ),
    "fi": (
        "Tilauksen tauko",
        "Voit keskeyttää tilauksen Oma sivu -palvelussa.",
        "1. Kirjaudu sisään.",
        "2. Valitse tauko.",
    ),
    "en": (
        "Pause your plan",
        "You can pause your subscription on My page.",
        "1. Sign in.",
        "2. Choose pause.",
    ),
}
FRAMES = {
    "nb": ("Hei Kari,", "Vennlig hilsen"),
    "sv": ("Hej Kari,", "Vänliga hälsningar"),
    "da": ("Hej Kari,", "Venlig hilsen"),
    "fi": ("Hei Kari,", "Ystävällisin terveisin"),
    "en": ("Hi Kari,", "Kind regards"),
}


def hit(document: Document, *, relevance: float = 0.9, pool: Pool = "article", **change: Any) -> Hit:
    text = getattr(document, "body", None) or getattr(document, "answer", "")
    values: dict[str, Any] = {
        "source_id": document.id,
        "pool": pool,
        "title": getattr(document, "title", ""),
        "text": text,
        "language": document.language,
        "start": 0,
        "end": len(text),
        "lexical": 0.5,
        "dense": 0.5,
        "relevance": relevance,
        "audience": document.audience,
    }
    return Hit(**(values | change))


def run(
    message: Message,
    *pairs: tuple[Hit, Document],
    language: str = "nb",
    spans: tuple[Span, ...] = (),
    **tag: Any,
):
    tags = Tags(
        message_id="m",
        text=message.text,
        language=language,
        language_probability=1.0,
        personal_data=spans,
        **tag,
    )
    documents = {document.id: document for _, document in pairs}
    hits: dict[Pool, tuple[Hit, ...]] = {}
    for found, _ in pairs:
        hits[found.pool] = (*hits.get(found.pool, ()), found)
    return compose(
        message,
        tags,
        hits,
        lookup=documents.__getitem__,
        language=language,
        signature="Mokkavik",
        min_relevance=0.5,
    )


def article(written_in: str, **change: Any) -> Article:
    title, *body = ANSWERS[written_in]
    return Article(
        **(
            {
                "id": f"a-{written_in}",
                "title": title,
                "body": "## " + title + "\n\n" + "\n".join(body),
                "language": written_in,
            }
            | change
        )
    )


@pytest.mark.parametrize("language", ANSWERS)
def test_a_draft_from_an_article(language: str) -> None:
    source = article(language)
    drafts, reason = run(
        Message(text="?", customer=Customer(name="Kari Moen")), (hit(source), source), language=language
    )
    assert reason is None
    (draft,) = drafts
    greeting, closing = FRAMES[language]
    lines = draft.text.split("\n")
    assert lines[0] == greeting
    assert lines[-2:] == [closing, "Mokkavik"]
    answer = [s for s in draft.sentences if s.kind == "answer"]
    assert [s.text for s in answer] == list(ANSWERS[language][1:])
    assert all(s.citations == (source.id,) for s in answer)
    assert (draft.language, draft.kind, draft.grounded_share, draft.warnings) == (
        language,
        "extractive",
        1.0,
        (),
    )
    assert "\n1." in draft.text
    assert "#" not in draft.text


def test_a_past_answer_loses_other_peoples_data() -> None:
    source = Resolution(
        id="R-1",
        question="Hvor er pakken?",
        answer="Pakken [ORDER_NUMBER_1] er på vei til [ADDRESS_1].",
        language="nb",
    )
    text = "Hvor er MV-123456?"
    spans = (Span(start=8, end=17, kind="order_number"),)
    (draft,), _ = run(Message(text=text), (hit(source, pool="resolution"), source), spans=spans)
    (answer,) = [s.text for s in draft.sentences if s.kind == "answer"]
    assert answer == "Pakken MV-123456 er på vei til {address}."
    assert draft.open_slots == ("address",)
    assert draft.text.startswith("Hei,\n\n")


def test_a_macro_with_its_own_greeting_stands_alone() -> None:
    source = Macro(
        id="m",
        title="Sporing",
        body="Hei {customer_name},\n\nPakken din er på vei.\n\nHilsen oss",
        language="nb",
    )
    message = Message(text="?", customer=Customer(name="Kari"))
    (draft,), _ = run(message, (hit(source, pool="macro"), source))
    assert draft.text == "Hei Kari,\n\nPakken din er på vei.\n\nHilsen oss"
    assert draft.kind == "macro"
    assert draft.text.count("Hei") == 1


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([], "nothing in the knowledge base"),
        ([(0.3, {})], "relevance 0.30, below the chosen 0.50"),
        ([(0.9, {"written_in": "sv"})], "the best source is in sv"),
        ([(0.9, {"audience": frozenset({"internal"})})], "nothing in the knowledge base"),
    ],
)
def test_silence_has_a_reason(pairs: list[tuple[float, dict[str, Any]]], reason: str) -> None:
    documents = [(relevance, article(**({"written_in": "nb"} | change))) for relevance, change in pairs]
    composed = run(Message(text="?"), *((hit(d, relevance=r), d) for r, d in documents))
    assert composed.drafts == ()
    assert composed.reason is not None
    assert reason in composed.reason


@pytest.mark.parametrize("bad", [{"reopened": True}, {"csat": 0.2}])
def test_past_answers_that_did_not_help_are_not_reused(bad: dict[str, Any]) -> None:
    source = Resolution(id="R", question="?", answer="Slå av og på maskinen.", language="nb", **bad)
    composed = run(Message(text="?"), (hit(source, pool="resolution"), source))
    assert composed == ((), "the only past answers that fit were reopened or rated badly")


def test_better_evidence_comes_first_and_equal_answers_once() -> None:
    first, second = article("nb", id="one"), article("nb", id="two", body="Helt annet svar her.")
    twin = article("nb", id="three")
    drafts, _ = run(
        Message(text="?"),
        (hit(second, relevance=0.7), second),
        (hit(first, relevance=0.9), first),
        (hit(twin, relevance=0.8), twin),
    )
    assert [{c for s in d.sentences for c in s.citations} for d in drafts] == [{"one"}, {"two"}]


def test_chat_is_short_and_social_names_nobody() -> None:
    source = article("nb")
    customer = Customer(name="Kari")
    chat, _ = run(Message(text="?", channel="chat", customer=customer), (hit(source), source))
    assert [s.kind for s in chat[0].sentences] == ["greeting", "answer", "answer", "answer"]
    social, _ = run(Message(text="?", channel="social", customer=customer), (hit(source), source))
    assert "Kari" not in social[0].text


def test_an_unhappy_customer_is_met() -> None:
    source = article("nb")
    (draft,), _ = run(Message(text="?"), (hit(source), source), sentiment=Prediction(label="negative", probability=0.9))
    assert "Takk for at du sier fra" in draft.text


def test_the_name_in_the_signature_is_used() -> None:
    assert customer_name(Message(text="Hei\n\nHvor er pakken min?\n\nMvh\nIngrid Moen")) == "Ingrid"
    assert customer_name(Message(text="Hvor er pakken min?")) is None


def test_a_social_reply_holds_nothing_of_the_customers_whatever_the_source() -> None:
    source = Macro(id="m", title="t", body="Hei {customer_name},\n\nordre {order_number} er sendt.", language="nb")
    text = "Hvor er MV-123456?"
    spans = (Span(start=8, end=17, kind="order_number"),)
    message = Message(text=text, channel="social", customer=Customer(name="Kari"))
    (draft,), _ = run(message, (hit(source, pool="macro"), source), spans=spans)
    assert draft.text == source.body
    assert draft.open_slots == ("customer_name", "order_number")
