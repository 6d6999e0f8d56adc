"""Whole collections: articles, solved tickets, macros and labelled messages, from a file or a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from replyassist.errors import DataError
from replyassist.formats import columns as names
from replyassist.formats.convert import csat_scale
from replyassist.formats.pages import PAGE_SUFFIXES, read_page
from replyassist.formats.readers import SUFFIXES, read_rows
from replyassist.formats.records import (
    Labelled,
    article_from_row,
    label_from_row,
    macro_from_row,
    message_from_row,
    resolution_from_row,
)
from replyassist.formats.rows import BadRow, Row
from replyassist.types import Article, Document, Macro, Message, Resolution

T = TypeVar("T")
Mapped = Mapping[str, str] | str | None
Convert = Callable[[Row, Mapping[str, str]], T]

_KEY_SAMPLE = 200


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """What was read: documents in input order, and the rows and files that could not be."""

    documents: list[T] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_articles(path: str | Path, mapping: Mapped = None) -> Loaded[Article]:
    """Read articles from a table, a page, or a folder of either (Markdown, text, HTML).

    Hidden files and folders are passed over. A link out of the folder is not followed, and reported.

    Raises:
        DataError: nothing to read, no column for the body, or the same id twice; both places are named.
    """
    convert: Convert[Article] = article_from_row
    return _load_documents(path, mapping, names.ARTICLE_FIELDS, ("body",), lambda rows: convert, pages=True)


def read_resolutions(path: str | Path, mapping: Mapped = None) -> Loaded[Resolution]:
    """Read solved tickets from a table or a folder of tables.

    The scale of the satisfaction scores (1, 5, 10 or 100) follows from all scores of a file together.

    Raises:
        DataError: as for :func:`read_articles`.
    """

    def convert(rows: _Rows) -> Convert[Resolution]:
        scale = csat_scale(row.values.get(rows.columns.get("csat", "")) for row in rows.good())
        return lambda row, columns: resolution_from_row(row, columns, scale=scale)

    return _load_documents(path, mapping, names.RESOLUTION_FIELDS, ("question", "answer"), convert)


def read_macros(path: str | Path, mapping: Mapped = None) -> Loaded[Macro]:
    """Read saved replies from a table or a folder of tables.

    Raises:
        DataError: as for :func:`read_articles`.
    """
    return _load_documents(path, mapping, names.MACRO_FIELDS, ("body",), lambda rows: macro_from_row)


def read_labelled(path: str | Path, mapping: Mapped = None) -> Loaded[Labelled]:
    """Read messages with labels (intent, urgency, sentiment) from a table or a folder of tables.

    Raises:
        DataError: nothing to read, or no column for the text.
    """
    loaded: Loaded[Labelled] = Loaded()
    for file in _files(Path(path), loaded, pages=False):
        rows = _Rows(file, mapping, names.LABEL_FIELDS, ("text",))
        if not {"intent", "urgency", "sentiment"} & rows.columns.keys():
            raise DataError(
                "no column holds a label. Name it: --map intent=COLUMN (or urgency, sentiment)", where=file.name
            )
        for _, example in rows.converted(label_from_row, loaded):
            loaded.documents.append(example)
    return _something(loaded, path)


def read_messages(path: str | Path, mapping: Mapped = None) -> Loaded[Message]:
    """Read incoming messages from a table or mail file, or a folder of them, all at once.

    Raises:
        DataError: nothing to read, or no column for the text.
    """
    loaded: Loaded[Message] = Loaded()
    for file in _files(Path(path), loaded, pages=False):
        rows = _Rows(file, mapping, names.MESSAGE_FIELDS, ("text",))
        for _, message in rows.converted(message_from_row, loaded):
            loaded.documents.append(message)
    return _something(loaded, path)


D = TypeVar("D", bound=Document)


def _load_documents(
    path: str | Path,
    mapping: Mapped,
    fields: Sequence[str],
    required: Sequence[str],
    converter: Callable[[_Rows], Convert[D]],
    *,
    pages: bool = False,
) -> Loaded[D]:
    root = Path(path)
    loaded: Loaded[D] = Loaded()
    places: dict[str, str] = {}
    for file in _files(root, loaded, pages=pages):
        if pages and file.suffix.lower() in PAGE_SUFFIXES:
            found = _page(file, root if root.is_dir() else root.parent, loaded)
        else:
            rows = _Rows(file, mapping, fields, required)
            found = rows.converted(converter(rows), loaded)
        for place, document in found:
            if (earlier := places.get(document.id)) is not None:
                raise DataError(f"has the same id as {earlier}; ids must differ", where=place)
            places[document.id] = place
            loaded.documents.append(document)
    return _something(loaded, path)


def _something(loaded: Loaded[T], path: str | Path) -> Loaded[T]:
    if not loaded.documents and not loaded.bad:
        raise DataError("there is nothing to read here", where=str(path))
    return loaded


def _page(file: Path, root: Path, loaded: Loaded[D]) -> Iterator[tuple[str, D]]:
    place = file.relative_to(root).as_posix()
    try:
        yield place, read_page(file, root)  # type: ignore[misc]  # pages are read for articles only
    except DataError as error:
        loaded.bad.append(BadRow(1, place, _reason(error)))


def _files(root: Path, loaded: Loaded[T], *, pages: bool) -> Iterator[Path]:
    """Yield ``root`` itself, or the files of the folder that can be read, in a fixed order."""
    if not root.is_dir():
        if not root.exists():
            raise DataError("there is no such file or folder; check the path", where=str(root))
        yield root
        return
    known = SUFFIXES.keys() | (PAGE_SUFFIXES if pages else set())
    inside = root.resolve()
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if name.startswith(".") or Path(name.lower().removesuffix(".gz")).suffix not in known:
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(inside):
                place = file.relative_to(root).as_posix()
                loaded.bad.append(BadRow(1, place, "is a link that leaves the folder; it is not followed"))
                continue
            yield file


class _Rows:
    """The rows of one table, all in memory, and what its columns hold."""

    def __init__(self, file: Path, mapping: Mapped, fields: Sequence[str], required: Sequence[str]) -> None:
        chosen = names.as_mapping(mapping)
        self._rows = list(read_rows(file, mapping=chosen))
        found = found_columns(self._rows[:_KEY_SAMPLE])
        self.columns = names.resolve_columns(found, fields, required=required, mapping=chosen, where=file.name)

    def good(self) -> Iterator[Row]:
        """Yield the rows that could be read."""
        return (row for row in self._rows if isinstance(row, Row))

    def converted(self, convert: Convert[T], loaded: Loaded[T]) -> Iterator[tuple[str, T]]:
        """Yield place and document of each row; what fails goes to ``loaded.bad``."""
        for row in self._rows:
            if isinstance(row, BadRow):
                loaded.bad.append(row)
                continue
            try:
                document = convert(row, self.columns)
            except DataError as error:
                loaded.bad.append(BadRow(row.number, row.place, _reason(error)))
            else:
                yield row.place, document


def found_columns(rows: Iterable[Row | BadRow]) -> list[str]:
    """Return the columns of some rows, in order of first appearance: JSON objects may differ."""
    return list(dict.fromkeys(name for row in rows if isinstance(row, Row) for name in row.values))


def _reason(error: DataError) -> str:
    """Return the message without the place, which a bad row carries by itself."""
    return str(error).removeprefix(f"{error.where}: ") if error.where else str(error)
