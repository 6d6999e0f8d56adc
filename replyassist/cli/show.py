"""How a suggestion looks in a terminal: tags, flags, evidence, drafts with their citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replyassist.cli.output import visible
from replyassist.types import Draft, Explanation, Flag, Hit, Message, Pool, Prediction, Suggestion, Tags

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_SEVERITY_STYLE = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
_MAX_LINES = 18


def render_suggestion(message: Message, suggestion: Suggestion) -> RenderableType:
    """Return one panel with everything an agent needs. All text of customers and articles is plain."""
    from rich.console import Group
    from rich.panel import Panel

    parts: list[RenderableType] = [
        _section("Message", _clip(suggestion.tags.text)),
        _section("Tags", _tags(suggestion.tags)),
    ]
    if suggestion.flags:
        parts.append(_section("Flags", _flags(suggestion.flags)))
    hits = [hit for found in suggestion.hits.values() for hit in found]
    if hits:
        parts.append(_section("Evidence", _evidence(sorted(hits, key=lambda h: -h.relevance)[:4])))
    if suggestion.drafts:
        parts.append(_section("Draft", _draft(suggestion.drafts[0])))
    else:
        parts.append(_section("No draft", visible(suggestion.no_draft_reason, "italic")))
    if suggestion.handover_note:
        parts.append(_section("Hand-over note", visible(suggestion.handover_note)))
    title = visible(f" {message.id}  {message.channel}  {message.subject} ".rstrip() + " ")
    return Panel(Group(*parts), title=title, title_align="left")


def _section(name: str, body: RenderableType) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 1, 0))
    grid.add_column(width=14, no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_row(Text(name, style="bold"), body)
    return grid


def _clip(text: str) -> Text:

    lines = text.splitlines()
    more = ["…"] if len(lines) > _MAX_LINES else []
    return visible("\n".join(lines[:_MAX_LINES] + more))


def _tags(tags: Tags) -> Text:

    parts = [f"{tags.language}"]
    parts += [f"{_label(prediction)}" for prediction in tags.intents]
    parts += [f"{name} {_label(p)}" for name, p in (("urgency", tags.urgency), ("mood", tags.sentiment)) if p]
    return visible("  ·  ".join(parts))


def render_explanation(explanation: Explanation) -> Text:
    """Return why one task of a message got its tag."""
    text = visible(f"{explanation.task}: ", "bold")
    prediction = explanation.prediction
    text.append_text(visible(_label(prediction)))
    if prediction.label is not None:
        text.append_text(visible(f"  ({prediction.tier})"))
    if len(prediction.candidates) > 1:
        text.append_text(visible(f"\n  one of: {', '.join(prediction.candidates)}"))
    for name, pieces in (("words", explanation.words), ("signals", explanation.signals)):
        if pieces:
            shown = ", ".join(f"{piece.text} {piece.weight:+.2f}" for piece in pieces)
            text.append_text(visible(f"\n  {name}: {shown}"))
    if explanation.runner_up:
        text.append_text(visible(f"\n  second: {explanation.runner_up}"))
        if explanation.without:
            text.append_text(visible(f"; another would be first without {', '.join(explanation.without)}"))
    for near in explanation.neighbours:
        text.append_text(visible(f"\n  like {near.id}: {near.label} ({near.similarity:.2f})"))
    return text


def _label(prediction: Prediction) -> str:
    if prediction.label is None:
        return f"no tag ({prediction.abstained})"
    sure = "" if prediction.accepted else "?"
    return f"{prediction.label}{sure} {prediction.probability:.0%}"


def _flags(flags: tuple[Flag, ...]) -> Text:
    from rich.text import Text

    text = Text()
    for i, flag in enumerate(flags):
        text.append("\n" if i else "")
        text.append(f"{flag.code}", style=_SEVERITY_STYLE[flag.severity])
        text.append(f"  {flag.reason}")
        if flag.evidence:
            text.append_text(visible(f"  “{flag.evidence}”", "italic"))
        if flag.route:
            text.append(f"  → {flag.route}")
    return text


_MARKS: dict[Pool, str] = {"article": "article", "resolution": "ticket ", "macro": "macro  "}


def _evidence(hits: list[Hit]) -> Text:
    from rich.text import Text

    text = Text()
    for i, hit in enumerate(hits):
        text.append("\n" if i else "")
        text.append_text(visible(f"{hit.relevance:4.0%}  {_MARKS[hit.pool]}  {hit.source_id}"))
        text.append_text(visible(f"  {hit.title[:70]}", "dim"))
        for remark in (*(() if "public" in hit.audience else ("internal",)), *hit.marks):
            text.append(f"  {remark.replace('_', ' ')}", style="bold yellow")
    return text


def _draft(draft: Draft) -> Text:
    text = visible(draft.text)
    sources = list(dict.fromkeys(c for s in draft.sentences for c in s.citations))
    text.append_text(visible(f"\n\nSources: {', '.join(sources)}", "dim"))
    if draft.open_slots:
        text.append_text(visible(f"\nTo fill in: {', '.join(draft.open_slots)}", "yellow"))
    for warning in draft.warnings:
        text.append_text(visible(f"\n{warning}", "yellow"))
    return text
