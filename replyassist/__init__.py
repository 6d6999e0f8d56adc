"""Tags, evidence, cited drafts and escalation flags for support messages, in five languages.

>>> from replyassist import Assistant, Message
>>> assistant = Assistant.open("acme/")                       # doctest: +SKIP
>>> assistant.suggest(Message(text="Hvor er pakken min?"))    # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from replyassist._version import __version__
from replyassist.errors import ReplyAssistError
from replyassist.types import (
    Article,
    Customer,
    Draft,
    Flag,
    Hit,
    Macro,
    Message,
    Prediction,
    Resolution,
    Span,
    Suggestion,
    Tags,
    Turn,
)

if TYPE_CHECKING:
    from replyassist.assistant import Assistant

__all__ = [
    "Article",
    "Assistant",
    "Customer",
    "Draft",
    "Flag",
    "Hit",
    "Macro",
    "Message",
    "Prediction",
    "ReplyAssistError",
    "Resolution",
    "Span",
    "Suggestion",
    "Tags",
    "Turn",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Load the assistant, and with it numpy and the indexes, only when it is asked for."""
    if name == "Assistant":
        from replyassist.assistant import Assistant

        return Assistant
    raise AttributeError(f"module 'replyassist' has no attribute {name!r}")
