"""From the data sets to what a training run reads: texts as numbers of words, features, lessons of the teacher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import read
from replyassist.types import LANGUAGES
from training.nordic.heldout import Documentation, Translations, number
from training.nordic.sources import (
    Pool,
    Source,
    article_sources,
    corpus_sources,
    parallel_sources,
    question_sources,
)
from training.nordic.train import Lessons, Material
from training.nordic.vocabulary import Vocabulary, chosen, composed, frequencies, misspelt, numbered

ENGLISH = LANGUAGES.index("en")
TAUGHT_SHARE = {"documentation": 0.25, "alchemy": 0.25, "body-rest": 0.0}
"""How much of a source's English the teacher encodes; of the others all."""

INTENT_SETS = ("banking77.train", "clinc150.train", "bitext_intents.train", "bitext_replies.train")
"""Read without their labels: only as English for the teacher."""

EMPHASIS = {"documentation": 0.1, "alchemy": 0.2, "conversation": 1.0, "interface": 1.0}
"""How much a text counts for word frequencies; product documentation would drown everything else."""

EVERYDAY = "conversation"
_OTHER_EMPHASIS = 5.0
_INTENT_EMPHASIS = 3.0
_MISSPELLINGS = 2


@dataclass(frozen=True)
class Size:
    """How many whole words and n-grams are known."""

    words: int = 28_000
    grams: int = 68_000


def gather(articles: Sequence[Documentation], translations: Translations) -> tuple[list[Source], Pool]:
    """Return every training source, and their texts."""
    pool = Pool()
    asked = question_sources(pool)
    sources = [*parallel_sources(translations.train, pool), *article_sources(articles, pool)]
    return [*sources, *corpus_sources(pool), *asked], pool


def english_texts(sources: Iterable[Source], pool: Pool) -> NDArray[np.int32]:
    """Return the numbers of the English texts that the teacher encodes; those of the intent sets join the pool."""
    found: set[int] = set()
    for source in sources:
        share = TAUGHT_SHARE.get(source.name, 1.0)
        for side in (source.left, source.right):
            mine = side[side[:, ENGLISH] >= 0, ENGLISH]
            found |= {int(text) for text in mine if number("teach " + pool.texts[text]) % 100 < 100 * share}
    found |= {pool.add(row["text"], "en") for name in INTENT_SETS for row in read(name)}
    return np.array(sorted(found), dtype=np.int32)


def lessons_of(english: NDArray[np.int32], vectors: NDArray[np.float32], sources: Iterable[Source]) -> Lessons:
    """Return the taught texts with their translations."""
    texts = np.full((len(english), len(LANGUAGES)), -1, dtype=np.int32)
    texts[:, ENGLISH] = english
    for source in sources:
        if source.translations:
            place = np.searchsorted(english, source.left[:, ENGLISH]).clip(max=len(english) - 1)
            known = english[place] == source.left[:, ENGLISH]
            rows = source.left[known]
            texts[place[known]] = np.where(rows >= 0, rows, texts[place[known]])
    return Lessons(texts, vectors)


def material_of(sources: Sequence[Source], pool: Pool, lessons: Lessons, size: Size) -> tuple[Material, Vocabulary]:
    """Return what a run reads, and the features it trains."""
    known: dict[str, int] = {}
    bags = numbered(pool.texts, known)
    emphasis = _emphasis(sources, len(pool.texts))
    words = list(known)
    shares = frequencies(bags, pool.languages, emphasis, len(words))
    counts = np.bincount(bags.words, np.repeat(emphasis, np.diff(bags.starts)), len(words)).astype(np.float32)
    vocabulary = chosen(words, counts, shares, whole=size.words, grams=size.grams)
    wrong = [known.setdefault(word, len(known)) for word in misspelt(words, _MISSPELLINGS)]
    variants = np.array(wrong, dtype=np.int32).reshape(-1, _MISSPELLINGS)
    number_of = {language: row for row, language in enumerate(LANGUAGES)}
    material = Material(
        bags=bags,
        variants=variants,
        composition=composed(list(known), vocabulary),
        sources=sources,
        lessons=lessons,
        languages=np.array([number_of[language] for language in pool.languages], dtype=np.int32),
        everyday=_everyday(sources),
    )
    return material, vocabulary


def _everyday(sources: Iterable[Source]) -> list[NDArray[np.int32]]:
    """Return the numbers of the conversational texts of each language."""
    found = [source.left for source in sources if source.name == EVERYDAY]
    rows = np.concatenate([np.zeros((0, len(LANGUAGES)), np.int32), *found])
    return [column[column >= 0] for column in rows.T]


def _emphasis(sources: Iterable[Source], texts: int) -> NDArray[np.float32]:
    emphasis = np.full(texts, _INTENT_EMPHASIS, dtype=np.float32)
    for source in sources:
        for side in (source.left, source.right):
            emphasis[side[side >= 0]] = EMPHASIS.get(source.name, _OTHER_EMPHASIS)
    return emphasis
