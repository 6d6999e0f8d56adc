"""Escalation: which messages a person with more authority must see, why, and whether a draft is allowed."""

from replyassist.escalate.assess import assess, detect, withholds_draft
from replyassist.escalate.handover import handover_note
from replyassist.escalate.policy import CodePolicy, Policy, Thresholds, default_policy_text
from replyassist.escalate.texts import reason

__all__ = [
    "CodePolicy",
    "Policy",
    "Thresholds",
    "assess",
    "default_policy_text",
    "detect",
    "handover_note",
    "reason",
    "withholds_draft",
]
