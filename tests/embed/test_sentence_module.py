"""The shipped folder inside sentence-transformers."""

import json

import numpy as np
import pytest

from replyassist.embed import load_encoder, shipped_encoder
from replyassist.model_files import model_folder
from tests.embed.test_nordic import TEXTS

pytestmark = [
    pytest.mark.transformers,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

MANY = [*TEXTS, "", "???", "Faktura 4711 er betalt to ganger, hva nå?"]


@pytest.fixture(scope="module")
def st():
    return pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")


@pytest.fixture(scope="module")
def opened(st):
    return st.SentenceTransformer(str(model_folder("nordic")), trust_remote_code=True, device="cpu")


def test_the_folder_opens_and_gives_the_same_vectors(opened):
    ours = shipped_encoder().encode(MANY)
    np.testing.assert_allclose(opened.encode(MANY), ours, atol=2e-6)
    np.testing.assert_allclose(opened.encode(MANY[:1]), ours[:1], atol=2e-6)


def test_without_asking_for_trust(st):
    from replyassist.embed.sentence_module import as_sentence_transformer

    model = as_sentence_transformer(shipped_encoder())
    np.testing.assert_allclose(model.encode(MANY), shipped_encoder().encode(MANY), atol=2e-6)


def test_saved_from_there_and_opened_by_both(opened, st, tmp_path):
    opened.save(str(tmp_path))
    assert json.loads((tmp_path / "modules.json").read_text())[0]["type"].startswith("replyassist.embed.")
    again = st.SentenceTransformer(str(tmp_path), trust_remote_code=True, device="cpu")
    np.testing.assert_allclose(again.encode(MANY), opened.encode(MANY), atol=1e-3)
    np.testing.assert_allclose(load_encoder(str(tmp_path)).encode(MANY), again.encode(MANY), atol=2e-6)


def test_can_be_trained(st):
    import torch

    from replyassist.embed.sentence_module import as_sentence_transformer

    model = as_sentence_transformer(shipped_encoder())
    features = model[0].preprocess(["Hvor er pakken min?", "Lasku on maksettu"])
    with torch.enable_grad():
        vectors = model[0].forward(features)["sentence_embedding"]
        (vectors[0] @ vectors[1]).backward()
    gradient = model[0].embedding.weight.grad
    assert gradient is not None
    assert gradient.abs().sum() > 0
