"""The bundled company is complete, consistent with itself and free of anything real."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml
from phonenumbers import Leniency, PhoneNumberMatcher

import replyassist
from replyassist.types import LANGUAGES, URGENCIES, Article, Macro, Message, Resolution, parse

COMPANY = Path(replyassist.__file__).parent / "demo" / "company"
FACTS = (COMPANY / "profile.md", COMPANY / "README.md")

# Copied from the built-in taxonomy, so that a renamed label is noticed here.
_TAXONOMY = """
    create_account change_account move_or_transfer close_account login_problem
    place_order change_order cancel_order order_status
    delivery_options delivery_problem damaged_or_wrong_item
    return_item refund_request refund_status compensation_claim warranty_claim
    invoice_request invoice_question payment_problem payment_options price_question
    start_or_change_plan cancel_plan product_question how_to feature_request
    bug_or_error outage hazard integration_or_api account_compromised privacy_request
    complaint praise talk_to_human appointment job_or_partnership spam_or_automatic unclear
"""
INTENTS = frozenset(_TAXONOMY.split())
RESOLUTION_INTENTS = 18
SLOTS = {"order_number", "customer_name", "delivery_date"}
RESERVED_NUMBERS = ("7017406", "7700900")
NORDIC_REGIONS = ("NO", "SE", "DK", "FI", "GB")

T = TypeVar("T")


def parse_article(path: Path) -> Article:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return parse(Article, {**yaml.safe_load(front), "body": body.strip()}, where=path.name)


@cache
def articles() -> dict[Path, Article]:
    return {path: parse_article(path) for path in sorted(COMPANY.glob("articles/*/*.md"))}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (COMPANY / name).read_text(encoding="utf-8").splitlines()]


def records(name: str, kind: type[T]) -> list[T]:
    return [parse(kind, raw, where=f"{name}:{n}") for n, raw in enumerate(lines(name), 1)]


@cache
def resolutions() -> tuple[Resolution, ...]:
    return tuple(records("resolutions.jsonl", Resolution))


@cache
def inbox() -> tuple[Message, ...]:
    return tuple(records("inbox.jsonl", Message))


@cache
def macros() -> tuple[Macro, ...]:
    return tuple(records("macros.jsonl", Macro))


def public(article: Article) -> bool:
    return article.audience == frozenset({"public"})


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def all_texts() -> list[str]:
    files = [*FACTS, *articles(), *(COMPANY / name for name in DATA_FILES)]
    return [path.read_text(encoding="utf-8") for path in files]


DATA_FILES = ("resolutions.jsonl", "macros.jsonl", "inbox.jsonl")


def test_counts() -> None:
    assert sum(map(public, articles().values())) == 80
    assert sum(not public(a) for a in articles().values()) == 6
    assert len(resolutions()) >= 260
    assert len(macros()) >= 20
    assert len(inbox()) >= 70


def test_every_topic_exists_in_all_five_languages() -> None:
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for article in filter(public, articles().values()):
        languages[article.group or ""].append(article.language or "")
    assert len(languages) == 16
    assert all(sorted(found) == sorted(LANGUAGES) for found in languages.values()), dict(languages)


def test_internal_articles_are_kept_apart() -> None:
    internal = [a for a in articles().values() if not public(a)]
    assert {frozenset({"internal"})} == {a.audience for a in internal}
    public_groups = {a.group for a in articles().values() if public(a)}
    for article in internal:
        assert article.group not in public_groups
        assert article.url is not None
        assert "/intern/" in article.url


def test_front_matter_agrees_with_the_file() -> None:
    for path, article in articles().items():
        assert article.id == f"{path.parent.name}/{path.stem}"
        assert article.language == path.parent.name
        assert article.url is not None
        assert article.url.startswith("https://mokkavik.example/")
        assert article.url.endswith(f"/{path.stem}")
        assert article.updated_at is not None
        assert article.verified_until is not None
        assert article.updated_at < article.verified_until
        assert article.labels


def test_article_bodies_have_headings_and_a_readable_length() -> None:
    for article in articles().values():
        assert 80 <= len(article.body.split()) <= 250, article.id
        assert article.body.count("\n## ") + article.body.startswith("## ") >= 2, article.id


def test_ids_and_urls_are_unique() -> None:
    ids = [a.id for a in articles().values()] + [r.id for r in resolutions()]
    ids += [m.id for m in macros()] + [m.id for m in inbox()]
    urls = [a.url for a in articles().values()]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert len(set(urls)) == len(urls)
    assert [r.id for r in resolutions()] == [f"R-{n:04d}" for n in range(1, len(resolutions()) + 1)]
    assert [m.id for m in inbox()] == [f"M-{n:03d}" for n in range(1, len(inbox()) + 1)]


def test_resolutions_cover_every_intent_in_every_language() -> None:
    per_intent = Counter(r.intent for r in resolutions())
    assert set(per_intent) <= INTENTS
    assert len(per_intent) == RESOLUTION_INTENTS
    assert min(per_intent.values()) >= 8
    pairs = {(r.intent, r.language) for r in resolutions()}
    assert len(pairs) == RESOLUTION_INTENTS * len(LANGUAGES)
    assert min(Counter(r.language for r in resolutions()).values()) >= 52


def test_resolutions_cover_every_urgency() -> None:
    per_urgency = Counter(r.urgency for r in resolutions())
    assert set(per_urgency) == set(URGENCIES)
    assert per_urgency["urgent"] >= 12
    for language in LANGUAGES:
        assert {r.urgency for r in resolutions() if r.language == language} == set(URGENCIES)


def test_resolutions_show_good_bad_and_outdated_outcomes() -> None:
    outdated = datetime(2024, 1, 1, tzinfo=UTC)
    dates = [r.resolved_at for r in resolutions() if r.resolved_at is not None]
    assert len(dates) == len(resolutions())
    assert 4 <= sum(date < outdated for date in dates) <= 6
    assert sum(r.reopened for r in resolutions()) >= 5
    scores = [r.csat for r in resolutions() if r.csat is not None]
    assert sum(score <= 0.4 for score in scores) >= 5
    assert sum(score >= 0.8 for score in scores) > len(scores) / 2


def test_questions_and_answers_are_of_plausible_length() -> None:
    assert sum(len(r.question.split()) >= 60 for r in resolutions()) >= 10
    for resolution in resolutions():
        assert 3 <= len(resolution.question.split()) <= 120, resolution.id
        assert 12 <= len(resolution.answer.split()) <= 120, resolution.id


def test_macros_use_known_slots_in_every_language() -> None:
    used: set[str] = set()
    for macro in macros():
        slots = set(re.findall(r"\{(\w*)\}", macro.body))
        assert slots <= SLOTS, macro.id
        used |= slots
    assert used == SLOTS
    per_language = Counter(m.language for m in macros())
    assert set(per_language) == set(LANGUAGES)
    assert min(per_language.values()) >= 4


def test_inbox_carries_context_but_no_labels() -> None:
    allowed = {"id", "text", "subject", "channel", "received_at", "due_at", "customer", "thread"}
    assert {key for raw in lines("inbox.jsonl") for key in raw} == allowed
    assert {m.channel for m in inbox()} == {"email", "chat", "social", "web", "phone"}
    assert sum(m.due_at is not None for m in inbox()) >= 5
    assert sum(bool(m.thread) for m in inbox()) >= 3
    assert sum("<div" in m.text for m in inbox()) >= 4
    assert sum(m.customer is not None and m.customer.tier == "vip" for m in inbox()) >= 1


def test_inbox_times_run_forward() -> None:
    received = [m.received_at for m in inbox() if m.received_at is not None]
    assert len(received) == len(inbox())
    assert received == sorted(received)
    assert received[-1] - received[0] < timedelta(days=7)
    for message in inbox():
        assert message.received_at is not None
        assert message.due_at is None or message.due_at > message.received_at
        times = [turn.at for turn in message.thread if turn.at is not None]
        assert times == sorted(times)
        assert all(time < message.received_at for time in times)


def test_showcase_names_three_messages() -> None:
    showcase = json.loads((COMPANY / "showcase.json").read_text(encoding="utf-8"))
    assert set(showcase) == {"drafted", "escalated", "silent"}
    assert len(set(showcase.values())) == 3
    assert set(showcase.values()) <= {m.id for m in inbox()}


def test_no_text_appears_twice() -> None:
    texts = [a.body for a in articles().values()]
    texts += [text for r in resolutions() for text in (r.question, r.answer)]
    texts += [m.text for m in inbox()] + [m.body for m in macros()]
    assert [text[:60] for text, n in Counter(map(folded, texts)).items() if n > 1] == []


def test_answer_sentences_are_not_templates() -> None:
    """Greetings and signatures recur; a longer sentence that recurs word for word is a template."""
    sentences: Counter[str] = Counter()
    for resolution in resolutions():
        found = {folded(s) for s in re.split(r"(?<=[.!?])\s+", resolution.answer)}
        sentences.update(s for s in found if len(s.split()) >= 9)
    assert [s for s, n in sentences.items() if n > 1] == []


@pytest.mark.parametrize("pattern", [r"https?://([^/\s\"'<>)\\]+)", r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)"])
def test_only_reserved_domains(pattern: str) -> None:
    hosts = {host for text in all_texts() for host in re.findall(pattern, text)}
    assert hosts
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_no_bare_domain_outside_the_reserved_one() -> None:
    ending = re.compile(r"\b[\w-]+\.(?:com|net|org|info|io|eu|no|se|dk|fi|uk|de|shop)\b", re.IGNORECASE)
    assert [hit for text in all_texts() for hit in ending.findall(text)] == []


def test_only_phone_numbers_reserved_for_fiction() -> None:
    found = set()
    for text in all_texts():
        for region in NORDIC_REGIONS:
            for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
                found.add(str(match.number.national_number))
    assert [number for number in found if not number.startswith(RESERVED_NUMBERS)] == []


def test_order_numbers_have_the_shop_form() -> None:
    loose = re.compile(r"\bMV-[\d ]*", re.IGNORECASE)
    texts = [(r.id, r.question + " " + r.answer) for r in resolutions()]
    texts += [(m.id, m.text) for m in inbox()]
    for record_id, text in texts:
        for number in loose.findall(text):
            digits = number[3:].split()
            assert not digits or len(digits[0]) == 6, record_id


def test_answers_quote_only_their_own_currency() -> None:
    for resolution in resolutions():
        foreign = {"fi": " kr", "en": "\0"}.get(resolution.language or "", "€")
        assert foreign not in resolution.answer, resolution.id


def test_amounts_in_public_articles_stand_in_the_fact_sheet() -> None:
    facts = set(re.findall(r"\d+(?: \d{3})*(?:\.\d+)?", FACTS[0].read_text(encoding="utf-8")))
    amount = re.compile(r"(\d{1,3}(?: \d{3})*(?:,\d\d)?) (?:kr\b|€|euro)|(?:NOK|SEK|DKK|€) ?(\d+(?: \d{3})*(?:\.\d+)?)")
    checked = 0
    for article in filter(public, articles().values()):
        for before, after in amount.findall(article.body):
            assert (before or after).replace(",", ".") in facts, (article.id, before or after)
            checked += 1
    assert checked >= 120
