import numpy as np
import pytest

from replyassist.classify.examples import Example
from replyassist.classify.informed import SCALE, InformedEncoder
from replyassist.classify.layered import LayeredClassifier
from replyassist.classify.train import train
from replyassist.embed import shipped_encoder
from replyassist.errors import ConfigError
from replyassist.settings import Tagging

from .inbox import EXAMPLES

ANY = Tagging(rejected=0.0)


@pytest.fixture(scope="module")
def shipped():
    return train(EXAMPLES)


@pytest.fixture(scope="module")
def informed(shipped):
    return InformedEncoder(shipped_encoder(), shipped)


def test_the_shipped_margins_stand_behind_the_vector_centred_per_head(informed, shipped):
    texts = ["Hei, det ryker av laderen", "en ymmärrä laskua", ""]
    rows = informed.encode(texts)
    assert rows.shape == (3, informed.dim) == (3, 384 + 8)
    np.testing.assert_allclose(rows[:, :384], shipped_encoder().encode(texts))
    margins = shipped.score(texts, "intent").margins
    expected = SCALE / shipped.head("intent").temperature * (margins - margins.mean(axis=1, keepdims=True))
    np.testing.assert_allclose(rows[:, 384:388], expected, atol=1e-5)
    np.testing.assert_allclose(rows[:, 384:].sum(axis=1), 0, atol=1e-5)


def test_words_sum_to_the_text_but_for_what_is_not_in_a_word(informed, shipped):
    words = ["det", "ryker", "av", "laderen"]
    together = informed.word_shares(words).sum(axis=0)
    of_text = informed.encode(["det ryker av laderen"])[0]
    np.testing.assert_allclose(together[:384], of_text[:384], atol=1e-5)
    head = shipped.head("intent")
    bias = SCALE / head.temperature * (head.intercepts - head.intercepts.mean())
    np.testing.assert_allclose(together[384:388] + bias, of_text[384:388], atol=1e-4)


def test_a_label_of_a_known_name_starts_from_the_shipped_head(informed, shipped):
    prior = informed.prior("intent", ["praise", "something_else"])
    rows = informed.encode([example.text for example in EXAMPLES])
    place = shipped.labels("intent").index("praise")
    np.testing.assert_allclose((rows @ prior)[:, 0], rows[:, 384 + place] / SCALE, rtol=1e-5)
    assert not prior[:, 1].any()
    assert informed.prior("intent", ["mine"]) is None
    assert informed.prior("tone", ["praise"]) is None


def test_two_examples_a_label_are_enough_on_shipped_heads_that_know(informed):
    """The team's words are not the shipped heads'; what these say of the message is learned instead."""
    chosen = [e for e in EXAMPLES if e.language in ("nb", "sv")]
    own = {"delivery_problem": "lost", "invoice_question": "money", "hazard": "fire", "praise": "thanks"}
    few = [Example(e.text, {"intent": own[e.labels["intent"]]}, e.language) for e in chosen[::4]]
    head = train(few, informed, tasks=("intent",))
    asked = [e for e in EXAMPLES if e.language == "fi"]
    predicted = head.predict([e.text for e in asked], tagging=ANY)
    assert [row["intent"].label for row in predicted] == [own[e.labels["intent"]] for e in asked]


def test_each_task_comes_from_the_first_layer_that_knows_it(shipped):
    own = train([Example(e.text, {"intent": f"my_{e.labels['intent']}"}, e.language) for e in EXAMPLES])
    layered = LayeredClassifier([own, shipped])
    assert set(layered.tasks) == {"intent", "urgency"}
    assert layered.of("intent") is own
    texts = [e.text for e in EXAMPLES[:20]]
    rows = layered.predict(texts, tagging=ANY)
    assert [row["intent"] for row in rows] == [row["intent"] for row in own.predict(texts, tagging=ANY)]
    assert [row["urgency"] for row in rows] == [row["urgency"] for row in shipped.predict(texts, tagging=ANY)]
    assert LayeredClassifier([own]).tasks == ("intent",)
    with pytest.raises(ConfigError, match="no task 'tone'"):
        layered.of("tone")
