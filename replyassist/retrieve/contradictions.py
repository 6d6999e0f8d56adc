"""Find documents that answer the same question with different numbers, so that a team lead can mend them.

Compared are sentences that state a quantity. Two contradict each other when their documents are about the same thing,
their quantities are of one kind and share no value, and neither document states the other's number anywhere: one that
lists both 14 and 30 days contradicts neither. At least one of the two is an article or a macro, because a past reply
is nothing to mend; it is measured against these.

The confidence is a logistic model of five figures, fitted to the training split of the corpus
(``python -m benchmarks.contradictions`` measures it): the cosine of the sentences and that of the documents, how well
the number is supported by an agreeing sentence elsewhere, how many quantities of the kind there are to mistake it for,
and whether it is a duration or a percentage, which rarely belong to a single case.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from replyassist.embed import Vectors
from replyassist.retrieve.chunk import shown_text
from replyassist.retrieve.quantities import Quantity, quantities
from replyassist.text.personal.mask import PLACEHOLDER
from replyassist.text.sentences import Sentence, split_sentences
from replyassist.types import Article, Document, Macro, Pool, Record, Resolution

LEAST = 0.6
"""Least confidence of a contradiction that is listed."""

_BIAS, _SENTENCES, _DOCUMENTS, _SUPPORT, _CHOICE, _FIRM = -4.2, 1.8, 5.5, -4.4, -1.4, 1.8
_FLOORS = (0.3, 0.3)
"""Least cosine of the sentences and of the documents where one is a past reply ..."""
_PAGE_FLOORS = (0.45, 0.5)
"""... and where neither is: translations are always close, so that their sentences must be."""
_PER_CLAIM = 16
_CELLS = 4_000_000
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_DAYS = {"month": (28, 31), "year": (365, 366)}
_POOLS: dict[type, Pool] = {Article: "article", Macro: "macro", Resolution: "resolution"}
_COUNTRY = re.compile(
    r"\b(?:(?P<no>norge|norsk|norja|norway|norwegian)|(?P<se>sverige|svensk|ruots|swed)"
    r"|(?P<dk>danmark|dansk|tansk|denmark|danish)|(?P<fi>finland|finsk|finnish|suome|suomi))",
    re.IGNORECASE,
)

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Statement(Record, frozen=True, kw_only=True):
    """A sentence ``[start, end)`` of a document's shown text and a quantity in it, whose offsets are into that too."""

    pool: Pool
    id: str
    text: str
    start: int
    end: int
    quantity: Quantity


class Contradiction(Record, frozen=True, kw_only=True):
    """Two statements that cannot both hold; a past reply is the second.

    ``similarity`` is the cosine of the sentences, ``confidence`` how probably the contradiction is a real one.
    """

    first: Statement
    second: Statement
    similarity: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Claim:
    """A quantity with its sentence. Values ``low`` to ``high`` can be compared within ``family``."""

    page: int
    quantity: Quantity
    sentence: Sentence
    family: str
    low: float
    high: float

    def statement(self, page: _Page) -> Statement:
        text, start, end, _ = self.sentence
        name = page.document.id
        return Statement(pool=page.pool, id=name, text=text, start=start, end=end, quantity=self.quantity)


@dataclass(slots=True)
class _Page:
    """A document and what it states; ``numbers`` have no unit, ``case`` are those that the customer named."""

    document: Document
    pool: Pool
    group: str
    claims: list[_Claim] = field(default_factory=list)
    numbers: set[float] = field(default_factory=set)
    case: set[float] = field(default_factory=set)


def find_contradictions(
    documents: Iterable[Document], encoder: Vectors, *, least: float = LEAST
) -> list[Contradiction]:
    """Return the contradictions among ``documents``, most confident first; the order is the same in every run.

    Of two documents, or of one and the translations of another, the clearest contradiction is listed; a statement is
    listed once for each of those that it contradicts, one of a past reply once in all.

    Args:
        documents: of any pools and languages; articles that share ``group`` are translations.
        encoder: that of the team, fitted to its texts.
        least: least confidence of what is returned, 0 to 1.
    """
    pages = [_page(number, document) for number, document in enumerate(documents)]
    matcher = _Matcher(pages, [claim for page in pages for claim in page.claims if _compared(claim, page)], encoder)
    found = sorted(matcher.pairs(least), key=lambda pair: (-pair[2], pair[0], pair[1]))
    result: list[Contradiction] = []
    seen: set[tuple[object, ...]] = set()
    for first, second, confidence, similarity in found:
        one, other = matcher.claims[first], matcher.claims[second]
        if not _may_contradict(one, other, pages):
            continue
        left, right = pages[one.page], pages[other.page]
        keys: set[tuple[object, ...]] = {(first, right.group)}
        keys |= {(second, left.group if right.pool != "resolution" else "")}
        keys |= {tuple(sorted((left.group, right.group)))} if left.group != right.group else set()
        if seen.isdisjoint(keys):
            seen |= keys
            first_side, second_side = one.statement(left), other.statement(right)
            result.append(
                Contradiction(first=first_side, second=second_side, similarity=similarity, confidence=confidence)
            )
    return result


