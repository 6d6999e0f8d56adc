from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.evaluate.labels import Judged, confusions, doubts, overlaps
from replyassist.evaluate.scores import Confusion, Doubt, Overlap
from replyassist.evaluate.tags import evaluate_tags
from replyassist.formats import Labelled
from replyassist.types import LANGUAGES, Alternative, Prediction, Tags, to_json

LABELS = ("bill", "parcel", "praise")
TEXTS = {"nb": "Hvor er pakken", "sv": "Var är paketet", "da": "Hvor bliver pakken af", "fi": "Missä paketti on",
         "en": "Where is the package now"}  # fmt: skip


def spread(label, probability, among=LABELS):
    """Return a prediction that gives the other labels alike what is left."""
    left = (1 - probability) / (len(among) - 1)
    others = tuple(Alternative(label=other, probability=left) for other in among if other != label)
    return Prediction(label=label, probability=probability, alternatives=others)


def judged(*counts):
    """Return ``n`` messages of every label, tag and ``n``; the tag may be none."""
    rows = [(label, tag) for label, tag, n in counts for _ in range(n)]
    return [Judged(f"t-{k}", label, Prediction(label=tag), "nb") for k, (label, tag) in enumerate(rows)]


def test_the_probability_of_a_label_is_that_of_the_tag_or_of_an_alternative():
    one = Judged("t-1", "bill", spread("parcel", 0.8), "fi")
    assert [one.probability(label) for label in (*LABELS, "other")] == pytest.approx([0.1, 0.8, 0.1, 0.0])
    guessed = Prediction(abstained="short", alternatives=(Alternative(label="bill", probability=0.2),))
    assert Judged("t-2", "bill", guessed, "fi").probability("bill") == 0.2
    assert not Judged("t-2", "bill", guessed, "fi").right


def test_confusions_are_counted_most_frequent_first_and_no_tag_is_none():
    found = confusions(judged(("a", "a", 9), ("a", "c", 2), ("a", "b", 2), ("b", "a", 4), ("a", None, 7)))
    assert found == tuple(
        Confusion(label=label, tagged=tagged, n=n) for label, tagged, n in [("b", "a", 4), ("a", "b", 2), ("a", "c", 2)]
    )
    many = confusions(judged(*[(f"{n:02}", "x", n) for n in range(1, 31)]))
    assert [one.n for one in many] == list(range(30, 10, -1))


def test_labels_overlap_when_often_mistaken_for_each_other_in_both_directions():
    assert overlaps(judged(("b", "a", 2), ("a", "b", 1), ("a", "a", 9), ("b", "b", 3))) == (
        Overlap(first="a", second="b", share=0.2, n=3),
    )
    assert overlaps(judged(("a", "b", 9), ("b", "b", 9))) == ()  # in one direction only
    assert overlaps(judged(("a", "b", 1), ("b", "a", 1))) == ()  # two say nothing
    assert overlaps(judged(("a", "b", 2), ("b", "a", 1), ("a", "a", 28))) == ()  # 3 of 31
    assert overlaps(judged(("a", "b", 2), ("b", "a", 1), ("a", "a", 27))) != ()  # 3 of 30
    assert overlaps(judged(("a", None, 9), ("b", None, 9))) == ()
    worse = judged(("a", "b", 2), ("b", "a", 2), ("c", "d", 2), ("d", "c", 2), ("a", "a", 1))
    assert [(one.first, one.share) for one in overlaps(worse)] == [("c", 1.0), ("a", 0.8)]


PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["a", "b", "c", "d", None])), max_size=60)


