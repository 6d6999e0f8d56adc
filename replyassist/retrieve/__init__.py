"""Find evidence: stored documents, their lexical and dense indexes, and a relevance one can rely on."""

from replyassist.retrieve.editing import SegmentWriter, write_corpus
from replyassist.retrieve.retriever import Retriever
from replyassist.retrieve.segments import Documents, Segments
from replyassist.retrieve.store import Store

__all__ = ["Documents", "Retriever", "SegmentWriter", "Segments", "Store", "write_corpus"]
