"""Street addresses in Norway, Sweden, Denmark, Finland and Britain, and post-office boxes.

Found from the house number outwards: a street word before it (Storgata, Sveavägen, Vestergade,
Mannerheimintie) or after it (12 Baker Street), or a postcode with its town behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from replyassist.text.personal import context
from replyassist.text.personal.rules import Scan
from replyassist.types import Span

_COMPOUND_ENDS = (
    *("gata", "gaten", "gate", "vegen", "veien", "vei", "veg", "allé", "alleen", "bakken", "svingen", "stien"),
    *("kroken", "haugen", "tunet", "brygge", "plassen", "torget", "gatan", "vägen", "gränd", "gränden", "allén"),
    *("stigen", "backen", "vej", "gade", "stræde", "vænget", "parken", "toften", "plads", "marken", "skrenten"),
    *("katu", "tie", "kuja", "polku", "raitti", "kaari", "rinne", "väylä", "bulevardi", "esplanadi", "ranta"),
    *("tori", "penger", "kadun", "tien", "torv", "alle", "kaia", "kajen", "løkken", "stranden", "jordet"),
)
_ALWAYS_STREET = (
    *("gata", "gaten", "gate", "vegen", "veien", "gatan", "vägen", "vej", "gade", "katu", "stræde", "bulevardi"),
    *("esplanadi", "kuja", "polku"),
)
"""Ends that mark a street even in lower case ("storgata 12")."""

_STREET_WORDS_TEXT = """
gate gata gt gt. vei veg plass allé alle torg brygge kai väg gränd torget plan vej gade plads boulevard stræde
" "katu tie tori ranta kuja postboks box postbox pl boks pb po
"""
_STREET_WORDS = frozenset(_STREET_WORDS_TEXT.split())
_QUARTERS_TEXT = """
norra södra östra västra stora lilla gamla nya övre nedre nordre søndre østre vestre store lille gamle nye øvre nørre
vester øster sønder sankt st. gammel ny
"""
_QUARTERS = frozenset(_QUARTERS_TEXT.split())
"""First words of street names such as Norra Kungsgatan."""
_BOXES_TEXT = """
postboks box postbox pl boks pb
"""
_BOXES = frozenset(_BOXES_TEXT.split())
_JOINING_TEXT = """
i på av van von de den ved vid og och
"""
_JOINING = frozenset(_JOINING_TEXT.split())
_ENGLISH_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Place|Square|Sq|Gardens|Gdns|Terrace|Crescent|Cres"
    "|Grove|Mews|Row|Walk|Boulevard|Blvd|Way|Hill|Parade|Green|Quay|Wharf|Embankment"
)

_TOWN = r"[A-ZÆØÅÄÖ][^\W\d_]{1,24}(?:[ -](?:[A-ZÆØÅÄÖ][^\W\d_]{0,20}|i|på)(?![^\W\d_])){0,2}"
_POSTAL = rf"(?:(?:NO|N|SE|S|DK|FI|FIN)-)?(?:[0-9]{{3}} [0-9]{{2}}|[0-9]{{4,5}}) {{1,2}}{_TOWN}"
_UK_POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"

_HOUSE = re.compile(
    r"[0-9](?:(?<=[^\W\d_] .)|(?<=\. .))[0-9]{0,3}(?: ?[A-Za-z](?!\w))?(?:[-–/][0-9]{1,3}[A-Za-z]?)?(?!\w)"
)
_UNIT = re.compile(
    r"(?:,? (?:lgh|leil|leilighet|bolig|as|asunto|apt|flat)\.? ?[A-Z]?[0-9]{1,5}|,? H0[0-9]{3}"
    r"|,? (?:[0-9]{1,2}\.? ?|st\.? ?|kl\.? ?)(?:sal|tv|th|mf|etg|etasje|tr|trp|vån|krs)\b\.?(?:,? ?(?:tv|th|mf)\b\.?)?"
    r"|,? (?<= )[A-Z] ?[0-9]{1,3}\b|(?<=[A-Z]) ?[0-9]{1,3}\b(?! ?[0-9]{2}))"
)
_POSTAL_AFTER = re.compile(rf"(?:,|, ?\n|\n)? ?{_POSTAL}|, {_TOWN}(?=[,.!?\n]|$)")
_POSTAL_ALONE = re.compile(rf"[0-9](?<![\w.,-].)(?:[0-9]{{2}} [0-9]{{2}}|[0-9]{{3,4}}) {{1,2}}{_TOWN}")
_NOT_A_HOUSE = re.compile(
    r"(?:[.,:][0-9]|\. ?(?:jan|feb|mar|apr|ma[ij]|jun|jul|aug|sep|o[kc]t|nov|d[ei][sc]|\w+kuuta)|[/:])", re.IGNORECASE
)
_ENGLISH_TOWN = r",[ \n]{1,2}[A-Z][a-z]{1,20}+(?: (?:[A-Z][a-z]{1,20}+|upon|on|under)){0,2}"
_ENGLISH = re.compile(
    rf"[0-9](?<!\w.)(?<![0-9][.,/-].)[0-9]{{0,3}}[A-Za-z]? "
    rf"(?:[A-Z][a-z'’]{{1,20}}+ ){{1,3}}?(?:{_ENGLISH_STREETS})\b\.?"
    rf"(?:(?:{_ENGLISH_TOWN}){{0,3}},?[ \n]{_UK_POSTCODE}(?!\w)|{_ENGLISH_TOWN}(?=[.,!?\n]|$))?"
)
_FLAT_BEFORE = re.compile(r"(?:Flat|Apartment|Apt|Unit|Suite)\.? [0-9]{1,4}[A-Z]?, ?$")
_UK_ALONE = re.compile(rf"[A-Z](?<!\w.){_UK_POSTCODE.replace('[A-Z]{1,2}', '[A-Z]?', 1)}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield street addresses; ``certain`` when the postcode and town stand behind a street."""
    if not scan.has_digit:
        return
    text = scan.text
    for house in _HOUSE.finditer(text):
        span = _nordic(scan, house)
        if span is not None:
            yield span
    for match in _ENGLISH.finditer(text):
        flat = _FLAT_BEFORE.search(text, max(0, match.start() - 20), match.start())
        start = flat.start() if flat else match.start()
        yield Span(start=start, end=match.end(), kind="address")
    for pattern in (_POSTAL_ALONE, _UK_ALONE):
        for match in pattern.finditer(text):
            if scan.declared(*match.span()) == "address":
                yield Span(start=match.start(), end=match.end(), kind="address")


