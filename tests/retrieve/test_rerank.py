"""The reranker: its contract, its calibration, and what is kept where it does not help."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit

from replyassist.errors import (
    ArtifactCorrupt,
    ArtifactMissing,
    ArtifactVersion,
    ConfigError,
    DataError,
    MissingExtra,
    StorageError,
)
from replyassist.retrieve.rerank import (
    ALL,
    UNCHANGED,
    CrossEncoderReranker,
    RerankCalibration,
    Reranker,
    Weights,
    load_reranker,
    raw_scores,
    rerank,
)
from replyassist.retrieve.rerank_fit import FEWEST_QUESTIONS, Trial, fit_calibration
from replyassist.types import Hit, Pool

WEIGHTS = Weights(fused=0.5, score=1.25, lead=0.75, shift=-0.5)
SCORED = Weights(fused=1.0, score=2.0, lead=0.0, shift=0.0)
USED = RerankCalibration(reranker="fake", weights={"article": {ALL: WEIGHTS}})


class Fake:
    """Scores by a function of the text; counts what it was asked."""

    name = "fake"

    def __init__(self, score: Callable[[str], float] = lambda text: float(len(text))) -> None:
        self.score = score
        self.asked: list[str] = []

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.array([self.score(text) for text in texts])


class Fixed:
    name = "fixed"

    def __init__(self, *scores: object) -> None:
        self.given = scores

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray:
        return np.array(self.given)


def hit(name: str, relevance: float, pool: Pool = "article", title: str = "", text: str = "") -> Hit:
    return Hit(
        source_id=name,
        pool=pool,
        title=title,
        text=text or name,
        language="nb",
        start=0,
        end=1,
        lexical=0.0,
        dense=0.0,
        relevance=relevance,
    )


def asked(
    questions: int,
    strength: float,
    *,
    language: str | None = "nb",
    pool: Pool = "article",
    seed: int = 0,
    first: int = 0,
) -> list[Trial]:
    """Questions with eight hits, of which mostly one is right and is scored ``strength`` higher."""
    rng = np.random.default_rng(seed)
    trials = []
    for number in range(first, first + questions):
        right = np.zeros(8, bool)
        right[rng.integers(8)] = rng.random() < 0.8
        fused = expit(rng.normal(-3, 1, 8) + 2 * right)
        trials.append(Trial(number, pool, fused, rng.normal(-5, 2, 8) + strength * right, right, language))
    return trials


def by_hand(weights: Weights, fused: Sequence[float], raw: Sequence[float]) -> list[float]:
    found = []
    for number, (share, score) in enumerate(zip(fused, raw, strict=True)):
        lead = score - max([*raw[:number], *raw[number + 1 :]], default=score)
        z = weights.fused * np.log(share / (1 - share)) + weights.score * score + weights.lead * lead + weights.shift
        found.append(1 / (1 + np.exp(-z)))
    return found


@pytest.mark.parametrize("raw", [[1.0, 3.0, -2.0, 0.5], [3.0, 3.0, 0.0, 3.0], [-1.0, -1.0, -2.0, -9.0]])
def test_probabilities_by_hand(raw: list[float]) -> None:
    fused = [0.9, 0.2, 0.5, 0.01]
    found = USED.probabilities(np.array(fused), np.array(raw), "article")
    np.testing.assert_allclose(found, by_hand(WEIGHTS, fused, raw), rtol=1e-6)
    assert found.argmax() in np.flatnonzero(np.array(raw) == max(raw))


def test_a_lone_hit_has_no_lead_and_certainty_stays_finite() -> None:
    one = USED.probabilities(np.array([0.3]), np.array([2.0]), "article")
    np.testing.assert_allclose(one, by_hand(WEIGHTS, [0.3], [2.0]))
    edges = USED.probabilities(np.array([0.0, 1.0]), np.array([0.0, 0.0]), "article")
    assert 0 < edges[0] < edges[1] < 1
    assert USED.probabilities(np.zeros(0), np.zeros(0), "article").shape == (0,)


def test_weights_go_by_pool_and_language_and_otherwise_nothing_changes() -> None:
    calibration = RerankCalibration(reranker="fake", weights={"article": {ALL: WEIGHTS, "fi": UNCHANGED}})
    fused, raw = np.array([0.0, 0.4, 1.0]), np.array([5.0, 1.0, -3.0])
    changed = calibration.probabilities(fused, raw, "article", "sv")
    np.testing.assert_array_equal(changed, calibration.probabilities(fused, raw, "article"))
    assert (changed != fused).all()
    assert calibration.uses("article", "sv")
    for pool, language in (("article", "fi"), ("macro", "sv"), ("macro", None)):
        assert not calibration.uses(pool, language)
        kept = calibration.probabilities(fused, raw, pool, language)
        np.testing.assert_array_equal(kept, fused)
        assert kept is not fused
    nynorsk = RerankCalibration(reranker="fake", weights={"article": {"nb": WEIGHTS}})
    assert nynorsk.uses("article", "nn")
    assert not nynorsk.uses("article", "da")


def test_probabilities_of_other_values_are_refused() -> None:
    for fused, raw in (
        ([0.1], [1.0, 2.0]),
        ([0.1, 0.2], [1.0, np.nan]),
        ([0.1, 1.2], [1.0, 2.0]),
        ([0.1, np.nan], [1.0, 2.0]),
        ([[0.1]], [[1.0]]),
    ):
        with pytest.raises(DataError):
            USED.probabilities(np.array(fused), np.array(raw), "article")


def test_hits_are_judged_anew_and_sorted() -> None:
    hits = [hit("a", 0.9, title="Retur", text="short"), hit("b", 0.8, text="longer text"), hit("c", 0.1, text="x")]
    fake = Fake()
    found = rerank(hits, "query", fake, USED)
    assert fake.asked == ["Retur\nshort", "longer text", "x"]
    expected = dict(zip("abc", by_hand(WEIGHTS, [0.9, 0.8, 0.1], [11.0, 11.0, 1.0]), strict=True))
    assert {one.source_id: one.relevance for one in found} == pytest.approx(expected)
    assert [one.source_id for one in found] == ["a", "b", "c"]
    assert [msgspec.structs.replace(one, relevance=0.0) for one in found] == [
        msgspec.structs.replace(one, relevance=0.0) for one in hits
    ]
    assert [one.source_id for one in rerank([hit("z", 0.5), hit("y", 0.5)], "q", Fake(), USED)] == ["y", "z"]


def test_the_order_can_turn_round() -> None:
    hits = [hit("a", 0.9), hit("bb", 0.8), hit("ccc", 0.7)]
    found = rerank(hits, "q", Fake(lambda text: 3.0 * len(text)), USED)
    assert [one.source_id for one in found] == ["ccc", "bb", "a"]


def test_what_lies_beyond_the_depth_keeps_its_relevance_and_may_overtake() -> None:
    hits = [hit("a", 0.5), hit("b", 0.4), hit("c", 0.3), hit("d", 0.2)]
    fake = Fake(lambda text: {"a": -9.0, "b": 5.0}[text])
    found = rerank(hits, "q", fake, USED, depth=2)
    assert fake.asked == ["a", "b"]
    assert [one.source_id for one in found] == ["b", "c", "d", "a"]
    assert [one.relevance for one in found[1:3]] == [0.3, 0.2]


def test_pools_are_judged_apart_and_unused_ones_are_not_read() -> None:
    calibration = RerankCalibration(reranker="fake", weights={"article": {ALL: WEIGHTS}, "resolution": {ALL: SCORED}})
    hits = [hit("a", 0.5), hit("r", 0.4, "resolution"), hit("m", 0.3, "macro"), hit("b", 0.2)]
    fake = Fake(lambda text: {"a": 1.0, "b": -1.0, "r": 9.0}[text])
    found = {one.source_id: one.relevance for one in rerank(hits, "q", fake, calibration)}
    a, b = by_hand(WEIGHTS, [0.5, 0.2], [1.0, -1.0])
    (r,) = by_hand(SCORED, [0.4], [9.0])
    assert found == pytest.approx({"a": a, "b": b, "r": r, "m": 0.3})
    idle = Fake()
    kept = rerank(hits, "q", idle, RerankCalibration(reranker="fake", weights={}))
    assert idle.asked == []
    assert kept == tuple(hits)


def test_nothing_and_one() -> None:
    fake = Fake()
    assert rerank([], "q", fake, USED) == ()
    assert fake.asked == []
    assert len(rerank([hit("a", 0.5)], "q", fake, USED)) == 1


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ConfigError, match="depth"):
        rerank([hit("a", 0.5)], "q", Fake(), USED, depth=0)
    with pytest.raises(ConfigError, match="other, not fake"):
        rerank([hit("a", 0.5)], "q", Fake(), msgspec.structs.replace(USED, reranker="other"))


@pytest.mark.parametrize("given", [(np.nan, 1.0), (np.inf, 1.0), (1.0,), (1.0, 2.0, 3.0), ([1.0], [2.0]), ()])
def test_a_model_that_returns_something_else_is_named(given: tuple[object, ...]) -> None:
    with pytest.raises(DataError, match="reranker fixed did not return one finite score for each of 2 texts"):
        raw_scores(Fixed(*given), "q", [hit("a", 0.5), hit("b", 0.5)])


def test_save_and_open_are_inverse(tmp_path: Path) -> None:
    calibration, _ = fit_calibration(asked(60, 5) + asked(60, 5, pool="macro", first=60), "fake")
    path = tmp_path / "new" / "rerank.json"
    calibration.save(path)
    assert RerankCalibration.open(path, "fake") == calibration
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        calibration.save(tmp_path / "file" / "rerank.json")


def test_damaged_missing_and_foreign_calibrations_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rerank.json"
    with pytest.raises(ArtifactMissing):
        RerankCalibration.open(path, "fake")
    USED.save(path)
    with pytest.raises(ArtifactVersion, match="made for the reranker fake, not other"):
        RerankCalibration.open(path, "other")
    whole = path.read_bytes()
    for broken in (
        whole[: len(whole) // 2],
        b"\xff",
        b"[]",
        whole.replace(b"1.25", b"null"),
        whole.replace(b',"score":1.25', b"").replace(b'"score":1.25,', b""),
        whole.replace(b"1.25", b"1e999"),
        whole.replace(b'"article"', b'"other"'),
    ):
        path.write_bytes(broken)
        with pytest.raises(ArtifactCorrupt):
            RerankCalibration.open(path, "fake")
    path.write_bytes(whole.replace(b'"format_version":1', b'"format_version":2'))
    with pytest.raises(ArtifactVersion, match="version 2"):
        RerankCalibration.open(path, "fake")


def design(trials: Sequence[Trial]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels and weights of questions, worked out hit by hit."""
    rows, right, weight = [], [], []
    for trial in trials:
        for at, score in enumerate(trial.raw):
            rows.append([logit(trial.fused[at]), score, score - np.delete(trial.raw, at).max()])
            right.append(trial.right[at])
            weight.append(1 / sum(len(other.raw) for other in trials if other.question == trial.question))
    return np.array(rows), np.array(right), np.array(weight) * len(rows) / sum(weight)


