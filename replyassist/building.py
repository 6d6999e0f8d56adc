"""Writing a generation: documents into the store, encoder and heads trained, indexes derived.

Other people's personal data ends here: past tickets are masked before they are stored, indexed or learned
from, so that nothing downstream can leak it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from replyassist.classify.examples import Example
from replyassist.classify.informed import InformedEncoder
from replyassist.classify.layered import shipped_classifier
from replyassist.classify.neighbours import Neighbours
from replyassist.classify.profile import intent_profiler
from replyassist.classify.train import train
from replyassist.embed import (
    LSA,
    NORDIC,
    Encoder,
    LsaEncoder,
    NordicEncoder,
    TeamEncoder,
    TeamText,
    Vectors,
    fit_lsa,
    fit_team,
    load_encoder,
    shipped_encoder,
)
from replyassist.embed.adapt import Pair, Proof, adapt
from replyassist.errors import ConfigError, DataError
from replyassist.folder import Change
from replyassist.formats import Labelled
from replyassist.pipeline import classifier_language
from replyassist.retrieve import Documents, SegmentWriter
from replyassist.retrieve.learning import Judged, learn_relevance, learn_reranker
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.rerank import load_reranker
from replyassist.retrieve.retriever import RELEVANCE, RERANKER, Retriever
from replyassist.settings import Tagging
from replyassist.text.clean import clean
from replyassist.text.language import identify
from replyassist.text.ngrams import split_words
from replyassist.text.personal import impersonal, mask_together, strip_placeholders
from replyassist.text.reply import without_frame
from replyassist.types import Article, Document, Resolution

ENCODER = "encoder"
HEADS = "heads"

Report = Callable[[str], None]
"""Called with the name of each step as it starts, for a progress display."""


def prepare(document: Document) -> Document:
    """Fill in the language; of a past ticket keep what was asked and answered, masked."""
    if isinstance(document, Resolution):
        question = clean(document.question).text
        question, answer, subject = mask_together((question, without_frame(document.answer), document.subject))
        language = document.language or _language(f"{question}\n{answer}")
        return msgspec.structs.replace(document, question=question, answer=answer, subject=subject, language=language)
    if document.language is None:
        title = document.title
        return msgspec.structs.replace(document, language=_language(f"{title}\n{document.body}"))
    return document


def _language(text: str) -> str:
    return identify(strip_placeholders(text)).language


def build_generation(
    change: Change,
    documents: Iterable[Document],
    labelled: Sequence[Labelled],
    *,
    encoder: str,
    reranker: str | None = None,
    report: Report,
) -> None:
    """Fill a fresh generation from nothing; ``reranker`` is tried over the best hits, and used if it helps."""
    with _segments(change, anew=True) as writer:
        report("reading and masking documents")
        writer.put(prepare(document) for document in documents)
        report("fitting the encoder")
        built = _fit_encoder(encoder, writer.documents, labelled)
        built.save(change.folder / ENCODER)
        report("training the classifiers")
        change.details["classifier"] = _train_heads(change.folder / HEADS, writer.documents, labelled, built)
        _derive(change, writer, built, report)
    _learn_relevance(change, built, report)
    if reranker is not None:
        _learn_reranker(change, built, reranker, report)


def edit_generation(
    change: Change, add: Iterable[Document], remove: Iterable[str], *, report: Report
) -> tuple[int, int]:
    """Carry the previous generation over with documents added, replaced or removed.

    Returns (documents added or replaced, documents removed). The encoder and the heads stay as they are.

    Raises:
        DataError: an id to remove is not there.
    """
    with _segments(change) as writer:
        change.keep(ENCODER)
        change.keep(HEADS)
        change.keep(RELEVANCE)
        change.keep(RERANKER)
        report("updating documents")
        wanted = list(dict.fromkeys(remove))
        missing = [name for name in wanted if writer.documents.get(name) is None]
        if missing:
            raise DataError(f"no document with id {missing[0]!r} ({len(missing)} unknown in all)")
        writer.remove(wanted)
        fresh = [prepare(document) for document in add]
        added = writer.put(fresh)
        _forget(change, {*wanted, *(document.id for document in fresh)})
        _derive(change, writer, load_encoder(str(change.folder / ENCODER)), report)
    return added, len(wanted)


def _segments(change: Change, *, anew: bool = False) -> SegmentWriter:
    if change.previous is None and not anew:
        raise DataError("nothing to change yet")
    return SegmentWriter(change.folder, None if anew else change.previous, change.keep)


def _forget(change: Change, ids: set[str]) -> None:
    """Leave no trace of removed or replaced tickets among the neighbours; weights stay until the next build."""
    kept = Neighbours.open(change.folder / HEADS)
    if kept is not None:
        for name in Neighbours.files:
            change.release(f"{HEADS}/{name}")
        kept.without(ids).save(change.folder / HEADS)


def adapt_generation(change: Change, labelled: Sequence[Labelled], *, report: Report) -> Proof:
    """Carry the documents of the previous generation over and fit the built-in encoder and the heads to them anew.

    The encoder is trained on as well, from the shipped one, and the result used if it helps on held-out pairs.

    Raises:
        DataError: nothing to adapt yet, too few pairs, or labelled messages that the heads need are not given.
        ConfigError: the assistant does not use the built-in encoder.
    """
    if change.previous is None:
        raise DataError("nothing to adapt yet")
    used = load_encoder(str(change.previous / ENCODER))
    if not isinstance(used, TeamEncoder):
        raise ConfigError(f"the encoder {used.name} cannot be adapted; build the assistant with --encoder {NORDIC}")
    needed = change.details.get("classifier", {}).get("labelled", 0)
    if len(labelled) < needed:
        raise DataError(f"the classifiers were trained on {needed} labelled messages; give them again: --labels")
    with _segments(change) as writer:
        writer.rewrite()
        report("training the encoder")
        team = _fit_to_team(shipped_encoder(), writer.documents, labelled)
        adapted, proof = adapt(team.nordic, list(pairs_of(writer.documents.documents())), fit=team.with_nordic)
        encoder = team.with_nordic(adapted) if proof.kept else team
        encoder.save(change.folder / ENCODER)
        report("training the classifiers")
        change.details["classifier"] = _train_heads(change.folder / HEADS, writer.documents, labelled, encoder)
        change.details["adapted"] = msgspec.to_builtins(proof) | {"kept": proof.kept}
        _derive(change, writer, encoder, report)
    _learn_relevance(change, encoder, report)
    return proof


def pairs_of(documents: Iterable[Document]) -> Iterator[Pair]:
    """Yield what belongs together: questions and answers of past tickets, titles and bodies, translations."""
    translations: dict[str, list[Article]] = {}
    for document in documents:
        if isinstance(document, Resolution):
            question = strip_placeholders(f"{document.subject}\n{document.question}")
            yield Pair(question, strip_placeholders(document.answer), f"resolution {document.id}")
        elif isinstance(document, Article):
            translations.setdefault(document.group or document.id, []).append(document)
    for group, articles in translations.items():
        titled = [article for article in articles if article.title.strip()]
        for one in titled:
            for other in articles:
                yield Pair(one.title, other.body, f"article {group}")


def rebuild_indexes(change: Change, *, report: Report) -> None:
    """Derive the indexes of the previous generation anew from its documents."""
    with _segments(change) as writer:
        change.keep(ENCODER)
        change.keep(HEADS)
        change.keep(RELEVANCE)
        change.keep(RERANKER)
        writer.rewrite()
        _derive(change, writer, load_encoder(str(change.folder / ENCODER)), report)


def _derive(change: Change, writer: SegmentWriter, encoder: Encoder, report: Report) -> None:
    report("indexing")
    writer.finish(encoder, intent_profiler())
    change.details["documents"] = writer.documents.counts()
    change.details["store_digest"] = writer.documents.digest()
    change.details["encoder"] = {"name": encoder.name, "dim": encoder.dim}


def _learn_relevance(change: Change, encoder: Encoder, report: Report) -> None:
    """Fit what is relevant to the solved tickets that link articles, if that proves to help."""
    report("judging relevance")
    RelevanceModel.prior().save(change.folder / RELEVANCE)
    retriever = Retriever.open(change.folder, encoder, intent_profiler())
    model, gain = learn_relevance(retriever, judged_tickets(retriever.knowledge))
    model.save(change.folder / RELEVANCE)
    told = {"reason": "too few solved tickets that link articles"} if gain is None else msgspec.to_builtins(gain)
    change.details["relevance"] = told | {"learned": gain is not None and gain.kept}


def _learn_reranker(change: Change, encoder: Encoder, name: str, report: Report) -> None:
    """Fit what a reranker's scores are worth to the solved tickets that link articles; keep it if it proves to help."""
    report("trying the reranker")
    retriever = Retriever.open(change.folder, encoder, intent_profiler())
    calibration, held_out = learn_reranker(retriever, judged_tickets(retriever.knowledge), load_reranker(name))
    used = any(one.used for one in held_out)
    if used:
        calibration.save(change.folder / RERANKER)
    told = [msgspec.to_builtins(one) for one in held_out] or "too few solved tickets that link articles"
    change.details["reranker"] = {"name": name, "used": used, "held_out": told}


