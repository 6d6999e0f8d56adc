"""Map the arrays of an index into memory, and refuse what is damaged."""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing


def map_array(path: Path, kind: type[np.generic], dimensions: int = 1) -> npt.NDArray[Any]:
    """Return the array at ``path``, which must have the type ``kind`` and so many ``dimensions``.

    Nothing is read until it is needed. Pickled objects are refused.

    Raises:
        ArtifactMissing, ArtifactCorrupt: it is gone, cut short, or another array.
    """
    try:
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.") from error
    except (ValueError, OSError, EOFError, TypeError, SyntaxError, TokenError) as error:
        raise ArtifactCorrupt(f"{path}: damaged. Rebuild the indexes: replyassist doctor.") from error
    if not isinstance(found, np.ndarray) or found.dtype != np.dtype(kind) or found.ndim != dimensions:
        raise ArtifactCorrupt(f"{path}: damaged. Rebuild the indexes: replyassist doctor.")
    # A plain view: indexing a memmap object costs more than a search does.
    return found.view(np.ndarray)
