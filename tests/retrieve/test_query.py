"""What a message asks for: its sentences, what each weighs, and how it is searched by; in five languages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from replyassist.embed import Encoder, Kind, shipped_encoder
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve import query as module
from replyassist.retrieve.lexical import Floats, words
from replyassist.retrieve.query import (
    APART,
    PARTS,
    REQUEST,
    REQUESTS,
    SALIENCE_FILE,
    SHARPNESS,
    Salience,
    describe,
    read_query,
    sentences_of,
    shipped_salience,
)
from replyassist.types import LANGUAGES


class Mail(NamedTuple):
    language: str
    subject: str
    greeting: str
    story: str
    request: str
    thanks: str

    @property
    def text(self) -> str:
        return "\n".join(self[1:])


MAILS = [
    Mail(
        "nb",
        "Bytte",
        "Hei!",
        "Jeg fikk en genser i gave av tanten min til jul, og vi har vært bortreist siden da.",
        "Hvordan bytter jeg til en større størrelse?",
        "Takk for hjelpen, og ha en fin dag.",
    ),
    Mail(
        "nb",
        "Pakken min",
        "God morgen!",
        "En kollega anbefalte dere, og sønnen min har bursdag på lørdag.",
        "Når kommer pakken med ordrenummer 48213?",
        "På forhånd takk.",
    ),
    Mail(
        "nb",
        "Faktura",
        "Hei hei.",
        "Det ble litt mye på én gang denne måneden etter at bilen røk på verksted.",
        "Kan jeg få utsatt betalingen av fakturaen i to uker?",
        "Tusen takk!",
    ),
    Mail(
        "nb",
        "Innlogging",
        "Hallo.",
        "Jeg har nettopp kjøpt ny telefon og holder på å flytte over alt sammen.",
        "Jeg får ikke logget inn, fordi passordet mitt ikke virker lenger.",
        "Mvh Ola",
    ),
    Mail(
        "sv",
        "Adress",
        "Hej!",
        "Det har varit mycket att göra på sistone, och barnen har precis börjat i ny skola.",
        "Hur ändrar jag leveransadressen på min beställning?",
        "Tack på förhand!",
    ),
    Mail(
        "sv",
        "Trasig lampa",
        "Hejsan.",
        "Vi har varit på semester i två veckor och kom hem i går kväll.",
        "Jag vill ha pengarna tillbaka för lampan som var trasig när den kom.",
        "Tack så mycket!",
    ),
    Mail(
        "sv",
        "Uppsägning",
        "God dag.",
        "Vi har varit nöjda kunder sedan 2019, och min man pratar gott om er.",
        "Hur säger jag upp mitt abonnemang?",
        "Ha en trevlig helg.",
    ),
    Mail(
        "sv",
        "Fakturan",
        "Hej på er!",
        "Jag satt och gick igenom våra papper i söndags.",
        "Varför har ni dragit pengar två gånger för samma faktura?",
        "Med vänlig hälsning Åsa",
    ),
    Mail(
        "da",
        "Opsigelse",
        "Hej med jer.",
        "I går aftes sad vi og ryddede op i papirerne, og min mand lavede kaffe.",
        "Hvordan opsiger vi vores abonnement?",
        "Tak for hjælpen, og god weekend.",
    ),
    Mail(
        "da",
        "Faktura",
        "Hej.",
        "Det var min søster, der fortalte om jer for et par år siden.",
        "Kan I sende mig en kopi af min seneste faktura?",
        "Mange tak.",
    ),
    Mail(
        "da",
        "Pakken",
        "Godmorgen.",
        "Vi skal til konfirmation på lørdag og glæder os meget.",
        "Min pakke er ikke kommet, hvor er den henne?",
        "Venlig hilsen Kirsten",
    ),
    Mail(
        "da",
        "Returnering",
        "Kære kundeservice.",
        "Jeg er pensionist og handler ikke så tit på nettet.",
        "Hvordan sender jeg skoene retur og får mine penge igen?",
        "På forhånd tak for svar.",
    ),
    Mail(
        "fi",
        "Palautus",
        "Moi!",
        "Olin viime viikolla mökillä, ja matka meni mukavasti, vaikka satoi koko ajan.",
        "Miten voin palauttaa tuotteen ja saada rahat takaisin?",
        "Kiitos avusta ja hyvää viikonloppua!",
    ),
    Mail(
        "fi",
        "Paketti",
        "Hei.",
        "Naapurini suositteli teitä, ja olemme olleet tyytyväisiä.",
        "Pakettini ei ole vieläkään saapunut, missä se on?",
        "Kiitos.",
    ),
    Mail(
        "fi",
        "Lasku",
        "Hyvää huomenta!",
        "Meillä on ollut kotona kova kiire, kun lapset aloittivat koulun.",
        "Voinko saada laskulle lisää maksuaikaa?",
        "Terveisin Matti",
    ),
    Mail(
        "fi",
        "Salasana",
        "Terve.",
        "Ostin juuri uuden puhelimen ja siirsin siihen vanhat kuvat.",
        "En pääse kirjautumaan, koska olen unohtanut salasanani.",
        "Kiitos etukäteen!",
    ),
    Mail(
        "en",
        "Password",
        "Hello,",
        "Yesterday we came back from a lovely trip to Cornwall.",
        "How do I reset the password for my account?",
        "Thanks so much and have a great day!",
    ),
    Mail(
        "en",
        "Subscription",
        "Hi there,",
        "My sister told me about you when we had lunch on Sunday.",
        "Please cancel my subscription from next month.",
        "Many thanks.",
    ),
    Mail(
        "en",
        "Missing parcel",
        "Good morning,",
        "It is my son's birthday on Saturday and he is very excited.",
        "My parcel still has not arrived, can you tell me where it is?",
        "Kind regards, Tom",
    ),
    Mail(
        "en",
        "Refund",
        "Dear team,",
        "I am retired and do not shop online very often.",
        "The lamp arrived broken and I would like my money back.",
        "Thank you in advance.",
    ),
]


@cache
def shipped() -> Encoder:
    return shipped_encoder()


@pytest.fixture
def encoder() -> Encoder:
    return shipped()


class Recorder:
    """An encoder that remembers what it was asked, and answers as the built-in one."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dim = encoder.name, encoder.dim
        self._encoder = encoder
        self.asked: list[tuple[list[str], Kind]] = []

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Floats:
        self.asked.append((list(texts), kind))
        return self._encoder.encode(texts, kind=kind)

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def weights_of(sentences: Sequence[str]) -> Floats:
    closeness = shipped_salience().closeness(sentences)
    return np.exp(SHARPNESS * (closeness - closeness.max()))