def judged_tickets(documents: Documents) -> Iterator[Judged]:
    """Yield the question of each solved ticket that links articles, with their ids."""
    for document in documents.documents("resolution"):
        if isinstance(document, Resolution) and document.articles:
            question = f"{document.subject}\n{document.question}"
            yield Judged(question, frozenset(document.articles), document.language, source=document.id)


def _fit_encoder(name: str, store: Documents, labelled: Sequence[Labelled]) -> Encoder:
    """Load an encoder; fit the built-in ones to the team's texts."""
    encoder = None if name == LSA else load_encoder(name)
    if isinstance(encoder, NordicEncoder):
        return _fit_to_team(encoder, store, labelled)
    if encoder is not None:
        return encoder
    texts = list(_team_texts(store, labelled))
    if not any(split_words(one.text) for one in texts):
        return LsaEncoder.empty()
    return fit_lsa([one.text for one in texts], groups=[one.group for one in texts])


def _fit_to_team(nordic: NordicEncoder, store: Documents, labelled: Sequence[Labelled]) -> TeamEncoder:
    return fit_team(nordic, list(_team_texts(store, labelled)))


def _team_texts(store: Documents, labelled: Sequence[Labelled]) -> Iterator[TeamText]:
    """Yield everything an encoder may learn from, personal data masked."""
    for document in store.documents():
        group = document.group if isinstance(document, Article) else None
        for text in _texts(document):
            yield TeamText(strip_placeholders(text), document.language, group, isinstance(document, Resolution))
    for row in labelled:
        text = impersonal(row.subject, clean(row.text).text)
        yield TeamText(text, row.language or _language(text), from_customers=True)


