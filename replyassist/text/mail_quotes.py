"""Which lines of a mail are quoted or forwarded: a linear pass over the lines of a plain-text body."""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from replyassist.text import mail_phrases as phrases

Kind = Literal["own", "quoted", "signature"]
"""What a line is: newly written by the customer, taken over from an earlier mail, or signature and footer."""

_MAX_ATTRIBUTION_CHARS = 400  # a client's "On ... wrote:" line, wrapped lines joined
_MAX_HEADER_LINES = 12  # From, Sent, To, Cc, Subject and wrapped recipients
_MAX_FLAT_VERBS = 20
_NOTE_CHARS = 2_000  # of what a customer wrote above an earlier mail, searched for talk of forwarding
_ATTRIBUTION_HALF = 160  # characters of an attribution line before or after its verb
_FLAT_CHARS = 20_000  # of one line, searched for an Outlook header without line breaks
_WRAP_CHARS = 60  # quoting clients wrap at 72 to 78 characters; a shorter quoted line was not wrapped

_DATE = re.compile(
    r"\d{1,4}[./-] ?\d{1,2}[./-]|\d{4}|\d{1,2}\.? (?:jan|feb|mar|apr|ma[ijy]|jun|jul|aug|sep|o[kc]t"
    r"|nov|de[sc]|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)|(?:jan|feb|mar"
    r"|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")
_ADDRESS = re.compile(r"\S@\S")
_RULE = re.compile(r"[-_=—–*~]{2,}")
_QUOTE_MARK = re.compile(r"^> ?")
_KEY_LINE = re.compile(r"[*_ ]{0,3}([^\W\d][\w -]{1,20}?)[*_ ]{0,3}:")
_FLAT_OPENING = re.compile(
    r"(?:\b(?:on|den|på) )?(?:\b(?:man|tir|tis|mån|ons|tor|fre|lør|lör|søn|sön|mon|tue|wed|thu|fri|sat|sun"
    r"|ma|ti|ke|to|pe|la|su)[a-zåäöø]{0,6}\.?,? )?(?:den )?(?:\b\d{1,2}\.? [^\W\d]{3,12}\.?,? \d{4}"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\b[A-Z][a-z]{2,8} \d{1,2}, \d{4})",
    re.IGNORECASE,
)
_SENDER_ONLY = re.compile(r"\b(?:fra|frå|från|from) [^<>\n]{1,80}<\S{1,80}@\S{1,80}>:$", re.IGNORECASE)
_FLAT_HEADER = re.compile(
    r"(?:Fra|Frå|Från|From|Lähettäjä): [^\n]{1,120}? (?:Sendt|Skickat|Sent|Lähetetty|Dato|Datum|Date"
    r"|Päivämäärä): [^\n]{1,160}? (?:Emne|Ämne|Subject|Aihe): "
)


def mark_quotes(lines: list[str], kinds: list[Kind]) -> None:
    """Set ``kinds`` to ``quoted`` where ``lines`` were taken over from an earlier mail."""
    index = 0
    while index < len(lines):
        if kinds[index] != "own" or not lines[index]:
            index += 1
        elif lines[index][0] == ">":
            kinds[index] = "quoted"
            index += 1
        elif end := _attribution_end(lines, kinds, index):
            _quote(kinds, index, end)
            index = end if _quote_marks_follow(lines, kinds, end) else _quote(kinds, end, len(lines))
        elif _starts_history(lines, index):
            index = _quote(kinds, index, len(lines))
        else:
            index += 1
    _join_wrapped(lines, kinds)


