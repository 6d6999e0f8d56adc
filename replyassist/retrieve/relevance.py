"""From features to a probability: how candidates are ranked, and what a rank score is worth in each pool.

Weights put the right source of a question first, and a scale and a shift turn its score into the probability that it
answers (Platt 1999). Both are fitted by ``training/relevance`` and, where a team's own tickets say which articles
answered them, fitted on by ``build`` (:mod:`replyassist.retrieve.learning`). A past ticket counts less the worse it
ended and the older it is.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES, Candidates, Scored, document_scores
from replyassist.types import POOLS, Pool

Matrix = npt.NDArray[np.float64]

PRIOR_FILE = Path(__file__).with_name("relevance_prior.json")


class Calibration(msgspec.Struct, frozen=True):
    """``probability = 1 / (1 + exp(-(scale * score - size * log(sources) + shift)))``; ``scale`` is positive.

    The more sources are searched, the higher the best wrong one scores, and the less likely any one is right before
    anything is known of it: so the same score says less in a large knowledge base.
    """

    scale: float
    shift: float
    size: float = 0.0


class Soundness(msgspec.Struct, frozen=True):
    """What a past answer's relevance is multiplied by: from ``reopened`` (outcome 0) to ``satisfied`` (outcome 1).

    It fades by the factor ``per_year``. Assumptions, not fits: in the corpus ratings say nothing of a reply's quality,
    and it spans no years. An answer after which the customer came back did not answer; prices and rules change.
    """

    reopened: float = 0.5
    satisfied: float = 1.0
    per_year: float = 0.95

    def of(self, outcome: npt.NDArray[np.floating], years: npt.NDArray[np.floating]) -> Matrix:
        """Return it for outcomes (m,) from 0 to 1, negative where there is none, and ages (m,) in years."""
        worth = self.reopened + (self.satisfied - self.reopened) * np.clip(outcome, 0, 1)
        faded: Matrix = np.where(outcome < 0, 1.0, worth * self.per_year ** np.maximum(years, 0))
        return faded


class RelevanceModel(msgspec.Struct, frozen=True, kw_only=True):
    """``score = features @ coefficients``, joined over translations, then calibrated; all per pool.

    ``fitted_on`` says on what.
    """

    features: tuple[str, ...]
    coefficients: dict[Pool, tuple[float, ...]]
    smoothing: float
    calibration: dict[Pool, Calibration]
    soundness: Soundness = Soundness()
    fitted_on: str
    metrics: dict[str, float] = {}

    def scores(self, candidates: Candidates, pool: Pool) -> Scored:
        """Return the candidates' documents with the rank score of each."""
        return document_scores(candidates, self.chunk_scores(candidates, pool), self.smoothing)

    def chunk_scores(self, candidates: Candidates, pool: Pool) -> Matrix:
        """Return the score of each chunk by itself."""
        result: Matrix = candidates.features @ np.array(self.coefficients[pool])
        return result

    def probabilities(self, scores: Matrix, pool: Pool, *, among: int = 1) -> Matrix:
        """Return the probability that a source with each of ``scores`` (m,) ``among`` so many answers the query."""
        chosen = self.calibration[pool]
        logits = chosen.scale * scores - chosen.size * np.log(max(among, 1)) + chosen.shift
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
            raise ArtifactMissing(f"{path}: missing. Restore it from a backup, or build anew.") from error
        except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
            raise ArtifactCorrupt(f"{path}: damaged. Restore it from a backup, or build anew.") from error
        if model.features != FEATURES:
            raise ArtifactVersion(f"{path}: made for other features. Build the assistant anew.")
        if any(pool not in model.calibration or model.calibration[pool].scale <= 0 for pool in POOLS):
            raise ArtifactCorrupt(f"{path}: a pool has no usable calibration. Build the assistant anew.")
        if any(len(model.coefficients.get(pool, ())) != len(FEATURES) for pool in POOLS):
            raise ArtifactCorrupt(f"{path}: a pool has no usable weights. Build the assistant anew.")
        return model

    @classmethod
    def prior(cls) -> RelevanceModel:
        """Return the shipped model."""
        return cls.open(PRIOR_FILE)
