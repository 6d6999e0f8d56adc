"""What a reader sees of a corpus does not depend on how it is cut into segments."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from replyassist.embed import Encoder
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve import Retriever, Segments, candidates, editing, write_corpus
from replyassist.retrieve.lexical import Floats, words
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.segment import Profiler, Segment
from replyassist.retrieve.segments import LIST, SegmentList, open_documents
from replyassist.retrieve.table import group_source, id_key
from replyassist.types import PUBLIC, Article, Document, Macro, Resolution

from .conftest import KNOWLEDGE, HashingEncoder, Open, write_generation

ONE = 10**6
"""Chunks in a segment that holds everything."""

NOW = datetime(2026, 6, 1, tzinfo=UTC)
INTERNAL = frozenset({"public", "internal"})


class LengthProfiler:
    """Says of a text how long its words are."""

    name = "lengths"

    def profiles(self, texts: Sequence[str]) -> Floats:
        lengths = [[len(word) for word in words(text)] for text in texts]
        counts = np.array([[1 + sum(n % 4 == k for n in found) for k in range(4)] for found in lengths], np.float32)
        return (counts.reshape(-1, 4) / counts.reshape(-1, 4).sum(axis=1, keepdims=True)).astype(np.float32)


def write_cut(
    folder: Path, documents: Sequence[Document], encoder: Encoder, size: int, profiler: Profiler | None = None
) -> Retriever:
    """Write ``documents``, each a chunk, into segments of ``size`` chunks, and open them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "SEGMENT_CHUNKS", size)
        write_corpus(folder, documents, encoder, profiler)
    segments = Segments.open(folder, encoder, profiler)
    assert len(segments.segments) == -(-len(documents) // size)
    return Retriever(segments, encoder, RelevanceModel.prior(), profiler)


VOCABULARY = (
    "pakke pakken retur returnere varen faktura forfall konto passord levering forsinket refusjon "
    "paket retur vara faktura konto lösenord leverans paketti palautus lasku salasana toimitus "
    "parcel return item invoice account password delivery adgangskode ikke har jeg min der og en at"
)
WORDS = VOCABULARY.split()

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
audiences = st.sampled_from([frozenset({"public"}), frozenset({"public"}), frozenset({"internal"})])
languages = st.sampled_from(["nb", "nn", "sv", "da", "fi", "en", None])
moments = st.none() | st.integers(0, 2000).map(lambda days: NOW - timedelta(days=days))
articles = st.builds(
    Article,
    id=st.just("d"),
    title=texts,
    body=texts,
    language=languages,
    audience=audiences,
    group=st.sampled_from([None, None, "g1", "g2"]),
    updated_at=moments,
    verified_until=moments,
)
resolutions = st.builds(
    Resolution,
    id=st.just("d"),
    subject=texts,
    question=texts,
    answer=texts,
    language=languages,
    audience=audiences,
    reopened=st.booleans(),
    csat=st.sampled_from([None, 0.2, 1.0]),
    resolved_at=moments,
)
macros = st.builds(Macro, id=st.just("d"), title=texts, body=texts, language=languages)


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    """Up to 25 documents: every view proposes 50, so that ties at the last place decide nothing."""
    found = draw(st.lists(articles | resolutions | macros, max_size=25))
    return [msgspec.structs.replace(document, id=f"d{number}") for number, document in enumerate(found)]


@settings(max_examples=40, phases=[Phase.generate])
@given(
    documents=corpora(),
    size=st.integers(2, 9),
    seed=st.integers(0, 99),
    query=st.lists(texts, min_size=1, max_size=3).map("? ".join),
    language=languages,
    audience=st.sampled_from([PUBLIC, INTERNAL]),
    k=st.sampled_from([1, 5, 50]),
    profiler=st.sampled_from([None, LengthProfiler()]),
)
def test_one_segment_and_many_give_the_same_hits_value_by_value(
    documents: list[Document],
    size: int,
    seed: int,
    query: str,
    language: str | None,
    audience: frozenset[str],
    k: int,
    profiler: Profiler | None,
) -> None:
    encoder = HashingEncoder()
    shuffled = random.Random(seed).sample(documents, len(documents))
    with tempfile.TemporaryDirectory() as place:
        whole = write_cut(Path(place) / "whole", documents, encoder, ONE, profiler)
        cut = write_cut(Path(place) / "cut", shuffled, encoder, size, profiler)
        asked = {"language": language, "audience": audience, "k": k, "now": NOW, "exclude": {"d0"}}
        assert cut.search(query, **asked) == whole.search(query, **asked)
        same = (whole.knowledge, cut.knowledge)
        assert len({knowledge.digest() for knowledge in same}) == 1
        assert len({tuple(knowledge.documents()) for knowledge in same}) == 1


def essays(count: int, seed: int = 0, language: str = "nb") -> list[Document]:
    """Documents of many words drawn at random: no two score the same for a query of several words."""
    chance = random.Random(seed)

    def text(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)) + f" nummer{seed}x{chance.randrange(10**6)}"

    return [Article(id=f"e{n:04}", title=text(4), body=text(40), language=language) for n in range(count)]


