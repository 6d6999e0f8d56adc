"""English intents: Banking77 and CLINC150, with the vectors alone and beside the words in the product's head."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.encoder.peers import Encode
from benchmarks.intent_sets import OUT, Part, banking, clinc, drawn, in_scope, joined, shot_rows
from replyassist.classify.classifier import Classifier
from replyassist.classify.examples import Example
from replyassist.classify.train import train
from replyassist.embed import Encoder
from replyassist.settings import Tagging
from training.nordic.heldout import number

STRENGTHS = (10.0, 30.0, 100.0)
TOLERANCE = 1e-5
DRAWS, HEAD_DRAWS = 5, 2
SHARES = (0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
CORRUPTED = 0.1
EVERYTHING = Tagging(rejected=0.0)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def banking77(systems: Mapping[str, Encode], ours: Encoder, split: str) -> dict[str, Any]:
    """Return accuracies with the full training part and with ten examples a label, clean and corrupted."""
    fit, check = banking("train", held_out=False), banking("train", held_out=True)
    known, asked = (fit, check) if split == "validation" else (joined(fit, check), banking("test"))
    typed = [corrupted(text) for text in asked[0]]
    found: dict[str, Any] = {}
    for name, encode in systems.items():
        strength = _strength(encode, fit, check)
        vectors = encode(known[0], "query")
        model = _regression(strength).fit(vectors, known[1])
        clean, noisy = (round(model.score(encode(texts, "query"), asked[1]), 4) for texts in (asked[0], typed))
        shots = [_few_shot(vectors, known, encode(asked[0], "query"), asked, draw) for draw in range(DRAWS)]
        found[name] = {
            "C, by validation": strength,
            "vectors, full": clean,
            "vectors, full, corrupted": noisy,
            "lost to corruption": round(clean - noisy, 4),
            "vectors, 10 shots": _spread(shots),
        }
    found["nordic beside words (SVM + regression)"] = _mixed(ours, fit, check, known, asked, typed)
    head = _head(known, ours)
    found["product head, words and vectors"] = {
        "full": _accuracy(head, *asked),
        "full, corrupted": _accuracy(head, typed, asked[1]),
        "10 shots": _spread([_accuracy(_head(drawn(known, draw), ours), *asked) for draw in range(HEAD_DRAWS)]),
        "weight of the vectors, full": head.metrics.tasks["intent"].dense_weight,
    }
    return found


class Mixture:
    """Margins of an SVM over TF-IDF of words and characters, plus ``share`` times the logits over the vectors."""

    def __init__(self, encoder: Encoder, known: Part) -> None:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._encoder = encoder
        self._words = make_pipeline(make_union(words, characters), LinearSVC(C=1.0)).fit(*known)
        self._vectors = _regression(STRENGTHS[1]).fit(encoder.encode(known[0]), known[1])
        self.labels = self._vectors.classes_

    def scores(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """Return the margins and the logits of each label (n, labels)."""
        return self._words.decision_function(texts), self._vectors.decision_function(self._encoder.encode(texts))

    def accuracy(self, part: Part, share: float) -> float:
        """Return how often the highest score is the right label."""
        margins, logits = self.scores(part[0])
        return float((self.labels[(margins + share * logits).argmax(axis=1)] == part[1]).mean())

    def best_share(self, part: Part) -> float:
        """Return the share that is right most often on ``part``."""
        margins, logits = self.scores(part[0])
        right = [(self.labels[(margins + share * logits).argmax(axis=1)] == part[1]).mean() for share in SHARES]
        return SHARES[int(np.argmax(right))]


def _mixed(ours: Encoder, fit: Part, check: Part, known: Part, asked: Part, typed: Sequence[str]) -> dict[str, Any]:
    """Measure the mixture, its share chosen on the validation tenth for the full set and for ten shots apart."""
    share = Mixture(ours, fit).best_share(check)
    few_share = float(np.median([Mixture(ours, drawn(fit, draw)).best_share(check) for draw in range(3)]))
    full = Mixture(ours, known)
    shots = [Mixture(ours, drawn(known, draw)).accuracy(asked, few_share) for draw in range(DRAWS)]
    return {
        "full": round(full.accuracy(asked, share), 4),
        "full, corrupted": round(full.accuracy((list(typed), asked[1]), share), 4),
        "10 shots": _spread(shots),
        "share of the logits, by validation (full, 10 shots)": [share, few_share],
    }


def clinc150(systems: Mapping[str, Encode], ours: Encoder, split: str) -> dict[str, Any]:
    """Return in-scope accuracy, and how well the strongest margin tells what is out of scope (AUROC)."""
    known = in_scope(clinc("train"))
    texts, labels = clinc("val" if split == "validation" else "test")
    inside = labels != OUT
    found: dict[str, Any] = {}
    for name, encode in systems.items():
        model = _regression(STRENGTHS[0]).fit(encode(known[0], "query"), known[1])
        scores = model.decision_function(encode(texts, "query"))
        found[name] = _scope(model.classes_[scores.argmax(axis=1)], scores.max(axis=1), labels, inside)
    mixture = Mixture(ours, known)
    share = mixture.best_share(in_scope(clinc("val")))
    words, logits = mixture.scores(texts)
    mixed = words + share * logits
    found["nordic beside words (SVM + regression)"] = _scope(
        mixture.labels[mixed.argmax(axis=1)], mixed.max(axis=1), labels, inside
    ) | {"share of the logits, by validation": share}
    head = _head(known, ours)
    margins = head.score(texts, "intent").margins
    predicted = np.array([row["intent"].label or "" for row in head.predict(texts, tagging=EVERYTHING)])
    found["product head, words and vectors"] = _scope(predicted, margins.max(axis=1), labels, inside)
    return found


def _scope(predicted: Any, strongest: Any, labels: Any, inside: Any) -> dict[str, float]:
    return {
        "accuracy in scope": round(float((predicted == labels)[inside].mean()), 4),
        "out-of-scope AUROC": round(float(roc_auc_score(inside, strongest)), 4),
    }


def corrupted(text: str) -> str:
    """Return ``text`` with every tenth character or so dropped, doubled, swapped or replaced; the same every time."""
    luck = random.Random(number(text))
    letters = list(text)
    for place in range(len(letters)):
        if luck.random() >= CORRUPTED or not letters[place].isalpha():
            continue
        kind = luck.randrange(4)
        if kind == 0:
            letters[place] = ""
        elif kind == 1:
            letters[place] *= 2
        elif kind == 2 and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters[place] = luck.choice(LETTERS)
    return "".join(letters)


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, tol=TOLERANCE, max_iter=3000)


def _strength(encode: Encode, fit: Part, check: Part) -> float:
    vectors, held = encode(fit[0], "query"), encode(check[0], "query")
    return max(STRENGTHS, key=lambda strength: _regression(strength).fit(vectors, fit[1]).score(held, check[1]))


def _few_shot(vectors: Any, known: Part, held: Any, asked: Part, draw: int) -> float:
    rows = shot_rows(known[1], draw)
    return float(_regression(STRENGTHS[1]).fit(vectors[rows], known[1][rows]).score(held, asked[1]))


def _head(known: Part, encoder: Encoder) -> Classifier:
    examples = [Example(text, {"intent": str(label)}) for text, label in zip(*known, strict=True)]
    return train(examples, encoder, tasks=("intent",))


def _accuracy(head: Classifier, texts: Sequence[str], labels: NDArray[np.str_]) -> float:
    predicted = np.array([row["intent"].label or "" for row in head.predict(texts, tagging=EVERYTHING)])
    return round(float((predicted == labels).mean()), 4)


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"mean": round(float(np.mean(values)), 4), "sd": round(float(np.std(values)), 4)}
