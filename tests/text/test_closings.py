"""Closings, courtesies and signatures as customers write them, in five languages."""

from __future__ import annotations

import pytest

from replyassist.text.clean import clean
from replyassist.text.mail_signature import closing_strength, is_courtesy

QUESTIONS = {
    "nb": "Hei,\n\nkan dere bytte batteriet?",
    "sv": "Hej,\n\nkan ni byta batteriet?",
    "da": "Hej\n\nkan I skifte batteriet?",
    "fi": "Hei,\n\nvoitteko vaihtaa akun?",
    "en": "Hi,\n\ncan you replace the battery?",
}

SIGNED = [
    ("nb", "Med sportslig hilsen\n\nVegard Tangen\nLeder Tangen IL\n\nTrenger du hjelp i helgen? Ring 22 11 00 99."),
    (
        "nb",
        "Mvh\nElin Dahl\nButikksjef\n\nDahl Mote\nTorget 1, 4836 Arendal\nMote for alle!\nÅpningstider: Man-fre 10-17",
    ),
    ("nb", "Hilsen oss på Elverum Bokhandel\nv/ Randi"),
    ("nb", "Ha en fin dag!\nIngrid"),
    ("sv", "Vänl.\nTor-Erik Backe | Ekonomichef | Backe & Söner AB | 070-400 11 22 | tor@backe.example"),
    ("sv", 'Ha det gott\nSiv Lund\nLunds Blommor\n"Blommor för livets alla stunder"\nwww.lundsblommor.example'),
    ("sv", "Hälsningar från oss på Bokhandeln i Mora\ngm Ragna"),
    ("da", "Rigtig god dag!\nSofie"),
    ("da", "Bedste hilsner\n\nIda Foss, ph.d.\nLektor | Associate Professor\nLokale B-214 · Tlf. (+45) 62 43 00 00"),
    ("da", "Med venlig hilsen\nfor Lysen Gård I/S\nAnna Lysen\n\nlysen.example\nLokal mad siden 1921"),
    ("da", "Venligst\nMona Hagen (mor til Emil 5B)\n\n________\nMailen er kun beregnet til modtageren."),
    ("da", "Hilsen os i Vejle Boghandel\nv/ Ragna"),
    ("fi", "T.\nTero Pakka | Talousjohtaja | Pakka & Pojat Oy | +358 40 011 1222 | tero@pakka.example"),
    ("fi", "Kiittäen\n\nHeikki Niemelä\nHankintapäällikkö\nGSM +358 50 111 2222"),
    ("fi", "Mukavaa päivänjatkoa!\nSari"),
    ("fi", "Terveisin me Kuopion Kirjakaupassa\nRaija"),
    ("en", "All the best / Mit freundlichen Grüßen\n\nHoward Lund\nProject Manager\n\nM +44 7700 900555"),
    ("en", "Thanks, Rosie"),
    ("da", "Tak! Jytte Vig"),
    ("en", "Yours in sport\n\nVictor Tang\nChairman, Tang AC\n\nFeel free to visit www.tangac.example!"),
    (
        "en",
        "Best wishes\n\nDr Ida Foss\nI work flexibly, so please do not feel obliged to reply.\n\nTel 01225 430000",
    ),
    ("en", "Regards from all of us at Bath Books\nRuth"),
]


@pytest.mark.parametrize(("language", "signature"), SIGNED)
def test_a_signature_goes_and_the_question_stays(language: str, signature: str) -> None:
    question = QUESTIONS[language]
    found = clean(f"{question}\n\n{signature}")
    assert found.text == question
    assert found.signature.replace("\n\n", "\n") == signature.replace("\n\n", "\n")


THANKED = [
    ("På forhånd takk,\nSynne", "På forhånd takk,"),
    ("Tack på förhand,\nAnders", "Tack på förhand,"),
    ("På forhånd tak\nKarin", "På forhånd tak"),
    ("Kiitos jo etukäteen,\nKaisa", "Kiitos jo etukäteen,"),
    ("Many thanks,\n\nNigel Crook\nPurchasing Manager\nDD: 01632 960111\nFollow us on LinkedIn", "Many thanks,"),
    ("It is flat. Thanks, Rosie", "It is flat. Thanks,"),
    ("Se vedlegg. Takk! Jorunn Vik", "Se vedlegg. Takk!"),
]


@pytest.mark.parametrize(("ending", "kept"), THANKED)
def test_thanks_stay_and_the_name_below_goes(ending: str, kept: str) -> None:
    for question in QUESTIONS.values():
        assert clean(f"{question}\n\n{ending}").text == f"{question}\n\n{kept}"


AFTERWARDS = [
    "Hei\nboka mangler ti sider.\n\nMvh\nPer\n\nHar dere den forresten på engelsk?",
    "Hej\nboken saknar tio sidor.\n\nHälsningar\nPer\n\nHar ni den förresten på engelska?",
    "Hej\nbogen mangler ti sider.\n\nHilsen\nPer\n\nHar I den i øvrigt på engelsk?",
    "Hei\nkirjasta puuttuu kymmenen sivua.\n\nTerv.\nPekka\n\nOnko se muuten englanniksi?",
    "Hi\nthe book lacks ten pages.\n\nBest\nPer\n\nDo you have it in Danish, by the way?",
    "Hei\nboka mangler ti sider.\n\nPå forhånd takk,\nSynne\n\nPS: Esken er åpnet.",
    "Hej\nboken saknar tio sidor.\n\nMvh\nPer\n\nRing mig på 070-9001122 om ni behöver något mer av mig.",
    "Hi\nthe book lacks ten pages.\n\nRegards\nMary\n\nCall me on 07700 900112 if you need anything else from me.",
]


@pytest.mark.parametrize("raw", AFTERWARDS)
def test_what_is_written_after_the_name_stays(raw: str) -> None:
    lines = raw.split("\n")
    text = clean(raw).text
    assert text.startswith("\n".join(lines[:2]))
    assert text.endswith(lines[-1])
    assert lines[4] not in text


@pytest.mark.parametrize(
    "raw",
    [
        "Hei,\nHilsen fra bestemor mangler på kortet.",
        "Hei,\n\nSkriv på kortet:\nHilsen\nMormor\n\nSend det til Bergen. Går det?",
        "God dag\nKan dere hjelpe meg?",
        "Jeg har en god dag å feire\nHva koster kake?",
        "Hei, har dere kake? Ha en fin dag!",
    ],
)
def test_words_of_closings_in_a_question_stay(raw: str) -> None:
    assert clean(raw).text == raw


@pytest.mark.parametrize(
    ("line", "strength"),
    [
        *(("Med trivelig hilsen", 2), ("Kirjaterveisin", 2), ("Sommerhilsen fra Moss", 2), ("Kind wishes", 2)),
        *(("Vänl. Anna", 1), ("Alt godt", 1), ("Venl. Tor", 1), ("Yours", 1)),
        *(("Feil hilsen på kortet", 0), ("Best før 12. mars", 0), ("Kindly resend it", 0)),
    ],
)
def test_closing_strength(line: str, strength: int) -> None:
    assert closing_strength(line) == strength


def test_a_greeting_is_no_courtesy() -> None:
    assert not is_courtesy("God dag")
    assert not is_courtesy("Hyvää päivää")
    assert is_courtesy("Ha en god dag!")
    assert is_courtesy("Tusen takk!")