def _nordic(scan: Scan, house: re.Match[str]) -> Span | None:
    text = scan.text
    words = _words_before(text, house.start())
    if not words:
        return None
    length = _street_words(words)
    if not length and not words[-1][0].isupper():
        return None
    if _NOT_A_HOUSE.match(text, house.end()) or context.is_quantity(text, *house.span()):
        return None
    end = _after_units(text, house.end())
    postal = _POSTAL_AFTER.match(text, end)
    if not length and postal is not None and postal.group().lstrip(", \n")[:1].isdigit():
        length = _capitalised(words)
    if not length:
        return None
    start = house.start() - len(" ".join(words[-length:])) - 1
    has_postcode = postal is not None and any(c.isdigit() for c in postal.group())
    return Span(start=start, end=postal.end() if postal else end, kind="address", certain=has_postcode)


def _words_before(text: str, position: int) -> list[str]:
    """Return up to four words that stand right before ``position`` on its line, parted by single spaces."""
    window = text[max(0, position - 70) : position]
    line = window[window.rfind("\n") + 1 :]
    if not line.endswith(" "):
        return []
    words = line[:-1].split(" ")[-4:]
    for i in range(len(words) - 1, -1, -1):
        if not _WORD.fullmatch(words[i]):
            return words[i + 1 :]
    return words


def _street_words(words: list[str]) -> int:
    """Return how many of the last ``words`` are a street name, when the last is or ends in a street word."""
    last = words[-1]
    lowered = last.lower()
    if lowered in _BOXES:
        return 1
    if lowered in _STREET_WORDS:
        names = _capitalised(words[:-1])
        return names + 1 if names else 0
    if not lowered.endswith(_COMPOUND_ENDS):
        return 0
    stem = min((lowered.removesuffix(end) for end in _COMPOUND_ENDS), key=len)
    if len(stem) < 2:
        return 0
    if last[0].isupper():
        return 2 if len(words) > 1 and words[-2].lower() in _QUARTERS and words[-2][0].isupper() else 1
    return int(len(stem) > 2 and lowered.endswith(_ALWAYS_STREET))


def _capitalised(words: list[str]) -> int:
    """Return the length of the row of capitalised words that ends ``words`` (small words may join them)."""
    length = 0
    for count, word in enumerate(reversed(words[-3:]), start=1):
        if word[0].isupper():
            length = count
        elif not length or word not in _JOINING:
            break
    return length


def _after_units(text: str, end: int) -> int:
    for _ in range(2):
        unit = _UNIT.match(text, end)
        if unit is None:
            break
        end = unit.end()
    return end
