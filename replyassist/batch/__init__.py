"""Files in and out: readers for what help desks export, and the streaming batch tagger."""

from replyassist.batch.output import saved_rows
from replyassist.batch.tag import Progress, TagSummary, tag_file
from replyassist.batch.tagging import Tagger, TaggerFactory, tags_to_columns

__all__ = [
    "Progress",
    "TagSummary",
    "Tagger",
    "TaggerFactory",
    "saved_rows",
    "tag_file",
    "tags_to_columns",
]
