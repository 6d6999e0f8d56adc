import random

import numpy as np
import pytest

from replyassist.embed import TeamText, fit_team, shipped_encoder
from replyassist.embed.adapt import FEWEST_PAIRS, Pair, Proof, adapt
from replyassist.errors import DataError

JARGON = {
    "zorbaq": "The router must be restarted after a storm",
    "vixnuw": "Pause the membership for July and August",
    "qelpyx": "Order a second key card for the gate",
    "wuzzcha": "Slow speed when the data quota is used up",
    "jybbeqo": "Print a new label for the sensor",
}
"""A house's own words, which no model knows, and what they are about."""

FILL = [
    "hei",
    "kan",
    "dere",
    "hjelpe",
    "meg",
    "med",
    "dette",
    "i",
    "dag",
    "takk",
    "for",
    "svar",
    "jeg",
    "lurer",
    "litt",
]


def pairs(count=200):
    luck = random.Random(0)
    found = []
    for number in range(count):
        word = luck.choice(sorted(JARGON))
        said = luck.sample(FILL, 4)
        found.append(Pair(" ".join([*said, word, str(number)]), JARGON[word], f"{word}{number % 40}"))
    return found


def plain(encoder):
    return encoder


@pytest.fixture(scope="module")
def nordic():
    return shipped_encoder()


def test_a_houses_own_words_are_learned_and_proved(nordic):
    adapted, proof = adapt(nordic, pairs(), fit=plain)
    assert proof.kept
    assert proof.after > proof.before + 0.2
    assert proof.trained_on + proof.held_out == 200
    assert adapted.name != nordic.name
    asked, answers = adapted.encode(["zorbaq"]), adapted.encode(list(JARGON.values()))
    assert (asked @ answers.T).argmax() == 0


def test_only_rows_of_the_pairs_move(nordic):
    adapted, _ = adapt(nordic, pairs(), fit=plain)
    words = ["zorbaq", *FILL, *" ".join(JARGON.values()).lower().split()]
    touched = np.zeros(len(nordic.keys), bool)
    touched[np.unique(nordic.composition([*words, "0", "00", "000"]).indices)] = True
    assert (adapted.rows[touched] != nordic.rows[touched]).any()
    others = ["pankkikortti", "tandläkare"]
    untouched = [word for word in others if not touched[nordic.composition([word]).indices].any()]
    np.testing.assert_array_equal(adapted.rows[~touched].shape, nordic.rows[~touched].shape)
    for word in untouched:
        np.testing.assert_array_equal(adapted.encode([word]), nordic.encode([word]))


def test_the_same_pairs_give_the_same_bits(nordic):
    first, again = (adapt(nordic, given, fit=plain)[0] for given in (pairs(), pairs()[::-1]))
    assert first.name == again.name


def test_what_was_left_out_leaves_nothing(nordic):
    some = pairs()
    kept = [pair for pair in some if "jybbeqo" not in pair.left]
    fresh = adapt(nordic, kept, fit=plain)[0]
    adapt(nordic, some, fit=plain)
    assert adapt(nordic, kept, fit=plain)[0].name == fresh.name


def test_no_gain_is_not_kept(nordic):
    words = [f"{a}{b}lo" for a in ("vi", "ma", "tu", "sko") for b in ("ra", "ne", "ki", "so")]
    kept = 0
    for seed in range(5):
        luck = random.Random(seed)
        noise = [Pair(" ".join(luck.sample(words, 3)), " ".join(luck.sample(words, 3)), str(i)) for i in range(100)]
        kept += adapt(nordic, noise, fit=plain)[1].kept
    # One in a hundred is kept by chance.
    assert kept <= 1


def test_proof_asks_for_more_than_its_error():
    assert Proof(1, 1, 0.5, 0.62, 0.05).kept
    assert not Proof(1, 1, 0.5, 0.61, 0.05).kept
    assert not Proof(1, 1, 0.5, 0.4, 0.0).kept


def test_measured_as_the_team_uses_it(nordic):
    team = fit_team(nordic, [TeamText(pair.right, "en") for pair in pairs()])
    _, proof = adapt(nordic, pairs(), fit=team.with_nordic)
    assert 0 < proof.before < 1


def test_too_few_pairs(nordic):
    with pytest.raises(DataError, match=f"at least {FEWEST_PAIRS}"):
        adapt(nordic, pairs(FEWEST_PAIRS - 1), fit=plain)
