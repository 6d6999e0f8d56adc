"""Fitting linear models; the only file of this package that imports scikit-learn.

``weights`` (n,) say how much each row counts. Both functions return (weights (features, labels), intercepts (labels,)):
a score is ``row @ weights + intercepts``.
"""

from __future__ import annotations

import warnings

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
ABSENT = -1.0
"""The intercept of a label that does not occur: the target of an SVM's negative example."""

_STRENGTH = 100.0
_ITERATIONS = 300


def fit_svm(
    rows: sp.csr_matrix, truth: NDArray[np.intp], labels: int, *, weights: Floats, seed: int
) -> tuple[Floats, Floats]:
    """Fit one linear support vector machine per label against the rest; ``truth`` (n,) are label numbers.

    A label that does not occur in ``truth`` gets no weights and the intercept :data:`ABSENT`. At least two must occur.
    """
    model = LinearSVC(C=1.0, random_state=seed)
    with warnings.catch_warnings():
        # The last digits of the weights are not worth more iterations, and change no label.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, truth, sample_weight=weights)
    return _spread(model.classes_, model.coef_, np.atleast_1d(model.intercept_), labels, absent=ABSENT)


def fit_regression(
    rows: NDArray[np.float32], truth: NDArray[np.intp], labels: int, *, weights: Floats
) -> tuple[Floats, Floats]:
    """Fit multinomial logistic regression over dense ``rows`` (n, dim); ``truth`` (n,) are label numbers.

    Logits are centred: over the labels that occur their mean is 0. A label that does not occur gets the lowest
    intercept, and no weights.
    """
    model = LogisticRegression(C=_STRENGTH, max_iter=_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows.astype(np.float64), truth, sample_weight=weights)
    coefficients, intercepts = model.coef_, np.atleast_1d(model.intercept_)
    lowest = float(intercepts.min())
    if len(model.classes_) == 2:
        coefficients, intercepts = coefficients / 2, intercepts / 2
        lowest = -abs(float(intercepts[0]))
    return _spread(model.classes_, coefficients, intercepts, labels, absent=lowest)


def _spread(
    classes: NDArray[np.intp], coefficients: Floats, intercepts: Floats, labels: int, *, absent: float
) -> tuple[Floats, Floats]:
    """Return weights for all labels, given those of the ones that occur (one row stands for two of them)."""
    if len(classes) == 2:
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    spread = np.zeros((coefficients.shape[1], labels))
    spread[:, classes] = coefficients.T
    offsets = np.full(labels, absent)
    offsets[classes] = intercepts
    return spread, offsets
