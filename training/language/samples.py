"""Labelled spans to fit and to choose on."""

from __future__ import annotations

import random
from typing import NamedTuple

from replyassist.text.language import LABELS, normalize, split_words
from training.language.corpus import Kind, Sentences, Split, own_messages, shared_sentences
from training.language.noise import noisy_span
from training.language.nynorsk import to_nynorsk, with_a_infinitives

_QUOTAS: dict[Kind, int] = {"talk": 14_000, "product": 12_000, "support": 7_000}
_OWN_QUOTAS = {"nn": 9_000, "other": 16_000}
_NYNORSK_SHARE = 0.7
"""Mapped nynorsk is less frequent than bokmål: rarer in real inboxes, and the map is not perfect."""


class Samples(NamedTuple):
    """Messages as their words, and the number of each one's label in ``LABELS``."""

    messages: list[list[str]]
    labels: list[int]
    kinds: list[Kind]


def draw_samples(split: Split, *, share: float = 1.0, seed: int = 17) -> Samples:
    """Draw spans from ``split``; ``share`` scales how many."""
    chance = random.Random(seed)
    samples = Samples([], [], [])
    for (language, kind), sentences in sorted(_sources(split).items()):
        quota = _QUOTAS[kind]
        if kind == "support":
            quota = _OWN_QUOTAS.get(language, quota)
        elif language == "nn":
            quota = round(quota * _NYNORSK_SHARE)
        for _ in range(round(quota * share)):
            words = split_words(normalize(noisy_span(chance.choice(sentences), chance)))
            if words:
                samples.messages.append(words)
                samples.labels.append(LABELS.index(language))
                samples.kinds.append(kind)
    return samples


def _sources(split: Split) -> Sentences:
    sources = shared_sentences(split)
    for kind in ("talk", "product"):
        mapped = [text for text in map(to_nynorsk, sources["nb", kind]) if text]
        sources["nn", kind] = [with_a_infinitives(t) if i % 4 == 0 else t for i, t in enumerate(mapped)]
    for language, texts in own_messages(split).items():
        sources[language, "support"] = texts
    return sources
