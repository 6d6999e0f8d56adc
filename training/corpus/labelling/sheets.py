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


def sheet(one: Organisation) -> str:
    """Return the sheet of an organisation, its messages in an order of its own."""
    profile = one.profile
    parts = [f"# {profile.name} ({profile.sector})", _HOW.format(example=one.messages[0].id), profile.what, "## Topics"]
    parts += [f"- {topic.id} {topic.name}: {topic.facts}" for topic in profile.topics]
    messages = list(one.messages)
    random.Random(profile.id).shuffle(messages)
    messages.sort(key=lambda message: message.id.split("-")[1])
    return "\n\n".join([*parts, "## Messages", *(shown(message) for message in messages)]) + "\n"


def shown(message: Message) -> str:
    """Return a message as its reader saw it: id, channel, earlier turns, subject, text."""
    lines = [f"### {message.id} ({message.channel})"]
    lines += [f"[earlier, {turn.role}] {turn.text}" for turn in message.thread]
    if message.subject:
        lines.append(f"Subject: {message.subject}")
    return "\n".join([*lines, message.text])
