"""What the shipped heads learn from, as examples of the product's own trainer."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

from replyassist.classify.examples import Example
from replyassist.text.clean import clean
from replyassist.text.personal import impersonal
from replyassist.types import LANGUAGES
from training.corpus.files import Organisation, organisations
from training.corpus.schema import Message
from training.heads.drafts import split
from training.nordic.sources import QUESTION_ORDER, QUESTIONS

HERE = Path(__file__).parent
MESSAGES, LABELS = HERE / "messages", HERE / "labels"
URGENCY = {"l": "low", "n": "normal", "h": "high", "u": "urgent"}
SENTIMENT = {"-": "negative", "0": "neutral", "+": "positive"}
WEIGHTS = {"corpus": 1.0, "messages": 1.0, "questions": 0.2, "bitext": 0.2}
"""How much an example of each source counts, chosen on the corpus's validation organisations."""

BITEXT = {
    "cancel_order": "cancel_order",
    "change_order": "change_order",
    "change_shipping_address": "change_order",
    "check_payment_methods": "payment_options",
    "check_refund_policy": "refund_request",
    "complaint": "complaint",
    "contact_customer_service": "talk_to_human",
    "contact_human_agent": "talk_to_human",
    "create_account": "create_account",
    "delete_account": "close_account",
    "delivery_options": "delivery_options",
    "edit_account": "change_account",
    "get_invoice": "invoice_request",
    "get_refund": "refund_request",
    "payment_issue": "payment_problem",
    "place_order": "place_order",
    "recover_password": "login_problem",
    "registration_problems": "create_account",
    "track_order": "order_status",
    "track_refund": "refund_status",
}
"""Intents of Bitext that are one of ours; the others fit none or several."""

BITEXT_EACH = 60


def everything() -> list[Example]:
    """Return the examples of all sources."""
    return [*corpus("train"), *messages(), *questions(), *bitext()]


def corpus(name: str) -> list[Example]:
    """Return the messages and tickets of a split's organisations; an organisation is a group."""
    return [
        example
        for one in organisations(name)
        for example in [*(of_message(m, one.profile.id) for m in one.messages), *_tickets_of(one)]
    ]


def of_message(message: Message, organisation: str) -> Example:
    """Return a message of the corpus as an example."""
    labels = {"intent": message.intents[0], "urgency": message.urgency, "sentiment": message.sentiment}
    return _example(message.subject, message.text, labels, message.language, f"corpus {organisation}", "corpus")


def _tickets_of(one: Organisation) -> Iterator[Example]:
    for ticket in one.tickets:
        labels = {"intent": ticket.intent, "urgency": ticket.urgency}
        yield _example(ticket.subject, ticket.question, labels, ticket.language, f"corpus {one.profile.id}", "corpus")


def messages() -> Iterator[Example]:
    """Yield the messages written for the heads; a file, by one writer, is a group."""
    for path in sorted(MESSAGES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            intents, _, urgency, sentiment, _, _, subject, text = json.loads(line)
            labels = {"intent": split(intents)[0], "urgency": urgency, "sentiment": sentiment}
            yield _example(subject, text, labels, path.stem[:2], f"messages {path.stem}", "messages")


def questions() -> Iterator[Example]:
    """Yield the encoder's everyday questions with their labels; a sector is a group."""
    for path in sorted(LABELS.glob("*.jsonl")):
        matters = (QUESTIONS / path.name).read_text(encoding="utf-8").splitlines()
        for matter, row in zip(matters, path.read_text(encoding="utf-8").splitlines(), strict=True):
            intents, _, urgency, sentiment = json.loads(row)
            named = intents.split() if " " in intents.strip() else [intents.strip()] * len(QUESTION_ORDER)
            for place, (language, text) in enumerate(zip(QUESTION_ORDER, json.loads(matter)["ask"], strict=True)):
                labels = {
                    "intent": named[place],
                    "urgency": URGENCY[urgency[place]],
                    "sentiment": SENTIMENT[sentiment[place]],
                }
                yield _example("", text, labels, language, f"questions {path.stem}", "questions")


def bitext() -> Iterator[Example]:
    """Yield English requests of Bitext whose intent is one of ours; none where the shared data is not at hand."""
    folder = Path(os.environ.get("REPLYASSIST_DATA", HERE.parents[2] / "shared" / "data"))
    path = folder / "bitext_intents.train.jsonl.gz"
    if not path.is_file():
        print(f"left out: Bitext is not in {folder}; set REPLYASSIST_DATA to the folder of the data sets")
        return
    of_intent: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            of_intent.setdefault(row["intent"], []).append(row["text"])
    draw = random.Random(0)
    for intent, ours in BITEXT.items():
        for text in draw.sample(of_intent[intent], BITEXT_EACH):
            plain = text.replace("{{", "").replace("}}", "")
            yield _example("", plain, {"intent": ours}, "en", f"bitext {intent}", "bitext")


def _example(subject: str, text: str, labels: dict[str, str], language: str, group: str, source: str) -> Example:
    cleaned = impersonal(subject, clean(text).text)
    supported = language if language in LANGUAGES else None
    return Example(cleaned, labels, language=supported, group=group, weight=WEIGHTS[source])
