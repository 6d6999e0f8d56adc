"""The whole product behind one name: build or open a folder, then tag, search and suggest."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from msgspec.structs import replace

from replyassist._version import __version__
from replyassist.building import (
    ENCODER,
    HEADS,
    Report,
    adapt_generation,
    build_generation,
    edit_generation,
    heads_encoder,
)
from replyassist.classify.classifier import Classifier
from replyassist.classify.drift import BINS, Drift, compare, confidence_counts
from replyassist.classify.explain import explain
from replyassist.classify.layered import LayeredClassifier, shipped_classifier
from replyassist.classify.neighbours import Neighbours
from replyassist.classify.profile import intent_profiler
from replyassist.embed import NORDIC, Encoder, load_encoder
from replyassist.embed.adapt import Proof
from replyassist.errors import ArtifactError, ArtifactMissing, ConfigError, DataError
from replyassist.escalate import Policy, default_policy_text
from replyassist.folder import MANIFEST, AssistantFolder, Manifest, replace_file
from replyassist.formats import Labelled, Loaded, read_articles, read_labelled, read_macros, read_resolutions
from replyassist.pipeline import classifier_input, served_language, suggest_reply, tag_messages
from replyassist.retrieve import Retriever
from replyassist.retrieve.contradictions import Contradiction, find_contradictions
from replyassist.settings import Settings, load_settings
from replyassist.text.language import identify
from replyassist.types import POOLS, PUBLIC, Document, Explanation, Hit, Message, Pool, Suggestion, Tags

_BATCH = 512
_KEPT_PLACES = 10
T = TypeVar("T")
Source = str | Path | Iterable[T] | None


@dataclass(frozen=True)
class _Generation:
    """What is loaded of one committed generation."""

    manifest: Manifest
    encoder: Encoder
    retriever: Retriever
    classifier: LayeredClassifier
    neighbours: Neighbours | None

    def document(self, document_id: str) -> Document:
        document = self.retriever.knowledge.get(document_id)
        if document is None:
            raise ArtifactMissing(f"no document with id {document_id!r} in this assistant")
        return document


class Assistant:
    """A team's assistant: its knowledge, its trained heads, its settings.

    >>> assistant = Assistant.open("acme/")                                # doctest: +SKIP
    >>> assistant.suggest(Message(text="Hei, pakken er ikke kommet"))      # doctest: +SKIP

    One object may be shared by threads for reading. What another process commits is picked up by the next
    call.
    """

    def __init__(self, folder: AssistantFolder | None, settings: Settings, policy: Policy) -> None:
        self._folder = folder
        self.settings = settings
        self.policy = policy
        self._generation: _Generation | None = None
        self._stamp: tuple[int, int] | None = None

    @classmethod
    def default(cls) -> Assistant:
        """Return an assistant without a folder, for tagging alone, by the shipped heads."""
        assistant = cls(None, load_settings(None), Policy.default())
        assistant._check_labels()
        return assistant

    @classmethod
    def open(cls, path: str | Path) -> Assistant:
        """Open an assistant folder; every file is checked against the manifest.

        Raises:
            ArtifactError: missing, damaged or of another format version; the message says what to do.
            ConfigError: ``replyassist.toml`` or ``policy.yaml`` is wrong.
        """
        folder = AssistantFolder(path)
        folder.manifest()
        policy_path = folder.path / "policy.yaml"
        policy = Policy.load(policy_path) if policy_path.exists() else Policy.default()
        assistant = cls(folder, load_settings(folder.path), policy)
        assistant._check_labels()
        return assistant

    @classmethod
    def build(
        cls,
        path: str | Path,
        *,
        articles: Source[Any] = None,
        resolutions: Source[Any] = None,
        macros: Source[Any] = None,
        labels: Source[Labelled] = None,
        encoder: str = NORDIC,
        reranker: str | None = None,
        report: Report = lambda step: None,
    ) -> Assistant:
        """Make an assistant folder, or make it anew, from files, folders or iterables of our types.

        ``encoder`` is ``nordic`` (the shipped one, fitted to these texts), ``lsa`` (fitted on these texts alone)
        or ``transformers:<name or path>``. ``reranker`` (the same form, a CrossEncoder) reads the best hits again if
        that proves better on solved tickets that link articles. Rows of a file that cannot be read are counted and
        named in ``manifest.details["skipped"]``.

        Raises:
            DataError: the input cannot be used. ConfigError: no such encoder.
            ArtifactLocked: another writer is at work. StorageError: the disk is full or read-only.
        """
        skipped: list[str] = []
        documents: list[Document] = [
            *_read(articles, read_articles, skipped),
            *_read(resolutions, read_resolutions, skipped),
            *_read(macros, read_macros, skipped),
        ]
        labelled = list(_read(labels, read_labelled, skipped))
        folder = AssistantFolder(path)
        with folder.change(create=True) as change:
            change.details["skipped"] = {"rows": len(skipped), "first": skipped[:_KEPT_PLACES]}
            build_generation(change, documents, labelled, encoder=encoder, reranker=reranker, report=report)
        policy = folder.path / "policy.yaml"
        if not policy.exists():
            replace_file(policy, default_policy_text().encode())
        return cls.open(path)

    def with_max_error(self, max_error: float) -> Assistant:
        """Return this assistant with another error rate for the tags that are acted on alone.

        Raises:
            ConfigError: it does not lie between 0 and 1.
        """
        try:
            settings = replace(self.settings, tag=replace(self.settings.tag, max_error=max_error))
        except ValueError as error:
            raise ConfigError(str(error)) from None
        return Assistant(self._folder, settings, self.policy)

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of the generation in use, none for the default assistant."""
        generation = self._refresh()
        return generation.manifest if generation else None

    @property
    def retriever(self) -> Retriever:
        """The retriever of the generation in use, for measuring."""
        return self._required().retriever

    def tag(self, messages: Iterable[Message]) -> Iterator[Tags]:
        """Tag messages in order, batched inside; works on an endless stream."""
        stream = iter(messages)
        while batch := list(islice(stream, _BATCH)):
            yield from self.tag_batch(batch)

    def tag_batch(self, messages: list[Message]) -> list[Tags]:
        """Tag a list of messages at once; the order is kept."""
        generation = self._refresh()
        return tag_messages(
            messages,
            classifier=self._classifier(generation),
            policy=self.policy,
            settings=self.settings,
        )

    def labels(self, task: str) -> tuple[str, ...]:
        """Return the labels that tags of ``task`` (intent, urgency, sentiment) can have.

        Raises:
            ConfigError: there is no such task.
        """
        return self._classifier(self._refresh()).of(task).labels(task)

    def drift(self, confidence: Sequence[int]) -> Drift | None:
        """Compare how sure the intents of an inbox are with what the thresholds were made on.

        ``confidence`` counts messages by the probability of their intent in ten bins, as a summary of ``tag`` does.
        None when there are too few messages to tell; what :attr:`Drift.drifted` means is said there.
        """
        if len(confidence) != BINS:
            raise DataError(f"confidence must count messages in {BINS} bins")
        seen = self._classifier(self._refresh()).of("intent").head("intent").held_out
        return compare(confidence_counts(seen.confidence), {}, np.asarray(confidence, dtype=np.int64), {})

    def explain(self, message: Message, *, task: str | None = None) -> tuple[Explanation, ...]:
        """Return why ``message`` gets its tags, for one ``task`` (intent, urgency, sentiment) or all of them.

        Raises:
            ConfigError: there is no such task.
        """
        generation = self._refresh()
        classifier = self._classifier(generation)
        known = generation.neighbours if generation else None
        text, language = classifier_input(message)
        (tags,) = self.tag_batch([message])
        given = {
            "intent": tags.intents[0] if tags.intents else None,
            "urgency": tags.urgency,
            "sentiment": tags.sentiment,
        }
        found = []
        for name in [task] if task else classifier.tasks:
            why = explain(
                classifier.of(name), text, name, language=language, neighbours=known, tagging=self.settings.tag
            )
            # What the message as a whole says, such as that it is an automatic reply, goes before what its words say.
            found.append(replace(why, prediction=given.get(name) or why.prediction))
        return tuple(found)

    def suggest(self, message: Message, *, now: datetime | None = None) -> Suggestion:
        """Return everything an agent needs for one message. ``now`` is the time for due dates."""
        generation = self._refresh()
        return suggest_reply(
            message,
            classifier=self._classifier(generation),
            retriever=generation.retriever if generation else None,
            # Of the generation that was searched: another process may remove a document meanwhile.
            lookup=generation.document if generation else self.document,
            policy=self.policy,
            settings=self.settings,
            now=now or datetime.now(UTC),
            models=_model_names(generation),
        )

    def search(
        self,
        query: str,
        *,
        k: int | None = None,
        audience: Collection[str] = PUBLIC,
        pools: Collection[Pool] = POOLS,
        language: str | None = None,
    ) -> list[Hit]:
        """Return what a reader of ``audience`` may see for ``query``, most relevant first, ``k`` per pool."""
        generation = self._required()
        found = generation.retriever.search(
            query,
            k=self.settings.search.k if k is None else k,
            audience=frozenset(audience),
            pools=pools,
            language=language or served_language(identify(query).language),
            now=datetime.now(UTC),
        )
        hits = [hit for pool_hits in found.values() for hit in pool_hits]
        return sorted(hits, key=lambda hit: (-hit.relevance, hit.source_id))

    def contradictions(self) -> list[Contradiction]:
        """Return pairs of documents that answer the same question with different numbers, clearest first."""
        generation = self._required()
        return find_contradictions(generation.retriever.knowledge.documents(), generation.encoder)

    def document(self, document_id: str) -> Document:
        """Return a stored document; past tickets are stored masked.

        Raises:
            ArtifactMissing: there is none of that id.
        """
        return self._required().document(document_id)

    def add(self, documents: Iterable[Document], *, report: Report = lambda step: None) -> int:
        """Add documents, or replace those of the same id, in one commit; return how many."""
        with self._writable().change() as change:
            added, _ = edit_generation(change, documents, (), report=report)
        return added

    def remove(self, ids: Iterable[str], *, report: Report = lambda step: None) -> int:
        """Remove documents from the store and every index in one commit; return how many.

        Raises:
            DataError: an id is not there; then nothing is removed.
        """
        with self._writable().change() as change:
            _, removed = edit_generation(change, (), ids, report=report)
        return removed

    def adapt(self, *, labels: Source[Labelled] = None, report: Report = lambda step: None) -> Proof:
        """Continue training the built-in encoder on this assistant's tickets and articles, if that proves to help.

        It starts from the shipped model, so nothing of a document removed since is left; everything fitted to the
        team's texts is fitted anew. ``labels`` must be given again if the assistant was built with some.

        Raises:
            DataError: too few tickets and articles, or labels missing. ConfigError: another encoder is used.
        """
        skipped: list[str] = []
        labelled = list(_read(labels, read_labelled, skipped))
        with self._writable().change() as change:
            change.details["skipped"] = {"rows": len(skipped), "first": skipped[:_KEPT_PLACES]}
            return adapt_generation(change, labelled, report=report)

    def _check_labels(self) -> None:
        """Refuse a label to be kept from automation that no head has: it may be a slip of the pen."""
        generation = self._refresh()
        if never := self.settings.tag.never_automate:
            classifier = self._classifier(generation)
            unknown = never - {label for task in classifier.tasks for label in classifier.of(task).labels(task)}
            if unknown:
                raise ConfigError(f"tag.never_automate: no head has the label {sorted(unknown)[0]!r}")

    @staticmethod
    def _classifier(generation: _Generation | None) -> LayeredClassifier:
        return generation.classifier if generation else LayeredClassifier([shipped_classifier()])

    def _writable(self) -> AssistantFolder:
        if self._folder is None:
            raise ConfigError("this assistant has no folder; make one with Assistant.build")
        return self._folder

    def _required(self) -> _Generation:
        generation = self._refresh()
        if generation is None:
            raise ConfigError("this needs an assistant folder; make one with Assistant.build")
        return generation

    def _refresh(self) -> _Generation | None:
        """Load the current generation if it is not the one in use."""
        if self._folder is None:
            return None
        stamp = _stamp(self._folder.path / MANIFEST)
        if self._generation is None or stamp != self._stamp:
            self._generation, self._stamp = _load(self._folder, self._generation), stamp
        return self._generation


