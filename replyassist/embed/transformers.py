"""Any sentence-transformers model as an encoder. The only file that imports sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from replyassist.embed.artifact import write_artifact
from replyassist.embed.encoder import Kind
from replyassist.embed.lsa import ARTIFACT, FORMAT_VERSION
from replyassist.errors import ArtifactMissing, ConfigError, MissingExtra, UntrustedArtifact

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PROMPTS = {"query": ("query",), "passage": ("passage", "document")}


class TransformersHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="transformers"):
    """``encoder.json`` of a :class:`TransformersEncoder`: a reference, not a copy of the model."""

    format_version: int
    model: str


class TransformersEncoder:
    """A sentence-transformers model by name or path, from safetensors weights only, never with remote code.

    Raises:
        MissingExtra: the extra ``transformers`` is not installed. ConfigError: no model is named.
        ArtifactMissing: the model is not on this machine. UntrustedArtifact: it needs code of its own.
    """

    def __init__(self, model: str, *, allow_download: bool = False) -> None:
        if not model:
            raise ConfigError("name a model after transformers:, for example transformers:/models/e5-small")
        self._model_name = model
        self._model = _load(model, allow_download)
        self.name = f"transformers:{model}"
        # Renamed in sentence-transformers 5.
        model_dim = getattr(self._model, "get_embedding_dimension", None)
        self.dim = int((model_dim or self._model.get_sentence_embedding_dimension)() or 0)

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Return one row of unit length per text (n, dim); a blank text is a zero row.

        The model's own prompt for queries or passages is put before each text if it has one.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        filled = [number for number, text in enumerate(texts) if text.strip()]
        if filled:
            prompts = self._model.prompts
            prompt = next((prompts[name] for name in _PROMPTS[kind] if prompts.get(name)), None)
            vectors[filled] = self._model.encode(
                [texts[number] for number in filled],
                prompt=prompt,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors

    def save(self, folder: Path) -> None:
        """Write which model this is; the model itself stays where it is."""
        header = TransformersHeader(format_version=FORMAT_VERSION, model=self._model_name)
        write_artifact(folder, ARTIFACT, header, {})


def _load(model: str, allow_download: bool) -> SentenceTransformer:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise MissingExtra("transformers", f"the encoder transformers:{model}") from None
    try:
        return SentenceTransformer(
            model,
            local_files_only=not allow_download,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError) as error:
        if "trust_remote_code" in str(error):
            raise UntrustedArtifact(
                f"the model {model} needs code of its own, which is never run; choose another model"
            ) from error
        raise ArtifactMissing(
            f"the model {model} is not on this machine as safetensors; give the path of a model folder, "
            "or set REPLYASSIST_ALLOW_DOWNLOAD=1 to fetch it by name"
        ) from error
