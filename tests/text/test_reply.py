"""The core of past replies, in five languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.text.reply import begins_with_greeting, without_frame


@pytest.mark.parametrize(
    ("reply", "core"),
    [
        ("Hei! Ja, bruk pause.\nAmir, Mokkavik", "Ja, bruk pause."),
        ("Hej Anna. Ja, du kan pausa.\nHälsningar Mokkavik", "Ja, du kan pausa."),
        ("Hej Mette, pakken er på vej.\n\nVenlig hilsen\nJonas", "Pakken er på vej."),
        (
            "Moi! Tauko onnistuu.\n1. Kirjaudu sisään\n2. Valitse tauko",
            "Tauko onnistuu.\n1. Kirjaudu sisään\n2. Valitse tauko",
        ),
        ("Hyvä asiakas,\nvoit pitää tauon.\nTerveisin\nAsiakaspalvelu", "Voit pitää tauon."),
        ("Hi there, yes you can.\n\nMokkavik customer service", "Yes you can."),
        ("Hyvät uutiset: paketti on perillä.", "Hyvät uutiset: paketti on perillä."),
        ("Hei [PERSON_1],\ndet går bra.\nHilsen Freja, Mokkavik", "Det går bra."),
        ("", ""),
    ],
)
def test_frames_are_cut(reply: str, core: str) -> None:
    assert without_frame(reply) == core


def test_greetings_are_recognised() -> None:
    assert begins_with_greeting("Hei {customer_name},\n\nPakken er sendt.")
    assert not begins_with_greeting("Pakken er sendt.")


@given(st.text(max_size=200))
def test_nothing_is_invented(text: str) -> None:
    core = without_frame(text)
    assert len(core) <= len(text) + 2
