"""The words that say what a number beside them is, in five languages.

The table holds words for personal kinds and, as important, for things that are *not* personal (prices, readings,
versions, articles): those veto. ``*`` at the end of a word stands for any inflection or compound
("tilausnumero*" covers "tilausnumeroni"); ``_`` stands for a space.
"""

from __future__ import annotations

AMOUNT = "amount"
READING = "reading"
VERSION = "version"
ARTICLE = "article"

WORDS: dict[str, str] = {
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
        fødselsnr* fødselnummer fødselsnummret personnr* persnr pers.nr p.nr p-nr cpr.nr cpr.nummer id-nr idnr
        nasjonalt_id henkilötunnuksen soc_sec social_security_number national_insurance_number ni_no n.i passnr*
        passin_numeroni passport_no passport_number sosiaaliturvatunnuksen d-nr syntymätodistus hetulla hetun
        """,
    "birth_date": """
        født fødselsdato* fødselsdag* f.dato född födelsedatum* födelsedag* f.d. syntynyt syntymäaika*
        syntymäpäivä* synt born birth_date birthdate date_of_birth birthday dob d.o.b
        fødselsdagen fødselsdatoen bursdag bursdagen fødselsår født_den født_d fødd født: geboren födelsedatumet
        födelsedagen födelseår född_den fyller_år fylder_år syntymäpvm synt.aika syntymäajan syntynyt_on synnyin
        syntyi birthdate date_birth bday b.day d_o_b f födt fodt fodselsdato syntymäp
        """,
    "iban": "iban iban-nummer* ibannummer*",
    "bank_account": """
        konto kontonummer* kontonr kontonumret bankkonto* bankkontonummer* lønnskonto* lönekonto* lønkonto*
        clearing clearingnr clearingnummer* bankgiro* plusgiro* tilinumero* pankkitili* tilille tili
        account_number account_no bank_account sort_code kontoen kontot reg.nr_og_konto
        kontonumer* kontonummret kontoen konto-nr konto.nr kto ktonr kto.nr kontoeier bg pg bankgironr
        bankgironummer* bankgirot plusgironr plusgironummer* plusgirot postgiro* sparkonto* brukskonto*
        driftskonto* privatkonto* budgetkonto* nemkonto* felleskonto* utbetalingskonto* clearingnumret
        clearing-nr kontonummerets bank_konto konto_nummer konto_nr tilini tilinro* tilinr tilin_numero tilin
        tilinumerolle pankkitilini pankkitilille säästötili* käyttötili* palkkatili* account_nr acct acct_no
        acct_number acc acc_no acc_number a/c bank_acc bank_details account_details current_account
        savings_account sort_codes sortcode overføre_til overføres_til overfør_til overføring_til overføres_på
        overfør_på indsættes_på indsæt_på indsat_på indsætte_på sættes_ind_på settes_inn_på sett_inn_på
        innbetales_til utbetales_til utbetal_til udbetales_til överföra_till överför_till överföring_till
        sättas_in_på sätt_in_på sätta_in_på sätter_in_på insättning_på betala_ut_till utbetalas_till siirtää
        siirtäkää siirrä siirretään maksakaa_tilille transfer_to transferred_to paid_into pay_into payment_to
        refund_to
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
        ordrebekreftelse* ordrebekræftelse* orderbekräftelse* orderbekreft* tilausvahvistu* order_confirmation
        kvittering kvitteringen kvitto kvittot kuitti kuitin receipt medlemskap medlemskapet medlemskab
        medlemskabet jäsenyys jäsenyyteni membership reservasjon reservasjonen reservationen varaukseni varausta
        billett billetten biljett biljetten billet lippu lippuni polise polisen policy police policen vakuutus
        vakuutukseni försäkring försäkringen forsikring forsikringen avtale avtalen avtal avtalet aftale aftalen
        sopimus sopimukseni sopimuksen contract kontrakt kontrakten reklamasjon reklamasjonen reklamation
        reklamationen reklamaatio klage klagen claim complaint henvendelse henvendelsen enquiry inquiry
        forsendelse forsendelsen försändelse försändelsen leveranse leveransen leverans levering delivery
        package consignment toimitus toimituksen pakettini lähetykseni lähetystä tilauksestani tilaustani
        tilaukselle tilaukselleni tilauksien tilauksia laskuni laskusta laskulle laskussa tapaukseni tapauksen
        tapaukselle abonnement abonnementet abonnemang abonnemanget liittymä subscription regning regningen
        räkning räkningen bill kollit kolli serviceordre arbeidsordre jobb application søknad søknaden ansökan
        ansøgning hakemus hakemukseni saksbehandling skadesak skadesaken skadeärende
        number_on_order sak-id saks-id sags-id ärende-nr order-nr ordre_nr order_nummer ordre_nummer kundenummre
        kundennummer
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
    "ip": """
        ip ip-adresse* ip-adress* ip-osoite* ip_address
        ip-osoit* ip-nummer* ip-nr ip-adr ip_adresse ip_adressen ip_adress ip_adressen ip_osoite ip_osoitteeni
        ip_osoitteesta ip_osoitteen ip_nummer ip_number ip_addr ipv ip-addresse* ip-address ipaddress ipadress*
        ipadresse* iposoite* ip-adr.
        """,
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
    VERSION: """
        versjon* version versionen versioner versionsnummer* versio versiota version_number ver v firmware*
        release build oppdatering oppdateringen oppdatert_til uppdatering uppdateringen opdatering opdateringen
        päivitys päivityksen update updated_to upgraded_to driver drivere drivrutin ajuri fastvare* programvare*
        programvara* mjukvara* ohjelmisto* software kapittel kapitel kappale luku avsnitt afsnit chapter section
        clause punkt kohta kohdan pkt app appen appversion* appversjon* sovellusversio* appens ios android
        windows macos php python
        """,
    ARTICLE: """
        varenummer* varenr artikkelnummer* artikelnummer* artikelnumret artikelnr art.nr art_nr tuotenumero*
        tuotekoodi* product_number product_code item_number item_no article_number sku ean gtin modell modellen
        modellnummer* model modelnummer* model_number malli mallinumero* mallia serienummer* serienr sarjanumero*
        serial_number serial postnord_ombud feilkode* felkod* fejlkode* virhekoodi* error error_code rabattkode*
        rabattkod* rabatkode* alennuskoodi* discount_code orgnr org.nr organisasjonsnummer* organisationsnummer* cvr
        y-tunnus* side sida sivu page paragraf § iso
        feilkoden felkoden fejlkoden felmeddelande* feilmelding* fejlmeddelelse* virheilmoitus* error_message
        errorcode errcode romnummer* rom rum rumsnummer* værelse* huone huoneen huonenumero* room room_number
        paragraph clause pykälä hylle hylla hylly shelf varekode* varukod* produktkode* produktkod*
        produktnummer* produktnr item article artikkel artikel kampanjekode* kampanjkod* kampagnekode*
        tarjouskoodi* kampanjakoodi* promo_code promocode voucher_code coupon_code rabattkupong* bussnummer*
        linje linja tognummer* flight_number model_no modellnr modelnr malliltaan organisasjonsnr
        organisationsnr cvr-nummer* cvr-nr cvr-nummer se-nummer* vat_number momsnummer* mva-nummer*
        company_number ean-kode* strekkode* streckkod* stregkode* viivakoodi* barcode gårdsnummer bruksnummer
        part_number delenummer* reservdel* varaosa* catalogue_number katalognummer* isbn issn postkode
        postcode_area
        """,
}

