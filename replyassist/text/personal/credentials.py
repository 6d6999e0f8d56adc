"""Secrets in plain words: passwords, door and one-time codes, recovery codes, API keys and tokens.

The word that names the secret is looked for; the value stands behind it, mostly after a few joining words, or
just before it ("2580 as the gate code"). After a verb a password must look like one (a digit or a sign in it),
because "passordet er feil" is a complaint. The word "code" alone also names error, discount and article codes:
there the value must be four to eight digits, and the words around must not speak of such a code. A discount code
("SUMMER20") is no secret, and neither is the word "PIN" without its digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from replyassist.text.personal.rules import Scan
from replyassist.types import Span

_WHICH_TEXT = """
pin puk sms tekstmelding engang engång engangs engångs kertakäyttö bekreftelse bekräftelse bekræftelse verifisering
verifiering verifikation vahvistus varmistus varmenne sikkerhet säkerhet sikkerhed turva dør dörr ytterdør ytterdörr
hoveddør der ovi alaovi ulko-ovi port portti hovedport inngang ingång indgang entre entré entrédörr gård
bakgård lås dørlås
dörrlås kodelås nøkkelboks nyckelbox nyckelskåp nøgleboks avainboksi avainlaatikko alarm larm hälytys hytte
stuga stug mökki skap skåp
skab garasje garage kjeller källar kælder oppgang opgang trapp trappe rappu porttelefon calling innlogging inloggning
indlogging login log-in pålogging kirjautumis aktivering aktivointi tilgang åtkomst adgang pääsy gjenoppretting
återställning återhämtning gendannelse genoprettelse nullstilling nulstilling nollaus palautus reserve reserv backup
back-up varmuuskopio vara wifi wi-fi wlan wpa wpa2 nettverk nätverk netværk verkko ruter router opplåsning upplåsning
oplåsning avaus bankid bank-id mobilbank tofaktor to-faktor totrinn tvåfaktor totrins telefonbank voicemail mobilsvar
door gate entry entrance keybox keysafe lockbox box safe key access security verification confirmation time
one-time text
sign-in two-factor factor 2fa mfa recovery reset unlock activation authenticator building buzzer network
alaoven ulko-oven oven rapun portin porttikäytävän lukon hälyttimen kaapin wifin verkon mökin
"""
_WHICH = frozenset(_WHICH_TEXT.split())
"""What a secret code is for, as the first part of a compound or the word before "code"."""

_PUBLIC_CODES_TEXT = """
error fault feil fel fejl virhe discount promo promotion promotional campaign coupon voucher offer product item article
qr bar postal zip area country dress source colour color hs sort swift bic tax invite referral no any this status http
trouble diagnostic booking order alert
"""
_PUBLIC_CODES = frozenset(_PUBLIC_CODES_TEXT.split())

_MARK = re.compile(
    r"kod|kood|code|\bpin|\bpuk\b|tunnuslu|\bcvc|\bcvv|\botp\b|nøkkel|nyckel|nøgle|avain|\bkey", re.IGNORECASE
)
_MARKS = (
    "kod",
    "kood",
    "code",
    "pin",
    "puk",
    "tunnuslu",
    "cvc",
    "cvv",
    "otp",
    "nøkkel",
    "nyckel",
    "nøgle",
    "avain",
    "key",
)
_COMPOUND = re.compile(
    r"(?P<which>[^\W\d_]*(?:-[^\W\d_]+)?[0-9]?)-?(?P<head>passcode|kood|kod|code|nøkkel|nyckel|nøgle|avain"
    r"|key)[^\W\d_]{0,7}"
)
_ALONE = re.compile(
    r"(?:pin|puk|cvc2?|cvv2?|otp)(?:-?(?:number|nummer\w*|numret|numero\w*|code|luku\w*))?|tunnuslu\w+"
    r"|passcode|passkode\w*"
)
_BACK = re.compile(r"[\w-]{0,24}\Z")
_FORTH = re.compile(r"[\w-]{0,16}(?:['’]s\b)?")
_WORD_BEFORE = re.compile(r"([\w-]{2,20}) \Z")

_IS = r"(?:er|är|on|is|was|are|var|oli|blev|ble|lyder|lautuu)"
_QUOTES = "\"'«“”»’‘`(*"
_VALUE = (
    r"(?P<value>(?=[A-Za-z#*-]{0,12}[0-9])(?:[0-9]{2,4}(?: [0-9]{2,4}){1,5}|[A-Za-z0-9]{3,40}"
    r"(?:-[A-Za-z0-9]{2,12}){0,8}|[A-Za-z0-9]{2}(?:-[A-Za-z0-9]{2,12}){1,8})#?)"
    r"(?![\w@/%€£$#]|[.,:-]\w|[ -]?(?:kr\b|sek\b|nok\b|dkk\b|eur|tegn|tecken|merk|char|digit|sif|ciff|cifr"
    r"|num|min|tim|gang|gång|times|dag|päiv|day"
    r"|hour|tunti|sek|sec|kpl|stk|st\b))"
)
_VALUE_AFTER = re.compile(
    rf"(?P<words>(?:,? (?!{_IS}[ :])[^\W\d_]{{1,16}}(?:-[^\W\d_]{{1,12}})?){{0,6}}?)"
    rf"(?P<verb>\s{_IS}(?P<more>(?: [^\W\d_]{{1,10}}){{0,3}}?))?(?P<gap>[\s:=,.#{_QUOTES}–-]{{1,4}}){_VALUE}",
    re.IGNORECASE,
)
_VALUE_BEFORE = re.compile(
    r"(?<![\w@.,/:+-])(?P<value>[A-Z]?[0-9]{4,8}[A-Z#]?|[0-9]{3} [0-9]{3})[\"'»”)]? "
    rf"(?:som|as|{_IS})(?: (?:mitt|min|mit|my|vår|our|the|en|et|a|den|nye|nya|new)){{0,2}} \Z",
    re.IGNORECASE,
)
_OTHER_CODES = re.compile(
    r"feil|\bfel|fejl|virhe|error|fault|vare|artik|product|produkt|tuote|display|skjerm|skärm|skærm|näytt|näytö"
    r"|screen|shows|viser|visar|vises|visas|blink|vilkk|ruudu|post|country|colou?r|farge|färg|farve|väri"
    r"|vask|tvätt|pesu",
    re.IGNORECASE,
)
_DISCOUNTS = re.compile(
    r"rabatt|rabat|alennus|discount|promo|kampan|voucher|kupong|kupon|coupon|tilbud|erbjud|tarjous|offer"
    r"|gavekort|presentkort|gift",
    re.IGNORECASE,
)
_MESSAGED = re.compile(
    r"\bsms|tekstmelding|textmeddel|tekstvie|viestillä|viestinä|\btext(?:ed)?\b|mottok|modtog|modtag|received",
    re.IGNORECASE,
)
_USER_NAME = re.compile(
    r"brukernavn|brugernavn|användarnamn|käyttäjä|tunnus|user ?name|\blogin\b|\buser\b", re.IGNORECASE
)
_SENT_OR_ENTERED = re.compile(
    r"sms|tekst|text|melding|meddel|besked|viesti|mott|fikk|fick|\bfik|modt|fått|fået|\bgot\b|receiv"
    r"|sain\b|saama|\bsent|sendt"
    r"|skick|lähet|tast|knapp|syöt|näppäil|enter|type|dør|dörr|door|port|gate|gård|inngang|ingång|indgang|entr|\bov[ei]"
    r"|lås|lock|lukko|lukon|alarm|larm|hälyt|boks|box|\bbud|courier|kuriir|logg|log ?in|kirjaud|\bapp|bankid|mitid"
    r"|vipps|swish|bekr|verif|vahvist|confirm|rappu|trapp|oppgang|opgang",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_GROUPED_DIGITS = re.compile(r"[0-9]{4,8}#?|[0-9]{3}[ -][0-9]{3}|[0-9]{2}(?: [0-9]{2}){1,3}|[0-9]{4} [0-9]{4}")
_FREE, _BARE = "which", "bare"

_PASSWORD = re.compile(
    r"(?<![?&\w])(?:[^\W\d_]{1,10}-?)?(?:passor?d|passor(?=\s?:)|adgansko[dn]e|passwrod|lösenord|losenord|lösenrod|lösen(?=\s?:)|adgangs?kode"
    r"|kodeord|sala?san|passwor[dt]|pasword"
    r"|passphrase|passwd|\bpwd|\bpw)(?![^\W\d_]{8})[^\W\d_]{0,7}(?:['’]s(?= ))?",
    re.IGNORECASE,
)
_PASSWORD_MARKS = (
    *(
        "passord",
        "passod",
        "passor:",
        "adgansko",
        "passwr",
        "pasord",
        "lösen",
        "losenord",
        "adgangskode",
        "adgangkode",
        "kodeord",
        "salasan",
        "salsan",
    ),
    *("passw", "pasword", "passphrase", "pwd", " pw"),
)
_PASSWORD_INTRODUCED = re.compile(
    rf"(?P<words>(?: (?!{_IS}[ :])[^\W\d_]{{1,16}}(?:-[^\W\d_]{{1,12}})?){{0,5}}?)"
    rf"(?:\s?(?P<sign>[:=])\s{{0,2}}|\s{_IS}(?: (?:nå|now|nu|nyt|still|satt til|set to|ändrat till"
    rf"|ændret til))?\s?(?P<colon>:)?\s{{0,2}})"
    r"(?P<value>[^\s<>]{3,128}+)",
    re.IGNORECASE,
)
_PASSWORD_BESIDE = re.compile(
    r"(?: (?:mitt|min|mit|my|the|for|til|till|to))?,?[\s(]{1,2}(?P<value>[^\s<>]{3,128}+)", re.IGNORECASE
)
_PASSWORD_BEFORE = re.compile(
    rf"(?:\A|[\s\"'«“(:])(?P<value>[^\s<>\"'«“():]{{5,64}})[\"'»”)]?,? (?:som|as|{_IS})(?: (?:mitt|min|mit"
    rf"|my|vår|our|the|det|nye|nya|new)){{0,2}} \Z",
    re.IGNORECASE,
)

_KEY_WORD = re.compile(
    r"(?:\bbearer(?=\s)|\bauthorization:\s?(?:basic|token|bearer)|\bx-api-key"
    r"|\bapi[ -]?(?:key|nøkk|nyck|nøgle|avai|token|tunnus)[^\W\d_]{0,8}"
    r"|\b(?:access|refresh|auth|session|reset|client|webhook|app|sesjons?|sessions|økt|tilgangs|åtkomst"
    r"|adgangs|istunto|pääsy|käyttö)"
    r"[ -]?(?:token|id|cookie|secret|key|tunnu[ks]s?|tunniste|nøkkel|nyckel|nøgle)[^\W\d_]{0,5}"
    r"|\b(?:token|secret|tokene?[nt]?)\b)",
    re.IGNORECASE,
)
_KEY_WORD_MARKS = (
    "bearer",
    "authorization:",
    "api",
    "token",
    "secret",
    "session",
    "sesjon",
    "økt",
    "istunto",
    "pääsy",
    "tilgangsn",
    "åtkomstn",
)
_KEY_VALUE = re.compile(
    rf"(?: (?!{_IS} )[^\W\d_]{{1,12}}){{0,3}}?(?: {_IS})?[\s:=,{_QUOTES}]{{1,3}}(?P<value>[\w.~+/=-]{{8,4000}}+)",
    re.IGNORECASE,
)


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield secrets that words introduce."""
    if scan.mentions(_PASSWORD_MARKS):
        yield from _passwords(scan.text)
    if not scan.has_digit:
        return
    if scan.mentions(_KEY_WORD_MARKS):
        yield from _keys(scan.text)
    if scan.mentions(_MARKS):
        yield from _codes(scan.text)


