"""Find what a message asks for: its sentences, how much each looks like a request, and how they are searched by.

A mail greets, tells a story, thanks and asks; only some of it resembles the article that answers. Each sentence gets
a weight by a linear model over its vector and a few plain signs (question mark, place, length), learned from which
sentences of customers' messages lie closest to the article that answers them (``training/relevance``). The vector is
the built-in encoder's, so one model serves all five languages, whatever encoder the assistant searches with.

A query is then searched by its words, weighted like the sentences they stand in; by one vector of all of it; and by
its sentences apart, so that each of several requests can find its own answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from replyassist.embed import Encoder, shipped_encoder
from replyassist.errors import ArtifactCorrupt, ArtifactMissing
from replyassist.retrieve.lexical import words
from replyassist.text.sentences import split_sentences

Floats = npt.NDArray[np.float32]

SALIENCE_FILE = Path(__file__).with_name("salience.json")
SHARPNESS = 5.0
"""How strongly a sentence is preferred whose predicted closeness is higher; chosen on the validation organisations."""

PARTS = 8
"""Sentences that are searched by apart, those with the highest weight."""

REQUEST, APART, REQUESTS = 0.6, 0.4, 3
"""A sentence asks for something of its own from this share of the highest weight, if its cosine with the others that do
lies below the second; the third is how many are searched by."""

_SENTENCES = 60
"""Sentences that are looked at, from the start; the rest of a very long mail is searched as one more."""

_SIGNS = 4


class Salience(msgspec.Struct, frozen=True, kw_only=True):
    """``closeness = (vector, signs) @ coefficients``, for the vectors of the encoder ``encoder``."""

    encoder: str
    coefficients: tuple[float, ...]
    fitted_on: str

    def closeness(self, sentences: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return how close each of one message's ``sentences`` should come to what answers it (n,); relative."""
        described = describe(sentences)
        result: npt.NDArray[np.float64] = described @ np.array(self.coefficients)
        return result


@cache
def shipped_salience() -> Salience:
    """Return the shipped model.

    Raises:
        ArtifactMissing, ArtifactCorrupt: the installation is incomplete.
    """
    try:
        model = msgspec.json.decode(SALIENCE_FILE.read_bytes(), type=Salience)
    except OSError as error:
        raise ArtifactMissing(f"{SALIENCE_FILE}: missing; install replyassist again") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArtifactCorrupt(f"{SALIENCE_FILE}: damaged; install replyassist again") from error
    encoder = _encoder()
    if model.encoder != encoder.name or len(model.coefficients) != encoder.dim + _SIGNS:
        raise ArtifactCorrupt(f"{SALIENCE_FILE}: made for another encoder; install replyassist again")
    return model


@cache
def _encoder() -> Encoder:
    return shipped_encoder()


def describe(sentences: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the features of one message's sentences, in order (n, dim + 4)."""
    vectors = _encoder().encode(sentences, kind="query")
    last = len(sentences) - 1
    signs = [
        ("?" in one, i == 0 and _is_subject(one), i == last, np.log1p(len(one.split())))
        for i, one in enumerate(sentences)
    ]
    return np.concatenate([vectors, np.array(signs, np.float64).reshape(-1, _SIGNS)], axis=1)


def _is_subject(line: str) -> bool:
    """Say whether a first line looks like the subject of a mail: several words and no mark after them."""
    return line[-1:].isalnum() and len(line.split()) > 1


def sentences_of(text: str) -> list[str]:
    r"""Return the sentences of a message that hold a word; a line break ends one too.

    >>> sentences_of("Pakken\nHei! Hvor er den?")
    ['Pakken', 'Hei!', 'Hvor er den?']
    """
    found = [one.text.strip() for line in text.splitlines() if line.strip() for one in split_sentences(line)]
    found = [one for one in found if words(one)]
    rest = " ".join(found[_SENTENCES:])
    return found[:_SENTENCES] + ([rest] if rest else [])


@dataclass(frozen=True)
class Query:
    """A query ready to be searched by: its ``text``, weighted ``words``, one ``vector`` (dim,), and ``parts`` (p, dim).

    The parts are its weightiest sentences, as vectors of length at most 1; ``requests`` (r, dim) are those that look
    like requests and are about different things, none where there is but one. ``profile`` (labels,) says what the
    customer wants, as probabilities; none where nothing is known of it.
    """

    text: str
    words: Mapping[str, float]
    vector: Floats
    parts: Floats
    requests: Floats
    language: str | None = None
    profile: Floats | None = None


def read_query(
    text: str,
    encoder: Encoder,
    *,
    language: str | None = None,
    vector: Floats | None = None,
    profile: Floats | None = None,
) -> Query:
    """Read ``text``. ``vector`` (dim,) is that of the whole text, if the caller has it."""
    sentences = sentences_of(text)
    if vector is None:
        vector = encoder.encode([text], kind="query")[0]
    if len(sentences) < 2:
        return Query(
            text,
            dict.fromkeys(words(text), 1.0),
            vector,
            vector[None],
            np.zeros((0, len(vector)), np.float32),
            language,
            profile,
        )
    weights = _weights(sentences)
    counted: dict[str, float] = {}
    for sentence, weight in zip(sentences, weights.tolist(), strict=True):
        for word in words(sentence):
            counted[word] = max(counted.get(word, 0.0), weight)
    vectors = encoder.encode(sentences, kind="query")
    lengths = np.sqrt([max(1, len(sentence.split())) for sentence in sentences])
    asked = _unit((weights * lengths) @ vectors)
    chosen = np.sort(np.lexsort((np.arange(len(weights)), -weights))[:PARTS])
    parts = (vectors[chosen] * np.sqrt(weights[chosen])[:, None]).astype(np.float32)
    return Query(text, counted, _unit(asked + vector), parts, _requests(vectors, weights), language, profile)


def _weights(sentences: Sequence[str]) -> npt.NDArray[np.float64]:
    closeness = shipped_salience().closeness(sentences)
    weights: npt.NDArray[np.float64] = np.exp(SHARPNESS * (closeness - closeness.max()))
    return weights


def _requests(vectors: Floats, weights: npt.NDArray[np.float64]) -> Floats:
    """Return the vectors of sentences that look like requests and are about different things, weightiest first."""
    kept: list[int] = []
    for number in np.lexsort((np.arange(len(weights)), -weights)).tolist():
        if weights[number] < REQUEST or len(kept) == REQUESTS:
            break
        if vectors[number].any() and all(float(vectors[number] @ vectors[other]) < APART for other in kept):
            kept.append(number)
    return vectors[kept if len(kept) > 1 else []]


def _unit(vector: npt.NDArray[np.floating]) -> Floats:
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)
