"""The recipe of the built-in encoder: its parts, and the whole in small where the data sets are at hand."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from replyassist.embed import NordicEncoder, load_encoder, shipped_encoder
from replyassist.types import LANGUAGES
from training.nordic import heldout
from training.nordic.batches import Noise, Texts, cut, draw_rows
from training.nordic.heldout import Documentation, Pair
from training.nordic.sources import QUESTION_ORDER, QUESTIONS, Source
from training.nordic.train import Lessons, Material, Plan, train
from training.nordic.vocabulary import LONGEST, SHORTEST, Vocabulary, chosen, composed, frequencies, misspelt, numbered

DATA = Path(os.environ.get("REPLYASSIST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def test_questions_are_whole_and_differ():
    files = sorted(QUESTIONS.glob("*.jsonl"))
    assert files
    asked = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            row = json.loads(line)
            assert set(row) == {"title", "ask", "answer"}, f"{path.name}:{number}"
            for texts in row.values():
                assert len(texts) == len(QUESTION_ORDER), f"{path.name}:{number}"
                assert all(isinstance(text, str) and text.strip() for text in texts), f"{path.name}:{number}"
            asked += row["ask"]
    assert len(set(asked)) > 0.99 * len(asked)


def test_pairs_held_out_in_one_language_are_held_out_in_all(monkeypatch):
    rows = {
        language: [{"en": f"Sentence number {word}", "xx": f"{language} {word}", "src": "tatoeba"} for word in WORDS]
        for language in heldout.NORDIC
    }
    monkeypatch.setattr(heldout, "read", lambda name: iter(rows[name.removeprefix("parallel.en-")]))
    monkeypatch.setattr(heldout, "TEST_PAIRS", 5)
    monkeypatch.setattr(heldout, "VALIDATION_PAIRS", 3)
    found = heldout.translations([])
    closed = {
        pair.english
        for part in (found.test, found.validation)
        for pairs in part["conversation"].values()
        for pair in pairs
    }
    assert all(len(pairs) == 5 for pairs in found.test["conversation"].values())
    assert len(closed) == 8
    assert not closed & {pair.english for pair in found.train}
    assert len(found.train) == 4 * (len(WORDS) - 8)


WORDS = [a + b for a in ("ba", "do", "fi", "gu", "le") for b in ("ra", "so", "ti", "mu")]


def test_a_sentence_of_a_held_out_article_is_not_trained_on(monkeypatch):
    said = "open the settings and choose the language that you want to use today"
    rows = [
        {"en": said.upper() + "!", "xx": "Åpne innstillingene", "src": "ms-smb"},
        {"en": "Save the file", "xx": "Lagre filen", "src": "ms-smb"},
    ]
    monkeypatch.setattr(heldout, "read", lambda name: iter(rows if name.endswith("nb") else []))
    monkeypatch.setattr(heldout, "TEST_PAIRS", 0)
    monkeypatch.setattr(heldout, "VALIDATION_PAIRS", 0)
    article = Documentation("a", "Title", f"First {said}, then restart.", "en", "test")
    assert heldout.translations([article]).train == [Pair("Save the file", "Lagre filen", "nb", "ms-smb")]


def source(left, right=None, group=None):
    left = np.array(left, dtype=np.int32)
    right = left if right is None else np.array(right, dtype=np.int32)
    return Source("s", left, right, np.arange(len(left), dtype=np.int32) if group is None else np.array(group))


def test_translations_are_drawn_in_two_languages():
    mine = source([[0, 1, -1, -1, 2], [3, -1, -1, 4, -1]])
    for seed in range(20):
        left, right, group = draw_rows(mine, 2, np.random.default_rng(seed))
        for one, other, row in zip(left, right, group, strict=True):
            assert one != other
            assert {one, other} <= ({0, 1, 2} if row == 0 else {3, 4})


def test_a_cut_is_a_stretch_of_the_text():
    bags = numbered(["a b c d e f g", "h i", ""], {})
    variants = np.zeros((20, 2), dtype=np.int32)
    for seed in range(20):
        texts = cut(bags, np.array([0, 1, 2]), 4, Noise(0.0), variants, np.random.default_rng(seed))
        assert texts.starts.tolist() == [0, 4, 6, 6]
        assert (np.diff(texts.words[:4]) == 1).all()
        assert texts.words[4:].tolist() == [7, 8]


def test_noise_misspells_and_drops():
    bags = numbered(["a b c d e f g h"] * 200, {})
    variants = np.full((8, 2), 99, dtype=np.int32)
    texts = cut(bags, np.arange(200), 8, Noise(0.5, 0.25), variants, np.random.default_rng(0))
    assert 0.4 < (texts.words == 99).mean() < 0.6
    assert 0.7 < len(texts.words) / 1600 < 0.8
    assert texts.starts[-1] == len(texts.words)


def test_asides_follow_the_texts_that_were_chosen():
    texts, asides = numbered(["a b", "c", "d e f"], {}), numbered(["u", "v w", "x"], {})
    own, added = Texts(texts.words, texts.starts), Texts(asides.words + 100, asides.starts)
    joined = own.with_asides(added, np.array([True, False, True]))
    assert joined.words.tolist() == [0, 1, 100, 2, 3, 4, 5, 103]
    assert joined.starts.tolist() == [0, 3, 4, 8]


def tiny_material():
    texts = [
        "hvor er pakken",
        "var är paketet",
        "missä paketti on",
        "glemt passord",
        "glömt lösenord",
        "salasana unohtui",
    ]
    words: dict[str, int] = {}
    bags = numbered(texts, words)
    vocabulary = chosen(list(words), np.ones(len(words)), np.ones((5, len(words)), np.float32), whole=20, grams=100)
    everything = composed(list(words), vocabulary)
    same = np.arange(len(words), dtype=np.int32)[:, None]
    matters = source([[0, 1, -1, 2, -1], [3, 4, -1, 5, -1]])
    taught = Lessons(np.array([[0, 1, -1, 2, -1]], np.int32), np.eye(1, 8, dtype=np.float32))
    return Material(bags, same, everything, [matters], taught, np.array([0, 1, 3, 0, 1, 3]), [np.array([3])] * 5)


def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path):
    plan = Plan(steps=9, batch=2, shares={"s": 1.0}, with_asides=("s",), save_every=4)
    whole = train(tiny_material(), plan, dim=8)

    class Stopped(Exception):
        pass

    def stop(step, table, loss):
        if step == 6:
            raise Stopped

    checkpoint = tmp_path / "checkpoint.npz"
    with pytest.raises(Stopped):
        train(tiny_material(), plan, dim=8, checkpoint=checkpoint, watch=stop)
    steps = []
    resumed = train(tiny_material(), plan, dim=8, checkpoint=checkpoint, watch=lambda step, *_: steps.append(step))
    assert steps == [4, 5, 6, 7, 8]
    np.testing.assert_array_equal(resumed.rows, whole.rows)


def test_misspellings_are_near_and_repeatable():
    words = ["pakken", "lösenord", "kjøre", "ja", "ö", "00"]
    wrong = misspelt(words)
    assert wrong == misspelt(words)
    assert len(wrong) == 12
    assert wrong[6:] == ["ja", "ja", "o", "o", "00", "00"]
    assert all(word != typed for word, typed in zip(np.repeat(words[:3], 2), wrong, strict=False))


def test_the_vocabulary_holds_frequent_words_and_their_pieces():
    texts = ["pakken er her", "pakken er borte", "pakken kom"] * 5 + ["paketti on täällä"]
    words: dict[str, int] = {}
    bags = numbered(texts, words)
    shares = frequencies(bags, ["nb"] * 15 + ["fi"], np.ones(16, np.float32), len(words))
    assert shares.sum(axis=1)[[LANGUAGES.index("nb"), LANGUAGES.index("fi")]] == pytest.approx([1, 1])
    counts = np.bincount(bags.words, minlength=len(words)).astype(np.float32)
    vocabulary = chosen(list(words), counts, shares, whole=4, grams=20)
    assert len(vocabulary.keys) == 24
    assert (np.diff(vocabulary.keys.astype(np.int64)) > 0).all()
    assert vocabulary.weights.min() < 0.01
    assert composed(["pakken", "ŋŋŋ"], vocabulary).getnnz(axis=1).tolist()[1] == 0


def test_the_shipped_model_is_what_the_recipe_makes():
    shipped = shipped_encoder()
    assert (shipped.shortest, shipped.longest, shipped.dim) == (SHORTEST, LONGEST, 384)
    assert shipped.trained_on.startswith("training/nordic")
    vocabulary = Vocabulary(np.array(shipped.keys), np.array(shipped.weights))
    np.testing.assert_array_equal(composed(["pakken"], vocabulary).toarray(), shipped.composition(["pakken"]).toarray())


def test_both_products_are_the_same():
    pytest.importorskip("torch", reason="compares scipy with torch")
    from replyassist.embed.table import scipy_product
    from training.nordic.kernels import fastest

    rows = sp.random(40, 30, density=0.2, random_state=0, format="csr", dtype=np.float32)
    dense = np.random.default_rng(0).standard_normal((30, 8)).astype(np.float32)
    np.testing.assert_allclose(fastest()(rows, dense), scipy_product(rows, dense), atol=1e-5)


@pytest.mark.data
def test_the_whole_recipe_in_small(tmp_path):
    if not DATA.is_dir():
        pytest.skip(f"no data sets in {DATA}; set REPLYASSIST_DATA")
    from training.nordic.__main__ import run

    reached = run(tmp_path / "work", tmp_path / "model", smoke=True)
    encoder = load_encoder(str(tmp_path / "model"))
    assert isinstance(encoder, NordicEncoder)
    assert encoder.encode(["Hvor er pakken min?"]).any()
    # By chance these would be 0.02 and 0.1.
    assert reached["title same"] > 0.4
    assert reached["all hit@1"] > 0.12
    assert json.loads((tmp_path / "work" / "validation.json").read_text()) == reached