def test_the_fit_is_that_of_scikit_learn_and_of_brute_force() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    # Questions of unequal size, two of them asked twice.
    trials = [replace(trial, question=max(trial.question, 2)) for trial in asked(80, 5)]
    trials = [
        replace(trial, fused=trial.fused[: 3 + i % 6], raw=trial.raw[: 3 + i % 6], right=trial.right[: 3 + i % 6])
        for i, trial in enumerate(trials)
    ]
    calibration, (_, of_nb) = fit_calibration(trials, "fake")
    assert of_nb.used
    assert of_nb.questions == 78
    rows, right, weight = design(trials)
    found = np.concatenate([calibration.probabilities(t.fused, t.raw, "article", "nb") for t in trials])

    scaler = StandardScaler().fit(rows, sample_weight=weight)
    model = LogisticRegression(tol=1e-10, max_iter=10_000).fit(scaler.transform(rows), right, sample_weight=weight)
    np.testing.assert_allclose(found, model.predict_proba(scaler.transform(rows))[:, 1], atol=1e-5)

    def loss(free: np.ndarray) -> float:
        z = scaler.transform(rows) @ free[:3] + free[3]
        return float(weight @ np.logaddexp(0, np.where(right, -z, z)) + free[:3] @ free[:3] / 2)

    best = minimize(loss, np.zeros(4), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5000})
    np.testing.assert_allclose(found, expit(scaler.transform(rows) @ best.x[:3] + best.x[3]), atol=1e-4)


