"""Wording and layout of mail clients: quote headers, closings, footers, in nb, nn, sv, da, fi and en.

Data only. All five languages are tried on every mail: a Norwegian customer's Outlook may speak English,
and a Danish header in a Norwegian mail is still a header. Word sets hold casefolded words.
"""

from __future__ import annotations

import re


def words(listing: str) -> frozenset[str]:
    """Return the words of a listing separated by blanks."""
    return frozenset(listing.split())


HEADER_KEYS: dict[str, str] = {
    **dict.fromkeys(("from", "fra", "frå", "från", "lähettäjä", "avsender", "avsändare", "afsender"), "from"),
    **dict.fromkeys(("sent", "sendt", "skickat", "skickades", "lähetetty"), "sent"),
    **dict.fromkeys(("date", "dato", "datum", "päivämäärä", "päiväys", "pvm"), "date"),
    **dict.fromkeys(("to", "til", "till", "vastaanottaja", "mottaker", "mottagare", "modtager"), "to"),
    **dict.fromkeys(("cc", "kopi", "kopia", "kopio", "bcc", "blindkopi"), "cc"),
    **dict.fromkeys(("subject", "emne", "ämne", "aihe"), "subject"),
    **dict.fromkeys(("reply-to", "svar til", "svara till", "vastausosoite", "importance"), "other"),
    **dict.fromkeys(("attachments", "vedlegg", "bilagor", "vedhæftede filer", "liitteet"), "other"),
    **dict.fromkeys(("prioritet", "viktighet", "prioritering", "tärkeys", "svar-til"), "other"),
}
"""Name of a mail header field, as clients print it above a quoted mail, to what it is."""

HEADER_FIRST_WORDS = frozenset(key.split(" ")[0] for key in HEADER_KEYS)

WROTE = re.compile(r"\b(?:wrote|writes|skrev|skreiv|skriver|kirjoitti|kirjoittaa)\b", re.IGNORECASE)
"""The verb of an attribution line ("On ... wrote:", "... skrev Kari:", "... kirjoitti:")."""

WROTE_IN_PERSON = re.compile(
    r"\b(?:jeg|eg|jag|i|we|vi|de|du|you|they|dere|de|dykk|ni|hun|han|hon|she|he) (?:wrote|skrev|skreiv)\b"
    r"|\b(?:skrev|skreiv) (?:jeg|eg|jag|vi|dere|de|ni|du|hun|han|hon|i)\b",
    re.IGNORECASE,
)
"""A customer telling who wrote what: not a client's attribution line."""

FORWARD_WORDS = (
    "forwarded message",
    "begin forwarded message",
    "videresendt melding",
    "videresendt e-post",
    "vidaresendt melding",
    "vidarebefordrat",
    "vidarebefordrade",
    "videresendt besked",
    "videresendt meddelelse",
    "videresendt mail",
    "välitetty viesti",
    "edelleenlähetetty",
    "lähetetty edelleen",
)
REPLY_WORDS = (
    "original message",
    "opprinnelig melding",
    "opphavleg melding",
    "opprinnelig beskjed",
    "originalmelding",
    "ursprungligt meddelande",
    "originalmeddelande",
    "ursprungligt mail",
    "ursprungligt mejl",
    "oprindelig meddelelse",
    "oprindelig besked",
    "original meddelelse",
    "original besked",
    "alkuperäinen viesti",
    "alkuperäinen sähköposti",
    "replied message",
)
BARE_FORWARD = re.compile(
    r"(?:(?:begin|start of|start på|begynnelse på|begynnelsen på|början på|påbörjar) )?(?:forwarded (?:message"
    r"|e-?mail)"
    r"|(?:videresendt|vidaresendt|vidarebefordrat|vidarebefordrad) (?:melding|besked|beskjed|meddelelse"
    r"|meddelande|brev|mejl"
    r"|mail|e-post)|(?:välitetty|edelleenlähetetty|edelleen lähetetty) (?:viesti|sähköposti)(?: alkaa)?) ?:",
    re.IGNORECASE,
)
"""Apple Mail's forward line, which has no dashes around it."""

FORWARD_SUBJECT = re.compile(
    r": {0,2}(?:fwd?|vb|vl|vidarebefordrat|videresendt|välitetty)\b ?:|^(?!aihe)[^:]{1,12}: {0,2}vs ?:", re.IGNORECASE
)
"""A subject field with a forward's prefix. "VS:" is one in nb and da, but "vastaus", a reply, in fi."""