def looks_random(value: str) -> bool:
    """Tell a token from words joined with hyphens: digits in it, and long stretches without a hyphen."""
    return any(c.isdigit() for c in value) and max(map(len, re.split("[-_./]", value))) >= 8


def _keys(text: str) -> Iterator[Span]:
    for word in _KEY_WORD.finditer(text):
        match = _KEY_VALUE.match(text, word.end())
        if match is None:
            continue
        value = match["value"].rstrip(".")
        if looks_random(value) and not value.isdigit():
            yield Span(start=match.start("value"), end=match.start("value") + len(value), kind="secret")


def _codes(text: str) -> Iterator[Span]:
    for mark in _MARK.finditer(text):
        back = _BACK.search(text, max(0, mark.start() - 24), mark.start())
        forth = _FORTH.match(text, mark.end())
        if back is None or forth is None:
            continue
        start, end = back.start(), forth.end()
        before = _WORD_BEFORE.search(text, max(0, start - 22), start)
        role = _code_role(text[start:end].lower(), before[1].lower() if before else "")
        if role is None or (role == _BARE and _is_other_code(text, start, end)):
            continue
        span = _code_after(text, end, role, start) or _code_before(text, start)
        if span is not None:
            yield span


def _is_other_code(text: str, start: int, end: int) -> bool:
    """Tell whether a discount, a fault or an article is spoken of around the word "code"."""
    first, last = max(0, start - 40), end + 50
    if _DISCOUNTS.search(text, first, last):
        return True
    return _OTHER_CODES.search(text, first, last) is not None and _MESSAGED.search(text, first, last) is None