# Sentences.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n ", []),
        ("Hvor er pakken", ["Hvor er pakken"]),
        (
            "Hei!\nHvor er pakken min? Den skulle komme\n\ni går.",
            ["Hei!", "Hvor er pakken min?", "Den skulle komme", "i går."],
        ),
        ("Hei", ["Hei"]),
        ("Hej\r\nVar är den?\rTack", ["Hej", "Var är den?", "Tack"]),
        ("Ring kl. 12. Det haster!", ["Ring kl. 12.", "Det haster!"]),
        ("Tilasin sen 3. maaliskuuta. Missä se on?", ["Tilasin sen 3. maaliskuuta.", "Missä se on?"]),
        ("Kan I ringe til mig fx i morgen? Tak.", ["Kan I ringe til mig fx i morgen?", "Tak."]),
        ("- one item. Still it\n- two", ["- one item. Still it", "- two"]),
    ],
)
def test_a_message_is_cut_at_sentences_and_lines(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


def test_the_rest_of_a_very_long_mail_is_one_more_sentence() -> None:
    lines = [f"Linje nummer {n}." for n in range(100)]
    found = sentences_of("\n".join(lines))
    assert found[:60] == lines[:60]
    assert found[60:] == [" ".join(lines[60:])]
    assert sentences_of("\n".join(lines[:60])) == lines[:60]


@given(st.text())
@example("a.\x85b.\u2028c")
@example(":\n😀\nHvor er pakken?")
def test_every_word_lies_in_one_sentence(text: str) -> None:
    found = sentences_of(text)
    assert [word for one in found for word in words(one)] == [
        word for line in text.splitlines() for word in words(line)
    ]
    assert all(words(one) and one == one.strip() for one in found)


# What a sentence weighs.


def test_features_are_the_vector_and_four_signs(encoder: Encoder) -> None:
    sentences = ["Hei!", "Hvor er den?", "Takk for hjelpen"]
    found = describe(sentences)
    assert found[:, : encoder.dim] == pytest.approx(encoder.encode(sentences, kind="query"))
    log = np.log
    assert found[:, encoder.dim :] == pytest.approx(np.array([[0, 0, 0, log(2)], [1, 0, 0, log(4)], [0, 0, 1, log(4)]]))
    assert describe(["Hei"])[0, encoder.dim :] == pytest.approx([0, 0, 1, log(2)])


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        *(("Pakken mangler", 1), ("Beställning 4711", 1), ("Manglende pakke", 1), ("Paketti puuttuu", 1)),
        *(("Missing parcel", 1), ("Hi there,", 0), ("Hej med jer.", 0), ("Hei!", 0), ("Moi", 0)),
    ],
)
def test_a_first_line_without_a_mark_is_a_subject(line: str, subject: int, encoder: Encoder) -> None:
    assert describe([line, "Hvor er den?"])[0, encoder.dim + 1] == subject
    assert describe(["Hvor er den?", line])[1, encoder.dim + 1] == 0


