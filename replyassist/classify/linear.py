"""The only file of this package that imports scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC


def fit_svm(
    rows: sp.csr_matrix, truth: NDArray[np.intp], labels: int, *, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit one linear support vector machine per label against the rest; ``truth`` (n,) are label numbers.

    Returns (weights (features, labels), intercepts (labels,)). A label that does not occur in ``truth`` gets
    no weights and an intercept of -1, the target of a negative example. At least two labels must occur.
    """
    model = LinearSVC(C=1.0, random_state=seed)
    with warnings.catch_warnings():
        # The last digits of the weights are not worth more iterations, and change no label.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, truth)
    coefficients, intercepts = model.coef_, np.atleast_1d(model.intercept_)
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients, coefficients])
        intercepts = np.concatenate([-intercepts, intercepts])
    weights = np.zeros((rows.shape[1], labels))
    weights[:, model.classes_] = coefficients.T
    offsets = np.full(labels, -1.0)
    offsets[model.classes_] = intercepts
    return weights, offsets