def _page(number: int, document: Document) -> _Page:
    pool = _POOLS[type(document)]
    group = document.group if isinstance(document, Article) else None
    page = _Page(document, pool, f"group\0{group}" if group else f"{pool}\0{document.id}")
    text = shown_text(document)
    for quantity, sentence in _sentences(text, quantities(text, document.language, bare=True)):
        if quantity.kind in ("number", "count"):
            page.numbers |= {quantity.low, quantity.high}
        if quantity.kind not in ("number", "date"):
            page.claims.append(_Claim(number, quantity, sentence, *_comparable(quantity)))
    if isinstance(document, Resolution):
        asked = quantities(f"{document.subject}\n{document.question}", document.language, bare=True)
        page.case = {value for quantity in asked for value in (quantity.low, quantity.high)}
    return page


def _sentences(text: str, stated: Sequence[Quantity]) -> Iterator[tuple[Quantity, Sentence]]:
    """Yield each quantity with its sentence; where a line break runs through the quantity, with that and its rest."""
    at, sentences = 0, split_sentences(text)
    for quantity in stated:
        while sentences[at].end <= quantity.start:
            at += 1
        start, end = sentences[at].start, max(sentences[at].end, quantity.end)
        yield quantity, Sentence(text[start:end], start, end, sentences[at].item)


def _comparable(quantity: Quantity) -> tuple[str, float, float]:
    if quantity.kind == "duration" and quantity.unit in _SECONDS:
        return "duration", quantity.low * _SECONDS[quantity.unit], quantity.high * _SECONDS[quantity.unit]
    if quantity.kind == "duration" and quantity.unit in _DAYS:
        least, most = _DAYS[quantity.unit]
        return "duration", quantity.low * least * _SECONDS["day"], quantity.high * most * _SECONDS["day"]
    # Opening hours and a single time are different things.
    form = "hours" if quantity.kind == "clock" and quantity.low < quantity.high else quantity.kind
    return f"{form} {quantity.unit}", quantity.low, quantity.high


def _compared(claim: _Claim, page: _Page) -> bool:
    """Tell whether a claim may be a rule: a past reply also names times, sizes and amounts of the single case."""
    if page.pool != "resolution":
        return True
    if any(match[1] != "PERSON" for match in PLACEHOLDER.finditer(claim.sentence.text)):
        return False
    rule = claim.quantity.kind in ("duration", "percent", "money") or claim.family.startswith("hours")
    return rule and claim.quantity.low not in page.case


def _about(document: Document) -> str:
    if isinstance(document, Resolution):
        return f"{document.subject}\n{document.question}\n{document.answer}"
    return f"{document.title}\n{document.body}"


