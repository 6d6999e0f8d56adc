"""The core of an agent's reply: what was answered, without the greeting and the sign-off of that case."""

from __future__ import annotations

import re

from replyassist.text.clean import clean

_GREETING = re.compile(
    r"\A\s*(?:hei(?:san)?|hej(?:san)?|halla|goddag|god dag|moi(?:kka)?|terve|hyvä|hi|hello|dear|kjære|kära|kære)"
    r"(?: [\w{}\[\]'’-]{1,40}){0,3}[ \t]*(?:[!,.:–-]+(?:\s+|\Z)|\n\s*|\Z)",
    re.IGNORECASE,
)
_LAST_LINE = re.compile(r"\n[^\n]{1,60}\Z")
_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
_SIGN_OFF_WORDS = 5
_SENTENCE_ENDS = tuple(".!?:)")


def begins_with_greeting(reply: str) -> bool:
    """Say whether a reply greets the customer.

    >>> begins_with_greeting("Hej Anna, tack!"), begins_with_greeting("Hejdå är inget svar")
    (True, False)
    """
    return bool(_GREETING.match(reply))


def without_frame(reply: str) -> str:
    r"""Cut the greeting and the sign-off of a past reply: they hold names of another case.

    >>> without_frame("Hei Kari! Ja, bruk pause.\nAmir, Acme")
    'Ja, bruk pause.'
    """
    text = _GREETING.sub("", clean(reply).text, count=1).strip()
    while (last := _LAST_LINE.search(text)) is not None and _signs_off(last.group()):
        text = text[: last.start()].rstrip()
    return text[:1].upper() + text[1:]


def _signs_off(line: str) -> bool:
    """Say whether a last line is short, no sentence and no list item."""
    words = line.split()
    return len(words) <= _SIGN_OFF_WORDS and not line.rstrip().endswith(_SENTENCE_ENDS) and not _ITEM.match(line)
