"""The built-in encoder as a module of sentence-transformers: ``SentenceTransformer("models/nordic")`` finds it here.

Its rows are a parameter, so sentence-transformers can train it on; saving packs them again. Since release 6,
sentence-transformers asks for ``trust_remote_code=True`` before it imports any module that is not its own, also from
an installed package such as this one; :func:`as_sentence_transformer` needs no such consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import InputModule

from replyassist.embed.nordic import NordicEncoder
from replyassist.embed.quantized import pack_rows, unpack_rows
from replyassist.text.ngrams import split_words


class NordicModule(InputModule):  # type: ignore[misc]  # sentence-transformers is an extra and may be absent
    """Texts to unit vectors with torch: a weighted sum of feature rows per text, brought to unit length."""

    def __init__(self, encoder: NordicEncoder) -> None:
        super().__init__()
        self._encoder = encoder
        rows = torch.from_numpy(unpack_rows(encoder.rows, encoder.scales))
        self.embedding = torch.nn.EmbeddingBag.from_pretrained(rows, freeze=False, mode="sum")

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Return the features of each text, how much each counts, and where each text begins."""
        split = [split_words((prompt or "") + text) for text in inputs]
        words = list(dict.fromkeys(word for text in split for word in text))
        if not words:
            return _batch(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(len(split), np.int64))
        composition = self._encoder.composition(words)
        place = {word: number for number, word in enumerate(words)}
        rows = [composition[[place[word] for word in text]] for text in split]
        ends = np.cumsum([0, *(row.nnz for row in rows)])
        features = np.concatenate([row.indices for row in rows]).astype(np.int64)
        return _batch(features, np.concatenate([row.data for row in rows]), ends[:-1])

    def tokenize(self, texts: Sequence[str], **options: Any) -> dict[str, torch.Tensor]:
        """Do as :meth:`preprocess`: the name before sentence-transformers 6."""
        return self.preprocess(texts, **options)

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Add ``sentence_embedding`` (n, dim)."""
        sums = self.embedding(features["input_ids"], features["offsets"], per_sample_weights=features["shares"])
        features["sentence_embedding"] = torch.nn.functional.normalize(sums, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """Return the length of a vector."""
        return self._encoder.dim

    get_sentence_embedding_dimension = get_embedding_dimension

    @property
    def max_seq_length(self) -> float:
        """Return how long a text may be: there is no bound."""
        return float("inf")

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the encoder with the rows as they are now."""
        rows, scales = pack_rows(self.embedding.weight.detach().cpu().numpy())
        self._encoder.with_rows(rows, scales, trained_on=self._encoder.trained_on).save(Path(output_path))

    @classmethod
    def load(cls, model_name_or_path: str, **_: Any) -> NordicModule:
        """Read the folder of an encoder."""
        return cls(NordicEncoder.load(Path(model_name_or_path)))


def as_sentence_transformer(encoder: NordicEncoder) -> SentenceTransformer:
    """Return ``encoder`` as a SentenceTransformer, to be used or trained on.

    >>> model = as_sentence_transformer(load_encoder("nordic"))  # doctest: +SKIP
    """
    return SentenceTransformer(modules=[NordicModule(encoder)], device="cpu")


def _batch(
    features: np.ndarray[Any, Any], shares: np.ndarray[Any, Any], starts: np.ndarray[Any, Any]
) -> dict[str, torch.Tensor]:
    return {
        "input_ids": torch.from_numpy(features),
        "shares": torch.from_numpy(shares),
        "offsets": torch.from_numpy(starts),
    }
