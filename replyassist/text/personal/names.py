r"""Names of persons, where the writing around them says so.

Four places: after a greeting ("Hei Kari,"), after a sign-off ("Mvh\nKari Nordmann"), after words that
introduce somebody ("jeg heter ...", "snakket med ..."), and a known given name followed by a surname anywhere.
A company is greeted and signs as well, so a single word after a greeting must be a known given name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from replyassist.text.personal.first_names import AMBIGUOUS, FIRST_NAMES
from replyassist.text.personal.rules import Scan
from replyassist.types import Span

KIND = "person"

_GREETINGS = """
hei hallo halla heisann heia hej hejsan hallå tjena tjenare hi hello hey dear goddag god_dag kjære kære käre
kära bästa moi moikka moro terve hei_hei hyvä päivää huomenta god_morgen god_kveld god_morgon god_kväll
god_aften god_ettermiddag god_eftermiddag good_morning good_afternoon good_evening good_day takk tack tak
thanks thank_you kiitos for_hjelpen för_hjälpen for_hjælpen your_help avusta hei_igjen hej_igen hei_taas
hi_again hello_again hi_there takk_til tack_till tak_til heippa tervehdys
"""
_CLOSINGS = """
t mvh m.v.h vh dbh hilsen hilsener hilsner hilsen_fra hilsner_fra hilsener_fra hälsning hälsningar
hälsningar_från hälsar terveisin terv ystävällisesti kunnioittaen regards sincerely faithfully yours_truly yours
hälsar_vänligen vänligen vänligast kh k.h bh mh m.h v.h vh. knus klem klemmer kram kramar hils hilsner hilsen_her
terkuin terkut terveisiä t: ystäv yst.terv yt br b.r rgds brgds brds all_the_best warmly xoxo love rakkain
ystävällisin helga_hilsen hälsn. m.v.h. mvh. allt_gott
cheers best_wishes many_thanks best regards_from kind_regards hälsn
"""
_NAMINGS = """
jeg_heter jag_heter eg_heter heter_jeg heter_jag jeg_hedder hedder_jeg han_heter hun_heter hon_heter som_heter
han_hedder hun_hedder som_hedder min_heter navn_er navnet_er navn_var namn_är namnet_är navnet_mitt_er
navnet_mit_er nimeni_on nimi_on my_name_is name_is my_name's my_name’s name's name’s ved_navn vid_namn named
min_hedder nimeltään jonka_nimi_on kutsumanimi namn_som navn_som called_me fulle_navn_er hele_navn_er
fulde_navn_er hela_namn_är full_name_is koko_nimeni_on etunimeni_on sukunimeni_on
"""
_LABELS = """
navn namn nimi name fullt_navn fulde_navn fullständigt_namn koko_nimi full_name etternavn fornavn efternavn
efternamn förnamn sukunimi etunimi surname first_name last_name kontaktperson contact_person yhteyshenkilö
kontoinnehaver kontoindehaver kontohaver kontoinnehavare account_holder tilin_omistaja kontakt contact kunde
kund asiakas customer mottaker mottagare modtager vastaanottaja recipient avsender avsändare afsender
medlem jäsen member eier ägare ejer omistaja owner bestiller beställare tilaaja passasjer passagerare passager
matkustaja passenger patient pasient potilas gjest gäst gæst vieras guest bruker användare bruger käyttäjä user
underskrift signature allekirjoitus nimenselvennys tilaajan_nimi asiakkaan_nimi kundens_navn kundens_namn
customer_name
"""
"""Words that introduce a name only with a colon behind them, as on a form."""
_MEETINGS = """
jeg_er jag_är olen minä_olen i_am i'm i’m this_is dette_er det_är det_her_er här_är her_er her_taler
snakket_med snakka_med snakker_med snakke_med prate_med pratet_med pratat_med pratade_med prata_med talade_med
talat_med tala_med talte_med talt_med taler_med snakkede_med tale_med kontakt_med chattet_med chattat_med
chattade_med chattede_med chatta_med dag_med idag_med igår_med går_med spoke_with spoke_to spoken_to
spoken_with talked_to talked_with speaking_to speaking_with chatted_with asioin puhuin vegne_av vegne_af
vägnar_av behalf_of min_mann min_kone mannen_min kona_mi kona_min min_man min_fru min_hustru min_mand min_mor
min_far min_mamma min_pappa min_sønn min_søn min_son min_datter min_dotter min_bror min_søster min_syster
moren_min faren_min sønnen_min datteren_min broren_min søsteren_min samboeren_min min_samboer min_sambo
min_kæreste min_kollega kollegaen_min mormor farmor farfar morfar bestemor min_nabo my_husband my_wife
my_mother my_mum my_father my_dad my_son my_daughter my_brother my_sister my_partner my_colleague my_flatmate
my_neighbour mieheni vaimoni äitini isäni poikani tyttäreni avopuolisoni kundebehandler kundebehandleren
saksbehandler saksbehandleren sagsbehandler sagsbehandleren handläggare handläggaren kundservicemedarbetare
agent agenten advisor adviser rådgiver rådgiveren rådgivare rådgivaren medarbeider medarbeideren medarbejder
medarbejderen asiakaspalvelija asiakaspalvelijanne selger selgeren säljaren kollega kollegaen kollegan
colleague att attn attention v called montøren teknikeren teknikern tekniker engineer svar_fra svar_från
svar_av svar_af mail_fra mail_från e-post_fra e-post_från mejl_från email_from mail_from reply_from
answer_from message_from melding_fra besked_fra meddelande_från hjelp_av hjälp_av hjælp_af helped_by kollegaer
colleagues din_kollega
puhuimme keskustelin jutelin soittaja on_behalf_of tekniker_ved behandler läkare lege læge
"""
_RELATIVES = """
min_mann min_kone mannen_min kona_mi kona_min kone min_man min_fru min_hustru min_mand min_mor min_far min_mamma
min_pappa min_sønn min_søn min_son min_datter min_dotter min_bror min_søster min_syster moren_min mora_mi faren_min
sønnen_min datteren_min dattera_mi broren_min søsteren_min søstera_mi samboeren_min min_samboer min_sambo
min_kæreste min_kollega kollegaen_min kjæresten_min min_kjæreste min_pojkvän min_flickvän min_ektefelle min_make
min_maka min_ægtefælle bestemor_min bestemoren_min min_mormor min_farmor min_farfar min_morfar min_nabo naboen_min
min_granne min_svigermor min_svärmor min_venninde min_venn min_vän min_ven my_husband my_wife my_mother my_mum my_mom
my_father my_dad my_son my_daughter my_brother my_sister my_partner my_colleague my_flatmate my_neighbour my_fiancé
my_fiancée my_fiance my_boyfriend my_girlfriend my_nan my_gran my_grandmother my_grandfather my_aunt my_uncle
my_friend my_boss my_mother-in-law mieheni vaimoni äitini isäni poikani tyttäreni avopuolisoni puolisoni
avovaimoni avomieheni siskoni veljeni mummoni ukkini isoäitini isoisäni naapurini ystäväni työkaverini kollegani
anoppini tyttöystäväni poikaystäväni
"""
"""Whom the writer speaks of; a capitalised word behind one of these is a name even if it is not a known one."""
_THANKS = """
på_forhånd på_förhand in_advance etukäteen tak_på_forhånd takk_på_forhånd fin_dag god_dag fint_så bra_så god_helg
trevlig_helg god_weekend kiitoksin hyvää_päivänjatkoa päivänjatkoa for_hjelpen för_hjälpen for_hjælpen your_help avusta
"""
_PLAIN_THANKS = frozenset(("takk", "tack", "tak", "thanks", "you", "kiitos", "thx", "ta", "hjelpen", "paljon"))
"""Last words that are a closing only when the name stands on a line of its own behind them."""
_TITLES = "hr herr herra fru frk frøken fröken rouva mr mrs ms miss dr prof"

_GREET, _CLOSE, _NAME, _LABEL, _MEET, _HONOUR, _RELATIVE = range(7)
_LEADS = {
    lead.replace("_", " "): role
    for role, words in enumerate((_GREETINGS, _CLOSINGS, _NAMINGS, _LABELS, _MEETINGS, _TITLES, _RELATIVES))
    for lead in words.split()
}
_THANKING = frozenset(words.replace("_", " ") for words in _THANKS.split())
_SEPARATORS = {
    _GREET: re.compile(r"!?,? {1,3}"),
    _CLOSE: re.compile(r"[\s,.!:;*–/-]{1,10}"),
    _NAME: re.compile(r" ?:? {1,2}"),
    _LABEL: re.compile(r" ?[:=]\s{0,3}"),
    _MEET: re.compile(r"[,:./]? ?"),
    _RELATIVE: re.compile(r"(?:, ?| )(?:\()?"),
    _HONOUR: re.compile(r"\.? "),
}
_LOWER_LEADS = tuple(
    lead.replace("_", " ") + " "
    for words in (
        _NAMINGS,
        "mvh vennlig_hilsen hilsen hälsningar terveisin regards",
        "hei hej hi hello dear moi kära kjære",
    )
    for lead in words.split()
)
_LOOK_BACK = 32

_STOP_TEXT = """
edit order details history modify dynamics
dere du deg dig der alle alla allesammen sammen team teamet kundeservice kundesenter kundtjänst kundservice
kundestøtte support supporten supportteam asiakaspalvelu asiakaspalvelulle kaikki kaikille teille sinne there
all everyone everybody folks guys sir madam customer service helpdesk kunde kunder kund company firma firmaet
jeg jag minä olen hei hej moi hi hello vi we i den det the this en et ett har have hvor var hvordan hur missä
kan could can what when why hva hvad vad på og och ja and min mitt mit my from fra från til till to for om
takk tack tak kiitos thanks thank please vennligst snälla mvh hilsen hälsningar terveisin regards vennlig
venlig vänliga med best kind yours sincerely mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag
lördag söndag maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai monday tuesday wednesday
thursday friday saturday sunday januar februar mars april mai juni juli august september oktober november
desember januari februari maj augusti december january february march may june july october marts tammikuu
helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu norge sverige
danmark suomi finland norway sweden denmark oslo bergen stockholm göteborg københavn helsinki london as ab oy
oyj asa aps ltd inc plc llc gmbh a/s group avdeling avdelningen afdeling sendt skickat sent lähetetty iphone
android samsung outlook gmail mail e-post epost email tlf telefon kundesupport kundeavdeling redaktionen
butikken butiken store shop webshop nettbutikk verkkokauppa not also sorry kunden kundene kunderna kunderne oss
meg mig meille minulle undertegnede undertecknad allekirjoittanut xbox playstation
spotify netflix facebook instagram google apple ipad mac windows microsoft tesla volvo sonos nintendo hilsner
sees snakkes hörs høres vi_ses ses hejdå näkemiin nähdään kuulemiin bye beklager undskyld ursäkta anteeksi
still very so just ikke inte ei now nå nu still new ny uusi er är on is was
"""
_STOP = frozenset(_STOP_TEXT.split())
_COMPANY_SUFFIX_TEXT = """
as asa ab oy oyj aps ltd inc plc llc gmbh a/s hb ans ks group bank forsikring
"""
_COMPANY_SUFFIX = frozenset(_COMPANY_SUFFIX_TEXT.split())
_PARTICLES_TEXT = """
von van de der den af av la le al el bin ibn du di da dos
"""
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_SURNAME_ENDS_TEXT = """
sen sson son nen dotter datter dottir dóttir gaard gård berg lund strøm ström haug stad vik dal man mann quist qvist
gren holm la lä stein rud moen bakken nes næs land ø skov kvist mäki niemi ski wicz ic
"""
_SURNAME_ENDS = tuple(_SURNAME_ENDS_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’´-][^\W\d_]+)*")
_AND = re.compile(r" (?:og|och|ja|and|&) ")
_ROW = re.compile(r"([^\W\d_]+) (?:og|och|ja|and|&) \Z")
_CAPITAL = re.compile(r"[A-ZÆØÅÄÖÉ](?<![\w@/.-].)(?:[^\W\d_]+|(?=\.))")
_LAST_LINE = re.compile(r"\n[ \t]{0,4}(?:[-–/~]{1,2} ?)?(?=[A-ZÆØÅÄÖa-zæøåäö])|[ \n](?:/{1,2}|[-–~]) ?(?=[A-ZÆØÅÄÖ])")
_SIGNED = re.compile(
    r"(?:\n|[,!.] )(?=[A-ZÆØÅÄÖ])([^\W\d_]{2,30})"
    r"(?=(?:,? (?:(?:i|på|fra|från|at|from|hos|–|-) )?[A-ZÆØÅÄÖ][^\W\d_]{1,30})?[ .\n]{0,4}\Z)"
)
_LOWER_SIGN_OFF = re.compile(
    r"(?:^|[\s.,!?])(?:mvh|vh|kh|hilsen|hilsener|hälsningar|hälsning|terv|terveisin|t|regards|cheers|best"
    r"|förhand|forhånd|in advance|etukäteen)[.,:!]{0,2}(?P<gap>[ \n]{1,2})"
    r"(?P<name>[a-zæøåäöé]{2,14}(?:-[a-zæøåäöé]{2,12})?)[ .!\n]{0,3}\Z"
)
"""The last line in lower case: "mvh\nmasa"."""
_HERE = re.compile(r"(?:,? (?:here|her|här|täällä|tässä))(?:[ ,.!]|$)")
_FINNISH_CASES = tuple(
    ["n", "a", "ä", "ta", "tä", "lle", "lta", "ltä", "lla", "llä", "sta", "stä", "ssa", "ssä", "lta", "in", "en"]
)
_STRONG_GRADE = (("k", "kk"), ("p", "pp"), ("t", "tt"), ("d", "t"), ("v", "p"), ("", "k"))
_MAX_WORDS = 4


def candidates(scan: Scan) -> Iterator[Span]:
    """Yield names of persons."""
    text = scan.text
    position = 0
    while (capital := _CAPITAL.search(text, position)) is not None:
        position = capital.end()
        if capital.group().lower() in _STOP:
            continue
        words = _read(text, capital.start(), lower=False)
        if words and not _is_company(words, text) and _is_supported(text, words):
            yield _span(words)
            position = words[-1].end()
    yield from _lower_case(scan)
    yield from _last_line(text)


def _span(words: list[re.Match[str]]) -> Span:
    return Span(start=words[0].start(), end=words[-1].end(), kind=KIND)


def _is_supported(text: str, words: list[re.Match[str]]) -> bool:
    """Tell whether what stands before these capitalised words, or their own form, makes them a name."""
    first, end = words[0].group(), words[-1].end()
    role = _role_before(text, words[0].start())
    known = _is_known(first)
    if text.startswith(" kanssa", end) and len(words) == 1:  # "puhuin Jaanan kanssa": a Finnish genitive
        return _is_known(first) or _is_known_inflected(first)
    if role == _RELATIVE:
        return known or not (first.isupper() or text[words[0].start() - 1] == "\n")
    if role == _MEET and len(words) == 1 and _is_known_inflected(first):
        return True
    if known and len(words) <= 2 and _HERE.match(text, end) and _starts_clause(text, words[0].start()):
        return True
    if role in (_NAME, _HONOUR) or (role == _LABEL and (known or len(words) > 1)):
        return True
    if role == _CLOSE:
        return known or _ends_line(text, end)
    if role == _GREET and "\n" in text[max(0, words[0].start() - 3) : words[0].start()]:
        return known and _ends_line(text, end)
    if role in (_GREET, _MEET) and known:
        return len(words) > 1 or first.lower() not in AMBIGUOUS or _ends_clause(text, end)
    return known and (_is_full_name(words) or (len(words) == 1 and _follows_name(text, words[0].start())))


def _role_before(text: str, start: int) -> int | None:
    """Return the role of the one to three words before ``start``, longest phrase first."""
    window = text[max(0, start - _LOOK_BACK) : start]
    stem = window.rstrip(" \t\r\n,.!:;=*–/-")
    parts = stem.lower().replace("\n", " ").split(" ")[-3:]
    gap = window[len(stem) :]
    if not gap:
        return None
    for i in range(len(parts)):
        role = _LEADS.get(" ".join(parts[i:]))
        if "\n" in gap and parts[-1] in _PLAIN_THANKS and " ".join(parts[i:]) not in _THANKING:
            return _GREET
        if "\n" in gap and " ".join(parts[i:]) in _THANKING:
            return _CLOSE
        if role is not None and _SEPARATORS[role].fullmatch(gap):
            return role
    return None


def _is_known_inflected(word: str) -> bool:
    """Tell whether a Finnish case of a known given name was written: Jaanan, Mattia, Pirkolle, Antilta."""
    lowered = word.lower()
    for ending in _FINNISH_CASES:
        stem = lowered.removesuffix(ending)
        if stem == lowered or len(stem) < 3:
            continue
        if stem in FIRST_NAMES or (stem[-1] == "i" and stem[:-1] in FIRST_NAMES and len(stem) > 4):
            return True
        if stem.endswith("kse") and stem[:-3] + "s" in FIRST_NAMES:  # Joonaksen
            return True
        if stem[-1] in "aeiouyäö" and any(
            stem[:-1].endswith(weak) and stem[: len(stem) - 1 - len(weak)] + strong + stem[-1] in FIRST_NAMES
            for weak, strong in _STRONG_GRADE
        ):
            return True
    return False


def _starts_clause(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in ",.!?:\n–-"


def _follows_name(text: str, start: int) -> bool:
    """Tell whether this is the second of two names: "Hei Kari og Ola,"."""
    joined = _ROW.search(text, max(0, start - 50), start)
    return joined is not None and _is_known(joined[1]) and _role_before(text, joined.start(1)) is not None


def _lower_case(scan: Scan) -> Iterator[Span]:
    """Names in lower case, of known given names only: "hei kari", "jeg heter ola nordmann"."""
    text, lowered = scan.text, scan.lowered
    if len(text) != len(lowered):
        return
    for lead in _LOWER_LEADS:
        start = lowered.find(lead)
        while start >= 0:
            position = start + len(lead)
            words = _read(text, position, lower=True) if text[position : position + 1].islower() else []
            if words and not (start and text[start - 1].isalnum()):
                yield _span(words)
            start = lowered.find(lead, position)


def _last_line(text: str) -> Iterator[Span]:
    """Yield a sign-off without a greeting: "/Kari", "Kari Nordmann", "Kari i Acme", "Lykke til, Kari"."""
    tail_start = max(0, len(text) - 60)
    lower = _LOWER_SIGN_OFF.search(text, tail_start)
    if lower is not None and lower["name"] not in _STOP and ("\n" in lower["gap"] or lower["name"] in FIRST_NAMES):
        yield Span(start=lower.start("name"), end=lower.end("name"), kind=KIND)
    signed = _SIGNED.search(text, tail_start)
    if signed is not None and _is_known(signed[1]):
        yield Span(start=signed.start(1), end=signed.end(1), kind=KIND)
    for lead in _LAST_LINE.finditer(text, tail_start):
        words = _read(text, lead.end(), lower=False)
        if words and _is_known(words[0].group()) and not text[words[-1].end() :].strip(" .\n\t\r"):
            yield _span(words)


def _read(text: str, position: int, *, lower: bool) -> list[re.Match[str]]:
    """Read the words of a name: capitalised ones, known given names in lower case if ``lower``."""
    words: list[re.Match[str]] = []
    while len(words) < _MAX_WORDS:
        word = _WORD.match(text, position, position + 40)
        if word is None or not _fits(word.group(), words, lower):
            break
        if not words and len(word.group()) == 1 and text[word.end() : word.end() + 1] != ".":
            break
        words.append(word)
        position = word.end()
        if text[position : position + 2] == ". " and len(word.group()) == 1:
            position += 1
        if text[position : position + 1] != " ":
            break
        position += 1
    while words and words[-1].group() in _PARTICLES:
        words.pop()
    return words


def _fits(word: str, before: list[re.Match[str]], lower: bool) -> bool:
    lowered = word.lower()
    if before and word in _PARTICLES:
        return True
    if lowered in _STOP:
        return False
    if word[0].isupper():
        return True
    if not lower or not word.islower():
        return False
    if before:
        return before[0].group().islower() and lowered.endswith(_SURNAME_ENDS) and len(lowered) > 4
    return lowered in FIRST_NAMES and lowered not in AMBIGUOUS


def _is_known(word: str) -> bool:
    lowered = word.lower()
    return lowered in FIRST_NAMES or lowered.partition("-")[0] in FIRST_NAMES


def _is_full_name(words: list[re.Match[str]]) -> bool:
    first, last = words[0].group(), words[-1].group()
    return len(words) > 1 and (first.lower() not in AMBIGUOUS or last.lower().endswith(_SURNAME_ENDS))


def _is_company(words: list[re.Match[str]], text: str) -> bool:
    """Tell whether the words are a company (Johan Sport AB) or written like a brand (PostNord, IKEA)."""
    follower = _WORD.match(text, words[-1].end() + 1)
    if follower is not None and follower.group().lower() in _COMPANY_SUFFIX and follower.group()[:1].isupper():
        return True
    return any(_is_brand(word.group()) for word in words)


def _is_brand(word: str) -> bool:
    if word.isupper():
        return 1 < len(word) <= 4 and not _is_known(word)
    return (
        any(c.isupper() for c in word[1:]) and "-" not in word and not word.startswith(("Mc", "Mac", "O'", "O’", "D'"))
    )


def _ends_clause(text: str, position: int) -> bool:
    """Tell "Thanks, Will!", a name, from "Thanks, Will you ..."."""
    return text[position : position + 1] in ("", ",", "!", ".", "\n") or _AND.match(text, position) is not None


def _ends_line(text: str, position: int) -> bool:
    return text[position : position + 12].lstrip(" .,!\t\r")[:1] in ("", "\n", "[")
