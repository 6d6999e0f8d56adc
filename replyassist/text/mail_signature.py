"""Which lines of a mail are signature, disclaimer, mobile footer or a mail server's notice."""

from __future__ import annotations

import re
from itertools import pairwise

from replyassist.text import mail_phrases as phrases
from replyassist.text.mail_quotes import Kind

_MAX_FOOTER_CHARS = 160
_MAX_NOTICE_CHARS = 500
_MAX_TAIL_LINES = 30  # name, title, company, address, numbers, taglines
_MAX_WEAK_TAIL_LINES = 6  # names and numbers under a closing word that is also an ordinary word
_DELIMITERS = frozenset(("--", "---", "—", "––", "- -", "__", "___"))
_PARTICLES = phrases.words("og och ja and & / fra frå från i von van af av de du la familien familjen the team teamet")
_SLASH_NAME = re.compile(r"[/\-–—~]{1,2} ?[^\W\d_a-zåäöæø][\w.'-]{0,20}(?: [^\W\d_a-zåäöæø][\w.'-]{0,20}){0,2}")
_PART = re.compile(r"[,/|]| - ")
_EDGES = " \t.,;:!()*_\"'´`|•·-–—/😊🙂😀🌞☀️❤️👍🙏"


def mark_signature(lines: list[str], kinds: list[Kind]) -> None:
    """Set ``kinds`` to ``signature`` where own ``lines`` are footer or signature, run by run of own lines."""
    _mark_notices(lines, kinds)
    _mark_disclaimers(lines, kinds)
    start = 0
    while start < len(lines):
        if kinds[start] == "quoted":
            start += 1
            continue
        end = start
        while end < len(lines) and kinds[end] != "quoted":
            end += 1
        _mark_tail(lines, kinds, start, end)
        start = end


def is_mobile_footer(line: str) -> bool:
    """Whether ``line`` is a phone's or mail program's own footer ("Sendt fra min iPhone")."""
    if len(line) > _MAX_FOOTER_CHARS:
        return False
    first = line.lstrip("*_ ").partition(" ")[0].casefold()
    return first in phrases.MOBILE_FIRST_WORDS and phrases.MOBILE_FOOTER.fullmatch(line.strip("*_ .")) is not None


def _mark_notices(lines: list[str], kinds: list[Kind]) -> None:
    for index, line in enumerate(lines):
        if kinds[index] != "own" or not line or len(line) > _MAX_NOTICE_CHARS:
            continue
        if is_mobile_footer(line) or (line[-1] != "?" and phrases.NOTICE.match(line)):
            kinds[index] = "signature"


def _mark_disclaimers(lines: list[str], kinds: list[Kind]) -> None:
    """Mark paragraphs that speak of the mail itself in legal words."""
    start = 0
    for end in [*(i for i, line in enumerate(lines) if not line), len(lines)]:
        paragraph = " ".join(lines[start:end])[:2000]
        if all(kind == "own" for kind in kinds[start:end]) and _is_disclaimer(paragraph):
            kinds[start:end] = ["signature"] * (end - start)
        start = end + 1


def _is_disclaimer(paragraph: str) -> bool:
    return (
        len(paragraph) > 40
        and "?" not in paragraph
        and phrases.DISCLAIMER_LAW.search(paragraph) is not None
        and phrases.DISCLAIMER_ABOUT.search(paragraph) is not None
        and phrases.DISCLAIMER_MAIL.match(paragraph.lstrip("*_ ")) is not None
    )


def _mark_tail(lines: list[str], kinds: list[Kind], start: int, end: int) -> None:
    """Mark the signature at the end of the run of own lines ``[start, end)``."""
    openings = _signature_openings(lines, kinds, start, end)
    inside = False
    for index in range(start, end):
        line = lines[index]
        if index in openings:
            inside = True
        elif inside and _resumes(line, not lines[index - 1]):
            inside = False
        elif inside and phrases.REFERENCE.match(line):
            continue
        if inside and line:
            kinds[index] = "signature"
    _mark_unsigned(lines, kinds, start, end)


def _signature_openings(lines: list[str], kinds: list[Kind], start: int, end: int) -> set[int]:
    """Return the indices of the closings and "-- " delimiters below which only signature follows.

    One pass from the last line up: whether a line can open a signature depends on the lines below it, down
    to the end or to where the customer resumes.
    """
    openings: set[int] = set()
    clean_below, plain_below, count = True, True, 0
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if not line or kinds[index] == "signature":
            continue
        strength = 2 if index > start and line in _DELIMITERS else closing_strength(line)
        if count <= (_MAX_TAIL_LINES if strength == 2 else _MAX_WEAK_TAIL_LINES) and (
            (strength == 2 and clean_below) or (strength == 1 and plain_below)
        ):
            openings.add(index)
            continue
        count += 1
        if _resumes(line, index > start and not lines[index - 1]):
            clean_below, plain_below, count = True, phrases.POSTSCRIPT.match(line) is not None, 0
        else:
            clean_below = clean_below and not is_sentence(line) and not (line[0].islower() and len(line) > 60)
            plain_below = plain_below and (is_name(line) or is_contact(line))
    return openings


