"""Banking77 (Casanueva et al. 2020): the intent head against plain TF-IDF with a linear SVM, in one run.

``python -m benchmarks.banking77`` trains both on the train part and measures both on the test part. Every
choice in the head was made by cross-validation on the train part. Times are of one process, after a first
pass that fills caches unless called cold. ``--encoder`` adds an encoder's vectors: ``lsa`` (fitted on the
train part), a folder, or ``transformers:<name or path>``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.common import percentiles, publish, read
from replyassist.classify.calibration import softmax
from replyassist.classify.classifier import Classifier
from replyassist.classify.metrics import accuracy, ece, macro_f1
from replyassist.classify.train import Example, train
from replyassist.embed import Encoder, fit_lsa, load_encoder

BATCH = 500

Part = tuple[list[str], list[str]]
"""Texts and their labels."""


def read_part(name: str) -> Part:
    rows = list(read(f"banking77.{name}"))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def messages_per_s(predict: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Return the best of three passes over ``texts`` in batches, after one that fills caches."""
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        for begin in range(0, len(texts), BATCH):
            predict(texts[begin : begin + BATCH])
        seconds.append(time.perf_counter() - start)
    return len(texts) / min(seconds[1:])


def one_at_a_time(predict: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> dict[str, float]:
    """Time one message at a time."""
    seconds = []
    for text in texts[:500]:
        start = time.perf_counter()
        predict([text])
        seconds.append(time.perf_counter() - start)
    return percentiles(seconds)


def measure_head(train_part: Part, test_part: Part, encoder: Encoder | None) -> dict[str, Any]:
    (texts, labels), (test_texts, test_labels) = train_part, test_part
    start = time.perf_counter()
    examples = [Example(text, {"intent": label}) for text, label in zip(texts, labels, strict=True)]
    classifier = train(examples, encoder, tasks=("intent",))
    fit_s = time.perf_counter() - start
    cold = time.perf_counter()
    predictions = [row["intent"] for row in classifier.predict(test_texts)]
    cold = len(test_texts) / (time.perf_counter() - cold)
    predicted = [prediction.label for prediction in predictions]
    confidence = [prediction.probability for prediction in predictions]
    correct = [a == b for a, b in zip(predicted, test_labels, strict=True)]
    accepted = {str(limit): _accepted(classifier, test_texts, correct, limit) for limit in (0.01, 0.02, 0.05)}
    held_out = classifier.metrics.tasks["intent"]
    return {
        "accuracy": accuracy(test_labels, predicted),
        "macro_f1": macro_f1(test_labels, predicted),
        "ece_before": ece(softmax(classifier.margins(test_texts, "intent")).max(axis=1), correct),
        "ece_after": ece(confidence, correct),
        "held_out_accuracy": held_out.accuracy,
        "held_out_ece_before": held_out.ece_before,
        "held_out_ece_after": held_out.ece_after,
        "dense_weight": held_out.dense_weight,
        "accepted": accepted,
        "fit_s_with_cross_validation": fit_s,
        "messages_per_s": messages_per_s(classifier.predict, test_texts),
        "messages_per_s_cold": cold,
        "one_at_a_time": one_at_a_time(classifier.predict, test_texts),
    }


def _accepted(classifier: Classifier, texts: list[str], correct: list[bool], limit: float) -> dict[str, float]:
    taken = [row["intent"].accepted for row in classifier.predict(texts, max_error=limit)]
    wrong = sum(a and not c for a, c in zip(taken, correct, strict=True))
    return {"share": sum(taken) / len(texts), "error": wrong / max(1, sum(taken))}


def measure_plain(train_part: Part, test_part: Part) -> dict[str, Any]:
    """Measure the peer: TF-IDF of words 1-2 and characters 2-5 within words, LinearSVC(C=1)."""
    (texts, labels), (test_texts, test_labels) = train_part, test_part
    features = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    model = make_pipeline(features, LinearSVC(C=1.0))
    start = time.perf_counter()
    model.fit(texts, labels)
    fit_s = time.perf_counter() - start
    predicted = model.predict(test_texts).tolist()
    correct = [a == b for a, b in zip(predicted, test_labels, strict=True)]
    return {
        "accuracy": accuracy(test_labels, predicted),
        "macro_f1": macro_f1(test_labels, predicted),
        "ece_before": ece(softmax(model.decision_function(test_texts)).max(axis=1), correct),
        "fit_s": fit_s,
        "messages_per_s": messages_per_s(model.predict, test_texts),
        "one_at_a_time": one_at_a_time(model.predict, test_texts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--encoder", default=None)
    name = parser.parse_args().encoder
    train_part, test_part = read_part("train"), read_part("test")
    encoder = fit_lsa(train_part[0]) if name == "lsa" else load_encoder(name) if name else None
    result = {
        "train": len(train_part[0]),
        "test": len(test_part[0]),
        "encoder": encoder.name if encoder else None,
        "replyassist": measure_head(train_part, test_part, encoder),
        "tfidf_linear_svc": measure_plain(train_part, test_part),
    }
    publish("banking77", result)


if __name__ == "__main__":
    main()
