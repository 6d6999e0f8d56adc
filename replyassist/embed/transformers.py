"""Any sentence-transformers model as an encoder. The only file that imports sentence-transformers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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

_PROMPTS = {"query": ("query", "search_query"), "passage": ("passage", "document", "search_document")}

_FAMILIES: tuple[tuple[re.Pattern[str], dict[Kind, str]], ...] = (
    (re.compile(r"\be5-(?:small|base|large)\b(?!.*instruct)"), {"query": "query: ", "passage": "passage: "}),
    (
        re.compile(r"\bbge-(?:small|base|large)-en\b"),
        {"query": "Represent this sentence for searching relevant passages: ", "passage": ""},
    ),
)
"""Models that were trained with prompts but do not carry them in their configuration, by their names. Sources: the
cards of intfloat/multilingual-e5-small and BAAI/bge-small-en-v1.5."""


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

        The model's prompt for queries or passages is put before each text if there is one: its own or its family's.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        filled = [number for number, text in enumerate(texts) if text.strip()]
        if filled:
            prompt = prompt_for(self._model_name, self._model.prompts, kind)
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


def prompt_for(model: str, own: Mapping[str, str | None], kind: Kind) -> str | None:
    """Return what goes before a text of ``kind``: from the prompts the model carries, or by its name.

    >>> prompt_for("/models/multilingual-e5-small", {"query": "", "document": ""}, "passage")
    'passage: '
    """
    for name in _PROMPTS[kind]:
        if prompt := own.get(name):
            return prompt
    name = model.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].lower()
    return next((prompts[kind] for pattern, prompts in _FAMILIES if pattern.search(name)), None)


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
