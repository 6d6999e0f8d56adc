"""Which sentence of a message carries its request: a ridge regression over the training organisations.

The target of a sentence is how much closer it lies to the articles that answer its message than to the others. Messages
of one sentence have nothing to choose from and are left out.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from benchmarks.corpus import askable, fitted, passage
from replyassist.embed import shipped_encoder
from replyassist.retrieve.query import SALIENCE_FILE, Salience, describe, sentences_of
from replyassist.text.clean import clean
from training.corpus.files import Organisation, organisations

RIDGE = 30.0
_CLOSEST = 3
"""Translations of the right article by which a sentence is judged: not all need lie close."""


def main() -> None:
    """Fit on the training organisations and write the model into the package."""
    features, targets = zip(*(of_organisation(one) for one in organisations("train")), strict=True)
    design, target = np.concatenate(features), np.concatenate(targets)
    centred = design - design.mean(axis=0)
    penalty = RIDGE * np.eye(design.shape[1])
    found = np.linalg.solve(centred.T @ centred + penalty, centred.T @ (target - target.mean()))
    print("sentences", len(target), "correlation", round(float(np.corrcoef(centred @ found, target)[0, 1]), 3))
    model = Salience(
        encoder=shipped_encoder().name,
        coefficients=tuple(round(float(value), 5) for value in found),
        fitted_on=f"{len(target)} sentences of messages to the training organisations of training/corpus",
    )
    SALIENCE_FILE.write_bytes(msgspec.json.encode(model) + b"\n")


def of_organisation(one: Organisation) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the features and targets of the sentences of its messages."""
    encoder = fitted(one.articles)
    articles = encoder.encode([passage(article) for article in one.articles], "passage")
    topics = np.array([article.topic for article in one.articles])
    features, targets = [np.zeros((0, shipped_encoder().dim + 4))], [np.zeros(0)]
    for message in askable(one):
        sentences = sentences_of(f"{message.subject}\n{clean(message.text).text}")
        if len(sentences) < 2:
            continue
        closeness = encoder.encode(sentences, "query") @ articles.T
        right = np.isin(topics, message.topics)
        near = np.sort(closeness[:, right], axis=1)[:, -_CLOSEST:].mean(axis=1)
        features.append(describe(sentences))
        targets.append(near - closeness[:, ~right].mean(axis=1))
    return np.concatenate(features), np.concatenate(targets)