def test_closeness_is_linear_in_the_features(encoder: Encoder) -> None:
    coefficients = np.linspace(-1, 1, encoder.dim + 4)
    model = Salience(encoder=encoder.name, coefficients=tuple(coefficients.tolist()), fitted_on="")
    sentences = ["Hei!", "Hvor er den?"]
    expected = [sum(x * c for x, c in zip(row, coefficients, strict=True)) for row in describe(sentences)]
    assert model.closeness(sentences) == pytest.approx(expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_request_outweighs_greeting_story_and_thanks(language: str) -> None:
    mails = [mail for mail in MAILS if mail.language == language]
    weights = np.array([weights_of(mail[1:]) for mail in mails])
    subject, greeting, story, request, thanks = weights.T
    assert (request > 1.2 * greeting).all()
    # One story or another resembles a request: "my car broke down and I am short of money".
    assert request.mean() > 1.1 * story.mean()
    assert request.mean() > 1.1 * thanks.mean()
    assert (np.maximum(request, subject) >= 0.8 * weights.max(axis=1)).all()


def test_most_requests_outweigh_the_story_beside_them() -> None:
    weights = np.array([weights_of(mail[1:]) for mail in MAILS])
    assert (weights[:, 3] > weights[:, 2]).mean() >= 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vector_lies_closer_to_the_request_than_that_of_the_whole_text(language: str, encoder: Encoder) -> None:
    gains = []
    for mail in (mail for mail in MAILS if mail.language == language):
        request, whole = encoder.encode([mail.request, mail.text])
        gains.append(float((read_query(mail.text, encoder).vector - whole) @ request))
    assert np.mean(gains) > 0


# How a message is searched by.


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail.language} {mail.subject}")
def test_words_weigh_like_the_heaviest_sentence_they_stand_in(mail: Mail, encoder: Encoder) -> None:
    query = read_query(mail.text, encoder)
    weights = dict(zip(sentences_of(mail.text), weights_of(mail[1:]).tolist(), strict=True))
    assert query.text == mail.text
    assert set(query.words) == set(words(mail.text))
    for word, weight in query.words.items():
        assert weight == pytest.approx(max(w for sentence, w in weights.items() if word in words(sentence)))


