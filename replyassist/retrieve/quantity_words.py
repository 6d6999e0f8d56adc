r"""The words of quantities in five languages, as tables that :mod:`replyassist.retrieve.quantities` reads.

``*`` stands for any ending and ``_`` for a blank.
"""

from __future__ import annotations

TABLES = {
    "nb": r"""
        numbers: én|ett to tre fire fem seks sju|syv åtte ni ti elleve tolv tretten fjorten femten
        tens: tjue|tyve tretti|tredve førti femti seksti sytti åtti nitti hundre
        half: en_halv|et_halvt|halv[te]?; joint: til|eller; whole: hele|fulle|nye|kalender-?
        one: (innen|inntil|opptil|etter|i|på|om|enn|minst|høyst|maks|varer|tar|omtrent|cirka|ca\.?)_(en|ei|et)_UNIT
        rate: (per|pr\.?|hver|hvert)_|/_?|(i|om)_(?=\w{1,9}(en|et|a)\b)
        second: sekund(er|ers)?; minute: minutt(er|ene)?|minutters*|min; hour: time(r|ne)?|timers*
        day: dag(er|ene)?|dagers*|dags|døgns?; working_day: (virke|arbeids|bank|yrkes|hver|uke)-?dag(ers?|ene)?
        week: uke(r|ne)?|uka|ukers*; month: måned(er|ene)?|måneders*|mnd; year: år(ene)?|års*|årige?|åring(er|en)?
        """,
    "sv": r"""
        numbers: en_enda|ett_enda två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton
        tens: tjugo trettio fyrtio femtio sextio sjuttio åttio nittio hundra
        half: en_halv|ett_halvt|halv[ta]?; joint: till|eller; whole: hela|fulla|nya|kalender-?
        one: (inom|upp_till|efter|i|på|om|än|minst|högst|max|varar|tar|ungefär|cirka|ca\.?)_(en|ett)_UNIT
        rate: (per|varje)_|/_?|(i|om)_(?=\w{1,9}(en|et|an)\b)
        second: sekund(er|en|ers)?; minute: minut(er|erna)?|minuters*|min; hour: timm(e|ar|arna)|timmars*|tim
        day: dag(ar|arna)?|dagars*|dags|dygns?; working_day: (arbets|var|bank|helgfria_)-?dag(ars?|arna)?
        week: veck(a|or|orna)|veckors*; month: månad(er|erna)?|månaders*|mån
        year: år(en)?|års*|årig[at]?|åring(ar|en)?
        """,
    "da": r"""
        numbers: én|ét to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten
        tens: tyve tredive fyrre halvtreds tres halvfjerds firs halvfems hundrede
        half: en_halv|et_halvt|halv[te]?; joint: til|eller; whole: hele|fulde|nye|kalender-?
        one: (inden_for|inden|op_til|efter|i|på|om|end|mindst|højst|maks|varer|tager|cirka|ca\.?)_(en|et)_UNIT
        rate: (per|pr\.?|hver|hvert)_|/_?|(i|om)_(?=\w{1,9}(en|et)\b)
        second: sekund(er|et|ers)?; minute: minut(ter|terne)?|minutters*|min; hour: time(r|rne)?|timers*
        day: dag(e|ene)?|dages*|dags|døgns?; working_day: (hver|arbejds|bank)-?dag(es?|ene)?
        week: uge(r|rne)?|ugers*; month: måned(er|erne)?|måneders*|md\.?|mdr
        year: år(ene)?|års*|årig[et]?|åring(er|en)?
        """,
    "fi": r"""
        numbers: yksi|yhden|yhtä kaksi|kahden|kahta|kahdessa|kahdeksi kolme(n|a|ssa|ksi)? neljä(n|ä|ssä|ksi)?
        numbers: viisi|viiden|viittä|viidessä|viideksi kuusi|kuuden|kuutta|kuudessa|kuudeksi seitsemä(n|ä|ssä|ksi)
        numbers: kahdeksa(n|a|ssa|ksi) yhdeksä(n|ä|ssä|ksi) kymmenen|kymmentä|kymmene(ssä|ksi) yksitoista|yhdentoista
        numbers: kaksitoista|kahden?toista kolme(n|ssa)?toista neljä(n|ssä)?toista vii(si|den|dessä)toista
        tens: (kaksi|kahden)kymmen(tä|en) kolmen?kymmen(tä|en) neljän?kymmen(tä|en) (viisi|viiden)kymmen(tä|en)
        tens: (kuusi|kuuden)kymmen(tä|en) seitsemänkymmen(tä|en) kahdeksankymmen(tä|en) yhdeksänkymmen(tä|en) sata|sadan
        half: puoli|puolen|puolta|puolessa; joint: tai; whole: täyttä|täyden|kokonaista|kokonaisen|uutta|kalenteri
        one: UNIT_(kuluessa|sisällä|ajan|päästä|kuluttua); rate: (per|joka)_|/_?|(?=\w{3,9}(ssa|ssä|lta|ltä)\b)
        second: sekun(ti|tia|nin|nissa|niksi); minute: minuu(tti|ttia|tin|tissa|tiksi|tista|ttiin)|min
        hour: tun(ti|tia|tiin|nin|nissa|niksi|nilta|nista|tinen)|h; week: viik(ko|koa|on|ossa|oksi|olta|koon|koinen)|vk
        day: päivä(ä|n|ssä|stä|ksi|än|nä|ltä|inen|isen|istä)?|päivien|vuorokau(si|tta|den|dessa|deksi|della)|pv|vrk
        working_day: (arki|pankki|työ)-?päivä(ä|n|ssä|stä|ksi|än|nä)?
        month: kuukau(si|tta|den|dessa|desta|deksi|delta|teen|tinen)|kuussa|kk
        year: vuo(si|tta|den|dessa|desta|deksi|delta|teen|tinen)|vuotia(s|an|at|ita|ille|sta|iden|alle)
        """,
    "en": r"""
        numbers: one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        tens: twenty thirty forty fifty sixty seventy eighty ninety hundred
        half: half_an?; joint: to|or; whole: full|whole|complete|calendar|more|clear
        one: (within|for|in|after|than|takes?|about|least|most|lasts?|up_to)_an?_UNIT; rate: (per|an?|each|every)_|/_?
        second: seconds?|secs?; minute: minutes?|mins?; hour: hours?|hrs?|h; day: days?
        working_day: (working|business|banking|bank|week)(_|-)?days?; week: weeks?; month: months?; year: years?|yrs?
        """,
}
MONEY = r"""
    NOK: nok|(norsk[ea]|norwegian|norjan)_(kr\b|kron|kruun)*; SEK: sek|(svensk[ea]|swedish|ruotsin)_(kr\b|kron|kruun)*
    DKK: dkk|(dansk[ea]|danish|tanskan)_(kr\b|kron|kruun)*; EUR: eur|€|euro(er|a|n|on|s|lla|sta|t)?
    GBP: gbp|£|pounds?; USD: usd|us\$|\$|dollar*; kr: kr\.?|kron(e|a|er|or|orna|ene|erne)|kruun*|,-|:-
    """
