"""Language identification: short native words, untrusted input, and batches equal to single messages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.model_files import model_folder
from replyassist.text.language import (
    LABELS,
    UNREADABLE,
    Identified,
    extract_features,
    identify,
    identify_many,
    load_model,
)

SHORT = [
    ("nb", "hvor er pakken min"),
    ("nb", "Jeg har ikke fått pakken ennå"),
    ("nb", "får ikke logget inn"),
    ("nb", "Hei, hva koster frakten?"),
    ("nb", "jeg vil si opp abonnementet mitt"),
    ("nn", "kor er pakka mi"),
    ("nn", "Eg har ikkje fått svar enno"),
    ("nn", "Kva kostar det?"),
    ("nn", "korleis seier eg opp avtalen"),
    ("sv", "var är mitt paket"),
    ("sv", "jag kan inte logga in"),
    ("sv", "Vad kostar frakten?"),
    ("sv", "när får jag pengarna tillbaka"),
    ("da", "hvor er min pakke"),
    ("da", "Hvornår kommer den?"),
    ("da", "jeg kan ikke logge ind"),
    ("da", "hvad koster fragten"),
    ("fi", "missä pakettini on"),
    ("fi", "en pääse kirjautumaan"),
    ("fi", "mitä tämä maksaa?"),
    ("en", "where is my parcel"),
    ("en", "can't log in"),
    ("en", "refund please"),
    ("other", "wo ist mein paket"),
    ("other", "¿Dónde está mi pedido?"),
    ("other", "où est mon colis"),
    ("other", "Kus mu pakk on?"),
    ("other", "Hvar er pakkinn minn?"),
]
WITHOUT_THEIR_LETTERS = [
    ("sv", "jag kan inte logga in pa mitt konto"),
    ("sv", "nar far jag tillbaka mina pengar"),
    ("fi", "en paase kirjautumaan sisaan"),
    ("nb", "jeg far ikke logget inn pa kontoen min"),
    ("da", "hvornaar faar jeg mine penge tilbage"),
]
FOREIGN_SCRIPTS = [
    "Где моя посылка?",
    "Де моя посилка?",
    "أين طردي؟",
    "我的包裹在哪里",
    "איפה החבילה שלי",
    "พัสดุ",
    "Πού είναι",
]


@pytest.mark.parametrize(("language", "text"), SHORT + WITHOUT_THEIR_LETTERS)
def test_short_messages(language: str, text: str) -> None:
    assert identify(text).language == language


@pytest.mark.parametrize("text", FOREIGN_SCRIPTS)
def test_other_scripts(text: str) -> None:
    answer = identify(text)
    assert answer.language == "other"
    assert answer.probability > 0.9


@pytest.mark.parametrize("text", ["", " \n\t", "12345", "+47 22 22 22 22", "🙂👍", "\x00", "\ud800", "?!", "a@b.no"])
def test_nothing_to_read(text: str) -> None:
    assert identify(text) == UNREADABLE == Identified("other", 0.0)


def test_decoration_does_not_matter() -> None:
    plain = identify("hvor er pakken min")
    for text in ("HVOR ER PAKKEN MIN???", "hvor  er\npakken 123 min 🙂", "hvor er pakken min kari@example.no"):
        assert identify(text) == plain


def test_decomposed_letters_are_composed() -> None:
    assert identify("missa\u0308 on pakettini, en lo\u0308yda\u0308") == identify("missä on pakettini, en löydä")


def test_a_product_name_does_not_change_the_language() -> None:
    assert identify("Min iPhone 15 Pro fungerar inte med Bluetooth").language == "sv"
    assert identify("Сколько стоит iPhone").language == "other"


def test_longer_text_is_surer() -> None:
    short, long = identify("jeg har"), identify("jeg har ventet i tre uker på pakken, og ingen svarer på e-post")
    assert long.language == "nb"
    assert long.probability > 0.9 > short.probability


@given(st.lists(st.text(max_size=60), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_text(texts: list[str]) -> None:
    found = identify_many(texts)
    assert found == [identify(text) for text in texts] == identify_many(texts)
    assert all(language in LABELS and 0.0 <= probability <= 1.0 for language, probability in found)


@given(st.lists(st.sampled_from([text for _, text in SHORT]), max_size=40))
@settings(max_examples=50, deadline=None)
def test_a_batch_equals_its_messages(texts: list[str]) -> None:
    assert identify_many(texts) == [identify(text) for text in texts]


def test_many_batches() -> None:
    texts = [text for _, text in SHORT] * 200
    assert identify_many(texts) == identify_many(texts[: len(SHORT)]) * 200


@pytest.mark.parametrize("unit", ["a", "å ", "@", "www.", "'", "ﷺ", "a'", "😀", "ж", "\u0301"])
def test_huge_input_is_cheap(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    identify("warm")
    started = time.process_time()
    identify(text)
    assert time.process_time() - started < 0.1


def _sum(text: str, power: int = 0x9E3779B97F4A7C15) -> int:
    return sum(ord(c) * pow(power, i + 1, 2**64) for i, c in enumerate(text)) % 2**64


def _finish(value: int, salt: int) -> int:
    mix = 0xD6E8FEB86659FD93
    mixed = (value + salt) * mix % 2**64
    mixed ^= mixed >> 32
    return (mixed * mix % 2**64) >> 32


def _textbook_logits(words: list[str]) -> list[float]:
    """The model's definition, one feature at a time, in plain Python."""
    model = load_model(model_folder("language"))
    weights = {int(key): row for key, row in zip(model.keys, model.weights, strict=True)}
    keys, previous, previous_ending = [], 0, 0
    for word in words:
        padded = f" {word} "
        grams = [(padded[i : i + n], n) for n in range(1, 6) for i in range(len(padded) - n + 1)]
        keys += [_finish(_sum(gram), n) for gram, n in grams if gram != " "]
        keys.append(_finish(_sum(padded), 6))
        whole, ending = _sum(padded), _sum(padded[-3:-1])
        for salt, left, right in ((7, previous, whole), (8, previous_ending, whole), (9, previous, ending)):
            keys.append(_finish((left * 0xA24BAED4963EE407 + right * 0xD6E8FEB86659FD93) % 2**64, salt))
        previous, previous_ending = whole, ending
    letters = sum(map(len, words))
    sums = sum(weights.get(key, np.zeros(len(LABELS))) for key in keys)
    return list((sums * model.factor[letters] + model.bias) * model.sharpness[letters])