@lru_cache(maxsize=2048)
def _code_role(word: str, before: str) -> str | None:
    """Return whether ``word``, after the word ``before``, names a secret code, a code of some kind, or neither."""
    word = word.removesuffix("'s").removesuffix("’s")
    if _ALONE.fullmatch(word):
        return _FREE
    compound = _COMPOUND.fullmatch(word)
    if compound is None:
        return None
    which = compound["which"].rstrip("-")
    if which:
        return _FREE if which in _WHICH or which.removesuffix("s") in _WHICH else None
    if before in _WHICH or before.removesuffix("s") in _WHICH:
        return _FREE
    is_code = compound["head"] in ("kod", "kood", "code")
    return _BARE if is_code and before not in _PUBLIC_CODES else None


def _code_after(text: str, end: int, role: str, start: int) -> Span | None:
    match = _VALUE_AFTER.match(text, end, end + 240)
    if match is None:
        return None
    value = match["value"]
    direct = not match["words"] and not match["more"]
    introduced = match["verb"] is not None or ":" in match["gap"] or "=" in match["gap"]
    digits = _GROUPED_DIGITS.fullmatch(value) is not None
    if not direct and (_YEAR.fullmatch(value) or (not digits and not (introduced and not match["more"]))):
        return None
    if role == _BARE:
        supported = _SENT_OR_ENTERED.search(text, max(0, start - 60), match.end() + 40) is not None
        if direct and _has_letter_and_digit(value) and _USER_NAME.search(text, max(0, start - 60), start):
            return Span(start=match.start("value"), end=match.end("value"), kind="secret")
        lettered = introduced and supported and len(value) <= 8 and value.upper() == value
        if not (digits or lettered) or not (supported or (introduced and direct)):
            return None
    return Span(start=match.start("value"), end=match.end("value"), kind="secret")


