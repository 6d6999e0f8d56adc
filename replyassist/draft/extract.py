"""Taking the answer out of a source: its sentences, without somebody else's greeting and signature."""

from __future__ import annotations

import re
from typing import NamedTuple

from replyassist.draft.slots import open_masks
from replyassist.text.reply import begins_with_greeting
from replyassist.text.sentences import split_sentences
from replyassist.types import Article, Document, Hit, Macro, Resolution

_HEADING = re.compile(r"^#{1,6}[ \t]+.*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\(([^()\s]{1,500})\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)([^*_`\n]{1,300}?)(?<=\S)\1")
MAX_SENTENCES = 14


class Piece(NamedTuple):
    """A sentence or list item, and the white space that stands before it."""

    text: str
    gap: str


def answer_pieces(source: Document, hit: Hit) -> list[Piece]:
    """Return the sentences and list items of the answer, in order, laid out as in the source.

    An article gives the passage that was found, a resolution its answer, a macro its body. Masks of other
    people's data come out as named slots.
    """
    if isinstance(source, Article):
        text = _plain(hit.text)
    elif isinstance(source, Resolution):
        text = open_masks(source.answer)
    else:
        text = source.body
    pieces: list[Piece] = []
    position = 0
    for sentence in split_sentences(text)[:MAX_SENTENCES]:
        lines = text.count("\n", position, sentence.start) if pieces else 0
        pieces.append(Piece(sentence.text, "\n" * min(lines, 2) if lines else " "))
        position = sentence.end
    return pieces


def is_complete_reply(source: Document) -> bool:
    """Say whether the source brings a greeting of its own (a macro often does)."""
    return isinstance(source, Macro) and begins_with_greeting(source.body)


def _plain(markdown: str) -> str:
    text = _HEADING.sub("", markdown)
    text = _LINK.sub(lambda m: f"{m.group(1)} ({m.group(2)})" if m.group(2).startswith("http") else m.group(1), text)
    return _EMPHASIS.sub(r"\2", text)
