import builtins

import pytest

from replyassist.embed import load_encoder
from replyassist.embed.transformers import prompt_for
from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ConfigError, MissingExtra


def test_lsa_must_be_fitted_first():
    with pytest.raises(ConfigError, match="fitted on your own texts"):
        load_encoder("lsa")


def test_unknown_names_and_folders(tmp_path):
    with pytest.raises(ConfigError, match="no encoder 'magic'"):
        load_encoder("magic")
    with pytest.raises(ArtifactMissing, match="no encoder folder"):
        load_encoder(str(tmp_path / "gone"))
    with pytest.raises(ArtifactMissing, match=r"encoder\.json"):
        load_encoder(str(tmp_path))
    (tmp_path / "encoder.json").write_text('{"format_version":1,"kind":"other"}')
    with pytest.raises(ArtifactCorrupt, match="unknown kind"):
        load_encoder(str(tmp_path))


def test_a_missing_extra_names_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("sentence_transformers"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"replyassist\[transformers\]"):
        load_encoder("transformers:some/model")


def test_a_model_must_be_named():
    with pytest.raises(ConfigError, match="name a model"):
        load_encoder("transformers:")


@pytest.mark.parametrize(
    ("model", "own", "kind", "prompt"),
    [
        ("intfloat/multilingual-e5-small", {}, "query", "query: "),
        ("/models/multilingual-e5-small/", {"query": "", "document": ""}, "passage", "passage: "),
        ("C:\\models\\e5-base-v2", {}, "query", "query: "),
        ("multilingual-e5-large-instruct", {}, "query", None),
        ("BAAI/bge-small-en-v1.5", {}, "passage", ""),
        ("nomic", {"search_query": "search_query: "}, "query", "search_query: "),
        ("e5-small", {"query": "own: "}, "query", "own: "),
        ("/models/e5-small/all-MiniLM-L6-v2", {}, "query", None),
    ],
)
def test_prompts_come_from_the_model_or_its_family(model, own, kind, prompt):
    assert prompt_for(model, own, kind) == prompt
