"""Which lines of a mail are signature, disclaimer, mobile footer or a mail server's notice."""

from __future__ import annotations

import re
from itertools import pairwise

from replyassist.text import mail_closings as closings
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
_TAGGED = re.compile(r" [-–—|] ")
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
            if closings.THANKS.fullmatch(line):
                continue
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
    below = _Below()
    for index in range(end - 1, start - 1, -1):
        line = lines[index]
        if not line or kinds[index] == "signature":
            continue
        strength = 2 if index > start and line in _DELIMITERS else closing_strength(line)
        if strength == 1 and index > start and lines[index - 1][-1:] == ":":
            strength = 0  # "Skriv på kortet:" - the customer's text for someone else
        if below.can_follow(strength, courtesy=strength == 0 and is_courtesy(line)):
            openings.add(index)
            below.count = 0
        else:
            below.read(line, resumes=_resumes(line, index > start and not lines[index - 1]))
    return openings


class _Below:
    """What has been read below a line, down to the end or to where the customer resumes."""

    def __init__(self) -> None:
        self._start(plain=True, resumed=False)

    def _start(self, *, plain: bool, resumed: bool) -> None:
        self.clean, self.plain, self.contact = True, plain, False
        self.resumed = resumed
        self.count = 0  # lines between here and the next closing below
        self.top = ""

    def can_follow(self, strength: int, *, courtesy: bool) -> bool:
        """Whether it can be the signature under a closing of this strength, or under a courtesy."""
        if strength == 2:
            return self.clean and self.count <= _MAX_TAIL_LINES
        plain = self.plain and self.count <= _MAX_WEAK_TAIL_LINES
        if strength == 1 and plain and not self.resumed:
            return True
        name = _PART.split(self.top, maxsplit=1)[0].partition(" (")[0]
        named = bool(name) and is_name(name) and not (phrases.GREETING.match(name) or is_courtesy(name))
        short = strength == 1 and not self.resumed and self.count <= _MAX_WEAK_TAIL_LINES
        listed = self.clean and (short or (self.contact and self.count <= _MAX_TAIL_LINES))
        return (strength == 1 or courtesy) and named and (plain or listed)

    def read(self, line: str, *, resumes: bool) -> None:
        """Take the next line up."""
        if resumes:
            postscript = phrases.POSTSCRIPT.match(line) is not None
            self._start(plain=postscript or line[0].isupper(), resumed=not postscript)
            self.count = 1
            return
        contact = is_contact(line)
        self.clean = self.clean and not _is_told(line) and not (line[0].islower() and len(line) > 60)
        self.plain = self.plain and (contact or is_name(line))
        self.contact = self.contact or contact
        self.count += 1
        self.top = line


def _resumes(line: str, after_blank: bool) -> bool:
    """Whether the customer goes on writing below the signature."""
    if not line:
        return False
    return phrases.POSTSCRIPT.match(line) is not None or (after_blank and _is_told(line))


def _is_told(line: str) -> bool:
    """Whether ``line``, below a closing, is the customer's sentence and no advertisement."""
    return is_sentence(line) and (line[-1] == "?" or not closings.PROMOTION.match(line.lstrip(_EDGES)))


def is_courtesy(line: str) -> bool:
    """Whether ``line`` is thanks or a wish such as stand above a name, and no greeting ("God dag")."""
    if len(line) > 80 or not (closings.THANKS.fullmatch(line) or closings.WISH.fullmatch(line)):
        return False
    return phrases.GREETING.match(line) is None


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
    found = closings.STRONG_CLOSING.match(line)
    if found:
        return 2 if _is_closing_rest(line[found.end() :], lower_case=True) else 0
    found = closings.WEAK_CLOSING.match(line)
    if found:
        return 1 if _is_closing_rest(line[found.end() :], lower_case=False) else 0
    return 0


def _is_closing_rest(rest: str, *, lower_case: bool) -> bool:
    """Whether what follows a closing phrase on its line is nothing, a name, or a second closing."""
    rest = phrases.EMOTICON.sub("", rest).strip(_EDGES)
    if sender := closings.CLOSING_FROM.match(rest):
        rest = rest[sender.end() :]
        words = rest.split()
        if not words or (len(words) <= 5 and words[-1][0].isupper() and not is_sentence(rest)):
            return True
    if not rest or is_name(rest) or closings.STRONG_CLOSING.fullmatch(rest):
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
    words = closings.ON_BEHALF.sub("", line, count=1).strip(_EDGES).split()
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
    words = sum(any(map(str.isalpha, word)) for word in line.split())
    return words <= 12 and phrases.CONTACT.search(line) is not None and not is_sentence(line)


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
    if any(is_courtesy(line) for line in lines[first : end - 1]):
        return
    if _is_unsigned_block(lines[start:first], lines[first:end]):
        kinds[first:end] = ["signature"] * (end - first)


def _is_list_item(lines: list[str], index: int) -> bool:
    return index >= 0 and lines[index][:1] in ("-", "–", "—", "/", "~", "*", "•")


def _is_unsigned_block(above: list[str], block: list[str]) -> bool:
    """Whether the last paragraph is a bare name, or a name with contact data under it."""
    previous = next((line for line in reversed(above) if line), "")
    tagged = _TAGGED.split(block[0], maxsplit=1)
    if not previous or previous[-1] in ":,;" or not is_name(tagged[0]) or (len(tagged) > 1 and len(block) == 1):
        return False
    if phrases.GREETING.match(block[0]) or closings.THANKS.fullmatch(block[0]):
        return False
    if len(block) > 1:
        return any(is_contact(line) for line in block[1:]) and all(
            is_name(line) or is_contact(line) or len(line) <= 40 for line in block[1:]
        )
    if previous[-1] not in ".!?)" and not closings.THANKS.fullmatch(previous):
        return False
    words = block[0].split()
    if block[0][-1] in ".!?:" or any(len(w) > 1 and w.isupper() for w in words):
        return False
    letter = phrases.GREETING.match(above[0]) is not None and any(not a and b for a, b in pairwise(above))
    return letter and len(words) <= 3