def _resumes(line: str, after_blank: bool) -> bool:
    """Whether the customer goes on writing below the signature."""
    if not line:
        return False
    return phrases.POSTSCRIPT.match(line) is not None or (after_blank and is_sentence(line))


def is_sentence(line: str) -> bool:
    """Whether ``line`` reads as the customer's own words rather than as part of a signature."""
    if line[-1] == "?":
        return True
    words = line.split(" ", 30)
    return len(words) >= 4 and (len(words) > 25 or phrases.FIRST_PERSON.search(line[:1000]) is not None)


def closing_strength(line: str) -> int:
    """Whether ``line`` is a closing: 2 a set phrase, 1 a word that also opens sentences, 0 none."""
    if len(line) > 120:
        return 0
    line = line.strip(_EDGES)
    found = phrases.STRONG_CLOSING.match(line)
    if found:
        return 2 if _is_closing_rest(line[found.end() :], lower_case=True) else 0
    found = phrases.WEAK_CLOSING.match(line)
    if found:
        return 1 if _is_closing_rest(line[found.end() :], lower_case=False) else 0
    return 0


def _is_closing_rest(rest: str, *, lower_case: bool) -> bool:
    """Whether what follows a closing phrase on its line is nothing, a name, or a second closing."""
    rest = phrases.EMOTICON.sub("", rest).strip(_EDGES)
    if not rest or is_name(rest) or phrases.STRONG_CLOSING.fullmatch(rest):
        return True
    parts = [part.strip(_EDGES) for part in _PART.split(rest)]
    if len(parts) > 1 and all(not part or is_name(part) or is_contact(part) for part in parts):
        return True
    if not lower_case or is_sentence(rest):
        return False
    if len(parts) > 1 and is_name(parts[0]) and all(len(part) <= 30 for part in parts):
        return True
    words = phrases.PHONE.sub("", rest).split()
    return len(words) <= 3 and rest.islower() and all(word.strip(_EDGES).isalpha() for word in words)


def is_name(line: str) -> bool:
    """Whether ``line`` looks like a person's or company's name: one to five capitalised words."""
    if len(line) > 60:
        return False
    words = line.strip(_EDGES).split()
    if not 1 <= len(words) <= 6 or not words[0][:1].isupper():
        return False
    return all(_is_name_word(word.strip(_EDGES)) for word in words)


def _is_name_word(word: str) -> bool:
    if not word or word in _PARTICLES:
        return True
    return word[0].isupper() and all(part.isalpha() for part in re.split(r"[-'.&/]", word) if part)


def is_contact(line: str) -> bool:
    """Whether ``line`` is contact data: address, number, web or mail address, company form."""
    if len(line) > 160 or line[-1:] == "?":
        return False
    if phrases.REFERENCE.match(line):
        return False
    found = phrases.PHONE.search(line)
    if found and len(line) - (found.end() - found.start()) <= 30:
        return True
    return phrases.CONTACT.search(line) is not None and len(line.split()) <= 12 and not is_sentence(line)


def _mark_unsigned(lines: list[str], kinds: list[Kind], start: int, end: int) -> None:
    """Mark a name or contact block that closes the run without a closing phrase."""
    while end > start and (not lines[end - 1] or kinds[end - 1] == "signature"):
        end -= 1
    first = end
    while first > start and lines[first - 1] and kinds[first - 1] == "own":
        first -= 1
    if end - first > 12 or end == first:
        return
    if end - start > 1 and _SLASH_NAME.fullmatch(lines[end - 1]) and not _is_list_item(lines, end - 2):
        kinds[end - 1] = "signature"
        return
    thanked = next((i for i in range(first, end) if phrases.THANKS.fullmatch(lines[i])), None)
    if thanked is not None and thanked + 1 < end:
        block = lines[thanked + 1 : end]
        if all(is_name(line) or is_contact(line) for line in block):
            kinds[thanked + 1 : end] = ["signature"] * len(block)
        return
    if _is_unsigned_block(lines[start:first], lines[first:end]):
        kinds[first:end] = ["signature"] * (end - first)


def _is_list_item(lines: list[str], index: int) -> bool:
    return index >= 0 and lines[index][:1] in ("-", "–", "—", "/", "~", "*", "•")


def _is_unsigned_block(above: list[str], block: list[str]) -> bool:
    """Whether the last paragraph is a bare name, or a name with contact data under it."""
    previous = next((line for line in reversed(above) if line), "")
    if not previous or previous[-1] in ":,;" or not is_name(block[0]):
        return False
    if phrases.GREETING.match(block[0]) or phrases.THANKS.fullmatch(block[0]):
        return False
    if len(block) > 1:
        return any(is_contact(line) for line in block[1:]) and all(
            is_name(line) or is_contact(line) or len(line) <= 40 for line in block[1:]
        )
    if previous[-1] not in ".!?)" and not phrases.THANKS.fullmatch(previous):
        return False
    words = block[0].split()
    if block[0][-1] in ".!?:" or any(len(w) > 1 and w.isupper() for w in words):
        return False
    letter = phrases.GREETING.match(above[0]) is not None and any(not a and b for a, b in pairwise(above))
    return letter and len(words) <= 3
