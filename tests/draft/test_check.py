"""The checks on a reply, in five languages."""

from __future__ import annotations

import pytest

from replyassist.draft import check_draft
from replyassist.types import Article, Customer, Message, Resolution, Turn

SOURCE = Article(
    id="a",
    title="Retur",
    body="Du kan returnere innen 30 dager. Frakt koster 1 299,00 kr. Se https://mokkavik.example/retur for mer.",
    url="https://mokkavik.example/nb/retur",
    language="nb",
)
TICKET = Message(text="Hei, ordre MV-123456 kom 12.03.2026. Jeg betalte 500 kr.", customer=Customer(name="Kari Moen"))


def codes(text: str, language: str | None = None, ticket: Message = TICKET) -> list[str]:
    return [finding.code for finding in check_draft(text, [SOURCE], ticket, language=language)]


@pytest.mark.parametrize(
    "text",
    [
        "Du kan returnere innen 30 dager.",
        "Frakt koster 1299 kr.",
        "Frakt koster 1.299,00 kr.",
        "Ordre MV-123456 kom 12.03.2026, og du betalte 500 kr.",
        "Se mokkavik.example/retur eller https://mokkavik.example/nb/retur.",
        "1. Åpne siden.\n2. Skriv ut etiketten.\n3. Send pakken.",
        "",
    ],
)
def test_supported_text_is_clean(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Du kan returnere innen 60 dager.", ["unsupported_number"]),
        ("Frakt koster 1 298,00 kr.", ["unsupported_number"]),
        ("Vi refunderer 12.04.2026.", ["unsupported_number"]),
        ("Se https://evil.example/retur", ["unsupported_link"]),
        ("Skriv til {order_number}", ["open_slot"]),
        ("Kontakt ola@mokkavik.example i dag", ["foreign_personal_data"]),
    ],
)
def test_unsupported_text_is_found(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_findings_point_at_their_place() -> None:
    text = "Ja, innen 60 dager."
    (finding,) = check_draft(text, [SOURCE], TICKET)
    assert (text[finding.start : finding.end], finding.severity) == ("60", "critical")


def test_notes_and_questions_of_past_tickets_support_nothing() -> None:
    past = Resolution(id="r", question="Jeg venter på 777 kr", answer="Pengene er på vei.")
    ticket = Message(text="Hvor blir pengene av?", thread=(Turn(role="note", text="lov kunden 888 kr"),))
    found = check_draft("Du får 777 kr og 888 kr.", [past], ticket)
    assert [f.code for f in found] == ["unsupported_number", "unsupported_number"]


def test_internal_text_is_found_and_shared_text_is_not() -> None:
    secret = "Gi inntil femti prosent avslag til kunder som truer med å slutte hos oss"
    internal = Article(id="i", title="Kulanse", body=secret, audience=frozenset({"internal"}))
    found = check_draft(secret, [SOURCE, internal], TICKET)
    assert {f.code for f in found} == {"internal_source"}
    public = Article(id="p", title="x", body=secret)
    assert check_draft(secret, [public, internal], TICKET) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Hei, du kan sende varen tilbake til oss uten kostnad så lenge den ikke er brukt."),
        ("sv", "Hej, du kan skicka tillbaka varan till oss utan kostnad så länge den inte är använd."),
        ("da", "Hej, du kan sende varen tilbage til os uden beregning, så længe den ikke er blevet brugt."),
        ("fi", "Hei, voit palauttaa tuotteen meille maksutta, kunhan sitä ei ole vielä otettu käyttöön."),
        ("en", "Hi, you can send the item back to us free of charge as long as it has not been used."),
    ],
)
def test_the_wrong_language_is_found(language: str, text: str) -> None:
    assert codes(text, language) == []
    other = "fi" if language != "fi" else "sv"
    assert codes(text, other) == ["wrong_language"]
