"""Cut documents into pieces that can be searched, shown and cited on their own.

A chunk is a range of the document's shown text, so ``text[chunk.start:chunk.end]`` is exactly what an agent
sees. Chunks come in order, never overlap and together hold every non-blank character. Cuts fall between
sections, then between paragraphs, then between list items, table rows or sentences; a sentence is cut only
when it alone is longer than :data:`LIMIT`. A code fence stays whole up to :data:`FENCE_LIMIT`.

Every rule reads the text once from left to right, so the cost is linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from replyassist.text.sentences import split_sentences
from replyassist.types import Document, Macro, Resolution

LIMIT = 900
"""Most characters of a chunk, unless a code fence is longer."""

SECTION_MIN = 200
"""A section with fewer characters is joined with the next one: alone it says too little to be found."""

FENCE_LIMIT = 4 * LIMIT
"""A longer code fence is a data dump rather than an instruction and is cut between lines."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,9}[.)])(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Half-open range ``[start, end)`` of a document's shown text and the headings above it."""

    start: int
    end: int
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of lines that belong together; ``level`` is 1 to 6 for a heading."""

    start: int
    end: int
    kind: str
    level: int = 0


def shown_text(document: Document) -> str:
    """Return what a hit in ``document`` shows: the answer of a resolution, otherwise the body."""
    return document.answer if isinstance(document, Resolution) else document.body


def chunk_document(document: Document) -> list[Chunk]:
    """Return the chunks of ``document``, offsets into :func:`shown_text`.

    A resolution and a macro are one chunk each: a reply is taken or left as a whole.
    """
    text = shown_text(document)
    if isinstance(document, Resolution | Macro):
        start, end = _strip(text, 0, len(text))
        return [Chunk(start, end)]
    # An article without a body can still be found by its title.
    return chunk_markdown(text) or [Chunk(0, 0)]


def searched_text(document: Document, chunk: Chunk) -> str:
    """Return the text under which ``chunk`` is found: title and headings first, then its own text.

    Of a resolution the customer's words come first, because that is what a new message resembles.
    """
    text = shown_text(document)[chunk.start : chunk.end]
    if isinstance(document, Resolution):
        return "\n".join(part for part in (document.subject, document.question, text) if part)
    return "\n".join((document.title, *chunk.headings, text))


def chunk_markdown(text: str) -> list[Chunk]:
    r"""Cut Markdown ``text`` by its headings into chunks of at most :data:`LIMIT` characters.

    >>> [c.headings for c in chunk_markdown("# Retur\n\nSend den tilbake.")]
    [('Retur',)]
    """
    packer = _Packer(text)
    for block in _blocks(text):
        packer.add(block)
    return packer.finish()


class _Packer:
    """Fills chunks from left to right; holds the open chunk and the headings above it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._chunks: list[Chunk] = []
        self._path: list[tuple[int, str]] = []
        self._headings: tuple[str, ...] = ()
        self._start = self._end = -1
        self._only_headings = True

    def add(self, block: _Block) -> None:
        if block.kind == "heading":
            self._add_heading(block)
        elif block.end - self._open_start(block) <= LIMIT:
            self._take(block.start, block.end)
        else:
            self._add_large(block)

    def finish(self) -> list[Chunk]:
        self._close()
        return self._chunks

    def _add_heading(self, block: _Block) -> None:
        size = self._end - self._start
        if not self._only_headings and (size >= SECTION_MIN or size + block.end - block.start > LIMIT):
            self._close()
        title = self._text[block.start : block.end].strip().strip("#").strip()
        self._path = [(level, name) for level, name in self._path if level < block.level]
        self._path.append((block.level, title[:200]))
        alone = self._only_headings
        self._take(block.start, block.end)
        self._only_headings = alone
        if alone:
            self._headings = tuple(name for _, name in self._path if name)

    def _add_large(self, block: _Block) -> None:
        whole = block.end - block.start <= (FENCE_LIMIT if block.kind == "fence" else LIMIT)
        if whole and not self._only_headings:
            self._close()
        if whole and (block.kind == "fence" or block.end - self._open_start(block) <= LIMIT):
            self._take(block.start, block.end)
            return
        for start, end in _pieces(self._text, block):
            if end - self._open_start(block, start) > LIMIT:
                self._close()
            self._take(start, end)

    def _open_start(self, block: _Block, start: int | None = None) -> int:
        return self._start if self._start >= 0 else (block.start if start is None else start)

    def _take(self, start: int, end: int) -> None:
        if self._start < 0:
            self._start = start
            self._headings = tuple(name for _, name in self._path if name)
        self._end = end
        self._only_headings = False

    def _close(self) -> None:
        if self._start >= 0:
            start, end = _strip(self._text, self._start, self._end)
            if start < end:
                self._chunks.append(Chunk(start, end, self._headings))
        self._start = self._end = -1
        self._only_headings = True


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, end - (len(piece) - len(piece.rstrip())))


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line), line
        start += len(line)


