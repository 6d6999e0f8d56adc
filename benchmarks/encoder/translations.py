"""Held-out translations: how often the translation is the nearest of a thousand sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from benchmarks.encoder.peers import Encode
from replyassist.types import LANGUAGES
from training.nordic.heldout import NORDIC, Pair, Translations

Found = dict[str, Any]
Rows = list[tuple[str, str]]


def translation_retrieval(parallel: Translations, split: str, systems: Mapping[str, Encode]) -> Found:
    """Return the accuracy of each system by style: each language to English and back, and between the Nordic ones."""
    held_out = parallel.test if split == "test" else parallel.validation
    found: Found = {}
    for style, by_language in held_out.items():
        between = _between(parallel.nordic_rows(held_out, style))
        found[style] = {name: _measured(by_language, between, encode) for name, encode in systems.items()}
        found[style]["pairs"] = {language: len(pairs) for language, pairs in by_language.items()} | {
            name: len(rows) for name, rows in between.items()
        }
    return found


def _measured(by_language: Mapping[str, list[Pair]], between: Mapping[str, Rows], encode: Encode) -> Found:
    found: Found = {}
    for language, pairs in by_language.items():
        english, other = encode([pair.english for pair in pairs], "query"), encode([p.other for p in pairs], "query")
        found[f"{language}>en"], found[f"en>{language}"] = _accuracy(other, english), _accuracy(english, other)
    nordic: Found = {}
    for name, rows in between.items():
        sides = (encode([row[side] for row in rows], "query") for side in (0, 1))
        nordic[name] = _accuracy(*sides)
    return {
        "mean with English": round(float(np.mean(list(found.values()))), 4),
        "mean between Nordic": round(float(np.mean(list(nordic.values()))), 4),
        **found,
        **nordic,
    }


def _between(rows: Sequence[Mapping[str, str]]) -> dict[str, Rows]:
    """Return the held-out sentences that two Nordic languages share, each text once."""
    found = {}
    for one, other in permutations(NORDIC, 2):
        pairs = {row[one]: row[other] for row in rows if one in row and other in row}
        found[f"{one}>{other}"] = list({second: (first, second) for first, second in pairs.items()}.values())
    return {name: pairs for name, pairs in found.items() if pairs}


def _accuracy(asked: Any, held: Any) -> float:
    return round(float(((asked @ held.T).argmax(axis=1) == np.arange(len(asked))).mean()), 4)


def meaning(
    texts: Sequence[Mapping[str, str]], labels: Sequence[str], known: Any, systems: Mapping[str, Encode]
) -> Found:
    """Return how alike a system finds the same message in five languages.

    ``cosine`` of translations against that of different messages in the same two languages; ``agreement``: how often
    the nearest label is the same in two languages, labels standing where the mean of their training messages is
    (``known``: texts and labels).
    """
    found: Found = {}
    for name, encode in systems.items():
        vectors = {language: encode([row[language] for row in texts], "query") for language in LANGUAGES}
        pairs = list(permutations(LANGUAGES, 2))
        cosines = [vectors[one] @ vectors[other].T for one, other in pairs]
        same = float(np.mean([np.diagonal(table).mean() for table in cosines]))
        apart = ~np.eye(len(texts), dtype=bool)
        random = float(np.mean([table[apart].mean() for table in cosines]))
        centres, names = _centres(encode, *known)
        nearest = {language: (vectors[language] @ centres.T).argmax(axis=1) for language in LANGUAGES}
        agreement = float(np.mean([(nearest[one] == nearest[other]).mean() for one, other in pairs]))
        right = float(
            np.mean([[names[i] == label for i, label in zip(nearest[one], labels, strict=True)] for one in LANGUAGES])
        )
        found[name] = {
            "cosine of translations": round(same, 3),
            "cosine of different messages": round(random, 3),
            "nearest-label agreement": round(agreement, 3),
            "nearest label right": round(right, 3),
        }
    return found


def _centres(encode: Encode, texts: Sequence[str], labels: Sequence[str]) -> tuple[Any, list[str]]:
    vectors, names = encode(texts, "query"), sorted(set(labels))
    of = np.array(labels)
    centres = np.array([vectors[of == name].mean(axis=0) for name in names])
    return centres / np.linalg.norm(centres, axis=1, keepdims=True), names
