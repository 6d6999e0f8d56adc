from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion, DataError, StorageError
from replyassist.retrieve.store import _SCHEMA as schema
from replyassist.retrieve.store import Store, digest_of
from replyassist.types import Article, Document, Macro, Resolution

from .conftest import KNOWLEDGE


def make(path: Path, documents: tuple[Document, ...] = KNOWLEDGE) -> Path:
    with Store.create(path) as store:
        store.put(documents)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "store.sqlite")


def test_what_goes_in_comes_out(path: Path) -> None:
    store = Store.open(path)
    assert [store.get(document.id) for document in KNOWLEDGE] == list(KNOWLEDGE)
    assert list(store.documents()) == sorted(KNOWLEDGE, key=lambda d: d.id)
    assert [d.id for d in store.documents("resolution")] == ["t1", "t2"]
    assert store.counts() == {"article": 7, "resolution": 2, "macro": 1}
    assert store.get("nothing") is None


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(title=texts, body=texts, labels=st.lists(texts).map(tuple))
def test_any_text_survives(title: str, body: str, labels: tuple[str, ...]) -> None:
    article = Article(id="a", title=title, body=body, labels=labels)
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema)
    with contextlib.closing(Store(connection, Path("memory"), writable=True)) as store:
        store.put([article])
        assert store.get("a") == article
        for chunk in store.chunks():
            assert store.chunk(chunk.key)[0] == article


def test_digest_depends_on_content_and_not_on_order(tmp_path: Path) -> None:
    forward = Store.open(make(tmp_path / "a.sqlite")).digest()
    assert Store.open(make(tmp_path / "b.sqlite", KNOWLEDGE[::-1])).digest() == forward
    assert Store.open(make(tmp_path / "c.sqlite", KNOWLEDGE[1:])).digest() != forward


def test_replacing_keeps_unchanged_documents_and_their_vectors(path: Path, tmp_path: Path) -> None:
    with Store.edit(path) as store:
        store.use_encoder("e", 2)
        keys = sorted(store.keys_without_vector())
        store.put_vectors(keys, np.ones((len(keys), 2), np.float32))
        before = {chunk.document_id: chunk.key for chunk in store.chunks()}
        changed = Macro(id="m1", language="en", title="New", body="New body")
        assert store.put([*KNOWLEDGE[:-1], changed]) == len(KNOWLEDGE)
        after = {chunk.document_id: chunk.key for chunk in store.chunks()}
        assert store.keys_without_vector() == {after["m1"]}
        assert {k: v for k, v in after.items() if k != "m1"} == {k: v for k, v in before.items() if k != "m1"}
    assert Store.open(path).get("m1") == changed


def test_vectors_come_back_in_the_order_of_the_chunks(path: Path) -> None:
    with Store.edit(path) as store:
        store.use_encoder("e", 3)
        keys = sorted(store.keys_without_vector())
        vectors = np.random.default_rng(0).normal(size=(len(keys), 3)).astype(np.float32)
        store.put_vectors(keys[::-1], vectors[::-1])
    assert np.array_equal(Store.open(path).vectors(), vectors)
    with Store.edit(path) as store:
        store.use_encoder("other", 3)
        assert len(store.keys_without_vector()) == len(keys)


def test_an_id_names_one_document_over_all_pools(path: Path) -> None:
    with pytest.raises(DataError, match="t1"), Store.edit(path) as store:
        store.put([Article(id="t1", title="x", body="y")])
    assert isinstance(Store.open(path).get("t1"), Resolution)


def test_an_error_inside_the_block_changes_nothing(path: Path) -> None:
    digest = Store.open(path).digest()
    with pytest.raises(DataError), Store.edit(path) as store:
        store.put([Article(id="new", title="x", body="y"), Article(id="t1", title="x", body="y")])
    assert Store.open(path).digest() == digest


def test_contents_pools_and_counts_of_chunks(path: Path) -> None:
    store = Store.open(path)
    assert [name for name, _ in store.contents()] == sorted(document.id for document in KNOWLEDGE)
    assert digest_of(store.contents()) == store.digest()
    assert [store.pool_of(name) for name in ("nb/retur", "t1", "m1", "nothing")] == [
        "article",
        "resolution",
        "macro",
        None,
    ]
    assert store.chunk_count() == len(list(store.chunks())) == len(KNOWLEDGE)


