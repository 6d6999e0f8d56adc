"""What the report is built of: plots as SVG strings, tables, judgements, and how text and numbers are shown.

Each plot is well-formed XML on its own, takes its colours from the page, and says in words what it shows. Every text is
escaped here; values that are no numbers are left out of plots and shown as a dash elsewhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any, Literal

from replyassist.evaluate.scores import Bin, GroupScore, LabelScore, Point

Columns = Mapping[str, Callable[[Any], str]]
"""The columns of a table by name, each with the function that turns its values into markup."""

Level = Literal["good", "fair", "poor", "unknown"]

DASH = "–"
"""Stands for a value that there is not."""

_WIDTH, _HEIGHT = 360, 296
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 346, 28, 252
_LARGEST, _SMALLEST = 14.0, 1.5
_TOPS = (0.04, 0.1, 0.2, 0.4)
_MARKS: Mapping[Level, str] = {"good": "✓ good", "fair": "! fair", "poor": "✕ poor", "unknown": "? not known"}
_ROW, _LETTERS, _BARS = 36, 34, 40
_NORMAL = 1.96
_LANGUAGES = {"nb": "Norwegian", "nn": "Nynorsk", "sv": "Swedish", "da": "Danish", "fi": "Finnish", "en": "English"}

# Controls, lone surrogates, what XML forbids, and marks that turn the direction of text or cannot be seen.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Return untrusted ``text`` on one line, with marks that mislead or are not allowed named: ``[U+202E]``."""
    line = re.sub(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+", " ", text)
    return _UNFIT.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", line)


def shown(text: str) -> str:
    """Return untrusted ``text`` fit to stand in HTML and XML, in attributes too."""
    return escape(clean(text))


def finite(value: float | None) -> float | None:
    """Return ``value``, none where it is no number."""
    return value if value is not None and math.isfinite(value) else None


def percent(value: float | None) -> str:
    """Return a share as a percentage.

    >>> percent(0.624), percent(0.0001), percent(None)
    ('62.4%', 'under 0.1%', '–')
    """
    share = finite(value)
    if share is None:
        return DASH
    if 0 < share < 0.0005:
        return "under 0.1%"
    return "over 99.9%" if 0.9995 <= share < 1 else f"{100 * share + 0.0:.1f}%"


def number(value: float | None) -> str:
    """Return ``value`` with three decimals."""
    return DASH if finite(value) is None else f"{round(value or 0.0, 3) + 0.0:.3f}"


def count(n: int) -> str:
    """Return ``n`` with its thousands apart."""
    return f"{n:,}".replace(",", "\u202f")


def points(share: float | None) -> str:
    """Return a difference of shares in percentage points."""
    known = finite(share)
    return DASH if known is None else f"{round(100 * known, 1) + 0.0:.1f} percentage points"


def counted(n: int, thing: str = "message") -> str:
    """Return ``n`` with the name of the things: ``1 message``, ``2 messages``."""
    return f"{count(n)} {thing}{'' if n == 1 else 's'}"


def language(code: str) -> str:
    """Return a language, or a pair of them, with its English name where it is one of ours, else its code.

    >>> language("nb"), language("da-fi"), language("other")
    ('Norwegian (nb)', 'Danish and Finnish (da-fi)', 'other')
    """
    names = [_LANGUAGES.get(part, "") for part in code.split("-")]
    return f"{' and '.join(names)} ({code})" if all(names) else code


def of(share: float | None, base: int) -> str:
    """Return how many of ``base`` a share is, in words that never round something to nothing or to all.

    >>> of(0.62, 100), of(0.001, 100), of(0.0, 100)
    ('62', 'fewer than 1', 'none')
    """
    known = finite(share)
    if known is None:
        return DASH
    n = round(known * base)
    if n == 0:
        return "none" if known <= 0 else "fewer than 1"
    return f"more than {base - 1}" if n == base and known < 1 - 1e-9 else str(n)


def one_in(share: float | None) -> str:
    """Return a share as a lay person would say it.

    >>> one_in(0.02), one_in(0.4), one_in(0.0)
    ('1 in 50 (2.0%) was', '2 in 5 (40.0%) were', 'none was')
    """
    known = finite(share)
    if known is None or known <= 0:
        return f"{DASH} were" if known is None else "none was"
    part = Fraction(known).limit_denominator(5) if known >= 0.2 else Fraction(1, round(1 / max(known, 1e-9)))
    if part >= 1:
        return f"{'all' if known >= 1 else 'nearly all'} ({percent(known)}) were"
    about = "" if abs(part - known) <= 0.02 * known else "about "
    verb = "was" if part.numerator == 1 else "were"
    return f"{about}{part.numerator} in {count(part.denominator)} ({percent(known)}) {verb}"


def isolated(text: str) -> str:
    """Return untrusted ``text`` as markup that leaves the order of the words around it alone."""
    return f"<bdi>{shown(text)}</bdi>"


def likely(share: float | None, n: int) -> tuple[float, float] | None:
    """Return the range that holds the true share in 95 of 100 samples of ``n`` (Wilson 1927), none without a share."""
    if share is None or n < 1 or not 0 <= share <= 1:
        return None
    square = _NORMAL**2
    middle, scale = share + square / (2 * n), 1 + square / n
    reach = _NORMAL * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


@dataclass(frozen=True)
class Light:
    """A judgement with its ``reason`` (markup). One that ``stops`` speaks against automatic tagging when poor."""

    question: str
    level: Level
    reason: str
    stops: bool = False


def grade(value: float | None, good: float, fair: float) -> Level:
    """Judge a value that is good up to ``good`` and fair up to ``fair``."""
    known = finite(value)
    if known is None:
        return "unknown"
    return "good" if known <= good + 1e-9 else "fair" if known <= fair + 1e-9 else "poor"


def card(heading: str, words: str, lights: Sequence[Light], more: str = "") -> str:
    """Return a box of the summary; ``heading``, ``words`` and ``more`` are markup."""
    items = "".join(
        f'<li><span class="light {light.level}">{_MARKS[light.level]}</span>'
        f'<span>{light.question} <span class="why">{light.reason}</span></span></li>'
        for light in lights
    )
    listed = f'<ul class="lights">{items}</ul>' if items else ""
    return f'<article class="card"><h3>{heading}</h3>{words}{listed}{more}</article>'


def table(title: str, columns: Columns, rows: Iterable[Sequence[object]]) -> str:
    """Return ``rows`` as a table that scrolls by itself where it is too wide."""
    sides = ["" if place == 0 or show is isolated else ' class="num"' for place, show in enumerate(columns.values())]
    head = "".join(f'<th scope="col"{side}>{shown(name)}</th>' for name, side in zip(columns, sides, strict=True))
    body = []
    for row in rows:
        first, *others = [show(value) for show, value in zip(columns.values(), row, strict=True)]
        cells = "".join(f"<td{side}>{cell}</td>" for cell, side in zip(others, sides[1:], strict=True))
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    inside = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{shown(title)}">{inside}</div>'


@dataclass(frozen=True)
class Bar:
    """A bar of length ``value`` (0 to 1) with ``name`` before it and ``note`` after; ``likely``: where it may lie."""

    name: str
    value: float
    note: str
    likely: tuple[float, float] | None = None


def reliability(bins: Sequence[Bin], name: str) -> str:
    """Plot how often tags of about the same probability were right; ``name`` makes the ids of the plot unique."""
    seen = [one for one in bins if one.n > 0 and finite(one.probability) is not None and finite(one.right) is not None]
    most = max((one.n for one in seen), default=1)
    parts = [
        _frame("probability that was given", "share that was right", 1.0),
        f'<line class="mark" x1="{_LEFT}" y1="{_BOTTOM}" x2="{_RIGHT}" y2="{_TOP}"/>',
        f'<text class="hint" x="{_LEFT + 8}" y="{_TOP + 18}">better than it says</text>',
        f'<text class="hint" x="{_RIGHT - 8}" y="{_BOTTOM - 10}" text-anchor="end">worse than it says</text>',
    ]
    for one in sorted(seen, key=lambda one: -one.n):
        radius = max(_SMALLEST, _LARGEST * math.sqrt(one.n / most))
        said = f"{percent(one.probability)} given, {percent(one.right)} right, messages: {count(one.n)}"
        parts.append(_dot(one.probability, one.right, radius, said))
    description = f"{len(seen)} groups of messages by the probability that was given. " + "; ".join(
        f"{percent(one.probability)} given: {percent(one.right)} right" for one in seen
    )
    return _svg(name, _HEIGHT, "Probability that was given against share that was right", description, parts)


def coverage(curve: Sequence[Point], name: str, automatic: float | None = None) -> str:
    """Plot the share of wrong tags among the surest messages; ``automatic`` marks the share acted on alone."""
    seen = [one for one in curve if finite(one.coverage) is not None and finite(one.error) is not None]
    seen.sort(key=lambda one: one.coverage)
    highest = max((one.error for one in seen), default=0.0)
    top = next((limit for limit in _TOPS if highest <= limit), 1.0)
    parts = [_frame("share of messages, the surest first", "share of wrong tags among them", top)]
    if finite(automatic) is not None:
        x = _x(automatic or 0.0)
        side = 'text-anchor="end"' if x > _WIDTH / 2 else 'text-anchor="start"'
        parts.append(f'<line class="mark" x1="{x:.1f}" y1="{_BOTTOM}" x2="{x:.1f}" y2="{_TOP}"/>')
        place = x - 5 if x > _WIDTH / 2 else x + 5
        parts.append(f'<text class="hint" x="{place:.1f}" y="{_TOP + 14}" {side}>automatic now</text>')
    line = " ".join(f"{_x(one.coverage):.1f},{_y(one.error / top):.1f}" for one in seen)
    parts.append(f'<polyline class="curve" points="{line}"/>')
    if len(seen) == 1:
        parts.append(_dot(seen[0].coverage, seen[0].error / top, 4.0, percent(seen[0].error)))
    ends = "; ".join(
        f"the surest {percent(one.coverage)}: {percent(one.error)} wrong" for one in (*seen[:1], *seen[1:][-1:])
    )
    description = f"A curve of {len(seen)} points. {ends}"
    return _svg(name, _HEIGHT, "Share of wrong tags against share of messages acted on", description, parts)


def bars(rows: Sequence[Bar], name: str, title: str) -> str:
    """Plot horizontal bars in the given order, from 0 to 1, each with its name above it."""
    seen = [row for row in rows if finite(row.value) is not None]
    parts = [_bar(place * _ROW, row) for place, row in enumerate(seen)]
    spoken = f"{len(seen)} bars. " + "; ".join(f"{row.name}: {row.note}" for row in seen)
    return _svg(name, max(len(seen), 1) * _ROW, title, spoken, parts)


def reliability_figure(bins: Sequence[Bin], name: str) -> str:
    """Return the plot of :func:`reliability` with caption and table."""
    columns: Columns = {"Messages": count, "Probability given": percent, "Right": percent}
    numbers = table("Probability given and share right", columns, [(one.n, one.probability, one.right) for one in bins])
    caption = "Dots on the dashed line are honest, dots below it promise too much; a larger dot is more messages."
    return _figure(reliability(bins, name), caption, numbers)


def coverage_figure(curve: Sequence[Point], name: str, automatic: float | None = None) -> str:
    """Return the plot of :func:`coverage` with caption and table."""
    columns: Columns = {"Surest share of messages": percent, "Wrong": percent}
    numbers = table("Errors among the surest messages", columns, [(one.coverage, one.error) for one in curve])
    caption = "The further right, the more messages are acted on alone; the height is the share of them that is wrong."
    return _figure(coverage(curve, name, automatic), caption, numbers)


def language_figure(scores: Mapping[str, GroupScore], name: str) -> str:
    """Return accuracy per language with the range where it likely lies, caption and table."""
    rows = [
        Bar(language(code), one.accuracy, f"{percent(one.accuracy)} of {count(one.n)}", likely(one.accuracy, one.n))
        for code, one in scores.items()
    ]
    columns: Columns = {"Language": isolated, "Messages": count, "Right": percent, "Macro-F1": number, "ECE": number}
    cells = [(language(code), one.n, one.accuracy, one.macro_f1, one.ece) for code, one in scores.items()]
    caption = "The longer the bar, the more is right; the thin line is where the true share likely lies."
    plot = bars(rows, name, "Share that was right in each language")
    return _figure(plot, caption, table("Scores of each language", columns, cells))


def label_figure(scores: Mapping[str, LabelScore], name: str) -> str:
    """Return F1 per label, the weakest first, with caption and table."""
    ranked = sorted(scores.items(), key=lambda item: (finite(item[1].f1) or 0.0, -item[1].n, item[0]))
    rows = [Bar(label, one.f1, f"{number(one.f1)}, n = {count(one.n)}") for label, one in ranked[:_BARS]]
    columns: Columns = {"Label": isolated, "Messages": count, "Right where given": percent, "Found": percent}
    columns = {**columns, "F1": number, "Automatic": count, "Wrong": percent}
    cells = [
        (label, one.n, one.precision, one.recall, one.f1, one.automated.n, one.automated.error) for label, one in ranked
    ]
    drawn = f" (the weakest {_BARS} of {len(ranked)}; the table has all)" if len(ranked) > _BARS else ""
    caption = f"The longer the bar, the better the label is told from the others; the weakest come first{drawn}."
    return _figure(bars(rows, name, "F1 of each label"), caption, table("Scores of each label", columns, cells))


def _figure(plot: str, caption: str, numbers: str) -> str:
    """Return a plot with a sentence on how to read it, and its ``numbers`` as a table to unfold."""
    unfold = f"<details><summary>The numbers as a table</summary>{numbers}</details>"
    return f"<figure>{plot}<figcaption>{shown(caption)}</figcaption>{unfold}</figure>"


def _bar(top: int, row: Bar) -> str:
    name, width = clean(row.name), _WIDTH - 4
    short = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
    parts = [
        f"<g><title>{shown(row.name)}: {shown(row.note)}</title>",
        f'<text class="name" x="2" y="{top + 14}">{escape(short)}</text>',
        f'<text class="note" x="{_WIDTH - 2}" y="{top + 14}" text-anchor="end">{shown(row.note)}</text>',
        f'<rect class="track" x="2" y="{top + 19}" width="{width}" height="10"/>',
        f'<rect class="bar" x="2" y="{top + 19}" width="{width * _inside(row.value):.1f}" height="10"/>',
    ]
    if row.likely is not None:
        low, high = (2 + width * _inside(share) for share in row.likely)
        parts.append(f'<line class="likely" x1="{low:.1f}" x2="{high:.1f}" y1="{top + 24}" y2="{top + 24}"/>')
    return "".join(parts) + "</g>"


def _frame(across: str, up: str, top: float) -> str:
    """Draw a grid of quarters with both axes named; ``top`` is the share at the upper edge."""
    parts = [
        f'<text class="axis" x="2" y="13">{shown(up)}</text>',
        f'<text class="axis" x="{_RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{shown(across)}</text>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = _x(share), _y(share)
        anchor = "end" if share == 1.0 else "middle"
        parts += [
            f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_BOTTOM}"/>',
            f'<text class="tick" x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{100 * share * top:g}%</text>',
            f'<text class="tick" x="{x:.1f}" y="{_BOTTOM + 16}" text-anchor="{anchor}">{100 * share:g}%</text>',
        ]
    return "".join(parts)


def _dot(across: float, up: float, radius: float, said: str) -> str:
    place = f'cx="{_x(across):.1f}" cy="{_y(up):.1f}" r="{radius:.1f}"'
    return f'<circle class="dot" {place}><title>{shown(said)}</title></circle>'


def _inside(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _x(share: float) -> float:
    return _LEFT + _inside(share) * (_RIGHT - _LEFT)


def _y(share: float) -> float:
    return _BOTTOM - _inside(share) * (_BOTTOM - _TOP)


def _svg(name: str, height: int, title: str, description: str, parts: Sequence[str]) -> str:
    name = shown(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{shown(title)}</title>'
        f'<desc id="{name}-desc">{shown(description)}</desc>{"".join(parts)}</svg>'
    )
