"""E-mail addresses and phone numbers.

E-mail: RFC 5321 lengths, the characters people really use. Phone: validity from the ``phonenumbers``
metadata; what decides whether to ask it is the written form and the words beside the number, because eight
digits in Norway and Denmark may as well be an order, a price or a meter reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from replyassist.text.personal import context
from replyassist.text.personal.rules import Scan
from replyassist.types import Span

_LOCAL_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-'æøåäöüéÆØÅÄÖÜÉ"
_DOMAIN = re.compile(r"(?:[a-z0-9æøåäöü-]{1,63}+\.){1,8}[a-z]{2,24}(?![a-z0-9æøåäöü_-])", re.IGNORECASE)
_SAID_AT = r"(?:\((?:at|a|ät|snabel-?a|krøllalfa)\)|\[at\]|krøllalfa|alfakrøll|snabel-?a|kissanhäntä|miukumauku|ät|at)"
_SAID_DOT = r"(?:\((?:dot|punktum|punkt|piste|prikk)\)|\[dot\]|punktum|punkt|prikk|piste|dot|\.)"
_SAID_MARKS = (
    *("(at)", "[at]", "(a)", "(ät)", "krøllalfa", "alfakrøll", "snabel", "kissanhäntä", "miukumauku"),
    *(" punktum ", " punkt ", " prikk ", " piste ", " dot "),
)
_SAID_EMAIL = re.compile(
    r"(?<!\w)(?:\w{1,30}+ (?:punktum|punkt|prikk|piste|dot) ){0,2}[\w.+-]{1,64}+ ?"
    rf"(?:{_SAID_AT}) ?(?:[\w-]{{1,63}}+ ?{_SAID_DOT} ?){{1,4}}"
    r"(?:no|se|dk|fi|com|net|org|eu|io|co|uk|nu|info|dev)(?!\w)",
    re.IGNORECASE,
)

_HOME_REGIONS = {
    "nb": ("NO", "SE", "DK"),
    "sv": ("SE", "FI", "NO"),
    "da": ("DK", "NO", "SE"),
    "fi": ("FI", "SE"),
    "en": ("GB", "NO", "SE", "DK", "FI"),
}
_ALL_REGIONS = ("NO", "SE", "DK", "FI", "GB")
_COUNTRY_CODES = ("47", "46", "45", "358", "44")

_RUN = re.compile(r"[+(0-9](?<![\w+#.=].)(?<![0-9][,:/-].)(?:(?<=\()\+)?[0-9 \u00a0()./-]{5,28}[0-9](?!\w)")
_GROUP = re.compile("[0-9]+")
_SEPARATOR = re.compile(r"[ \u00a0-]| ?[()/] ?|\) ?\(|\.| - |- ")
_DATE = re.compile(
    r"(?:[0-9]{1,2}([./-])[0-9]{1,2}\1(?:19|20)?[0-9]{2}|[0-9]{1,2} [0-9]{1,2} (?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[./ -][0-9]{1,2}[./ -][0-9]{1,2}|(?:19|20)[0-9]{2}\W{1,3}(?:19|20)[0-9]{2})(?![./-]?[0-9])"
)
_UNMISTAKABLE_GROUPS = ((3, 2, 3), (2, 2, 2, 2))
_MOBILE_STARTS = ("07", "04", "05")
_MAX_DROPPED_GROUPS = 3


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield e-mail addresses and phone numbers."""
    if "@" in scan.text:
        yield from _emails(scan.text)
    if scan.mentions(_SAID_MARKS):
        for match in _SAID_EMAIL.finditer(scan.text):
            if _is_said(match.group()):
                yield Span(start=match.start(), end=match.end(), kind="email")
    if scan.has_digit:
        yield from _phones(scan)


def _emails(text: str) -> Iterator[Span]:
    """Start from each @ and look both ways a bounded distance: linear whatever surrounds it."""
    at = text.find("@")
    while at >= 0:
        spaced = text[at - 1 : at + 2] == " @ "
        domain = _DOMAIN.match(text, at + (2 if spaced else 1), at + 256)
        if domain is not None:
            head_end = at - 1 if spaced else at
            head = text[max(0, head_end - 64) : head_end]
            local = head[len(head.rstrip(_LOCAL_CHARACTERS)) :].lstrip(".'%+-")
            if local:
                yield Span(start=head_end - len(local), end=domain.end(), kind="email", certain=not spaced)
        at = text.find("@", at + 1)


