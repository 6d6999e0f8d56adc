from __future__ import annotations

import pytest

from .personal_samples import certain, found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IP-adressen min er 203.0.113.7", [("ip", "203.0.113.7")]),
        ("fra 2001:db8::ff00:42:8329 i går", [("ip", "2001:db8::ff00:42:8329")]),
        ("https://example.com/reset?token=abcDEF123456&lang=no", [("secret", "abcDEF123456")]),
        ("https://example.com/r/3f9c2a7b1d4e5f60718293a4b5c6", [("secret", "3f9c2a7b1d4e5f60718293a4b5c6")]),
        ("Passordet mitt er Sommer2026!", [("secret", "Sommer2026")]),
        ("lösenord: katt", [("secret", "katt")]),
        ("adgangskoden er hund12", [("secret", "hund12")]),
        ("salasanani on Kissa99", [("secret", "Kissa99")]),
        ("my password is hunter2", [("secret", "hunter2")]),
        ("PIN-koden min er 1234", [("secret", "1234")]),
        ("Authorization: Bearer abcdef1234567890", [("secret", "abcdef1234567890")]),
        ("API key: 9f8e7d6c5b4a39281706", [("secret", "9f8e7d6c5b4a39281706")]),
    ],
)
def test_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["203.0.113.256", "versjon 10.4.2.1", "v10.4.2.1", "1.2.3.4.5", "10:20:30", "a::b::c", "::"]
)
def test_what_is_no_address(text):
    assert found(text) == []


@pytest.mark.parametrize("key", ["password", "token", "access_token", "api_key", "sig", "code"])
def test_secrets_in_links(key):
    assert found(f"https://example.com/a?x=1&{key}=Zz9-abcdef#top") == [("secret", "Zz9-abcdef")]


def test_a_password_before_the_host():
    assert found("ftp://kari:hemmelig1@example.com/fil") == [("secret", "hemmelig1")]


@pytest.mark.parametrize(
    "value",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123",
        "ghp_" + "a1B2" * 9,
        "sk_" + "test_" + "4eC39HqLyjWD",
        "AKIA" + "IOSFODNN7EXAMPLE",
    ],
)
def test_known_key_forms_are_certain(value):
    assert found(f"Nøkkelen {value} virker ikke") == [("secret", value)]
    assert certain(f"Nøkkelen {value} virker ikke") == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Passord: hemmelig",
        "Lösenord: hemmelig",
        "Adgangskode: hemmelig",
        "Salasana: hemmelig",
        "Password: hemmelig",
        "pwd=hemmelig",
    ],
)
def test_any_word_is_a_password_behind_a_colon(text):
    assert found(text) == [("secret", "hemmelig")]


@pytest.mark.parametrize(
    "text", ["engangskoden er 123456", "engångskod 123456", "kertakäyttökoodi 123456", "my verification code is 123456"]
)
def test_one_time_codes(text):
    assert found(text) == [("secret", "123456")]