REPLY_SUBJECT = re.compile(r"[^:]{1,12}: {0,2}(?:re|sv|aw|antw)\b ?:|aihe: {0,2}vs ?:", re.IGNORECASE)

FORWARDING = re.compile(
    r"\b(?:videresender|videresendt|vidaresender|vidaresendt|vidarebefordrar|vidarebefordrat|skickar vidare"
    r"|sende[rn]? (?:\w{1,12} ){0,6}?videre|sender (?:\w{1,12} ){0,6}?vidare|skickar (?:\w{1,12} ){0,6}?vidare"
    r"|välitän|välitämme|välitetty|lähetän edelleen|edelleenlähet\w{1,8}|forwarding|fwd|fyi"
    r"|i (?:\w{1,12} )?forward|(?:til|till) (?:orientering|info|information)|til deres orientering|för kännedom"
    r"|til jeres orientering|for kännedom|tiedoksi)\b",
    re.IGNORECASE,
)
"""A customer saying that the mail below is passed on."""

_A_MAIL = (
    r"(?:e-?(?:post|mail)\w{0,4}|mail\w{0,3}|mejl\w{0,3}|melding\w{0,2}|meddeland\w{0,2}|meddelels\w{0,2}"
    r"|besked\w{0,3}"
    r"|beskjed\w{0,2}|message|viesti\w{0,3}|sähköposti\w{0,3})"
)
_A_PAPER = (
    r"(?:svar\w{0,2}|reply|answer|respons\w{0,3}|faktura\w{0,2}|regning\w{0,2}|räkning\w{0,2}|invoice|bill"
    r"|kvittering\w{0,2}"
    r"|kvitto\w{0,2}|receipt|\w{0,12}bekr[eä]ftels\w{0,3}|\w{0,12}bekræftels\w{0,3}|(?:\w{1,12} )?confirmation"
    r"|(?:\w{0,12}vahvistu|lasku|kuit|vastau)\w{0,6})"
)
_THIS = r"(?:denne|dette|den her|det her|den här|det här|denna|detta|this|tämä|tämän|tällainen|tällaisen|tällaista)"
_GOT = r"(?:fikk|fekk|fick|fik|mottok|modtog|mottog|got|had|received|sain|saimme|sai)"
MAIL_BELOW = re.compile(
    r"\b(?:nedenfor|nedenunder|nedenstående|nedenståande|nedanstående|herunder|alla ?olev\w{0,6}"
    r"|(?:se|sjå|kig|titta|läs|les|læs) (?:\w{1,12} ){0,3}?(?:under|nedan)"
    r"|(?:see|read|copied|pasted|quoted) (?:\w{1,12} ){0,3}?below|katso(?:kaa)? (?:\w{1,12} ){0,2}?alta|ks\.? alla"
    rf"|(?:the|this) (?:\w{{1,12}} ){{0,2}}?(?:{_A_MAIL}|{_A_PAPER}) below|(?:{_A_MAIL}|{_A_PAPER}) (?:under|nedan)"
    r"|the \w{3,15} below|\w{3,20}(?:en|et) (?:under|nedan)(?=[,.!?:;]|$)"
    r"|svindel|bedrägeri|bluffmejl|huijaus\w{0,3}|scam|phishing"
    rf"|{_GOT} (?:\w{{1,14}} ){{0,3}}?{_THIS} {_A_MAIL}"
    rf"|{_THIS} {_A_MAIL} (?:\w{{1,12}} ){{0,3}}?(?:kom|arrived|came|tuli|fra|från|frå|from)"
    r"|(?:her er|her kjem|her kommer|her har du|her har dere|her har i|här är|här kommer|här har ni|here is"
    r"|here's|tässä on"
    rf"|tässä|ohessa) (?:\w{{1,14}} ){{0,3}}?(?:{_A_MAIL}|{_A_PAPER}))\b",
    re.IGNORECASE,
)
"""A customer pointing at the mail below; it takes a subject without a reply's prefix to make that a forward."""

