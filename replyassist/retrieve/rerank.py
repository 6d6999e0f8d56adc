"""An optional second look at the best hits: a cross-encoder reads query and source together.

It ranks better than two separate views of them (Nogueira & Cho 2019, *Passage re-ranking with BERT*), but too slowly
for more than the best few. Its scores are no probabilities, and their worth differs between teams and languages. So
each reranker gets a calibration of its own (Platt 1999), fitted on questions with known answers, which leaves the
relevance of the first stage as it is wherever the reranker does not improve it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from replyassist.embed.artifact import read_header, write_artifact
from replyassist.embed.loading import ALLOW_DOWNLOAD, PREFIX
from replyassist.errors import ArtifactMissing, ArtifactVersion, ConfigError, DataError, MissingExtra, UntrustedArtifact
from replyassist.retrieve.store import served_as
from replyassist.types import POOLS, Hit, Pool

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Floats = NDArray[np.float64]
DEPTH = 30
"""Hits that are read again unless told otherwise."""
FORMAT_VERSION = 1
ALL = "all"
"""Stands for every language without weights of its own."""

EDGE = 1e-6
"""A probability nearer to 0 or 1 counts as that near."""


class Reranker(Protocol):
    """Scores texts for a query. ``name`` differs between those whose scores may not be compared."""

    name: str

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """Return one raw score (a logit) per text (n,), higher for a better answer to ``query``."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder by name or path, from safetensors only, never with remote code.

    Raises:
        MissingExtra: the extra ``transformers`` is not installed.
        ConfigError: no model is named, or it was not trained to give a pair of texts one score.
        ArtifactMissing: the model is not on this machine. UntrustedArtifact: it needs code of its own.
    """

    def __init__(self, model: str, *, allow_download: bool = False) -> None:
        if not model:
            raise ConfigError("name a model after transformers:, for example transformers:/models/reranker")
        self.name = f"{PREFIX}{model}"
        self._model = _load(model, allow_download)
        kinds = getattr(self._model.config, "architectures", None) or ()
        # Any other model would be given a head of random weights.
        trained = any(kind.endswith(("ForSequenceClassification", "ForCausalLM")) for kind in kinds)
        if not trained or self._model.num_labels != 1:
            raise ConfigError(f"the model {model} does not give a pair of texts one score; choose a cross-encoder")

    def scores(self, query: str, texts: Sequence[str]) -> Floats:
        """Return the model's logit per text (n,); the model cuts what is longer than it can read."""
        pairs = [(query, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False) if pairs else [], dtype=np.float64)


def load_reranker(name: str, *, allow_download: bool | None = None) -> Reranker:
    """Load ``transformers:<name or path>``; the network is used as by :func:`replyassist.embed.load_encoder`.

    Raises:
        ConfigError: an unknown name. ArtifactError, MissingExtra: as :class:`CrossEncoderReranker`.
    """
    if not name.startswith(PREFIX):
        raise ConfigError(f"no reranker {name!r}: use transformers:<name or path>")
    if allow_download is None:
        allow_download = os.environ.get(ALLOW_DOWNLOAD) == "1"
    return CrossEncoderReranker(name.removeprefix(PREFIX), allow_download=allow_download)


@dataclass(frozen=True)
class SecondStage:
    """A reranker with what its scores are worth, as a generation uses it."""

    reranker: Reranker
    calibration: RerankCalibration

    @classmethod
    def open(cls, path: Path) -> SecondStage | None:
        """Open the second stage whose calibration lies at ``path``, none when there is none.

        Raises:
            ArtifactError, MissingExtra: it cannot be opened; :func:`load_reranker` says when.
        """
        if not path.is_file():
            return None
        named = read_header(path.parent, path.name.removesuffix(".json"), RerankCalibration, version=FORMAT_VERSION)
        return cls(load_reranker(named.reranker), named)

    def judge(self, hits: Sequence[Hit], query: str, *, language: str | None) -> tuple[Hit, ...]:
        """Return :func:`rerank` of ``hits``."""
        return rerank(hits, query, self.reranker, self.calibration, language=language)


def _load(model: str, allow_download: bool) -> CrossEncoder:
    try:
        from sentence_transformers import CrossEncoder
    except ImportError:
        raise MissingExtra("transformers", f"the reranker transformers:{model}") from None
    try:
        # Modules behind the transformer do not heed use_safetensors and would fall back to a pickle.
        if any(not list(file.parent.glob("*.safetensors")) for file in Path(model).rglob("pytorch_model*.bin")):
            raise OSError("pickled weights")
        found: CrossEncoder = CrossEncoder(
            model,
            local_files_only=not allow_download,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
            activation_fn=lambda scores: scores,
        )
    except (OSError, ValueError, SafetensorError) as error:
        if "trust_remote_code" in str(error):
            raise UntrustedArtifact(f"the model {model} needs code of its own, which is never run") from error
        raise ArtifactMissing(
            f"the model {model} is not on this machine as intact safetensors; give the path of a model folder, "
            f"or set {ALLOW_DOWNLOAD}=1 to fetch it by name"
        ) from error
    return found


class Weights(msgspec.Struct, frozen=True):
    """``logit = fused * (fused logit) + score * (raw score) + lead * (raw score - best other one) + shift``."""

    fused: float
    score: float
    lead: float
    shift: float

    def probabilities(self, features: Floats) -> Floats:
        """Return the probability (n,) of each row of ``features`` (n, 3)."""
        logits = features @ np.array([self.fused, self.score, self.lead]) + self.shift
        result: Floats = 0.5 * (1 + np.tanh(0.5 * logits))
        return result


