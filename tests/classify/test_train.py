import numpy as np
import pytest

from replyassist.classify.features import learn_vocabulary, text_rows
from replyassist.classify.train import Example, train
from replyassist.embed import fit_lsa
from replyassist.errors import DataError
from replyassist.text.ngrams import split_words, word_keys

from .inbox import EXAMPLES


def intents(*pairs):
    return [Example(text, {"intent": label}) for text, label in pairs]


FOUR = intents(
    ("pakken mangler", "delivery"),
    ("hvor er pakken", "delivery"),
    ("feil faktura", "billing"),
    ("faktura to ganger", "billing"),
)


def test_measures_are_held_out_and_by_language():
    metrics = train(EXAMPLES).metrics
    task = metrics.tasks["urgency"]
    assert (metrics.examples, metrics.blank, metrics.repeated, task.n) == (120, 0, 0, 120)
    assert set(task.languages) == {"nb", "sv", "da", "fi", "en"}
    assert sum(group.n for group in task.languages.values()) == 120
    assert all(group.accuracy > 0.9 for group in task.languages.values())
    assert task.kappa is not None
    assert task.kappa > 0.9
    assert metrics.tasks["intent"].kappa is None
    assert task.ece_after < task.ece_before
    assert {label: scores.n for label, scores in task.labels.items()} == dict.fromkeys(
        ("low", "normal", "high", "urgent"), 30
    )
    assert metrics.skipped == {"sentiment": "no example has a label"}


def test_measures_of_random_labels_are_chance():
    """Would training on the held-out part leak, this would be near 1."""
    random = np.random.default_rng(0)
    letters = list("abcdefghijklmnopqrst")
    texts = [" ".join("".join(random.choice(letters, 4)) for _ in range(6)) for _ in range(300)]
    examples = intents(*((text, str(random.choice(["x", "y", "z"]))) for text in texts))
    task = train(examples).metrics.tasks["intent"]
    assert 0.2 < task.accuracy < 0.47


def test_labels_seen_once_are_dropped_and_named():
    classifier = train([*FOUR, *intents(("noe helt annet", "rare"))])
    assert classifier.labels("intent") == ("billing", "delivery")
    assert classifier.metrics.tasks["intent"].dropped == {"rare": "1 example, at least 2 different ones are needed"}


def test_the_same_text_twice_is_one_example():
    repeated = intents(("noe  HELT annet 12", "rare"), ("Noe helt annet 34", "rare"), (" ", "delivery"), ("", "x"))
    metrics = train([*FOUR, *repeated]).metrics
    assert (metrics.examples, metrics.repeated, metrics.blank) == (5, 1, 2)
    assert set(metrics.tasks["intent"].dropped) == {"rare"}


def test_one_text_with_two_labels_stays_in_one_fold():
    twice = intents(*((f"tvilsom sak nummer {'abcdefgh'[n]}", label) for n in range(8) for label in ("a", "b")))
    task = train(twice).metrics.tasks["intent"]
    assert task.n == 16
    assert task.accuracy <= 0.5


@pytest.mark.parametrize(
    "examples",
    [
        [],
        intents(("", "a"), (" ", "b")),
        intents(("hei", "a")),
        intents(("hei", "a"), ("ha det", "b")),
        intents(("hei", "a"), ("ha det", "a"), ("takk", "a")),
        [Example("hei", {}), Example("ha det", {})],
    ],
    ids=["none", "blank", "one", "two labels once each", "one label", "no labels"],
)
def test_too_little_is_an_error_that_says_why(examples):
    with pytest.raises(DataError, match="nothing can be learned") as caught:
        train(examples)
    assert "hei" not in str(caught.value)


def test_four_examples_are_enough_and_nothing_is_accepted_on_them():
    classifier = train(FOUR)
    rows = classifier.predict(["pakken er borte", "fakturaen er feil"])
    assert [row["intent"].label for row in rows] == ["delivery", "billing"]
    assert not any(row["intent"].accepted for row in rows)
    assert all(0.5 <= row["intent"].probability <= 5 / 6 for row in rows)
    assert len(rows[0]["intent"].alternatives) == 1


def test_a_task_without_enough_labels_does_not_stop_the_others():
    examples = [Example(e.text, {**e.labels, "urgency": "high"}) for e in FOUR]
    classifier = train(examples)
    assert classifier.tasks == ("intent",)
    assert classifier.metrics.skipped["urgency"] == "1 of 1 labels with 2 different examples, 2 are needed"


def test_a_task_labelled_in_part_uses_that_part():
    examples = [Example(e.text, e.labels if n % 2 else {"intent": e.labels["intent"]}) for n, e in enumerate(EXAMPLES)]
    metrics = train(examples).metrics
    assert (metrics.tasks["intent"].n, metrics.tasks["urgency"].n) == (120, 60)


def test_an_encoder_that_does_not_help_is_left_out():
    classifier = train(EXAMPLES, fit_lsa([example.text for example in EXAMPLES]), tasks=("intent",))
    assert not classifier.uses_encoder


def test_training_is_deterministic():
    first, second = train(EXAMPLES, seed=4), train(EXAMPLES, seed=4)
    texts = [example.text for example in EXAMPLES]
    assert first.predict(texts) == second.predict(texts)
    assert first.metrics == second.metrics


def test_a_feature_of_one_message_only_is_not_learned():
    examples = [*EXAMPLES, *intents(("Kvitrafjell mangler", "praise"))]
    vocabulary = learn_vocabulary([split_words(example.text) for example in examples])
    assert word_keys("kvitrafjell", 2, 4)[0] not in vocabulary.keys
    assert word_keys("pakken", 2, 4)[0] in vocabulary.keys
    assert (np.diff(vocabulary.keys.astype(np.int64)) > 0).all()
    assert (np.diff(vocabulary.pairs) > 0).all()


def test_weights_fall_with_frequency_and_rows_are_near_unit_length():
    words = [split_words(example.text) for example in EXAMPLES]
    vocabulary = learn_vocabulary(words)
    place = {key: weight for key, weight in zip(vocabulary.keys.tolist(), vocabulary.weights.tolist(), strict=True)}
    common, rare = (place[word_keys(word, 2, 4)[0]] for word in ("hei", "laturista"))
    in_texts = sum("hei" in text for text in words)
    assert common == pytest.approx(1.5 * np.sqrt(np.log(121 / (1 + in_texts)) + 1), rel=1e-6)
    assert rare > common
    lengths = np.sqrt(text_rows(vocabulary, words).multiply(text_rows(vocabulary, words)).sum(axis=1))
    assert lengths.min() > 0.95
    assert lengths.max() < 1.6
