"""A careful bokmål to nynorsk word map: more nynorsk to learn from than one can write by hand.

Only words with one safe counterpart are listed. A sentence is kept only if enough of it changed, and only if it
holds no form that is bokmål alone, so what comes out is mostly sound nynorsk; it is training text, never a test.
"""

from __future__ import annotations

import re

_PAIRS = """
jeg=eg ikke=ikkje hva=kva hvor=kor hvem=kven hvordan=korleis hvorfor=kvifor hver=kvar hvert=kvart hvis=viss
noe=noko noen=nokon mye=mykje fra=frå være=vere vært=vore hun=ho henne=henne de=dei dem=dei dere=de deres=deira
selv=sjølv også=òg bare=berre hjemme=heime hjem=heim uke=veke uker=veker uken=veka gjøre=gjere gjør=gjer
gjorde=gjorde gjort=gjort sier=seier si=seie sagt=sagt komme=kome kommer=kjem kom=kom se=sjå sett=sett
gikk=gjekk fikk=fekk spørre=spørje spør=spør legge=leggje legger=legg skriver=skriv finner=finn blir=blir
ble=vart blitt=vorte gi=gje gir=gjev ga=gav tar=tek tok=tok enn=enn en=ein et=eit ei=ei den=den det=det
hvilken=kva hvilket=kva hvilke=kva sammen=saman mer=meir flere=fleire annen=annan annet=anna egen=eigen
eget=eige egne=eigne penger=pengar pengene=pengane dager=dagar dagene=dagane ganger=gonger gang=gong
gangen=gongen måneder=månader måned=månad måneden=månaden venner=vener gutt=gut gutten=guten gutter=gutar
guttene=gutane jenter=jenter jentene=jentene datter=dotter melk=mjølk vann=vatn vannet=vatnet syk=sjuk
syke=sjuke gammel=gammal snakker=snakkar snakke=snakke snakket=snakka jobber=jobbar jobbet=jobba venter=ventar
ventet=venta elsker=elskar elsket=elska håper=håpar åpner=opnar åpne=opne åpnet=opna åpen=open åpent=ope
spiller=spelar spille=spele spilte=spelte spill=spel spillet=spelet handler=handlar danser=dansar savner=saknar
våkner=vaknar våknet=vakna lager=lagar laget=laga bruker=brukar bruke=bruke brukte=brukte brukes=brukast
husker=hugsar huske=hugse ønsker=ønskjer ønske=ønskje følger=følgjer følge=følgje tenker=tenkjer tenke=tenkje
trenger=treng heter=heiter vet=veit vite=vite visste=visste nå=no da=då veldig=veldig virkelig=verkeleg
vanskelig=vanskeleg mulig=mogleg umulig=umogleg viktig=viktig ferdig=ferdig riktig=rett tidlig=tidleg
endelig=endeleg egentlig=eigentleg plutselig=plutseleg vanlig=vanleg hyggelig=hyggeleg farlig=farleg
forferdelig=forferdeleg morgen=morgon morgenen=morgonen søndag=søndag lørdag=laurdag tirsdag=tysdag
mandag=måndag stjålet=stole spiser=et drikker=drikk sover=søv leser=les synger=syng sitter=sit ligger=ligg
står=står går=går løper=spring kjører=køyrer kjøre=køyre kjørte=køyrde kjøper=kjøper hjelper=hjelper
høre=høyre hører=høyrer hørte=høyrde tro=tru tror=trur trodde=trudde bo=bu bor=bur bodde=budde dø=døy døde=døydde
skjer=skjer skjedde=skjedde forstår=forstår lære=lære lærer=lærar læreren=læraren vei=veg veien=vegen
regner=regnar regnet=regna regning=rekning begynte=byrja begynne=byrje begynner=byrjar sluttet=slutta
slutte=slutte prøver=prøver prøvde=prøvde kjenner=kjenner liker=likar likte=likte hatet=hata hater=hatar
smaker=smakar lukter=luktar virker=verkar virket=verka mangler=manglar mistet=mista kastet=kasta hentet=henta
kysset=kyssa ropte=ropte svarte=svara svarer=svarar reiser=reiser flyttet=flytta lovet=lova lover=lovar
gråter=græt stedet=staden sted=stad steder=stader verden=verda forskjell=skilnad forskjellige=ulike
spørsmålene=spørsmåla mellom=mellom mens=medan siden=sidan innen=innan uten=utan uttrykk=uttrykk begge=begge
allerede=allereie kanskje=kanskje alene=aleine ennå=enno igjen=igjen først=først neste=neste hel=heil hele=heile
helt=heilt både=både ren=rein bein=bein sten=stein øyne=auge øynene=auga øye=auge hode=hovud hodet=hovudet
navn=namn navnet=namnet ansikt=andlet barnene=barna boken=boka døren=døra hånden=handa hånd=hand solen=sola
klokken=klokka jorden=jorda siden=sidan tiden=tida døgnet=døgnet kvinnen=kvinna jenta=jenta hytten=hytta
oppgaven=oppgåva oppgave=oppgåve nøkkel=nøkkel leilighet=leilegheit sannhet=sanning sannheten=sanninga
frihet=fridom kjærlighet=kjærleik mulighet=høve mulighet=moglegheit sannsynligvis=truleg selvfølgelig=sjølvsagt
språket=språket engelsk=engelsk fransk=fransk tysk=tysk norsk=norsk spiste=åt drakk=drakk skrev=skreiv
ringe=ringje ringer=ringjer ringte=ringde bringe=bringe trykk=trykk trykke=trykkje trykker=trykkjer søke=søkje
søker=søkjer bygge=byggje bygger=byggjer velge=velje velger=vel valgte=valde valgt=vald valgte=valde selge=selje
selger=sel solgt=seld solgte=selde telle=telje teller=tel sette=setje setter=set satte=sette brukeren=brukaren
brukere=brukarar brukerne=brukarane kunder=kundar kundene=kundane varer=varer varen=vara fakturaer=fakturaar
linjer=linjer innstillinger=innstillingar innstillingene=innstillingane opplysninger=opplysningar
opplysningene=opplysningane endringer=endringar endringene=endringane meldinger=meldingar meldingen=meldinga
meldingene=meldingane bestilling=tinging bestillingen=tinginga bestillinger=tingingar betaling=betaling
betalingen=betalinga betalinger=betalingar oppdatering=oppdatering oppdateringer=oppdateringar vises=visest
opprettes=opprettast angis=oppgjevast kjøpt=kjøpt lagt=lagt vist=vist oppretter=opprettar opprettet=oppretta
registrert=registrert registrere=registrere lagre=lagre lagrer=lagrar lagret=lagra legges=leggjast
inneholder=inneheld inneholde=innehalde holde=halde holder=held holdt=heldt beholde=behalde foreldre=foreldre
foreldrene=foreldra mellomrom=mellomrom tilgjengelig=tilgjengeleg nødvendig=nødvendig avhengig=avhengig
tidligere=tidlegare senere=seinare sent=seint sen=sein lenger=lenger eldre=eldre yngre=yngre høyere=høgare høy=høg
høyt=høgt stor=stor større=større venstre=venstre høyre=høgre delt=delt deler=delar del=del ene=eine eneste=einaste
ingen=ingen alle=alle dette=dette disse=desse denne=denne slik=slik sånn=slik hvilken=kva bygninger=bygningar
bilen=bilen biler=bilar hunder=hundar hunden=hunden katter=kattar bøker=bøker bøkene=bøkene timer=timar
minutter=minutt klokka=klokka penn=penn regningen=rekninga  mellomtiden=mellomtida
"""
_SAME = """
er og i på til for med av om men at som har hadde kan kunne skal skulle vil ville må måtte var vi oss meg deg han
min mitt mine din ditt dine vår vårt seg inn ut opp ned over under etter før når her der så om eller ja nei aldri
alltid ofte snart ganske svært god godt gode ny nytt nye liten lite mange alt år tid dag kveld natt mann kvinne barn
folk hus bil bok brev mat fisk egg kaffi te tom mary boston andre to tre fire fem seks sju åtte ti
"""