def _blocks(text: str) -> Iterator[_Block]:
    """Yield headings, fences, lists, tables and paragraphs in order; blank lines belong to none."""
    start = end = -1
    kind, fence = "", ""
    for line_start, line_end, line in _lines(text):
        if fence:
            end = line_end
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield _Block(start, end, kind)
                start, kind, fence = -1, "", ""
            continue
        line_kind = _kind(line, kind)
        if start >= 0 and line_kind != kind:
            yield _Block(start, end, kind)
            start = -1
        if start < 0:
            start = line_start
        kind, end = line_kind, line_end
        if kind == "heading":
            yield _Block(start, end, kind, line.lstrip().find(line.lstrip().lstrip("#")) or 1)
            start, kind = -1, ""
        elif kind == "fence":
            match = _FENCE.match(line)
            fence = match.group(1) if match else ""
        elif kind == "blank":
            start, kind = -1, ""
    if start >= 0:
        yield _Block(start, end, kind)


def _kind(line: str, previous: str) -> str:
    """Classify a line; a line without a sign of its own continues the list or paragraph above it."""
    if not line.strip():
        return "blank"
    if _FENCE.match(line):
        return "fence"
    if _HEADING.match(line):
        return "heading"
    if _ITEM.match(line):
        return "list"
    if line.lstrip().startswith("|"):
        return "table"
    return "list" if previous == "list" else "paragraph"


def _pieces(text: str, block: _Block) -> Iterator[tuple[int, int]]:
    """Yield the ranges between which ``block`` may be cut, none longer than :data:`LIMIT`."""
    if block.kind == "paragraph":
        yield from _bounded(text, _sentences(text, block.start, block.end))
        return
    for start, end in _units(text, block):
        if end - start <= LIMIT:
            yield start, end
        else:
            yield from _bounded(text, _sentences(text, start, end))


def _units(text: str, block: _Block) -> Iterator[tuple[int, int]]:
    """Yield list items with their continuation lines, or the lines of a table or fence."""
    start = block.start
    for line_start, line_end, line in _lines(text[block.start : block.end]):
        at = block.start + line_start
        if at > start and (block.kind != "list" or _ITEM.match(line)):
            yield start, at
            start = at
        if block.start + line_end == block.end:
            yield start, block.end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of ``text[start:end]``, each with the white space that follows it."""
    # A single line break inside a paragraph is a blank in Markdown, so it ends no sentence.
    paragraph = text[start:end].replace("\n", " ")
    left = 0
    for sentence in split_sentences(paragraph)[1:]:
        yield start + left, start + sentence.start
        left = sentence.start
    yield start + left, end


def _bounded(text: str, ranges: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut a range that is over the limit at the last white space before it, or hard where there is none."""
    for start, end in ranges:
        while end - start > LIMIT:
            cut = max(text.rfind(" ", start, start + LIMIT), text.rfind("\n", start, start + LIMIT)) + 1
            cut = cut if cut > start else start + LIMIT
            yield start, cut
            start = cut
        yield start, end
