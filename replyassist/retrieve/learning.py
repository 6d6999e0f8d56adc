"""Learn from a team's own answers which sources it finds relevant, and prove that it helped.

A judged question says which documents answer it: a solved ticket with the articles its agent linked, or what an agent
took from what was shown. Each is asked as it stands and once more with the right sources hidden, so that the share of
questions without an answer stays what the shipped model was fitted on. The shipped model is where fitting starts from
and what it is pulled towards; the result is used only if it is better on questions that were held out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
import numpy.typing as npt

from replyassist.retrieve.fitting import Trial, fitted, log_losses
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.rerank import DEPTH, RerankCalibration, Reranker, raw_scores
from replyassist.retrieve.rerank_fit import HeldOut, fit_calibration
from replyassist.retrieve.rerank_fit import Trial as Reranked
from replyassist.retrieve.retriever import Retriever
from replyassist.retrieve.table import id_key
from replyassist.types import PUBLIC, Pool

FEWEST_QUESTIONS = 50
"""With fewer questions nothing can be shown on those held out."""

MOST_QUESTIONS = 1_000
"""Of more questions, these many are drawn by hash: they take some ten seconds, and more would change little."""

_STRENGTH = 0.1
"""Pull of the shipped weights; a question counts 1 / number of questions."""

_CURVE_STRENGTH = 20.0
_FOLDS = 5
_CONFIDENCE = 2.326


@dataclass(frozen=True)
class Judged:
    """A question with the ids of the documents of one pool that answer it; ``source`` is the ticket it comes from."""

    question: str
    right: frozenset[str]
    language: str | None = None
    pool: Pool = "article"
    source: str = ""


@dataclass(frozen=True)
class Gain:
    """What learning changed on held-out questions: the mean log loss of the relevance of what is shown first.

    ``error`` is the standard error of the difference, over questions.
    """

    questions: int
    before: float
    after: float
    error: float

    @property
    def kept(self) -> bool:
        """Return whether the fitted model is better beyond chance: one-sided, at one per cent."""
        return self.before - self.after > _CONFIDENCE * self.error


def learn_relevance(retriever: Retriever, judged: Iterable[Judged]) -> tuple[RelevanceModel, Gain | None]:
    """Return the model to use from now on, and what it is worth; none when there are too few questions to tell."""
    trials = [found for one in _drawn(judged) if (found := _asked(retriever, one))]
    prior = RelevanceModel.prior()
    if len(trials) < FEWEST_QUESTIONS:
        return prior, None
    gain = _proof(trials, prior)
    if not gain.kept:
        return prior, gain
    return _fitted(trials, prior), gain


def learn_reranker(
    retriever: Retriever, judged: Iterable[Judged], reranker: Reranker
) -> tuple[RerankCalibration, tuple[HeldOut, ...]]:
    """Return what the scores of ``reranker`` are worth, and what they change on held-out questions."""
    trials = []
    for number, one in enumerate(_drawn(judged)):
        own = frozenset({one.source} if one.source else ())
        asked = retriever.search(one.question, k=DEPTH, pools={one.pool}, language=one.language, exclude=own)
        found, answers = asked[one.pool], retriever.knowledge.sources(one.right)
        raw = raw_scores(reranker, one.question, found)
        right = np.array([bool(retriever.knowledge.sources([hit.source_id]) & answers) for hit in found], bool)
        fused = np.array([hit.relevance for hit in found])
        trials += [
            Reranked(number, one.pool, fused[kept], raw[kept], right[kept], one.language)
            for kept in (np.ones(len(found), bool), ~right)
        ]
    return fit_calibration(trials, reranker.name)


def _drawn(judged: Iterable[Judged]) -> list[Judged]:
    return nsmallest(MOST_QUESTIONS, judged, key=lambda one: (id_key(one.source or one.question), one.question))


def _asked(retriever: Retriever, judged: Judged) -> tuple[Trial, ...]:
    """Ask a question twice, as it stands and with its right sources hidden; nothing where none is to be had."""
    own = frozenset({judged.source} if judged.source else ())
    query = retriever.read(judged.question, language=judged.language)
    right = retriever.knowledge.sources(judged.right)
    if not right:
        return ()
    plain = retriever.candidates(query, judged.pool, audience=PUBLIC, exclude=own)
    hidden = retriever.candidates(query, judged.pool, audience=PUBLIC, exclude=own, hidden=right)
    return Trial(plain, right, judged.pool), Trial(hidden, right, judged.pool)


def _fitted(trials: Sequence[Sequence[Trial]], prior: RelevanceModel) -> RelevanceModel:
    flat = [trial for found in trials for trial in found]
    return fitted(flat, prior, strength=_STRENGTH, calibration_strength=_CURVE_STRENGTH)


def _proof(trials: Sequence[Sequence[Trial]], prior: RelevanceModel) -> Gain:
    """Judge every question by a model fitted to the other folds."""
    before, after = np.zeros(len(trials)), np.zeros(len(trials))
    folds = np.arange(len(trials)) % _FOLDS
    for fold in range(_FOLDS):
        model = _fitted([found for found, of in zip(trials, folds, strict=True) if of != fold], prior)
        for number in np.flatnonzero(folds == fold).tolist():
            before[number] = _mean(log_losses(prior, trials[number]))
            after[number] = _mean(log_losses(model, trials[number]))
    error = float((before - after).std() / np.sqrt(len(trials)))
    return Gain(len(trials), round(float(before.mean()), 4), round(float(after.mean()), 4), round(error, 4))


def _mean(losses: npt.NDArray[np.float64]) -> float:
    return float(losses.mean()) if len(losses) else 0.0
