"""Chunks through worker processes: results in order, a bounded number under way, nothing left behind.

Each worker has a pipe of its own and at most one chunk, so neither side can wait for the other for ever.
When the parent dies, even by SIGKILL, its pipes close and the workers end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from replyassist.batch.tagging import ChunkTagger, Tagged, TaggerFactory
from replyassist.errors import ReplyAssistError
from replyassist.formats.rows import Chunk, Codec

_UNDER_WAY_PER_WORKER = 4
_STOP_SECONDS = 5.0
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Workers:
    """Processes that tag chunks; use as a context manager.

    Raises:
        ReplyAssistError: a worker could not start its tagger (the error it met), or was killed.
    """

    def __init__(self, count: int, codec: Codec, columns: Mapping[str, str], tagger_factory: TaggerFactory) -> None:
        context = multiprocessing.get_context("spawn")  # fork is unsafe where threads or BLAS are loaded
        self._processes: dict[Connection, SpawnProcess] = {}
        with _one_thread_each():
            for _ in range(count):
                ours, theirs = context.Pipe()
                arguments = (theirs, codec, dict(columns), tagger_factory)
                process = context.Process(target=_serve, args=arguments, daemon=True)
                process.start()
                theirs.close()
                self._processes[ours] = process

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(self, chunks: Iterator[Chunk]) -> Iterator[Tagged]:
        """Yield the tagged chunks in the order of ``chunks``, reading only a few ahead."""
        waiting: dict[Connection, int] = dict.fromkeys(self._processes, -1)  # -1: not ready yet
        idle: list[Connection] = []
        finished: dict[int, Tagged] = {}
        sent = given = 0
        exhausted = False
        while True:
            while given in finished:
                yield finished.pop(given)
                given += 1
            while idle and not exhausted and sent - given < _UNDER_WAY_PER_WORKER * len(self._processes):
                chunk = next(chunks, None)
                exhausted = chunk is None
                if chunk is not None:
                    worker = idle.pop()
                    self._send(worker, chunk)
                    waiting[worker] = sent
                    sent += 1
            if exhausted and given == sent:
                return
            for worker in [pipe for pipe in wait(list(waiting)) if isinstance(pipe, Connection)]:
                index, result = waiting.pop(worker), self._receive(worker)
                if result is not None:
                    finished[index] = result
                idle.append(worker)

    def _send(self, worker: Connection, chunk: Chunk) -> None:
        try:
            worker.send(chunk)
        except OSError:
            raise self._killed(worker) from None

    def _receive(self, worker: Connection) -> Tagged | None:
        try:
            result: Tagged | _Failure | None = worker.recv()
        except (EOFError, OSError):
            raise self._killed(worker) from None
        if isinstance(result, _Failure):
            raise result.error()
        return result

    def _killed(self, worker: Connection) -> ReplyAssistError:
        process = self._processes[worker]
        process.join(_STOP_SECONDS)
        code = process.exitcode
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return ReplyAssistError(
            f"a worker process ended {how}, often for want of memory. What is finished is kept:"
            " run the same command again, with fewer workers if it happens again."
        )

    def close(self) -> None:
        """End the workers, at once where they are busy."""
        for connection in self._processes:
            connection.close()
        for process in self._processes.values():
            process.terminate()
            process.join(_STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
        self._processes.clear()


class _Failure(Exception):
    """An error on its way from a worker: error classes with other parameters do not survive pickling."""

    def __init__(self, kind: type[ReplyAssistError], message: str, details: dict[str, object]) -> None:
        super().__init__(kind, message, details)

    def error(self) -> ReplyAssistError:
        kind, message, details = self.args
        error: ReplyAssistError = kind.__new__(kind, message)
        error.args = (message,)
        error.__dict__.update(details)
        return error


def _failure(error: Exception, what: str) -> _Failure:
    if isinstance(error, ReplyAssistError):
        return _Failure(type(error), str(error), dict(error.__dict__))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return _Failure(ReplyAssistError, f"{what}: {type(error).__name__} at {place}", {})


def _serve(pipe: Connection, codec: Codec, columns: dict[str, str], tagger_factory: TaggerFactory) -> None:
    """Run in the worker: make the tagger, then answer chunk by chunk until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    with suppress(EOFError, OSError):  # the parent is gone: nobody is left to tell
        try:
            tag = ChunkTagger(codec, columns, tagger_factory())
        except Exception as error:  # whatever it is, the parent must hear of it
            pipe.send(_failure(error, "the tagger cannot start in a worker process"))
            return
        pipe.send(None)
        while True:
            chunk = pipe.recv()
            try:
                answer: Tagged | _Failure = tag(chunk)
            except Exception as error:  # as above
                answer = _failure(error, "a worker process failed")
            pipe.send(answer)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Give every worker one thread for linear algebra: there is a worker per core already."""
    added = [name for name in _THREAD_SETTINGS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
