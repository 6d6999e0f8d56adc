"""What the words beside a number say it is.

A bare number says little: eight digits are a phone, an order or a meter reading. The nearest telling word
before it decides ("ring meg på ...", "ordrenummer ...", "målerstand ..."). The table holds words for personal
kinds and, as important, for things that are *not* personal (prices, readings, versions, articles): those veto.

``*`` at the end of a word stands for any inflection or compound ("tilausnumero*" covers "tilausnumeroni").
"""

from __future__ import annotations

import re
from functools import lru_cache

AMOUNT = "amount"
READING = "reading"
VERSION = "version"
ARTICLE = "article"

_WORDS: dict[str, str] = {
    "phone": """
        tlf tlfnr telefon* tel mob mobil mobilen mobilnr mobilnummer* mobilnumret mobiltelefon* mobile
        ring ringe ringer ring_meg ringes ring_mig ringa ringa_mig nås nå_meg når_meg nå_mig når_mig kontakt_meg
        kontakta_mig treffes træffes sms vipps swish mobilepay whatsapp nummeret_mitt mitt_nummer mit_nummer
        mitt_nr mit_nr mitt_mobilnummer numret_mitt
        puh puhelin* puhelimitse gsm numeroni soita soittakaa soittaa tavoittaa tavoitat tavoitatte kännykkä*
        phone phone_number telephone* call call_me calling cell cellphone reach_me text_me my_number contact_number
        """,
    "national_id": """
        fødselsnummer* fødselsnr fnr personnummer* personnumret personnr pnr d-nummer* dnummer id-nummer* idnummer*
        samordningsnummer* samordningsnumret cpr cpr-nr cprnr cpr-nummer* cprnummer* hetu hetuni henkilötunnu*
        sosiaaliturvatunnu* sotu personbeteckning* social_security ssn national_insurance nino ni_number
        personal_id personal_identity id_number identity_number national_id passnummer* passnr passport*
        pasnummer* passin_numero
        """,
    "birth_date": """
        født fødselsdato* fødselsdag* f.dato född födelsedatum* födelsedag* f.d. syntynyt syntymäaika*
        syntymäpäivä* synt born birth_date birthdate date_of_birth birthday dob d.o.b
        """,
    "iban": "iban iban-nummer* ibannummer*",
    "bank_account": """
        konto kontonummer* kontonr kontonumret bankkonto* bankkontonummer* lønnskonto* lönekonto* lønkonto*
        clearing clearingnr clearingnummer* bankgiro* plusgiro* tilinumero* pankkitili* tilille tili
        account_number account_no bank_account sort_code kontoen kontot reg.nr_og_konto
        """,
    "card": """
        kort kortet kortnummer* kortnr kortnumret bankkort* kredittkort* kreditkort* kortti* korttinumero* kortin
        luottokort* pankkikort* card cards card_number credit_card debit_card visa mastercard amex betalingskort*
        betalkort* dankort*
        """,
    "order_number": """
        ordrenummer* ordrenr ordre-nr ordreid ordre-id ordernummer* ordernumret ordernr orderno order-id orderid
        order_number order_no order_nr order_id bestillingsnummer* bestillingsnr bestillingsid bestilnings*
        beställningsnummer* beställningsnumret beställningsnr bestillingsnummeret tilausnumero* tilausnro tilausnr
        tilauksen_numero tilaustunnu* sporingsnummer* sporingsnr sendingsnummer* sendingsnr kollinummer* kolli-id
        pakkenummer* pakkenr kollinr spårningsnummer* spårnings-id kollinumret paketnummer* pakke-id
        seurantanumero* lähetystunnu* lähetysnumero* tracking_number tracking_no tracking_id tracking_code
        track_and_trace track_trace consignment_number parcel_number
        kundenummer* kundenr kunde-id kundeid kundnummer* kundnumret kundnr kund-id asiakasnumero* asiakasnro
        asiakastunnu* customer_number customer_no customer_id client_number client_id account_id medlemsnummer*
        medlemsnumret medlemsnr medlems-id jäsennumero* member_number membership_number member_id
        avtalenummer* avtalenr avtalsnummer* avtalsnumret aftalenummer* sopimusnumero* contract_number
        policy_number polisenummer* forsikringsnummer* försäkringsnummer*
        abonnementsnummer* abonnentnummer* abonnemangsnummer* abonnements-id subscription_id subscription_number
        fakturanummer* fakturanr fakturanumret faktura-nr faktura-id laskunumero* laskun_numero lasku_nro
        invoice_number invoice_no invoice_id invoice kid kid-nummer* kidnummer* kidnr ocr ocr-nummer* viitenumero*
        viite referansenummer* referansenr referensnummer* referensnr referencenummer* referanse referens reference
        reference_number ref refnr ref.nr saksnummer* saksnr sagsnummer* sagsnr ärendenummer* ärendenumret ärendenr
        ärende-id tapausnumero* palvelupyyntö* case_number case_no case_id case_ref ticket_number ticket_no ticket_id
        ticket incident_number incident request_number request_id booking_number booking_reference booking_ref
        bookingnummer* bookingnr bokningsnummer* bokningsnumret bokningsnr varausnumero* varaustunnu* reservation
        reservasjonsnummer* billettnummer* biljettnummer* billetnummer* returnummer* returnr palautusnumero* rma
        return_number kvitteringsnummer* kvittonummer* kvitteringsnr kuittinumero* receipt_number transaksjons-id
        transaktions-id transaktionsnummer* transaksjonsnummer* transaction_id
        ordre ordren ordrer ordrene ordern ordrar order orders bestilling bestillingen bestillingar beställning
        beställningen beställningar tilaus tilauksen tilaukseni tilausta tilauksesta tilauksessa tilauksella
        faktura fakturaen fakturan fakturaer lasku laskun laskuni laskua laskulla sak saken sag sagen ärende ärendet
        tapaus case booking bookingen bokning bokningen varaus varauksen retur returen kunde kund pakke pakken
        sending sendingen paket paketet paketti paketin lähetys lähetyksen parcel shipment
        """,
    "meter_id": """
        målernummer* målernr måler-id målerid måler-nr målepunkt* målepunkt-id målepunktsid målepunkts-id
        mätarnummer* mätarnumret mätarnr anläggnings-id anläggningsid mätpunkt* mittarinumero* mittarin_numero
        käyttöpaikka* käyttöpaikkanumero* käyttöpaikan_numero käyttöpaikkatunnu* meter_number meter_id meter_no
        meter_serial mpan mprn installationsnummer* aftagenummer*
        """,
    "licence_plate": """
        regnr reg.nr registreringsnummer* registreringsnumret bilnummer* skiltnummer* bilskilt* skilt nummerplade*
        nummerskilt* registreringsskylt* registreringsskilt* rekisterinumero* rekisteritunnu* rekkari* kilpi
        number_plate licence_plate license_plate registration_number registration_plate reg_number reg_plate
        """,
    "ip": "ip ip-adresse* ip-adress* ip-osoite* ip_address",
    "address": """
        adresse* adress adressen adressa adressändring* leveringsadresse* leveransadress* folkbokföringsadress*
        fakturaadresse* hjemmeadresse* bor bosatt bopæl bostedsadresse* postnummer* postnr osoite* osoitteeni
        osoitteeseen osoitteessa toimitusosoite* kotiosoite* laskutusosoite* postinumero* asun asumme
        flytter_til flyttar_till flyttet_til flyttat_till address* postcode post_code zip live_at living_at moved_to
        moving_to deliver_to ship_to lever_til levereras_till sendes_til skickas_till
        """,
    AMOUNT: """
        kr kroner kronor nok sek dkk eur euro euroa pris prisen priset beløp* belopp* sum summen summa* total totalt
        betalt betalte betalade betala betalar price cost costs costed amount paid hinta hinnan maksoin maksaa
        kostet koster kostar kostede kostade rabatt saldo saldoen refund_of refusjon_på
        """,
    READING: """
        målerstand* målarstand* mätarställning* mittarilukema* lukema* måleravlesning* avlesning* avläsning*
        aflæsning* målertal* måleraflæsning* meter_reading reading forbruk* förbrukning* forbrug* kulutus*
        consumption kilometerstand* km-stand*
        """,
    VERSION: "versjon* version versionen versioner versionsnummer* versio versiota version_number ver v firmware*",
    ARTICLE: """
        varenummer* varenr artikkelnummer* artikelnummer* artikelnumret artikelnr art.nr art_nr tuotenumero*
        tuotekoodi* product_number product_code item_number item_no article_number sku ean gtin modell modellen
        modellnummer* model modelnummer* model_number malli mallinumero* mallia serienummer* serienr sarjanumero*
        serial_number serial postnord_ombud feilkode* felkod* fejlkode* virhekoodi* error error_code rabattkode*
        rabattkod* rabatkode* alennuskoodi* discount_code orgnr org.nr organisasjonsnummer* organisationsnummer* cvr
        y-tunnus* side sida sivu page paragraf § iso
        """,
}

