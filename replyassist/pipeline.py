"""The stages in order, as functions of plain values: message -> tags -> evidence -> drafts -> flags.

Nothing here reads a file, a setting or the clock; :class:`replyassist.Assistant` hands everything in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from replyassist.classify.decide import AUTOMATIC, UNLIKE
from replyassist.classify.layered import LayeredClassifier
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
    Evidence,
    Hit,
    Message,
    Pool,
    Prediction,
    Span,
    Suggestion,
    Tags,
)

_AUTOMATIC = Prediction(abstained=AUTOMATIC)
_SURE_OF_LANGUAGE = 0.8
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
    messages: Sequence[Message], *, classifier: LayeredClassifier, policy: Policy, settings: Settings
) -> list[Tags]:
    """Clean, identify and classify a batch. Order is kept; one :class:`Tags` per message."""
    cleaned = [clean(message.text) for message in messages]
    texts = [c.text or message.subject for c, message in zip(cleaned, messages, strict=True)]
    languages = _languages(messages, texts)
    personal = [find(text, language=language) for text, (language, _) in zip(texts, languages, strict=True)]
    inputs = [_input(m, t, spans) for m, t, spans in zip(messages, texts, personal, strict=True)]
    spoken = [_certain(*language) for language in languages]
    predictions = classifier.predict(inputs, languages=spoken, tagging=settings.tag)
    return [
        Tags(
            message_id=message.id,
            text=text,
            language=language,
            language_probability=probability,
            intents=(_AUTOMATIC,) if c.automatic else _intents(predicted.get("intent"), settings.tag.second_intent),
            urgency=_beside(predicted.get("urgency"), predicted.get("intent"), automatic=c.automatic),
            sentiment=_beside(predicted.get("sentiment"), predicted.get("intent"), automatic=c.automatic),
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


def classifier_input(message: Message) -> tuple[str, str | None]:
    """Return what the classifier reads of ``message``, personal data masked, and the language where it is certain."""
    text = clean(message.text).text or message.subject
    ((language, probability),) = _languages([message], [text])
    spans = find(text, language=language)
    return _input(message, text, spans), _certain(language, probability)


def classifier_language(given: str | None, text: str) -> str | None:
    """Return the language that a labelled message is learned in, none where it is not one of ours or a mere guess."""
    known = standard_language(given)
    guess = None if known else identify_many([text])[0]
    language = _certain(guess.language, guess.probability) if guess else _certain(known or "", 1.0)
    return language if language in LANGUAGES else None


def _input(message: Message, text: str, spans: Sequence[Span]) -> str:
    """Return subject and text, personal data masked; ``text`` is the subject where there is no other."""
    return impersonal("" if text == message.subject else message.subject, text, spans)


def _beside(tag: Prediction | None, intent: Prediction | None, *, automatic: bool) -> Prediction | None:
    """Return a further tag of a message; it is not acted on where the message itself is unlike all known ones."""
    if tag is None or not (automatic or (intent is not None and intent.abstained == UNLIKE)):
        return tag
    return replace(tag, accepted=False, tier="suggest")


def _certain(language: str, probability: float) -> str | None:
    """Return the language to classify in, none where it is a mere guess; nynorsk is classified as bokmål."""
    return ("nb" if language == "nn" else language) if probability >= _SURE_OF_LANGUAGE else None


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
    classifier: LayeredClassifier,
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
    tags = _with_reasons(tags, message, classifier)
    watch.lap("tag")
    base = Suggestion(message_id=message.id, tags=tags, timings_ms=watch.laps, models=models)
    if tags.intents == (_AUTOMATIC,):
        return replace(base, flags=tags.flags, no_draft_reason="an automatic reply needs no answer")
    hits = _evidence(message, tags, retriever, settings, now)
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
        hits=_shown(hits, settings),
        flags=flags,
        handover_note=note,
    )


def _with_reasons(tags: Tags, message: Message, classifier: LayeredClassifier) -> Tags:
    """Add to each tag the words that weighed most."""
    text = _input(message, tags.text, tags.personal_data)

    def with_words(task: str, tag: Prediction) -> Prediction:
        if tag.label is None:
            return tag
        words = classifier.of(task).explain(text, task, tag.label)
        return replace(tag, evidence=tuple(Evidence(text=word.text, weight=word.weight) for word in words))

    return replace(
        tags,
        intents=tuple(with_words("intent", tag) for tag in tags.intents),
        urgency=tags.urgency and with_words("urgency", tags.urgency),
        sentiment=tags.sentiment and with_words("sentiment", tags.sentiment),
    )


def _evidence(
    message: Message, tags: Tags, retriever: Retriever | None, settings: Settings, now: datetime | None
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
        now=now,
    )


def _shown(hits: Mapping[Pool, tuple[Hit, ...]], settings: Settings) -> dict[Pool, tuple[Hit, ...]]:
    """Return what is relevant enough to be called evidence."""
    cuts = settings.search.min_relevance
    return {pool: tuple(hit for hit in found if hit.relevance >= getattr(cuts, pool)) for pool, found in hits.items()}


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
