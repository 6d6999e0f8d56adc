"""What a candidate is chosen by: figures on validation parts alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import read
from replyassist.embed import NordicEncoder, TeamEncoder, TeamText, fit_team
from replyassist.types import LANGUAGES
from training.corpus.files import Organisation, organisations
from training.nordic.heldout import NORDIC, Documentation, Pair, number
from training.nordic.sources import asked_text, passage

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


def figures(
    encoder: NordicEncoder, parallel: Mapping[str, Mapping[str, list[Pair]]], articles: Sequence[Documentation]
) -> dict[str, float]:
    """Return every figure of the shipped encoder on the validation parts; ``fitted`` is it as ``build`` fits it."""
    found = translation_accuracy(parallel, encoder.encode)
    found |= {f"title {name}": value for name, value in title_recall(articles, "validation", encoder.encode).items()}
    found |= topic_hits(lambda one: encoder.encode)
    found |= {f"fitted {name}": value for name, value in topic_hits(lambda one: fitted(encoder, one).encode).items()}
    found["banking77 10 shots"] = few_shot(encoder.encode)
    return {name: round(value, 4) for name, value in found.items()}


def fitted(encoder: NordicEncoder, one: Organisation) -> TeamEncoder:
    """Return ``encoder`` fitted to the articles of an organisation, as ``build`` does."""
    return fit_team(encoder, [TeamText(passage(article), article.language, article.topic) for article in one.articles])


def translation_accuracy(parts: Mapping[str, Mapping[str, list[Pair]]], encode: Encode) -> dict[str, float]:
    """Return, per style and language, how often the translation is the nearest of all; both directions' mean."""
    found = {}
    for style, by_language in parts.items():
        for language in NORDIC:
            pairs = by_language[language]
            scores = encode([pair.other for pair in pairs]) @ encode([pair.english for pair in pairs]).T
            right = np.arange(len(pairs))
            found[f"{style} {language}"] = float(
                ((scores.argmax(1) == right).mean() + (scores.argmax(0) == right).mean()) / 2
            )
    return found


def title_recall(articles: Sequence[Documentation], part: str, encode: Encode, k: int = 10) -> dict[str, float]:
    """Return recall@k of bodies by title, in the same language and across, over the held-out alchemy articles."""
    mine = [one for one in articles if one.part == part and one.id.startswith("alchemy/")]
    titles = {language: {one.id: one.title for one in mine if one.language == language} for language in LANGUAGES}
    bodies = {language: {one.id: one.body for one in mine if one.language == language} for language in LANGUAGES}
    asked = {language: encode(list(titles[language].values())) for language in LANGUAGES}
    held = {language: encode(list(bodies[language].values())) for language in LANGUAGES}
    found: dict[str, list[float]] = {"same": [], "cross": []}
    for one in LANGUAGES:
        for other in LANGUAGES:
            ids = {name: place for place, name in enumerate(bodies[other])}
            rows = [(place, ids[name]) for place, name in enumerate(titles[one]) if name in ids]
            scores = asked[one][[row for row, _ in rows]] @ held[other].T
            own = scores[np.arange(len(rows)), [place for _, place in rows]]
            found["same" if one == other else "cross"].append(float(((scores > own[:, None]).sum(1) < k).mean()))
    return {name: float(np.mean(values)) for name, values in found.items()}


def topic_hits(encoder_of: Callable[[Organisation], Encode], split: str = "validation") -> dict[str, float]:
    """Return hit@1 and hit@3 of customer messages among the topics of their organisation, three views."""
    ranks: dict[str, list[int]] = {"all": [], "same": [], "other": []}
    for one in organisations(split):
        messages = [m for m in one.messages if m.topics and m.language in LANGUAGES]
        encode = encoder_of(one)
        scores = encode([asked_text(m) for m in messages]) @ encode([passage(a) for a in one.articles]).T
        topics = sorted({article.topic for article in one.articles})
        topic = np.array([topics.index(article.topic) for article in one.articles])
        language = np.array([article.language for article in one.articles])
        for row, message in enumerate(messages):
            same = language == message.language
            for view, kept in (("all", same | ~same), ("same", same), ("other", ~same)):
                best = np.full(len(topics), -np.inf)
                np.maximum.at(best, topic[kept], scores[row, kept])
                right = [topics.index(name) for name in message.topics if name in topics]
                ranks[view].append(int((best > best[right].max()).sum()))
    return {f"{view} hit@{k}": float((np.array(found) < k).mean()) for view, found in ranks.items() for k in (1, 3)}


def few_shot(encode: Encode, shots: int = 10, draws: int = 3) -> float:
    """Return the accuracy of logistic regression on Banking77's validation tenth, ``shots`` examples per label."""
    from sklearn.linear_model import LogisticRegression

    rows = list(read("banking77.train"))
    held = np.array([number("intent " + row["text"]) % 10 == 0 for row in rows])
    labels = np.array([row["label"] for row in rows])
    vectors = encode([row["text"] for row in rows])
    found = []
    for draw in range(draws):
        order = np.random.default_rng(draw).permutation(np.flatnonzero(~held))
        chosen = np.concatenate([order[labels[order] == label][:shots] for label in np.unique(labels)])
        model = LogisticRegression(C=30, max_iter=1000).fit(vectors[chosen], labels[chosen])
        found.append(model.score(vectors[held], labels[held]))
    return float(np.mean(found))