class _Matcher:
    """Claims as arrays, and the products of their vectors block by block, so that memory stays bounded."""

    def __init__(self, pages: Sequence[_Page], claims: Sequence[_Claim], encoder: Vectors) -> None:
        self.claims = claims
        places = {text: row for row, text in enumerate(dict.fromkeys(claim.sentence.text for claim in self.claims))}
        self._sentence = np.array([places[claim.sentence.text] for claim in self.claims], np.int64)
        self._page = np.array([claim.page for claim in self.claims], np.int64)
        self._sentences = encoder.encode(list(places), kind="passage")
        self._documents = encoder.encode([_about(page.document) for page in pages], kind="passage")
        groups = _codes([page.group for page in pages])
        self._group = groups[self._page]
        self._curated = np.array([pages[claim.page].pool != "resolution" for claim in self.claims], bool)
        self._unit = _codes([claim.quantity.unit for claim in self.claims])
        self._rate = _codes(["", *(claim.quantity.per for claim in self.claims)])[1:]
        spans = [(claim.low, claim.high, claim.quantity.low, claim.quantity.high) for claim in self.claims]
        self._span = np.array(spans, np.float64).reshape(-1, 4)
        said = Counter((claim.page, claim.family) for page in pages for claim in page.claims)
        self._count = np.array([said[claim.page, claim.family] for claim in self.claims], np.float32)

    def pairs(self, least: float) -> Iterator[tuple[int, int, float, float]]:
        """Yield (claim of a page, other claim, confidence, cosine of the sentences), confidence at least ``least``."""
        families: dict[str, list[int]] = defaultdict(list)
        for place, claim in enumerate(self.claims):
            families[claim.family].append(place)
        for family, places in families.items():
            rows = np.array(places, np.int64)
            columns = rows[self._curated[rows]]
            if len(columns):
                yield from self._family(rows, columns, family.startswith(("duration", "percent")), least)

    def _family(self, rows: Rows, columns: Rows, firm: bool, least: float) -> Iterator[tuple[int, int, float, float]]:
        support = np.zeros(len(self.claims), np.float32)
        found = []
        step = max(1, _CELLS // len(columns))
        for block in (rows[at : at + step] for at in range(0, len(rows), step)):
            sentences, documents = self._cosines(block, columns)
            agrees, opposes = self._relations(block, columns)
            support[block] = np.where(agrees, sentences, 0).max(axis=1)
            floors = np.where(self._curated[block][:, None, None], _PAGE_FLOORS, _FLOORS)
            opposes &= (sentences >= floors[:, :, 0]) & (documents >= floors[:, :, 1])
            logits = np.where(opposes, _SENTENCES * sentences + _DOCUMENTS * documents, -np.inf)
            kept = min(_PER_CLAIM, len(columns))
            best = np.argpartition(-logits, kept - 1, axis=1)[:, :kept]
            line, rank = np.nonzero(np.isfinite(np.take_along_axis(logits, best, axis=1)))
            column = best[line, rank]
            found.append((block[line], columns[column], logits[line, column], sentences[line, column]))
        one, other, logit, cosine = (np.concatenate(part) for part in zip(*found, strict=True))
        supported = np.where(self._curated[one], np.minimum(support[one], support[other]), support[one])
        choice = np.log(np.minimum(self._count[one], self._count[other]))
        confidence = 1 / (1 + np.exp(-(logit + _BIAS + _SUPPORT * supported + _CHOICE * choice + _FIRM * firm)))
        for place in np.flatnonzero((confidence >= least) & (~self._curated[one] | (one < other))).tolist():
            pair = (int(one[place]), int(other[place]))
            first, second = pair if self._curated[one[place]] else pair[::-1]
            yield first, second, float(confidence[place]), min(1.0, float(cosine[place]))

    def _cosines(self, rows: Rows, columns: Rows) -> tuple[Floats, Floats]:
        """Return the cosines (rows, columns) of the sentences and of the documents."""
        sentences: Floats = self._sentences[self._sentence[rows]] @ self._sentences[self._sentence[columns]].T
        documents: Floats = self._documents[self._page[rows]] @ self._documents[self._page[columns]].T
        return sentences, documents

    def _relations(self, rows: Rows, columns: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (rows, columns) which claims agree, of other groups, and which exclude each other."""
        left, right = self._span[rows][:, None], self._span[columns][None]
        meets = (left[..., 0] <= right[..., 1]) & (right[..., 0] <= left[..., 1])
        plain = (left[..., 2] <= right[..., 3]) & (right[..., 2] <= left[..., 3])
        meets = np.where(self._unit[rows][:, None] == self._unit[columns], plain, meets)
        rate, other = self._rate[rows][:, None], self._rate[columns]
        rates = (rate == other) | (rate == 0) | (other == 0)
        apart = self._page[rows][:, None] != self._page[columns]
        return meets & (self._group[rows][:, None] != self._group[columns]), ~meets & rates & apart


def _codes(names: Sequence[str]) -> Rows:
    codes = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([codes[name] for name in names], np.int64)


def _may_contradict(one: _Claim, other: _Claim, pages: Sequence[_Page]) -> bool:
    """Tell whether neither document holds the other's number and the sentences are about the same country."""
    for claim, page in ((one, pages[other.page]), (other, pages[one.page])):
        if not page.numbers.isdisjoint((claim.quantity.low, claim.quantity.high)):
            return False
        if any(_meets(claim, said) for said in page.claims):
            return False
    return _countries(one) == _countries(other)


def _meets(one: _Claim, other: _Claim) -> bool:
    a, b = one.quantity, other.quantity
    if one.family == other.family and a.unit == b.unit:
        return a.low <= b.high and b.low <= a.high
    return one.family == other.family and one.low <= other.high and other.low <= one.high


def _countries(claim: _Claim) -> set[str | None]:
    return {match.lastgroup for match in _COUNTRY.finditer(claim.sentence.text)}