@pytest.mark.parametrize("mail", MAILS[::4], ids=lambda mail: mail.language)
def test_vector_and_parts_are_made_of_the_sentences(mail: Mail, encoder: Encoder) -> None:
    query = read_query(mail.text, encoder)
    vectors, whole = encoder.encode(mail[1:]), encoder.encode([mail.text])[0]
    weights = weights_of(mail[1:])
    mixed = sum(
        weight * np.sqrt(len(sentence.split())) * vector
        for sentence, weight, vector in zip(mail[1:], weights, vectors, strict=True)
    )
    both = mixed / np.linalg.norm(mixed) + whole
    assert query.vector == pytest.approx(both / np.linalg.norm(both), abs=1e-5)
    assert query.vector.dtype == query.parts.dtype == query.requests.dtype == np.float32
    expected = [np.sqrt(weight) * vector for weight, vector in zip(weights, vectors, strict=True)]
    assert query.parts == pytest.approx(np.array(expected), abs=1e-5)


def test_parts_are_the_weightiest_sentences_in_their_order(encoder: Encoder) -> None:
    sentences = [sentence for mail in MAILS[:4] for sentence in mail[1:]]
    weights = weights_of(sentences)
    query = read_query("\n".join(sentences), encoder)
    chosen = sorted(sorted(range(len(sentences)), key=lambda n: (-weights[n], n))[:PARTS])
    expected = encoder.encode([sentences[n] for n in chosen]) * np.sqrt(weights[chosen])[:, None]
    assert query.parts == pytest.approx(expected, abs=1e-5)
    assert query.parts.shape == (PARTS, encoder.dim)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: f"{mail.language} {mail.subject}")
def test_requests_are_weighty_sentences_far_from_each_other(mail: Mail, encoder: Encoder) -> None:
    vectors, weights = encoder.encode(mail[1:]), weights_of(mail[1:])
    kept: list[int] = []
    for n in sorted(range(len(weights)), key=lambda n: (-weights[n], n)):
        if weights[n] >= REQUEST and len(kept) < REQUESTS and all(vectors[n] @ vectors[m] < APART for m in kept):
            kept.append(n)
    found = read_query(mail.text, encoder).requests
    assert found == pytest.approx(vectors[kept] if len(kept) > 1 else np.zeros((0, encoder.dim)), abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "Hvor er pakken min?",
        "Hur ändrar jag adressen på min faktura",
        "Hvordan opsiger jeg mit abonnement?",
        "  Miten voin palauttaa tuotteen?\n",
        "How do I reset my password?",
        "Why why WHY?",
    ],
)
def test_a_single_sentence_is_searched_by_as_it_stands(text: str, encoder: Encoder) -> None:
    query = read_query(text, encoder)
    vector = encoder.encode([text])[0]
    assert query.words == dict.fromkeys(words(text), 1.0)
    assert np.array_equal(query.vector, vector)
    assert np.array_equal(query.parts, vector[None])
    assert query.requests.shape == (0, encoder.dim)


@pytest.mark.parametrize("text", ["", " \n ", "?!", "...\n---", "😀\n😀 😀", "\0"])
def test_a_message_without_a_word_has_none_and_no_direction(text: str, encoder: Encoder) -> None:
    query = read_query(text, encoder)
    assert not query.words
    assert np.isfinite(query.vector).all()
    assert np.isfinite(query.parts).all()
    assert query.parts.shape[1] == encoder.dim
    assert len(query.parts) >= 1


def test_what_is_known_already_is_handed_on_and_not_worked_out_again(encoder: Encoder) -> None:
    recorder = Recorder(encoder)
    profile = np.array([0.25, 0.75], np.float32)
    mail = MAILS[0]
    vector = encoder.encode(["noe annet"])[0]
    query = read_query(mail.text, recorder, language="nb", vector=vector, profile=profile)
    assert (query.language, query.profile) == ("nb", profile)
    assert recorder.asked == [(list(mail[1:]), "query")]
    assert query.vector @ vector > read_query(mail.text, encoder).vector @ vector
    assert np.array_equal(read_query("Hei du", recorder, vector=vector).vector, vector)
    assert recorder.asked[1:] == []
    assert read_query("Hei du", encoder).profile is None