def _code_before(text: str, start: int) -> Span | None:
    """Return the value of "2580 som portkode"; the word before "code" may say what the code is for."""
    window = text[max(0, start - 64) : start]
    for tail in (window, window[: len(window.rstrip(" ")) - len(window.rstrip(" ").rpartition(" ")[2])]):
        match = _VALUE_BEFORE.search(tail)
        if match is not None and not _YEAR.fullmatch(match["value"]):
            offset = max(0, start - 64)
            return Span(start=offset + match.start("value"), end=offset + match.end("value"), kind="secret")
    return None


def _passwords(text: str) -> Iterator[Span]:
    for word in _PASSWORD.finditer(text):
        span = _introduced(text, word.end()) or _beside(text, word.end()) or _before(text, word.start())
        if span is not None:
            yield span


def _introduced(text: str, end: int) -> Span | None:
    """Return what follows a colon or a verb."""
    match = _PASSWORD_INTRODUCED.match(text, end, end + 260)
    if match is None:
        return None
    opening, value = _trimmed(match["value"])
    told = bool(match["sign"] or match["colon"] or opening) and not match["words"]
    if told or _has_sign_or_digit(value):
        return _password_span(match.start("value") + opening, value)
    return None


def _beside(text: str, end: int) -> Span | None:
    """Return a value that follows at once: it must have a letter and a digit, or stand in quotes."""
    match = _PASSWORD_BESIDE.match(text, end, end + 200)
    if match is None:
        return None
    opening, value = _trimmed(match["value"])
    return _password_span(match.start("value") + opening, value) if opening or _has_letter_and_digit(value) else None


def _before(text: str, start: int) -> Span | None:
    """Return the value of "Fjell99 er passordet mitt"."""
    offset = max(0, start - 100)
    match = _PASSWORD_BEFORE.search(text[offset:start])
    if match is None or not _has_letter_and_digit(match["value"]):
        return None
    return _password_span(offset + match.start("value"), match["value"])


def _trimmed(raw: str) -> tuple[int, str]:
    """Return how many quotes open ``raw``, and the value without quotes and closing punctuation."""
    opening = len(raw) - len(raw.lstrip("\"'«“"))
    return opening, raw.rstrip(".,;!?)\"'»”")[opening:]


def _password_span(start: int, value: str) -> Span | None:
    if len(value) < 3 or value.startswith(("[", "http", "www.")) or "](" in value or "**" in value:
        return None
    return Span(start=start, end=start + len(value), kind="secret")


def _has_sign_or_digit(value: str) -> bool:
    return not value.replace("-", "").replace("’", "").replace("'", "").replace("/", "").isalpha()


def _has_letter_and_digit(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
