import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.embed import LsaEncoder, fit_lsa, load_encoder, lsa_fit
from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion, DataError
from replyassist.text.ngrams import split_words, word_keys

TOPICS = {
    "parcel": (
        "Pakken er forsinket og sporingen viser ingen ny levering av pakken",
        "Paketet är försenat och spårningen visar ingen ny leverans av paketet",
        "Pakken er forsinket og sporingen viser ingen ny levering af pakken",
        "Paketti on myöhässä eikä seuranta näytä paketin toimitusta",
        "The parcel is late and tracking shows no new delivery of the parcel",
    ),
    "invoice": (
        "Fakturaen er feil, jeg har allerede betalt regningen i banken",
        "Fakturan är fel, jag har redan betalat räkningen på banken",
        "Fakturaen er forkert, jeg har allerede betalt regningen i banken",
        "Lasku on väärin, olen jo maksanut laskun pankissa",
        "The invoice is wrong, I have already paid the bill at the bank",
    ),
    "password": (
        "Jeg har glemt passordet og får ikke logget inn på kontoen",
        "Jag har glömt lösenordet och kan inte logga in på kontot",
        "Jeg har glemt adgangskoden og kan ikke logge ind på kontoen",
        "Olen unohtanut salasanan enkä pääse kirjautumaan tilille",
        "I forgot the password and cannot log in to the account",
    ),
    "cancel": (
        "Hvordan sier jeg opp abonnementet mitt før neste måned",
        "Hur säger jag upp min prenumeration före nästa månad",
        "Hvordan opsiger jeg mit abonnement inden næste måned",
        "Miten irtisanon tilaukseni ennen ensi kuuta",
        "How do I cancel my subscription before next month",
    ),
}
TEXTS = [text for texts in TOPICS.values() for text in texts]
GROUPS = [topic for topic, texts in TOPICS.items() for _ in texts]


@pytest.fixture(scope="module")
def encoder():
    return fit_lsa(TEXTS)


