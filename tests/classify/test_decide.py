import numpy as np
import pytest

from replyassist.classify.decide import limits_of
from replyassist.classify.examples import Example
from replyassist.classify.guarantee import HeldOut
from replyassist.classify.head import Head
from replyassist.classify.train import train
from replyassist.settings import Tagging

from .inbox import EXAMPLES


def head_of(confidence, chosen, correct):
    confidence = np.asarray(confidence, np.float32)
    empty = np.zeros((0, 2), np.float32)
    seen = HeldOut(confidence, np.asarray(chosen, np.int16), np.asarray(correct, bool), confidence)
    return Head(("good", "bad"), empty.astype("f2"), empty.astype("f2"), empty, empty, np.zeros(2, "f4"), held_out=seen)


def test_a_label_kept_from_automation_does_not_vouch_for_the_others():
    random = np.random.default_rng(0)
    chosen = np.repeat([0, 1], [3900, 100])
    correct = np.concatenate([np.ones(3900, bool), random.random(100) < 0.5])
    head = head_of(random.uniform(0.6, 1, 4000), chosen, correct)
    free = limits_of(head, Tagging(max_error=0.05))
    assert (free.automate < 1).all()  # of all together 1.3 % are wrong
    barred = limits_of(head, Tagging(max_error=0.05, never_automate=frozenset({"good"})))
    assert np.isinf(barred.automate).all()
    assert barred.preselect[0] < 1


@pytest.mark.parametrize("rare", [0, 40])
def test_messages_of_a_label_that_cannot_be_learned_count_as_wrong(rare):
    strange = [
        Example(f"pakken nummer {'abcdefgh'[n % 8]}{n} er fin", {"intent": f"only_once_{n}"}) for n in range(rare)
    ]
    classifier = train([*EXAMPLES, *strange], tasks=("intent",))
    seen = classifier.head("intent").held_out
    assert len(seen.correct) == len(EXAMPLES) + rare
    assert (~seen.correct).sum() >= rare
    loose = Tagging(max_error=0.2, rejected=0.0)
    share = np.mean(~seen.correct[seen.confidence >= classifier.limits("intent", loose).automate[seen.chosen]])
    assert not share > 0.2


def test_the_digest_follows_all_that_was_learned():
    from dataclasses import replace

    classifier = train(EXAMPLES)
    for task in classifier.tasks:
        head = classifier.head(task)
        warmer = classifier.with_heads({task: replace(head, temperature=2 * head.temperature)})
        assert warmer.digest != classifier.digest
    assert classifier.with_heads({}).digest == classifier.digest