def test_an_encoder_of_the_teams_own_need_not_be_the_built_in_one() -> None:
    class Letters:
        name, dim = "letters", 3

        def encode(self, texts: Sequence[str], kind: Kind = "query") -> Floats:
            counts = np.array([[text.count(letter) for letter in "aei"] for text in texts], np.float32)
            return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)

        def save(self, folder: Path) -> None:
            raise NotImplementedError

    query = read_query(MAILS[0].text, Letters())
    assert query.vector.shape == (3,)
    assert np.linalg.norm(query.vector) == pytest.approx(1)
    assert query.parts.shape == (5, 3)


# Any text at all.


@settings(max_examples=150)
@given(st.text() | st.lists(st.sampled_from([part for mail in MAILS for part in mail[1:]])).map("\n".join))
@example("a \ud800. b")
@example("x. " * 100)
@example("\n".join("?" for _ in range(80)))
def test_any_text_becomes_a_query(text: str) -> None:
    encoder = shipped()
    query = read_query(text, encoder)
    count = len(sentences_of(text))
    length = float(np.linalg.norm(query.vector))
    assert length == pytest.approx(1, abs=1e-5) or length == 0
    assert set(query.words) == set(words(text))
    assert all(0 < weight <= 1 for weight in query.words.values())
    assert query.parts.shape == (min(max(count, 1), PARTS), encoder.dim)
    assert (np.linalg.norm(query.parts, axis=1) <= 1 + 1e-5).all()
    assert query.requests.shape[1] == encoder.dim
    assert len(query.requests) in (0, *range(2, REQUESTS + 1))
    near = query.requests @ query.requests.T - np.eye(len(query.requests)) * 2
    assert (near < APART + 1e-6).all()


@pytest.mark.parametrize(
    "text",
    ["a. " * 100_000, "a\n" * 200_000, "?" * 500_000, "." * 500_000, "pakke " * 100_000, " \n" * 300_000],
    ids=["sentences", "lines", "question marks", "full stops", "words", "blanks"],
)
def test_hostile_text_is_read_in_linear_time(text: str, encoder: Encoder) -> None:
    start = time.perf_counter()
    query = read_query(text, encoder)
    assert len(query.parts) <= PARTS
    assert time.perf_counter() - start < 10


# The model's file.


@pytest.fixture
def salience_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the shipped model that is read instead of it."""
    path = tmp_path / "salience.json"
    path.write_bytes(SALIENCE_FILE.read_bytes())
    monkeypatch.setattr(module, "SALIENCE_FILE", path)
    shipped_salience.cache_clear()
    yield path
    shipped_salience.cache_clear()


def test_the_shipped_model_fits_the_shipped_encoder(encoder: Encoder) -> None:
    model = shipped_salience()
    assert model.encoder == encoder.name
    assert len(model.coefficients) == encoder.dim + 4
    assert np.isfinite(model.coefficients).all()
    assert model.fitted_on


def test_a_missing_model_is_reported(salience_file: Path, encoder: Encoder) -> None:
    salience_file.unlink()
    with pytest.raises(ArtifactMissing, match="install"):
        read_query(MAILS[0].text, encoder)
    # A message of one sentence needs no model.
    assert read_query("Hvor er pakken min?", encoder).words


def test_a_damaged_model_is_reported(salience_file: Path, encoder: Encoder) -> None:
    whole = salience_file.read_bytes()
    for damaged in (
        b"",
        whole[:-20],
        b"[]",
        whole.replace(b"coefficients", b"coefs"),
        b"\xff" + whole,
    ):
        salience_file.write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt, match="install"):
            read_query(MAILS[0].text, encoder)


def test_a_model_that_is_not_utf8_is_reported(salience_file: Path) -> None:
    salience_file.write_bytes(salience_file.read_bytes().replace(b"messages", b"\xff"))
    with pytest.raises(ArtifactCorrupt, match="install"):
        shipped_salience()


def test_a_model_for_another_encoder_is_refused(salience_file: Path) -> None:
    model = shipped_salience()
    for other in (
        msgspec.structs.replace(model, encoder="nordic-other"),
        msgspec.structs.replace(model, coefficients=model.coefficients[:-1]),
    ):
        salience_file.write_bytes(msgspec.json.encode(other))
        shipped_salience.cache_clear()
        with pytest.raises(ArtifactCorrupt, match="another encoder"):
            shipped_salience()
