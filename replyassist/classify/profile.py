"""What a text is about, as the shipped intent head sees it: to compare a message with what may answer it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from replyassist.classify.classifier import Classifier
from replyassist.classify.layered import shipped_classifier

SHARPNESS = 2.0
"""Factor of the scores before they become shares; chosen, with the weight of the comparison, on the validation
organisations of ``training/corpus``."""

_TASK = "intent"


class IntentProfiler:
    """Turns texts, articles too, into shares over the built-in intents. Not calibrated: these are features."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier.only([_TASK])
        self.name = f"{_TASK}-{classifier.digest}"

    def profiles(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the shares of the intents in each text (n, labels); rows sum to 1."""
        margins = SHARPNESS * self._classifier.margins(texts)[_TASK].astype(np.float64)
        powers = np.exp(margins - margins.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return shares


@cache
def intent_profiler() -> IntentProfiler:
    """Return the profiler of the shipped heads."""
    return IntentProfiler(shipped_classifier())