def test_what_one_store_adopts_keeps_its_vectors(tmp_path: Path) -> None:
    long = Article(
        id="long", language="nb", title="Lang", body="\n\n".join(f"## Del {n}\n\n" + "Ord " * 200 for n in range(5))
    )
    first, second = make(tmp_path / "a.sqlite", KNOWLEDGE[:4]), make(tmp_path / "b.sqlite", (*KNOWLEDGE[4:], long))
    vectors: dict[tuple[str, int], list[float]] = {}
    for number, path in enumerate((first, second)):
        with Store.edit(path) as store:
            store.use_encoder("e", 2)
            chunks = list(store.chunks())
            table = np.random.default_rng(number).normal(size=(len(chunks), 2)).astype(np.float32)
            store.put_vectors([chunk.key for chunk in chunks], table)
            vectors |= vectors_of(store)
    with Store.edit(first) as store:
        store.adopt(Store.open(second))
        assert store.keys_without_vector() == set()
    joined = Store.open(first)
    assert list(joined.documents()) == sorted([*KNOWLEDGE, long], key=lambda document: document.id)
    assert joined.encoder() == ("e", 2)
    assert vectors_of(joined) == vectors


def vectors_of(store: Store) -> dict[tuple[str, int], list[float]]:
    """Return the vector of each chunk by the id of its document and where it starts."""
    found = {}
    for chunk, vector in zip(store.chunks(), store.vectors(), strict=True):
        found[chunk.document_id, store.chunk(chunk.key)[1].start] = vector.tolist()
    return found


def test_adopting_what_was_never_encoded_leaves_it_to_be_encoded(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a.sqlite", KNOWLEDGE[:4]), make(tmp_path / "b.sqlite", KNOWLEDGE[4:])
    with Store.edit(first) as store:
        store.use_encoder("e", 2)
        store.put_vectors(sorted(store.keys_without_vector()), np.ones((4, 2), np.float32))
        store.adopt(Store.open(second))
        assert store.chunk_count() == len(KNOWLEDGE)
        assert len(store.keys_without_vector()) == len(KNOWLEDGE) - 4
        assert store.encoder() == ("e", 2)


def test_removed_text_is_gone_from_the_bytes(path: Path, tmp_path: Path) -> None:
    secret = "Kvitteringsnummer Xylofon-91827"
    many = tuple(Article(id=f"x{n}", title="T", body=f"{secret} {n} " + "fyll " * 500) for n in range(40))
    with Store.edit(path) as store:
        store.put(many)
    assert secret.encode() in path.read_bytes()
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(path, copy)
    with Store.edit(copy) as store:
        assert store.remove([document.id for document in many]) == 40
        assert store.remove(["never there"]) == 0
    assert b"Xylofon" not in copy.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.sqlite", "store.sqlite"]
    assert Store.open(copy).counts() == Store.open(path).counts() | {"article": 7}


def test_replaced_text_is_gone_from_the_bytes(path: Path) -> None:
    with Store.edit(path) as store:
        store.put([Macro(id="m1", title="Kort", body="Ny")])
    assert b"order number, please" not in path.read_bytes()


def test_an_open_store_refuses_to_be_changed(path: Path) -> None:
    before = path.read_bytes()
    with Store.open(path) as store, pytest.raises(StorageError):
        store.put([Article(id="new", title="x", body="y")])
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0, 50, 100, 5000, -1])
def test_a_truncated_store_is_refused(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    for opener in (Store.open, Store.edit):
        with pytest.raises(ArtifactCorrupt, match=r"store\.sqlite"):
            opener(path)


def test_damaged_pages_are_found(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for at in range(4096, len(raw)):
        raw[at] ^= 0x5A
    path.write_bytes(raw)
    with pytest.raises(ArtifactCorrupt):
        Store.open(path).check()
    with pytest.raises(ArtifactCorrupt):
        list(Store.open(path).documents())


def test_a_sound_store_passes_the_check(path: Path) -> None:
    Store.open(path).check()


def test_another_database_another_version_or_none_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactMissing):
        Store.open(tmp_path / "none.sqlite")
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE documents (id)")
    connection.close()
    with pytest.raises(ArtifactCorrupt):
        Store.open(foreign)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ArtifactVersion, match="99"):
        Store.open(path)
    with pytest.raises(StorageError):
        Store.create(path)


def test_paths_with_special_characters_open(tmp_path: Path) -> None:
    folder = tmp_path / "kunde ø #1? 100%"
    folder.mkdir()
    assert Store.open(make(folder / "store.sqlite")).counts()["macro"] == 1