@pytest.mark.parametrize("text", ["jeg har ikke fått svar", "å", "où est l'été", "x", "en paase kirjautumaan sisaan"])
def test_against_the_definition(text: str) -> None:
    model = load_model(model_folder("language"))
    words = text.split()
    both = model.logits([["fyll"], words, ["enda", "noe"]])
    assert np.allclose(both[1], _textbook_logits(words), rtol=1e-12)


def test_features_of_a_word_do_not_depend_on_its_neighbours() -> None:
    alone = extract_features([["pakken"]])
    among = extract_features([["hvor", "er"], ["pakken", "min"]])
    start = among.word_starts[among.tokens[2]]
    assert np.array_equal(among.word_keys[start : start + len(alone.word_keys)], alone.word_keys)
    assert np.array_equal(among.pair_keys[2], alone.pair_keys[0])


def test_damaged_models(tmp_path) -> None:
    with pytest.raises(ArtifactMissing):
        load_model(tmp_path)
    folder = tmp_path / "language"
    shutil.copytree(model_folder("language"), folder)
    weights = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(weights[:-100])
    with pytest.raises(ArtifactCorrupt):
        load_model(folder)
    (folder / "weights.safetensors").write_bytes(weights)
    config = json.loads((folder / "config.json").read_text())
    for change in ({"labels": ["nb"]}, {"sharpness": []}, {"scale": "x"}):
        (folder / "config.json").write_text(json.dumps(config | change))
        with pytest.raises(ArtifactCorrupt):
            load_model(folder)
    (folder / "config.json").write_text(json.dumps(config | {"format_version": 99}))
    with pytest.raises(ArtifactVersion):
        load_model(folder)
    (folder / "config.json").write_text("[]")
    with pytest.raises(ArtifactCorrupt):
        load_model(folder)


def test_unknown_model_folder() -> None:
    with pytest.raises(ArtifactMissing, match="no-such-model"):
        model_folder("no-such-model")


def test_weights_stay_small() -> None:
    assert sum(path.stat().st_size for path in model_folder("language").iterdir()) < 1_500_000


def test_serving_loads_neither_scikit_learn_nor_scipy() -> None:
    code = (
        "import sys; from replyassist.text.language import identify; identify('hei');"
        "print([m for m in ('sklearn', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_published_cases_stay_right() -> None:
    cases = Path(__file__).parents[2] / "benchmarks" / "cases" / "language.jsonl"
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    found = identify_many([row["text"] for row in rows])
    right = [answer.language == row["language"] for answer, row in zip(found, rows, strict=True)]
    assert len(right) > 300
    assert sum(right) / len(right) > 0.95
