"""From features to a probability: a logistic model with a shipped prior that a team's own corpus moves.

The prior was fitted on a public knowledge base in five languages (``training/relevance``). At build it is
adapted to the team's articles by maximum a posteriori estimation: a Gaussian prior around the shipped
coefficients, so that a few articles change little and many decide. An adaptation that does not lower the
log-loss on held-out queries is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.retrieve.fusion import FEATURES

Matrix = npt.NDArray[np.float64]

PRIOR_FILE = Path(__file__).with_name("relevance_prior.json")
_MAX_STEPS = 50


class RelevanceModel(msgspec.Struct, frozen=True, kw_only=True):
    """``probability = 1 / (1 + exp(-(intercept + features @ coefficients)))``.

    ``encoder`` names the encoder whose cosines it was fitted on; ``fitted_on`` says on what, in words.
    """

    features: tuple[str, ...]
    coefficients: tuple[float, ...]
    intercept: float
    encoder: str
    fitted_on: str
    metrics: dict[str, float] = {}

    def probabilities(self, features: Matrix) -> Matrix:
        """Return the probability that each row of ``features`` (m, len(FEATURES)) answers the query."""
        result: Matrix = _sigmoid(self.intercept + features @ np.array(self.coefficients))
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
        return model

    @classmethod
    def neutral(cls) -> RelevanceModel:
        """Return a model that calls everything undecided: a place holder until one is fitted."""
        zeros = (0.0,) * len(FEATURES)
        return cls(features=FEATURES, coefficients=zeros, intercept=0.0, encoder="", fitted_on="nothing")

    @classmethod
    def prior(cls) -> RelevanceModel:
        """Return the shipped model."""
        return cls.open(PRIOR_FILE)


def fit(
    features: Matrix, relevant: npt.NDArray[np.bool_], *, centre: Sequence[float], strength: float
) -> npt.NDArray[np.float64]:
    """Return intercept and coefficients of the maximum a posteriori logistic regression.

    The prior is Gaussian around ``centre`` (intercept first) with precision ``strength`` per standard
    deviation of a feature, so features of different scale are held alike. No coefficient is negative, because
    a better score must never lower the probability: a feature that wants one is left out, at zero.
    """
    scale = np.append(1.0, np.maximum(features.std(axis=0), 1e-6))
    design = np.column_stack([np.ones(len(features)), features]) / scale
    start = np.asarray(centre, np.float64) * scale
    kept = np.ones(len(start), bool)
    while True:
        weights = np.zeros(len(start))
        weights[kept] = _newton(design[:, kept], relevant.astype(np.float64), start[kept], strength)
        negative = (weights < 0) & (np.arange(len(weights)) > 0)
        if not negative.any():
            result: npt.NDArray[np.float64] = weights / scale
            return result
        kept &= ~negative


def _newton(design: Matrix, target: Matrix, start: npt.NDArray[np.float64], strength: float) -> npt.NDArray[np.float64]:
    """Minimise the penalised log-loss by Newton's method, halving a step that would raise it."""

    def loss(weights: Matrix) -> float:
        logits = design @ weights
        penalty = strength / 2 * float(np.sum((weights - start) ** 2))
        return float(np.sum(np.logaddexp(0, logits) - target * logits)) + penalty

    weights, current = start, loss(start)
    for _ in range(_MAX_STEPS):
        fitted = _sigmoid(design @ weights)
        gradient = design.T @ (fitted - target) + strength * (weights - start)
        curvature = (design * (fitted * (1 - fitted))[:, None]).T @ design
        step = np.linalg.solve(curvature + strength * np.eye(len(weights)), gradient)
        rate = 1.0
        while loss(weights - rate * step) > current and rate > 1e-6:
            rate /= 2
        weights = weights - rate * step
        previous, current = current, loss(weights)
        if previous - current < 1e-9 * max(1.0, abs(previous)):
            break
    return weights


def log_loss(probabilities: Matrix, relevant: npt.NDArray[np.bool_]) -> float:
    """Return the mean negative log-likelihood in nats."""
    clipped = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return float(-np.mean(np.where(relevant, np.log(clipped), np.log1p(-clipped))))


def _sigmoid(logits: Matrix) -> Matrix:
    result: Matrix = 0.5 * (1 + np.tanh(0.5 * logits))
    return result
