"""Generations of segments: what a change writes, what it keeps, and what is left of what was removed."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from replyassist.errors import ArtifactError, DataError
from replyassist.retrieve import Retriever, Segments, SegmentWriter, Store, editing, write_corpus
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.segments import SegmentList, open_documents
from replyassist.types import Article, Document, Macro, Resolution

from .conftest import KNOWLEDGE, HashingEncoder, write_generation


def article(number: int, text: str = "", chunks: int = 1) -> Article:
    """A document of as many chunks, told apart by a word of its own."""
    own = f"ord{number:03}x"
    sections = [f"## Del {part}\n\n{text} {own} " + "handler om levering av pakker. " * 20 for part in range(chunks)]
    body = "\n\n".join(sections) if chunks > 1 else f"{text} {own} handler om levering av pakker."
    return Article(id=f"a{number:03}", language="nb", title=f"Tittel {number}", body=body)


class Corpus:
    """Generations below one folder, each made from the one before; knows what must be in the last one."""

    def __init__(self, folder: Path, encoder: HashingEncoder) -> None:
        self.encoder = encoder
        self.folder = folder
        self.number = 0
        self.model: dict[str, Document] = {}
        self.kept: list[str] = []

    @property
    def path(self) -> Path:
        return self.folder / str(self.number)

    @property
    def names(self) -> tuple[str, ...]:
        return SegmentList.read(self.path).names

    @property
    def sizes(self) -> list[int]:
        return [segment.size for segment in self.open().segments]

    def change(self, put: Iterable[Document] = (), remove: Sequence[str] = (), *, rewrite: bool = False) -> list[str]:
        """Write the next generation; return the names of its new segments."""
        put = list(put)
        before = self.path if self.number else None
        known = SegmentList.read(before) if before else SegmentList()
        self.number += 1
        self.kept = write_generation(self.path, before, self.encoder, put=put, remove=remove, rewrite=rewrite)
        for name in remove:
            del self.model[name]
        self.model |= {document.id: document for document in put}
        fresh = [name for name in self.names if name not in known.names]
        assert all(int(name) >= known.next_number for name in fresh), "a name is used once"
        assert sorted(self.kept) == [f"segments/{name}" for name in self.names if name in known.names]
        on_disk = sorted(path.name for path in (self.path / "segments").iterdir()) if self.names else []
        assert on_disk == sorted(self.names)
        return fresh

    def open(self) -> Segments:
        return Segments.open(self.path, self.encoder)

    def check(self) -> None:
        """Compare what is stored with what must be; everything is indexed and found by its own word."""
        knowledge = self.open()
        assert list(knowledge.documents()) == [self.model[name] for name in sorted(self.model)]
        assert all(0 < segment.size <= editing.SEGMENT_CHUNKS for segment in knowledge.segments)
        retriever = Retriever(knowledge, self.encoder, RelevanceModel.prior())
        words = {name: own_word(document) for name, document in self.model.items() if name.startswith("a")}
        for name in random.Random(self.number).sample(sorted(words), min(8, len(words))):
            found = retriever.search(words[name], k=50, language="nb")
            assert name in {hit.source_id for hits in found.values() for hit in hits}

    def check_hits(self) -> None:
        """Compare what is found with what one segment of the same documents finds, value by value."""
        knowledge, whole = self.open(), self.folder / f"whole-{self.number}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(editing, "SEGMENT_CHUNKS", 10**6)
            write_corpus(whole, self.model.values(), HashingEncoder())
        once = Segments.open(whole, self.encoder)
        assert knowledge.digest() == once.digest()
        here, there = (Retriever(one, self.encoder, RelevanceModel.prior()) for one in (knowledge, once))
        for query in ("ord001x", "handler om levering? hva koster retur av pakken"):
            assert here.search(query, k=50, language="nb") == there.search(query, k=50, language="nb")


def own_word(document: Document) -> str:
    """Return the word that only this document holds."""
    text = document.question if isinstance(document, Resolution) else document.body
    return next(word for word in text.split() if word.startswith("ord"))


@pytest.fixture
def corpus(tmp_path: Path, encoder: HashingEncoder) -> Corpus:
    return Corpus(tmp_path, encoder)


@pytest.fixture
def unmerged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ten chunks are a segment, and none is merged with one that is more than twice as large."""
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 10)
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 0)


