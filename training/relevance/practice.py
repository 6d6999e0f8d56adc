"""Questions with known answers, made from articles, to fit how candidates are ranked.

An article loses its title and its first sentence; these become questions that the rest of it must answer.
Some are asked alone, some inside the frame of a customer's message. For a third of the articles the answer
is hidden, with its translations: whatever is found for their questions is wrong. For the others only the
translations are hidden. So the model learns what a right source looks like, among others in five languages,
and what it looks like when there is none. Finding the answer in another language is left out on purpose: one
set of weights cannot serve both, and when asked to, it ranked worse within a language than BM25 alone.

This is a stand-in for real tickets: titles and first sentences share the article's wording more than
customers do. It says what distinguishes articles of this corpus from each other, not how customers write.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.embed import Encoder
from replyassist.retrieve.fusion import FEATURES
from replyassist.retrieve.index import build_index
from replyassist.retrieve.retriever import Retriever
from replyassist.retrieve.store import Store, served_as
from replyassist.retrieve.table import NO_GROUP, Ints, Mask, RowTable
from replyassist.text.sentences import split_sentences
from replyassist.types import Article

_MIN_WORDS = 15

Hide = Literal["answer", "translations"]
_HIDES: tuple[Hide, ...] = ("answer", "translations", "translations")

_FRAMES = {
    "nb": "Hei! {} Kan dere hjelpe meg med dette? Hilsen Kari",
    "sv": "Hej! {} Kan ni hjälpa mig med det här? Vänliga hälsningar Anna",
    "da": "Hej. {} Kan I hjælpe mig med det? Venlig hilsen Mette",
    "fi": "Hei! {} Voisitteko auttaa tämän kanssa? Terveisin Laura",
    "en": "Hi, {} Could you help me with this? Thanks, Sarah",
}


@dataclass(frozen=True)
class Question:
    """What is asked, in which language, about which article, and what of it is hidden meanwhile."""

    text: str
    language: str | None
    article_id: str
    hide: Hide = "translations"


@dataclass(frozen=True)
class Trials:
    """Candidates of many questions: features (m, len(FEATURES)), labels (m,), and which they answer (m,)."""

    features: npt.NDArray[np.float64]
    relevant: npt.NDArray[np.bool_]
    question: npt.NDArray[np.int64]
    questions: int

    def where(self, chosen: npt.NDArray[np.bool_]) -> Trials:
        """Return the trials of the questions marked in ``chosen`` (number of questions,)."""
        kept = chosen[self.question]
        return Trials(self.features[kept], self.relevant[kept], self.question[kept], self.questions)

    @classmethod
    def joined(cls, parts: Sequence[Trials]) -> Trials:
        """Return the trials of several rounds as one; questions are numbered on."""
        offsets = np.cumsum([0, *(part.questions for part in parts)])
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.relevant for part in parts]),
            np.concatenate([part.question + offset for part, offset in zip(parts, offsets, strict=False)]),
            int(offsets[-1]),
        )


def stripped(article: Article) -> Article | None:
    """Return ``article`` without title and first sentence, or none when too little would be left."""
    sentences = split_sentences(article.body)
    if len(sentences) < 2 or not article.title.strip():
        return None
    body = article.body[sentences[1].start :]
    if len(body.split()) < _MIN_WORDS:
        return None
    return msgspec.structs.replace(article, title="", body=body)


def questions(article: Article) -> list[Question]:
    """Return what is asked about ``article``: its title, its first sentence, and both as a message."""
    first = split_sentences(article.body)[0].text
    frame = _FRAMES.get(article.language or "", "{}")
    texts = (article.title, first, frame.format(f"{article.title}. {first}"))
    hide = _HIDES[_number(article.group or article.id) % len(_HIDES)]
    return [Question(text, article.language, article.id, hide) for text in texts]


def run_trials(corpus: Sequence[Article], asked: Sequence[Question], encoder: Encoder) -> Trials:
    """Index ``corpus``, ask every question, and mark which candidates belong to its article or a translation."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with Store.create(folder / "store.sqlite") as store:
            store.put(corpus)
            build_index(folder, store, encoder)
            retriever = Retriever.open(folder, store, encoder)
            return _trials(retriever, asked, encoder)


def _trials(retriever: Retriever, asked: Sequence[Question], encoder: Encoder) -> Trials:
    table = retriever.table
    number = {name: i for i, name in enumerate(table.names.documents)}
    # A source is a document with its translations: what is shown, and right or wrong, as one.
    source = np.where(table.group == NO_GROUP, -2 - table.document, table.group)
    vectors = encoder.encode([question.text for question in asked], kind="query")
    features, relevant, owner = [], [], []
    for i, question in enumerate(asked):
        own = source == source[np.argmax(table.document == number[question.article_id])]
        allowed = ~_hidden(question, own, table)
        found = retriever.candidates(question.text, allowed, language=question.language, vector=vectors[i])
        best = _best_of_each(source[found.rows], found.lexical + found.dense)
        features.append(found.features[best])
        relevant.append(own[found.rows[best]])
        owner.append(np.full(len(best), i))
    return Trials(
        np.concatenate([np.zeros((0, len(FEATURES))), *features]),
        np.concatenate([np.zeros(0, bool), *relevant]),
        np.concatenate([np.zeros(0, np.int64), *owner]),
        len(asked),
    )


def _hidden(question: Question, own: Mask, table: RowTable) -> Mask:
    """Return the rows that are kept from the question."""
    if question.hide == "answer":
        return own
    other: Mask = table.language != table.language_code(served_as(question.language))
    return own & other


def _best_of_each(source: Ints, scores: npt.NDArray[np.float64]) -> Ints:
    """Return the position of the highest score of each source."""
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(source[order], return_index=True)
    best: Ints = order[np.sort(first)]
    return best


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