REPLY_ABOVE = re.compile(
    r"##-.{3,200}-##"
    r"|[-#=—– ]{0,40}(?:please )?(?:type|write|enter|skriv|kirjoita|svar|svara|reply|vastaa)\b.{0,60}"
    r"\b(?:above|over|ovenfor|ovanför|ovan|yläpuolelle|yläpuolella)\b.{0,20}"
    r"\b(?:line|linje|linja|linjen|rad|raden|rivin|viivan)\b.{0,20}",
    re.IGNORECASE,
)
"""Marker that helpdesks print at the top of their mails (Zendesk's "##- Please type your reply ... -##")."""

# A device or app must follow at once: "Sendt fra min bror i går" is the customer's own sentence.
_DEVICE = (
    r"(?:i(?:phone|pad)|samsung|galaxy|huawei|honor|xperia|oneplus|pixel|nokia|sony|htc|motorola|xiaomi|redmi|oppo"
    r"|blackberry|android|outlook|yahoo|gmail|proton|tutanota|aol|thunderbird|windows|mail\b|e-?post|e-?mail"
    r"|sähköposti"
    r"|mobil|phone|telefon|puhelim|matkapuhelim|älypuhelim|kännyk|smart|nettbrett|surfplatta|tablet|ipho)"
)
_APP = r"(?:outlook|blue ?mail|yahoo|proton|spark|gmail|tutanota|mymail|airmail|aol|edison)"
_REST = r"(?:[^?!.]|\.(?! )){0,70}"  # to the end of the line, one sentence
MOBILE_FOOTER = re.compile(
    r"(?:(?:sendt|skrevet|sendes) (?:fra|frå|via|på)|sent (?:from|via)|(?:skickat|sänt) (?:från|via))"
    rf"(?: (?:min|mitt|mi|my|en|et|ett|a|the|i))? \S{{0,12}}{_DEVICE}{_REST}"
    rf"|lähetetty (?:laitteesta|laitteeltani) \S{{0,12}}{_DEVICE}{_REST}"
    rf"|lähetetty (?:minun )?\S{{0,12}}{_DEVICE}[^?!.]{{0,40}}(?:st[aä]|lt[aä]|ni|lle)\b{_REST}"
    r"|(?:sent with|sendt med|skickat med|get|hent|få|last ned|hämta|skaffa|ladda ned|hanki|hae|lataa)"
    rf" (?:the |den nye )?{_APP}{_REST}",
    re.IGNORECASE,
)
MOBILE_FIRST_WORDS = words(
    "sendt sent skickat sänt lähetetty skrevet sendes get hent få last hämta skaffa ladda hanki hae lataa"
)

NOTICE = re.compile(
    r"(?:you don't often get email from|some people who received this message don't often get"
    r"|du (?:får|mottar) (?:ikke|inte|ikkje) (?:ofte|ofta) (?:e-?post|mails?|mejl|e-mails?)"
    r"|et saa usein sähköpostia|caution: ?(?:this|external)|(?:warning|advarsel|obs|varning"
    r"|varoitus): (?:this|denne|detta|tämä) |\[?(?:external|ekstern|extern|ulkoinen)\b.{0,20}\]?$"
    r"|(?:virus-free|virusfri|viruksista vapaa|ingen virus)\b.{0,40}(?:avast|avg|$)"
    r"|this email (?:originated|has been (?:checked|scanned))|denne e-?(?:post|mail)en er (?:sjekket"
    r"|kontrollert|skannet)|please consider the environment|(?:vennligst )?(?:tenk|tænk"
    r"|tänk) på (?:miljøet|miljön)|ajattele (?:ympäristöä|luontoa)|this email is a service from"
    r"|this message was sent to you by|denne e-post(?:en)? er en tjeneste fra|dette er en e-post fra"
    r"|denne mail er en service fra|det här mejlet är en tjänst från|tämä sähköposti on palvelu)",
    re.IGNORECASE,
)
"""First words of a line that a mail server or mail program added, not the customer."""

