"""Checks on a reply, whoever wrote it: unsupported facts, leaks, open slots, the wrong language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from replyassist.draft.slots import SLOT
from replyassist.text.language import identify
from replyassist.text.personal import find, strip_placeholders
from replyassist.types import PUBLIC, Article, Document, Message, Record, Resolution, Severity

_NUMBER = re.compile(r"(?<![\w.,])\d[\d\u00a0\u202f .,:/-]{0,30}\d(?![\w])|(?<![\w.,])\d(?!\w)")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]{1,500}", re.IGNORECASE)
_ITEM_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s", re.MULTILINE)
_MIN_WORDS_FOR_LANGUAGE = 8


class Finding(Record, frozen=True, kw_only=True):
    """Something wrong with a reply: what, how bad, and the characters ``[start, end)`` it concerns.

    ``critical`` findings withhold a draft.
    """

    code: str
    severity: Severity
    message: str
    start: int
    end: int


def check_draft(
    text: str, sources: Sequence[Document], ticket: Message, *, language: str | None = None
) -> tuple[Finding, ...]:
    """Check a reply against its sources and the ticket it answers.

    Found are: numbers, amounts, dates and links that stand neither in a source nor in the ticket; personal
    data from elsewhere; text or links of a source the customer may not see; slots left open; and a reply
    that is not in ``language``. Findings come in order of their place in the text.
    """
    allowed = [source for source in sources if source.audience & PUBLIC]
    support = "\n".join([*(_content(s) for s in allowed), ticket.subject, ticket.text])
    support += "\n" + "\n".join(turn.text for turn in ticket.thread if turn.role != "note")
    support += "\n" + "\n".join(ticket.fields.values())
    hidden = [source for source in sources if not source.audience & PUBLIC]
    findings = [
        *_unsupported_links(text, support),
        *_unsupported_numbers(text, support),
        *_foreign_personal_data(text, support, ticket),
        *_internal(text, hidden, support),
        *_open_slots(text),
        *_wrong_language(text, language),
    ]
    return tuple(sorted(findings, key=lambda f: (f.start, f.end, f.code)))


def _content(source: Document) -> str:
    if isinstance(source, Resolution):
        return source.answer
    if isinstance(source, Article):
        return f"{source.title}\n{source.body}\n{source.url or ''}"
    return source.body


def _unsupported_links(text: str, support: str) -> Iterator[Finding]:
    known = {_bare_link(match.group()) for match in _LINK.finditer(support)}
    for match in _LINK.finditer(text):
        if _bare_link(match.group()) not in known:
            yield _finding("unsupported_link", "critical", "this link stands in no source", match)


def _bare_link(link: str) -> str:
    return link.rstrip(".,;:!?").removeprefix("https://").removeprefix("http://").rstrip("/").lower()


def _unsupported_numbers(text: str, support: str) -> Iterator[Finding]:
    known = set(_numbers(support))
    masked = _LINK.sub(lambda m: " " * len(m.group()), text)
    masked = _ITEM_NUMBER.sub(lambda m: " " * len(m.group()), masked)
    for match in _NUMBER.finditer(masked):
        if _canonical(match.group()) not in known:
            yield _finding("unsupported_number", "critical", "this number stands in no source", match)


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        yield _canonical(match.group())


def _canonical(number: str) -> str:
    """Bring spellings of one number together: ``1 299,00``, ``1.299,00`` and ``1299``."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", number).rstrip(".,:/-")
    compact = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", compact)
    return re.sub(r"[.,]00$", "", compact).replace(",", ".")


def _foreign_personal_data(text: str, support: str, ticket: Message) -> Iterator[Finding]:
    own = _squeeze(support + "\n" + ((ticket.customer.name or "") if ticket.customer else ""))
    for span in find(text):
        value = text[span.start : span.end]
        if span.kind != "person" and _squeeze(value) not in own:
            yield Finding(
                code="foreign_personal_data",
                severity="critical",
                message=f"{span.kind} that stands neither in the ticket nor in a source",
                start=span.start,
                end=span.end,
            )


def _internal(text: str, hidden: Iterable[Document], support: str) -> Iterator[Finding]:
    """Find runs of eight words taken from a source the customer may not see."""
    allowed = set(_shingles(support))
    secret = {shingle for source in hidden for shingle in _shingles(_content(source))} - allowed
    if not secret:
        return
    words = list(re.finditer(r"\w+", text))
    for i in range(len(words) - _SHINGLE + 1):
        run = words[i : i + _SHINGLE]
        if " ".join(w.group().lower() for w in run) in secret:
            yield Finding(
                code="internal_source",
                severity="critical",
                message="taken from a source the customer may not see",
                start=run[0].start(),
                end=run[-1].end(),
            )


_SHINGLE = 8


def _shingles(text: str) -> Iterator[str]:
    words = [word.lower() for word in re.findall(r"\w+", text)]
    for i in range(len(words) - _SHINGLE + 1):
        yield " ".join(words[i : i + _SHINGLE])


def _open_slots(text: str) -> Iterator[Finding]:
    for match in SLOT.finditer(text):
        yield _finding("open_slot", "warning", f"fill in {match.group(1)} before sending", match)


def _wrong_language(text: str, language: str | None) -> Iterator[Finding]:
    plain = SLOT.sub(" ", strip_placeholders(text))
    if language is None or len(plain.split()) < _MIN_WORDS_FOR_LANGUAGE:
        return
    guess = identify(plain)
    same = {guess.language, language} <= {"nb", "nn"} or guess.language == language
    if not same and guess.probability >= 0.9:
        yield Finding(
            code="wrong_language",
            severity="critical",
            message=f"written in {guess.language}, the customer wrote in {language}",
            start=0,
            end=len(text),
        )


def _finding(code: str, severity: Severity, message: str, match: re.Match[str]) -> Finding:
    return Finding(code=code, severity=severity, message=message, start=match.start(), end=match.end())


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\-./()]", "", text).lower()