_REACH = {
    "phone": 34,
    "national_id": 44,
    "birth_date": 26,
    "iban": 44,
    "bank_account": 44,
    "card": 44,
    "ip": 24,
    "address": 30,
    "licence_plate": 16,
    AMOUNT: 12,
    READING: 26,
}
"""How many characters may lie between the word and the value. A kind not named here must stand right beside it."""

_WINDOW = 60
_MAX_PHRASE_WORDS = 3
_TOKEN = re.compile(r"[^\W\d_]+(?:[.-][^\W\d_]+)*|§")

_NUMBERED_ENDS = ("nummer", "nummeret", "nummret", "numret", "numero", "numeroni", "numeron")
_NOT_REFERENCES = (
    "hus",
    "rom",
    "rum",
    "buss",
    "bus",
    "sko",
    "linje",
    "side",
    "post",
    "spor",
    "versjons",
    "svar",
    "tog",
)
"""Numbers that lead to nobody: of houses, rooms, bus lines, shoe sizes."""


def _compile() -> tuple[dict[str, str], dict[str, str]]:
    """Return exact words or phrases, and beginnings of words, each with its kind."""
    exact: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for kind, words in _WORDS.items():
        for word in words.split():
            phrase = word.rstrip("*").replace("_", " ")
            exact[phrase] = kind
            if word.endswith("*"):
                beginnings[phrase] = kind
    return exact, beginnings