def test_a_helpful_reranker_is_used_and_its_probabilities_hold() -> None:
    calibration, judged = fit_calibration(asked(300, 6), "fake")
    assert [(one.language, one.questions, one.used) for one in judged] == [(ALL, 300, True), ("nb", 300, True)]
    assert judged[0].after < 0.6 * judged[0].rescaled <= 0.6 * judged[0].before
    fresh = asked(300, 6, seed=1)
    found = np.concatenate([calibration.probabilities(t.fused, t.raw, "article", "nb") for t in fresh])
    right = np.concatenate([t.right for t in fresh])
    assert found.mean() == pytest.approx(right.mean(), abs=0.02)
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0)):
        inside = (found >= low) & (found < high)
        assert found[inside].mean() == pytest.approx(right[inside].mean(), abs=0.1)
    # What was measured on held-out questions is what new questions see.
    losses = [-np.log(np.where(t.right, p, 1 - p)).mean() for t, p in zip(fresh, np.split(found, 300), strict=True)]
    assert np.mean(losses) == pytest.approx(judged[0].after, abs=0.02)


@pytest.mark.parametrize("strength", [0.0, 0.2])
def test_a_reranker_that_knows_nothing_changes_nothing(strength: float) -> None:
    for seed in range(5):
        calibration, judged = fit_calibration(asked(100, strength, seed=seed), "fake")
        assert not any(one.used for one in judged)
        assert not calibration.uses("article", "nb")
        assert not calibration.uses("article")


