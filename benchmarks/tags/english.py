"""A team's own labels in English: Banking77 and CLINC150, full and by few examples, against peers in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.common import minilm_folder
from benchmarks.encoder.peers import OURS, Encode, encoders
from benchmarks.intent_sets import OUT, Part, banking, clinc, drawn, in_scope, joined
from benchmarks.tags.peers import tfidf_svm
from replyassist.classify.classifier import Classifier
from replyassist.classify.examples import Example
from replyassist.classify.informed import InformedEncoder
from replyassist.classify.layered import shipped_classifier
from replyassist.classify.metrics import ece
from replyassist.classify.train import train
from replyassist.embed import shipped_encoder
from replyassist.settings import Tagging

SHOTS, DRAWS = (5, 10), 5
STRENGTHS = {"full": 10.0, "few": 30.0}
SETFIT_ROUNDS = 1
REJECTED = (0.02, 0.05, 0.1)
Predict = Callable[[Sequence[str]], NDArray[np.str_]]
Fit = Callable[[Part, str], Predict]


def product_head(known: Part) -> Classifier:
    """Train as ``build --labels`` does."""
    examples = [Example(text, {"intent": str(label)}, "en") for text, label in zip(*known, strict=True)]
    return train(examples, InformedEncoder(shipped_encoder(), shipped_classifier()), tasks=("intent",))


def banking77(split: str) -> dict[str, Any]:
    """Return accuracies with the full training part, with five and with ten examples a label."""
    fit, check = banking("train", held_out=False), banking("train", held_out=True)
    known, asked = (fit, check) if split == "validation" else (joined(fit, check), banking("test"))
    found: dict[str, Any] = {}
    for name, fitted in _systems().items():
        start = time.perf_counter()
        predict = fitted(known, "full")
        seconds = time.perf_counter() - start
        found[name] = {"full": _right(predict, asked), "seconds to train, full": round(seconds, 1)}
        for shots in SHOTS:
            rates = [_right(fitted(drawn(known, draw, shots), "few"), asked) for draw in range(DRAWS)]
            found[name][f"{shots} shots"] = {
                "mean": round(float(np.mean(rates)), 4),
                "sd": round(float(np.std(rates)), 4),
            }
    found["SetFit of all-MiniLM-L6-v2, one draw of ten shots"] = _setfit(drawn(known, 0, 10), asked)
    head = product_head(known)
    tags = [row["intent"] for row in head.predict(asked[0], tagging=Tagging(rejected=0.0))]
    correct = [tag.label == label for tag, label in zip(tags, asked[1], strict=True)]
    found["replyassist"]["calibration error"] = round(ece([tag.probability for tag in tags], correct), 4)
    return found


def _systems() -> dict[str, Fit]:
    systems: dict[str, Fit] = {"replyassist": lambda known, size: _ours(known), "TF-IDF + LinearSVC": _plain}
    for name, encode in encoders().items():
        if name != OURS:
            systems[f"{name} + logistic regression"] = _regression(encode)
    return systems


def _ours(known: Part) -> Predict:
    head = product_head(known)
    names = np.array(head.labels("intent"))
    return lambda texts: names[head.score(texts, "intent").margins.argmax(axis=1)]


def _plain(known: Part, size: str) -> Predict:
    model = tfidf_svm().fit(*known)
    return lambda texts: np.asarray(model.predict(texts))


def _regression(encode: Encode) -> Fit:
    def fit(known: Part, size: str) -> Predict:
        model = LogisticRegression(C=STRENGTHS[size], tol=1e-5, max_iter=3000).fit(encode(known[0], "query"), known[1])
        return lambda texts: np.asarray(model.predict(encode(texts, "query")))

    return fit


def _setfit(known: Part, asked: Part) -> dict[str, Any] | str:
    """Return what SetFit (Tunstall et al. 2022) reaches with few pairs; the usual twenty rounds take an hour here."""
    folder = minilm_folder()
    if folder is None or not find_spec("setfit"):
        return "left out (pip install setfit)"
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    start = time.perf_counter()
    model = SetFitModel.from_pretrained(str(folder))
    arguments = TrainingArguments(
        batch_size=16, num_epochs=1, num_iterations=SETFIT_ROUNDS, report_to="none", save_strategy="no"
    )
    data = Dataset.from_dict({"text": list(known[0]), "label": known[1].tolist()})
    Trainer(model=model, args=arguments, train_dataset=data).train()
    seconds = time.perf_counter() - start
    rate = _right(lambda texts: np.asarray(model.predict(list(texts))), asked)
    return {"accuracy": rate, "rounds of pairs": SETFIT_ROUNDS, "seconds to train": round(seconds)}


def _right(predict: Predict, asked: Part) -> float:
    return round(float(np.mean(predict(asked[0]) == asked[1])), 4)


def clinc150(split: str) -> dict[str, Any]:
    """Return in-scope accuracy, and how well what is out of scope is told: by area, and at shares turned away."""
    known = in_scope(clinc("train"))
    texts, labels = clinc("val" if split == "validation" else "test")
    inside = labels != OUT
    head = product_head(known)
    scored, outside = head.score(texts, "intent"), head.head("intent").outside
    names = np.array(head.labels("intent"))
    scores = outside.scores(scored.margins, scored.cosines) if outside else scored.margins.max(axis=1)
    right = names[scored.margins.argmax(axis=1)] == labels
    found = {"replyassist": _scope(right, scores, inside)}
    for share in REJECTED:
        kept = scores >= outside.limit(share) if outside else np.ones(len(texts), bool)
        found["replyassist"][f"{share:.0%} of ordinary messages turned away"] = {
            "in scope right": round(float((right & kept)[inside].mean()), 4),
            "out of scope found": round(float((~kept)[~inside].mean()), 4),
        }
    probability = np.array([row["intent"].probability for row in head.predict(texts, tagging=Tagging(rejected=0.0))])
    found["replyassist, highest probability instead"] = _scope(right, probability, inside)
    for name, encode in encoders().items():
        if name != OURS:
            model = LogisticRegression(C=10.0, tol=1e-5, max_iter=3000).fit(encode(known[0], "query"), known[1])
            logits = model.decision_function(encode(texts, "query"))
            right = model.classes_[logits.argmax(axis=1)] == labels
            found[f"{name} + logistic regression, highest logit"] = _scope(right, logits.max(axis=1), inside)
    words = _plain_margins(known, texts)
    found["TF-IDF + LinearSVC, highest margin"] = _scope(words[0] == labels, words[1], inside)
    return found


def _plain_margins(known: Part, texts: Sequence[str]) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    model = tfidf_svm().fit(*known)
    margins = model.decision_function(texts)
    return model.classes_[margins.argmax(axis=1)], margins.max(axis=1)


def _scope(right: Any, scores: Any, inside: Any) -> dict[str, Any]:
    return {
        "accuracy in scope": round(float(right[inside].mean()), 4),
        "out-of-scope AUROC": round(float(roc_auc_score(inside, scores)), 4),
    }
