"""Mails as the common clients send them, in five languages, with what must stay and what must go."""

from __future__ import annotations

from typing import NamedTuple


class Mail(NamedTuple):
    id: str
    raw: str
    text: str
    gone: tuple[str, ...]


class Kit(NamedTuple):
    """The pieces that differ by language; the client functions below put them together."""

    greeting: str
    body: str
    closing: str
    name: str
    agent_text: str  # what the agent wrote before
    gmail: str
    apple: str
    outlook: str
    thunderbird: str
    original: str
    forward: str
    forward_bare: str
    iphone: str
    outlook_mobile: str
    reply_above: str
    disclaimer: str
    short: str  # abbreviated closing
    contact: str
    environment: str


KITS = {
    "nb": Kit(
        "Hei Mokkavik,",
        "Jeg har fortsatt ikke fått pakken med ordre 44120.\nKan dere sjekke hvor den er?",
        "Med vennlig hilsen",
        "Kari Nordmann",
        "Hei Kari, pakken er sendt fra lageret vårt.",
        "ons. 12. mars 2025 kl. 10:11 skrev Mokkavik Kundeservice <post@mokkavik.example>:",
        "12. mars 2025 kl. 10:11 skrev Mokkavik Kundeservice <post@mokkavik.example>:",
        "Fra: Mokkavik Kundeservice <post@mokkavik.example>\nSendt: onsdag 12. mars 2025 10:11\n"
        "Til: Kari Nordmann <kari@example.no>\nEmne: SV: Ordre 44120",
        "Den 12.03.2025 10:11, skrev Mokkavik Kundeservice:",
        "-----Opprinnelig melding-----",
        "---------- Forwarded message ---------\nFra: Ola Hansen <ola@example.no>\n"
        "Date: ons. 12. mars 2025 kl. 10:11\nSubject: Reklamasjon\nTo: Kari <kari@example.no>",
        "Videresendt melding:\n\nFra: Ola Hansen <ola@example.no>\nEmne: Reklamasjon\n"
        "Dato: 12. mars 2025 kl. 10:11\nTil: Kari <kari@example.no>",
        "Sendt fra min iPhone",
        "Last ned Outlook for iOS<https://aka.ms/o0ukef>",
        "##- Skriv svaret ditt over denne linjen -##",
        "Denne e-posten og eventuelle vedlegg er konfidensiell og kun ment for rette mottaker. Har du mottatt"
        " den ved en feil, vennligst slett den.",
        "Mvh Kari",
        "Tlf. 99 88 77 66\nStorgata 1, 0155 Oslo",
        "Tenk på miljøet før du skriver ut denne e-posten.",
    ),
    "sv": Kit(
        "Hej!",
        "Jag har fortfarande inte fått mitt paket, order 44120.\nKan ni kolla var det är?",
        "Med vänliga hälsningar",
        "Anna Svensson",
        "Hej Anna, paketet har lämnat vårt lager.",
        "Den ons 12 mars 2025 kl 10:11 skrev Mokkavik Kundtjänst <post@mokkavik.example>:",
        "12 mars 2025 kl. 10:11 skrev Mokkavik Kundtjänst <post@mokkavik.example>:",
        "Från: Mokkavik Kundtjänst <post@mokkavik.example>\nSkickat: den 12 mars 2025 10:11\n"
        "Till: Anna Svensson <anna@example.se>\nÄmne: Sv: Order 44120",
        "Den 2025-03-12 kl. 10:11, skrev Mokkavik Kundtjänst:",
        "-----Ursprungligt meddelande-----",
        "---------- Forwarded message ---------\nFrån: Olle Berg <olle@example.se>\n"
        "Date: ons 12 mars 2025 kl 10:11\nSubject: Reklamation\nTo: Anna <anna@example.se>",
        "Vidarebefordrat brev:\n\nFrån: Olle Berg <olle@example.se>\nÄmne: Reklamation\n"
        "Datum: 12 mars 2025 kl. 10:11\nTill: Anna <anna@example.se>",
        "Skickat från min iPhone",
        "Skaffa Outlook för Android<https://aka.ms/AAb9ysg>",
        "##- Skriv ditt svar ovanför den här raden -##",
        "Detta e-postmeddelande är konfidentiellt och avsett endast för mottagaren. Om du har fått det av"
        " misstag ber vi dig radera meddelandet.",
        "Mvh Anna",
        "Mobil: 070-123 45 67\nStorgatan 1, 111 22 Stockholm",
        "Tänk på miljön innan du skriver ut det här mejlet.",
    ),
    "da": Kit(
        "Hej Mokkavik",
        "Jeg har stadig ikke modtaget min pakke, ordre 44120.\nKan I undersøge, hvor den er?",
        "Med venlig hilsen",
        "Mette Jensen",
        "Hej Mette, pakken er afsendt fra vores lager.",
        "Den ons. 12. mar. 2025 kl. 10.11 skrev Mokkavik Kundeservice <post@mokkavik.example>:",
        "Den 12. mar. 2025 kl. 10.11 skrev Mokkavik Kundeservice <post@mokkavik.example>:",
        "Fra: Mokkavik Kundeservice <post@mokkavik.example>\nSendt: 12. marts 2025 10:11\n"
        "Til: Mette Jensen <mette@example.dk>\nEmne: Sv: Ordre 44120",
        "Den 12-03-2025 kl. 10:11 skrev Mokkavik Kundeservice:",
        "-----Oprindelig meddelelse-----",
        "---------- Forwarded message ---------\nFra: Ole Holm <ole@example.dk>\n"
        "Date: ons. 12. mar. 2025 kl. 10.11\nSubject: Reklamation\nTo: Mette <mette@example.dk>",
        "Start på videresendt besked:\n\nFra: Ole Holm <ole@example.dk>\nEmne: Reklamation\n"
        "Dato: 12. marts 2025 kl. 10.11\nTil: Mette <mette@example.dk>",
        "Sendt fra min iPhone",
        "Hent Outlook til Android<https://aka.ms/AAb9ysg>",
        "##- Skriv dit svar over denne linje -##",
        "Denne e-mail er fortrolig og kun bestemt for den tilsigtede modtager. Har du modtaget den ved en fejl,"
        " bedes du slette den.",
        "Vh Mette",
        "Tlf.: 20 30 40 50\nStorgade 1, 2100 København Ø",
        "Tænk på miljøet, før du printer denne mail.",
    ),
    "fi": Kit(
        "Hei,",
        "En ole vieläkään saanut pakettiani, tilaus 44120.\nVoitteko tarkistaa, missä se on?",
        "Ystävällisin terveisin",
        "Matti Virtanen",
        "Hei Matti, paketti on lähtenyt varastostamme.",
        "ke 12. maalisk. 2025 klo 10.11 Mokkavik Asiakaspalvelu (post@mokkavik.example) kirjoitti:",
        "Mokkavik Asiakaspalvelu <post@mokkavik.example> kirjoitti 12.3.2025 kello 10.11:",
        "Lähettäjä: Mokkavik Asiakaspalvelu <post@mokkavik.example>\nLähetetty: keskiviikko 12. maaliskuuta"
        " 2025 10.11\nVastaanottaja: Matti Virtanen <matti@example.fi>\nAihe: VS: Tilaus 44120",
        "Mokkavik Asiakaspalvelu kirjoitti 12.3.2025 klo 10.11:",
        "-----Alkuperäinen viesti-----",
        "---------- Forwarded message ---------\nLähettäjä: Olli Niemi <olli@example.fi>\n"
        "Date: ke 12. maalisk. 2025 klo 10.11\nSubject: Reklamaatio\nTo: Matti <matti@example.fi>",
        "Välitetty viesti alkaa:\n\nLähettäjä: Olli Niemi <olli@example.fi>\nAihe: Reklamaatio\n"
        "Päivämäärä: 12. maaliskuuta 2025 klo 10.11\nVastaanottaja: Matti <matti@example.fi>",
        "Lähetetty iPhonesta",
        "Hanki Outlook for Android<https://aka.ms/AAb9ysg>",
        "##- Kirjoita vastauksesi tämän rivin yläpuolelle -##",
        "Tämä sähköposti ja sen liitteet ovat luottamuksellisia ja tarkoitettu vain vastaanottajalle. Jos sait"
        " viestin erehdyksessä, poista se.",
        "T. Matti",
        "Puh. 040 123 4567\nMannerheimintie 1, 00100 Helsinki",
        "Ajattele ympäristöä ennen kuin tulostat tämän viestin.",
    ),
    "en": Kit(
        "Hi there,",
        "I still haven't received my parcel for order 44120.\nCould you check where it is?",
        "Kind regards",
        "Jane Smith",
        "Hi Jane, your parcel has left our warehouse.",
        "On Wed, 12 Mar 2025 at 10:11, Mokkavik Support <post@mokkavik.example> wrote:",
        "On 12 Mar 2025, at 10:11, Mokkavik Support <post@mokkavik.example> wrote:",
        "From: Mokkavik Support <post@mokkavik.example>\nSent: Wednesday, March 12, 2025 10:11 AM\n"
        "To: Jane Smith <jane@example.com>\nSubject: RE: Order 44120",
        "On 12/03/2025 10:11, Mokkavik Support wrote:",
        "-----Original Message-----",
        "---------- Forwarded message ---------\nFrom: Oliver Hill <oliver@example.com>\n"
        "Date: Wed, 12 Mar 2025 at 10:11\nSubject: Complaint\nTo: Jane <jane@example.com>",
        "Begin forwarded message:\n\nFrom: Oliver Hill <oliver@example.com>\nSubject: Complaint\n"
        "Date: 12 March 2025 at 10:11\nTo: Jane <jane@example.com>",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "##- Please type your reply above this line -##",
        "This e-mail and any attachments are confidential and intended only for the named recipient. If you"
        " have received it in error, please delete it.",
        "BR Jane",
        "Phone: +47 22 33 44 55\n1 High Street, London",
        "Please consider the environment before printing this e-mail.",
    ),
}


