import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.embed import NordicEncoder, load_encoder, shipped_encoder
from replyassist.embed.artifact import read_arrays
from replyassist.embed.quantized import unpack_rows
from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.text.ngrams import split_words, word_keys

MATTERS = {
    "parcel": (
        "Hvor er pakken min?",
        "Var är mitt paket?",
        "Hvor bliver min pakke af?",
        "Missä pakettini on?",
        "Where is my parcel?",
    ),
    "password": (
        "Jeg har glemt passordet mitt",
        "Jag har glömt mitt lösenord",
        "Jeg har glemt min adgangskode",
        "Unohdin salasanani",
        "I forgot my password",
    ),
    "refund": (
        "Når får jeg pengene tilbake?",
        "När får jag pengarna tillbaka?",
        "Hvornår får jeg pengene igen?",
        "Milloin saan rahani takaisin?",
        "When do I get my money back?",
    ),
    "cancel": (
        "Jeg vil si opp abonnementet",
        "Jag vill säga upp prenumerationen",
        "Jeg vil opsige mit abonnement",
        "Haluan irtisanoa tilauksen",
        "I want to cancel my subscription",
    ),
    "broken": (
        "Skjermen er sprukket",
        "Skärmen är sprucken",
        "Skærmen er revnet",
        "Näyttö on rikki",
        "The screen is cracked",
    ),
}
TEXTS = [text for texts in MATTERS.values() for text in texts]


@pytest.fixture(scope="module")
def encoder():
    return shipped_encoder()


@pytest.mark.parametrize("one", range(5))
@pytest.mark.parametrize("other", range(5))
def test_the_same_matter_is_nearest_in_any_two_languages(encoder, one, other):
    asked = encoder.encode([texts[one] for texts in MATTERS.values()])
    held = encoder.encode([texts[other] for texts in MATTERS.values()], "passage")
    assert (asked @ held.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hvor blir det av pakekn min", 0),
        ("glomt losenord", 1),
        ("hvornar far jeg mine penge retur", 2),
        ("tilauksen irtisanomnen", 3),
        ("teh scren is craked", 4),
    ],
)
def test_typing_errors_and_missing_letters_are_read_through(encoder, typed, meant):
    held = encoder.encode(TEXTS)
    assert (encoder.encode([typed]) @ held.T).argmax() // 5 == meant


def by_hand(encoder, text):
    """The definition, one feature at a time."""
    known = {int(key): place for place, key in enumerate(encoder.keys)}
    total = np.zeros(encoder.dim)
    for word in split_words(text):
        own, *grams = word_keys(word, encoder.shortest, encoder.longest)
        places = [known[key] for key in (own, *grams) if key in known]
        if places:
            weight = encoder.weights[known[own]] if own in known else 1.0
            rows = unpack_rows(encoder.rows[places], encoder.scales[places]).astype(np.float64)
            total += weight * rows.sum(axis=0) / np.sqrt(len(places))
    return total / np.linalg.norm(total)


def test_equals_the_definition_value_by_value(encoder):
    texts = [*TEXTS, "Faktura 4711 på 1 299,50 kr er betalt to ganger!!", "asdfqwer zxcv"]
    slow = np.array([by_hand(encoder, text) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), slow, atol=2e-6)


@settings(max_examples=40)
@given(st.lists(st.one_of(st.sampled_from(TEXTS), st.text(max_size=60)), min_size=1, max_size=12), st.randoms())
def test_the_same_bits_in_any_batch_and_order(encoder, texts, random):
    together = encoder.encode(texts)
    lengths = np.linalg.norm(together, axis=1)
    assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()
    order = list(range(len(texts)))
    random.shuffle(order)
    assert np.array_equal(encoder.encode([texts[i] for i in order]), together[order])
    assert np.array_equal(np.concatenate([encoder.encode([text]) for text in texts]), together)


def test_nothing_to_read_is_a_zero_row(encoder):
    assert not encoder.encode(["", " \n"]).any()
    assert encoder.encode([]).shape == (0, encoder.dim)
    assert encoder.encode(["pakke"]).dtype == np.float32


def test_hostile_text_is_encoded_in_bounded_time(encoder):
    start = time.process_time()
    vectors = encoder.encode(["æ" * 1_000_000, "\ud800\x00" * 1000, "pakke " * 170_000, "🙂\u202e" * 300_000])
    assert time.process_time() - start < 5
    assert np.isfinite(vectors).all()


def test_found_by_name_and_by_folder(encoder, tmp_path):
    named = load_encoder("nordic")
    encoder.save(tmp_path)
    loaded = load_encoder(str(tmp_path))
    assert isinstance(loaded, NordicEncoder)
    assert named.name == loaded.name == encoder.name
    assert np.array_equal(loaded.encode(TEXTS), named.encode(TEXTS))


def test_the_name_follows_what_is_inside(encoder):
    scales = np.array(encoder.scales)
    scales[0] += 1
    assert encoder.with_rows(encoder.rows, scales, trained_on="").name != encoder.name
    fresh = encoder.with_rows(encoder.rows, encoder.scales, trained_on="")
    assert fresh.name == encoder.name


def test_rows_are_mapped_not_read(encoder):
    assert not encoder.rows.flags.writeable
    assert not encoder.rows.flags.owndata


def test_mapped_and_read_arrays_are_equal(encoder, tmp_path):
    encoder.save(tmp_path)
    mapped, read = (read_arrays(tmp_path, "encoder", {"keys": ("uint32", 1)}, mapped=way) for way in (True, False))
    assert mapped.keys() == read.keys()
    for name, array in mapped.items():
        np.testing.assert_array_equal(array, read[name])


@pytest.fixture
def saved(tmp_path):
    rng = np.random.default_rng(0)
    NordicEncoder(
        np.arange(5, dtype=np.uint32),
        np.ones(5, np.float32),
        rng.integers(0, 255, (5, 4)).astype(np.uint8),
        np.ones(5, np.float32),
        shortest=3,
        longest=5,
    ).save(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kept", [0, 4, 12, 60, -1])
def test_a_cut_file_is_told(saved, kept):
    arrays = saved / "encoder.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:kept])
    with pytest.raises(ArtifactCorrupt, match=r"encoder\.safetensors"):
        load_encoder(str(saved))


def test_damage_is_told(saved):
    arrays, header = saved / "encoder.safetensors", saved / "encoder.json"
    good = arrays.read_bytes()
    arrays.write_bytes(b"\xff" * 8 + good[8:])
    with pytest.raises(ArtifactCorrupt, match=r"encoder\.safetensors"):
        load_encoder(str(saved))
    arrays.write_bytes(good.replace(b"scales", b"scalex"))
    with pytest.raises(ArtifactCorrupt, match="scales"):
        load_encoder(str(saved))
    arrays.unlink()
    with pytest.raises(ArtifactMissing, match=r"encoder\.safetensors"):
        load_encoder(str(saved))
    header.write_text(header.read_text().replace('"format_version":1', '"format_version":9'))
    with pytest.raises(ArtifactVersion, match="format version 9"):
        load_encoder(str(saved))
