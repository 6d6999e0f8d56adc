"""Wording that ends a mail: closings, courtesies, and what advertises below them, in nb, nn, sv, da, fi and en.

Data only; all languages are tried on every mail, as in :mod:`replyassist.text.mail_phrases`.
"""

from __future__ import annotations

import re

# Closings after which a lower-case name may follow on the same line ("mvh kari").
STRONG_CLOSING = re.compile(
    r"(?:(?:med |m )?(?:(?:de |aller |dei |de aller )?(?:beste?|bedste|vennlig(?:ste?)?|venlig(?:ste?)?"
    r"|venleg(?:ste?)?|venn?l|varme?|gode?|hjertelige?|hjerteleg|kærlige?|kjærlig|mange|solrike|solskins|vänliga?"
    r"|vänligaste"
    r"|bästa|allra bästa|varma|hjärtliga?|soliga|glada|många|trevliga|sportslig|høflig)\.? )(?:hilsen(?:er)?|hilsner"
    r"|hilsning(?:er)?|helsing(?:ar)?|hälsning(?:ar)?|hälsn|hlsn|hils)|med (?:hilsen|hälsning(?:ar)?|helsing)"
    r"|med \w{3,15} (?:hilsen|hilsner|hälsningar|helsing)|m\. ?v\. ?h|mvh"
    r"|v\. ?h|vh|dbh|d\.b\.h|mbh|m\.b\.h|mfvh|mkh|vänl\.? hälsn|\w{3,10}(?:hilsen|hilsner|hälsningar|helsing)"
    r"|(?:\w{4,20}in |\w{4,20}sin |\w{3,20})?terveisin|\w{3,20}terveisin|yst(?:\."
    r"|äv\.)? ?terv|yt|y\.t|terkuin|(?:etukäteen |avusta |jo etukäteen |yhteistyöstä |avustanne )?kiittäen"
    r"|(?:pikaista |ripeää |nopeaa )?vastausta(?:nne|si)? odottaen|(?:with |my )?(?:very )?(?:kind(?:est)?|best"
    r"|warm(?:est)?|many|friendly|sincere) (?:regards|greetings)|(?:with )?(?:kind|warm(?:est)?|best|all good) wishes"
    r"|(?:thanks|thank you|best|many thanks) (?:and|&) (?:kind |best |warm )?regards"
    r"|regards|rgds|kind rgds|with (?:kind )?regards|yours in \w{3,12}|yours (?:sincerely|faithfully|truly"
    r"|respectfully)"
    r"|(?:sincerely|respectfully|faithfully|truly) yours|cordially|with (?:many )?thanks"
    r"|mit freundlichen grü(?:ß|ss)en|viele grü(?:ß|ss)e|cordialement|br|kr)(?!\w)",
    re.IGNORECASE,
)
# Ordinary words that are closings only alone or before a capitalised name.
WEAK_CLOSING = re.compile(
    r"(?:(?:hilsen|hilsner|hilsning|hilsninger|helsing|hälsningar|hälsning|hälsn|hlsn|hälsar|kram|kramar|klem|klemmer"
    r"|knus|kh|greetings)|vennligst|vänligen|venligst|alt (?:det )?(?:godt|beste|bedste)|allt gott|vänl(?=\.|$)"
    r"|venl(?=\.|$)|ærbødigst"
    r"|högaktningsfullt|på gensyn|på gjensyn|ystävällisesti|kunnioittavasti|kunnioittaen|kiitollisena|terveiset"
    r"|terveisiä"
    r"|terveisillä|terkut|terkkuja|terkuin|terv|t(?=[.:,]|$)"
    r"|best|all the (?:very )?best|cheers|sincerely|respectfully|warmly|kindly|yours|take care|love)(?!\w)",
    re.IGNORECASE,
)
CLOSING_FROM = re.compile(
    r"(?:fra|frå|från|from)(?: (?:alle|alla|all|all of|everyone|everybody))?(?: (?:oss|os|us))?(?: (?:på|i|hos"
    r"|ved|vid|at|in))? "
    r"|(?:oss|os|us|vi|me|meidän väki) (?:(?:på|i|hos|ved|vid|at|in) )?",
    re.IGNORECASE,
)
"""What may stand between a closing and who closes: "Hilsen fra oss på Nordre"."""

ON_BEHALF = re.compile(r"(?:v/|v\. |ved |gm |gnm |genom |for |för |p\.p\. |pp |c/o |puolesta )", re.IGNORECASE)
"""What stands before the name of who signs for others."""

THANKS = re.compile(
    r"(?:(?:tusen |mange |hjertelig |hjärtligt |många |many |stort |på forhånd |på förhand |allerede nå "
    r"|with )?(?:mange )?"
    r"(?:takk|tack|tak|thanks|thank you|thx|tnx|thankyou|ta|kiitos|kiitoksia|kiitokset|kiitti)(?: (?:på forhånd"
    r"|på förhand"
    r"|på forhand|for hjelpen|för hjälpen|for hjælpen|så mye|så mycket|så meget|jo etukäteen|etukäteen|avusta"
    r"|avustanne|paljon|in advance|so much|very much|a lot|again|for your help))?)"
    r"[ ,.!:)😊🙂]*",
    re.IGNORECASE,
)
"""A courtesy before a name. It stays in the text; the name under it or after it does not."""