MEASURES = r"""
    km: km|kilomet(er|re|res|riä|rin); m: m|met(er|re|res|riä|rin); cm: cm|sentti*; mm: mm|milli*; GB: gb; MB: mb
    kg: kg|kilos?|kiloa|kilon|kilogram*; g: g|gram*; l: l|lit(er|re|res|raa|ran); °C: °_?c?|grader|astetta|degrees?
    m²: m²|m2|kvm|kvadratmet*|neliömet*|square_met*; m³: m³|m3|kubikmet*|kuutiomet*|cubic_met*; Mbit/s: mbit/s; kWh: kwh
    """
COUNTED = r"""
    digit: siffer|sifre*|siffr*|ciff*|cifre*|numeroa|numeroinen|digits?; time: gang(er|e)?|gång(er)?|kertaa|times
    character: tegn|tecken|merkkiä|merkkinen|characters?; photo: bild(e|er)?|billed(e|er)|kuvaa|pictures?|photos?
    device: enhet(er)?|enhed(er)?|laitetta|devices?; person: person(er)?|henkilöä|persons?|people
    parcel: pakk(e|er)|paket|pakker?|pakettia|kollin?|kollia|parcels?; piece: stk\.?|st|kpl|pieces?|items?
    """
MONTHS = r"""
    jan(uar[iy]?|uary|\.)|tammikuu* feb(ruari?|ruary|\.)|helmikuu* mar(s|ts|ch)|maaliskuu* apr(il|\.)|huhtikuu*
    ma[ijy]|toukokuu* jun[ie]|kesäkuu* jul[iy]|heinäkuu* aug(usti?|\.)|elokuu* sept?(ember|\.)|syyskuu*
    o[kc]t(ober|\.)|lokakuu* nov(ember|\.)|marraskuu* de[sc](ember|\.)|joulukuu*
    """
PERCENT = "%|prosent|procent|prosen(tti|ttia|tin|tilla)|percent|per_cent"
WEEKDAY = (
    "(man|mån|tirs|tis|ons|tors|fre|lør|lör|søn|sön|hver|var)da[gerns]*|(mon|tues|wednes|thurs|fri|satur|sun|week)days?"
    "|(maanan|tiis|tors|perjan|lauan|sunnun)tai*|keskivii*"
)
NO_NOUN = """
    alle|and|are|but|can|då|eikä|eller|etter|efter|for|fra|från|før|före|först|først|has|har|hos|ikke|inte|jos|kan|kun|med
    |men|mutta|når|när|och|oli|olet|over|per|saa|sekä|sen|som|tai|that|the|til|till|ved|vid|you|över
    """
