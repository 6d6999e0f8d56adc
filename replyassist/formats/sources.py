"""Everything an assistant is built from, read in one go; what cannot be read is named, not lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from replyassist.formats.documents import read_articles, read_labelled, read_macros, read_resolutions
from replyassist.formats.records import Labelled
from replyassist.types import Document


@dataclass(frozen=True)
class Sources:
    """Documents and labelled messages; ``bad`` holds place and reason of each row that was skipped."""

    documents: list[Document] = field(default_factory=list)
    labelled: list[Labelled] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def load_sources(
    *,
    articles: Sequence[Path] = (),
    resolutions: Sequence[Path] = (),
    macros: Sequence[Path] = (),
    labels: Sequence[Path] = (),
    mapping: str | None = None,
) -> Sources:
    """Read files and folders of each kind.

    Raises:
        DataError: a path holds nothing that can be read, or an id is there twice.
    """
    sources = Sources()
    for reader, paths in ((read_articles, articles), (read_resolutions, resolutions), (read_macros, macros)):
        for path in paths:
            loaded = reader(path, mapping)
            sources.documents.extend(loaded.documents)
            sources.bad.extend(f"{row.place}: {row.error}" for row in loaded.bad)
    for path in labels:
        rows = read_labelled(path, mapping)
        sources.labelled.extend(rows.documents)
        sources.bad.extend(f"{row.place}: {row.error}" for row in rows.bad)
    return sources