WISH = re.compile(
    r"(?:(?:ønsker (?:dere|deg|jer|dig) )?(?:fortsatt |fortsat |have a |ha en |ha ei |hav en |ha "
    r"|hav )?(?:rigtig |riktig |veldig "
    r"|really )?(?:fortsatt |fortsat )?(?:fin|god|flott|strålende|dejlig|skøn|trevlig|bra|härlig|nice|good|great"
    r"|lovely"
    r"|wonderful|pleasant) (?:fortsatt |fortsat )?(?:dag|kveld|helg|helga|uke|påske|sommer|aften|weekend|uge"
    r"|eftermiddag"
    r"|ettermiddag|kväll|vecka|påsk|sommar|day|evening|afternoon|week|weekend)(?: videre)?"
    r"|ha det (?:gott|godt|bra|fint|så bra|så godt|så fint)|hav det (?:godt|rart)|take care"
    r"|(?:hyvää|mukavaa|oikein hyvää|kaunista|aurinkoista) (?:päivänjatkoa|päivän ?jatkoa|päivää|viikonloppua"
    r"|iltaa|illanjatkoa"
    r"|illan jatkoa|viikkoa|loppuviikkoa|alkuviikkoa|jatkoa|kevättä|kesää|syksyä|talvea))"
    r"[ ,.!:)😊🙂]*",
    re.IGNORECASE,
)
"""A wish for the day. Above a name it is a closing; alone it stays in the text."""

INLINE_THANKS = re.compile(
    r"(?:^|[\n.!?]) {0,2}(?P<thanks>(?:(?:tusen |mange |many |på forhånd |på förhand )?(?:takk|tack|tak|thanks"
    r"|thank you|thx|ta"
    r"|kiitos)(?: (?:på forhånd|på förhand|in advance|jo etukäteen|etukäteen|so much))?|ha en (?:fin|god|bra"
    r"|trevlig) \w{3,9}"
    r"|(?:hyvää|mukavaa) \w{5,14})[,.!–/-]{1,2}) ?(?P<name>\w[\w .'-]{0,40})$",
    re.IGNORECASE,
)
"""A courtesy with a name behind it at the end of a text ("Thanks, Rosie")."""

PROMOTION = re.compile(
    r"(?:(?:follow|like|find|visit|connect|book|download|read|check|see|subscribe|join|discover|click|shop)(?: us"
    r"| with us| our"
    r"| out| here| more| to| the| now| a)\b|please (?:visit|follow|note|think|save|see|read|find)|følg|følj|följ"
    r"|fylg|besøk|besök"
    r"|besøg|les mer|les om|läs mer|läs om|læs mere|læs om|læs vores|klik her|klikk her|klicka här|bestill|boka"
    r"|book|prøv|prova"
    r"|finn oss|find os|hitta oss|gilla|lik oss|synes godt om|seuraa|tykkää|tutustu|lue lisää|lue |vieraile|varaa"
    r"|tilaa"
    r"|katso lisää|löydät meidät|åpningstid|öppettid|åbningstid|telefontid|aukiolo|palveluaika|puhelinaika"
    r"|opening hours"
    r"|office hours|kontortid|besøksadresse|besöksadress|besøgsadresse|postadresse|postadress|käyntiosoite"
    r"|postiosoite"
    r"|fakturaadresse|fakturaadress|laskutusosoite|visiting address|registered (?:in|office)|company (?:reg|no"
    r"|number)"
    r"|vat|vi behandler|vi behandlar|så här behandlar|her kan du lese|personvern|privatlivs|integritetspolicy"
    r"|tietosuoja"
    r"|käsittelemme henkilötiet|en del av|a part of|part of|del av|member of|medlem av|medlem af|osa "
    r"|i work (?:flexibly|part)|(?:my )?working (?:days|hours)|arbeidstid|arbejdstid|arbetstid"
    r"|jeg jobber (?:fleksibelt"
    r"|deltid)|jeg arbejder (?:fleksibelt|deltid)|jag arbetar (?:flexibelt|deltid))",
    re.IGNORECASE,
)
"""First words of a line that advertises or informs below a closing; no customer speaks there."""

INLINE_CLOSING = re.compile(
    r"[.!?,)😊🙂] {0,2}(?P<closing>(?:med (?:vennlig|venlig|venleg|vänliga?) (?:hilsen|helsing"
    r"|hälsning(?:ar)?)|vennlig hilsen|venlig hilsen|vänliga hälsningar|bästa hälsningar|beste hilsen"
    r"|bedste hilsner|mvh|vh|hilsen|hälsningar|ystävällisin terveisin|parhain terveisin|terveisin"
    r"|terv\.|kind regards|best regards|regards)[,.:]? {0,2}(?P<name>[^.?!:;\n]{0,40})[.!]?)$",
    re.IGNORECASE,
)