def test_a_small_corpus_stays_one_segment(corpus: Corpus) -> None:
    for number in range(5):
        assert len(corpus.change([article(number)])) == 1
        assert corpus.sizes == [number + 1]
    corpus.check()


def test_a_segment_takes_up_no_more_than_it_may(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 4)
    corpus.change(article(number) for number in range(10))
    assert corpus.sizes == [4, 4, 2]
    corpus.change([article(10), article(11), article(12)])
    assert sorted(corpus.sizes) == [2, 3, 4, 4]
    corpus.check()


def test_documents_of_many_chunks_are_counted_by_their_chunks(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 6)
    corpus.change([article(1, chunks=4)])
    assert corpus.sizes == [4]
    corpus.change([article(2, chunks=3)])
    assert sorted(corpus.sizes) == [3, 4]


@pytest.mark.usefixtures("unmerged")
def test_only_the_segments_that_change_are_written(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(30))
    first = corpus.names
    encoded = corpus.encoder.encoded
    (fresh,) = corpus.change([article(5, "nytt")])
    assert corpus.names == (first[1], first[2], fresh)
    assert corpus.encoder.encoded == encoded + 1
    for name in corpus.kept:
        for path in (corpus.path / name).rglob("*"):
            before = corpus.folder / "1" / path.relative_to(corpus.path)
            assert path.is_dir() or path.stat().st_ino == before.stat().st_ino
    (replaced,) = corpus.change((), ["a015"])
    assert set(corpus.names) == {first[2], fresh, replaced}
    assert corpus.encoder.encoded == encoded + 1
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_documents_of_several_segments_are_replaced_in_one_change(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(30))
    encoded = corpus.encoder.encoded
    corpus.change([article(number, "nytt") for number in (1, 11, 21, 30)], ["a002", "a022"])
    assert corpus.encoder.encoded == encoded + 4
    assert sorted(corpus.sizes) == [1, 9, 9, 10]
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_a_document_may_be_put_twice_in_one_change_and_moved_between_languages(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(12))
    finnish = Article(id="a003", language="fi", title="Toimitus", body="Paketti ord003fi on matkalla.")
    corpus.change([article(3, "en gang"), article(40, "en gang"), finnish, article(40, "to ganger")])
    knowledge = corpus.open()
    assert knowledge.get("a003") == finnish
    assert knowledge.get("a040") == article(40, "to ganger")
    assert set(knowledge.lexical) == {"nb", "fi"}
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_what_did_not_change_is_not_encoded_again(corpus: Corpus) -> None:
    documents = [article(number) for number in range(15)]
    corpus.change(documents)
    encoded = corpus.encoder.encoded
    vectors = vectors_of(corpus)
    corpus.change(documents)
    corpus.change(documents, rewrite=True)
    assert corpus.encoder.encoded == encoded
    assert vectors_of(corpus) == vectors
    corpus.check()


def vectors_of(corpus: Corpus) -> dict[str, list[float]]:
    """Return the vector of each document as the stores hold it, checked against the index."""
    found = {}
    for segment in corpus.open().segments:
        for chunk, vector in zip(segment.store.chunks(), segment.store.vectors(), strict=True):
            found[chunk.document_id] = vector.tolist()
            row = int(np.flatnonzero(segment.table.key == chunk.key)[0])
            assert segment.dense.vectors(np.array([row]))[0].tolist() == vector.tolist()
    return found


def test_merging_carries_the_vectors_over(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 3)
    corpus.change(article(number) for number in range(9))
    assert corpus.sizes == [3, 3, 3]
    vectors, encoded = vectors_of(corpus), corpus.encoder.encoded
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 100)
    (fresh,) = corpus.change([article(9)])
    assert (corpus.names, corpus.sizes, corpus.kept) == ((fresh,), [10], [])
    assert corpus.encoder.encoded == encoded + 1
    found = vectors_of(corpus)
    assert {name: found[name] for name in vectors} == vectors
    corpus.check()