def test_a_new_scale_alone_is_no_merit_of_the_reranker() -> None:
    trials = [replace(trial, fused=expit(3 * logit(trial.fused) + 2)) for trial in asked(200, 0)]
    calibration, judged = fit_calibration(trials, "fake")
    assert judged[0].after < 0.9 * judged[0].before
    assert not judged[0].used
    assert not calibration.uses("article", "nb")


def test_a_reranker_that_scores_upside_down_does_no_harm() -> None:
    calibration, _ = fit_calibration(asked(200, -6), "fake")
    losses = []
    for trial in asked(200, -6, seed=1):
        both = (trial.fused, calibration.probabilities(trial.fused, trial.raw, "article", "nb"))
        losses.append([-np.log(np.where(trial.right, p, 1 - p)).mean() for p in both])
    before, after = np.mean(losses, axis=0)
    assert after <= before


def test_each_language_with_enough_questions_decides_for_itself() -> None:
    trials = [
        *asked(150, 6, language="nb"),
        *asked(80, 0, language="fi", seed=1, first=150),
        *asked(20, 6, language="da", seed=2, first=230),
    ]
    calibration, judged = fit_calibration(trials, "fake")
    assert {one.language: one.used for one in judged} == {ALL: True, "fi": False, "nb": True}
    assert calibration.weights["article"]["fi"] == UNCHANGED
    assert calibration.uses("article", "da")
    hits = [hit("a", 0.2), hit("b", 0.1)]
    assert rerank(hits, "q", Fake(lambda text: ord(text) * 5.0), calibration, language="fi") == tuple(hits)


def test_too_few_questions_change_nothing() -> None:
    few = asked(FEWEST_QUESTIONS - 1, 8)
    assert fit_calibration(few, "fake") == (RerankCalibration(reranker="fake", weights={}), ())
    assert fit_calibration([], "fake")[1] == ()
    # Versions of one question are one question; what found nothing is none.
    versions = [*few, *few, Trial(999, "article", np.zeros(0), np.zeros(0), np.zeros(0, bool), "nb")]
    assert fit_calibration(versions, "fake")[1] == ()
    both = fit_calibration([*few, *asked(60, 8, pool="macro")], "fake")[0]
    assert both.uses("macro")
    assert not both.uses("article")


@pytest.mark.parametrize("right", [True, False])
def test_questions_that_are_all_right_or_all_wrong_teach_nothing(right: bool) -> None:
    trials = [replace(trial, right=np.full(8, right)) for trial in asked(60, 5)]
    assert not fit_calibration(trials, "fake")[0].uses("article", "nb")
    trials[0] = replace(trials[0], right=np.arange(8) == 1)
    assert not fit_calibration(trials, "fake")[0].uses("article", "nb")


def test_lone_hits_and_constant_scores_are_no_obstacle() -> None:
    lone = [replace(t, fused=t.fused[:1], raw=t.raw[:1], right=t.right[:1]) for t in asked(300, 8)]
    assert fit_calibration(lone, "fake")[0].weights["article"]["nb"].lead == 0
    constant = [replace(t, raw=np.full(8, 3.0)) for t in asked(60, 0)]
    assert not fit_calibration(constant, "fake")[0].uses("article", "nb")


def test_the_fit_does_not_depend_on_the_order_of_trials_or_the_numbers_of_questions() -> None:
    trials = asked(120, 4)
    one, judged = fit_calibration(trials, "fake")
    assert fit_calibration(trials, "fake") == (one, judged)
    other, turned = fit_calibration([replace(t, question=t.question * 7 + 3) for t in trials[::-1]], "fake")
    assert turned[0].after == pytest.approx(judged[0].after)
    assert msgspec.structs.astuple(other.weights["article"]["nb"]) == pytest.approx(
        msgspec.structs.astuple(one.weights["article"]["nb"]), abs=1e-4
    )