UNCHANGED = Weights(fused=1.0, score=0.0, lead=0.0, shift=0.0)
"""The relevance of the first stage as it is."""


class RerankCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """What the scores of ``reranker`` are worth: weights by pool and language, :data:`ALL` for others."""

    format_version: int = FORMAT_VERSION
    reranker: str
    weights: dict[Pool, dict[str, Weights]]

    def uses(self, pool: Pool, language: str | None = None) -> bool:
        """Return whether scores change the relevance of hits of ``pool`` for a query in ``language``."""
        return self._weights(pool, language) != UNCHANGED

    def probabilities(self, fused: Floats, raw: Floats, pool: Pool, language: str | None = None) -> Floats:
        """Return the probability (n,) that each hit of one query in one pool answers it.

        ``fused`` (n,) are the first stage's probabilities, ``raw`` (n,) the scores, ``language`` is the query's.

        Raises:
            DataError: the two differ in length, a score is not finite, or ``fused`` holds no probabilities.
        """
        features, weights = features_of(fused, raw, self.reranker), self._weights(pool, language)
        return fused.copy() if weights == UNCHANGED else weights.probabilities(features)

    def _weights(self, pool: Pool, language: str | None) -> Weights:
        known = self.weights.get(pool, {})
        return known.get(served_as(language), known.get(ALL, UNCHANGED))

    def save(self, path: Path) -> None:
        """Write the calibration to ``path``, which ends in ``.json``; raise StorageError where that fails."""
        write_artifact(path.parent, path.name.removesuffix(".json"), self, {})

    @classmethod
    def open(cls, path: Path, reranker: str) -> RerankCalibration:
        """Read the calibration of the reranker named ``reranker``.

        Raises:
            ArtifactMissing, ArtifactCorrupt: it is gone or damaged.
            ArtifactVersion: it has another format, or was fitted for another reranker.
        """
        found = read_header(path.parent, path.name.removesuffix(".json"), cls, version=FORMAT_VERSION)
        if found.reranker != reranker:
            raise ArtifactVersion(f"{path}: made for the reranker {found.reranker}, not {reranker}; fit it again")
        return found


def rerank(
    hits: Sequence[Hit],
    query: str,
    reranker: Reranker,
    calibration: RerankCalibration,
    *,
    depth: int = DEPTH,
    language: str | None = None,
) -> tuple[Hit, ...]:
    """Return ``hits`` (best first) with the relevance of the first ``depth`` judged anew, most relevant first.

    Hits beyond ``depth`` keep their relevance and are sorted among the others: both numbers are probabilities, each
    given what is known of its source, so a hit that was not read may rightly overtake one that was found wanting.
    ``language`` is the query's. No score is computed where the calibration has no use for it.

    Raises:
        ConfigError: ``depth`` is below 1, or the calibration is another reranker's. DataError: as :func:`raw_scores`.
    """
    if depth < 1:
        raise ConfigError(f"the depth of a reranker must be at least 1, not {depth}")
    if calibration.reranker != reranker.name:
        raise ConfigError(f"the calibration is made for the reranker {calibration.reranker}, not {reranker.name}")
    read = [hit for hit in hits[:depth] if calibration.uses(hit.pool, language)]
    raw = raw_scores(reranker, query, read)
    judged = [hit for at, hit in enumerate(hits) if at >= depth or not calibration.uses(hit.pool, language)]
    for pool in POOLS:
        mine = np.array([hit.pool == pool for hit in read], bool)
        fused = np.array([hit.relevance for hit in read if hit.pool == pool], np.float64)
        relevance = calibration.probabilities(fused, raw[mine], pool, language)
        own = (hit for hit in read if hit.pool == pool)
        judged += [msgspec.structs.replace(h, relevance=float(p)) for h, p in zip(own, relevance, strict=True)]
    return tuple(sorted(judged, key=lambda hit: (-hit.relevance, hit.source_id)))


def raw_scores(reranker: Reranker, query: str, hits: Sequence[Hit]) -> Floats:
    """Return the reranker's score per hit (n,), each read by title and text.

    Raises:
        DataError: it returned something else than one finite score per hit.
    """
    texts = ["\n".join(part for part in (hit.title, hit.text) if part.strip()) for hit in hits]
    found = np.asarray(reranker.scores(query, texts) if texts else [], dtype=np.float64)
    if found.shape != (len(hits),) or not np.isfinite(found).all():
        raise DataError(f"the reranker {reranker.name} did not return one finite score for each of {len(hits)} texts")
    return found


def features_of(fused: Floats, raw: Floats, reranker: str) -> Floats:
    """Return per hit (n, 3) the first stage's logit, the score, and the score minus the best other one.

    A lone hit has no other to beat or to lose to: it counts as level.
    """
    if fused.ndim != 1 or fused.shape != raw.shape or not np.isfinite(raw).all():
        raise DataError(f"the reranker {reranker} has no finite score for each of {fused.size} hits")
    if not ((fused >= 0) & (fused <= 1)).all():
        raise DataError("a relevance of the first stage does not lie between 0 and 1")
    rival = raw.copy()
    if len(raw) > 1:
        second, first = np.partition(raw, -2)[-2:]
        rival[:] = first
        rival[np.argmax(raw)] = second
    kept = np.clip(fused, EDGE, 1 - EDGE)
    return np.column_stack([np.log(kept / (1 - kept)), raw, raw - rival])