def test_only_neighbours_of_like_size_are_merged(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 1000)
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 0)
    corpus.change(article(number) for number in range(20))
    large = corpus.names
    corpus.change([article(100)])
    assert corpus.sizes == [20, 1]
    corpus.change([article(101)])
    assert corpus.sizes == [20, 2]
    corpus.change([article(102)])
    assert corpus.sizes == [20, 3]
    assert corpus.names[0] == large[0]
    corpus.change(article(103 + number) for number in range(7))
    assert sum(corpus.sizes) == 30
    corpus.change(article(110 + number) for number in range(10))
    assert sum(corpus.sizes) == 40
    corpus.check()


def test_small_segments_are_merged_whatever_their_size(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 8)
    corpus.change(article(number) for number in range(19))
    assert corpus.sizes == [8, 8, 3]
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 1000)
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 8)
    corpus.change([article(19)])
    assert corpus.sizes == [20]


def test_segments_stay_few_and_little_is_written(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 2)
    written = 0
    for number in range(50):
        fresh = corpus.change([article(number)])
        sizes = dict(zip(corpus.names, corpus.sizes, strict=True))
        written += sum(sizes[name] for name in fresh)
        assert len(sizes) <= 6  # the logarithm of their number
    assert written <= 50 * 6
    assert corpus.encoder.encoded == 50
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_a_segment_that_loses_everything_is_dropped(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(30))
    kept = (corpus.names[0], corpus.names[2])
    assert corpus.change((), [f"a{number:03}" for number in range(10, 20)]) == []
    assert corpus.names == kept
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_names_are_not_used_again_after_everything_is_gone(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(15))
    following = SegmentList.read(corpus.path).next_number
    corpus.change((), list(corpus.model))
    assert corpus.names == ()
    assert list(corpus.open().documents()) == []
    found = Retriever(corpus.open(), corpus.encoder, RelevanceModel.prior()).search("levering")
    assert found == {"article": (), "resolution": (), "macro": ()}
    (fresh,) = corpus.change([article(1)])
    assert int(fresh) >= following
    corpus.check()


def test_an_empty_corpus(tmp_path: Path, encoder: HashingEncoder) -> None:
    write_corpus(tmp_path / "empty", [], encoder)
    assert SegmentList.read(tmp_path / "empty").names == ()
    knowledge = Segments.open(tmp_path / "empty", encoder)
    assert knowledge.counts() == {"article": 0, "resolution": 0, "macro": 0}
    assert knowledge.get("a") is None
    assert not knowledge.verifies
    assert knowledge.digest() == open_documents(tmp_path / "empty").digest()


@pytest.mark.usefixtures("unmerged")
def test_nothing_to_change_writes_nothing(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(15))
    names = corpus.names
    assert corpus.change() == []
    assert corpus.names == names
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_removed_and_replaced_text_is_in_no_file(corpus: Corpus) -> None:
    secrets = {3: "Xylofon91827", 17: "Qwertzui55"}
    corpus.change(article(number, secrets.get(number, "fyll " * 30)) for number in range(30))

    def holding(word: str) -> list[Path]:
        files = [path for path in corpus.path.rglob("*") if path.is_file()]
        return [path for path in files if word.encode().lower() in path.read_bytes().lower()]

    assert all(holding(word) for word in secrets.values())
    corpus.change([article(17, "ny")], ["a003"])
    assert not any(holding(word) for word in (*secrets.values(), "a003"))
    corpus.check()


def test_removed_text_is_in_no_file_of_a_merged_segment(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 5)
    corpus.change(article(number, "Xylofon91827" if number == 2 else "fyll " * 30) for number in range(15))
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 100)
    corpus.change([article(20)], ["a002"])
    assert len(corpus.names) == 1
    raw = b"".join(path.read_bytes() for path in corpus.path.rglob("*") if path.is_file())
    assert b"Xylofon91827" not in raw
    assert b"a002" not in raw


