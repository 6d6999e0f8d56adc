"""IP addresses, and secrets that show by their form: tokens in links, keys of known services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from replyassist.text.personal import context
from replyassist.text.personal.credentials import looks_random
from replyassist.text.personal.rules import ALONE_BEFORE, Rule, Scan, apply
from replyassist.types import Span


def is_ipv4(value: str) -> bool:
    """Tell whether ``value`` is a dotted IPv4 address."""
    try:
        IPv4Address(value)
    except AddressValueError:
        return False
    return True


def is_ipv6(value: str) -> bool:
    """Tell whether ``value`` is an IPv6 address of at least two written groups (RFC 4291)."""
    try:
        IPv6Address(value)
    except AddressValueError:
        return False
    return sum(1 for group in value.split(":") if group) >= 2


_IPV4 = re.compile("[0-9]" + ALONE_BEFORE + r"[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?!\w|[.,-][0-9])")
_IPV6 = Rule("ip", re.compile(r"[0-9A-Fa-f:](?<![\w:].)[0-9A-Fa-f:]{4,38}(?![\w:])"), is_ipv6)

_KEY = re.compile(
    r"(?:eyJ[\w-]{8,2000}+\.[\w-]{4,4000}+\.[\w-]{4,2000}+|gh[pousr]_[A-Za-z0-9]{20,255}+|github_pat_\w{20,255}+"
    r"|glpat-[\w-]{16,64}+|xox[abpors]-[\w-]{10,200}+|AKIA[0-9A-Z]{16}|AIza[\w-]{30,50}+"
    r"|[rsp]k_(?:live|test)_[A-Za-z0-9]{8,128}+|sk-[\w-]{16,200}+|SG\.[\w-]{16,64}+\.[\w-]{16,64}+)"
)
_KEY_MARKS = (
    *("eyj", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "akia", "aiza"),
    *("k_live_", "k_test_", "sk-", "sg."),
)

_QUERY = re.compile(
    r"[?&#;](?:[\w.-]{0,20}(?:token|secret|password|passord|passwd|lösenord|losenord|adgangskode|salasana|api_?-?key"
    r"|signature|auth|otp|jwt|sess(?:ion)?_?-?id|_key|_code|nonce)|key|sig|pwd|pw|pass|code|kode|kod|koodi|pin|avain"
    r"|nøkkel|nokkel|nyckel|session|sesjon|istunto|sid|hash|t|k|login|reset|invite|magic|verify|confirm|ticket|tkt|st)"
    r"=([^&\s#<>\"']{4,4000}+)",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<=/)(?=[\w-]{0,200}?[0-9])(?=[\w-]{0,200}?[A-Za-z])[\w-]{20,400}+(?![\w.-])")
_AFTER_STEP = re.compile(
    r"/(?:[\w-]{0,20}(?:reset|tilbakestill|nullstill|nulstil|återställ|aterstall|palaut|nollaa|token|verify|verif"
    r"|bekreft|bekraft|bekräfta|vahvist|confirm|activate|aktiver|aktivoi|invite|magic|session|passord|password|losenord"
    r"|salasana|adgangskode|unlock|recover|login|logg-?inn)[\w-]{0,20}|s|r|k|t)/(?=[\w-]{0,40}?[0-9])"
    r"([\w-]{6,400}+)(?![.\w])",
    re.IGNORECASE,
)
"""A step of an account ("/reset/...") with a token behind it."""

_USERINFO = re.compile(r"://[^\s/@:]{1,128}+:([^\s/@]{1,128}+)@")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{4,4000}+", re.IGNORECASE)


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield IP addresses and secrets."""
    if scan.has_digit and scan.text.count(".") >= 3:
        yield from _ipv4(scan)
    if "::" in scan.text or scan.text.count(":") >= 7:
        yield from apply((_IPV6,), scan)
    if "://" in scan.text or "www." in scan.lowered or "=" in scan.text:
        yield from _in_links(scan.text)
    if scan.mentions(_KEY_MARKS):
        yield from (_secret(match, 0, certain=True) for match in _KEY.finditer(scan.text))


def _ipv4(scan: Scan) -> Iterator[Span]:
    """Yield dotted addresses, save where a version, a section, an article or a phone is spoken of."""
    for match in _IPV4.finditer(scan.text):
        start, end = match.span()
        if is_ipv4(match.group()) and scan.declared(start, end) not in (context.VERSION, context.ARTICLE, "phone"):
            yield Span(start=start, end=end, kind="ip", certain=True)


def _secret(match: re.Match[str], group: int | str, *, certain: bool = False) -> Span:
    start, end = match.span(group)
    return Span(start=start, end=end, kind="secret", certain=certain)


def _in_links(text: str) -> Iterator[Span]:
    for match in _USERINFO.finditer(text):
        yield _secret(match, 1, certain=True)
    if "=" in text:
        yield from (_secret(match, 1) for match in _QUERY.finditer(text))
    for link in _LINK.finditer(text):
        for match in _AFTER_STEP.finditer(text, link.start(), link.end()):
            if any(map(str.isalpha, match[1])) or len(match[1]) >= 8:
                yield _secret(match, 1)
        for match in _PATH.finditer(text, link.start(), link.end()):
            if looks_random(match.group()):
                yield _secret(match, 0)
