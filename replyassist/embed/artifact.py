"""Learned things on disk: a JSON header beside a safetensors file of arrays. Reading runs no code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion, StorageError

T = TypeVar("T")
Arrays = Mapping[str, NDArray[Any]]


class Versioned(msgspec.Struct):
    """The part of a header that every format version has."""

    format_version: int


def write_artifact(folder: Path, name: str, header: msgspec.Struct, arrays: Arrays) -> None:
    """Write ``name``.json and, unless there are no arrays, ``name``.safetensors into ``folder``.

    Raises:
        StorageError: the disk is full or read-only.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(header, order="deterministic"))
        if arrays:
            contiguous = {key: np.ascontiguousarray(value) for key, value in arrays.items()}
            save_file(contiguous, folder / f"{name}.safetensors")
    except OSError as error:
        raise StorageError.wrap(error, folder) from error
    except SafetensorError as error:
        raise StorageError(f"cannot write {folder / name}.safetensors: {error}") from error


def read_header(folder: Path, name: str, kind: type[T], *, version: int) -> T:
    """Read ``name``.json of ``folder``.

    Raises:
        ArtifactMissing: not there. ArtifactCorrupt: not what it should be. ArtifactVersion: another format.
    """
    path = folder / f"{name}.json"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ArtifactMissing(f"{path}: cannot be read: {error.strerror}; build it again") from error
    try:
        found = msgspec.json.decode(raw, type=Versioned).format_version
        if found != version:
            raise ArtifactVersion(f"{path}: format version {found}, but this release reads {version}; build it again")
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArtifactCorrupt(f"{path}: {error}; build it again") from error


def read_arrays(folder: Path, name: str, expected: Mapping[str, tuple[str, int]]) -> dict[str, NDArray[Any]]:
    """Read ``name``.safetensors of ``folder``; ``expected`` gives dtype and number of axes of each array.

    Raises:
        ArtifactMissing: not there. ArtifactCorrupt: truncated, or arrays missing or of another form.
    """
    path = folder / f"{name}.safetensors"
    if not path.is_file():
        raise ArtifactMissing(f"{path}: not there; build it again")
    try:
        arrays = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactCorrupt(f"{path}: cannot be read as safetensors; build it again") from error
    for key, (dtype, axes) in expected.items():
        if key not in arrays or arrays[key].dtype != dtype or arrays[key].ndim != axes:
            raise ArtifactCorrupt(f"{path}: no array {key!r} of type {dtype} with {axes} axes; build it again")
    return arrays
