"""A team's heads over the shipped ones: for each task the team's own head, where it has one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from replyassist.classify.classifier import DEFAULT, Classifier
from replyassist.embed import shipped_encoder
from replyassist.errors import ConfigError
from replyassist.model_files import model_folder
from replyassist.settings import Tagging
from replyassist.types import Prediction

SHIPPED = "heads"


class LayeredClassifier:
    """Predicts each task with the first of ``layers`` that knows it. Any number of threads may predict."""

    def __init__(self, layers: Sequence[Classifier]) -> None:
        self._layers: list[Classifier] = []
        self._owner: dict[str, Classifier] = {}
        for layer in layers:
            missing = [task for task in layer.tasks if task not in self._owner]
            if missing:
                own = layer if len(missing) == len(layer.tasks) else layer.only(missing)
                self._layers.append(own)
                self._owner |= dict.fromkeys(missing, own)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Return the names of the tasks."""
        return tuple(self._owner)

    def of(self, task: str) -> Classifier:
        """Return the classifier that predicts ``task``.

        Raises:
            ConfigError: there is none.
        """
        if task not in self._owner:
            raise ConfigError(f"no task {task!r}; trained are {', '.join(self._owner)}")
        return self._owner[task]

    def predict(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        tagging: Tagging = DEFAULT,
    ) -> list[dict[str, Prediction]]:
        """Return a calibrated prediction per task for each of ``texts``; see :meth:`Classifier.predict`."""
        merged: list[dict[str, Prediction]] = [{} for _ in texts]
        for layer in self._layers:
            for row, found in zip(merged, layer.predict(texts, languages=languages, tagging=tagging), strict=True):
                row |= found
        return merged


@cache
def shipped_classifier() -> Classifier:
    """Return the heads that ship with this release, for an inbox without labels of its own.

    Raises:
        ArtifactError: they are missing or damaged; reinstall replyassist.
    """
    return Classifier.open(model_folder(SHIPPED), shipped_encoder())
