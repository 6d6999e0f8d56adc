"""Which language a message is written in: nb, nn, sv, da, fi, en or another one.

Made for support inboxes, where messages are short, sloppily typed and the Scandinavian languages must be told
apart. The model is linear over hashed character n-grams (1 to 5, within words), whole words and word pairs
[1]_; its weights are int8, so a score is an exact integer sum that does not depend on how messages are batched.
Training recipe: ``training/language``; figures and weaknesses: ``models/language/README.md``.

.. [1] W. B. Cavnar and J. M. Trenkle, "N-Gram-Based Text Categorization", SDAIR 1994; feature hashing after
   K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ArtifactVersion
from replyassist.model_files import model_folder

LABELS = ("nb", "nn", "sv", "da", "fi", "en", "other")
"""What :func:`identify` can answer, in the order of the model's columns."""

MAX_CHARACTERS = 1000
"""How much of a text is read: enough to be sure of its language, and a bound on the cost of huge input."""

FORMAT_VERSION = 1

_MAX_WORD = 32
_MAX_ORDER = 5
_BATCH = 2048
_SCRIPT_PROBABILITY = 0.999

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NOT_LATIN = re.compile(r"[^\x00-\u02af\u0300-\u036f\u1e00-\u1eff\u2000-\u2bff\ufe00-\ufe0f\U0001f000-\U0001ffff]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u02af\u1e00-\u1eff]")

_U64 = np.uint64
_POSITION = np.cumprod(np.full(_MAX_WORD + 2, 0x9E3779B97F4A7C15, dtype=_U64), dtype=_U64)
_MIX = _U64(0xD6E8FEB86659FD93)
_PAIR = _U64(0xA24BAED4963EE407)


class Identified(NamedTuple):
    """A language (one of :data:`LABELS`) and the calibrated probability that it is right."""

    language: str
    probability: float


UNREADABLE = Identified("other", 0.0)
"""The answer for text without a single letter: nothing is known."""


def identify(text: str) -> Identified:
    """Identify the language of ``text``.

    Addresses, links and digits are ignored and only the first :data:`MAX_CHARACTERS` characters are read.
    Text without letters gives :data:`UNREADABLE`.

    Raises:
        ArtifactError: the shipped model is missing or damaged.

    >>> identify("Hvor er pakken min?").language
    'nb'
    """
    return identify_many([text])[0]


def identify_many(texts: Sequence[str]) -> list[Identified]:
    """Identify the language of each of ``texts``; equal to calling :func:`identify` on each, but faster."""
    found: list[Identified] = []
    for start in range(0, len(texts), _BATCH):
        found += _identify_batch(texts[start : start + _BATCH])
    return found


def _identify_batch(texts: Sequence[str]) -> list[Identified]:
    found = [UNREADABLE] * len(texts)
    rows: list[int] = []
    messages: list[list[str]] = []
    for row, text in enumerate(texts):
        readable = normalize(text)
        if not readable.isascii() and _is_foreign_script(readable):
            found[row] = Identified("other", _SCRIPT_PROBABILITY)
        elif words := split_words(readable):
            rows.append(row)
            messages.append(words)
    if messages:
        for row, logits in zip(rows, _model().logits(messages).tolist(), strict=True):
            found[row] = _decide(logits)
    return found


def normalize(text: str) -> str:
    """Return the part of ``text`` that is read: capped, NFKC, lower case, without addresses and links."""
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:MAX_CHARACTERS]
    if "@" in text or "://" in text or "www." in text:
        chunks = text.split()
        text = " ".join(c for c in chunks if not ("@" in c or "://" in c or c.startswith("www.")))
    return text.lower()


def split_words(readable: str) -> list[str]:
    """Return the words of normalised text, each cut at 32 characters."""
    words: list[str] = _WORD.findall(readable)
    if max(map(len, words), default=0) > _MAX_WORD:
        words = [word[:_MAX_WORD] for word in words]
    return words