_MAP = dict(pair.split("=", 1) for pair in _PAIRS.split() if "=" in pair)
_KNOWN = frozenset(_MAP.values()) | frozenset(_SAME.split())
_E_INFINITIVES = """
vere gjere seie kome gje leggje halde setje hugse tenkje følgje køyre høyre spørje opne snakke bruke ringje ønskje
trykkje søkje byggje velje selje behalde innehalde byrje spele
"""
_A_INFINITIVES = {word: word[:-1] + "a" for word in _E_INFINITIVES.split()}
_WORD = re.compile(r"[^\W\d_]+")
_BOKMAL_ONLY = re.compile(r"(?:ene|ede|ende|else|elsen|lig|lige|het|heten|heter|ningen|tte|dde|ede|es)$")
_SUFFIXES = (
    (re.compile(r"(?<=[a-zæøå]{3})ligere$"), "legare"),
    (re.compile(r"(?<=[a-zæøå]{3})lig(?=e?$)"), "leg"),
    (re.compile(r"(?<=[a-zæøå]{3})heten$"), "heita"),
    (re.compile(r"(?<=[a-zæøå]{3})heter$"), "heiter"),
    (re.compile(r"(?<=[a-zæøå]{3})het$"), "heit"),
    (re.compile(r"(?<=[a-zæøå]{3})ningen$"), "ninga"),
    (re.compile(r"(?<=[a-zæøå]{3})ninger$"), "ningar"),
    (re.compile(r"(?<=[a-zæøå]{3})ningene$"), "ningane"),
    (re.compile(r"(?<=[a-zæøå]{3})erne$"), "arane"),
)


def with_a_infinitives(sentence: str) -> str:
    """Return a nynorsk ``sentence`` with infinitives in -a, as in much of the west: *vera* for *vere*."""
    return " ".join(_A_INFINITIVES.get(word, word) for word in sentence.split())


def to_nynorsk(sentence: str, *, least_share: float = 0.18) -> str | None:
    """Return ``sentence`` in nynorsk, or none where too little changed or bokmål forms stay behind."""
    changed = total = 0
    out: list[str] = []
    for word in _WORD.findall(sentence.lower()):
        new = _convert(word)
        if new == word and word not in _KNOWN and _BOKMAL_ONLY.search(word):
            return None
        changed += new != word
        total += 1
        out.append(new)
    return " ".join(out) if total and changed / total >= least_share else None


def _convert(word: str) -> str:
    if word in _MAP:
        return _MAP[word]
    if word in _KNOWN:
        return word
    for pattern, replacement in _SUFFIXES:
        new = pattern.sub(replacement, word)
        if new != word:
            return new
    return word
