r"""Cut a mail down to what the customer newly wrote.

>>> cleaned = clean("Hei,\nHvor er pakken min?\n\nMvh\nKari Nordmann\n\nSendt fra min iPhone")
>>> cleaned.text
'Hei,\nHvor er pakken min?'
>>> cleaned.signature
'Mvh\nKari Nordmann\n\nSendt fra min iPhone'

Every step is linear in the length of the text. Of a plain body at most :data:`MAX_CHARS` characters
and :data:`MAX_LINES` lines are read, of an HTML body as much as :mod:`replyassist.text.html` states.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from replyassist.text import html
from replyassist.text import mail_closings as closings
from replyassist.text import mail_phrases as phrases
from replyassist.text.mail_automatic import is_automatic
from replyassist.text.mail_quotes import Kind, flat_history_start, is_forward, mark_quotes, unquote
from replyassist.text.mail_signature import closing_strength, is_courtesy, is_name, is_sentence, mark_signature

MAX_CHARS = 200_000
"""Longer plain bodies are cut here: what a customer newly wrote stands at the top."""

MAX_LINES = 10_000
"""Further lines of a plain body are not read."""

_MAX_PASSES = 12  # cutting one signature can lay bare another; two passes do for nearly every mail
_MAX_UNWRAPS = 3  # forwards of forwards
_SHORT_CHARS = 4_000

# Control and format characters (Unicode categories Cc and Cf, but line breaks and tabs) and blank fillers.
_INVISIBLE = (
    "\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f"
    "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\ufff9-\\ufffb\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"
    "\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\U000110bd\\U000110cd\\U00013430-\\U0001343f"
    "\\U000e0000-\\U000e007f"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]+")
_NEWLINE = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")
_MARK_RUN = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
_WORD = re.compile(r"[^\W_]")

# A text without any of these, on one line, is returned as it is.
_MARKED = re.compile(f"[{_INVISIBLE}\t\v\f\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000<>&\ud800-\udfff]")


class CleanText(msgspec.Struct, frozen=True, kw_only=True):
    """A mail body taken apart. ``text`` is in Unicode form NFC, without control characters but line feeds.

    ``greeting`` is the opening of the first line ("Hei Mokkavik,") and stays in ``text`` as well.
    ``automatic`` says that a machine wrote the mail: out of office, acknowledgement, delivery failure.
    """

    text: str
    greeting: str = ""
    signature: str = ""
    quoted: str = ""
    automatic: bool = False


def clean(raw: str) -> CleanText:
    """Separate what a customer newly wrote from quotes, signature, disclaimers and footers.

    HTML is recognised by itself. A mail that forwards another gives the customer's note, where there is one,
    and the forwarded body; a text with words never gives an empty one.
    ``clean(clean(raw).text).text == clean(raw).text``.

    Args:
        raw: the body as received: plain text or HTML, any newlines, any client, nb, nn, sv, da, fi or en.
    """
    if _is_plain(raw):
        return CleanText(text=raw, greeting=_greeting(raw), automatic=is_automatic(raw))
    text = raw if html.looks_like_html(raw) else normalise(raw[:MAX_CHARS])
    if html.looks_like_html(text):
        lines, kinds = _normalised_lines(*html.html_lines(text))
    else:
        lines = text.split("\n", MAX_LINES)[:MAX_LINES]
        kinds = ["own"] * len(lines)
    return _settle(_take_apart(lines, kinds))


def normalise(raw: str) -> str:
    """Return ``raw`` in NFC with line feeds, single spaces and no invisible or control characters."""
    if not raw.isascii():
        raw = raw.encode("utf-8", "ignore").decode()
    text = _DROPPED.sub("", _NEWLINE.sub("\n", raw))
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MARK_RUN.sub(_shorten_marks, text))
    text = _AROUND_NEWLINE.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip(" \n")


def _shorten_marks(run: re.Match[str]) -> str:
    """Keep at most 30 combining marks in a row (Stream-Safe Text Format, UAX 15): NFC is quadratic in them."""
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= 30:
            kept.append(character)
    return "".join(kept)


def _is_plain(raw: str) -> bool:
    """Whether ``raw`` is a short text in normal form without any sign of mail around it."""
    if len(raw) > _SHORT_CHARS or "  " in raw or raw != raw.strip() or _MARKED.search(raw):
        return False
    if not raw.isascii() and (_MARK_RUN.search(raw) or not unicodedata.is_normalized("NFC", raw)):
        return False
    if "\n" in raw:
        return _has_plain_lines(raw)
    return not raw or (
        not closings.INLINE_CLOSING.search(raw[-100:])
        and not closings.INLINE_THANKS.search(raw[-100:])
        and flat_history_start(raw) is None
        and not _may_be_footer(raw)
    )


def _may_be_footer(line: str) -> bool:
    return phrases.NOTICE.match(line) is not None or (line[-1] == ":" or line[0] in "-_=—–*#")


def _has_plain_lines(raw: str) -> bool:
    if "\n\n\n" in raw or " \n" in raw or "\n " in raw:
        return False
    lines = raw.split("\n")
    if len(lines[-1]) < 60 and lines[-1][-1] not in "?":
        return False  # perhaps a name
    return not any(line and _is_suspicious(line) for line in lines)


def _is_suspicious(line: str) -> bool:
    if not line[0].isalnum() or line[-1] == ":":
        return True
    first = line.partition(" ")[0].strip("*_.,:;!").casefold()
    return (
        first in phrases.HEADER_FIRST_WORDS
        or first in phrases.MOBILE_FIRST_WORDS
        or phrases.NOTICE.match(line) is not None
        or phrases.DISCLAIMER_MAIL.match(line) is not None
        or closing_strength(line) > 0
        or is_courtesy(line)
        or (len(line) > 60 and flat_history_start(line) is not None)
    )


def _normalised_lines(lines: list[str], kinds: list[Kind]) -> tuple[list[str], list[Kind]]:
    """Bring the lines of an HTML body to normal form; a line may fall apart into several."""
    out_lines: list[str] = []
    out_kinds: list[Kind] = []
    for line, kind in zip(lines, kinds, strict=True):
        for part in html.defuse(normalise(line)).split("\n"):
            out_lines.append(part)
            out_kinds.append(kind)
    return out_lines, out_kinds


def _take_apart(lines: list[str], kinds: list[Kind], unwraps: int = _MAX_UNWRAPS) -> CleanText:
    """Sort lines in normal form into newly written, signature and quoted; ``kinds`` holds what HTML told."""
    lines, kinds = _split_flat_history(lines, kinds)
    mark_quotes(lines, kinds)
    mark_signature(lines, kinds)
    own, inline = _cut_inline_closing(_collect(lines, kinds, "own"))
    signature = _joined(inline, _collect(lines, kinds, "signature"))
    quoted = _collect(lines, kinds, "quoted")
    found = CleanText(text=own, signature=signature, quoted=quoted)
    if not _WORD.search(own):
        return _without_own_words(found, unwraps)
    first = _first_quote(lines, kinds)
    if unwraps and first and is_forward(first.split("\n"), own):
        return _with_forwarded_body(found, first, unwraps)
    return found


def _first_quote(lines: list[str], kinds: list[Kind]) -> str:
    """Return the quoted lines that stand together first."""
    start = next((index for index, kind in enumerate(kinds) if kind == "quoted" and lines[index]), len(lines))
    end = next((i for i in range(start, len(lines)) if kinds[i] != "quoted" and lines[i]), len(lines))
    return _tidy("\n".join(lines[start:end]))


def _with_forwarded_body(found: CleanText, forward: str, unwraps: int) -> CleanText:
    """Add the body of a ``forward`` to the customer's note above it ("Se under")."""
    body = _unwrap(forward, unwraps)
    if body.text == forward:
        return found
    return CleanText(
        text=_joined(found.text, body.text, gap="\n\n"),
        signature=_joined(found.signature, body.signature),
        quoted=_joined(body.quoted, found.quoted.removeprefix(forward).strip("\n")),
    )