@pytest.mark.usefixtures("unmerged")
def test_an_id_names_one_document_over_all_segments_and_pools(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(25))
    with pytest.raises(DataError, match="a007"):
        write_generation(
            corpus.folder / "failed", corpus.path, corpus.encoder, put=[Macro(id="a007", title="x", body="y")]
        )
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_a_change_that_fails_leaves_the_generation_before_it_alone(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(25))
    before = {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()}

    def interrupted() -> Iterable[Document]:
        yield article(3, "ny")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_generation(corpus.folder / "failed", corpus.path, corpus.encoder, put=interrupted(), remove=["a015"])
    assert {path: path.read_bytes() for path in corpus.path.rglob("*") if path.is_file()} == before
    corpus.check()


@pytest.mark.usefixtures("unmerged")
def test_the_documents_of_a_writer_are_those_of_the_change_so_far(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(12))
    (corpus.folder / "next").mkdir()
    with SegmentWriter(corpus.folder / "next", corpus.path, lambda _: None) as writer:
        assert writer.remove(["a001", "unknown", "a011"]) == 2
        assert writer.put([article(2, "ny"), article(50)]) == 2
        assert writer.documents.get("a001") is None
        assert writer.documents.get("a002") == article(2, "ny")
        assert writer.documents.counts()["article"] == 11
        assert [document.id for document in writer.documents.documents()][-1] == "a050"


@pytest.mark.usefixtures("unmerged")
def test_a_rewrite_renews_every_segment_and_takes_another_encoder(corpus: Corpus) -> None:
    corpus.change(article(number) for number in range(25))
    names, encoded = corpus.names, corpus.encoder.encoded
    fresh = corpus.change(rewrite=True)
    assert sorted(fresh) == sorted(corpus.names)
    assert not set(names) & set(fresh)
    assert corpus.encoder.encoded == encoded
    corpus.check()
    corpus.encoder = HashingEncoder()
    corpus.encoder.name = "other"  # type: ignore[misc]
    with pytest.raises(ArtifactError):
        corpus.open()
    corpus.change(rewrite=True)
    assert corpus.encoder.encoded == 25
    assert [store.encoder() for store in stores(corpus)] == [("other", 64)] * len(corpus.names)


def stores(corpus: Corpus) -> list[Store]:
    return [Store.open(corpus.path / "segments" / name / "store.sqlite") for name in corpus.names]


CHANGES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 24), st.sampled_from(["", "nytt", "retur", "pakke"])), max_size=6),
        st.lists(st.integers(0, 24), max_size=4),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, phases=[Phase.generate])
@given(changes=CHANGES, largest=st.integers(3, 12), small=st.integers(0, 6), seed=st.integers(0, 9))
def test_any_history_gives_what_writing_at_once_gives(
    changes: list[tuple[list[tuple[int, str]], list[int]]], largest: int, small: int, seed: int
) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "SEGMENT_CHUNKS", largest)
        patch.setattr(editing, "SMALL_CHUNKS", small)
        corpus = Corpus(Path(place), HashingEncoder())
        corpus.change([*KNOWLEDGE, *(written(number, "") for number in range(chance.randint(0, 12)))])
        for put, remove in changes:
            gone = [name for name in {f"a{number:03}" for number in remove} if name in corpus.model]
            corpus.change([written(number, text) for number, text in put if f"a{number:03}" not in gone], gone)
        corpus.check()
        corpus.check_hits()


def written(number: int, text: str) -> Document:
    """An article or, of every third number, a past ticket: an id stays in its pool."""
    if number % 3:
        return article(number, text)
    plain = article(number, text)
    return Resolution(id=plain.id, language="nb", question=plain.body, answer=f"Svar {text}.")


def test_documents_that_have_not_changed_leave_their_segment_alone(tmp_path: Path, encoder: HashingEncoder) -> None:
    documents = [Article(id=f"a{n}", language="nb", title=f"Tittel {n}", body="Slik gjør du.") for n in range(5)]
    first, second = tmp_path / "1", tmp_path / "2"
    write_corpus(first, documents, encoder)
    second.mkdir()
    kept: list[str] = []
    with SegmentWriter(second, first, kept.append) as writer:
        assert writer.put(documents) == len(documents)
        writer.finish(encoder)
    assert kept == ["segments/000001"]
    assert SegmentList.read(second).names == ("000001",)
