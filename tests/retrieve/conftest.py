from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from replyassist.embed import Kind
from replyassist.retrieve import Retriever, Segments, SegmentWriter, write_corpus
from replyassist.retrieve.lexical import Floats, grams, words
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.types import Article, Document, Macro, Resolution


class HashingEncoder:
    """Signed hashing of character 4-grams: deterministic, no training, close texts get close vectors."""

    name = "hashing"
    dim = 64

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Floats:
        assert kind in ("query", "passage")
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for gram in (gram for word in words(text) for gram in grams(word)):
                code = zlib.crc32(gram.encode("utf-8", "replace"))
                vectors[row, code % self.dim] += 1.0 if code & 1024 else -1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)

    def save(self, folder: Path) -> None:
        raise NotImplementedError


Open = Callable[[Iterable[Document]], Retriever]

KNOWLEDGE: tuple[Document, ...] = (
    Article(
        id="nb/retur",
        group="retur",
        language="nb",
        title="Returnere en vare",
        body=("Du har 30 dagers åpent kjøp. Legg varen i esken, fest returlappen og lever pakken på posten."),
        url="https://example.no/retur",
    ),
    Article(
        id="sv/retur",
        group="retur",
        language="sv",
        title="Returnera en vara",
        body=("Du har 30 dagars öppet köp. Lägg varan i kartongen, fäst retursedeln och lämna paketet hos ombudet."),
    ),
    Article(
        id="nb/faktura",
        language="nb",
        title="Utsette betaling av faktura",
        body=("Logg inn på Min side og velg Utsett forfall. Nytt forfall blir 14 dager senere."),
    ),
    Article(
        id="da/adgangskode",
        language="da",
        title="Nulstil adgangskode",
        body=("Klik på Glemt adgangskode, og skriv din e-mail. Du får et link, som virker i en time."),
    ),
    Article(
        id="fi/salasana",
        language="fi",
        title="Salasanan vaihtaminen",
        body=("Valitse Unohtuiko salasana ja kirjoita sähköpostiosoitteesi. Saat linkin, joka on voimassa tunnin."),
    ),
    Article(
        id="en/subscription",
        language="en",
        title="Cancel a subscription",
        body=("Open Settings, choose Subscription and press Cancel. It ends with the current period."),
    ),
    Article(
        id="nb/refusjon-intern",
        language="nb",
        audience=frozenset({"internal"}),
        title="Refusjon uten kvittering",
        body=("Refusjon uten kvittering kan gis inntil 500 kroner av teamleder Zorro."),
    ),
    Resolution(
        id="t1",
        language="sv",
        subject="Paketet saknas",
        question=("Hej, mitt paket har inte kommit fram fast spårningen säger levererat."),
        answer=("Vi har öppnat en efterlysning hos transportören. Du får svar inom tre dagar."),
    ),
    Resolution(
        id="t2",
        language="nb",
        question="Jeg er trukket to ganger for samme ordre.",
        answer=("Det ene trekket er en reservasjon som slippes innen fem dager."),
    ),
    Macro(id="m1", language="en", title="Ask for the order number", body="Could you send us the order number, please?"),
)


def write_generation(
    folder: Path,
    previous: Path | None,
    encoder: HashingEncoder,
    *,
    put: Iterable[Document] = (),
    remove: Sequence[str] = (),
    rewrite: bool = False,
) -> list[str]:
    """Write the generation that follows ``previous`` into ``folder``; return the paths it keeps, linked."""
    kept: list[str] = []

    def keep(name: str) -> None:
        assert previous is not None
        kept.append(name)
        shutil.copytree(previous / name, folder / name, copy_function=os.link)

    folder.mkdir()
    with SegmentWriter(folder, previous, keep) as writer:
        if rewrite:
            writer.rewrite()
        assert writer.remove(remove) == len(remove)
        writer.put(put)
        writer.finish(encoder)
    return kept


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def open_with(tmp_path: Path, encoder: HashingEncoder) -> Open:
    """Build a generation of documents and open it."""
    made = 0

    def build(documents: Iterable[Document]) -> Retriever:
        nonlocal made
        made += 1
        folder = tmp_path / f"generation-{made}"
        write_corpus(folder, documents, encoder)
        return Retriever(Segments.open(folder, encoder), encoder, RelevanceModel.prior())

    return build


@pytest.fixture
def retriever(open_with: Open) -> Retriever:
    return open_with(KNOWLEDGE)
