"""The words that agents read: reasons for a flag and the hand-over note, in five languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from replyassist.text.rules.ruleset import load_yaml
from replyassist.types import LANGUAGES

_FALLBACK = "en"


@cache
def _texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = resources.files("replyassist.escalate").joinpath("texts.yaml").read_text("utf-8")
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = load_yaml(text)
    return texts


def _language(language: str) -> str:
    if language in ("nn", "no"):
        return "nb"
    return language if language in LANGUAGES else _FALLBACK


def reason(code: str, language: str) -> str:
    """Return why ``code`` calls for a person, as a short sentence in ``language`` (English if unknown)."""
    reasons = _texts()[_language(language)]["reasons"]
    return reasons.get(code, code)


def note_text(name: str, language: str) -> str:
    """Return a template or word of the hand-over note in ``language``."""
    return _texts()[_language(language)]["note"][name]
