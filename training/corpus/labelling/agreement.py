"""Agreement of the two readers, per field and language: Cohen's kappa (1960), weighted where labels are ordered."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sklearn.metrics import cohen_kappa_score

from replyassist.types import URGENCIES
from training.corpus.labelling.labels import Labels, stored
from training.corpus.labels import CODES
from training.corpus.schema import MISSING

Pairs = Sequence[tuple[Labels, Labels]]


def labelled_twice(organisation: str) -> list[tuple[Labels, Labels]]:
    """Return both readers' labels of every message of an organisation that both labelled."""
    second = {row.id: row for row in stored("second", organisation)}
    return [(row, second[row.id]) for row in stored("first", organisation) if row.id in second]


def table(pairs: Pairs) -> dict[str, float]:
    """Return agreement per field.

    Kappa for single labels (quadratic weights for urgency); for sets, kappa over every (message, label) decision;
    for spans of personal data, F1 of kind and words. ``*_equal`` is the share of messages on which both agree.
    """
    return {
        "language": _kappa([(a.language, b.language) for a, b in pairs]),
        "intent": _kappa([(a.intents[0], b.intents[0]) for a, b in pairs]),
        "intent_equal": _share(pairs, lambda a, b: a.intents[0] == b.intents[0]),
        "intent_acceptable": _share(pairs, accepts),
        "urgency": _kappa(
            [(str(URGENCIES.index(a.urgency)), str(URGENCIES.index(b.urgency))) for a, b in pairs], "quadratic"
        ),
        "urgency_equal": _share(pairs, lambda a, b: a.urgency == b.urgency),
        "sentiment": _kappa([(a.sentiment, b.sentiment) for a, b in pairs]),
        "codes": _decisions(pairs, sorted(CODES), lambda row: {words.kind for words in row.codes}),
        "any_code": _kappa([(str(bool(a.codes)), str(bool(b.codes))) for a, b in pairs]),
        "topic": _kappa([(_first(a.topics), _first(b.topics)) for a, b in pairs]),
        "topics_overlap": _share(pairs, lambda a, b: bool(set(a.topics) & set(b.topics)) or a.topics == b.topics),
        "missing": _decisions(pairs, MISSING, lambda row: set(row.missing)),
        "personal_f1": _span_f1(pairs),
    }


def accepts(first: Labels, second: Labels) -> bool:
    """Return whether either reader would accept the other's primary intent."""
    return second.intents[0] in (first.intents[0], *first.acceptable) or first.intents[0] in second.acceptable


def _first(values: Sequence[str]) -> str:
    return values[0] if values else "none"


def _share(pairs: Pairs, equal: Callable[[Labels, Labels], bool]) -> float:
    return round(sum(equal(a, b) for a, b in pairs) / max(1, len(pairs)), 3)


def _kappa(pairs: Sequence[tuple[str, str]], weights: str | None = None) -> float:
    first, second = zip(*pairs, strict=True)
    if first == second:
        return 1.0
    value = float(cohen_kappa_score(first, second, weights=weights))
    return 0.0 if math.isnan(value) else round(value, 3)


def _decisions(pairs: Pairs, names: Sequence[str], of: Callable[[Labels], set[str]]) -> float:
    return _kappa([(str(name in of(a)), str(name in of(b))) for a, b in pairs for name in names])


def _span_f1(pairs: Pairs) -> float:
    both = sum(len(set(a.personal) & set(b.personal)) for a, b in pairs)
    total = sum(len(set(a.personal)) + len(set(b.personal)) for a, b in pairs)
    return round(2 * both / total, 3) if total else 1.0
