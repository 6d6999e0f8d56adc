"""Turn matches and data about the customer into flags, and decide whether a draft may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from replyassist.escalate.policy import CodePolicy, Policy
from replyassist.escalate.texts import reason
from replyassist.types import Flag, Message, Tags

_SEVERITY_RANK = {"critical": 0, "warning": 1, "info": 2}
_DEFAULT_URGENCY = "normal"


def detect(text: str, language: str, policy: Policy) -> tuple[Flag, ...]:
    """Return the flags that the text itself gives rise to, most severe first, one per code.

    Args:
        text: cleaned text; offsets of the flags point into it. Only its first 65,536 characters are read.
        language: the text's language; English rules are run as well, whatever it is.
        policy: the team's policy.
    """
    matches = policy.detector(language).find(text)
    flags = [
        _flag(match.code, policy.codes[match.code], text[match.start : match.end], match.start, match.end)
        for match in matches
    ]
    return _ordered(flags, policy)


def assess(
    message: Message, tags: Tags, policy: Policy, *, now: datetime | None, grounded: bool | None
) -> tuple[Flag, ...]:
    """Merge the flags of the text with those that come from data, most severe first, one per code.

    Args:
        message: gives customer tier, previous contacts, earlier turns and due time.
        tags: gives the flags of :func:`detect`, the urgency and whether the intent is known.
        policy: the team's policy; disabled codes are left out.
        now: the time to judge the due time by; none leaves ``sla_risk`` out.
        grounded: whether a draft with evidence was found; none if none was asked for.
    """
    found = [
        ("vip_customer", _vip(message, policy)),
        ("repeat_contact", _repeat(message, policy)),
        ("sla_risk", _sla(message, tags, policy, now)),
        ("low_confidence", _unsure(tags)),
        ("no_grounded_answer", "" if grounded is False else None),
    ]
    flags = list(tags.flags)
    flags += [_flag(code, policy.codes[code], evidence) for code, evidence in found if evidence is not None]
    strongest: dict[str, Flag] = {}
    for flag in flags:
        entry = policy.codes.get(flag.code)
        if entry is None or entry.enabled:
            kept = strongest.get(flag.code)
            strongest[flag.code] = flag if kept is None else min(kept, flag, key=_strength)
    return _ordered(strongest.values(), policy)


def withholds_draft(flags: Iterable[Flag], policy: Policy) -> Flag | None:
    """Return the most severe flag because of which no draft may be shown, or none."""
    for flag in _ordered(flags, policy):
        entry = policy.codes.get(flag.code)
        if entry is not None and entry.draft == "withhold":
            return flag
    return None


def _flag(code: str, entry: CodePolicy, evidence: str, start: int = -1, end: int = -1) -> Flag:
    return Flag(
        code=code,
        severity=entry.severity,
        reason=reason(code, "en"),
        evidence=evidence,
        start=start,
        end=end,
        route=entry.route,
    )


def _ordered(flags: Iterable[Flag], policy: Policy) -> tuple[Flag, ...]:
    """Sort by severity, then in the order of the policy."""
    place = {code: number for number, code in enumerate(policy.codes)}
    return tuple(sorted(flags, key=lambda flag: (_SEVERITY_RANK[flag.severity], place.get(flag.code, len(place)))))


def _strength(flag: Flag) -> tuple[int, bool, int]:
    """Return a key that is smaller for a better-founded flag: severe, quoted from the text, at length."""
    return _SEVERITY_RANK[flag.severity], flag.start < 0, -len(flag.evidence)


def _vip(message: Message, policy: Policy) -> str | None:
    tier = message.customer.tier if message.customer else None
    tiers = {name.casefold() for name in policy.thresholds.vip_customer.tiers}
    return tier if tier and tier.strip().casefold() in tiers else None


def _repeat(message: Message, policy: Policy) -> str | None:
    limits = policy.thresholds.repeat_contact
    previous = message.customer.previous_contacts if message.customer else 0
    if previous >= limits.min_previous:
        return str(previous)
    # In a chat several short messages in a row are one contact.
    if message.channel == "chat":
        return None
    unanswered = 0
    for turn in reversed(message.thread):
        if turn.role == "agent":
            break
        unanswered += turn.role == "customer"
    return str(unanswered) if unanswered >= limits.unanswered_messages else None


def _sla(message: Message, tags: Tags, policy: Policy, now: datetime | None) -> str | None:
    """Return the due time if it lies closer than the urgency allows (or has passed)."""
    if now is None or message.due_at is None:
        return None
    urgency = (tags.urgency.label if tags.urgency else None) or _DEFAULT_URGENCY
    hours = policy.thresholds.sla_risk.hours.get(urgency, 0.0)
    at_risk = message.due_at - now <= timedelta(hours=hours)
    return message.due_at.isoformat(timespec="minutes") if at_risk else None


def _unsure(tags: Tags) -> str | None:
    if not tags.intents:
        return ""
    primary = tags.intents[0]
    return "" if primary.label is None or primary.abstained else None
