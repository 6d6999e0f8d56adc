"""Learned things on disk: a JSON header beside a safetensors file of arrays. Reading runs no code."""

from __future__ import annotations

import zlib
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


def read_arrays(
    folder: Path, name: str, expected: Mapping[str, tuple[str, int]], *, mapped: bool = False
) -> dict[str, NDArray[Any]]:
    """Read ``name``.safetensors of ``folder``; ``expected`` gives dtype and number of axes of each array.

    ``mapped`` arrays are read-only and lie in the file until they are used, shared between processes.

    Raises:
        ArtifactMissing: not there. ArtifactCorrupt: truncated, or arrays missing or of another form.
    """
    path = folder / f"{name}.safetensors"
    if not path.is_file():
        raise ArtifactMissing(f"{path}: not there; build it again")
    try:
        arrays = _map_file(path) if mapped else load_file(path)
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise ArtifactCorrupt(f"{path}: cannot be read as safetensors; build it again") from error
    for key, (dtype, axes) in expected.items():
        if key not in arrays or arrays[key].dtype != dtype or arrays[key].ndim != axes:
            raise ArtifactCorrupt(f"{path}: no array {key!r} of type {dtype} with {axes} axes; build it again")
    return arrays


def digest_of(*arrays: NDArray[Any]) -> str:
    """Return eight hexadecimal digits that change with the arrays, by which learned things are told apart."""
    digest = 0
    for array in arrays:
        digest = zlib.crc32(np.ascontiguousarray(array).tobytes(), digest)
    return f"{digest:08x}"


class _Placed(msgspec.Struct, frozen=True):
    """One array in the header of a safetensors file; offsets count from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


_DTYPES = {"U8": "<u1", "I8": "<i1", "U32": "<u4", "I32": "<i4", "F16": "<f2", "F32": "<f4"}
_LENGTH = 8


def _map_file(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a safetensors file where they lie; safetensors itself can only copy them out."""
    content = np.memmap(path, dtype=np.uint8, mode="r")
    start = _LENGTH + int.from_bytes(content[:_LENGTH].tobytes(), "little")
    header = msgspec.json.decode(content[_LENGTH:start].tobytes(), type=dict[str, msgspec.Raw])
    header.pop("__metadata__", None)
    arrays: dict[str, NDArray[Any]] = {}
    for key, raw in header.items():
        placed = msgspec.json.decode(raw, type=_Placed)
        begin, end = placed.data_offsets
        if placed.dtype not in _DTYPES or not 0 <= begin <= end <= len(content) - start:
            raise ValueError(f"array {key} does not fit the file")
        array = content[start + begin : start + end].view(_DTYPES[placed.dtype])
        # A plain array: every operation on a memmap pays for its bookkeeping.
        arrays[key] = array.reshape(placed.shape).view(np.ndarray)
    return arrays
