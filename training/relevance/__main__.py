"""Fit the shipped relevance prior: ``python -m training.relevance``.

The articles of the shared ``kb_alchemy`` set, one knowledge base per language, are asked the practice
questions of :mod:`replyassist.retrieve.practice`. Articles whose id hashes to 0-6 (mod 10) fit the model, 7
chooses the strength of the penalty, 8 and 9 give the numbers that are stored beside the coefficients. Those
were looked at while the features and the questions were being chosen, so they are optimistic; a fresh set
is needed for a claim. Most Nordic articles of the set are machine translations, and the questions come from
the articles themselves: the prior knows what a match looks like, it does not know how customers write.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from benchmarks.common import read
from replyassist.embed import fit_lsa
from replyassist.evaluate.ranking import mrr_at
from replyassist.retrieve.fusion import FEATURES
from replyassist.retrieve.practice import Question, Trials, questions, run_trials, stripped
from replyassist.retrieve.relevance import PRIOR_FILE, RelevanceModel, fit, log_loss
from replyassist.types import LANGUAGES, Article

STRENGTHS = (0.1, 1.0, 10.0, 100.0)


def main() -> None:
    """Fit, measure, and write the prior into the package."""
    parts = [practised(language) for language in LANGUAGES]
    trials = Trials.joined([found for found, _ in parts])
    asked = [question for _, questions_of in parts for question in questions_of]
    part = np.array([bucket(question.article_id) % 10 for question in asked])
    model = best_model(trials.where(part < 7), trials.where(part == 7))
    test = trials.where(part >= 8)
    metrics = {"test_questions": float((part >= 8).sum()), **measured(model, test, asked)}
    for language in LANGUAGES:
        chosen = (part >= 8) & np.array([question.language == language for question in asked])
        metrics |= {f"{key}_{language}": value for key, value in measured(model, trials.where(chosen), asked).items()}
    RelevanceModel(
        features=FEATURES,
        coefficients=model.coefficients,
        intercept=model.intercept,
        encoder=model.encoder,
        fitted_on=model.fitted_on,
        metrics=metrics,
    ).save(PRIOR_FILE)
    print(PRIOR_FILE.read_text())


def practised(language: str) -> tuple[Trials, list[Question]]:
    """Ask a third of the articles of one language, each knowledge base with an encoder of its own."""
    articles = [
        Article(id=row["id"], title=row["title"], body=row["body"], language=language)
        for row in read(f"kb_alchemy.{language}")
    ]
    usable = [(article, short) for article in articles if (short := stripped(article)) is not None]
    # Not on the whole articles: an encoder that saw title and body together knows which belong together.
    encoder = fit_lsa([short.body for _, short in usable])
    asked = [q for article, _ in usable if bucket("asks " + article.id) % 3 == 0 for q in questions(article)]
    return run_trials([short for _, short in usable], asked, encoder), asked


def best_model(fitting: Trials, checking: Trials) -> RelevanceModel:
    """Fit one model per strength of the penalty; return that with the lowest log-loss on ``checking``."""
    models = []
    for strength in STRENGTHS:
        weights = fit(fitting.features, fitting.relevant, centre=np.zeros(len(FEATURES) + 1), strength=strength)
        models.append(
            RelevanceModel(
                features=FEATURES,
                coefficients=tuple(round(float(w), 4) for w in weights[1:]),
                intercept=round(float(weights[0]), 4),
                encoder="lsa",
                fitted_on="kb_alchemy practice questions in nb, sv, da, fi, en",
            )
        )
    return min(models, key=lambda m: log_loss(m.probabilities(checking.features), checking.relevant))


def measured(model: RelevanceModel, trials: Trials, asked: list[Question]) -> dict[str, float]:
    """Return MRR over answerable questions, and calibration error and AUC of the top hit over all."""
    probabilities = model.probabilities(trials.features)
    qrels, run, top, right = {}, {}, [], []
    for i in np.unique(trials.question):
        mine = np.flatnonzero(trials.question == i)
        order = mine[np.argsort(-probabilities[mine], kind="stable")]
        top.append(probabilities[order[0]])
        right.append(trials.relevant[order[0]])
        if asked[i].hide != "answer":
            run[str(i)] = ["right" if trials.relevant[j] else str(j) for j in order[:10]]
            qrels[str(i)] = {"right": 1.0}
    return {
        "mrr_at_10": round(mrr_at(qrels, run, 10), 4),
        "top_calibration_error": round(calibration_error(np.array(top), np.array(right)), 4),
        "top_auc": round(auc(np.array(top), np.array(right)), 4),
    }


def calibration_error(probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten equal bins."""
    bins = np.minimum((probabilities * 10).astype(int), 9)
    gaps = [
        abs(probabilities[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    ]
    return float(sum(gaps))


def auc(scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the probability that a right top hit scores above a wrong one; ties count half."""
    above, below = scores[right][:, None], scores[~right][None]
    return float(((above > below) + 0.5 * (above == below)).mean()) if above.size and below.size else 0.5


def bucket(text: str) -> int:
    """Return a stable number for ``text``."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


if __name__ == "__main__":
    main()
