"""Anchors: words that a text must hold for a pattern to match it, so that most patterns are never run."""

from __future__ import annotations

import re
from dataclasses import dataclass

MIN_STEM = 3
"""Shortest stem before or after ``*`` that can serve as an anchor."""

_FOLDED = (("å", "a"), ("ä", "a"), ("æ", "a"), ("ö", "o"), ("ø", "o"), ("é", "e"))
_COLLAPSED = (("aa", "a"), ("ae", "a"), ("oe", "o"))
_STEM_END = re.compile(r"['-]")

_WORDS = """
a after all alla alle am an are as at att av been by can da das de dem den der dere det di dig ditt down
du dykk ei ej en er eri et ett ette find for fra fran from ha han har has have hos how hun hva hvad hvem
hvis hvor hvordan i ikke in inte is it ja jag jeg jer joka jos kan kommer kun man me med meg men mig min
mina mine minun mita my na nagon nar ni no noen nogen not nu och of og ole olen om on or os oss out over
pa sa se seg sen sig ska skal so som ta tai that the there they til till to ud un ut vad var vara ved vi
vil vill was we what when who will with you your
"""
_FUNCTION_WORDS = frozenset(_WORDS.split())
"""Words so frequent that a pattern should rather be found by another of its words; folded."""


def fold(lowered: str) -> str:
    """Return lower-case text without å, ä, ö, æ, ø and without the ways to write them (aa, ae, oe).

    Only for finding words quickly: offsets into the result mean nothing in the original.
    """
    if not lowered.isascii():
        for letter, plain in _FOLDED:
            lowered = lowered.replace(letter, plain)
    for pair, plain in _COLLAPSED:
        lowered = lowered.replace(pair, plain)
    return lowered


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word that every text matched by a pattern contains, folded.

    ``kind`` is ``exact`` (the whole word), ``prefix`` (it begins so), ``infix`` (it contains this) or
    ``number`` (any number).
    """

    stem: str
    kind: str


def stem_anchors(stem: str, whole: bool, *, infix: bool) -> tuple[frozenset[Anchor], ...]:
    """Return the anchors of a word: it as a whole or, if it has a joint, its part before that."""
    head, *rest = _STEM_END.split(stem)
    joined = fold(head + "".join(rest))
    if not joined or (len(joined) < MIN_STEM and not whole):
        return ()
    anchor = Anchor(joined, "infix" if infix else "exact" if whole else "prefix")
    return (frozenset({anchor, Anchor(fold(head), "exact")} if rest and not infix else {anchor}),)


def commonness(anchors: frozenset[Anchor]) -> float:
    """Return a number that is smaller for anchors rarer in ordinary text: few, long, no function words."""
    return sum(1.0 if anchor.stem in _FUNCTION_WORDS else 2.0 ** -len(anchor.stem) for anchor in anchors)
