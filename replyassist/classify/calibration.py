"""From margins to probabilities that hold, in each language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

Floats = NDArray[np.float32] | NDArray[np.float64]

_LOG_RANGE = (math.log(0.01), math.log(100.0))
_SPREAD = 0.15
"""How far (standard deviation of the logarithm) the temperatures of languages are expected to lie apart."""


def softmax(logits: Floats) -> NDArray[np.float64]:
    """Return ``logits`` (n, labels) as probabilities; rows sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def calibrate(margins: Floats, temperature: float | Floats, n: int) -> NDArray[np.float64]:
    """Return probabilities (rows, labels), given a ``temperature`` (or one per row) that was fitted on ``n`` examples.

    None exceeds (n + 1) / (n + 2), Laplace's rule of succession: few examples give no certainty.
    """
    labels = margins.shape[1]
    doubt = labels / (labels - 1) / (n + 2)
    cooled = margins / np.reshape(temperature, (-1, 1))
    shares: NDArray[np.float64] = softmax(cooled) * (1 - doubt) + doubt / labels
    return shares


def fit_temperature(margins: Floats, truth: NDArray[np.intp], *, around: float | None = None) -> float:
    """Return the temperature that makes softmax(margins / temperature) most likely (Guo et al. 2017).

    ``margins`` (n, labels) must be of examples the model was not trained on, ``truth`` (n,) their label
    numbers. Targets are softened as Platt (1999) does it, so that a handful of examples, all of them right,
    does not give certainty. With ``around``, another temperature, the fit is drawn towards it where examples are few.
    """
    n, labels = margins.shape
    right = (n + 1) / (n + 2)
    own = margins[np.arange(n), truth].astype(np.float64)
    mean = margins.mean(axis=1, dtype=np.float64)
    rest = (1 - right) * labels / (labels - 1)
    target = own * (1 - rest) + mean * rest

    def loss(log_temperature: float) -> float:
        sharpness = math.exp(-log_temperature)
        surprise = float(np.sum(logsumexp(margins * sharpness, axis=1) - target * sharpness))
        drawn = 0.0 if around is None else ((log_temperature - math.log(around)) / _SPREAD) ** 2 / 2
        return surprise + drawn

    best = minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded", options={"xatol": 1e-4})
    return math.exp(float(best.x))


def fit_languages(
    margins: Floats, truth: NDArray[np.intp], languages: Sequence[str | None], temperature: float
) -> dict[str, float]:
    """Return a temperature per language, drawn towards that of all languages where a language has few examples."""
    found = {}
    for language in sorted({name for name in languages if name}):
        inside = np.array([name == language for name in languages])
        found[language] = fit_temperature(margins[inside], truth[inside], around=temperature)
    return found


def row_temperatures(
    languages: Sequence[str | None], temperature: float, by_language: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return the temperature of each row (n,) by its language."""
    return np.array([by_language.get(name or "", temperature) for name in languages], dtype=np.float64)
