"""Splitting text into sentences and list items, with exact offsets, in five languages."""

from __future__ import annotations

import re
from typing import NamedTuple

# A full stop after these ends no sentence. Those that can end one (kr, osv, stk, jne) are left out: the
# capital letter after them decides.
_NO_END = """
bl bl.a a.a ca dvs d.v.s eks el evt ev f.eks feks fx inkl exkl jf jfr kl mht nr obs pga resp tel tlf tlf.nr
vedr vs fr.o.m t.o.m t.ex s.k esim huom ks klo noin nro puh sis so vrt approx dr e.g eg i.e ie incl inc mr
mrs ms no prof st
"""
_ABBREVIATIONS = frozenset(_NO_END.split())
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\d{1,3}[.)])[ \t]+")
_LINE = re.compile(r"[^\n]+")
_TAIL_WORD = re.compile(r"[\w.]{1,12}\Z")


class Sentence(NamedTuple):
    """A sentence and where it stands: ``source[start:end] == text``. ``item`` marks a list item."""

    text: str
    start: int
    end: int
    item: bool


def split_sentences(text: str) -> list[Sentence]:
    """Split ``text``; every non-blank character lies in exactly one sentence. A list item stays whole.

    >>> [s.text for s in split_sentences("Betal innen kl. 12. Ring oss ellers!")]
    ['Betal innen kl. 12.', 'Ring oss ellers!']
    """
    found = []
    for line in _LINE.finditer(text):
        start, end = _trim(text, line.start(), line.end())
        if start == end:
            continue
        if _ITEM.match(text, line.start(), line.end()):
            found.append(Sentence(text[start:end], start, end, item=True))
            continue
        for left, right in _cuts(text, start, end):
            found.append(Sentence(text[left:right], left, right, item=False))
    return found


def _cuts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    left = start
    for mark in _END.finditer(text, start, end):
        if mark.end() == end or not _ends_sentence(text, left, mark):
            continue
        pieces.append(_trim(text, left, mark.end()))
        left = mark.end()
    rest = _trim(text, left, end)
    if rest[0] < rest[1]:
        pieces.append(rest)
    return pieces


def _ends_sentence(text: str, left: int, mark: re.Match[str]) -> bool:
    if mark.group()[0] != ".":
        return True
    word = _TAIL_WORD.search(text[max(left, mark.start() - 12) : mark.start()])
    before = word.group() if word else ""
    following = text[mark.end() : mark.end() + 12].lstrip()[:1]
    if before.lower() in _ABBREVIATIONS or (len(before) == 1 and before.isalpha()):
        return False
    # "den 3. mars", "1. januar": an ordinal is followed by a small letter.
    return not (following.islower() or (before.isdigit() and len(before) <= 2 and following.isdigit()))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