def _without_own_words(found: CleanText, unwraps: int) -> CleanText:
    """Find the words of a mail in which everything seemed to be quote or signature."""
    if any(line and is_sentence(line) for line in found.signature.split("\n")):
        return CleanText(text=found.signature, quoted=found.quoted)
    if _WORD.search(found.quoted):
        body = _unwrap(found.quoted, unwraps)
        return CleanText(text=body.text, signature=_joined(found.signature, body.signature), quoted=body.quoted)
    if _WORD.search(found.signature):
        return CleanText(text=found.signature, quoted=found.quoted)
    return CleanText(text=_joined(found.text, found.signature, found.quoted))


def _unwrap(quoted: str, unwraps: int) -> CleanText:
    """Read a quoted mail as if it were the mail."""
    lines = quoted.split("\n")
    if not unwraps:
        return CleanText(text=_tidy("\n".join(line.lstrip("> ") for line in lines)))
    bodies = unquote(lines)
    header = _tidy("\n".join(lines[: len(lines) - len(bodies)]))
    if not any(map(_WORD.search, bodies)):
        return CleanText(text=quoted)
    inner = normalise("\n".join(bodies)).split("\n")
    body = _take_apart(inner, ["own"] * len(inner), unwraps - 1)
    return msgspec.structs.replace(body, quoted=_joined(header, body.quoted))


