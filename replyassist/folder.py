"""The assistant folder on disk: immutable generations, one manifest, one commit point.

::

    acme/
      assistant.json        the manifest: which generation is current, and the hash of each of its files
      generations/000007/   segments/ (documents and their indexes), segments.json, relevance.json, encoder/, heads/
      replyassist.toml      the team's settings         policy.yaml   the team's escalation policy
      .lock                 held by the one writer

A change is written into a fresh folder beside the current generation, synced to disk, and becomes current
by renaming a new manifest over the old one. Until that rename nothing has happened; after it everything
has. A process killed at any moment leaves the last committed generation, and the next writer clears what it
left behind. Files are never modified once committed, so readers keep theirs open while a writer works, and
unchanged files are shared between generations by hard link.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from replyassist._version import __version__
from replyassist.errors import (
    ArtifactCorrupt,
    ArtifactError,
    ArtifactLocked,
    ArtifactMissing,
    ArtifactVersion,
    ConfigError,
    StorageError,
)

FORMAT_VERSION = 2
MANIFEST = "assistant.json"
GENERATIONS = "generations"
_LOCK = ".lock"
_UNFINISHED = ".unfinished-"
_OWN_NAMES = {MANIFEST, MANIFEST + ".new", GENERATIONS, _LOCK, "replyassist.toml", "policy.yaml"}


class FileEntry(msgspec.Struct, frozen=True):
    """Size in bytes and SHA-256 of a committed file."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation is: its files with hashes, and what was learned from what.

    ``details`` holds counts, model names and held-out metrics; it never holds text.
    """

    format_version: int
    generation: int
    written_at: datetime
    written_by: str
    files: dict[str, FileEntry]
    details: dict[str, Any] = {}


@dataclass
class Change:
    """A generation being written: a fresh ``folder`` to fill, and the committed ``previous`` one, if any.

    ``details`` go into the manifest; unless it is built anew they begin as those of the previous generation.
    """

    folder: Path
    previous: Path | None
    details: dict[str, Any] = field(default_factory=dict)
    _shared: set[str] = field(default_factory=set)

    def keep(self, name: str) -> None:
        """Carry the file or folder ``name`` over from the previous generation, unchanged."""
        if self.previous is None or not (self.previous / name).exists():
            return
        source = self.previous / name
        for path in [source] if source.is_file() else sorted(p for p in source.rglob("*") if p.is_file()):
            relative = path.relative_to(self.previous)
            target = self.folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:
                shutil.copyfile(path, target)
            self._shared.add(relative.as_posix())

    def release(self, name: str) -> None:
        """Let go of a file that was carried over, so that another can be written in its place."""
        self._shared.discard(name)
        (self.folder / name).unlink(missing_ok=True)


class AssistantFolder:
    """One assistant on disk. Any number of readers, one writer at a time.

    Raises:
        ArtifactMissing: no assistant there. ArtifactVersion: another format version.
        ArtifactCorrupt: a file differs from the manifest. ArtifactLocked: another writer is at work.
        StorageError: the disk is full or read-only; the last committed state is intact.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._sound: set[_Fingerprint] = set()

    def manifest(self) -> Manifest:
        """Read the current manifest."""
        place = self.path / MANIFEST
        try:
            raw = place.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise ArtifactMissing(
                f"{self.path}: no assistant here (no {MANIFEST}). Make one with: replyassist build {self.path}"
            ) from None
        except OSError as error:
            raise ArtifactMissing(f"{place}: cannot be read: {error.strerror}") from error
        return _decode_manifest(raw, place)

    def generation_path(self, manifest: Manifest) -> Path:
        """Return the folder that holds the generation of ``manifest``."""
        return self.path / GENERATIONS / f"{manifest.generation:06d}"

    def open(self) -> tuple[Manifest, Path]:
        """Return the current manifest and its generation folder, every file checked against its hash."""
        manifest = self.manifest()
        while True:
            try:
                self._verify(manifest)
            except ArtifactError:
                newer = self.manifest()  # a writer may have replaced the generation while we looked
                if newer.generation == manifest.generation:
                    raise
                manifest = newer
                continue
            return manifest, self.generation_path(manifest)

    @contextmanager
    def change(self, *, create: bool = False, repair: bool = False) -> Iterator[Change]:
        """Write a new generation; it is committed when the block ends without an error.

        With ``create`` the folder may be missing or empty, and a previous generation need not be sound.
        With ``repair`` its derived files need not be.
        """
        with self._locked(create=create):
            current = self._current(create=create)
            if current is not None and not create:
                self._verify(current, derived=not repair)
            if current is not None:
                self._clear_all_but(current)
            number = 1 + max(self._generations(), default=0)
            change = self._begin(number, current)
            if current is not None and not create:
                change.details.update(current.details)
            try:
                yield change
                self._commit(change, number, current)
            except OSError as error:
                shutil.rmtree(change.folder, ignore_errors=True)
                if isinstance(error, StorageError):
                    raise
                raise StorageError.wrap(error, self.path) from error
            except BaseException:
                shutil.rmtree(change.folder, ignore_errors=True)
                raise

    def _verify(self, manifest: Manifest, *, derived: bool = True) -> None:
        """Check the files of a generation; those that this object has checked before are taken as they were.

        Committed files are never modified, and generations share them: only what is new has to be read.
        """
        folder = self.generation_path(manifest)
        known = {name for name, entry in manifest.files.items() if _fingerprint(folder / name, entry) in self._sound}
        verify(folder, manifest, derived=derived, known=known)
        checked = [name for name in manifest.files if derived or not is_derived(name)]
        self._sound = {found for name in checked if (found := _fingerprint(folder / name, manifest.files[name]))}

    def _current(self, *, create: bool) -> Manifest | None:
        """Return the manifest to go on from; building anew may start from none or from an unreadable one."""
        try:
            return self.manifest()
        except ArtifactError:
            if not create:
                raise
            return None

    @contextmanager
    def _locked(self, *, create: bool) -> Iterator[None]:
        from filelock import FileLock, Timeout

        if not create and not self.path.is_dir():
            raise ArtifactMissing(f"{self.path}: no such folder. Make one with: replyassist build {self.path}")
        if create:
            self._prepare()
        lock = FileLock(self.path / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise ArtifactLocked(
                f"{self.path}: another process is writing to this assistant. Wait for it to finish, then try again."
            ) from None
        except OSError as error:
            raise StorageError.wrap(error, self.path) from error
        try:
            yield
        finally:
            lock.release()

    def _prepare(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{self.path}: is a file; an assistant needs a folder")
        if self.path.is_dir():
            foreign = sorted(p.name for p in self.path.iterdir() if p.name not in _OWN_NAMES)
            if foreign and not (self.path / MANIFEST).exists():
                raise ConfigError(
                    f"{self.path}: holds other files ({foreign[0]}, ...). Choose an empty or a new folder."
                )
        try:
            (self.path / GENERATIONS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError.wrap(error, self.path) from error

    def _generations(self) -> list[int]:
        """Return the numbers of the generations on disk, committed or not."""
        return [int(path.name) for path in (self.path / GENERATIONS).iterdir() if path.name.isdigit()]

    def _clear_all_but(self, current: Manifest) -> None:
        """Remove what killed writers left behind, and what a commit has replaced."""
        keep = self.generation_path(current).name
        for path in (self.path / GENERATIONS).iterdir():
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)

    def _begin(self, number: int, current: Manifest | None) -> Change:
        folder = self.path / GENERATIONS / f"{_UNFINISHED}{number:06d}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError.wrap(error, self.path) from error
        return Change(folder=folder, previous=self.generation_path(current) if current else None)

    def _commit(self, change: Change, number: int, current: Manifest | None) -> None:
        known = current.files if current else {}
        files = {name: known[name] for name in change._shared if name in known}
        for path in sorted(p for p in change.folder.rglob("*") if p.is_file()):
            name = path.relative_to(change.folder).as_posix()
            if name not in files:
                files[name] = FileEntry(bytes=path.stat().st_size, sha256=_sha256(path))
                _sync(path)
        for path in [change.folder, *(p for p in change.folder.rglob("*") if p.is_dir())]:
            _sync(path)
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            generation=number,
            written_at=datetime.now(UTC).replace(microsecond=0),
            written_by=f"replyassist {__version__}",
            files=dict(sorted(files.items())),
            details=change.details,
        )
        os.replace(change.folder, self.generation_path(manifest))
        _sync(self.path / GENERATIONS)
        replace_file(self.path / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        self._clear_all_but(manifest)


def verify(folder: Path, manifest: Manifest, *, derived: bool = True, known: Collection[str] = ()) -> None:
    """Compare every file of a generation but the ``known`` ones with its entry; without ``derived`` only the truth.

    Raises:
        ArtifactMissing: a file is gone. ArtifactCorrupt: a size or hash differs.
    """
    for name, entry in manifest.files.items():
        if name in known or (not derived and is_derived(name)):
            continue
        problem = file_state(folder / name, entry)
        if problem is not None:
            kind = ArtifactMissing if problem == _GONE else ArtifactCorrupt
            raise kind(f"{folder / name}: {problem}. {_REPAIR}")


_Fingerprint = tuple[int, int, int, str]


def _fingerprint(path: Path, entry: FileEntry) -> _Fingerprint | None:
    """Return what tells an untouched file, none when it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size, entry.sha256


def file_state(path: Path, entry: FileEntry) -> str | None:
    """Return what is wrong with a file, none if it is as its entry says."""
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            return f"{size} bytes, the manifest says {entry.bytes}"
        return None if _sha256(path) == entry.sha256 else "content differs from the manifest"
    except OSError:
        return _GONE


_GONE = "named by the manifest but not there"
_REPAIR = "Run replyassist doctor on the folder; it rebuilds what can be derived."


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``; a crash leaves the old file or the new one, never a mix."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    _sync(path.parent)


def is_derived(name: str) -> bool:
    """Say whether a file of a generation can be rebuilt from the others."""
    return name.startswith("segments/") and not name.endswith("/store.sqlite")


def _decode_manifest(raw: bytes, place: Path) -> Manifest:
    try:
        head: Mapping[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
        version = head["format_version"]
    except (msgspec.DecodeError, KeyError):
        raise ArtifactCorrupt(f"{place}: not a readable manifest. Restore it from a backup, or build anew.") from None
    if version != FORMAT_VERSION:
        raise ArtifactVersion(
            f"{place}: format version {version}; "
            f"this release ({__version__}) reads version {FORMAT_VERSION}. "
            "Build the folder anew, or use the release that wrote it."
        )
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise ArtifactCorrupt(f"{place}: {error}. Restore it from a backup, or build anew.") from None
    if any(name.startswith("/") or ".." in Path(name).parts for name in manifest.files):
        raise ArtifactCorrupt(f"{place}: names a file outside the folder. Build the folder anew.")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
