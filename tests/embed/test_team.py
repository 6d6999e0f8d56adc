import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.embed import TeamEncoder, TeamText, fit_team, load_encoder, shipped_encoder
from replyassist.errors import ArtifactCorrupt
from replyassist.text.ngrams import word_key
from tests.embed.test_nordic import MATTERS, TEXTS

NAME = "Kvitrafjell"
LANGUAGES = ["nb", "sv", "da", "fi", "en"]
SAID = [f"{NAME}: {text}" for text in TEXTS]
ARTICLES = [
    TeamText(f"{NAME}: {text}", language, matter)
    for matter, texts in MATTERS.items()
    for text, language in zip(texts, LANGUAGES, strict=True)
]


@pytest.fixture(scope="module")
def team():
    return fit_team(shipped_encoder(), ARTICLES)


def weight(team, word):
    return float(team._weights.of([word])[0])


def test_what_every_article_says_counts_little(team):
    assert weight(team, NAME.lower()) < 0.3
    assert weight(team, "pakken") > 0.5
    assert weight(team, "aldrinevnt") == pytest.approx(0.25)


def test_what_only_one_customer_says_is_not_learned():
    said = [TeamText(f"Hei, pakken til Ingunn{number} mangler", "nb", from_customers=True) for number in range(12)]
    texts = [*said, TeamText("Hei fra Tormodsen", "nb", from_customers=True), TeamText("Ring Kvikkservice", "nb")]
    weights = fit_team(shipped_encoder(), texts)._weights
    assert word_key("pakken") in weights.keys
    assert word_key("kvikkservice") in weights.keys
    assert word_key("tormodsen") not in weights.keys


def test_a_word_common_in_one_language_is_not_made_telling_by_the_others(team):
    assert weight(team, "jeg") < weight(team, "pakken")


@pytest.mark.parametrize("language", range(5))
def test_finds_the_matter_in_each_language(team, language):
    asked = team.encode([f"Hei {NAME}! {texts[language]}" for texts in MATTERS.values()])
    scores = (asked @ team.encode(SAID, "passage").T).reshape(len(MATTERS), len(MATTERS), 5)
    assert scores.mean(axis=2).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]
    others = [place for place in range(5) if place != language]
    assert scores[:, :, others].max(axis=2).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


@settings(max_examples=25)
@given(st.lists(st.one_of(st.sampled_from(SAID), st.text(max_size=40)), min_size=1, max_size=8))
def test_the_same_bits_in_any_batch(team, texts):
    together = team.encode(texts)
    lengths = np.linalg.norm(together, axis=1)
    assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()
    assert np.array_equal(np.concatenate([team.encode([text]) for text in texts]), together)


def test_halves_are_the_two_encoders(team):
    vectors = team.encode(SAID)
    own = team.nordic.dim
    lengths = np.linalg.norm(vectors[:, own:], axis=1) / np.linalg.norm(vectors[:, :own], axis=1)
    np.testing.assert_allclose(lengths, np.sqrt(0.2), rtol=1e-4)
    half = vectors[:, own:] / np.linalg.norm(vectors[:, own:], axis=1, keepdims=True)
    np.testing.assert_allclose(half, team._lsa.encode(SAID), atol=1e-5)


def test_a_team_without_texts_has_the_shipped_encoder():
    empty = fit_team(shipped_encoder(), [])
    vectors = empty.encode(TEXTS)
    np.testing.assert_allclose(vectors[:, :-1], shipped_encoder().encode(TEXTS), atol=1e-6)


def test_fitting_again_gives_the_same_encoder(team):
    assert fit_team(shipped_encoder(), ARTICLES).name == team.name
    fewer = fit_team(shipped_encoder(), ARTICLES[:10])
    assert fewer.name != team.name


def test_saved_whole_and_without_a_word_of_text(team, tmp_path):
    team.save(tmp_path)
    loaded = load_encoder(str(tmp_path))
    assert isinstance(loaded, TeamEncoder)
    assert (loaded.name, loaded.dim) == (team.name, team.dim)
    assert np.array_equal(loaded.encode(SAID), team.encode(SAID))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert NAME.lower().encode() not in path.read_bytes().lower()


def test_over_another_model_of_the_five_languages(team):
    nordic = team.nordic.with_rows(team.nordic.rows, team.nordic.scales * 2, trained_on="")
    other = team.with_nordic(nordic)
    assert other.name != team.name
    np.testing.assert_allclose(other.encode(TEXTS), team.encode(TEXTS), atol=1e-6)


def test_damage_is_told(team, tmp_path):
    team.save(tmp_path)
    arrays = tmp_path / "encoder.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:-4])
    with pytest.raises(ArtifactCorrupt, match=r"encoder\.safetensors"):
        load_encoder(str(tmp_path))


def test_keys_of_words_stand_for_them(team):
    assert word_key("pakken") in team._weights.keys
    assert (np.diff(team._weights.keys.astype(np.int64)) > 0).all()
