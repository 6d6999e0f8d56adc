from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn import metrics as sk

from replyassist.errors import DataError
from replyassist.evaluate.labels import Judged
from replyassist.evaluate.scores import Share
from replyassist.evaluate.tags import evaluate_tags, score
from replyassist.formats import Labelled
from replyassist.types import LANGUAGES, URGENCIES, Alternative, Prediction, Tags, to_json


class Fake:
    """Says of every message what ``said`` holds of its text, and keeps what it was asked."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def labels(self, task):
        return ("where", "bill", "low", "normal", "high", "urgent")

    def tag(self, messages):
        for message in messages:
            self.asked.append(message)
            yield Tags(message_id=message.id, text=message.text, language=message.language or "nb",
                       language_probability=1.0, **self.said(message.text))  # fmt: skip


def judged(label, tag=None, probability=0.0, language="nb", **more):
    return Judged("t-1", label, Prediction(label=tag, probability=probability, **more), language)


CASE = st.builds(judged, *[st.sampled_from(URGENCIES)] * 2, st.floats(0, 1), st.sampled_from(LANGUAGES))
SILENT = st.builds(judged, st.sampled_from(URGENCIES), language=st.sampled_from(LANGUAGES), abstained=st.just("short"))


def by_scikit_learn(cases):
    """Accuracy, macro-F1 and per label precision, recall, F1 and count, with no tag as a tag like no other."""
    truth, found = [one.label for one in cases], [one.prediction.label or "" for one in cases]
    labels = sorted({*truth, *found} - {""})
    rows = zip(*sk.precision_recall_fscore_support(truth, found, labels=labels, zero_division=0), strict=True)
    macro = sk.f1_score(truth, found, labels=labels, average="macro", zero_division=0)
    return sk.accuracy_score(truth, found), macro, dict(zip(labels, rows, strict=True))


@settings(max_examples=40)
@given(st.lists(CASE | SILENT, min_size=1, max_size=40))
def test_scores_are_those_of_scikit_learn_over_all_by_language_and_by_label(cases):
    scores = score("urgency", cases)
    accuracy, macro, labels = by_scikit_learn(cases)
    assert (scores.n, scores.accuracy, scores.macro_f1) == (len(cases), pytest.approx(accuracy), pytest.approx(macro))
    assert set(scores.by_label) == {one.label for one in cases}
    for name, part in scores.by_label.items():
        assert (part.precision, part.recall, part.f1, part.n) == pytest.approx(labels[name])
    assert set(scores.by_language) == {one.language for one in cases}
    for language, part in scores.by_language.items():
        own = [one for one in cases if one.language == language]
        accuracy, macro, _ = by_scikit_learn(own)
        assert (part.n, part.accuracy, part.macro_f1) == (len(own), pytest.approx(accuracy), pytest.approx(macro))
        assert part.ece == pytest.approx(score("urgency", own).ece)
    pairs = [(one.label, one.prediction.label) for one in cases if one.prediction.label]
    if len({label for pair in pairs for label in pair}) > 1:
        kappa = sk.cohen_kappa_score(*zip(*pairs, strict=True), labels=list(URGENCIES), weights="quadratic")
        assert scores.kappa == pytest.approx(kappa)


def test_tiers_and_what_is_acted_on_alone_are_counted_with_their_errors():
    sure = {"tier": "automate", "accepted": True}
    cases = [
        judged("hazard", "hazard", 0.99, "nb", **sure),
        judged("praise", "hazard", 0.95, "sv", **sure),
        judged("praise", "praise", 0.9, "da", **sure),
        judged("hazard", "hazard", 0.7, "fi", tier="preselect"),
        judged("praise", "hazard", 0.4, "en"),
    ]
    scores = score("intent", cases)
    shares = {"automate": (3, 1 / 3), "preselect": (1, 0.0), "suggest": (1, 1.0)}
    assert scores.tiers == {tier: Share(n=n, error=error) for tier, (n, error) in shares.items()}
    assert (scores.accepted, scores.accepted_error) == (0.6, 1 / 3)
    automated = {label: part.automated for label, part in scores.by_label.items()}
    assert automated == {"hazard": Share(n=2, error=0.5), "praise": Share(n=1, error=0.0)}
    unsure = score("intent", cases[3:])
    assert (unsure.accepted, unsure.accepted_error, unsure.tiers["automate"]) == (0, None, Share(n=0, error=None))


def test_candidates_count_where_there_are_any():
    cases = [judged("a", "b", 0.5, candidates=offered) for offered in (("a",), ("b", "a", "c"), ("b", "c"), ())]
    scores = score("intent", cases)
    assert (scores.sets, scores.set_size) == (2 / 3, 2.0)
    none = score("intent", cases[3:])
    assert (none.sets, none.set_size) == (None, None)


def test_abstaining_is_counted_by_reason_and_a_label_that_cannot_be_given_is_unknown():
    guess = {"alternatives": (Alternative(label="c", probability=0.1),)}
    cases = [judged("a", "a", 0.9), judged("b", "a", 0.5, **guess), judged("c", abstained="short")]
    cases += [judged("a", abstained=reason) for reason in ("short", "foreign", "short")]
    scores = score("intent", cases, known=("a", "c"))
    assert scores.abstained == {"short": 3, "foreign": 1}
    assert scores.unknown_labels == ("b",)
    assert scores.accuracy == 1 / 6
    assert b'"abstained":{"foreign":1,"short":3}' in to_json(scores)


def test_urgent_messages_tagged_lower_are_under_triaged_and_only_levels_with_an_order_have_a_kappa():
    cases = [judged("urgent", tag) for tag in ("urgent", "urgent", "urgent", "low")] + [judged("low", "high")]
    assert score("urgency", cases).under_triaged == 0.25
    assert score("urgency", cases[4:]).under_triaged is None
    own, silent = [judged("urgent", "asap")], [judged("urgent", abstained="short")]
    for task, part in (("intent", cases), ("urgency", [*cases, judged("asap", "low")]), ("urgency", own)):
        assert (score(task, part).kappa, score(task, part).under_triaged) == (None, None)
    assert score("urgency", silent).kappa is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_the_change_since_a_previous_model_is_tested_after_mcnemar(pairs):
    before, now = ([judged("a", "a" if pair[k] else "b", 0.5) for pair in pairs] for k in (0, 1))
    since = score("intent", now, before).since
    right, wrong = pairs.count((False, True)), pairs.count((True, False))
    assert (since.became_right, since.became_wrong) == (right, wrong)
    assert since.p_value == pytest.approx(min(1.0, 2 * binom.cdf(min(right, wrong), right + wrong, 0.5)))
    old = score("intent", before)
    assert (since.accuracy, since.macro_f1, since.ece) == (old.accuracy, old.macro_f1, old.ece)
    assert old.since is None


def test_an_assistant_is_scored_on_the_tasks_that_both_it_and_the_labels_know():
    urgencies = zip(LANGUAGES, [None, "low", "low", "low", "low"], strict=True)
    rows = [Labelled("Kari Nordmann", "om 4711", "bill", urgency, language=name) for name, urgency in urgencies]
    labels = cycle(["bill", "parcel"])
    fake = Fake(lambda text: {"intents": (Prediction(label=next(labels)), Prediction(label="x"))})
    scores = evaluate_tags(fake, rows, previous=Fake(lambda text: {"intents": (Prediction(label="parcel"),)}))
    assert [(m.text, m.subject, m.language) for m in fake.asked] == [(r.text, r.subject, r.language) for r in rows]
    assert list(scores) == ["intent"]
    assert (scores["intent"].accuracy, scores["intent"].since.became_right) == (0.6, 3)
    assert set(scores["intent"].by_language) == set(LANGUAGES)
    urgent = evaluate_tags(Fake(lambda text: {"urgency": Prediction(label="low"), "intents": ()}), rows)
    assert {task: one.n for task, one in urgent.items()} == {"urgency": 4}
    assert not any(word in to_json(scores["intent"]) for word in (b"Kari", b"4711"))


def test_no_labels_and_no_classifier_are_errors():
    with pytest.raises(DataError, match="no labels found"):
        evaluate_tags(Fake(lambda text: {}), [Labelled("hei")])
    with pytest.raises(DataError, match="no classifier"):
        evaluate_tags(Fake(lambda text: {}), [Labelled("hei", intent="bill")])
