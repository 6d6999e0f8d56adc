"""Whole messages as customers write them: several kinds at once, in five languages. All of it invented."""

from __future__ import annotations

import pytest

from .personal_samples import found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Hei! Jeg mangler pakken, ordrenr. er 4471829. Mobilnummeret mitt er 95 12 34 56. Hilsen Ingrid Solberg",
            [("order_number", "4471829"), ("phone", "95 12 34 56"), ("person", "Ingrid Solberg")],
        ),
        (
            "God dag, vi er flyttet fra Kirkegata 4 til Nedre Slottsgate 15A, 0157 Oslo. Kundenr: 900123. Vh Trond",
            [
                ("address", "Kirkegata 4"),
                ("address", "Nedre Slottsgate 15A, 0157 Oslo"),
                ("order_number", "900123"),
                ("person", "Trond"),
            ],
        ),
        (
            "Kan dere endre e-posten min fra gammel@example.no til ny.epost@example.org? Jeg ble født 04.11.79",
            [("email", "gammel@example.no"), ("email", "ny.epost@example.org"), ("birth_date", "04.11.79")],
        ),
        (
            "Fikk mail fra Silje hos dere om faktura 20261234, men betalte 3. mars. KID-nummeret var 0012345678901.",
            [("person", "Silje"), ("order_number", "20261234"), ("order_number", "0012345678901")],
        ),
        (
            "Hei, jeg skal ha tilbake 1 499 kr. Kontonummeret mitt er 1234 56 78903 og jeg heter Bjørn-Erik Haugen.",
            [("bank_account", "1234 56 78903"), ("person", "Bjørn-Erik Haugen")],
        ),
        (
            "Min samboer Jonas får ikke logget inn. Brukernavn jonas_h, passord Fotball#99.",
            [("person", "Jonas"), ("secret", "Fotball#99")],
        ),
        (
            "Målepunkt ID: 707057500041234567 målerstand 45231",
            [("meter_id", "707057500041234567")],
        ),
        (
            "Hej! Mitt namn är Lovisa Ek och jag bor på Storgatan 12, 2 tr, 411 38 Göteborg. Mobil: 073-123 45 67",
            [("person", "Lovisa Ek"), ("address", "Storgatan 12, 2 tr, 411 38 Göteborg"), ("phone", "073-123 45 67")],
        ),
        (
            "Jag pratade med Johan på er kundtjänst igår om ärende 88-4521. Mvh Pernilla",
            [("person", "Johan"), ("order_number", "88-4521"), ("person", "Pernilla")],
        ),
        (
            "Personnummer 19900101-0017, kundnummer 55 66 77. Kan ni radera mina uppgifter?",
            [("national_id", "19900101-0017"), ("order_number", "55 66 77")],
        ),
        (
            "Mitt kort 5555 5555 5555 4444 nekades och swish till 123 456 78 90 fungerar inte",
            [("card", "5555 5555 5555 4444"), ("phone", "123 456 78 90")],
        ),
        (
            "Registreringsnumret är ABC 123 och bilen står på Ringvägen 100",
            [("licence_plate", "ABC 123"), ("address", "Ringvägen 100")],
        ),
        (
            "Hej, ring mig på +46 70 123 45 67 eller 08-123 456 78 efter kl. 17. //Åsa",
            [("phone", "+46 70 123 45 67"), ("phone", "08-123 456 78"), ("person", "Åsa")],
        ),
        (
            "Min e-post är asa punkt berg snabel-a example punkt se",
            [("email", "asa punkt berg snabel-a example punkt se")],
        ),
        (
            "Hejsan. Det gäller bokning BK-20391 den 12 mars. Hälsningar Maja och Oskar",
            [("order_number", "BK-20391"), ("person", "Maja"), ("person", "Oskar")],
        ),
        (
            "Hej kundeservice. Jeg hedder Mette Lundgaard og mit cpr nr. er 120385-1234. Ring på 28 12 34 56",
            [("person", "Mette Lundgaard"), ("national_id", "120385-1234"), ("phone", "28 12 34 56")],
        ),
        (
            "Jeg talte med Søren i går. Han sagde sagen havde nr. 449201. Venlig hilsen Karen",
            [("person", "Søren"), ("order_number", "449201"), ("person", "Karen")],
        ),
        (
            "Ny adresse: Nørregade 12, 3. th., 5000 Odense C. Konto: reg. 1234 konto 0012345678",
            [
                ("address", "Nørregade 12, 3. th., 5000 Odense C"),
                ("bank_account", "1234"),
                ("bank_account", "0012345678"),
            ],
        ),
        (
            "Ordren DK-338291 er ikke kommet, track & trace 00370712345678901234",
            [("order_number", "DK-338291"), ("order_number", "00370712345678901234")],
        ),
        (
            "Min mand, Henrik Bach, er født den 5. maj 1961",
            [("person", "Henrik Bach"), ("birth_date", "5. maj 1961")],
        ),
        (
            "Moi, tilasin kengät (tilausnumero 10023344) mutta en ole saanut niitä. Puh. 0401234567. T. Marja",
            [("order_number", "10023344"), ("phone", "0401234567"), ("person", "Marja")],
        ),
        (
            "Asiakasnumeroni 556677, laskun viitenumero 1234 56789. Terveisin Antti Korhonen",
            [("order_number", "556677"), ("order_number", "1234 56789"), ("person", "Antti Korhonen")],
        ),
        (
            "Asun Kalevankatu 5 B 12, 00100 Helsinki, ja henkilötunnukseni on 010190-123X",
            [("address", "Kalevankatu 5 B 12, 00100 Helsinki"), ("national_id", "010190-123X")],
        ),
        (
            "Puhuin eilen Jaanan kanssa, puhelin +358 40 123 4567",
            [("person", "Jaanan"), ("phone", "+358 40 123 4567")],
        ),
        (
            "Nimeni on Päivi Mäkelä ja sähköpostini paivi.makela@example.fi. Salasana on Kesä2026!",
            [("person", "Päivi Mäkelä"), ("email", "paivi.makela@example.fi"), ("secret", "Kesä2026")],
        ),
        (
            "Hi, my name's Oliver Twistleton and my order no is 113-4456789-22. Phone 07700 900 456.",
            [("person", "Oliver Twistleton"), ("order_number", "113-4456789-22"), ("phone", "07700 900 456")],
        ),
        (
            "I live at Flat 2B, 18 St John's Road, Bristol BS8 2EX. DOB 04/11/1979",
            [("address", "Flat 2B, 18 St John's Road, Bristol BS8 2EX"), ("birth_date", "04/11/1979")],
        ),
        (
            "Hi Sarah, thanks for your reply. My account number is 00123456, sort code 11-22-33. Best, Tom Whitfield",
            [
                ("person", "Sarah"),
                ("bank_account", "00123456"),
                ("bank_account", "11-22-33"),
                ("person", "Tom Whitfield"),
            ],
        ),
        (
            "My NI number is QQ123456C and my postcode is SW1A 1AA",
            [("national_id", "QQ123456C"), ("address", "SW1A 1AA")],
        ),
        (
            "Please reset https://shop.example.com/account/reset/ZXhhbXBsZTEyMzQ1Njc4OTA it doesn't work",
            [("secret", "ZXhhbXBsZTEyMzQ1Njc4OTA")],
        ),
        (
            "My IP is 2001:db8::1 and the error code is 0x80070005 on version 12.0.1.4",
            [("ip", "2001:db8::1")],
        ),
        (
            "Invoice INV-2026-00417 for £1,299.00 is wrong. Case ref: CS0091823",
            [("order_number", "INV-2026-00417"), ("order_number", "CS0091823")],
        ),
        (
            "Can you call me on (020) 7946 0123 or mobile 07700-900-123?",
            [("phone", "(020) 7946 0123"), ("phone", "07700-900-123")],
        ),
        (
            "Hi, it's Emma again about ticket 48213. Regards, Emma J. Clarke",
            [("person", "Emma"), ("order_number", "48213"), ("person", "Emma J. Clarke")],
        ),
        (
            "Vil gjerne bytte til 500 Mbit for 599 kr/mnd, 12 måneders binding. Bor på 3450 Røyken.",
            [("address", "3450 Røyken")],
        ),
        (
            "Vaskemaskin modell WW90T534DAE, serienummer 0A1B2C3D4E, kjøpt 15.08.2025 for 8 990,-",
            [],
        ),
        (
            "Strømforbruket var 1 234 kWh i januar 2026, mot 987 kWh i 2025. Temperaturen var -12.5 grader.",
            [],
        ),
        (
            "Leveransen skulle komme mellan 08:00 och 12:00 den 15/3. Klockan är 14.30 nu.",
            [],
        ),
        (
            "Tilasin 3 kpl tuotetta 6438123456789 hintaan 49,90 €. Toimitus 5-7 arkipäivää.",
            [],
        ),
        (
            "Varen koster 1.299,95 kr. og har varenr. 5701234567890. Åbningstid 10-17.30",
            [],
        ),
        (
            "Is the iPhone 15 Pro Max 256GB compatible with Windows 11 23H2 build 22631.3155?",
            [],
        ),
        (
            "BankID feiler med feilkode BID-20b3. Hei Elvia, når kommer strømmen tilbake?",
            [],
        ),
    ],
)
def test_found(text, expected):
    assert found(text) == expected