def test_trials_that_do_not_fit_are_refused() -> None:
    good = asked(60, 5)
    for changed in (
        {"raw": np.zeros(7)},
        {"raw": np.zeros(0)},
        {"raw": np.full(8, np.nan)},
        {"fused": np.full(8, 1.5)},
        {"right": np.zeros(7, bool)},
        {"right": np.zeros(8)},
    ):
        with pytest.raises(DataError):
            fit_calibration([*good, replace(good[0], **changed)], "fake")


def test_names_of_rerankers(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="no reranker 'magic'"):
        load_reranker("magic")
    with pytest.raises(ConfigError, match="name a model"):
        load_reranker("transformers:")
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("sentence_transformers"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"replyassist\[transformers\]"):
        load_reranker("transformers:some/model")


def test_a_fake_keeps_the_contract() -> None:
    reranker: Reranker = Fake()
    assert raw_scores(reranker, "q", [hit("a", 0.1)]).dtype == np.float64


WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "hvor", "er", "pakken", "min", "retur", "faktura", "posten", ".")


def tiny_model(folder: Path, kind: str = "BertForSequenceClassification", labels: int = 1) -> Path:
    """Save a random BERT and a tokenizer of a few words."""
    import torch
    import transformers
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import BertProcessing

    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=24,
        num_labels=labels,
        initializer_range=1.0,
    )
    torch.manual_seed(0)
    getattr(transformers, kind)(config).save_pretrained(folder)
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    words.post_processor = BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    return folder


def needs_transformers(test: Callable[..., None]) -> Callable[..., None]:
    for mark in ("ignore::DeprecationWarning", "ignore::FutureWarning"):
        test = pytest.mark.filterwarnings(mark)(test)
    return pytest.mark.transformers(test)


@needs_transformers
def test_a_cross_encoder_gives_its_raw_scores(tmp_path: Path) -> None:
    library = pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")
    import torch

    folder = tiny_model(tmp_path / "model")
    reranker = load_reranker(f"transformers:{folder}")
    assert reranker.name == f"transformers:{folder}"
    query, texts = "hvor er pakken min", ["pakken er posten", "retur .", "faktura " * 500, "min " * 500 + "retur"]
    found = reranker.scores(query, texts)
    model = library.CrossEncoder(str(folder), local_files_only=True)
    direct = model.predict([(query, text) for text in texts], activation_fn=torch.nn.Identity())
    np.testing.assert_allclose(found, direct, atol=1e-5)
    squashed = model.predict([(query, text) for text in texts])
    np.testing.assert_allclose(expit(found), squashed, atol=1e-5)
    assert found.dtype == np.float64
    assert len(set(found.round(3))) == 4
    # Cut by the model: what comes after is not read.
    assert reranker.scores(query, ["min " * 500]) == pytest.approx(found[3], abs=1e-5)
    assert reranker.scores(query, []).shape == (0,)
    calibration = RerankCalibration(reranker=reranker.name, weights={"article": {ALL: Weights(0.0, 1.0, 0.0, 0.0)}})
    hits = rerank([hit("a", 0.5, text=texts[0]), hit("b", 0.4, text=texts[1])], query, reranker, calibration)
    assert sorted(one.relevance for one in hits) == pytest.approx(sorted(expit(found[:2])), abs=1e-5)


@needs_transformers
def test_models_that_are_no_rerankers_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")
    import torch
    from safetensors.torch import load_file

    for kind, labels in (("BertModel", 1), ("BertForSequenceClassification", 3)):
        with pytest.raises(ConfigError, match="choose a cross-encoder"):
            CrossEncoderReranker(str(tiny_model(tmp_path / f"{kind}{labels}", kind, labels)))
    folder = tiny_model(tmp_path / "pickled")
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    assert load_reranker(f"transformers:{folder}").scores("er", ["min"]).shape == (1,)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ArtifactMissing, match="safetensors"):
        load_reranker(f"transformers:{folder}")
    folder = tiny_model(tmp_path / "behind")
    (folder / "2_Dense").mkdir()
    torch.save({}, folder / "2_Dense" / "pytorch_model.bin")
    with pytest.raises(ArtifactMissing, match="safetensors"):
        load_reranker(f"transformers:{folder}")
    folder = tiny_model(tmp_path / "cut")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArtifactMissing, match="intact"):
        load_reranker(f"transformers:{folder}")
    with pytest.raises(ArtifactMissing, match="REPLYASSIST_ALLOW_DOWNLOAD"):
        load_reranker("transformers:nobody/no-such-model")
