"""Where tagged rows go: a file that takes its name when it is complete, or standard output.

Until then the rows are in ``<name>.partial``, and ``<name>.journal`` says how much of it counts. The
journal is lines of JSON: the first describes the job, each further one a state that is safely on disk.
A run that was interrupted, by whatever, goes on from the last of them.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import msgspec
from filelock import FileLock, Timeout

from replyassist.errors import ArtifactLocked, DataError, StorageError

if TYPE_CHECKING:
    from replyassist.formats.parquet import ParquetSink

STANDARD_OUTPUT = "-"


class State(msgspec.Struct, frozen=True):
    """How far a job is: rows written, bytes of output they take, and what the summary will say of them."""

    rows: int = 0
    offset: int = 0
    bad: int = 0
    first_bad: tuple[str, ...] = ()
    duplicate_ids: int = 0


class Sink(Protocol):
    """Takes encoded chunks in order; ``start`` is the state it goes on from."""

    start: State

    def write(self, data: bytes, state: State) -> None:
        """Add the output of a chunk; ``state`` is the job's state with it, but for the offset."""

    def finish(self) -> None:
        """Make the output complete and give it its name."""

    def abandon(self) -> None:
        """Let go; what is safely written stays for a later run."""


def partial_path(destination: Path) -> Path:
    """Return where unfinished output is kept."""
    return destination.with_name(destination.name + ".partial")


def journal_path(destination: Path) -> Path:
    """Return where the state of unfinished output is kept."""
    return destination.with_name(destination.name + ".journal")


def saved_rows(destination: str | Path) -> int:
    """Return how many rows an interrupted run left that a further run would not have to do again."""
    path = Path(destination)
    if not partial_path(path).exists():
        return 0
    _, state = _read_journal(journal_path(path))
    return state.rows