def _texts(document: Document) -> list[str]:
    if isinstance(document, Resolution):
        return [f"{document.subject}\n{document.question}", document.answer]
    return [f"{document.title}\n{document.body}"]


def _train_heads(folder: Path, store: Documents, labelled: Sequence[Labelled], encoder: Encoder) -> dict[str, Any]:
    """Train on the labelled rows and on past tickets that carry labels; say so when there are too few."""
    named = [(row.id, _example(row.subject, clean(row.text).text, row)) for row in labelled]
    named += [
        (document.id, _example(document.subject, document.question, document))
        for document in store.documents("resolution")
        if isinstance(document, Resolution)
    ]
    named = [(name, example) for name, example in named if example.labels]
    examples = [example for _, example in named]
    if not examples:
        return {"trained": False, "reason": "no labelled tickets"}
    read = heads_encoder(encoder)
    try:
        classifier = train(examples, read)
    except DataError as error:
        return {"trained": False, "reason": str(error)}
    classifier.save(folder)
    if classifier.uses_encoder:
        known = {task: classifier.labels(task) for task in classifier.tasks}
        labels = [{task: one for task, one in e.labels.items() if one in known.get(task, ())} for e in examples]
        Neighbours.of(read, [name for name, _ in named], labels, [e.text for e in examples]).save(folder)
    return {
        "trained": True,
        "examples": len(examples),
        "labelled": len(labelled),
        "metrics": msgspec.to_builtins(classifier.metrics),
        "automated": {task: round(classifier.automated_share(task, Tagging()), 3) for task in classifier.tasks},
    }


def heads_encoder(encoder: Encoder) -> Vectors:
    """Return what a team's heads read: the encoder's vectors, and what the shipped heads say.

    Of an encoder fitted to the team's texts only the built-in part: what fitting adds serves finding articles and
    costs the heads accuracy (CLINC150, validation: 95.0 % without, 94.5 % with it; telling out of scope 97.6 and 96.4).
    """
    return InformedEncoder(encoder.nordic if isinstance(encoder, TeamEncoder) else encoder, shipped_classifier())


def _example(subject: str, text: str, source: Labelled | Resolution) -> Example:
    labels = {task: value for task in ("intent", "urgency", "sentiment") if (value := getattr(source, task, None))}
    return Example(impersonal(subject, text), labels, language=classifier_language(source.language, text))
