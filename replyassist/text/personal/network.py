"""IP addresses and secrets: passwords, one-time codes, tokens and keys, in links or in plain words.

A password is found by the words that introduce it ("passord: ...", "lösenordet är ..."); after a verb it must
look like one (a digit or a sign in it), because "passordet er feil" is a complaint, not a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from replyassist.text.personal.rules import ALONE_AFTER, ALONE_BEFORE, Rule, Scan, apply
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


_IPV4 = Rule("ip", re.compile("[0-9]" + ALONE_BEFORE + r"[0-9]{0,2}(?:\.[0-9]{1,3}){3}" + ALONE_AFTER), is_ipv4)
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
    r"[?&#;](?:[\w.-]{0,20}(?:token|secret|password|passord|passwd|apikey|api_key|api-key|signature|auth|otp|jwt)"
    r"|key|sig|pwd|pass|code|session|session_id|sessionid|sid|hash|t|k|login|reset|invite)=([^&\s#<>\"']{4,4000}+)",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<=/)(?=[\w-]{0,200}?[0-9])(?=[\w-]{0,200}?[A-Za-z])[\w-]{20,400}+(?![\w.-])")
_USERINFO = re.compile(r"://[^\s/@:]{1,128}+:([^\s/@]{1,128}+)@")
_LINK = re.compile(r"https?://[^\s<>\"]{4,4000}+", re.IGNORECASE)

_HEADER = re.compile(
    r"(?:\bbearer\s{1,3}|authorization:\s?(?:basic|token|bearer)\s{1,3}|x-api-key:\s?"
    r"|\b(?:api[ -]?(?:key|nøkkel|nyckel|nøgle|avain)\w{0,6}|access[ -]token|client[ -]secret|token|secret)"
    r"(?:\s?[:=]\s?|\s(?:er|är|on|is)\s:?\s?))([\w.~+/=-]{8,4000}+)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(?<![?&\w])(?:passord\w{0,4}|lösenord\w{0,4}|adgangskode\w{0,3}|kodeord\w{0,4}|kodeordet|salasana\w{0,4}|password|passphrase|passwd"
    r"|\bpwd|\bpw)(?:\s(?:mitt|min|mit|my|to|for|på|till|til)\b(?:\s\w{1,12}){0,2}?)?"
    r"(?:\s?(?P<sign>[:=])\s{0,2}|\s(?:er|är|on|is|was|var|oli)\s?(?P<colon>:)?\s{0,2}|(?P<nothing>\s))(?P<value>[^\s<>]{3,128}+)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:\bpin|pinkode\w{0,2}|pin-?kode\w{0,2}|pin-?koden?|pin[- ]code|tunnusluku\w{0,4}|cvc2?|cvv2?|cvc-kode\w{0,2}"
    r"|engangskode\w{0,2}|engångskod\w{0,2}|kertakäyttökoodi\w{0,3}|sms-?kode\w{0,2}|sms-?kod\w{0,2}"
    r"|bekreftelseskode\w{0,2}|verifiseringskode\w{0,2}|verifieringskod\w{0,2}|vahvistuskoodi\w{0,3}"
    r"|verification code|one[- ]time (?:code|password)|otp|security code|sikkerhetskode\w{0,2}|säkerhetskod\w{0,2})"
    r"(?:\s(?:mitt|min|mit|my))?(?:\s(?:er|är|on|is|was|var|oli))?\s?[:=]?\s{0,2}"
    r"([0-9]{3,8}(?:[ -][0-9]{3})?)(?![\w.,]\w)",
    re.IGNORECASE,
)
_PASSWORD_MARKS = ("passord", "lösenord", "adgangskode", "kodeord", "salasana", "passw", "passphrase", "pwd", " pw")
_CODE_MARKS = (
    *(
        "pin ",
        "pin:",
        "pin-",
        "pinkode",
        "tunnusluku",
        "cvc",
        "cvv",
        "engangskode",
        "engångskod",
        "kertakäyttök",
        "sms-kod",
    ),
    *("smskod", "bekreftelseskode", "verifi", "vahvistusk", "one-time", "one time", "otp", "security code"),
    *("sikkerhetskode", "säkerhetskod"),
)
_HEADER_MARKS = ("bearer ", "authorization:", "api key", "api-key", "apikey", "api-n", "api-a", "token", "secret")


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield IP addresses and secrets."""
    if scan.has_digit and scan.text.count(".") >= 3:
        yield from apply((_IPV4,), scan)
    if "::" in scan.text or scan.text.count(":") >= 7:
        yield from apply((_IPV6,), scan)
    if "://" in scan.text:
        yield from _in_links(scan.text)
    if scan.mentions(_KEY_MARKS):
        yield from (_secret(match, 0, certain=True) for match in _KEY.finditer(scan.text))
    if scan.mentions(_HEADER_MARKS):
        yield from (_secret(m, 1) for m in _HEADER.finditer(scan.text) if _looks_random(m[1]))
    if scan.mentions(_PASSWORD_MARKS):
        yield from _passwords(scan.text)
    if scan.has_digit and scan.mentions(_CODE_MARKS):
        yield from (_secret(match, 1) for match in _CODE.finditer(scan.text))


def _secret(match: re.Match[str], group: int | str, *, certain: bool = False) -> Span:
    start, end = match.span(group)
    return Span(start=start, end=end, kind="secret", certain=certain)


def _in_links(text: str) -> Iterator[Span]:
    for match in _USERINFO.finditer(text):
        yield _secret(match, 1, certain=True)
    for link in _LINK.finditer(text):
        for match in _QUERY.finditer(text, link.start(), link.end()):
            yield _secret(match, 1)
        for match in _PATH.finditer(text, link.start(), link.end()):
            if _looks_random(match.group()):
                yield _secret(match, 0)


def _looks_random(value: str) -> bool:
    """Tell a token from words joined with hyphens: digits in it, and long stretches without a hyphen."""
    return any(c.isdigit() for c in value) and max(map(len, re.split("[-_./]", value))) >= 8


def _passwords(text: str) -> Iterator[Span]:
    for match in _PASSWORD.finditer(text):
        start = match.start("value")
        value = match["value"].rstrip(".,;!?)\"'»”")
        opening = len(value) - len(value.lstrip("\"'«“"))
        bare = value[opening:]
        introduced = bool(match["sign"] or match["colon"] or opening)
        mixed = _has_sign_or_digit(bare) and (match["nothing"] is None or _has_letter_and_digit(bare))
        if len(bare) >= 3 and not bare.startswith("[") and (introduced or mixed):
            yield Span(start=start + opening, end=start + len(value), kind="secret")


def _has_sign_or_digit(value: str) -> bool:
    return not value.replace("-", "").replace("’", "").replace("'", "").isalpha()


def _has_letter_and_digit(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
