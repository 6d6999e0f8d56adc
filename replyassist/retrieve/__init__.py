"""Find evidence: the store, its lexical and dense indexes, and a relevance one can rely on."""

from replyassist.retrieve.index import build_index
from replyassist.retrieve.retriever import Retriever
from replyassist.retrieve.store import Store

__all__ = ["Retriever", "Store", "build_index"]
