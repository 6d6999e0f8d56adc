"""Multinomial logistic regression over hashed features, its selection, its int8 form and its calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax

from replyassist.text.language import LABELS, extract_features

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """The feature matrix, factored: ``(scaled tokens) @ word_features + scaled pairs``.

    ``tokens`` (messages, distinct words), ``word_features`` (distinct words, keys) and ``pairs``
    (messages, keys) are sparse; multiplying through the factors costs a tenth of the full matrix.
    """

    keys: NDArray[np.uint32]
    tokens: csr_matrix
    word_features: csr_matrix
    pairs: csr_matrix

    @classmethod
    def of(cls, messages: list[list[str]], *, keys: NDArray[np.uint32] | None = None, least: int = 4) -> Design:
        """Build the matrix over ``keys``, or over all keys that occur ``least`` times."""
        found = extract_features(messages)
        lengths = np.diff(np.append(found.starts, len(found.tokens)))
        scale = 1 / np.sqrt(np.array([sum(map(len, words)) for words in messages], dtype=np.float64))
        owner = np.repeat(np.arange(len(messages)), lengths)
        words = len(found.word_starts)
        sizes = np.diff(np.append(found.word_starts, len(found.word_keys)))
        word_owner = np.repeat(np.arange(words), sizes)
        if keys is None:
            counts = np.bincount(found.tokens, minlength=words)
            keys = _frequent(found.word_keys, counts[word_owner], found.pair_keys.ravel(), least)
        tokens = csr_matrix((scale[owner], (owner, found.tokens)), shape=(len(messages), words))
        features = _place(found.word_keys, word_owner, np.ones(len(word_owner)), words, keys)
        pair_owner = np.repeat(owner, found.pair_keys.shape[1])
        pairs = _place(found.pair_keys.ravel(), pair_owner, scale[pair_owner], len(messages), keys)
        return cls(keys, tokens, features, pairs)

    def scores(self, weights: FloatArray) -> FloatArray:
        """Return ``X @ weights`` (messages, labels)."""
        product: FloatArray = self.tokens @ (self.word_features @ weights) + self.pairs @ weights
        return product

    def pull_back(self, residual: FloatArray) -> FloatArray:
        """Return ``X.T @ residual`` (keys, labels)."""
        product: FloatArray = self.word_features.T @ (self.tokens.T @ residual) + self.pairs.T @ residual
        return product

    def mass(self) -> FloatArray:
        """Return how often each key occurs, weighted as in the scores."""
        return self.pull_back(np.ones((self.tokens.shape[0], 1)))[:, 0]


def _frequent(
    word_keys: NDArray[np.uint32], counts: NDArray[np.int64], pair_keys: NDArray[np.uint32], least: int
) -> NDArray[np.uint32]:
    everything = np.concatenate([word_keys, pair_keys])
    weight = np.concatenate([counts, np.ones(len(pair_keys), dtype=np.int64)])
    distinct, place = np.unique(everything, return_inverse=True)
    return distinct[np.bincount(place, weights=weight) >= least]


def _place(
    values: NDArray[np.uint32], rows: NDArray[np.int64], data: FloatArray, height: int, keys: NDArray[np.uint32]
) -> csr_matrix:
    column = np.searchsorted(keys, values).clip(max=len(keys) - 1)
    known = keys[column] == values
    return csr_matrix((data[known], (rows[known], column[known])), shape=(height, len(keys)))


def fit(
    design: Design, labels: NDArray[np.int64], *, penalty: float, iterations: int = 120
) -> tuple[FloatArray, FloatArray]:
    """Return the weights (keys, labels) and bias that minimise mean log loss + penalty * squared weights."""
    count, width = len(labels), len(LABELS)
    size = len(design.keys) * width
    truth = np.zeros((count, width))
    truth[np.arange(count), labels] = 1.0

    def objective(flat: FloatArray) -> tuple[float, FloatArray]:
        weights, bias = flat[:size].reshape(-1, width), flat[size:]
        log_probability = log_softmax(design.scores(weights) + bias, axis=1)
        residual = (np.exp(log_probability) - truth) / count
        loss = -float((log_probability * truth).sum()) / count + penalty * float((weights**2).sum())
        gradient = design.pull_back(residual) + 2 * penalty * weights
        return loss, np.append(gradient.ravel(), residual.sum(axis=0))

    start = np.zeros(size + width)
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 8})
    return found.x[:size].reshape(-1, width), found.x[size:]


def most_useful(design: Design, weights: FloatArray, count: int) -> NDArray[np.uint32]:
    """Return the ``count`` keys whose weights differ most between labels, times how often they occur."""
    spread = weights.std(axis=1) * np.sqrt(design.mass())
    return design.keys[np.sort(np.argsort(-spread, kind="stable")[:count])]


def quantize(weights: FloatArray) -> tuple[NDArray[np.int8], float]:
    """Return int8 weights and the number to multiply them by; the rarest extremes are clipped."""
    scale = float(np.quantile(np.abs(weights), 0.9999)) / 127
    return np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale


def calibrate(
    scores: FloatArray, labels: NDArray[np.int64], letters: NDArray[np.int64], knots: tuple[int, ...]
) -> tuple[list[float], FloatArray]:
    """Return one inverse temperature per knot of ``knots`` letters, and one offset per label for the scores.

    Between knots the temperature is interpolated over log letters. Temperature and bias-corrected scaling: Guo
    et al., "On Calibration of Modern Neural Networks", ICML 2017; Alexandari et al., ICML 2020.
    """
    count = len(labels)
    rows = np.arange(count)

    def loss(flat: FloatArray) -> float:
        log_sharpness, offsets = flat[: len(knots)], flat[len(knots) :]
        sharpness = np.exp(np.interp(np.log(letters), np.log(knots), log_sharpness))
        log_probability = log_softmax((scores + offsets) * sharpness[:, None], axis=1)
        return -float(log_probability[rows, labels].mean()) + 1e-3 * float((offsets**2).sum())

    found = minimize(loss, np.zeros(len(knots) + scores.shape[1]), method="L-BFGS-B")
    return [round(float(value), 4) for value in np.exp(found.x[: len(knots)])], found.x[len(knots) :]
