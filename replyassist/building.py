"""Writing a generation: documents into the store, encoder and heads trained, indexes derived.

Other people's personal data ends here: past tickets are masked before they are stored, indexed or learned
from, so that nothing downstream can leak it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from replyassist.classify.examples import Example
from replyassist.classify.train import train
from replyassist.embed import Encoder, LsaEncoder, fit_lsa, load_encoder
from replyassist.errors import DataError
from replyassist.folder import Change
from replyassist.formats import Labelled
from replyassist.retrieve import Store, build_index
from replyassist.text.clean import clean
from replyassist.text.language import identify
from replyassist.text.ngrams import split_words
from replyassist.text.personal import impersonal, mask_together, strip_placeholders
from replyassist.text.reply import without_frame
from replyassist.types import Article, Document, Resolution

STORE = "store.sqlite"
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
    report: Report,
) -> None:
    """Fill a fresh generation from nothing."""
    report("reading and masking documents")
    with Store.create(change.folder / STORE) as store:
        store.put(prepare(document) for document in documents)
        report("fitting the encoder")
        built = _fit_encoder(encoder, store, labelled)
        built.save(change.folder / ENCODER)
        report("training the classifiers")
        change.details["classifier"] = _train_heads(change.folder / HEADS, store, labelled, built)
        _derive(change, store, built, report)


def edit_generation(
    change: Change, add: Iterable[Document], remove: Iterable[str], *, report: Report
) -> tuple[int, int]:
    """Carry the previous generation over with documents added, replaced or removed.

    Returns (documents added or replaced, documents removed). The encoder and the heads stay as they are.

    Raises:
        DataError: an id to remove is not there.
    """
    if change.previous is None:
        raise DataError("nothing to change yet")
    shutil.copyfile(change.previous / STORE, change.folder / STORE)
    change.keep(ENCODER)
    change.keep(HEADS)
    report("updating documents")
    encoder = load_encoder(str(change.folder / ENCODER))
    with Store.edit(change.folder / STORE) as store:
        wanted = list(dict.fromkeys(remove))
        missing = [name for name in wanted if store.get(name) is None]
        if missing:
            raise DataError(f"no document with id {missing[0]!r} ({len(missing)} unknown in all)")
        store.remove(wanted)
        added = store.put(prepare(document) for document in add)
        _derive(change, store, encoder, report)
    return added, len(wanted)


def rebuild_indexes(change: Change, *, report: Report) -> None:
    """Derive the indexes of the previous generation anew from its store."""
    edit_generation(change, (), (), report=report)


def _derive(change: Change, store: Store, encoder: Encoder, report: Report) -> None:
    report("indexing")
    build_index(change.folder, store, encoder)
    change.details["documents"] = store.counts()
    change.details["store_digest"] = store.digest()
    change.details["encoder"] = {"name": encoder.name, "dim": encoder.dim}


def _fit_encoder(name: str, store: Store, labelled: Sequence[Labelled]) -> Encoder:
    if name != "lsa":
        return load_encoder(name)
    texts, groups = [], []
    for document in store.documents():
        for text in _texts(document):
            texts.append(strip_placeholders(text))
            groups.append(document.group if isinstance(document, Article) else None)
    texts += [impersonal(row.subject, clean(row.text).text) for row in labelled]
    groups += [None] * len(labelled)
    if not any(map(split_words, texts)):
        return LsaEncoder.empty()
    return fit_lsa(texts, groups=groups)


def _texts(document: Document) -> list[str]:
    if isinstance(document, Resolution):
        return [f"{document.subject}\n{document.question}", document.answer]
    return [f"{document.title}\n{document.body}"]


def _train_heads(folder: Path, store: Store, labelled: Sequence[Labelled], encoder: Encoder) -> dict[str, Any]:
    """Train on the labelled rows and on past tickets that carry labels; say so when there are too few."""
    examples = [_example(row.subject, clean(row.text).text, row) for row in labelled]
    examples += [
        _example(document.subject, document.question, document)
        for document in store.documents("resolution")
        if isinstance(document, Resolution)
    ]
    examples = [example for example in examples if example.labels]
    if not examples:
        return {"trained": False, "reason": "no labelled tickets"}
    try:
        classifier = train(examples, encoder)
    except DataError as error:
        return {"trained": False, "reason": str(error)}
    classifier.save(folder)
    return {"trained": True, "examples": len(examples), "metrics": msgspec.to_builtins(classifier.metrics)}


def _example(subject: str, text: str, source: Labelled | Resolution) -> Example:
    labels = {task: value for task in ("intent", "urgency", "sentiment") if (value := getattr(source, task, None))}
    return Example(text=impersonal(subject, text), labels=labels, language=source.language)
