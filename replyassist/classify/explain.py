"""Why a tag: the words and signals that carried it, what came second and what would have made it first."""

from __future__ import annotations

from replyassist.classify.classifier import DEFAULT, Classifier
from replyassist.classify.neighbours import Neighbours
from replyassist.classify.signals import find_signals
from replyassist.settings import Tagging
from replyassist.text.ngrams import word_spans
from replyassist.types import Evidence, Explanation, Neighbour, Prediction

_MOST_REMOVED = 5
Place = tuple[int, int]


def explain(
    classifier: Classifier,
    text: str,
    task: str,
    *,
    language: str | None = None,
    neighbours: Neighbours | None = None,
    tagging: Tagging = DEFAULT,
    k: int = 5,
) -> Explanation:
    """Explain what ``classifier`` says of ``text``: exact shares of the margin, since every part is linear.

    Raises:
        ConfigError: there is no such task.
    """
    classifier.head(task)
    (predicted,) = classifier.predict([text], languages=[language], tagging=tagging)
    prediction = predicted[task]
    guesses = ([prediction.label] if prediction.label else []) + [other.label for other in prediction.alternatives]
    if not guesses:
        return Explanation(task=task, prediction=prediction)
    runner_up = guesses[1] if len(guesses) > 1 else None
    return Explanation(
        task=task,
        prediction=prediction,
        words=classifier.explain(text, task, guesses[0], k=k),
        signals=tuple(
            Evidence(text=match.code, weight=weight, start=match.start, end=match.end)
            for match in find_signals(text, language)
            if (weight := classifier.signal_weight(task, guesses[0], match.code))
        ),
        runner_up=runner_up,
        without=_flipping(classifier, text, task, language, guesses[0], runner_up),
        neighbours=_neighbours(classifier, text, task, neighbours),
    )


def _neighbours(classifier: Classifier, text: str, task: str, neighbours: Neighbours | None) -> tuple[Neighbour, ...]:
    if neighbours is None or neighbours.encoder != classifier.encoder_name:
        return ()
    vector = classifier.encode([text])
    return () if vector is None else neighbours.nearest(vector[0], task)


def _flipping(
    classifier: Classifier, text: str, task: str, language: str | None, label: str, runner_up: str | None
) -> tuple[str, ...]:
    """Return the strongest words, as few as it takes, without which another label comes first; none if it takes six."""
    if runner_up is None:
        return ()
    for_label = _shares(classifier, text, task, label)
    for_other = _shares(classifier, text, task, runner_up)
    gain = {place: for_label.get(place, 0.0) - for_other.get(place, 0.0) for place in {*for_label, *for_other}}
    removed: list[Place] = []
    for place in sorted(gain, key=lambda place: (-gain[place], place))[:_MOST_REMOVED]:
        if gain[place] <= 0:
            break
        removed.append(place)
        (predicted,) = classifier.predict([_without(text, removed)], languages=[language])
        if _first(predicted[task]) not in (None, label):
            return tuple(text[start:end] for start, end in removed)
    return ()


def _shares(classifier: Classifier, text: str, task: str, label: str) -> dict[Place, float]:
    every = classifier.explain(text, task, label, k=len(text))
    return {(piece.start, piece.end): piece.weight for piece in every}


def _first(prediction: Prediction) -> str | None:
    return prediction.label or (prediction.alternatives[0].label if prediction.alternatives else None)


def _without(text: str, places: list[Place]) -> str:
    """Return ``text`` without the words at ``places``, wherever they stand again."""
    gone = {text[start:end].lower() for start, end in places}
    kept, end = [], 0
    for _, start, stop in word_spans(text):
        if text[start:stop].lower() in gone and start >= end:
            kept.append(text[end:start])
            end = stop
    return "".join(kept) + text[end:]