def _load(folder: AssistantFolder, previous: _Generation | None) -> _Generation:
    """Load the current generation; when a writer replaces it meanwhile, load the one that did."""
    while True:
        manifest, path = folder.open()
        try:
            return _load_generation(manifest, path, previous)
        except ArtifactError:
            if folder.manifest().generation == manifest.generation:
                raise


def _load_generation(manifest: Manifest, path: Path, previous: _Generation | None) -> _Generation:
    """Load what is new in a generation; segments that ``previous`` has open stay open."""
    encoder = load_encoder(str(path / ENCODER))
    layers = [shipped_classifier()]
    if (path / HEADS).is_dir():
        layers.insert(0, Classifier.open(path / HEADS, heads_encoder(encoder)))
    same = previous if previous is not None and previous.encoder.name == encoder.name else None
    known = same.retriever.knowledge if same is not None else None
    return _Generation(
        manifest=manifest,
        encoder=encoder,
        retriever=Retriever.open(path, encoder, intent_profiler(), known=known),
        classifier=LayeredClassifier(layers),
        neighbours=Neighbours.open(path / HEADS),
    )


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _model_names(generation: _Generation | None) -> dict[str, str]:
    shipped = {"classifier": f"shipped-{__version__}"}
    if generation is None:
        return shipped
    number = generation.manifest.generation
    own = {"classifier": f"team-{number}"} if generation.manifest.details["classifier"]["trained"] else shipped
    return {"generation": str(number), "encoder": generation.encoder.name} | own


def _read(source: Source[T], reader: Callable[[str | Path], Loaded[T]], skipped: list[str]) -> Iterable[T]:
    """Return what is in ``source``; rows of a file that cannot be read are noted in ``skipped``."""
    if source is None:
        return ()
    if isinstance(source, str | Path):
        loaded = reader(source)
        skipped.extend(f"{row.place}: {row.error}" for row in loaded.bad)
        return loaded.documents
    return source
