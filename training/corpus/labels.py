"""The labels the corpus may use, read from the product's own taxonomy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import replyassist
from replyassist.text.personal import KINDS

_TAXONOMY: dict[str, Any] = yaml.safe_load(
    (Path(replyassist.__file__).parent / "taxonomy.yaml").read_text(encoding="utf-8")
)
_NOT_FROM_TEXT = {"vip_customer", "sla_risk", "low_confidence", "no_grounded_answer"}

INTENTS = tuple(intent for group in _TAXONOMY["intents"].values() for intent in group)
CODES = frozenset(_TAXONOMY["escalation"]) - _NOT_FROM_TEXT
"""Escalation codes that a text can show."""
PERSONAL = frozenset(KINDS)