def _top(kit: Kit) -> str:
    return f"{kit.greeting}\n\n{kit.body}"


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _html(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def _mails(language: str, kit: Kit) -> list[Mail]:
    top, sign = _top(kit), f"{kit.closing}\n{kit.name}"
    own = (kit.name, kit.closing)
    old = (kit.agent_text, "post@mokkavik.example")
    wrapped = kit.gmail.replace(" <post", "\n<post").replace(" (post", "\n(post")
    header = kit.outlook.replace("\n", "<br>").replace("<post@mokkavik.example>", "").replace("Fra", "<b>Fra</b>")
    mails = {
        "gmail_plain": (f"{top}\n\n{kit.gmail}\n\n{_marked(kit.agent_text)}\n", old),
        "gmail_wrapped_signed": (f"{top}\n\n{sign}\n\n\n{wrapped}\n\n{_marked(kit.agent_text)}\n", own + old),
        "gmail_html": (
            f'<div dir="ltr">{_html(top)}<div><br></div></div><br><div class="gmail_quote">'
            f'<div dir="ltr" class="gmail_attr">{_html(kit.gmail)}<br></div><blockquote class="gmail_quote"'
            f' style="margin:0 0 0 .8ex">{kit.agent_text}</blockquote></div>',
            old,
        ),
        "outlook_plain": (
            f"{top}\r\n\r\n{sign}\r\n{kit.contact}\r\n\r\n________________________________\r\n{kit.outlook}"
            f"\r\n\r\n{kit.agent_text}\r\n",
            own + old + tuple(kit.contact.split("\n")),
        ),
        "outlook_no_rule": (f"{top}\n\n{sign}\n\n{kit.outlook}\n\n{kit.agent_text}\n", own + old),
        "outlook_html": (
            "<html><head><style>p.MsoNormal{margin:0}</style></head><body><div class=WordSection1>"
            + "".join(f"<p class=MsoNormal>{line or '<o:p>&nbsp;</o:p>'}</p>" for line in top.split("\n"))
            + f"<p class=MsoNormal>{kit.closing}<br>{kit.name}</p><div style='border:none;border-top:solid"
            f" #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p>{header}</p></div><p>{kit.agent_text}</p></div></body>",
            (*own, kit.agent_text),
        ),
        "outlook_web_html": (
            f'<div>{_html(top)}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr">'
            f"{header}</div><div>{kit.agent_text}</div>",
            (kit.agent_text,),
        ),
        "original_message": (
            f"{top}\n\n{kit.short}\n\n{kit.original}\n{kit.outlook}\n\n{kit.agent_text}",
            (kit.short, *old),
        ),
        "apple_plain": (
            f"{top}\n\n{kit.iphone}\n\n> {kit.apple}\n> \n{_marked(kit.agent_text)}",
            (kit.iphone, *old),
        ),
        "apple_unmarked": (f"{top}\n\n{kit.iphone}\n\n{kit.apple}\n\n{kit.agent_text}", (kit.iphone, *old)),
        "apple_html": (
            f'{_html(top)}<br><br><div dir="ltr">{kit.iphone}</div><div dir="ltr"><br><blockquote type="cite">'
            f'{_html(kit.apple)}<br><br></blockquote></div><blockquote type="cite"><div>{kit.agent_text}</div>'
            "</blockquote>",
            (kit.iphone, *old),
        ),
        "thunderbird": (
            f"{top}\n\n{kit.thunderbird}\n{_marked(kit.agent_text)}\n\n-- \n{kit.name}\n",
            (kit.name, *old),
        ),
        "thunderbird_html": (
            f'<p>{_html(top)}</p><div class="moz-cite-prefix">{kit.thunderbird}<br></div><blockquote type="cite"'
            f'><p>{kit.agent_text}</p></blockquote><div class="moz-signature">{kit.name}</div>',
            (kit.name, *old),
        ),
        "zendesk": (
            f"{top}\n\n{sign}\n\n{kit.gmail}\n\n> {kit.reply_above}\n> \n{_marked(kit.agent_text)}",
            (*own, *old, "##-"),
        ),
        "zendesk_bare": (f"{top}\n\n{kit.reply_above}\n\n{kit.agent_text}\n", (kit.agent_text, "##-")),
        "mobile": (f"{top}\n\n{kit.short}\n\n{kit.outlook_mobile}", (kit.short, kit.outlook_mobile, "aka.ms")),
        "disclaimer": (
            f"{top}\n\n{sign}\n{kit.contact}\n\n{kit.environment}\n\n{kit.disclaimer}",
            (*own, *kit.contact.split("\n"), kit.environment, kit.disclaimer),
        ),
        "bottom_posting": (f"{kit.gmail}\n{_marked(kit.agent_text)}\n\n{top}\n\n{sign}\n", own + old),
    }
    return [Mail(f"{language}-{client}", raw, top, gone) for client, (raw, gone) in mails.items()]


def _forwards(language: str, kit: Kit) -> list[Mail]:
    gone = ("Forwarded", "Subject", kit.forward_bare.split("\n")[0])
    return [
        Mail(f"{language}-forward-{number}", f"{header}\n\n{_top(kit)}\n\n{kit.closing}\n{kit.name}", _top(kit), gone)
        for number, header in enumerate((kit.forward, kit.forward_bare, "\n\n" + kit.outlook))
    ]


MAILS = [mail for language, kit in KITS.items() for mail in _mails(language, kit)]
FORWARDS = [mail for language, kit in KITS.items() for mail in _forwards(language, kit)]