def is_forward(quoted: list[str], note: str) -> bool:
    """Whether the lines of a quoted mail were forwarded, not answered, by what stands above and around it.

    Outlook prints one and the same block of headers above both: a forward is then told by its subject
    ("VS:", "FW:") or by the customer's ``note`` ("jeg videresender ...", "se mailen nedenfor").
    """
    first = [index for index, line in enumerate(quoted[:_MAX_HEADER_LINES]) if line][:3]
    if any(_separator(quoted[index]) == "forward" for index in first[:2]):
        return True
    block = next((index for index in first if _is_header_block(quoted, index)), None)
    if block is None:
        return False
    note = note[:_NOTE_CHARS]
    if phrases.FORWARDING.search(note):
        return True
    subject = _header_subject(quoted[block : block + _MAX_HEADER_LINES])
    if phrases.REPLY_SUBJECT.match(subject):
        return False
    return bool(phrases.FORWARD_SUBJECT.search(subject) or phrases.MAIL_BELOW.search(note))


def unquote(lines: list[str]) -> list[str]:
    """Return the body of a quoted mail: headers above it dropped, one level of quote marks removed."""
    start = _skip_headers(lines, 0)
    bodies = [_QUOTE_MARK.sub("", line) for line in lines[start:]]
    return bodies[_skip_headers(bodies, 0) :]


def flat_history_start(line: str) -> int | None:
    """Return where a quote header begins inside one long line, as exports without line breaks leave it."""
    line = line[:_FLAT_CHARS]
    found = _FLAT_HEADER.search(line)
    starts = [found.start()] if found else []
    if "@" in line:
        verbs = islice(phrases.WROTE.finditer(line), _MAX_FLAT_VERBS)
        starts += [start for verb in verbs if (start := _flat_attribution(line, verb)) is not None]
    return min((start for start in starts if start == 0 or line[start - 1] == " "), default=None)


def _flat_attribution(line: str, verb: re.Match[str]) -> int | None:
    """Start of the attribution around ``verb``: a date and time before it, an address and a colon near it."""
    before = max(0, verb.start() - _ATTRIBUTION_HALF)
    colon = line.find(":", verb.end(), verb.end() + _ATTRIBUTION_HALF)
    opening = _FLAT_OPENING.search(line, before, verb.start())
    if colon < 0 or not line[colon + 1 :].strip() or opening is None:
        return None
    if not _TIME.search(line, opening.end(), verb.start()):
        return None
    attribution = line[opening.start() : colon + 1]
    return opening.start() if _is_attribution(attribution, marks_follow=False) else None


def _quote(kinds: list[Kind], start: int, end: int) -> int:
    for index in range(start, end):
        if kinds[index] == "own":
            kinds[index] = "quoted"
    return end


def _quote_marks_follow(lines: list[str], kinds: list[Kind], index: int) -> bool:
    while index < len(lines) and not lines[index]:
        index += 1
    return index < len(lines) and (lines[index][0] == ">" or kinds[index] == "quoted")


def _attribution_end(lines: list[str], kinds: list[Kind], index: int) -> int | None:
    """Index after the attribution ("On ... wrote:") that starts at ``index``; it may be wrapped."""
    first = lines[index]
    if first[0] in "-*•" or len(first) > _MAX_ATTRIBUTION_CHARS:
        return None
    joined = ""
    for end in range(index, min(index + 3, len(lines))):
        line = lines[end]
        if not line or line[0] == ">" or len(joined) + len(line) > _MAX_ATTRIBUTION_CHARS:
            return None
        joined = f"{joined} {line}" if joined else line
        if line[-1] in ":：":
            return end + 1 if _is_attribution(joined, _quote_marks_follow(lines, kinds, end + 1)) else None
    return None


def _is_attribution(line: str, marks_follow: bool) -> bool:
    if not phrases.WROTE.search(line):
        return _SENDER_ONLY.search(line) is not None and bool(_DATE.search(line) and _TIME.search(line))
    if marks_follow:
        return True
    if phrases.WROTE_IN_PERSON.search(line):
        return False
    dated = _DATE.search(line) and _TIME.search(line)
    return bool(dated or _ADDRESS.search(line) or _FLAT_OPENING.match(line))


