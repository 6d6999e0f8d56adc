import numpy as np
import pytest

from replyassist.classify.explain import explain
from replyassist.classify.neighbours import Neighbours
from replyassist.classify.train import Example, train
from replyassist.embed import shipped_encoder
from replyassist.errors import ConfigError
from replyassist.settings import Tagging

from .inbox import EXAMPLES

ANY = Tagging(rejected=0.0)


@pytest.fixture(scope="module")
def classifier():
    return train(EXAMPLES)


@pytest.fixture(scope="module")
def with_vectors():
    """Labels that words cannot tell: what is asked in one language is known from others."""
    asked = {
        "pay": "faktura regning lasku invoice bill betaling betalning maksu payment kvitto kvittering kuitti receipt",
        "parcel": "pakke paket paketti parcel package levering leverans toimitus delivery shipment lähetys sending",
        "login": "passord lösenord adgangskode salasana password innlogging inloggning kirjautuminen login",
    }
    examples = [Example(f"{word} ?", {"intent": label}) for label, words in asked.items() for word in words.split()]
    return train(examples, shipped_encoder())


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("nb", "Hei, jeg skjønner ikke fakturaen", "fakturaen"),
        ("sv", "Hej, jag förstår inte fakturan", "fakturan"),
        ("da", "Hej, jeg forstår ikke regningen", "regningen"),
        ("fi", "Moi, en ymmärrä laskua", "laskua"),
        ("en", "Hello, I do not understand the invoice", "invoice"),
    ],
)
def test_the_words_that_carry_a_tag_are_named_and_without_them_it_changes(classifier, language, text, word):
    found = explain(classifier, text, "intent", language=language)
    assert found.prediction.label == "invoice_question"
    assert word in [piece.text for piece in found.words]
    assert found.runner_up != "invoice_question"
    assert found.without or language == "fi"  # four words are all there is
    left = text
    for gone in found.without:
        left = left.replace(gone, "")
    (row,) = classifier.predict([left], tagging=ANY)
    assert not found.without or row["intent"].label != "invoice_question"


def test_signals_are_given_with_what_they_weigh():
    examples = [
        Example(f"{word} {text}", {"urgency": level}, "en")
        for text, level in (("smoke from the charger", "urgent"), ("no rush at all, just wondering", "low"))
        for word in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]
    ]
    classifier = train(examples, tasks=("urgency",))
    found = explain(classifier, "eta smoke from the charger", "urgency", language="en")
    assert found.prediction.label == "urgent"
    head = classifier.head("urgency")
    if len(head.signals):
        assert {piece.text for piece in found.signals} >= {"danger"}
        assert all(piece.weight > 0 for piece in found.signals if piece.text == "danger")
    assert classifier.signal_weight("urgency", "urgent", "danger") >= 0


def test_with_the_built_in_encoder_words_sum_to_the_whole_margin(with_vectors):
    assert with_vectors.uses_encoder
    text = "min pakke er borte"
    for number, label in enumerate(with_vectors.labels("intent")):
        weights = sum(piece.weight for piece in with_vectors.explain(text, "intent", label, k=100))
        margin = with_vectors.score([text], "intent").margins[0, number]
        assert weights + with_vectors.head("intent").intercepts[number] == pytest.approx(margin, abs=1e-4)


def test_neighbours_are_asked_for_where_there_are_vectors(with_vectors):
    kept = Neighbours.of(
        shipped_encoder(), ["t1", "t2"], [{"intent": "pay"}, {"intent": "parcel"}], ["faktura", "pakke"]
    )
    found = explain(with_vectors, "hvor er pakken", "intent", neighbours=kept)
    assert found.neighbours[0].id == "t2"
    kept.encoder = "another"
    assert explain(with_vectors, "hvor er pakken", "intent", neighbours=kept).neighbours == ()


def test_empty_and_hostile_texts_have_an_explanation(classifier):
    assert explain(classifier, "", "intent").words == ()
    explain(classifier, "\x00\ud800 pakken " * 500, "intent")
    assert np.isfinite([piece.weight for piece in explain(classifier, "hei " * 1000, "intent").words]).all()
    with pytest.raises(ConfigError, match="no task"):
        explain(classifier, "hei", "tone")
