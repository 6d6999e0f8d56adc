"""What a second reader sees: the organisation's topics and its messages, without a label."""

from __future__ import annotations

import random

from training.corpus.files import Organisation
from training.corpus.schema import Message

_HOW = """Label every message by GUIDELINES.md. One entry per message, into the file you were given:

    === {example}
    intents: refund_status, complaint
    acceptable: refund_request
    urgency: high
    sentiment: negative
    topics: t03
    missing: order_number
    --- codes
    repeat_contact | exact words copied from the message
    --- personal
    person | Kari Moen
    order_number | FS-20418

Leave out lines and parts with nothing in them; intents, urgency and sentiment always stand. `language: de` only where
the message is not in the language its id names. Words under codes and personal are copied letter by letter, within one
line of the message's own text (not of earlier turns), and as short as shows it.
"""


def written_in(one: Organisation, language: str) -> list[Message]:
    """Return the messages of an organisation that were written for a language."""
    return [message for message in one.messages if message.id.split("-")[1] == language]


def sheet(one: Organisation, language: str) -> str:
    """Return the sheet of an organisation in one language, its messages in an order of its own."""
    profile = one.profile
    messages = written_in(one, language)
    parts = [f"# {profile.name} ({profile.sector})", _HOW.format(example=f"{profile.id}-{language}-m01"), profile.what]
    parts += ["## Topics", *(f"- {topic.id} {topic.name}: {topic.facts}" for topic in profile.topics)]
    random.Random(f"{profile.id} {language}").shuffle(messages)
    return "\n\n".join([*parts, "## Messages", *(shown(message) for message in messages)]) + "\n"


def shown(message: Message) -> str:
    """Return a message as its reader saw it: id, channel, earlier turns, subject, text."""
    lines = [f"### {message.id} ({message.channel})"]
    lines += [f"[earlier, {turn.role}] {turn.text}" for turn in message.thread]
    if message.subject:
        lines.append(f"Subject: {message.subject}")
    return "\n".join([*lines, message.text])
