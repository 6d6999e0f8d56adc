"""What urgency is read from beside the words as such: deadlines, harm, blocked work, how many, how often, no hurry.

Rules in five languages (``rules/<language>.yaml``, in the notation of :mod:`replyassist.text.rules`) find them. The
tone of the writing is not among them: a loud customer does not outrank real harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from replyassist.text.rules import Detector, Match, load_rules
from replyassist.types import LANGUAGES

SIGNALS = (
    "within_hours",
    "within_days",
    "event",
    "danger",
    "health",
    "blocked",
    "money_lost",
    "intruder",
    "many_affected",
    "asked_before",
    "home_without",
    "no_hurry",
    "only_wondering",
)
"""The signals, in the order of :func:`signal_rows`."""

_PACKAGE = "replyassist.classify"
_ALSO = {"nn": "nb"}


def find_signals(text: str, language: str | None) -> tuple[Match, ...]:
    """Return the signals in ``text`` and where each stands; a text in another language is read as English."""
    name = _ALSO.get(language or "", language or "")
    return _detector(name if name in LANGUAGES else "en").find(text)


def signal_rows(texts: Sequence[str], languages: Sequence[str | None]) -> NDArray[np.float32]:
    """Return which signals each text has (n, signals), 1 or 0."""
    rows = np.zeros((len(texts), len(SIGNALS)), dtype=np.float32)
    for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
        for match in find_signals(text, language):
            rows[row, SIGNALS.index(match.code)] = 1
    return rows


@cache
def _detector(language: str) -> Detector:
    return Detector([load_rules(language, _PACKAGE).excepted()])
