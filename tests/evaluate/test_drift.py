from collections import Counter
from itertools import cycle

import numpy as np
import pytest

from replyassist.classify.drift import compare, confidence_counts
from replyassist.errors import DataError
from replyassist.evaluate.drift import report_drift
from replyassist.types import LANGUAGES, Alternative, Message, Prediction, Tags, to_json


class Fake:
    """Says of a message what ``said`` holds of its id, for the tasks in ``tasks``."""

    def __init__(self, said, tasks=("intents",)):
        self.said, self.tasks = said, tasks

    def tag(self, messages):
        for message in messages:
            one = self.said[message.id]
            parts = {task: (one, Prediction(label="second")) if task == "intents" else one for task in self.tasks}
            yield Tags(message_id=message.id, text=message.text, language=message.language, language_probability=1.0,
                       **parts)  # fmt: skip


def period(name, n, labels, low=0.5, seed=0):
    """Return ``n`` messages in turn in all languages, and tags drawn alike from ``labels`` with a random confidence."""
    random = np.random.default_rng(seed)
    languages = cycle(LANGUAGES)
    messages = [Message(id=f"{name}-{k}", text="Kari Nordmann", language=next(languages)) for k in range(n)]
    drawn, confidence = random.choice(list(labels), n).tolist(), random.uniform(low, 1, n).tolist()
    tags = [Prediction(label=label, probability=p) for label, p in zip(drawn, confidence, strict=True)]
    return messages, {message.id: tag for message, tag in zip(messages, tags, strict=True)}


def counted(said):
    return confidence_counts([one.probability for one in said.values()]), Counter(one.label for one in said.values())


@pytest.mark.parametrize(
    ("labels", "low", "drifted"),
    [("aabbccd", 0.5, ()), ("aabbccd", 0.0, ("confidence",)), ("abcdddd", 0.5, ("labels",))],
)
def test_two_periods_are_compared_by_confidence_and_by_label(labels, low, drifted):
    old, before = period("old", 600, "aabbccd")
    new, after = period("new", 400, labels, low, seed=1)
    (task, found), *rest = report_drift(Fake(before | after), iter(old), iter(new)).items()
    assert (task, rest) == ("intent", [])
    assert found == compare(*counted(before), *counted(after))
    assert (found.reference, found.n) == (600, 400)
    assert tuple(name for name in ("confidence", "labels") if getattr(found, name).drifted) == drifted
    assert found.drifted == bool(drifted)
    assert b"Nordmann" not in to_json(found)


def test_abstaining_more_often_is_drift_and_is_named():
    old, before = period("old", 300, "ab")
    new, after = period("new", 300, "ab", seed=1)
    silent = {message.id: Prediction(abstained="foreign") for message in new if message.language == "fi"}
    found = report_drift(Fake(before | after | silent), old, new)["intent"]
    assert found.labels.drifted
    assert found.confidence.drifted
    assert found.grown["no tag"] == pytest.approx(0.2)


def test_a_guess_where_there_is_no_tag_counts_by_its_probability():
    old, before = period("old", 300, "ab")
    new, after = period("new", 300, "ab", seed=1)
    guess = Prediction(abstained="unlike", alternatives=(Alternative(label="a", probability=0.15),))
    unsure = {message.id: guess for message in new if message.language == "fi"}
    found = report_drift(Fake(before | after | unsure), old, new)["intent"]
    assert found.confidence.drifted
    assert found.grown == {"no tag": pytest.approx(0.2)}


def test_a_period_without_any_tag_has_drifted():
    old, before = period("old", 300, "ab")
    new, _ = period("new", 300, "ab")
    silent = {message.id: Prediction(abstained="foreign") for message in new}
    found = report_drift(Fake(before | silent), old, new)["intent"]
    assert found.drifted
    assert found.n == 300


def test_every_task_that_is_tagged_is_reported():
    old, before = period("old", 200, "ab")
    new, after = period("new", 200, "ab", seed=1)
    found = report_drift(Fake(before | after, ("urgency", "sentiment")), old, new)
    assert list(found) == ["urgency", "sentiment"]
    assert found["urgency"] == found["sentiment"]


@pytest.mark.parametrize(("first", "second"), [(199, 200), (200, 199), (200, 0), (1, 1)])
def test_a_handful_is_an_error_that_says_how_many_there_are(first, second):
    old, before = period("old", first, "ab")
    new, after = period("new", second, "ab")
    with pytest.raises(DataError, match=f"automatic replies aside; they have {first} and {second}") as caught:
        report_drift(Fake(before | after), old, new)
    assert "Nordmann" not in str(caught.value)


@pytest.mark.parametrize(("tasks", "first", "second"), [((), 300, 300), (("intents",), 0, 300), (("intents",), 0, 0)])
def test_nothing_tagged_is_an_error(tasks, first, second):
    old, before = period("old", first, "ab")
    new, after = period("new", second, "ab")
    with pytest.raises(DataError):
        report_drift(Fake(before | after, tasks), old, new)