def _starts_history(lines: list[str], index: int) -> bool:
    """Whether everything from ``index`` on is an earlier mail: a separator, marker or block of headers."""
    line = lines[index]
    if _separator(line):
        return True
    if line[0] in "_-=—–" and _RULE.fullmatch(line.replace(" ", "")):
        following = next((i for i in range(index + 1, min(index + 4, len(lines))) if lines[i]), None)
        return following is not None and (
            _separator(lines[following]) is not None or _is_header_block(lines, following)
        )
    return _is_header_block(lines, index)


def _separator(line: str) -> Literal["reply", "forward"] | None:
    if len(line) > 200:
        return None
    folded = line.casefold()
    if folded[0] in "-_=—–*":
        if any(word in folded for word in phrases.FORWARD_WORDS) and _RULE.match(folded):
            return "forward"
        if any(word in folded for word in phrases.REPLY_WORDS) and _RULE.match(folded):
            return "reply"
    if folded[-1] == ":" and phrases.BARE_FORWARD.fullmatch(folded):
        return "forward"
    if (folded[0] == "#" or folded[0] in "-=—–psrkevt") and phrases.REPLY_ABOVE.fullmatch(line):
        return "reply"
    return None


def _header_key(line: str) -> str | None:
    found = _KEY_LINE.match(line)
    return phrases.HEADER_KEYS.get(found[1].casefold()) if found else None


def _header_subject(lines: list[str]) -> str:
    """Return the subject field with its name ("Emne: SV: Ordre"), which tells the language of "VS:"."""
    return next((line.replace("*", "") for line in lines if line and _header_key(line) == "subject"), "")[:200]


def _is_header_block(lines: list[str], index: int) -> bool:
    """Whether a block of mail headers starts here.

    "Fra: Oslo / Til: Bergen / Dato: 12. mars" is a journey, not a mail: a subject, a time of sending or
    an address must be among the fields.
    """
    if _header_key(lines[index]) not in ("from", "sent", "date", "subject", "to"):
        return False
    keys: set[str] = set()
    addressed = False
    for line in lines[index : index + _MAX_HEADER_LINES]:
        key = _header_key(line) if line else None
        if key:
            keys.add(key)
            addressed = addressed or bool(_ADDRESS.search(line[:300]))
        elif line and len(keys) >= 3:
            break
    if "from" not in keys or len(keys) < 2:
        return False
    certain = "sent" in keys or ("subject" in keys and len(keys) >= 3)
    return certain or (addressed and len(keys) >= 3)


def _skip_headers(lines: list[str], index: int) -> int:
    """Index of the first line of the mail body below separators, attribution and header fields."""
    while index < len(lines):
        line = lines[index]
        if not line or _RULE.fullmatch(line) or _separator(line):
            index += 1
        elif end := _attribution_end(lines, ["own"] * len(lines), index):
            index = end
        elif _is_header_block(lines, index):
            index = _header_block_end(lines, index)
        else:
            break
    return index


def _header_block_end(lines: list[str], index: int) -> int:
    """Index after the block of header fields; a field may be wrapped, and blank lines may stand between."""
    end = index
    for position in range(index, min(index + 2 * _MAX_HEADER_LINES, len(lines))):
        line = lines[position]
        if line and _header_key(line):
            end = position + 1
        elif line and (not lines[position - 1] or "@" not in line):
            break
        elif line:
            end = position + 1
    return end


def _join_wrapped(lines: list[str], kinds: list[Kind]) -> None:
    """Count the overhang of a quoted line that a client wrapped without a mark as quoted too."""
    for index in range(1, len(lines) - 1):
        before, after = lines[index - 1], lines[index + 1]
        if (
            kinds[index] == "own"
            and lines[index]
            and kinds[index - 1] == kinds[index + 1] == "quoted"
            and before.startswith(">")
            and after.startswith(">")
            and len(before) >= _WRAP_CHARS
        ):
            kinds[index] = "quoted"
