"""Join the lexical and the dense view of a query: candidates from both, then the same features for each.

Rank fusion throws away how good a match is, and an equal vote for the weaker view lowers the result of the
stronger one (``benchmarks/retrieval.py`` shows both). So the views only propose candidates; their exact
scores become features of one small model (:mod:`replyassist.retrieve.relevance`) that ranks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from replyassist.retrieve.dense import DenseIndex
from replyassist.retrieve.lexical import Floats, top
from replyassist.retrieve.table import Ints, Mask

CANDIDATES = 50
"""Rows that each view proposes per pool."""

FEATURES = ("lexical", "dense", "lexical_lead", "dense_lead")
"""Share of the achievable BM25 score, cosine, and how far each of them stands out from the other candidates', in
standard deviations. Without the leads a probability cannot tell a clear winner from the best of a bad lot.

The language is no feature: fitted freely it earned a *negative* weight (a wrong source in the query's own
language shares more words than one in another), which would turn the reader's language into a handicap."""

_PRIOR_WEIGHT = 10
_PRIOR_LEXICAL, _PRIOR_DENSE = (0.08, 0.03), (0.2, 0.1)
"""Mean and standard deviation of ten imagined wrong candidates, so that two or three real ones, as in a small
knowledge base, are not compared with each other alone."""


@dataclass(frozen=True)
class Candidates:
    """Rows worth ranking for one query and pool, ascending, and their features (m, len(FEATURES))."""

    rows: Ints
    features: npt.NDArray[np.float64]

    @property
    def lexical(self) -> npt.NDArray[np.float64]:
        """Share of the achievable BM25 score per candidate."""
        return self.features[:, FEATURES.index("lexical")]

    @property
    def dense(self) -> npt.NDArray[np.float64]:
        """Cosine per candidate."""
        return self.features[:, FEATURES.index("dense")]


def propose(lexical: Floats, index: DenseIndex, vector: Floats, allowed: Mask, count: int = CANDIDATES) -> Ints:
    """Return the rows among the best ``count`` of either view, ascending; none that both score zero.

    ``lexical`` holds a share for every row of the index.
    """
    by_words, _ = top(lexical, count, allowed)
    by_meaning, _ = index.search(vector, count, allowed)
    return np.union1d(by_words, by_meaning)


def describe(rows: Ints, lexical: Floats, cosine: Floats) -> Candidates:
    """Return the features of ``rows`` from their exact scores, each of shape (m,)."""
    leads = (_lead(lexical, *_PRIOR_LEXICAL), _lead(cosine, *_PRIOR_DENSE))
    return Candidates(rows, np.column_stack([lexical, cosine, *leads]).astype(np.float64))


def _lead(scores: Floats, prior_mean: float, prior_deviation: float) -> npt.NDArray[np.float64]:
    """Return (score - mean) / deviation over the candidates and the imagined ones."""
    values = scores.astype(np.float64)
    count = len(values) + _PRIOR_WEIGHT
    mean = (values.sum() + _PRIOR_WEIGHT * prior_mean) / count
    squares = ((values**2).sum() + _PRIOR_WEIGHT * (prior_deviation**2 + prior_mean**2)) / count
    result: npt.NDArray[np.float64] = (values - mean) / np.sqrt(squares - mean**2)
    return result
