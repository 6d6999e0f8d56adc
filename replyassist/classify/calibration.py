"""From margins to probabilities, and from probabilities to a threshold with a guarantee."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaincinv, logsumexp

from replyassist.errors import ConfigError

Floats = NDArray[np.float32] | NDArray[np.float64]

CONFIDENCE = 0.95
"""How sure the guarantee of :func:`acceptance_threshold` is."""

_STARTS = (0.0, 0.1, 0.3)
_STEPS = 100
_LOG_RANGE = (math.log(0.01), math.log(100.0))


def softmax(logits: Floats) -> NDArray[np.float64]:
    """Return ``logits`` (n, labels) as probabilities; rows sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def calibrate(margins: Floats, temperature: float, n: int) -> NDArray[np.float64]:
    """Return probabilities (rows, labels), given a ``temperature`` that was fitted on ``n`` examples.

    None exceeds (n + 1) / (n + 2), Laplace's rule of succession: few examples give no certainty.
    """
    labels = margins.shape[1]
    doubt = labels / (labels - 1) / (n + 2)
    shares: NDArray[np.float64] = softmax(margins / temperature) * (1 - doubt) + doubt / labels
    return shares


def fit_temperature(margins: Floats, truth: NDArray[np.intp]) -> float:
    """Return the temperature that makes softmax(margins / temperature) most likely (Guo et al. 2017).

    ``margins`` (n, labels) must be of examples the model was not trained on, ``truth`` (n,) their label
    numbers. Targets are softened as Platt (1999) does it, so that a handful of examples, all of them right,
    does not give certainty.
    """
    n, labels = margins.shape
    right = (n + 1) / (n + 2)
    own = margins[np.arange(n), truth].astype(np.float64)
    mean = margins.mean(axis=1, dtype=np.float64)
    rest = (1 - right) * labels / (labels - 1)
    target = own * (1 - rest) + mean * rest

    def loss(log_temperature: float) -> float:
        sharpness = math.exp(-log_temperature)
        return float(np.mean(logsumexp(margins * sharpness, axis=1) - target * sharpness))

    best = minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded", options={"xatol": 1e-4})
    return math.exp(float(best.x))


def acceptance_threshold(confidence: Floats, correct: NDArray[np.bool_], max_error: float) -> float:
    """Return the least confidence from which predictions may be acted on alone; above 1 when there is none.

    With 95 % confidence over the draw of the examples, predictions of at least this confidence are wrong
    in at most ``max_error`` of cases. ``confidence`` and ``correct`` (n,) are of examples the model was not
    trained on. Learn then Test (Angelopoulos et al. 2021): thresholds are tried from strict to lenient,
    each with the exact binomial bound of Clopper and Pearson, until the first that fails; the sequence is
    started at several depths and the allowed risk divided between them.

    Raises:
        ConfigError: ``max_error`` is not between 0 and 1.
    """
    if not 0 < max_error < 1:
        raise ConfigError("max_error must lie between 0 and 1, for example 0.05")
    order = np.argsort(-confidence, kind="stable")
    ranked, wrong = confidence[order], np.cumsum(~correct[order])
    risk = (1 - CONFIDENCE) / len(_STARTS)
    least = math.ceil(math.log(risk) / math.log1p(-max_error))
    threshold = math.inf
    for start in _STARTS:
        first = max(least, math.ceil(start * len(ranked)))
        for count in range(first, len(ranked) + 1, max(1, len(ranked) // _STEPS)):
            taken = int(np.searchsorted(-ranked, -ranked[count - 1], side="right"))
            if _upper_bound(int(wrong[taken - 1]), taken, risk) > max_error:
                break
            threshold = min(threshold, float(ranked[taken - 1]))
    return threshold


def _upper_bound(wrong: int, n: int, risk: float) -> float:
    """Return the exact binomial upper bound on the error rate."""
    return 1.0 if wrong == n else float(betaincinv(wrong + 1, n - wrong, 1 - risk))