_EXACT, _BEGINNINGS = _compile()
_PHRASE_STARTS = frozenset(phrase.partition(" ")[0] for phrase in _EXACT if " " in phrase)
_BEGINNING_LENGTHS = sorted({len(word) for word in _BEGINNINGS}, reverse=True)


@lru_cache(maxsize=8192)
def _kind_of(phrase: str) -> str | None:
    """Return the kind that a lower-case word or phrase names."""
    kind = _EXACT.get(phrase)
    if kind is not None:
        return kind
    for length in _BEGINNING_LENGTHS:
        kind = _BEGINNINGS.get(phrase[:length]) if length < len(phrase) else None
        if kind is not None and " " not in phrase[length:]:
            return kind
    if " " in phrase:
        return None
    head = re.split("[.-]", phrase)[-1]
    if head != phrase:
        return _kind_of(head)
    if phrase.endswith(_NUMBERED_ENDS) and len(phrase) > 9 and not phrase.startswith(_NOT_REFERENCES):
        return "order_number"
    return None


_BESIDE = re.compile(
    r"""[\s:;\#=.,()"'*\-–]*+
    (?:(?:nr|nummer|no|number|numero|nro|er|är|on|is|var|was|min|mitt|mit|my|med|på|oli|id|og|och|ja|and|eller|or|
       &|som|havde|hadde|hade|has|had|med|the|of|for|in|hos|vår|vårt|deres|your|ordrenr|num|kode|with|i|gjelder|gäller|
       [a-z]{0,6}[-/\#]?[0-9][0-9a-z/-]{2,24})
     (?![^\W_])[\s:;\#=.,()"'*\-–]*+){0,6}""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTERWARDS = re.compile(r"\s?(?:\(|(?:er|är|on|is|=)\s)(?:\s?(?:mitt|min|mit|my|the|vårt|vores))?\s?", re.IGNORECASE)

_UNIT_AFTER = re.compile(
    r"""[ \u00a0\u202f]?(?:(?:kr|kroner|kronor|nok|sek|dkk|eur|euro|euroa|euros|usd|gbp|pund|pounds|dollars?|kwh|mwh
    |wh|kw|w|m3|m²|m2|m|km|cm|mm|kg|g|gb|mb|tb|mbit|stk|st|pcs|kpl|ganger|gånger|timer|timmar|tuntia|hours
    |minutter|minuter|min|dager|dagar|dage|days|päivää|units|liter|litraa|volt|v|hz|px|tegn|tecken|steps|skritt
    |kunder|customers)\b|[€£$%°]|,-|:-|,[0-9]|\.[0-9]{2}\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_UNIT_BEFORE = re.compile(r"(?:\b(?:kr|nok|sek|dkk|eur|usd|gbp)\.?|[€£$])[ \u00a0]?$", re.IGNORECASE)


def declared_before(text: str, start: int) -> str | None:
    """Return the kind that the nearest telling word before ``start`` names, or none if it names nothing there.

    The result is a personal kind, or one of :data:`AMOUNT`, :data:`READING`, :data:`VERSION`, :data:`ARTICLE`.
    """
    window = text[max(0, start - _WINDOW) : start]
    tokens = list(_TOKEN.finditer(window.lower()))
    for i in range(len(tokens) - 1, -1, -1):
        word = tokens[i].group()
        if word in _PHRASE_STARTS:
            for last in range(min(i + _MAX_PHRASE_WORDS, len(tokens)) - 1, i, -1):
                kind = _EXACT.get(" ".join(token.group() for token in tokens[i : last + 1]))
                if kind is not None:
                    return kind if _reaches(kind, window[tokens[last].end() :]) else None
        kind = _kind_of(word)
        if kind is not None:
            return kind if _reaches(kind, window[tokens[i].end() :]) else None
    return None


def _reaches(kind: str, gap: str) -> bool:
    reach = _REACH.get(kind)
    return _BESIDE.fullmatch(gap) is not None if reach is None else len(gap) <= reach


def declared_after(text: str, end: int) -> str | None:
    """Return the kind named behind a value: "12345678 er ordrenummeret mitt", "12345678 (mobil)"."""
    link = _AFTERWARDS.match(text, end, end + 24)
    if link is None:
        return None
    words = _TOKEN.findall(text[link.end() : link.end() + 40].lower())[:_MAX_PHRASE_WORDS]
    phrases = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((kind for phrase in phrases if (kind := _kind_of(phrase)) is not None), None)


def is_quantity(text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]`` is a price, measure or count by the unit beside it."""
    if _UNIT_AFTER.match(text, end):
        return True
    return _UNIT_BEFORE.search(text[max(0, start - 6) : start]) is not None