@contextmanager
def only_writer(destination: Path) -> Iterator[None]:
    """Keep other processes from writing the same file meanwhile.

    Raises:
        ArtifactLocked: another one is writing it.
    """
    lock_path = destination.with_name(destination.name + ".lock")
    lock = FileLock(lock_path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ArtifactLocked(f"{destination} is being written by another process; wait for it") from None
    except OSError as error:
        raise StorageError.wrap(error, destination) from error
    try:
        yield
    finally:
        lock_path.unlink(missing_ok=True)
        lock.release()


class FileSink:
    """Text output, committed every ``commit_seconds``: flushed, synced, then noted in the journal.

    Raises:
        DataError: the output of an interrupted run is there, but of another job.
        StorageError: the disk is full, read-only or not writable.
    """

    def __init__(
        self, destination: Path, job: dict[str, object], header: bytes, *, resume: bool, commit_seconds: float
    ) -> None:
        self._destination = destination
        self._partial, self._journal_path = partial_path(destination), journal_path(destination)
        self._commit_seconds = commit_seconds
        self._pack: Callable[[bytes], bytes] = _gzipped if destination.suffix == ".gz" else bytes
        self.start = self._resumable_state(job) if resume else State()
        with _storage(destination):
            self._open(job, header)
        self._state = self._committed = self.start
        self._committed_at = time.monotonic()

    def _resumable_state(self, job: dict[str, object]) -> State:
        if not self._partial.exists() or not self._journal_path.exists():
            return State()
        earlier, state = _read_journal(self._journal_path)
        if state.rows == 0:
            return State()
        if earlier != job or self._partial.stat().st_size < state.offset:
            raise DataError(
                f"{self._partial.name} holds the unfinished output of another job (other input, settings or"
                " models); delete it, or start over without resuming",
                where=str(self._destination),
            )
        return state

    def _open(self, job: dict[str, object], header: bytes) -> None:
        if self.start.rows:
            self._file: BinaryIO = self._partial.open("r+b")
            self._file.truncate(self.start.offset)
            self._file.seek(self.start.offset)
            self._journal: BinaryIO = self._journal_path.open("r+b")
            _drop_torn_line(self._journal)
            return
        self._journal_path.unlink(missing_ok=True)  # before the output changes, it must not describe it
        self._file = self._partial.open("wb")
        self._file.write(self._pack(header) if header else b"")
        self._journal = self._journal_path.open("wb")
        self._note(job)

    def write(self, data: bytes, state: State) -> None:
        """Add the output of a chunk."""
        with _storage(self._destination):
            self._file.write(self._pack(data))
            self._state = msgspec.structs.replace(state, offset=self._file.tell())
            if time.monotonic() - self._committed_at >= self._commit_seconds:
                self._commit()

    def _commit(self) -> None:
        if self._state != self._committed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._note(self._state)
            self._committed = self._state
        self._committed_at = time.monotonic()

    def _note(self, entry: object) -> None:
        self._journal.write(msgspec.json.encode(entry, order="sorted") + b"\n")
        self._journal.flush()
        os.fsync(self._journal.fileno())

    def finish(self) -> None:
        """Make the output complete and give it its name."""
        with _storage(self._destination):
            self._commit()
            self._file.close()
            self._journal.close()
            os.replace(self._partial, self._destination)
            _sync_folder(self._destination.parent)
            self._journal_path.unlink()

    def abandon(self) -> None:
        """Note what is written and let go. On a full disk the last noted state counts."""
        with suppress(OSError):
            self._commit()
        for file in (self._file, self._journal):
            with suppress(OSError):
                file.close()


class ParquetFileSink:
    """Parquet output: it cannot be continued, so an interrupted run leaves nothing.

    Raises:
        StorageError: the disk is full, read-only or not writable.
    """

    def __init__(self, destination: Path, open_sink: Callable[[Path], ParquetSink]) -> None:
        self.start = State()
        self._destination, self._partial = destination, partial_path(destination)
        with _storage(destination):
            self._sink = open_sink(self._partial)

    def write(self, data: bytes, state: State) -> None:
        """Add the output of a chunk."""
        with _storage(self._destination):
            self._sink.write(data)

    def finish(self) -> None:
        """Write the footer and give the file its name."""
        with _storage(self._destination):
            self._sink.finish()
            with self._partial.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(self._partial, self._destination)
            _sync_folder(self._destination.parent)

    def abandon(self) -> None:
        """Remove the unfinished file."""
        with suppress(OSError):
            self._sink.abandon()
        with suppress(OSError):
            self._partial.unlink()


class StreamSink:
    """Standard output, row by row as they are finished."""

    def __init__(self, header: bytes) -> None:
        self.start = State()
        self._write(header)

    def write(self, data: bytes, state: State) -> None:
        """Pass on the output of a chunk."""
        self._write(data)

    def _write(self, data: bytes) -> None:
        with _storage("standard output"):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def finish(self) -> None:
        """Everything has been passed on already."""

    def abandon(self) -> None:
        """There is nothing to let go of."""


def _read_journal(path: Path) -> tuple[dict[str, object], State]:
    """Return the job and the last state that was noted whole."""
    job: dict[str, object] = {}
    state = State()
    try:
        noted = path.read_bytes().split(b"\n")[:-1]  # without its line end, a line is torn
        if noted:
            job = msgspec.json.decode(noted[0], type=dict[str, object])
        if len(noted) > 1:
            state = msgspec.json.decode(noted[-1], type=State)
    except (FileNotFoundError, msgspec.MsgspecError, ValueError):
        return {}, State()
    return job, state


def _drop_torn_line(journal: BinaryIO) -> None:
    journal.truncate(journal.read().rfind(b"\n") + 1)
    journal.seek(0, os.SEEK_END)


def _gzipped(data: bytes) -> bytes:
    """Compress one chunk as a gzip member of its own: the file may be cut after any of them."""
    return gzip.compress(data, compresslevel=6, mtime=0)


@contextmanager
def _storage(path: Path | str) -> Iterator[None]:
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        raise StorageError.wrap(error, path) from error


def _sync_folder(folder: Path) -> None:
    """Make the rename durable, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
