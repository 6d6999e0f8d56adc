"""Fit what the search ranks and judges by: ``python -m training.relevance``.

First which sentence of a message carries its request (:mod:`training.relevance.salience`), on the training
organisations of the corpus. Then the ranking weights and what a score is worth in each pool, on the messages of the
validation organisations: the encoder and the intent head have seen the training ones. The figures that are stored
beside the model are of each validation organisation under a model fitted to the other three.
"""

from __future__ import annotations

import msgspec
import numpy as np

from replyassist.retrieve.fitting import Outcomes, Trial, fit_calibration, fit_weights, ranked, ranking
from replyassist.retrieve.fusion import FEATURES
from replyassist.retrieve.relevance import PRIOR_FILE, Calibration, RelevanceModel
from replyassist.types import POOLS, Pool
from training.corpus.files import Organisation, organisations
from training.relevance import salience
from training.relevance.practice import practice_trials, reply_trials
from training.relevance.questions import Asked, opened, searches

SMOOTHINGS = (0.3, 0.6, 0.9)
STRENGTHS = (0.001, 0.01)
_FREE = 1e-6
START = RelevanceModel(
    features=FEATURES,
    coefficients={pool: (0.0,) * len(FEATURES) for pool in POOLS},
    smoothing=0.0,
    calibration={pool: Calibration(scale=1.0, shift=0.0) for pool in POOLS},
    fitted_on="",
)

ByOrganisation = dict[str, list[Asked]]
Models = dict[str, RelevanceModel]


def main() -> None:
    """Fit, measure, and write the models into the package."""
    salience.main()
    asked = {one.profile.id: asked_of(one) for one in organisations("validation")}
    titles = practice_trials(START)
    practised = [*titles, *reply_trials(START)]
    tried = {
        (smoothing, strength): left_out(asked, practised, smoothing, strength)
        for smoothing in SMOOTHINGS
        for strength in STRENGTHS
    }
    found = {settings: measured(asked, models) for settings, models in tried.items()}
    for settings, figures in found.items():
        print(settings, figures)
    best = max(found, key=lambda settings: found[settings]["hit_at_1"] + found[settings]["hit_at_3"])
    everything = [trial for of_one in asked.values() for trial in of_one]
    model = msgspec.structs.replace(
        weighted([*everything, *practised], *best),
        calibration=curves(asked, tried[best], titles),
        fitted_on=f"{len(everything)} searches for messages to the validation organisations of training/corpus",
        metrics={"smoothing": best[0], "strength": best[1]} | found[best],
    )
    model.save(PRIOR_FILE)
    print(PRIOR_FILE.read_text())


def asked_of(one: Organisation) -> list[Asked]:
    """Return the searches in an organisation's knowledge, with and without its translations grouped."""
    found = []
    for grouped in (True, False):
        with opened(one, START, grouped=grouped) as retriever:
            found += searches(retriever, one, POOLS if grouped else ("article",), grouped=grouped)
    return found


def weighted(known: list[Trial], smoothing: float, strength: float) -> RelevanceModel:
    """Return a model with weights fitted to ``known``; for macros, of which there are few, tickets count too."""
    base = msgspec.structs.replace(START, smoothing=smoothing)
    weights = {}
    for pool in POOLS:
        mine = [t for t in known if t.pool == pool or (pool == "macro" and t.pool == "resolution")]
        weights[pool] = fit_weights(mine, base, pool, strength)
    return msgspec.structs.replace(base, coefficients=weights)


def left_out(asked: ByOrganisation, practised: list[Trial], smoothing: float, strength: float) -> Models:
    """Return a model for each organisation, fitted to the others."""
    return {
        name: weighted(
            [trial for other in asked if other != name for trial in asked[other]] + practised, smoothing, strength
        )
        for name in asked
    }


def curves(asked: ByOrganisation, models: Models, titles: list[Trial]) -> dict[Pool, Calibration]:
    """Return what a score is worth in each pool.

    What the number of sources means is only seen among articles, with the titles of large sets: it is the same for the
    other pools.
    """
    of_articles = fit_calibration(outcomes(asked, models, titles, "article"), None, 0.0)
    shared = Calibration(scale=1.0, shift=0.0, size=of_articles.size)
    others = {
        pool: fit_calibration(outcomes(asked, models, titles, pool), shared, _FREE)
        for pool in POOLS
        if pool != "article"
    }
    return {"article": of_articles, **others}


def outcomes(asked: ByOrganisation, models: Models, titles: list[Trial], pool: Pool) -> Outcomes:
    """Return what is ranked first by models that did not see the organisation: scores as they will be elsewhere.

    Where translations are not known as such, several sources are right at once and a score says something else: these
    searches do not count here.
    """
    found = [
        ranked(models[name], [trial for trial in mine if trial.pool == pool and trial.grouped])
        for name, mine in asked.items()
    ]
    if pool == "article":
        found.append(ranked(next(iter(models.values())), titles))
    return Outcomes(
        score=np.concatenate([one.score for one in found]),
        right=np.concatenate([one.right for one in found]),
        weight=np.concatenate([one.weight for one in found]),
        size=np.concatenate([one.size for one in found]),
    )


def measured(asked: ByOrganisation, models: Models) -> dict[str, float]:
    """Return hit@1 and hit@3 of articles, each organisation under the model that did not see it."""
    ranks = []
    for name, found in asked.items():
        for trial in found:
            if trial.pool == "article" and trial.right:
                order = [source for source, _ in ranking(models[name], trial.candidates, trial.pool)]
                ranks.append(next((i for i, source in enumerate(order, start=1) if source in trial.right), 0))
    return {f"hit_at_{k}": round(sum(0 < rank <= k for rank in ranks) / len(ranks), 4) for k in (1, 3)}


if __name__ == "__main__":
    main()
