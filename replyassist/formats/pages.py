"""Articles as files: Markdown with YAML front matter, plain text and HTML."""

from __future__ import annotations

import html
import re
from pathlib import Path, PurePosixPath

from replyassist.errors import DataError
from replyassist.formats.convert import to_language
from replyassist.formats.records import article_from_row, first_line
from replyassist.formats.rows import Row
from replyassist.formats.source import decode
from replyassist.text.html import html_lines
from replyassist.types import LANGUAGES, Article

PAGE_SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})

_MAX_PAGE_BYTES = 16 * 1024 * 1024
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.{0,65536}?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)
_HTML_TITLE = re.compile(r"<(title|h1)\b[^>]{0,200}>([^<]{1,300})</\1>", re.IGNORECASE)
_FIELDS = {
    name: name
    for name in ("id", "title", "language", "audience", "url", "updated_at", "verified_until", "labels", "group")
}


def read_page(path: Path, root: Path) -> Article:
    """Return the article in ``path``, a file under the folder ``root``.

    What the front matter does not say follows from the file: the language from a parent folder named
    after one (``nb``, ``sv-SE``), the title from the first ``#`` heading or the file name, the id from the
    relative path. Pages at the same place below different language folders are translations of one another.

    Raises:
        DataError: the file is too large, not text, empty, or its front matter cannot be read.
    """
    relative = PurePosixPath(path.relative_to(root).as_posix())
    place = str(relative)
    text = _content(path, place)
    front, body = _split(text, place) if path.suffix.lower() in (".md", ".markdown") else ({}, text)
    title = None
    if path.suffix.lower() in (".html", ".htm"):
        found = _HTML_TITLE.search(text[:65536])
        title = " ".join(html.unescape(found[2]).split()) if found else None
        body = "\n".join(html_lines(text)[0])
    heading = _HEADING.search(body)
    language, group = _from_folders(relative)
    values: dict[str, object] = {
        "id": str(relative.with_suffix("")),
        "title": title or (first_line(heading[1]) if heading else _readable(relative.stem)),
        "language": language,
        "group": group,
        **{key: value for key, value in front.items() if value not in (None, "")},
        "body": body,
    }
    return article_from_row(Row(1, place, values), {**_FIELDS, "body": "body"})


def _content(path: Path, place: str) -> str:
    try:
        if path.stat().st_size > _MAX_PAGE_BYTES:
            raise DataError(f"the file is larger than {_MAX_PAGE_BYTES // 2**20} MiB", where=place)
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=place) from None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    try:
        text = data.decode(encoding) if encoding else decode(data.removeprefix(b"\xef\xbb\xbf"), strict=False)
    except UnicodeDecodeError:
        raise DataError("the file is damaged UTF-16", where=place) from None
    except DataError as error:
        raise DataError(str(error), where=place) from None
    return text.replace("\r\n", "\n")


def _split(text: str, place: str) -> tuple[dict[str, object], str]:
    """Take the front matter apart. Every scalar stays a string: to YAML, ``language: no`` means false."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    import yaml

    try:
        front = yaml.load(found[1], Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 2}" if mark is not None else ""
        raise DataError(f"the front matter is not valid YAML{line}", where=place) from None
    if not isinstance(front, dict):
        if front in (None, ""):
            return {}, text[found.end() :]
        raise DataError("the front matter must be lines of 'name: value'", where=place)
    named = {str(key).strip().lower().replace("-", "_"): value for key, value in front.items()}
    return {**named, **_renamed(named)}, text[found.end() :].lstrip("\n")


def _renamed(front: dict[str, object]) -> dict[str, object]:
    """Understand the names other site generators use."""
    other = {"lang": "language", "locale": "language", "tags": "labels", "slug": "id", "translation_key": "group"}
    return {field: front[name] for name, field in other.items() if name in front and field not in front}


def _from_folders(relative: PurePosixPath) -> tuple[str | None, str | None]:
    for position, folder in enumerate(relative.parent.parts):
        language = to_language(folder) if len(folder) <= 5 else None
        if language in LANGUAGES:
            others = [*relative.parts[:position], *relative.parts[position + 1 :]]
            return language, str(PurePosixPath(*others).with_suffix(""))
    return None, None


def _readable(stem: str) -> str:
    words = re.sub(r"[-_]+", " ", stem).strip()
    return words[:1].upper() + words[1:] or stem
