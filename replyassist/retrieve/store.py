"""The store: documents, their chunks and the chunks' vectors in one SQLite file. The truth of a segment.

Indexes are derived from it and may be thrown away; nothing is only in an index. A finished file is opened
read-only and immutable. A change edits a private copy, which is compacted on closing, so that removed text
is gone from the file and not merely unreachable.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion, DataError, StorageError
from replyassist.retrieve.chunk import Chunk, chunk_document, searched_text
from replyassist.types import Article, Document, Macro, Pool, Resolution

FORMAT = 1
"""Version of the tables, kept in the file as ``user_version``."""

_APPLICATION_ID = 0x52415331  # "RAS1": tells our file from any other SQLite database
_TYPES: dict[Pool, type[Document]] = {"article": Article, "resolution": Resolution, "macro": Macro}
_POOLS: dict[type[Document], Pool] = {kind: pool for pool, kind in _TYPES.items()}
_READ_BATCH = 1000
UNKNOWN = "und"
"""The language under which a document of no known language is indexed."""


_SCHEMA = """
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, pool TEXT NOT NULL,
    hash BLOB NOT NULL, json BLOB NOT NULL
);
CREATE INDEX documents_pool ON documents (pool, id);
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, headings BLOB NOT NULL
);
CREATE INDEX chunks_document ON chunks (document);
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (key) ON DELETE CASCADE, vector BLOB NOT NULL
);
CREATE TABLE encoder (name TEXT NOT NULL, dim INTEGER NOT NULL);
"""


_VECTORS_OF = """
SELECT c.key, v.vector FROM chunks c JOIN documents d ON d.key = c.document LEFT JOIN vectors v ON v.chunk = c.key
WHERE d.id = ? ORDER BY c.key
"""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with what an index must know about it; ``text`` is what it is searched by.

    ``dated`` is when the document last changed or was solved; ``outcome`` is that of a past ticket, from 0 to 1.
    """

    key: int
    document_id: str
    pool: Pool
    language: str
    audience: frozenset[str]
    group: str | None
    dated: datetime | None
    outcome: float | None
    verified_until: datetime | None
    text: str


class _Connection(sqlite3.Connection):
    """Closes itself when dropped: a replaced generation may still be in use by another thread."""

    def __del__(self) -> None:
        self.close()