DISCLAIMER_MAIL = re.compile(
    r"\b(?:denne|dette|denna|detta|dette|den|this|the|tämä|tämän|disclaimer|ansvarsfraskrivelse"
    r"|informasjonen|informationen|informasjon|information|innholdet|innehållet|indholdet|viesti"
    r"|sähköposti\w*|confidentiality)\b",
    re.IGNORECASE,
)
DISCLAIMER_LAW = re.compile(
    r"konfidensiel|konfidentiel|fortrolig|sekretess|luottamuksel|confidential|privileged|taushetsplikt"
    r"|salassa|(?:intended|solely) (?:only )?for|intended recipient|tiltenkt|rette (?:mottaker"
    r"|modtager)|avsedd (?:endast )?för|avsedda? mottagar|avsett för|bestemt for|tilsigtede? modtager"
    r"|tarkoitettu (?:vain|ainoastaan)|vastaanottajalle|vastaanottajan|feilaktig|ved en feil"
    r"|av misstag|ved en fejl|erehdyksessä|in error|slett(?:e)? (?:den|e-posten|meldingen)"
    r"|radera (?:det|meddelandet|mejlet)|slet (?:den|mailen)",
    re.IGNORECASE,
)
DISCLAIMER_ABOUT = re.compile(
    r"e-?post|e-?mail|mejl|melding|meddelande|meddelelse|beskjed|besked|message|viesti|sähköposti"
    r"|vedlegg|attach|bifog|vedhæft|liit",
    re.IGNORECASE,
)

FIRST_PERSON = re.compile(
    r"\b(?:jeg|eg|jag|minä|minun|minulle|minulla|haluan|haluaisin|voitteko|saanko|olen|(?-i:I)(?![/.])|i'm|i've|my|me"
    r"|meg|mig|mæ|please|vennligst|vær så snill|snälla|kan dere|kan ni|kan i|could you|can you)\b",
    re.IGNORECASE,
)
"""Words of a customer's own sentence; company taglines under a signature do not have them."""

POSTSCRIPT = re.compile(r"p\.? ?s\.?(?=[:;.,! ]|$)|obs!|nb!|edit:|huom", re.IGNORECASE)

REFERENCE = re.compile(
    r"(?:mitt |min |mit |my )?(?:ordre|order|bestilling|beställning|kunde|kund|asiakas|tilaus|faktura"
    r"|lasku|booking|bestillings|referanse|referens|reference|customer|invoice|medlem|jäsen|member|sak"
    r"|ärende|sag|case|ticket|avtale|abonnement|konto|account|tracking|sporing"
    r"|kolli)[\w -]{0,16}(?:[:#. ]|nr|no)[\w .:#-]{0,40}\d",
    re.IGNORECASE,
)
"""A line that gives an order, customer or case number: kept, even when it stands inside a signature."""

EMOTICON = re.compile(r"[:;]-?[()DP]|<3|\^\^")
PHONE = re.compile(r"(?:\+|00)?\d(?:[ ().\-/]?\d){6,15}")
CONTACT = re.compile(
    r"@|https?:|www\.|\b[\w-]{2,40}\.(?:no|se|dk|fi|com|net|org|eu)\b|\b(?:tlf|telefon|tel|mob|mobil"
    r"|mobile|phone|puh|gsm|dir|direkte|org\.? ?nr|orgnr|y-tunnus|cvr|foretaksregisteret|e-post|epost"
    r"|e-mail|email|mail|mailto|sähköposti|postboks|box|pb|linkedin|facebook|instagram)\b[ .:]|\b(?:as"
    r"|asa|ab|a/s|aps|oy|oyj|ltd|llc|inc|gmbh|ks|da|enk)\.?$|\b(?:\d{4,5}|\d{3} \d{2}|(?:no|se|dk|fi|n"
    r"|s|fin|dk)-\d{3,5}) [a-zåäöæø]{2,30}",
    re.IGNORECASE,
)

GREETING = re.compile(
    r"(?:hei(?:san|sann|pparallaa)?|hej(?:san)?|hallo|halloen|halla|heia|hola|god (?:dag|morgen|kveld"
    r"|aften|ettermiddag|morgon|kväll|eftermiddag)|god(?:dag|morgen|kväll|kveld|aften)|morn|tjena|tja"
    r"|tjo|hejsa|dav|davs|moi|moikka|terve|tervehdys|hyvää (?:päivää|huomenta|iltaa)|huomenta|päivää"
    r"|iltaa|kjære|kære|kära|bäste|bästa|hyvä|arvoisa|til|till|hello|hi|hey|hiya|dear|good (?:morning"
    r"|afternoon|evening|day)|greetings"
    r"|to whom it may concern)(?P<who>(?:[ ,]{1,2}[\w'&/-]{1,30}){0,5}?) {0,2}(?:[,!.:;–—-]+|(?=\n)|$"
    r"|[😀-🙏🙂👋☺]+)",
    re.IGNORECASE,
)
GREETED = words(
    "igjen alle der dere du deg på til dykk att ihop alla där er dig igen alle sammen jer hos "
    "kundeservice kundesenter kundetjänst kundtjänst kundservice kundeteam asiakaspalvelu support "
    "supporten team teamet there all everyone again folks sir madam or and & og och ja dig teille taas "
    "kaikki kaikille hyvä herr fru frøken vastaanottaja mottaker the you to whom customer service hei "
    "hej hallo moi god dag morgen god morgon"
)

