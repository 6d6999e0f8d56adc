"""Held-out articles: how often a title finds its body, in its own language and in the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.encoder.peers import Encode
from benchmarks.lexical_engines import SNOWBALL
from replyassist.retrieve.lexical import words
from replyassist.types import LANGUAGES
from training.nordic.heldout import Documentation

Scores = NDArray[np.float64]
Scorer = Callable[[Sequence[str], Sequence[str], str, str], Scores]
"""Queries, bodies, the language of each: one row of scores per query."""

DEPTH = 10
RRF = 60


def title_to_body(articles: Sequence[Documentation], part: str, systems: Mapping[str, Encode]) -> dict[str, Any]:
    """Return recall@10 over the held-out articles of the support set, per language and across."""
    mine = [one for one in articles if one.part == part and one.id.startswith("alchemy/")]
    by_language = {language: {one.id: one for one in mine if one.language == language} for language in LANGUAGES}
    scorers: dict[str, Scorer] = {name: _dense(encode) for name, encode in systems.items()}
    if find_spec("bm25s") and find_spec("Stemmer"):
        scorers["BM25, stems"] = bm25
        scorers["BM25, stems + character TF-IDF (RRF)"] = lambda *given: _fused(bm25(*given), characters(*given))
    scorers["character TF-IDF 3-5"] = characters
    return {name: _recalls(by_language, scorer) for name, scorer in scorers.items()} | {
        "articles": {language: len(found) for language, found in by_language.items()}
    }


def _recalls(by_language: Mapping[str, Mapping[str, Documentation]], scorer: Scorer) -> dict[str, Any]:
    found: dict[str, Any] = {"same": {}, "cross": {}}
    for one in LANGUAGES:
        for other in LANGUAGES:
            ids = {name: place for place, name in enumerate(by_language[other])}
            asked = [article for name, article in by_language[one].items() if name in ids]
            bodies = [article.body for article in by_language[other].values()]
            scores = scorer([article.title for article in asked], bodies, one, other)
            own = scores[np.arange(len(asked)), [ids[article.id] for article in asked]]
            # A tie counts against the right one: nothing found is not found.
            better = (scores >= own[:, None]).sum(axis=1) - 1
            recall = round(float(((better < DEPTH) & (own > 0)).mean()), 4)
            found["same" if one == other else "cross"][one if one == other else f"{one}>{other}"] = recall
    return found | {f"mean {kind}": round(float(np.mean(list(values.values()))), 4) for kind, values in found.items()}


def _dense(encode: Encode) -> Scorer:
    return lambda asked, bodies, one, other: (encode(asked, "query") @ encode(bodies, "passage").T).astype(np.float64)


def bm25(asked: Sequence[str], bodies: Sequence[str], one: str, other: str) -> Scores:
    """Score with bm25s (Lucene's formula) over Snowball stems."""
    import bm25s
    import Stemmer

    asking, held = (Stemmer.Stemmer(SNOWBALL[language]) for language in (one, other))
    index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    index.index([held.stemWords(words(body)) for body in bodies], show_progress=False)
    known = index.vocab_dict
    scores = np.zeros((len(asked), len(bodies)))
    for row, text in enumerate(asked):
        ids = sorted({known[stem] for stem in asking.stemWords(words(text)) if stem in known})
        if ids:
            scores[row] = index.get_scores_from_ids(ids)
    return scores


def characters(asked: Sequence[str], bodies: Sequence[str], one: str, other: str) -> Scores:
    """Score by the cosine of TF-IDF over character 3- to 5-grams within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    held = vectorizer.fit_transform(bodies)
    scores: Scores = (vectorizer.transform(asked) @ held.T).toarray()
    return scores


def _fused(*tables: Scores) -> Scores:
    """Join by reciprocal rank (Cormack et al. 2009)."""
    total = np.zeros_like(tables[0])
    for scores in tables:
        ranks = (-scores).argsort(axis=1, kind="stable").argsort(axis=1)
        total += np.where(scores > 0, 1 / (RRF + 1 + ranks), 0)
    return total