class Store:
    """Documents by id, in three pools; ids are unique over all pools.

    Make one with :meth:`create`, :meth:`edit` (a private copy) or :meth:`open` (read-only, shareable by
    threads). Leaving the ``with`` block of the first two commits and compacts; an error inside it does not.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, writable: bool) -> None:
        self._connection = connection
        self._path = path
        self.writable = writable
        self._lock = threading.RLock()

    @classmethod
    def create(cls, path: str | Path) -> Store:
        """Make an empty store; the file must not exist.

        Raises:
            StorageError: it exists or cannot be written.
        """
        path = Path(path)
        try:
            path.touch(exist_ok=False)
        except OSError as error:
            raise StorageError.wrap(error, path) from error
        store = cls._writer(path)
        with store._guarded() as connection:
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        return store

    @classmethod
    def edit(cls, path: str | Path) -> Store:
        """Open a private copy for changes.

        Raises:
            ArtifactError: not there, damaged, or of another format version.
        """
        store = cls._writer(_existing(path))
        store._check_header()
        return store

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open a finished store read-only; several threads may share it.

        Raises:
            ArtifactError: not there, damaged, or of another format version.
        """
        path = _existing(path)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(
                uri, uri=True, check_same_thread=False, isolation_level=None, factory=_Connection
            )
        except sqlite3.Error as error:
            raise _corrupt(path) from error
        store = cls(connection, path, writable=False)
        store._check_header()
        return store

    @classmethod
    def _writer(cls, path: Path) -> Store:
        try:
            connection = sqlite3.connect(path, check_same_thread=False, factory=_Connection)
            # No journal on disk: the file is private until published, and a journal would keep removed text.
            for pragma in ("journal_mode = MEMORY", "secure_delete = ON", "temp_store = MEMORY"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error as error:
            raise _corrupt(path) from error
        return cls(connection, path, writable=True)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self.writable:
                self.commit()
        finally:
            self.close()

    def commit(self) -> None:
        """Make the changes durable and rewrite the file without what was removed."""
        with self._guarded() as connection:
            connection.commit()
            connection.execute("VACUUM")

    def close(self) -> None:
        """Close the file; changes since the last commit are lost."""
        self._connection.close()

    def put(self, documents: Iterable[Document]) -> int:
        """Add documents, or replace those of the same id; return how many were given.

        An unchanged document is left alone and keeps its vectors.

        Raises:
            DataError: the id belongs to a document of another pool.
        """
        count = 0
        with self._guarded() as connection:
            for document in documents:
                self._put(connection, document)
                count += 1
        return count

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents with their chunks and vectors; return how many were there."""
        with self._guarded() as connection:
            rows = [(document_id,) for document_id in ids]
            return connection.executemany("DELETE FROM documents WHERE id = ?", rows).rowcount if rows else 0

    def get(self, document_id: str) -> Document | None:
        """Return the document of that id, or none."""
        with self._guarded() as connection:
            row = connection.execute("SELECT pool, json FROM documents WHERE id = ?", (document_id,)).fetchone()
            return None if row is None else self._decode(*row)

    def documents(self, pool: Pool | None = None) -> Iterator[Document]:
        """Yield all documents (of ``pool``) in the order of their ids."""
        last = ""
        sql = "SELECT id, pool, json FROM documents WHERE id > :last AND (:pool IS NULL OR pool = :pool) ORDER BY id"
        while True:
            with self._guarded() as connection:
                rows = connection.execute(f"{sql} LIMIT {_READ_BATCH}", {"last": last, "pool": pool}).fetchall()
            for _, stored_pool, raw in rows:
                yield self._decode(stored_pool, raw)
            if len(rows) < _READ_BATCH:
                return
            last = rows[-1][0]

    def counts(self) -> dict[str, int]:
        """Return the number of documents per pool; every pool has an entry."""
        with self._guarded() as connection:
            found = dict(connection.execute("SELECT pool, count(*) FROM documents GROUP BY pool").fetchall())
        return {pool: int(found.get(pool, 0)) for pool in _TYPES}

    def digest(self) -> str:
        """Return a hash over ids and contents that does not depend on the order of insertion."""
        return digest_of(self.contents())

    def contents(self) -> list[tuple[str, bytes]]:
        """Return every id with the hash of its document, in the order of the ids."""
        with self._guarded() as connection:
            return connection.execute("SELECT id, hash FROM documents ORDER BY id").fetchall()

    def holds(self, document: Document) -> bool:
        """Return whether ``document`` is here just as it is."""
        with self._guarded() as connection:
            row = connection.execute("SELECT hash FROM documents WHERE id = ?", (document.id,)).fetchone()
        return row is not None and row[0] == _encoded(document)[1]

    def pool_of(self, document_id: str) -> Pool | None:
        """Return the pool of the document of that id, none if it is not here."""
        with self._guarded() as connection:
            row = connection.execute("SELECT pool FROM documents WHERE id = ?", (document_id,)).fetchone()
        return None if row is None else row[0]

    def chunk_count(self) -> int:
        """Return the number of chunks."""
        with self._guarded() as connection:
            (count,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
        return int(count)

    def adopt(self, other: Store) -> None:
        """Take over every document of ``other`` with its vectors; the two have no id in common."""
        if (encoder := other.encoder()) is not None:
            self.use_encoder(*encoder)
        for document in other.documents():
            self.put([document])
            with other._guarded() as connection:
                blobs = connection.execute(_VECTORS_OF, (document.id,)).fetchall()
            with self._guarded() as connection:
                keys = connection.execute(_VECTORS_OF, (document.id,)).fetchall()
                fresh = [(key, blob) for (key, _), (_, blob) in zip(keys, blobs, strict=True) if blob is not None]
                connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", fresh)

    def chunks(self) -> Iterator[StoredChunk]:
        """Yield every chunk in the order of its key."""
        sql = (
            "SELECT c.key, c.start, c.end, c.headings, d.pool, d.json FROM chunks c "
            "JOIN documents d ON d.key = c.document WHERE c.key > ? ORDER BY c.key"
        )
        last = -1
        while True:
            with self._guarded() as connection:
                rows = connection.execute(f"{sql} LIMIT {_READ_BATCH}", (last,)).fetchall()
            for last, start, end, headings, pool, raw in rows:
                document = self._decode(pool, raw)
                yield StoredChunk(
                    key=last,
                    document_id=document.id,
                    pool=pool,
                    language=language_of(document),
                    audience=document.audience,
                    group=document.group if isinstance(document, Article) else None,
                    dated=dated(document),
                    outcome=outcome(document),
                    verified_until=document.verified_until if isinstance(document, Article) else None,
                    text=searched_text(document, Chunk(start, end, _headings(headings))),
                )
            if len(rows) < _READ_BATCH:
                return

    def chunk(self, key: int) -> tuple[Document, Chunk]:
        """Return the chunk of that key and its document.

        Raises:
            ArtifactCorrupt: there is none, so the index does not belong to this store.
        """
        sql = (
            "SELECT c.start, c.end, c.headings, d.pool, d.json FROM chunks c "
            "JOIN documents d ON d.key = c.document WHERE c.key = ?"
        )
        with self._guarded() as connection:
            row = connection.execute(sql, (key,)).fetchone()
        if row is None:
            raise ArtifactCorrupt(f"{self._path}: no chunk {key}. Rebuild the indexes: replyassist doctor.")
        start, end, headings, pool, raw = row
        return self._decode(pool, raw), Chunk(start, end, _headings(headings))

    def encoder(self) -> tuple[str, int] | None:
        """Return name and dimension of the encoder whose vectors are stored, or none."""
        with self._guarded() as connection:
            row = connection.execute("SELECT name, dim FROM encoder").fetchone()
        return None if row is None else (str(row[0]), int(row[1]))

    def use_encoder(self, name: str, dim: int) -> None:
        """Say which encoder the vectors come from; vectors of another one are dropped."""
        if self.encoder() == (name, dim):
            return
        with self._guarded() as connection:
            connection.execute("DELETE FROM vectors")
            connection.execute("DELETE FROM encoder")
            connection.execute("INSERT INTO encoder VALUES (?, ?)", (name, dim))

    def keys_without_vector(self) -> set[int]:
        """Return the keys of the chunks that have no vector yet."""
        sql = "SELECT key FROM chunks WHERE key NOT IN (SELECT chunk FROM vectors)"
        with self._guarded() as connection:
            return {int(key) for (key,) in connection.execute(sql)}

    def put_vectors(self, keys: Iterable[int], vectors: npt.NDArray[np.float32]) -> None:
        """Store one row of ``vectors`` (n, dim) float32 per key."""
        rows = ((key, vector.astype("<f4").tobytes()) for key, vector in zip(keys, vectors, strict=True))
        with self._guarded() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def vectors(self) -> npt.NDArray[np.float32]:
        """Return the vectors (n, dim) in the order of the chunk keys.

        Raises:
            ArtifactCorrupt: a vector has another dimension than the encoder.
        """
        encoder = self.encoder()
        dim = encoder[1] if encoder else 0
        with self._guarded() as connection:
            blobs = [blob for (blob,) in connection.execute("SELECT vector FROM vectors ORDER BY chunk")]
        if any(len(blob) != 4 * dim for blob in blobs):
            raise _corrupt(self._path)
        return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dim).astype(np.float32)

    def check(self) -> None:
        """Read every page.

        Raises:
            ArtifactCorrupt: SQLite finds a damaged one.
        """
        with self._guarded() as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise _corrupt(self._path)

    def _put(self, connection: sqlite3.Connection, document: Document) -> None:
        pool = _POOLS[type(document)]
        raw, content = _encoded(document)
        old = connection.execute("SELECT key, pool, hash FROM documents WHERE id = ?", (document.id,)).fetchone()
        if old is not None:
            if old[1] != pool:
                raise DataError(f"id {document.id!r} is used by both a {old[1]} and a {pool}; make ids unique")
            if old[2] == content:
                return
            connection.execute("DELETE FROM documents WHERE key = ?", (old[0],))
        cursor = connection.execute(
            "INSERT INTO documents (id, pool, hash, json) VALUES (?, ?, ?, ?)",
            (document.id, pool, content, raw),
        )
        rows = [
            (cursor.lastrowid, chunk.start, chunk.end, msgspec.json.encode(chunk.headings))
            for chunk in chunk_document(document)
        ]
        connection.executemany("INSERT INTO chunks (document, start, end, headings) VALUES (?, ?, ?, ?)", rows)

    def _decode(self, pool: Pool, raw: bytes) -> Document:
        try:
            return msgspec.json.decode(raw, type=_TYPES[pool])
        except (msgspec.DecodeError, DataError, KeyError) as error:
            raise _corrupt(self._path) from error

    def _check_header(self) -> None:
        with self._guarded() as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        if application != _APPLICATION_ID or pages * page_size != self._path.stat().st_size:
            self.close()
            raise _corrupt(self._path)
        if version != FORMAT:
            self.close()
            raise ArtifactVersion(
                f"{self._path}: format {version}, this release reads {FORMAT}. Build the assistant anew."
            )

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        """One thread at a time, and SQLite's errors as ours."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY):
                    raise StorageError.wrap(OSError(None, error.sqlite_errorname), self._path) from error
                raise _corrupt(self._path) from error
            except sqlite3.DatabaseError as error:
                raise _corrupt(self._path) from error


def _encoded(document: Document) -> tuple[bytes, bytes]:
    """Return the JSON of a document and a hash of it and its pool."""
    raw = msgspec.json.encode(document, order="deterministic")
    return raw, hashlib.sha256(_POOLS[type(document)].encode() + b"\0" + raw).digest()


def digest_of(contents: Iterable[tuple[str, bytes]]) -> str:
    """Return a hash over ids and hashes, given in the order of the ids."""
    total = hashlib.sha256()
    for document_id, content in contents:
        total.update(hashlib.sha256(document_id.encode()).digest() + content)
    return total.hexdigest()


def dated(document: Document) -> datetime | None:
    """Return when an article was last changed or a ticket solved."""
    if isinstance(document, Article):
        return document.updated_at
    return document.resolved_at if isinstance(document, Resolution) else None


def outcome(document: Document) -> float | None:
    """Return how well a past ticket ended, from 0 (reopened) to 1; an unrated one counts as well rated."""
    if not isinstance(document, Resolution):
        return None
    return 0.0 if document.reopened else 1.0 if document.csat is None else document.csat


def language_of(document: Document) -> str:
    """Return the language a document is indexed under."""
    return served_as(document.language)


def served_as(language: str | None) -> str:
    """Return the language that ``language`` is served as: Nynorsk as Bokmål, none as ``und``."""
    return "nb" if language in ("nn", "no") else language or UNKNOWN


def _existing(path: str | Path) -> Path:
    path = Path(path)
    if not path.is_file():
        raise ArtifactMissing(f"{path}: no such store. Build the assistant first.")
    return path


def _headings(raw: bytes) -> tuple[str, ...]:
    return msgspec.json.decode(raw, type=tuple[str, ...])


def _corrupt(path: Path) -> ArtifactCorrupt:
    return ArtifactCorrupt(f"{path}: damaged or not a store. Restore it from a backup, or build anew.")