_REFERENCE_STEMS_TEXT = """
oder odrer custmer costumer cusomer custumer invioce referance membershp
abonnemang abonnemangs abonnement abonnements abonnent aftale agreement ansatt anställnings ansökan
ansöknings ansøgning ansøgnings användar application arbeidsordre arbejdsordre arbetsorder asiakas avtal
avtale avtals bestil bestilings bestill bestilling bestillings bestillning bestilnings beställnig
beställning beställnings betaling betalings betalning betalnings biljett bill billet billett bokning
boknings bonus booking bookings bruger bruker case claim client complaint consignment contract customer
delivery elev enquiry faktura fordelskort forespørsel forsendelse forsendelses forsikring forsikrings
försäkring försäkrings försändelse hakemus hendelse henvendelse henvendelsen henvendelses incident inquiry
invoice jäsen jäsenyys kanta-asiakas kid klage klagesak kolli konto-kunde kontrakt kontrakts kort-kunde
kuitti kund kunde kundekort kundkort kvittering kvitterings kvitto käyttäjä laina lasku leverans leveranse
leverings lippu loan loyalty lähetys lån låne maksu matka medarbejder medlem medlems medlemskab medlemskap
medlemskaps member membership ocr order ordre package paket paketti pakke palautus palvelupyyntö parcel
payment pnr policy polise query receipt ref referans referanse reference referens regning regnings reise
rejse reklamaatio reklamasjon reklamasjons reklamation reklamations request resa reservasjon reservasjons
reservation reservations reserverings retur return rma räkning sag sags sak saks sending sendings service
serviceordre seuranta shipment skada skade skademeldings skadesak sopimus sporing sporings spårings
spårnings student subscriber subscription søknad søknads tapahtuma tapaus ticket tiketti tilaaja tilaukse
tilaus toimitus tracking transaction transaksjon transaksjons transaktion transaktions työmääräys
työtilaus user vahinko vakuutus varaus verksteds viite yhteydenotto ärend ärende ärendets
"""
REFERENCE_STEMS = frozenset(_REFERENCE_STEMS_TEXT.split())
"""What a company keeps under a number: the first part of "kundenummer", "ärendenr" or "booking id"."""

_NUMBER_WORDS_TEXT = """
id id-numero id-nummer ident kod kode koden koodi no nr nr. nro num number numbers numer numero numerolla
numeron numeroni nummber nummer nummeret nummret numret ref referanse referansen reference referencen
referens referensen tunnuksella tunnukseni tunnus viite
"""
NUMBER_WORDS = frozenset(_NUMBER_WORDS_TEXT.split())
"""How that number is called."""