@given(PAIRS)
def test_confusions_and_overlaps_are_those_of_a_loop(pairs):
    cases = judged(*[(label, tag, 1) for label, tag in pairs])
    wrong = {(a, b): pairs.count((a, b)) for a, b in product("abc", "abcd") if a != b and (a, b) in pairs}
    assert {(one.label, one.tagged): one.n for one in confusions(cases)} == wrong
    expected, sizes = {}, Counter(label for label, _ in pairs)
    for a, b in combinations("abc", 2):
        there, back = wrong.get((a, b), 0), wrong.get((b, a), 0)
        if there and back and there + back >= 3 and (there + back) / (sizes[a] + sizes[b]) >= 0.1:
            expected[a, b] = ((there + back) / (sizes[a] + sizes[b]), there + back)
    found = overlaps(cases)
    assert {(one.first, one.second): (one.share, one.n) for one in found} == expected
    assert [one.share for one in found] == sorted((share for share, _ in expected.values()), reverse=True)


def test_a_tag_as_sure_as_usual_is_enough_for_a_doubt():
    sure, less = spread("parcel", 0.8), spread("parcel", 0.79)
    cases = [Judged(name, label, said, "sv") for name, label, said in (
        ("right", "parcel", sure), ("doubtful", "bill", sure), ("less", "bill", less),
        ("new", "bill", spread("praise", 1)),
    )]  # fmt: skip
    assert [one.id for one in doubts(cases)] == ["doubtful"]


class Fake:
    """Reads the true label out of the text; ``unsure`` messages it takes for praise, but barely."""

    def labels(self, task):
        return ()

    def tag(self, messages):
        for message in messages:
            label = message.text.split()[-1]
            said = spread("praise", 0.4) if label == "unsure" else spread(label, 0.9)
            yield Tags(message_id=message.id, text=message.text, language=message.language, language_probability=1.0,
                       intents=(said,))  # fmt: skip


def test_labels_flipped_on_purpose_are_found_by_id_in_every_language_and_no_text_is_shown():
    rows = [
        Labelled(f"{text} {label}", intent=label, language=language, id=f"{language}-{label}-{n}")
        for (language, text), label, n in product(TEXTS.items(), LABELS, range(8))
    ]
    flipped = {f"{language}-{label}-3": other for language, (label, other) in zip(
        LANGUAGES, [("bill", "parcel"), ("parcel", "praise"), ("praise", "bill"), ("bill", "praise"),
                    ("parcel", "bill")], strict=True)}  # fmt: skip
    rows = [
        Labelled(row.text, intent=flipped.get(row.id, row.intent), language=row.language, id=row.id) for row in rows
    ]
    rows += [Labelled("Hei unsure", intent="bill", language="nb", id="unsure")]
    score = evaluate_tags(Fake(), rows)["intent"]
    assert {one.id: one.label for one in score.doubts} == flipped
    assert [one.id for one in score.doubts] == sorted(flipped)  # equally doubtful
    assert all(one.likelier == one.id.split("-")[1] for one in score.doubts)
    assert all((one.probability, one.label_probability) == pytest.approx((0.9, 0.05)) for one in score.doubts)
    shown = to_json(score).decode()
    assert not any(word in shown for text in TEXTS.values() for word in text.split() if len(word) > 3)


TAGGED = st.tuples(st.sampled_from("abc"), st.sampled_from("abcd"), st.integers(10, 100), st.booleans())


@given(st.lists(TAGGED, max_size=30))
def test_doubts_are_those_of_confident_learning_written_out(rows):
    cases = []
    for k, (label, tag, percent, silent) in enumerate(rows):
        said = Prediction(abstained="short") if silent else spread(tag, percent / 100, "abcd")
        cases.append(Judged(f"t-{k:02}", label, said, "da"))
    expected = []
    for one in cases:
        tag = one.prediction.label
        usual = [other.probability(tag) for other in cases if other.label == tag]
        if tag not in (None, one.label) and usual and one.probability(tag) >= sum(usual) / len(usual):
            expected.append(
                Doubt(id=one.id, label=one.label, likelier=tag, probability=one.probability(tag),
                      label_probability=one.probability(one.label))
            )  # fmt: skip
    ranked = sorted(expected, key=lambda one: one.label_probability - one.probability)
    assert doubts(cases) == tuple(ranked[:20])
