"""The stages in order, as functions of plain values: message -> tags -> evidence -> drafts -> flags.

Nothing here reads a file, a setting or the clock; :class:`replyassist.Assistant` hands everything in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from replyassist.classify.classifier import Classifier
from replyassist.draft import Composed, compose
from replyassist.escalate import Policy, assess, detect, handover_note, withholds_draft
from replyassist.retrieve import Retriever
from replyassist.settings import Settings
from replyassist.text.clean import clean
from replyassist.text.language import identify_many
from replyassist.text.personal import find, impersonal
from replyassist.types import (
    LANGUAGES,
    PUBLIC,
    Document,
    Hit,
    Message,
    Pool,
    Prediction,
    Suggestion,
    Tags,
)

_AUTOMATIC = Prediction(abstained="automatic reply")
_ALIASES = {"no": "nb", "nb-no": "nb", "nn-no": "nn", "sv-se": "sv", "da-dk": "da", "fi-fi": "fi"}


@dataclass
class Stopwatch:
    """Milliseconds per stage, in the order they ran."""

    laps: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        """Book the time since the last lap under ``name``."""
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 3)
        self._last = now


def standard_language(code: str | None) -> str | None:
    """Return our code for a helpdesk's language code (``no``, ``nb_NO``, ``en-GB``), none if not ours.

    >>> standard_language("nb_NO"), standard_language("de")
    ('nb', None)
    """
    if not code:
        return None
    lowered = code.lower().replace("_", "-")
    short = _ALIASES.get(lowered, lowered.partition("-")[0])
    short = _ALIASES.get(short, short)
    return short if short in LANGUAGES or short == "nn" else None


def served_language(language: str) -> str:
    """Return the language a reply is written in: nynorsk is answered in bokmål, unknown ones in English."""
    if language == "nn":
        return "nb"
    return language if language in LANGUAGES else "en"


def tag_messages(
    messages: Sequence[Message], *, classifier: Classifier | None, policy: Policy, settings: Settings
) -> list[Tags]:
    """Clean, identify and classify a batch. Order is kept; one :class:`Tags` per message."""
    cleaned = [clean(message.text) for message in messages]
    texts = [c.text or message.subject for c, message in zip(cleaned, messages, strict=True)]
    languages = _languages(messages, texts)
    personal = [find(text, language=language) for text, (language, _) in zip(texts, languages, strict=True)]
    predictions: list[dict[str, Prediction]] = [{}] * len(messages)
    if classifier is not None:
        inputs = [impersonal(m.subject, t, spans) for m, t, spans in zip(messages, texts, personal, strict=True)]
        predictions = classifier.predict(inputs, max_error=settings.tag.max_error)
    return [
        Tags(
            message_id=message.id,
            text=text,
            language=language,
            language_probability=probability,
            intents=(_AUTOMATIC,) if c.automatic else _intents(predicted.get("intent"), settings.tag.second_intent),
            urgency=predicted.get("urgency"),
            sentiment=predicted.get("sentiment"),
            flags=detect(text, language, policy),
            personal_data=spans,
        )
        for message, c, text, (language, probability), spans, predicted in zip(
            messages, cleaned, texts, languages, personal, predictions, strict=True
        )
    ]


def _languages(messages: Sequence[Message], texts: Sequence[str]) -> list[tuple[str, float]]:
    """Return the language each message is said to be in, else the one it looks like."""
    guesses = identify_many(texts)
    given = [standard_language(message.language) for message in messages]
    return [(g, 1.0) if g else (guess.language, guess.probability) for g, guess in zip(given, guesses, strict=True)]


def _intents(primary: Prediction | None, second_from: float) -> tuple[Prediction, ...]:
    if primary is None:
        return ()
    further = primary.alternatives[0] if primary.alternatives else None
    if primary.label is None or further is None or further.probability < second_from:
        return (primary,)
    return (primary, Prediction(label=further.label, probability=further.probability))


def suggest_reply(
    message: Message,
    *,
    classifier: Classifier | None,
    retriever: Retriever | None,
    lookup: Callable[[str], Document],
    policy: Policy,
    settings: Settings,
    now: datetime | None,
    models: Mapping[str, str],
) -> Suggestion:
    """Run every stage for one message."""
    watch = Stopwatch()
    (tags,) = tag_messages([message], classifier=classifier, policy=policy, settings=settings)
    watch.lap("tag")
    base = Suggestion(message_id=message.id, tags=tags, timings_ms=watch.laps, models=models)
    if tags.intents == (_AUTOMATIC,):
        return replace(base, flags=tags.flags, no_draft_reason="an automatic reply needs no answer")
    hits = _evidence(message, tags, retriever, settings)
    watch.lap("retrieve")
    composed = _compose(message, tags, hits, lookup, settings)
    watch.lap("draft")
    flags = assess(message, tags, policy, now=now, grounded=bool(composed.drafts))
    stopper = withholds_draft(flags, policy)
    if stopper is not None and composed.drafts:
        composed = Composed((), f"withheld: {stopper.code} ({stopper.reason})")
    note = handover_note(message, tags, flags, language=settings.brand.agent_language)
    watch.lap("escalate")
    return replace(
        base,
        drafts=composed.drafts,
        no_draft_reason=composed.reason,
        hits=hits,
        flags=flags,
        handover_note=note,
    )


def _evidence(
    message: Message, tags: Tags, retriever: Retriever | None, settings: Settings
) -> Mapping[Pool, tuple[Hit, ...]]:
    """Return what the agent may see; the ticket never finds itself."""
    if retriever is None:
        return {}
    return retriever.search(
        impersonal(message.subject, tags.text, tags.personal_data),
        k=settings.search.k,
        audience=settings.search.agent_audience | PUBLIC,
        language=served_language(tags.language),
        exclude={message.id},
    )


def _compose(
    message: Message,
    tags: Tags,
    hits: Mapping[Pool, tuple[Hit, ...]],
    lookup: Callable[[str], Document],
    settings: Settings,
) -> Composed:
    language = served_language(tags.language)
    return compose(
        message,
        tags,
        hits,
        lookup=lookup,
        language=language,
        signature=settings.brand.signature.get(language, settings.brand.name),
        min_relevance=settings.draft.min_relevance,
    )
