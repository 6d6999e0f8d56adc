"""The row table: what may be seen, groups, days and keys by brute force, and its files."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.store import StoredChunk
from replyassist.retrieve.table import NO_GROUP, OUTCOMES, UNDATED, RowTable, day, group_source, id_key
from replyassist.types import LANGUAGES, POOLS

AUDIENCES = [
    frozenset({"public"}),
    frozenset({"internal"}),
    frozenset({"internal", "public"}),
    frozenset({"billing", "legal"}),
]
NAMES = {"digest": "d1", "encoder": "hashing", "dim": 64, "profile": "p1"}


def drawn(count: int, seed: int = 1) -> list[StoredChunk]:
    """Chunks in row order: by language, then by key."""
    rng = random.Random(seed)
    chunks = []
    for key in range(count):
        document = rng.randrange(count // 2 + 1)
        of = random.Random(document)
        language = of.choice(LANGUAGES[:4])
        pool = of.choice(POOLS)
        chunks.append(
            StoredChunk(
                key=key + 1,
                document_id=f"{language}/{document}",
                pool=pool,
                language=language,
                audience=of.choice(AUDIENCES),
                group=of.choice([None, "retur", "faktura", f"g{document // 3}"]) if pool == "article" else None,
                dated=of.choice([None, datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=document)]),
                outcome=of.choice([None, 0.0, 0.55, 1.0]) if pool == "resolution" else None,
                verified_until=of.choice([None, datetime(2027, 1, 1, tzinfo=UTC)]) if pool == "article" else None,
                text="unseen words",
            )
        )
    return sorted(chunks, key=lambda chunk: (chunk.language, chunk.key))


def both(folder: Path, chunks: list[StoredChunk]) -> list[RowTable]:
    """The table as it is built and as it is opened."""
    return [RowTable.build(folder / "t", chunks, **NAMES), RowTable.open(folder / "t")]


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_rows_say_what_the_chunks_do(tmp_path: Path, count: int) -> None:
    chunks = drawn(count)
    for table in both(tmp_path, chunks):
        assert table.size == count
        assert {name: getattr(table.names, name) for name in NAMES} == NAMES
        assert table.key.tolist() == [chunk.key for chunk in chunks]
        assert table.document.tolist() == [id_key(chunk.document_id) for chunk in chunks]
        assert [POOLS[n] for n in table.pool] == [chunk.pool for chunk in chunks]
        assert [table.names.languages[n] for n in table.language] == [chunk.language for chunk in chunks]
        assert [frozenset(table.names.audiences[n]) for n in table.audience] == [chunk.audience for chunk in chunks]
        assert table.group.tolist() == [id_key(c.group) if c.group is not None else NO_GROUP for c in chunks]
        assert table.dated.tolist() == [day(chunk.dated) for chunk in chunks]
        assert table.verified.tolist() == [day(chunk.verified_until) for chunk in chunks]
        worth = [-1 if chunk.outcome is None else round(chunk.outcome * OUTCOMES) for chunk in chunks]
        assert table.outcome.tolist() == worth


@pytest.mark.parametrize("count", [0, 1, 60])
def test_the_rows_of_a_language_are_one_slice(tmp_path: Path, count: int) -> None:
    chunks = drawn(count)
    for table in both(tmp_path, chunks):
        slices = table.slices()
        assert [name for name, _ in slices] == sorted({chunk.language for chunk in chunks})
        for name, rows in slices:
            assert {chunk.language for chunk in chunks[rows]} == {name}
        assert [row for _, rows in slices for row in range(rows.start, rows.stop)] == list(range(count))


READERS = [set(), {"public"}, {"internal"}, {"public", "internal"}, {"legal"}, {"billing", "public"}, {"nobody"}]


@pytest.mark.parametrize("count", [0, 1, 60])
def test_visible_is_what_audience_and_pool_allow(tmp_path: Path, count: int) -> None:
    chunks = drawn(count)
    excluded = [(), ("no/such",), tuple(chunk.document_id for chunk in chunks[::7])]
    for table in both(tmp_path, chunks):
        # Twice, as masks are kept.
        for _ in range(2):
            for audience, pool, exclude in product(READERS, POOLS, excluded):
                found = table.visible(audience, pool, exclude)
                assert found.dtype == bool
                assert found.tolist() == [
                    bool(chunk.audience & audience) and chunk.pool == pool and chunk.document_id not in exclude
                    for chunk in chunks
                ]


def test_audiences_beyond_the_kept_masks_are_told_apart(tmp_path: Path) -> None:
    base = replace(drawn(1)[0], pool="article")
    chunks = [replace(base, key=n, audience=frozenset({f"team{n}"})) for n in range(40)]
    for table in both(tmp_path, chunks):
        for _ in range(2):
            for n in range(40):
                assert np.flatnonzero(table.visible({f"team{n}"}, "article")).tolist() == [n]


def test_a_name_is_not_taken_apart_into_letters(tmp_path: Path) -> None:
    chunk = replace(drawn(1)[0], audience=frozenset({"p"}), pool="macro")
    (table, _) = both(tmp_path, [chunk])
    assert not table.visible({"public"}, "macro").any()
    assert table.visible({"p"}, "macro").all()


def test_rows_of_groups(tmp_path: Path) -> None:
    chunks = drawn(200)
    names = sorted({chunk.group for chunk in chunks if chunk.group is not None})
    assert len(names) > 4
    choices = [[], ["no such"], names[:1], names[1:3], names, [*names[::-1], "no such"], names[:1] * 3]
    for table in both(tmp_path, chunks):
        for chosen in choices:
            found = table.of_groups(np.array([id_key(name) for name in chosen], np.int64))
            assert found.tolist() == [row for row, chunk in enumerate(chunks) if chunk.group in chosen]
        # What has no group is not a group.
        assert table.of_groups(np.array([NO_GROUP])).tolist() == []


def test_rows_of_sources(tmp_path: Path) -> None:
    chunks = drawn(60)
    groups = sorted({chunk.group for chunk in chunks if chunk.group is not None})
    documents = sorted({chunk.document_id for chunk in chunks})
    for table in both(tmp_path, chunks):
        for some, others in product(
            ([], groups[:1], groups, ["no such"]), ([], documents[:1], documents[3:9], ["none"])
        ):
            found = table.of_sources({*map(group_source, some), *map(id_key, others)})
            assert found.tolist() == [chunk.group in some or chunk.document_id in others for chunk in chunks]


def test_the_number_of_a_language(tmp_path: Path) -> None:
    for table in both(tmp_path, drawn(60)):
        for number, name in enumerate(table.names.languages):
            assert table.language_code(name) == number
        assert table.language_code("en") == table.language_code(None) == -1


def test_without_groups_no_row_belongs_to_one(tmp_path: Path) -> None:
    for table in both(tmp_path, [replace(chunk, group=None) for chunk in drawn(5)]):
        assert table.of_groups(np.array([id_key("retur")])).tolist() == []


# Keys and days.


@given(st.text())
@example("\ud800")
@example("a" * 512)
def test_keys_are_the_upper_63_bits_of_the_hash_and_those_of_groups_lie_below(name: str) -> None:
    raw = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    key = id_key(name)
    assert key == sum(byte << (8 * place) for place, byte in enumerate(raw)) // 2
    assert 0 <= key < 2**63
    assert group_source(name) == -2 - key
    assert -(2**63) <= group_source(name) < NO_GROUP


def test_keys_differ() -> None:
    names = [f"{language}/{n}" for language in LANGUAGES for n in range(500)]
    assert len({id_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (None, UNDATED),
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 23, 59, 59, tzinfo=UTC), 0),
        (datetime(1970, 1, 2, tzinfo=UTC), 1),
        (datetime(1969, 12, 30, 12, tzinfo=UTC), -2),
        # Half past midnight in Helsinki is still the day before in UTC.
        (datetime(1970, 1, 11, 0, 30, tzinfo=timezone(timedelta(hours=2))), 9),
        (datetime(1970, 1, 10, 23, 30, tzinfo=timezone(timedelta(hours=-5))), 10),
        (datetime(2024, 2, 29, tzinfo=UTC), 19782),
    ],
)
def test_days_are_counted_in_utc(moment: datetime | None, expected: int) -> None:
    assert day(moment) == expected


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9))])))
@example(datetime.min.replace(tzinfo=UTC))
@example(datetime.max.replace(tzinfo=UTC))
def test_a_day_is_the_seconds_since_1970_in_whole_days(moment: datetime) -> None:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return
    assert day(moment) == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(days=1)


# Files.


def test_no_text_and_no_id_stands_in_the_files(tmp_path: Path) -> None:
    both(tmp_path, [replace(chunk, document_id="secret-id", group="secret-group") for chunk in drawn(3)])
    held = b"".join(path.read_bytes() for path in sorted((tmp_path / "t").iterdir()))
    assert b"unseen" not in held
    assert b"secret" not in held


@pytest.mark.parametrize("name", ["rows.npy", "names.json"])
def test_a_missing_file_is_reported(tmp_path: Path, name: str) -> None:
    both(tmp_path, drawn(5))
    (tmp_path / "t" / name).unlink()
    with pytest.raises(ArtifactMissing, match="doctor"):
        RowTable.open(tmp_path / "t")


@pytest.mark.parametrize("name", ["rows.npy", "names.json"])
def test_a_damaged_file_is_reported(tmp_path: Path, name: str) -> None:
    both(tmp_path, drawn(5))
    path = tmp_path / "t" / name
    whole = path.read_bytes()
    for damaged in (
        b"",
        b"[]",
        whole[:-9],
        whole[: len(whole) // 2],
        b"\xff" + whole,
        whole.replace(b"'", b"\xff").replace(b"hash", b"\xff"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(ArtifactCorrupt, match="doctor"):
            RowTable.open(tmp_path / "t")


def test_a_damaged_header_is_reported(tmp_path: Path) -> None:
    both(tmp_path, drawn(5))
    path = tmp_path / "t" / "rows.npy"
    whole = path.read_bytes()
    for byte in (byte for byte in range(10, 70) if whole[byte] != ord("(")):
        path.write_bytes(whole[:byte] + b"(" + whole[byte + 1 :])
        with pytest.raises(ArtifactCorrupt, match="doctor"):
            RowTable.open(tmp_path / "t")


def test_a_matrix_of_another_form_is_refused(tmp_path: Path) -> None:
    both(tmp_path, drawn(5))
    path = tmp_path / "t" / "rows.npy"
    matrix = np.load(path)
    for other in (matrix[:-1], matrix[0], matrix.astype(np.float64), matrix.astype(np.int32), matrix[None]):
        np.save(path, other)
        with pytest.raises(ArtifactCorrupt):
            RowTable.open(tmp_path / "t")


@pytest.mark.parametrize("missing", ["languages", "digest", "dim", "profile"])
def test_names_that_lack_something_are_refused(tmp_path: Path, missing: str) -> None:
    both(tmp_path, drawn(5))
    path = tmp_path / "t" / "names.json"
    names = json.loads(path.read_bytes())
    del names[missing]
    path.write_text(json.dumps(names))
    with pytest.raises(ArtifactCorrupt):
        RowTable.open(tmp_path / "t")