AUTO_STEMS = ("auto", "out of", "out-of", "fraværsm", "frånvarom", "fraværsb", "fråværsm", "poissaolo")
AUTO_REPLY = re.compile(
    r"^(?:automatisk (?:svar|svarmelding|autosvar)|automatiskt svar|autosvar\b|automaattinen (?:vastaus"
    r"|poissaoloviesti)|automatic reply|auto(?:matic)?[- ]?(?:reply|response)\b|out[- ]of[- ](?:the[- ])?office"
    r"|fraværsmelding|frånvaromeddelande|fraværsbesked|fråværsmelding|poissaoloilmoitus|poissaoloviesti)"
    r"|(?:dette|det her|det här|detta) (?:er|är) (?:et|en|ett|eit|ei) (?:automatisk\w*|autosvar)"
    r"|this is an auto(?:mated|matic|-generated|matically)|tämä on automaatti"
    r"|tämä viesti on (?:lähetetty )?automaatti|denne (?:e-posten|e-post|meldingen|mailen|mail) er (?:sendt |generert"
    r" |genereret )?automatisk|(?:detta|det här) (?:mejl|mejlet|meddelande|meddelandet) (?:är|har)"
    r" (?:skickats |genererats )?automatiskt",
    re.IGNORECASE | re.MULTILINE,
)
"""Mail that says itself that it is automatic; searched only where one of :data:`AUTO_STEMS` occurs."""

NO_REPLY_STEMS = ("not reply to", "kan ikke besvares", "inte att svara", "älä vastaa", "ei voi vastata")
NO_REPLY = re.compile(
    r"(?:please )?do not reply to this (?:automated |automatic )?(?:e-?mail|message)"
    r"|denne (?:e-posten|mailen|mail|meldingen|e-mail) kan ikke besvares"
    r"|det går inte att svara på (?:detta|det här)|älä vastaa tähän (?:viestiin|sähköpostiin)"
    r"|tähän (?:viestiin|sähköpostiin) ei voi vastata",
    re.IGNORECASE,
)

BOUNCE_STEMS = (
    *("mailer-daemon", "delivery status", "mail delivery", "mail system", "undeliver", "-recipient:"),
    *("delivered", "delivery has", "ikke lever", "inte lever", "levererades", "olevererbart", "mislyk", "mislykkedes"),
    *("misslyckades", "ei voitu", "ei toimit", "toimitus epä"),
)
BOUNCE = re.compile(
    r"delivery status notification|undelivered mail returned|mail delivery (?:subsystem|failed|system)|mailer-daemon@"
    r"|this is the mail system at host|final-recipient:|your message (?:to \S{3,80} )?(?:couldn't|could not|wasn't"
    r"|was not) (?:be )?delivered|(?:meldingen din|e-posten din|din melding) (?:til \S{3,80} )?(?:kunne ikke leveres"
    r"|ble ikke levert)|ditt (?:meddelande|mejl) (?:till \S{3,80} )?(?:kunde inte levereras|levererades inte"
    r"|har inte levererats)|din (?:meddelelse|mail|besked) (?:til \S{3,80} )?(?:kunne ikke leveres|blev ikke leveret)"
    r"|viestiäsi (?:\S{3,80} |vastaanottajalle \S{3,80} )?ei (?:voitu toimittaa|toimitettu)"
    r"|(?:leveringen? (?:mislyktes|mislykkedes)|leveransen misslyckades|delivery has failed|toimitus epäonnistui)"
    r" (?:for følgende|til følgende|till följande|to these|seuraav)"
    r"|^(?:undeliverable|ikke levert|kan ikke leveres|olevererbart|kan inte levereras|ikke leveret) ?:",
    re.IGNORECASE | re.MULTILINE,
)
"""Reports that a mail could not be delivered, in the words of Exchange, Gmail and Postfix."""

