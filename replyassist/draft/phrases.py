"""The few words around an answer, in five languages: they claim nothing about the case."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    """``greeting_name`` holds ``{name}``; ``next_step`` asks for what is left to the customer."""

    greeting: str
    greeting_name: str
    thanks: str
    sorry: str
    next_step: str
    closing: str


PHRASES: dict[str, Phrases] = {
    "nb": Phrases(
        greeting="Hei,",
        greeting_name="Hei {name},",
        thanks="Takk for at du tok kontakt.",
        sorry="Takk for at du sier fra, dette skulle vært enklere for deg.",
        next_step="Bare svar på denne meldingen hvis noe er uklart.",
        closing="Vennlig hilsen",
    ),
    "sv": Phrases(
        greeting="Hej,",
        greeting_name="Hej {name},",
        thanks="Tack för att du hör av dig.",
        sorry="Tack för att du säger till, det här borde ha varit enklare för dig.",
        next_step="Svara gärna på det här meddelandet om något är oklart.",
        closing="Vänliga hälsningar",
    ),
    "da": Phrases(
        greeting="Hej,",
        greeting_name="Hej {name},",
        thanks="Tak for din henvendelse.",
        sorry="Tak, fordi du siger til. Det burde have været nemmere for dig.",
        next_step="Svar endelig på denne besked, hvis noget er uklart.",
        closing="Venlig hilsen",
    ),
    "fi": Phrases(
        greeting="Hei,",
        greeting_name="Hei {name},",
        thanks="Kiitos yhteydenotostasi.",
        sorry="Kiitos, että kerroit asiasta. Tämän olisi pitänyt sujua helpommin.",
        next_step="Jos jokin jäi epäselväksi, vastaa vain tähän viestiin.",
        closing="Ystävällisin terveisin",
    ),
    "en": Phrases(
        greeting="Hi,",
        greeting_name="Hi {name},",
        thanks="Thank you for getting in touch.",
        sorry="Thank you for letting us know. This should have been easier for you.",
        next_step="Just reply to this message if anything is unclear.",
        closing="Kind regards",
    ),
}
