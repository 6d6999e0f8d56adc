"""Drafts made of evidence: compose, name the open slots, check every claim."""

from replyassist.draft.check import Finding, check_draft
from replyassist.draft.compose import Composed, compose

__all__ = ["Composed", "Finding", "check_draft", "compose"]
