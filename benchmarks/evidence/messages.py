"""Which messages of the corpus are asked, and with which words. The same as in :mod:`benchmarks.corpus`.

Said again here so that this package stands on public names of the product alone.
"""

from __future__ import annotations

from replyassist.text.clean import clean
from replyassist.types import LANGUAGES
from training.corpus.files import Organisation
from training.corpus.schema import Message


def served(one: Organisation) -> list[Message]:
    """Return the messages in one of the five languages."""
    return [message for message in one.messages if message.language in LANGUAGES]


def askable(one: Organisation) -> list[Message]:
    """Return those of them that an article answers."""
    return [message for message in served(one) if message.topics]


def question(message: Message) -> str:
    """Return what is searched for: the subject and the cleaned text."""
    return f"{message.subject}\n{clean(message.text).text}".strip()
