"""Named open slots: where another ticket held a name, number or address, and what this ticket can fill in.

Past tickets are stored masked (``[ORDER_NUMBER_1]``); a draft turns each mask into a slot that a person
reads (``{order_number}``). A slot is filled only when this ticket leaves no doubt about the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from replyassist.types import Message, Span, Tags

SLOT = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_MASK = re.compile(r"\[([A-Z][A-Z_]{1,30})_(\d{1,4})\]")
_GREETED = re.compile(r"\A\s*(?:hei|hej|moi|moikka|terve|hi|hello|dear|kjære|kära|kære)\b[ ,]*\Z", re.IGNORECASE)


def open_masks(text: str) -> str:
    """Turn masks into named slots. The second value of a kind gets a number of its own.

    >>> open_masks("Ordre [ORDER_NUMBER_1] og [ORDER_NUMBER_2]")
    'Ordre {order_number} og {order_number_2}'
    """
    seen: dict[str, list[str]] = {}

    def name(match: re.Match[str]) -> str:
        kind, number = match.group(1).lower(), match.group(2)
        numbers = seen.setdefault(kind, [])
        if number not in numbers:
            numbers.append(number)
        position = numbers.index(number) + 1
        if kind == "person" and _GREETED.match(text[: match.start()].rpartition("\n")[2]):
            return "{customer_name}"
        return "{" + kind + (f"_{position}" if position > 1 else "") + "}"

    return _MASK.sub(name, text)


def known_values(message: Message, tags: Tags, name: str | None) -> dict[str, str]:
    """Return the slot values this ticket proves: the customer's name, and any kind named exactly once."""
    values: dict[str, set[str]] = {}
    for span in tags.personal_data:
        if span.kind in ("order_number", "email", "phone", "address"):
            values.setdefault(span.kind, set()).add(_value(tags.text, span))
    known = {kind: found.pop() for kind, found in values.items() if len(found) == 1}
    known.update({key: value for key, value in message.fields.items() if SLOT.fullmatch("{" + key + "}") and value})
    if name:
        known["customer_name"] = name
    return known


def _value(text: str, span: Span) -> str:
    return text[span.start : span.end].strip()


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace every slot whose value is known; the others stay open. Values are never scanned again."""
    return SLOT.sub(lambda match: values.get(match.group(1), match.group()), text)


def open_slots(text: str) -> tuple[str, ...]:
    """Return the names of the slots still open, in order of appearance, once each."""
    return tuple(dict.fromkeys(SLOT.findall(text)))
