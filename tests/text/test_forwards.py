"""A forwarded mail gives the customer's note and the forwarded body; an answered one only what is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from replyassist.text.clean import clean


class Words(NamedTuple):
    """One language: what clients print, and what the customer and the forwarded mail say."""

    fields: tuple[str, str, str, str, str]  # from, sent, date, to, subject
    apple: str
    note: str  # says that the mail is passed on
    closing: str
    body: str
    body_closing: str
    prefix: str  # of a forwarded subject
    reply: str  # points at the mail, and answers it


WORDS = {
    "nb": Words(
        ("Fra", "Sendt", "Dato", "Til", "Emne"),
        "Videresendt melding:",
        "Hei, jeg videresender mailen jeg fikk fra dere. Der står det at returen er gratis.\nHvorfor måtte jeg betale?",
        "Hilsen\nTorunn Vik\nRegnskapsfører | Vik Bygg AS\nTlf. 911 22 333",
        "Du kan returnere varen gratis innen 30 dager.\nBruk etiketten i esken.",
        "Vennlig hilsen\nSilje\nKundeservice",
        "VS: ",
        "Hei, fakturaen er feil. Kan dere svare på denne e-posten i dag?",
    ),
    "sv": Words(
        ("Från", "Skickat", "Datum", "Till", "Ämne"),
        "Vidarebefordrat brev:",
        "Hej, jag vidarebefordrar mejlet jag fick av er. Där står att returen är gratis.\nVarför fick jag betala?",
        "Hälsningar\nGunilla Ek\nEkonomiassistent | Ek Bygg AB\nTel 070-123 45 67",
        "Du kan returnera varan gratis inom 30 dagar.\nAnvänd etiketten i kartongen.",
        "Med vänliga hälsningar\nAmir\nKundtjänst",
        "VB: ",
        "Hej, fakturan är fel. Kan ni svara på det här mejlet i dag?",
    ),
    "da": Words(
        ("Fra", "Sendt", "Dato", "Til", "Emne"),
        "Start på videresendt besked:",
        "Hej, jeg sender lige den mail videre, som jeg fik fra jer. Der står, at returen er gratis.\n"
        "Hvorfor skulle jeg betale?",
        "De bedste hilsner\nBirthe Holm\nBogholder | Holm Byg ApS\nTlf. 20 30 40 50",
        "Du kan returnere varen gratis inden for 30 dage.\nBrug labelen i kassen.",
        "Venlig hilsen\nMads\nKundeservice",
        "VS: ",
        "Hej, fakturaen er forkert. Vil I svare på denne mail i dag?",
    ),
    "fi": Words(
        ("Lähettäjä", "Lähetetty", "Päivämäärä", "Vastaanottaja", "Aihe"),
        "Välitetty viesti alkaa:",
        "Hei, välitän viestin, jonka sain teiltä. Siinä luvataan ilmainen palautus.\nMiksi jouduin maksamaan?",
        "Terveisin\nPäivi Laine\nKirjanpitäjä | Laineen Rakennus Oy\nPuh. 040 123 4567",
        "Voit palauttaa tuotteen maksutta 30 päivän kuluessa.\nKäytä laatikossa olevaa tarraa.",
        "Ystävällisin terveisin\nTeemu\nAsiakaspalvelu",
        "VL: ",
        "Hei, lasku on väärin. Voitteko vastata tähän viestiin tänään?",
    ),
    "en": Words(
        ("From", "Sent", "Date", "To", "Subject"),
        "Begin forwarded message:",
        "Hi, I am forwarding the email I had from you. It says that the return is free.\nWhy was I charged?",
        "Many thanks,\nRosie Hill\nAccounts Payable | Hill & Sons Ltd\nTel. 07700 900123",
        "You can return your item free of charge within 30 days.\nUse the label in the box.",
        "Kind regards\nTom\nCustomer Care",
        "FW: ",
        "Hi, the invoice is wrong. Please reply to this email today.",
    ),
}


def _divs(text: str) -> str:
    return "".join(f"<div>{line.replace('&', '&amp;') or '<br>'}</div>" for line in text.split("\n"))


def _header(words: Words, prefix: str = "", *, date: int = 1, bold: bool = False) -> list[str]:
    names = [words.fields[0], words.fields[date], words.fields[3], words.fields[4]]
    values = ["Nordre Kundesenter &lt;post@nordre.example&gt;", "3.3.2025 09:41", "k@mail.example", f"{prefix}5521"]
    if not bold:
        values[0] = values[0].replace("&lt;", "<").replace("&gt;", ">")
    return [f"<b>{n}:</b> {v}" if bold else f"{n}: {v}" for n, v in zip(names, values, strict=True)]


def _gmail_html(words: Words) -> str:
    header = "<br>".join(_header(words, date=2, bold=True))
    return (
        f'<div dir="ltr">{_divs(words.note)}<br>{_divs(words.closing)}<br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>{header}<br></div><br>'
        f"{_divs(words.body)}<br>{_divs(words.body_closing)}</div></div>"
    )


def _gmail_chain(words: Words) -> str:
    """A forwarded mail that itself quotes an older one."""
    older = (
        '<div class="gmail_quote"><div class="gmail_attr">On 1 Mar 2025 at 09:41 K &lt;k@mail.example&gt; wrote:</div>'
        '<blockquote class="gmail_quote">gammel gammal vanha older</blockquote></div>'
    )
    return _gmail_html(words).removesuffix("</div></div>") + older + "</div></div>"


def _gmail_plain(words: Words) -> str:
    header = "\n".join(_header(words, date=2))
    return (
        f"{words.note}\n\n{words.closing}\n\n---------- Forwarded message ---------\n{header}\n\n\n{words.body}"
        f"\n\n{words.body_closing}\n"
    )


def _apple_plain(words: Words) -> str:
    quoted = "\n".join([*_header(words, date=2), "", words.body, "", words.body_closing]).replace("\n", "\n> ")
    return f"{words.note}\n\n{words.closing}\n\n{words.apple}\n\n> {quoted}"


def _outlook_html(words: Words) -> str:
    header = "<br>".join(_header(words, bold=True))
    lines = "".join(f"<p class=MsoNormal>{line}</p>" for line in words.note.split("\n"))
    closing = words.closing.replace("\n", "<br>")
    return (
        f"<html><body><div class=WordSection1>{lines}<p class=MsoNormal>{closing}</p><div>"
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>"
        f"{header}</p></div></div>{_divs(words.body)}<br>{_divs(words.body_closing)}</div></body></html>"
    )


def _outlook_plain(words: Words) -> str:
    header = "\r\n".join(_header(words))
    return f"{words.note}\r\n\r\n{words.closing}\r\n\r\n{header}\r\n\r\n{words.body}\r\n\r\n{words.body_closing}"


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(
    "write", [_gmail_html, _gmail_chain, _gmail_plain, _apple_plain, _outlook_html, _outlook_plain]
)
def test_a_forward_keeps_the_note_and_the_body(language: str, write: Callable[[Words], str]) -> None:
    words = WORDS[language]
    found = clean(write(words))
    expected = [*words.note.split("\n"), *(["Many thanks,"] if language == "en" else []), *words.body.split("\n")]
    assert [line for line in found.text.split("\n") if line] == expected
    assert words.closing.split("\n")[2] in found.signature
    assert "post@nordre.example" in found.quoted


@pytest.mark.parametrize("language", WORDS)
def test_an_outlook_header_with_a_forwarded_subject_is_a_forward(language: str) -> None:
    words = WORDS[language]
    header = "\n".join(_header(words, words.prefix))
    assert clean(f"{words.reply}\n\n{header}\n\n{words.body}").text == f"{words.reply}\n\n{words.body}"


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("prefix", ["", "RE: ", "SV: "])
def test_the_answer_to_a_mail_is_no_forward(language: str, prefix: str) -> None:
    words = WORDS[language]
    header = "\n".join(_header(words, prefix))
    assert clean(f"{words.reply}\n\n{header}\n\n{words.body}").text == words.reply


def test_vs_is_a_reply_in_finnish_and_a_forward_in_norwegian() -> None:
    note, body = "Hei, lasku 5521 on väärin?", "Vanha viesti."
    finnish = "\n".join(_header(WORDS["fi"], "VS: "))
    norwegian = "\n".join(_header(WORDS["nb"], "VS: "))
    assert clean(f"{note}\n\n{finnish}\n\n{body}").text == note
    assert clean(f"{note}\n\n{norwegian}\n\n{body}").text == f"{note}\n\n{body}"


@pytest.mark.parametrize(
    ("note", "subject"),
    [
        ("Kunden vår fikk denne e-posten i går.", "Ordre"),
        ("Se e-posten under.", "Ordre"),
        ("FYI", "RE: Ordre"),
        ("Er dette svindel?", "Ordre"),
    ],
)
def test_a_note_that_points_at_the_mail_below_makes_it_a_forward(note: str, subject: str) -> None:
    header = f"Fra: A <a@b.example>\nSendt: 3. mars 2025 09:41\nTil: k@mail.example\nEmne: {subject}"
    assert clean(f"{note}\n\n{header}\n\nOrdren er kansellert.").text == f"{note}\n\nOrdren er kansellert."