ABSENCE_STEMS = (
    *("kontor", "office", "ferie", "semester", "loma", "poissa", "vapaa", "ledig", "fravær", "frånvar", "fråvær"),
    *("permisjon", "leave", "vacation", "holiday", "away from", "barsel", "bortreist", "holder fri", "orlov"),
)
ABSENCE = re.compile(
    r"\b(?:(?:jeg|eg|jag|vi) (?:er|är|har|holder|befinner meg|tar)(?: \S{1,20}){0,3}? (?:ikke (?:på"
    r"|tilgjengelig)|ikkje på|ute av kontoret|fraværende|fråværande|borte fra|bortreist|på ferie|ferie"
    r"|i permisjon|permisjon|inte på|frånvarande|ledig|lediga|semester|på semester|tjänstledig"
    r"|föräldraledig|ikke på kontoret|på barsel|holder fri|fri)|(?:i am|i'm|i will be"
    r"|we are) (?:\S{1,20} ){0,2}?(?:out of (?:the )?office|on (?:annual |parental |maternity )?leave"
    r"|on vacation|on holiday|away from)|olen (?:\S{1,20} ){0,2}?(?:lomalla|poissa|vapaalla"
    r"|vuosilomalla|äitiyslomalla|perhevapaalla|vanhempainvapaalla))\b",
    re.IGNORECASE,
)
ABSENCE_END = re.compile(
    r"\b(?:tilbake|attende|tillbaka|åter|tilbage|palaan|takaisin|back|return(?:ing)?|until|til og med|til|till"
    r"|t\.?o\.?m|asti|saakka) (?:\S{1,20} ){0,3}?(?:\d{1,2}\b|\w{2,12}da[gy]\b|kontoret|töihin|office)"
    r"|palaan (?:töihin|\d)",
    re.IGNORECASE,
)
OFFICE_ABSENCE = re.compile(
    r"\b(?:ute av kontoret|(?:ikke|ikkje|inte) på kontoret|out of (?:the )?office|poissa (?:toimistolta|työpaikalta)"
    r"|vuosilomalla|tjänstledig|föräldraledig|foreldrepermisjon|barselsorlov|parental leave|annual leave)\b",
    re.IGNORECASE,
)
ABSENCE_NOTICE = re.compile(
    r"(?:takk|tack|tak) (?:for|för) (?:din |ditt |deres |di |jeres )?(?:e-?post|e-?mail|mail|mejl|melding|meddelande"
    r"|meddelelse|besked|henvendelse|henvending)|(?:thank you|thanks) for your (?:e-?mail|message|inquiry)"
    r"|kiitos (?:viestistä|sähköpostista|yhteydenoto)|svarer (?:på )?(?:din |e-?post|e-?mail|mail|deg |dig )"
    r"|svarar (?:på )?(?:ditt |dig |mejl|e-post)|besvarar (?:ditt |mejl|e-post)|blir (?:ikke |ikkje )?(?:lest"
    r"|besvart)"
    r"|vil (?:ikke )?(?:bli|blive) (?:lest|besvart|besvaret|læst)|(?:läser|leser|læser) (?:inte|ikke|ikkje) (?:mail"
    r"|mejl|e-post)|vastaan (?:viestiisi|viesteihin|sähköpost)|(?:en lue|luen) (?:sähköpost|viestejä)"
    r"|(?:begrenset|begränsad|begrænset|limited) (?:tilgang|tillgång|adgang|access)|(?:will|shall) (?:reply"
    r"|respond) to"
    r"|hastesaker|ved hastende|ved presserende|brådskande|kiireelli|(?:for|in case of) (?:any )?urgent|if urgent"
    r"|(?:kontakt|kontakta|contact|kontakte) (?:venligst )?(?:min|my) (?:kollega|colleague)|kollegaani"
    r"|(?:ta kontakt med|vennligst kontakt|vänligen kontakta|venligst kontakt|please contact) (?!meg|mig|me\b|os|us\b)",
    re.IGNORECASE,
)
"""What an absence notice says to the reader of the mail, and a customer on holiday does not."""
