"""Readers for what help desks and people export: rows, and collections of our own types."""

from replyassist.formats.columns import parse_map
from replyassist.formats.documents import (
    Loaded,
    read_articles,
    read_labelled,
    read_macros,
    read_messages,
    read_resolutions,
)
from replyassist.formats.readers import read_rows
from replyassist.formats.records import Labelled
from replyassist.formats.rows import BadRow, Row
from replyassist.formats.sources import Sources, load_sources

__all__ = [
    "BadRow",
    "Labelled",
    "Loaded",
    "Row",
    "Sources",
    "load_sources",
    "parse_map",
    "read_articles",
    "read_labelled",
    "read_macros",
    "read_messages",
    "read_resolutions",
    "read_rows",
]