def _settle(found: CleanText) -> CleanText:
    """Clean the text again until nothing more is cut, and fill in what is read off the final text."""
    for _ in range(_MAX_PASSES):
        lines = found.text.split("\n")
        again = _take_apart(lines, ["own"] * len(lines))
        if again.text == found.text:
            break
        found = CleanText(
            text=again.text,
            signature=_joined(again.signature, found.signature),
            quoted=_joined(again.quoted, found.quoted),
        )
    return msgspec.structs.replace(found, greeting=_greeting(found.text), automatic=is_automatic(found.text))


def _split_flat_history(lines: list[str], kinds: list[Kind]) -> tuple[list[str], list[Kind]]:
    """Break a line in which an export without line breaks left an Outlook header."""
    for index, line in enumerate(lines):
        start = flat_history_start(line) if kinds[index] == "own" and len(line) > 60 else None
        if start is not None:
            above = [*lines[:index], line[: start - 1]] if start else lines[:index]
            below = [line[start:], *lines[index + 1 :]]
            old: list[Kind] = ["quoted"] * len(below)
            return [*above, *below], [*kinds[: len(above)], *old]
    return lines, kinds


def _cut_inline_closing(text: str) -> tuple[str, str]:
    """Split "... pakken min? Mvh Kari" before its closing."""
    found = closings.INLINE_CLOSING.search(text[-100:])
    if not found:
        return _cut_thanking_name(text)
    name = found["name"].strip(" ,")
    lower = name.islower() and len(name.split()) <= 2 and closing_strength(found["closing"]) == 2
    if name and not is_name(name) and not lower:
        return text, ""
    start = len(text) - len(found["closing"])
    kept = text[:start].rstrip(" ,\n")
    return (kept, text[start:]) if _WORD.search(kept) else (text, "")


def _cut_thanking_name(text: str) -> tuple[str, str]:
    """Split "Thanks, Rosie" off the end of ``text``: the whole of a line of its own, or the name after a sentence."""
    found = closings.INLINE_THANKS.search(text[-100:])
    if not found or not is_name(found["name"]):
        return text, ""
    start = len(text) - len(found["name"])
    alone = start - len(found[0]) + len(found["name"])
    if found[0].startswith("\n") and _WORD.search(text[:alone]):
        start = alone
    return text[:start].rstrip(), text[start:].lstrip()


def _greeting(text: str) -> str:
    """Return the greeting that opens ``text``: its first line, or the part of it up to the comma."""
    found = phrases.GREETING.match(text)
    if not found:
        return ""
    who = re.split(r"[ ,]+", found["who"].strip(" ,"))
    known = all(not w or w[0].isupper() or w.strip(".").casefold() in phrases.GREETED for w in who)
    return found[0].strip() if known else ""


def _collect(lines: list[str], kinds: list[Kind], kind: Kind) -> str:
    return _tidy("\n".join(line for line, own in zip(lines, kinds, strict=True) if own == kind or not line))


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _joined(*parts: str, gap: str = "\n") -> str:
    return gap.join(part for part in parts if part)