def _is_said(value: str) -> bool:
    """Tell whether an address is spelled out; a bare "at" counts only when the dot is said too."""
    lowered = value.lower()
    if " at " not in lowered and " ät " not in lowered:
        return True
    return any(mark in lowered for mark in (" punktum ", " punkt ", " prikk ", " piste ", " dot "))


def _phones(scan: Scan) -> Iterator[Span]:
    text = scan.text
    run = _RUN.search(text)
    while run is not None:
        span = _phone_in_run(scan, run)
        if span is not None:
            yield span
        run = _RUN.search(text, span.end if span is not None else run.end())


def _phone_in_run(scan: Scan, run: re.Match[str]) -> Span | None:
    """Judge a run of digit groups, the whole first; a trailing group may belong to what follows."""
    text = scan.text
    groups = _joined_groups(text, run)
    start = run.start() + 1 if run.group()[0] == "(" and ")" not in run.group() else run.start()
    for kept in range(len(groups), max(0, len(groups) - 1 - _MAX_DROPPED_GROUPS), -1):
        end = groups[kept - 1].end()
        certain = _judge(scan, start, end, tuple(len(g.group()) for g in groups[:kept]))
        if certain is not None:
            return Span(start=start, end=end, kind="phone", certain=certain)
    return None


def _joined_groups(text: str, run: re.Match[str]) -> list[re.Match[str]]:
    """Return the digit groups of ``run`` up to the first separator that phones are not written with."""
    groups: list[re.Match[str]] = []
    for group in _GROUP.finditer(text, run.start(), run.end()):
        if groups and _SEPARATOR.fullmatch(text, groups[-1].end(), group.start()) is None:
            break
        groups.append(group)
    return groups


def _judge(scan: Scan, start: int, end: int, groups: tuple[int, ...]) -> bool | None:
    """Return whether the number is certain, or none if it is no phone number."""
    text = scan.text
    value = text[start:end]
    digits = sum(groups)
    if not 7 <= digits <= 15 or _DATE.match(value) or context.is_quantity(text, start, end):
        return None
    named = scan.declared(start, end)
    if value.startswith(("+", "(+", "00")):
        return _judge_international(value.replace("(+", "+"), named)
    if named == "phone":
        return False if digits <= 12 else None
    if named is not None and named != "address":
        return None
    if _form_is_telling(scan, start, end, groups) and _is_valid(value, _regions(value, scan.language)):
        return False
    return None


def _judge_international(value: str, named: str | None) -> bool | None:
    if value[0] == "0" and named not in (None, "phone", "address"):
        return None
    if _is_valid(value, ("ZZ",)):
        return True
    number = re.sub("[^0-9]", "", value).lstrip("0")
    known = number.startswith(_COUNTRY_CODES) and len(number) >= 9 and value[0] == "+"
    return False if known or named == "phone" else None


def _form_is_telling(scan: Scan, start: int, end: int, groups: tuple[int, ...]) -> bool:
    """Tell whether the number is written as only phones are, or stands on a line of its own."""
    value = scan.text[start:end]
    if value[0] in "0(":
        return len(groups) > 1 or value.startswith(_MOBILE_STARTS) or _fills_line(scan.text, start, end)
    if groups in _UNMISTAKABLE_GROUPS:
        separators = set(re.sub("[0-9]", "", value))
        return len(separators) == 1 and (separators != {"."} or groups[0] == 2)
    return groups in ((8,), (4, 4)) and _fills_line(scan.text, start, end)


def _regions(value: str, language: str | None) -> tuple[str, ...]:
    """Return the countries whose national numbers may look like ``value``: a trunk 0 or bare eight digits."""
    home = _HOME_REGIONS.get(language or "", _ALL_REGIONS)
    return tuple(region for region in home if (region in ("NO", "DK")) != (value[0] in "0("))


def _fills_line(text: str, start: int, end: int) -> bool:
    line_start = text.rfind("\n", max(0, start - 20), start) + 1
    return (line_start > 0 and not text[line_start:start].strip()) and (
        end == len(text) or text[end : end + 20].split("\n", 1)[0].strip() == ""
    )


@lru_cache(maxsize=4096)
def _is_valid(value: str, regions: tuple[str, ...]) -> bool:
    import phonenumbers

    number = "+" + value[2:] if value.startswith("00") else value
    for region in regions:
        try:
            parsed = phonenumbers.parse(number.replace("\u00a0", " "), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False