def sklearn_vectors(fit_on, texts, dim):
    """The same in plain scikit-learn, from strings to unit vectors."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    def analyse(text):
        return [str(key) for word in split_words(text) for key in word_keys(word, 3, 5)]

    counter = CountVectorizer(analyzer=analyse, min_df=2)
    counts = counter.fit_transform(fit_on).astype(float)
    idf = np.log((1 + len(fit_on)) / (1 + np.bincount(counts.indices))) + 1
    damped = counts.copy()
    damped.data = 1 + np.log(damped.data)
    svd = TruncatedSVD(dim, n_iter=20, random_state=1).fit(normalize(damped.multiply(idf**2).tocsr()))
    projection = svd.components_.T / np.sqrt(svd.singular_values_)
    return normalize(counter.transform(texts).multiply(idf**3).tocsr() @ projection)


def test_equals_the_scikit_learn_pipeline_value_by_value(monkeypatch):
    monkeypatch.setattr(lsa_fit, "_POWER_ITERATIONS", 20)
    queries = [*TEXTS, "Hvor er pakken?", "salasana unohtui", "bill already paid"]
    ours = fit_lsa(TEXTS, dim=6).encode(queries)
    theirs = sklearn_vectors(TEXTS, queries, 6)
    assert ours.dtype == np.float32
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours, theirs * signs, atol=0.015)  # eight bits per number
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=0.02)


def test_rows_have_unit_length_and_unknown_texts_are_zero(encoder):
    vectors = encoder.encode([*TEXTS, "", " \n", "ççç ŋŋŋ"])
    np.testing.assert_allclose(np.linalg.norm(vectors[:-3], axis=1), 1, atol=1e-6)
    assert not vectors[-3:].any()
    assert encoder.encode([]).shape == (0, encoder.dim)


@pytest.mark.parametrize("language", range(5))
def test_finds_the_topic_in_each_language(encoder, language):
    queries = [
        ("pakke forsinket", "faktura betalt", "glemt passord", "si opp abonnement"),
        ("paket försenat", "faktura betalat", "glömt lösenord", "säga upp prenumeration"),
        ("pakke forsinket", "faktura betalt", "glemt adgangskode", "opsige abonnement"),
        ("paketti myöhässä", "lasku maksanut", "unohtanut salasana", "irtisanon tilaus"),
        ("parcel late", "invoice paid", "forgot password", "cancel subscription"),
    ][language]
    passages = [texts[language] for texts in TOPICS.values()]
    fitted = fit_lsa(TEXTS, groups=GROUPS)
    assert (fitted.encode(queries) @ fitted.encode(passages, "passage").T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_groups_bring_translations_together():
    plain, joined = fit_lsa(TEXTS), fit_lsa(TEXTS, groups=GROUPS)
    swedish, finnish, topics = TEXTS[1::5], TEXTS[3::5], np.eye(4)
    across = [encoder.encode(swedish) @ encoder.encode(finnish).T for encoder in (plain, joined)]
    assert (across[1].argmax(axis=1) == topics.argmax(axis=1)).all()
    assert np.trace(across[1]) > np.trace(across[0]) + 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(TEXTS), st.text(max_size=60)), min_size=1, max_size=12), st.randoms())
def test_the_same_bits_in_any_batch_and_order(encoder, texts, random):
    together = encoder.encode(texts)
    order = list(range(len(texts)))
    random.shuffle(order)
    assert np.array_equal(encoder.encode([texts[i] for i in order]), together[order])
    assert np.array_equal(np.concatenate([encoder.encode([text]) for text in texts]), together)


def test_the_same_bits_with_a_full_table_and_a_fresh_one(encoder, tmp_path):
    first = encoder.encode(TEXTS)
    encoder.encode(
        [
            " ".join(f"{a}{b}{c}" for b in "abcdefghijklmnopqrstuvwxyz" for c in "aeiouyæø")
            for a in [x + y for x in "bdfgklmnprst" for y in "aeiouyå"]
        ]
    )
    assert np.array_equal(encoder.encode(TEXTS), first)
    encoder.save(tmp_path)
    assert np.array_equal(LsaEncoder.load(tmp_path).encode(TEXTS[::-1]), first[::-1])


def test_fitting_twice_gives_the_same_encoder():
    assert fit_lsa(TEXTS, seed=3).name == fit_lsa(TEXTS, seed=3).name
    assert fit_lsa(TEXTS).name != fit_lsa(TEXTS[:12]).name


@pytest.mark.parametrize("texts", [TEXTS[:1], TEXTS[:3], ["", *TEXTS[:2], " "], ["?"], ["ja", "ja"]])
def test_small_collections_span_fewer_directions(texts):
    fitted = fit_lsa(texts, dim=256)
    assert 1 <= fitted.dim <= len(texts)
    filled = [text for text in texts if text.strip()]
    vectors = fitted.encode(filled)
    np.testing.assert_allclose((vectors * vectors).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("texts", [[], [""], ["  ", "\n"]])
def test_nothing_to_learn_from_is_an_error(texts):
    with pytest.raises(DataError, match="no text holds a word"):
        fit_lsa(texts)


def test_groups_must_match_the_texts():
    with pytest.raises(DataError, match="2 groups for 20 texts"):
        fit_lsa(TEXTS, groups=["a", "b"])


def test_a_feature_of_one_text_only_is_not_learned():
    secret = "Kvitrafjellsbekken"
    fitted = fit_lsa([*TEXTS, f"{secret} {secret}"])
    own = word_keys(secret.lower(), 3, 5)[0]
    assert own not in fitted._keys
    assert word_keys("pakken", 3, 5)[0] in fitted._keys
    assert (np.diff(fitted._keys.astype(np.int64)) > 0).all()


def test_at_most_max_features_are_kept():
    assert len(fit_lsa(TEXTS, max_features=50)._keys) == 50


def test_hostile_text_is_encoded_in_bounded_time(encoder):
    start = time.process_time()
    vectors = encoder.encode(["æ" * 1_000_000, "\ud800\x00" * 1000, "pakke " * 170_000, "🙂\u202e" * 300_000])
    assert time.process_time() - start < 5
    assert np.isfinite(vectors).all()


def test_saved_and_loaded_by_folder(encoder, tmp_path):
    encoder.save(tmp_path / "encoder")
    assert sorted(path.name for path in (tmp_path / "encoder").iterdir()) == ["encoder.json", "encoder.safetensors"]
    loaded = load_encoder(str(tmp_path / "encoder"))
    assert (loaded.name, loaded.dim) == (encoder.name, encoder.dim)
    assert b"pakke" not in (tmp_path / "encoder" / "encoder.safetensors").read_bytes()


def test_the_empty_encoder_knows_nothing(tmp_path):
    LsaEncoder.empty().save(tmp_path)
    loaded = load_encoder(str(tmp_path))
    assert loaded.dim == 1
    assert loaded.encode(["Hvor er pakken?", ""]).tolist() == [[0.0], [0.0]]


def test_damage_is_told(encoder, tmp_path):
    encoder.save(tmp_path)
    header, arrays = tmp_path / "encoder.json", tmp_path / "encoder.safetensors"
    good = arrays.read_bytes()
    arrays.write_bytes(good[: len(good) // 2])
    with pytest.raises(ArtifactCorrupt, match=r"encoder\.safetensors"):
        load_encoder(str(tmp_path))
    arrays.unlink()
    with pytest.raises(ArtifactMissing):
        load_encoder(str(tmp_path))
    header.write_text(header.read_text().replace('"format_version":1', '"format_version":99'))
    with pytest.raises(ArtifactVersion, match="99"):
        load_encoder(str(tmp_path))
    header.write_text("{")
    with pytest.raises(ArtifactCorrupt):
        load_encoder(str(tmp_path))


def test_serving_loads_no_heavy_library(encoder, tmp_path):
    encoder.save(tmp_path)
    code = (
        "import sys; from replyassist.embed import load_encoder;"
        f"load_encoder({str(tmp_path)!r}).encode(['Hvor er pakken?']);"
        "print([m for m in ('sklearn', 'torch', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