@pytest.mark.parametrize("size", [7, 60])
def test_what_is_proposed_is_the_best_of_all_segments(tmp_path: Path, encoder: HashingEncoder, size: int) -> None:
    documents = essays(200)
    whole = write_cut(tmp_path / "whole", documents, encoder, ONE)
    cut = write_cut(tmp_path / "cut", random.Random(1).sample(documents, len(documents)), encoder, size)
    chance = random.Random(2)
    for _ in range(10):
        query = f"{' '.join(chance.choices(WORDS, k=6))}? {' '.join(chance.choices(WORDS, k=9))}"
        assert cut.search(query, language="nb", k=20) == whole.search(query, language="nb", k=20)
        found = cut.candidates(cut.read(query, language="nb"), "article")
        # Two views and, of two sentences, each: no segment proposes more than its share.
        assert candidates.CANDIDATES <= len(found.row) <= 4 * candidates.CANDIDATES


def test_a_translation_in_another_segment_is_found_with_its_own(
    tmp_path: Path, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It resembles the query less than many others do, so that no view proposes it."""
    nb = Article(id="nb", group="g", language="nb", title="Retur av vare", body="Slik sender du varen i retur til oss.")
    fi = Article(id="fi", group="g", language="fi", title="Palautus", body="Kyllä kai sen voi pukata teillekin, hyvä.")
    filler = [
        Article(id=f"f{n}", language="sv", title=f"Retur {n}", body=f"Send i retur til oss {n}") for n in range(60)
    ]
    monkeypatch.setattr(candidates, "CANDIDATES", 5)
    shown = {}
    for name, size in (("whole", ONE), ("cut", 31)):
        retriever = write_cut(tmp_path / name, [nb, *filler, fi], encoder, size)
        query = retriever.read("Slik sender du varen i retur til oss", language="fi")
        assert len(retriever.candidates(query, "article").row) < len(filler)
        shown[name] = [hit.source_id for hit in retriever.search(query, k=9)["article"] if hit.group == "g"]
    assert shown == {"whole": ["fi"], "cut": ["fi"]}


def test_what_is_hidden_changes_no_number_however_the_corpus_is_cut(tmp_path: Path, encoder: HashingEncoder) -> None:
    public = essays(90)
    change = msgspec.structs.replace
    hidden = [change(one, id=f"h{one.id}", audience=frozenset({"internal"})) for one in essays(90, seed=5)]
    without = write_cut(tmp_path / "without", public, encoder, ONE)
    mixed = random.Random(3).sample([*public, *hidden], 180)
    cut = write_cut(tmp_path / "cut", mixed, encoder, 17)
    for query in ("pakke retur konto min", "hvor er pakken min? jeg har ikke fått faktura"):
        assert cut.search(query, language="nb", k=30) == without.search(query, language="nb", k=30)
        inside = cut.search(query, language="nb", k=30, audience=INTERNAL)["article"]
        assert any(hit.source_id.startswith("h") for hit in inside)


@pytest.mark.parametrize("size", [7, 60])
def test_ties_at_the_last_place_are_settled_alike(tmp_path: Path, encoder: HashingEncoder, size: int) -> None:
    """One word, and more chunks that hold it equally often than are proposed."""
    chance = random.Random(0)
    names = [" ".join("".join(chance.choices("abcdefghij", k=7)) for _ in range(3)) for _ in range(120)]
    documents = [Article(id=f"d{n}", language="nb", title="Retur", body=f"til {name}") for n, name in enumerate(names)]
    whole = write_cut(tmp_path / "whole", documents, encoder, ONE)
    cut = write_cut(tmp_path / "cut", random.Random(1).sample(documents, len(documents)), encoder, size)
    assert cut.search("retur", language="nb", k=99) == whole.search("retur", language="nb", k=99)


@pytest.mark.parametrize("size", [1, 3, ONE])
def test_the_documents_of_all_segments_read_as_one_collection(
    tmp_path: Path, encoder: HashingEncoder, size: int
) -> None:
    knowledge = write_cut(tmp_path / "k", KNOWLEDGE, encoder, size).knowledge
    reversed_and_cut = write_cut(tmp_path / "reversed", KNOWLEDGE[::-1], encoder, 4).knowledge
    for documents in (knowledge, open_documents(tmp_path / "k")):
        assert list(documents.documents()) == sorted(KNOWLEDGE, key=lambda document: document.id)
        assert [one.id for one in documents.documents("resolution")] == ["t1", "t2"]
        assert documents.counts() == {"article": 7, "resolution": 2, "macro": 1}
        assert [documents.get(one.id) for one in KNOWLEDGE] == list(KNOWLEDGE)
        assert documents.get("nothing") is None
        assert documents.digest() == reversed_and_cut.digest()
        documents.check()


def test_a_damaged_page_of_any_segment_is_found(tmp_path: Path, encoder: HashingEncoder) -> None:
    write_cut(tmp_path / "k", KNOWLEDGE, encoder, 4)
    store = sorted((tmp_path / "k" / "segments").iterdir())[-1] / "store.sqlite"
    raw = bytearray(store.read_bytes())
    raw[4096:] = bytes(byte ^ 0x5A for byte in raw[4096:])
    store.write_bytes(raw)
    with pytest.raises(ArtifactCorrupt):
        open_documents(tmp_path / "k").check()


def test_the_digest_tells_contents_apart(tmp_path: Path, encoder: HashingEncoder) -> None:
    digest = write_cut(tmp_path / "k", KNOWLEDGE, encoder, 3).knowledge.digest()
    fewer = write_cut(tmp_path / "fewer", KNOWLEDGE[1:], encoder, 3).knowledge
    internal = msgspec.structs.replace(KNOWLEDGE[0], audience=frozenset({"internal"}))
    other = write_cut(tmp_path / "other", [internal, *KNOWLEDGE[1:]], encoder, 3).knowledge
    assert len({digest, fewer.digest(), other.digest()}) == 3


def test_sources_are_the_group_of_an_article_or_the_document_itself(open_with: Open) -> None:
    knowledge = open_with(KNOWLEDGE).knowledge
    assert knowledge.sources(["nb/retur", "sv/retur"]) == {group_source("retur")}
    assert knowledge.sources(["nb/faktura", "t1", "m1"]) == {id_key("nb/faktura"), id_key("t1"), id_key("m1")}
    assert knowledge.sources(["nothing"]) == knowledge.sources([]) == frozenset()


def test_one_verified_article_in_any_segment_counts(tmp_path: Path, encoder: HashingEncoder) -> None:
    verified = Article(id="v", title="Retur", body="Send varen.", verified_until=NOW)
    assert write_cut(tmp_path / "with", [*KNOWLEDGE, verified], encoder, 3).knowledge.verifies
    assert not write_cut(tmp_path / "without", KNOWLEDGE, encoder, 3).knowledge.verifies


def test_open_segments_are_taken_over_and_new_ones_opened(
    tmp_path: Path, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 4)
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 0)
    write_generation(tmp_path / "1", None, encoder, put=KNOWLEDGE)
    first = Segments.open(tmp_path / "1", encoder)
    assert [segment.size for segment in first.segments] == [4, 4, 2]
    added = Macro(id="m2", language="nb", title="Ny", body="Ny makro")
    write_generation(tmp_path / "2", tmp_path / "1", encoder, put=[added], remove=["nb/retur"])
    opens: list[str] = []
    actual = Segment.open.__func__  # type: ignore[attr-defined]

    def counting(cls: type[Segment], folder: Path, *more: object) -> Segment:
        opens.append(folder.name)
        return actual(cls, folder, *more)

    monkeypatch.setattr(Segment, "open", classmethod(counting))
    second = Segments.open(tmp_path / "2", encoder, known=first)
    known, now = SegmentList.read(tmp_path / "1").names, SegmentList.read(tmp_path / "2").names
    assert opens == [name for name in now if name not in known] != []
    assert [segment for segment in second.segments if segment in first.segments] == [first.segments[1]]
    assert second.digest() == Segments.open(tmp_path / "2", encoder).digest()
    # What was replaced stays readable for who has it open.
    assert first.get("nb/retur") == KNOWLEDGE[0]
    assert second.get("nb/retur") is None
    assert second.get("m2") == added


def test_profiles_of_another_kind_are_left_out(tmp_path: Path, encoder: HashingEncoder) -> None:
    profiler, other = LengthProfiler(), LengthProfiler()
    other.name = "other"
    write_cut(tmp_path / "k", KNOWLEDGE, encoder, ONE, profiler)
    (known,) = Segments.open(tmp_path / "k", encoder, profiler).segments
    assert known.profiles is not None
    assert known.profiles.shape == (len(KNOWLEDGE), 4)
    plain = Retriever(Segments.open(tmp_path / "k", encoder), encoder, RelevanceModel.prior())
    found = plain.search("returnere varen", language="nb")
    for reader in (None, other):
        segments = Segments.open(tmp_path / "k", encoder, reader)
        assert segments.segments[0].profiles is None
        assert (
            Retriever(segments, encoder, RelevanceModel.prior(), reader).search("returnere varen", language="nb")
            == found
        )
    informed = Retriever(Segments.open(tmp_path / "k", encoder, profiler), encoder, RelevanceModel.prior(), profiler)
    assert informed.search("returnere varen", language="nb") != found


def test_a_list_survives_writing_and_a_damaged_one_is_refused(tmp_path: Path, encoder: HashingEncoder) -> None:
    told = SegmentList(("000002", "000007"), 9)
    told.write(tmp_path)
    assert SegmentList.read(tmp_path) == told
    for damaged in ("", "[", "{}}", '{"names": ["../../etc"], "next_number": 1}', '{"names": 3}'):
        (tmp_path / LIST).write_text(damaged)
        with pytest.raises(ArtifactCorrupt, match=r"segments\.json"):
            SegmentList.read(tmp_path)
    told.write(tmp_path)
    with pytest.raises(ArtifactMissing):
        Segments.open(tmp_path, encoder)
    (tmp_path / LIST).unlink()
    for opener in (SegmentList.read, open_documents, lambda folder: Segments.open(folder, encoder)):
        with pytest.raises(ArtifactMissing, match=r"segments\.json"):
            opener(tmp_path)
