"""An extractive draft: the best-supported passage or past answer, greeting and closing around it.

No sentence of the answer is written here; each is taken from a source and carries its id. When no source in
the customer's language is relevant enough there is no draft, and the reason is given instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from replyassist.draft.check import check_draft
from replyassist.draft.extract import Piece, answer_pieces, is_complete_reply
from replyassist.draft.phrases import PHRASES
from replyassist.draft.slots import fill, known_values, open_slots
from replyassist.text.clean import clean
from replyassist.text.personal import find
from replyassist.types import (
    PUBLIC,
    Document,
    Draft,
    DraftSentence,
    Hit,
    Message,
    Pool,
    Resolution,
    SentenceKind,
    Tags,
)

MAX_DRAFTS = 3
_MIN_CSAT = 0.5
_NAME = re.compile(r"[^\W\d_][\w'’-]{1,30}")
_CONVERSATIONAL = ("chat", "social")


class Composed(NamedTuple):
    """Drafts, best first; ``reason`` says why there is none."""

    drafts: tuple[Draft, ...]
    reason: str | None


def compose(
    message: Message,
    tags: Tags,
    hits: Mapping[Pool, tuple[Hit, ...]],
    *,
    lookup: Callable[[str], Document],
    language: str,
    signature: str,
    min_relevance: float,
) -> Composed:
    """Draft replies to ``message`` from what a customer may see of ``hits``.

    ``lookup`` gives the stored document of a hit. ``language`` is the language to reply in. Hits that are
    not public are ignored, whatever their relevance.
    """
    public = [hit for found in hits.values() for hit in found if hit.audience & PUBLIC]
    ranked = sorted(public, key=lambda h: (-h.relevance, h.source_id))
    usable = [hit for hit in ranked if hit.relevance >= min_relevance]
    candidates = [(hit, lookup(hit.source_id)) for hit in usable if hit.language == language]
    sound = [(hit, source) for hit, source in candidates if _was_good(source)]
    if not sound:
        return Composed((), _silence(tags, ranked, usable, candidates, language, min_relevance))
    drafts: list[Draft] = []
    problem = ""
    # A social post is read by everybody: nothing of the customer's stands in a reply to it.
    values = {} if message.channel == "social" else known_values(message, tags, customer_name(message))
    for hit, source in sound:
        draft = _draft(message, tags, hit, source, language=language, signature=signature, values=values)
        if not draft.sentences:
            continue
        severe = [w for w in draft.warnings if w.startswith("critical:")]
        if severe:
            problem = problem or severe[0].removeprefix("critical: ")
        elif all(_answer(draft) != _answer(other) for other in drafts):
            drafts.append(draft)
        if len(drafts) == MAX_DRAFTS:
            break
    return Composed(tuple(drafts), None if drafts else f"the check refused the draft: {problem or 'empty source'}")


def customer_name(message: Message) -> str | None:
    """Return the customer's first name: from the customer record, else from the mail's own signature."""
    if message.customer is not None and message.customer.name:
        return _first_name(message.customer.name)
    signature = clean(message.text).signature
    for span in find(signature):
        if span.kind == "person":
            return _first_name(signature[span.start : span.end])
    return None


def _first_name(name: str) -> str | None:
    match = _NAME.match(name.strip())
    return match.group() if match else None


def _was_good(source: Document) -> bool:
    if not isinstance(source, Resolution):
        return True
    return not source.reopened and (source.csat is None or source.csat >= _MIN_CSAT)


def _silence(
    tags: Tags,
    ranked: list[Hit],
    usable: list[Hit],
    candidates: list[tuple[Hit, Document]],
    language: str,
    min_relevance: float,
) -> str:
    if not tags.text.strip():
        return "the message holds no text"
    if not ranked:
        return "nothing in the knowledge base or past resolutions matches"
    if not usable:
        return f"the best source has relevance {ranked[0].relevance:.2f}, below the chosen {min_relevance:.2f}"
    if not candidates:
        return f"the best source is in {usable[0].language}; there is none in {language} to quote from"
    return "the only past answers that fit were reopened or rated badly"


def _draft(
    message: Message,
    tags: Tags,
    hit: Hit,
    source: Document,
    *,
    language: str,
    signature: str,
    values: Mapping[str, str],
) -> Draft:
    body = [Piece(fill(piece.text, values), piece.gap) for piece in answer_pieces(source, hit)]
    framed = bool(body) and not is_complete_reply(source)
    before, after = _frame(message, tags, language, signature, values.get("customer_name")) if framed else ((), ())
    answer = tuple(DraftSentence(text=piece.text, kind="answer", citations=(source.id,)) for piece in body)
    text = _lay_out(before, body, after)
    warnings = [
        f"{finding.severity}: {finding.message}"
        for finding in check_draft(text, [source], message, language=language)
        if finding.code != "open_slot"
    ]
    return Draft(
        text=text,
        language=language,
        kind="macro" if hit.pool == "macro" else "extractive",
        sentences=(*before, *answer, *after),
        open_slots=open_slots(text),
        warnings=tuple(dict.fromkeys(warnings)),
        grounded_share=1.0 if body else 0.0,
    )


def _frame(
    message: Message, tags: Tags, language: str, signature: str, name: str | None
) -> tuple[tuple[DraftSentence, ...], tuple[DraftSentence, ...]]:
    """Return what stands before and after the answer: a chat or social post is short, a mail complete."""
    phrases = PHRASES[language]
    greeting = _own(phrases.greeting_name.format(name=name) if name else phrases.greeting, "greeting")
    if message.channel in _CONVERSATIONAL:
        return (greeting,), ()
    upset = tags.sentiment is not None and tags.sentiment.label == "negative"
    before = (greeting, _own(phrases.sorry if upset else phrases.thanks, "acknowledgement"))
    after = (_own(phrases.next_step, "next_step"), _own(phrases.closing, "closing"))
    return before, (*after, *([_own(signature, "signature")] if signature else []))


def _own(text: str, kind: SentenceKind) -> DraftSentence:
    return DraftSentence(text=text, kind=kind)


def _lay_out(before: tuple[DraftSentence, ...], body: list[Piece], after: tuple[DraftSentence, ...]) -> str:
    """Join a reply: paragraphs around the answer, the answer as its source lays it out."""
    answer = "".join(("" if i == 0 else piece.gap) + piece.text for i, piece in enumerate(body))
    paragraphs = [*(sentence.text for sentence in before), answer]
    for sentence in after:
        if sentence.kind == "signature":
            paragraphs[-1] += "\n" + sentence.text
        else:
            paragraphs.append(sentence.text)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _answer(draft: Draft) -> tuple[str, ...]:
    return tuple(s.text for s in draft.sentences if s.kind == "answer")
