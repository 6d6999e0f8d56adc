"""Fitting labels that have an order: one direction for all steps, so that every word raises or lowers the level."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize

from replyassist.classify.calibration import softmax

Floats = NDArray[np.float64]

_ITERATIONS = 200


def fit_ordinal(
    rows: sp.csr_matrix | NDArray[np.float32],
    truth: NDArray[np.intp],
    labels: int,
    *,
    weights: Floats,
    strength: float,
) -> tuple[Floats, Floats]:
    """Fit the adjacent-categories logit model with parallel steps (Agresti 2010, section 4.1).

    The logit of level ``k`` is ``k (row @ direction) + intercept_k``, with ``k`` centred: each step up has the same
    direction and an intercept of its own. ``truth`` (n,) are levels from 0, ``weights`` (n,) say how much each row
    counts; ``strength`` is the inverse of the penalty on the direction, as in scikit-learn.

    Returns (weights (features, labels), intercepts (labels,)): a score is ``row @ weights + intercepts``, as of any
    other linear model.
    """
    levels = np.arange(labels) - (labels - 1) / 2
    target = np.eye(labels)[truth]
    size = rows.shape[1]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        direction, intercepts = parameters[:size], parameters[size:]
        shares = softmax(np.outer(rows @ direction, levels) + intercepts)
        error = (shares - target) * weights[:, None]
        surprise = -float(weights @ np.log(np.maximum(shares[np.arange(len(truth)), truth], 1e-300)))
        slope = rows.T @ (error @ levels) + direction / strength
        return surprise + float(direction @ direction) / (2 * strength), np.concatenate([slope, error.sum(axis=0)])

    start = np.concatenate([np.zeros(size), np.log((target.sum(axis=0) + 1) / (len(truth) + labels))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}).x
    # Nothing holds the intercept of a level that does not occur: it stays where it started.
    intercepts = np.where(target.any(axis=0), found[size:], start[size:])
    return np.outer(found[:size], levels), intercepts
