"""Tag a file of any length in constant memory: one row out per row in, in order, resumable."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from itertools import chain, zip_longest
from pathlib import Path

import msgspec

from replyassist._version import __version__
from replyassist.batch.output import (
    STANDARD_OUTPUT,
    FileSink,
    ParquetFileSink,
    Sink,
    State,
    StreamSink,
    only_writer,
)
from replyassist.batch.tagging import KEPT_BAD_PLACES, ChunkTagger, Tagged, TaggerFactory
from replyassist.batch.workers import Workers
from replyassist.errors import ConfigError, DataError
from replyassist.formats.columns import MESSAGE_FIELDS, TAG_COLUMNS, as_mapping, resolve_columns
from replyassist.formats.delimited import CsvCodec
from replyassist.formats.documents import found_columns
from replyassist.formats.readers import SUFFIXES, Table, open_table
from replyassist.formats.rows import Chunk, Codec
from replyassist.formats.source import STANDARD_INPUT
from replyassist.types import Record

Progress = Callable[[int, float, float | None], None]
"""Called after each chunk with rows done, rows per second, and the share of the input read (none when it
is not known); time left is ``seconds * (1 - share) / share``."""

_FORM_OF = {"json": "jsonl", "csv": "csv", "parquet": "parquet"}
_FINGERPRINT_BYTES = 64 * 1024
_ID_SLOTS = 1 << 20
_ID_PROBES = 64


class TagSummary(Record, frozen=True, kw_only=True):
    """What became of a job.

    ``rows`` counts all rows of the output and ``bad`` those with ``ra_error``, both including what an
    earlier, interrupted run did (``resumed`` rows). ``first_bad`` names the first few. ``duplicate_ids``
    counts rows whose id came before in this run, as far as a table of a million ids tells; they are tagged
    like any other. ``seconds``, ``rows_per_second`` and ``confidence`` are of this run: the last counts messages by the
    probability of their intent, in ten bins, for :meth:`replyassist.Assistant.drift`.
    """

    rows: int
    bad: int
    first_bad: tuple[str, ...]
    duplicate_ids: int
    resumed: int
    seconds: float
    rows_per_second: float
    confidence: tuple[int, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if every row was tagged, 3 if some were bad."""
        return 3 if self.bad else 0

    def to_json(self) -> str:
        """Return the summary as one JSON object."""
        return msgspec.json.encode(msgspec.structs.asdict(self)).decode()


def tag_file(
    source: str | Path,
    destination: str | Path,
    *,
    tagger_factory: TaggerFactory,
    mapping: Mapping[str, str] | str | None = None,
    workers: int = 0,
    resume: bool = True,
    batch_size: int = 512,
    progress: Progress | None = None,
    job: str = "",
    commit_seconds: float = 1.0,
) -> TagSummary:
    """Write ``source`` to ``destination`` with the ``ra_*`` columns added, in the same format.

    Mail and plain text are written as JSON Lines. The customer's columns are not touched, formula
    characters included; see :class:`~replyassist.formats.delimited.CsvCodec`. With ``resume``, a
    run that was interrupted goes on where its journal ends; Parquet and standard input start over.

    Args:
        source: a file, or ``-`` for standard input.
        destination: a file that appears when complete, or ``-`` for standard output.
        tagger_factory: makes the tagger, once per process; picklable.
        mapping: field to column, or as typed: ``text=body,id=ticket_id``.
        workers: processes to tag in; 0 tags in this one.
        resume: go on with the unfinished output of the same job.
        batch_size: rows per call of the tagger.
        progress: called after each batch.
        job: names what makes the tags (assistant generation, options), so that a resumed file is not
            half of one and half of another.
        commit_seconds: how often the output is made safe against power loss.

    Raises:
        DataError: the input, or unfinished output found, cannot be used. ConfigError: a bad option.
        ArtifactLocked: another process writes ``destination``. StorageError: it cannot be written; what
        is committed stays for a further run. ReplyAssistError: a worker was killed or cannot start.
    """
    if workers < 0 or batch_size < 1:
        raise ConfigError("workers must be 0 or more and batch_size 1 or more")
    chosen = as_mapping(mapping)
    started = time.monotonic()
    with ExitStack() as stack:
        table = open_table(source, mapping=chosen)
        stack.callback(table.close)
        _check_destination(source, destination, table)
        if destination != STANDARD_OUTPUT:
            stack.enter_context(only_writer(Path(destination)))
        chunks = table.chunks(batch_size)
        first = next(chunks, None)
        if first is None:
            raise DataError("the file holds no rows; there is nothing to tag", where=table.name)
        columns = _columns(table, first, chosen)
        details = _job(source, table, chosen, batch_size, job)
        sink = _open_sink(destination, table, details, resume and source != STANDARD_INPUT, commit_seconds)
        try:
            remaining = _remaining(chain((first,), chunks), sink.start.rows)
            tagged = _tagged(remaining, table.codec, columns, tagger_factory, workers)
            with closing(tagged):
                state, confidence = _run(tagged, sink, table.fraction, progress)
            sink.finish()
        except BaseException:  # Ctrl-C included: what is written is noted before anything else happens
            sink.abandon()
            raise
    seconds = time.monotonic() - started
    done = state.rows - sink.start.rows
    return TagSummary(
        rows=state.rows,
        bad=state.bad,
        first_bad=state.first_bad,
        duplicate_ids=state.duplicate_ids,
        resumed=sink.start.rows,
        seconds=seconds,
        rows_per_second=done / seconds if seconds else 0.0,
        confidence=confidence,
    )


