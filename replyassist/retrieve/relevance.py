"""From features to a probability: how candidates are ranked, and what a rank score is worth in each pool.

Two steps, both fitted by ``training/relevance``: weights that put the right source of a question first, and
per pool a scale and a shift that turn the score into the probability that the source answers (Platt 1999).
The second step is fitted on customers' words, because questions made from articles look far more like their
answers than customers' questions do.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES
from replyassist.types import POOLS, Pool

Matrix = npt.NDArray[np.float64]

PRIOR_FILE = Path(__file__).with_name("relevance_prior.json")


class Calibration(msgspec.Struct, frozen=True):
    """``probability = 1 / (1 + exp(-(scale * score + shift)))``; ``scale`` is positive."""

    scale: float
    shift: float


class RelevanceModel(msgspec.Struct, frozen=True, kw_only=True):
    """``score = features @ coefficients``, then the calibration of the pool. ``fitted_on`` says on what."""

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    calibration: dict[Pool, Calibration]
    fitted_on: str
    metrics: dict[str, float] = {}

    def probabilities(self, features: Matrix, pool: Pool) -> Matrix:
        """Return the probability that each row of ``features`` (m, len(FEATURES)) answers the query."""
        chosen = self.calibration[pool]
        logits = chosen.scale * (features @ np.array(self.coefficients)) + chosen.shift
        result: Matrix = 0.5 * (1 + np.tanh(0.5 * logits))
        return result

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self, order="deterministic")) + b"\n")

    @classmethod
    def open(cls, path: Path) -> RelevanceModel:
        """Read a model.

        Raises:
            ArtifactMissing, ArtifactCorrupt: it is gone or damaged.
            ArtifactVersion: it knows other features than this release.
        """
        try:
            model = msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError as error:
            raise ArtifactMissing(f"{path}: missing. Rebuild the indexes: replyassist doctor.") from error
        except (msgspec.DecodeError, OSError) as error:
            raise ArtifactCorrupt(f"{path}: damaged. Rebuild the indexes: replyassist doctor.") from error
        if model.features != FEATURES or len(model.coefficients) != len(FEATURES):
            raise ArtifactVersion(f"{path}: made for other features. Run: replyassist doctor.")
        if any(pool not in model.calibration or model.calibration[pool].scale <= 0 for pool in POOLS):
            raise ArtifactCorrupt(f"{path}: a pool has no usable calibration. Run: replyassist doctor.")
        return model

    @classmethod
    def prior(cls) -> RelevanceModel:
        """Return the shipped model."""
        return cls.open(PRIOR_FILE)
