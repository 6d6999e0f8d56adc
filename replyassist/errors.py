"""Every error replyassist raises on purpose.

::

    ReplyAssistError                    exit 1
    ├── ConfigError (ValueError)        exit 2   a setting, option or policy is wrong
    ├── DataError (ValueError)          exit 2   input cannot be used; names file, line, field
    ├── ArtifactError                   exit 2   something about an assistant or model folder
    │   ├── ArtifactMissing                      nothing there, or a file of it is gone
    │   ├── ArtifactCorrupt                      truncated, tampered with or unreadable
    │   ├── ArtifactVersion                      written by another format version
    │   ├── ArtifactLocked                       another process is writing
    │   └── UntrustedArtifact                    would need code from the folder to load
    ├── StorageError (OSError)          exit 1   disk full, read-only, permission denied
    └── MissingExtra (ImportError)      exit 2   an optional dependency is not installed

A message says what is wrong, where, and what to do next. It never holds customer text.
"""

from __future__ import annotations

from pathlib import Path


class ReplyAssistError(Exception):
    """Root of all errors raised on purpose; catch this to catch them all."""

    exit_code: int = 1


class ConfigError(ReplyAssistError, ValueError):
    """A setting, command-line option or policy entry is wrong."""

    exit_code = 2


class DataError(ReplyAssistError, ValueError):
    """Input that cannot be used. ``where`` names the place, such as ``tickets.csv:17``."""

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None) -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class ArtifactError(ReplyAssistError):
    """Something is wrong with an assistant folder or a model folder."""

    exit_code = 2


class ArtifactMissing(ArtifactError):
    """The folder, or a file its manifest names, does not exist."""


class ArtifactCorrupt(ArtifactError):
    """A file is truncated, tampered with, or does not hold what its manifest says."""


class ArtifactVersion(ArtifactError):
    """The folder was written in a format version this release does not read."""


class ArtifactLocked(ArtifactError):
    """Another process is writing to the folder."""


class UntrustedArtifact(ArtifactError):
    """Loading the folder would mean running code from it; it is refused."""


class StorageError(ReplyAssistError, OSError):
    """The disk is full, read-only or may not be written; the last committed state is intact."""

    @classmethod
    def wrap(cls, error: OSError, path: Path | str) -> StorageError:
        """Describe an operating-system error on ``path`` and say what to do next."""
        reason = error.strerror or type(error).__name__
        return cls(f"cannot write {path}: {reason}. Nothing was changed; free space or rights, then run it again.")


class MissingExtra(ReplyAssistError, ImportError):
    """An optional dependency is needed. ``extra`` is the name to install."""

    exit_code = 2

    def __init__(self, extra: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(f"{purpose} needs an optional dependency: pip install 'replyassist[{extra}]'")