def _check_destination(source: str | Path, destination: str | Path, table: Table) -> None:
    if destination == STANDARD_OUTPUT:
        if table.form == "parquet":
            raise DataError("Parquet cannot be written to standard output; name a file with -o")
        return
    path = Path(destination)
    if path.is_dir():
        raise DataError("is a folder; name a file in it", where=str(path))
    if not path.parent.is_dir():
        raise DataError("is in a folder that does not exist; create it", where=str(path))
    if source != STANDARD_INPUT and path.exists() and path.samefile(source):
        raise DataError("is the input itself; name another file", where=str(path))
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    form = _FORM_OF.get(SUFFIXES.get(suffix, ""), table.form)
    if form != table.form:
        raise DataError(
            f"would hold {table.form}, the format that {table.name} is written back in;"
            f" let its name end in .{table.form}",
            where=str(path),
        )


def _columns(table: Table, first: Chunk, mapping: Mapping[str, str]) -> dict[str, str]:
    names = table.columns if table.columns is not None else found_columns(table.codec.rows(first))
    columns = resolve_columns(names, MESSAGE_FIELDS, required=("text",), mapping=mapping, where=table.name)
    if table.parquet is not None:
        table.parquet.require_text(columns["text"])
    return columns


def _job(source: str | Path, table: Table, mapping: Mapping[str, str], batch_size: int, job: str) -> dict[str, object]:
    """Describe the job, for telling whether unfinished output belongs to it."""
    return {
        "version": __version__,
        "input": _fingerprint(source),
        "form": table.form,
        "mapping": dict(mapping),
        "batch_size": batch_size,
        "job": job,
    }


def _fingerprint(source: str | Path) -> str:
    """Return size, and hash of beginning and end: enough to notice another or a longer file."""
    if source == STANDARD_INPUT:
        return ""
    with Path(source).open("rb") as file:
        digest = hashlib.blake2b(file.read(_FINGERPRINT_BYTES), digest_size=16)
        size = file.seek(0, 2)
        file.seek(max(0, size - _FINGERPRINT_BYTES))
        digest.update(file.read())
    return f"{size}-{digest.hexdigest()}"


def _open_sink(
    destination: str | Path, table: Table, job: dict[str, object], resume: bool, commit_seconds: float
) -> Sink:
    if table.parquet is not None:
        return ParquetFileSink(Path(destination), table.parquet.open_output)
    header = b""
    if isinstance(table.codec, CsvCodec):
        header = (b"\xef\xbb\xbf" if table.bom else b"") + table.codec.head(TAG_COLUMNS).encode()
    if destination == STANDARD_OUTPUT:
        return StreamSink(header)
    return FileSink(Path(destination), job, header, resume=resume, commit_seconds=commit_seconds)


def _tagged(
    chunks: Iterator[Chunk],
    codec: Codec,
    columns: Mapping[str, str],
    tagger_factory: TaggerFactory,
    workers: int,
) -> Generator[Tagged, None, None]:
    if workers == 0:
        yield from map(ChunkTagger(codec, columns, tagger_factory()), chunks)
        return
    with Workers(workers, codec, columns, tagger_factory) as pool:
        yield from pool.map(chunks)


def _remaining(chunks: Iterable[Chunk], rows: int) -> Iterator[Chunk]:
    """Leave out what an earlier run did: it ended between two chunks, and chunks fall the same way again."""
    return (chunk for chunk in chunks if chunk.first > rows)


def _run(
    tagged: Iterable[Tagged], sink: Sink, fraction: Callable[[], float | None], progress: Progress | None
) -> tuple[State, tuple[int, ...]]:
    """Write what was tagged; return the state reached, and how sure the intents were."""
    state = sink.start
    ids = _IdTable()
    confidence: tuple[int, ...] = ()
    started = time.monotonic()
    for part in tagged:
        state = State(
            rows=state.rows + part.rows,
            bad=state.bad + part.bad,
            first_bad=(*state.first_bad, *part.first_bad)[:KEPT_BAD_PLACES],
            duplicate_ids=state.duplicate_ids + sum(ids.seen(key) for key in part.ids),
        )
        confidence = tuple(map(sum, zip_longest(confidence, part.confidence, fillvalue=0)))
        sink.write(part.data, state)
        if progress is not None:
            seconds = max(time.monotonic() - started, 1e-9)
            progress(state.rows, (state.rows - sink.start.rows) / seconds, fraction())
    return state, confidence


class _IdTable:
    """Remembers 64-bit hashes in 8 MiB, however many rows there are; where it is full it learns no more."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _ID_SLOTS))

    def seen(self, key: int) -> bool:
        """Tell whether ``key`` (never 0) came before, and remember it."""
        slots = self._slots
        for step in range(_ID_PROBES):  # bounded: ids may be chosen to collide
            slot = (key + step) & (_ID_SLOTS - 1)
            if slots[slot] == key:
                return True
            if slots[slot] == 0:
                slots[slot] = key
                return False
        return False
