"""Fit the shipped relevance model: ``python -m training.relevance``.

First the ranking weights. The articles of the shared ``kb_alchemy`` set, one knowledge base per language, are
asked practice questions (:mod:`training.relevance.practice`) with the default encoder of ``build``. Only articles that
did not train that encoder are asked about: its validation part. Of these, ids that hash to 0-6 (mod 10) fit the
weights, 7 chooses the strength of the penalty, 8 and 9 give the MRR stored beside them. Then the calibration, on the
bundled company's solved tickets (:mod:`training.relevance.tickets`).
"""

from __future__ import annotations

import hashlib

import msgspec
import numpy as np
import numpy.typing as npt

from benchmarks.common import read
from replyassist.embed import TeamText, fit_team, shipped_encoder
from replyassist.evaluate.ranking import mrr_at
from replyassist.retrieve.fusion import FEATURES
from replyassist.retrieve.relevance import PRIOR_FILE, RelevanceModel
from replyassist.types import LANGUAGES, Article
from training.nordic.heldout import articles as held_apart
from training.relevance.practice import Question, Trials, questions, run_trials, stripped
from training.relevance.ranking import answerable, fit_weights, log_likelihood
from training.relevance.tickets import calibrated

STRENGTHS = (0.0001, 0.001, 0.01, 0.1)


def main() -> None:
    """Fit, measure, and write the model into the package."""
    parts = [practised(language) for language in LANGUAGES]
    trials = Trials.joined([found for found, _ in parts])
    asked = [question for _, questions_of in parts for question in questions_of]
    part = np.array([bucket(question.article_id) % 10 for question in asked])
    weights = best_weights(trials.where(part < 7), trials.where(part == 7))
    metrics = {"practice_questions": float((part >= 8).sum())}
    for language in LANGUAGES:
        chosen = (part >= 8) & np.array([question.language == language for question in asked])
        metrics[f"practice_mrr_at_10_{language}"] = mean_reciprocal_rank(trials.where(chosen), weights)
    model = RelevanceModel(
        features=FEATURES,
        coefficients=tuple(round(float(weight), 4) for weight in weights),
        calibration={},
        fitted_on="ranking: practice questions on kb_alchemy; calibration: solved tickets of the bundled company",
    )
    calibration, checked = calibrated(model)
    msgspec.structs.replace(model, calibration=calibration, metrics=metrics | checked).save(PRIOR_FILE)
    print(PRIOR_FILE.read_text())


def practised(language: str) -> tuple[Trials, list[Question]]:
    """Ask about the articles of one language that the encoder has not seen, in a knowledge base of all of them."""
    parts = {one.id.removeprefix("alchemy/"): one.part for one in held_apart() if one.language == language}
    articles = [
        Article(id=row["id"], title=row["title"], body=row["body"], language=language)
        for row in read(f"kb_alchemy.{language}")
    ]
    usable = [(article, short) for article in articles if (short := stripped(article)) is not None]
    # Not on the whole articles: an encoder that saw title and body together knows which belong together.
    bodies = [short.body for _, short in usable]
    encoder = fit_team(shipped_encoder(), [TeamText(body, language) for body in bodies])
    asked = [question for article, _ in usable if parts[article.id] == "validation" for question in questions(article)]
    return run_trials([short for _, short in usable], asked, encoder), asked


def best_weights(fitting: Trials, checking: Trials) -> npt.NDArray[np.float64]:
    """Fit with each strength of the penalty; return the weights most likely on ``checking``."""
    fitted = [fit_weights(fitting, strength) for strength in STRENGTHS]
    return max(fitted, key=lambda weights: log_likelihood(checking, weights))


def mean_reciprocal_rank(trials: Trials, weights: npt.NDArray[np.float64]) -> float:
    """Return MRR@10 over the questions that can be answered."""
    trials = answerable(trials)
    scores = trials.features @ weights
    qrels, run = {}, {}
    for i in np.unique(trials.question):
        mine = np.flatnonzero(trials.question == i)
        order = mine[np.argsort(-scores[mine], kind="stable")]
        run[str(i)] = ["right" if trials.relevant[j] else str(j) for j in order[:10]]
        qrels[str(i)] = {"right": 1.0}
    return round(mrr_at(qrels, run, 10), 4)


def bucket(text: str) -> int:
    """Return a stable number for ``text``."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


if __name__ == "__main__":
    main()