def _is_foreign_script(readable: str) -> bool:
    """Tell whether most letters are of a script that none of our languages is written in."""
    foreign = sum(map(str.isalpha, _NOT_LATIN.findall(readable)))
    return foreign > 0 and foreign >= len(_LATIN_LETTER.findall(readable))


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of a batch of messages.

    ``word_keys`` holds the n-gram and whole-word keys of every *distinct* word, those of word ``w`` from
    ``word_starts[w]`` on; ``tokens`` the distinct-word number of every running word, those of message ``m``
    from ``starts[m]`` on; ``pair_keys`` three keys per running word, for it and the word before it (the
    message's beginning for the first): both whole, then only the ending of the one or the other. Endings carry
    what tells neighbours apart: the possessive of "pakken min" is Norwegian, that of "min pakke" Danish.
    """

    word_keys: NDArray[np.uint32]
    word_starts: NDArray[np.int64]
    tokens: NDArray[np.int64]
    starts: NDArray[np.int64]
    pair_keys: NDArray[np.uint32]


_WordKeys = tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]


def extract_features(messages: Sequence[Sequence[str]]) -> Features:
    """Hash the words of ``messages``, none of them empty, to 32-bit feature keys."""
    number: dict[str, int] = {}
    tokens = np.array([number.setdefault(w, len(number)) for ws in messages for w in ws], dtype=np.int64)
    lengths = np.fromiter(map(len, messages), dtype=np.int64, count=len(messages))
    starts = np.cumsum(lengths) - lengths
    keys, word_starts, hashes, endings = _word_keys(list(number))
    pairs = np.empty((len(tokens), 3), dtype=np.uint32)
    for column, (left, right) in enumerate(((hashes, hashes), (endings, hashes), (hashes, endings))):
        previous = np.empty(len(tokens), dtype=_U64)
        previous[1:] = left[tokens[:-1]]
        previous[starts] = 0
        pairs[:, column] = _finish(previous * _PAIR + right[tokens] * _MIX, salt=_MAX_ORDER + 2 + column)
    return Features(keys, word_starts, tokens, starts, pairs)


def _word_keys(words: list[str]) -> _WordKeys:
    """Return the feature keys of ``words`` grouped by word, group starts, word hashes, and ending hashes.

    An n-gram's hash is the polynomial sum of its code points in a word padded by one space on each side.
    """
    sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words)) + 2
    codes = np.frombuffer("".join(f" {w} " for w in words).encode("utf-32-le"), dtype="<u4").astype(_U64)
    begins = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(words)), sizes)
    left = sizes[owner] - (np.arange(len(codes)) - begins[owner])
    whole = np.add.reduceat(codes * _POSITION[sizes[owner] - left], begins)
    keys, owners = [_finish(whole, salt=_MAX_ORDER + 1)], [np.arange(len(words))]
    rolling = np.zeros(len(codes), dtype=_U64)
    for order in range(1, min(_MAX_ORDER, len(codes)) + 1):
        rolling[: len(codes) - order + 1] += codes[order - 1 :] * _POSITION[order - 1]
        inside = left >= order if order > 1 else codes != ord(" ")
        keys.append(_finish(rolling[inside], salt=order))
        owners.append(owner[inside])
    all_owners = np.concatenate(owners)
    grouped = np.argsort(all_owners, kind="stable")
    counts = np.bincount(all_owners, minlength=len(words))
    ends = begins + sizes - 1
    endings = codes[np.maximum(ends - 2, begins)] * _POSITION[0] + codes[ends - 1] * _POSITION[1]
    return np.concatenate(keys)[grouped], np.cumsum(counts) - counts, whole, endings


def _finish(values: NDArray[np.uint64], *, salt: int) -> NDArray[np.uint32]:
    """Mix 64-bit sums into well-spread 32-bit keys, apart for every kind of feature."""
    mixed = (values + _U64(salt)) * _MIX
    mixed ^= mixed >> _U64(32)
    mixed *= _MIX
    return (mixed >> _U64(32)).astype(np.uint32)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Weights by feature key, and what turns their sums into calibrated probabilities.

    ``keys`` (n) are sorted and end with the largest 32-bit number, whose row of ``weights`` (n, labels) is
    zero and stands for every unknown feature. ``factor[c]`` scales the sums of a message of ``c`` letters;
    ``sharpness[c]`` is its inverse temperature.
    """

    keys: NDArray[np.uint32]
    weights: NDArray[np.int32]
    bias: NDArray[np.float64]
    factor: NDArray[np.float64]
    sharpness: NDArray[np.float64]

    def logits(self, messages: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return calibrated logits (messages, labels) of messages given as their words, none empty."""
        features = extract_features(messages)
        by_word = np.add.reduceat(self._lookup(features.word_keys), features.word_starts, axis=0)
        by_token = by_word[features.tokens] + self._lookup(features.pair_keys).sum(axis=1)
        sums = np.add.reduceat(by_token, features.starts, axis=0)
        letters = np.array([min(sum(map(len, words)), MAX_CHARACTERS) for words in messages])
        scores = sums * self.factor[letters, None] + self.bias
        calibrated: NDArray[np.float64] = scores * self.sharpness[letters, None]
        return calibrated

    def _lookup(self, keys: NDArray[np.uint32]) -> NDArray[np.int32]:
        place = np.searchsorted(self.keys, keys)
        place[self.keys[place] != keys] = -1
        return self.weights[place]


def load_model(folder: Path) -> LanguageModel:
    """Load a model written by ``training/language``.

    Raises:
        ArtifactMissing: a file is not there.
        ArtifactVersion: written in a format this release does not read.
        ArtifactCorrupt: unreadable, or not what its configuration says.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        config = json.loads((folder / "config.json").read_bytes())
        if config["format_version"] != FORMAT_VERSION:
            raise ArtifactVersion(f"{folder} has format {config['format_version']}, not {FORMAT_VERSION}")
        tensors = load_file(folder / "weights.safetensors")
        return _assemble(config, tensors)
    except FileNotFoundError as error:
        raise ArtifactMissing(f"{error.filename} is missing; reinstall replyassist") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        reason = type(error).__name__
        raise ArtifactCorrupt(f"the model in {folder} is unreadable ({reason}); reinstall replyassist") from None


def _assemble(config: dict[str, Any], tensors: dict[str, NDArray[Any]]) -> LanguageModel:
    keys, weights = tensors["keys"], tensors["weights"]
    sound = (
        tuple(config["labels"]) == LABELS
        and keys.dtype == np.uint32
        and weights.dtype == np.int8
        and weights.shape == (len(keys), len(LABELS))
        and bool(np.all(keys[1:] > keys[:-1]))
    )
    if not sound:
        raise ValueError
    sizes = np.arange(MAX_CHARACTERS + 1).clip(1)
    return LanguageModel(
        keys=np.append(keys, np.uint32(0xFFFFFFFF)),
        weights=np.vstack([weights, np.zeros_like(weights, shape=(1, len(LABELS)))]).astype(np.int32),
        bias=np.array(config["bias"], dtype=np.float64),
        factor=config["scale"] / np.sqrt(sizes),
        sharpness=np.interp(np.log(sizes), np.log(config["calibration_letters"]), config["sharpness"]),
    )


def _decide(logits: list[float]) -> Identified:
    best = max(logits)
    # math.exp rather than numpy: the vectorised one may round differently by position in the array.
    total = math.fsum(math.exp(logit - best) for logit in logits)
    return Identified(LABELS[logits.index(best)], 1.0 / total)


@cache
def _model() -> LanguageModel:
    return load_model(model_folder("language"))
