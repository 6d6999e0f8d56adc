"""Join what is known of each candidate for a query: the same few features for each, and one score per document.

Rank fusion throws away how good a match is, and an equal vote for the weaker view lowers the result of the
stronger one (``benchmarks/evidence`` shows both). So words and vectors only propose candidates; their exact
scores become features of one small model (:mod:`replyassist.retrieve.relevance`) that ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VIEWS = ("lexical", "dense", "part", "about")
"""Share of the achievable BM25 score; cosine with the whole message; highest cosine with one of its sentences, as far
as that looks like a request; how much likelier than chance source and message are about the same thing (log)."""

FEATURES = (*VIEWS, *(f"{view}_lead" for view in VIEWS), "foreign_lexical", "foreign_lexical_lead")
"""The views, and how far each stands out from the other candidates', in standard deviations. Without the leads a
probability cannot tell a clear winner from the best of a bad lot. Of a source in another language than the query the
words have weights of their own, because there they are mostly names and chance.

The language itself is no feature: fitted freely it earned a *negative* weight (a wrong source in the query's own
language shares more words than one in another), which would turn the reader's language into a handicap."""

_PRIOR_WEIGHT = 10
_PRIOR_MEAN = np.array([0.08, 0.2, 0.15, -1.0])
_PRIOR_DEVIATION = np.array([0.03, 0.1, 0.1, 1.2])
"""Mean and standard deviation of ten imagined wrong candidates, so that two or three real ones, as in a small
knowledge base, are not compared with each other alone."""

_CHANCE = 0.03
"""Added to the likelihood ratio, so that no source is ruled out by what it seems to be about."""


@dataclass(frozen=True)
class Candidates:
    """Chunks worth ranking for one query and pool; every array has one entry per chunk (m,).

    ``segment`` and ``row`` say which chunk; ``document`` and ``source`` are keys: translations of one article are
    documents of one source. ``foreign`` marks those known to be in another language than the query. ``views`` is
    (m, len(VIEWS)). ``among`` is the number of sources that were searched.
    """

    segment: Ints
    row: Ints
    document: Ints
    source: Ints
    foreign: npt.NDArray[np.bool_]
    views: Matrix
    among: int = 1

    @cached_property
    def features(self) -> Matrix:
        """The views beside their leads (m, len(FEATURES))."""
        found = np.concatenate([self.views, leads(self.views), np.zeros((len(self.views), 2))], axis=1)
        for name in ("lexical", "lexical_lead"):
            own, foreign = FEATURES.index(name), FEATURES.index(f"foreign_{name}")
            found[self.foreign, foreign] = found[self.foreign, own]
            found[self.foreign, own] = 0
        return found

    def view(self, name: str) -> Matrix:
        """Return one of :data:`VIEWS` (m,)."""
        column: Matrix = self.views[:, VIEWS.index(name)]
        return column


def leads(views: Matrix) -> Matrix:
    """Return (value - mean) / deviation per view over the candidates and the imagined ones, (m, len(VIEWS))."""
    count = len(views) + _PRIOR_WEIGHT
    mean = (views.sum(axis=0) + _PRIOR_WEIGHT * _PRIOR_MEAN) / count
    imagined = _PRIOR_WEIGHT * (_PRIOR_DEVIATION**2 + _PRIOR_MEAN**2)
    squares = ((views**2).sum(axis=0) + imagined) / count
    result: Matrix = (views - mean) / np.sqrt(squares - mean**2)
    return result


def about(query: npt.NDArray[np.floating] | None, profiles: npt.NDArray[np.floating] | None, count: int) -> Matrix:
    """Return how much likelier than chance each profile (m, labels) draws the same label as ``query`` (labels,), log.

    0 for all ``count`` where nothing is known.
    """
    if query is None or profiles is None or not profiles.shape[1]:
        return np.zeros(count)
    ratio: Matrix = (profiles.astype(np.float64) @ query.astype(np.float64)) * profiles.shape[1]
    return np.log(ratio + _CHANCE)


@dataclass(frozen=True)
class Scored:
    """The documents of one query, ascending by key; every array has one entry per document (n,)."""

    document: Ints
    source: Ints
    score: Matrix


def document_scores(candidates: Candidates, scores: Matrix, smoothing: float) -> Scored:
    """Return what each document scores: by its best chunk, pulled towards its translations.

    Of translations each says the same in other words, so their mean is a steadier judgement than any of them;
    ``smoothing`` in [0, 1] is its share.
    """
    documents, first, place = np.unique(candidates.document, return_index=True, return_inverse=True)
    best = np.full(len(documents), -np.inf)
    np.maximum.at(best, place, scores)
    _, source = np.unique(candidates.source[first], return_inverse=True)
    mean = np.bincount(source, weights=best) / np.bincount(source)
    return Scored(documents, candidates.source[first], (1 - smoothing) * best + smoothing * mean[source])
