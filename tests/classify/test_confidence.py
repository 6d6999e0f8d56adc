import numpy as np
import pytest

from replyassist.classify.confidence import recalibrate
from replyassist.classify.examples import Example
from replyassist.classify.train import train
from replyassist.errors import DataError
from replyassist.settings import Tagging

from .inbox import EXAMPLES


@pytest.fixture(scope="module")
def classifier():
    return train(EXAMPLES)


def test_probabilities_are_fitted_to_the_new_messages_and_weights_stay(classifier):
    """Half of the new inbox's labels disagree: the heads must become unsure, and nothing is acted on."""
    labels = sorted({example.labels["intent"] for example in EXAMPLES})
    noisy = [
        Example(e.text, {"intent": labels[n % 4] if n % 2 else e.labels["intent"]}, e.language)
        for n, e in enumerate(EXAMPLES)
    ]
    again = recalibrate(classifier, noisy)
    texts = [example.text for example in EXAMPLES]
    before, after = classifier.score(texts, "intent").margins, again.score(texts, "intent").margins
    np.testing.assert_array_equal(before, after)
    assert again.head("intent").temperature > 2 * classifier.head("intent").temperature
    loose = Tagging(max_error=0.2, rejected=0.0)
    assert classifier.automated_share("intent", loose) > 0.5
    assert again.automated_share("intent", loose) == 0
    assert again.head("urgency") is classifier.head("urgency")
    mean = np.mean([row["intent"].probability for row in again.predict(texts, tagging=loose)])
    right = np.mean(again.head("intent").held_out.correct)
    assert mean == pytest.approx(right, abs=0.1)


def test_labels_that_the_heads_do_not_know_count_as_wrong(classifier):
    with pytest.raises(DataError, match="no example has a label"):
        recalibrate(classifier, [Example("hei", {"intent": "something_else"}), Example("hei", {})])
    mixed = [*EXAMPLES, Example("hei", {"intent": "something_else"})]
    seen = recalibrate(classifier, mixed).head("intent").held_out
    assert len(seen.correct) == len(EXAMPLES) + 1
    assert not seen.correct[-1]
    assert seen.true_share[-1] == 0
