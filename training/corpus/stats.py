"""Counts and agreement: ``python -m training.corpus.stats > training/corpus/COUNTS.md``. Prints Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from replyassist.types import LANGUAGES, URGENCIES
from training.corpus.check.variety import Variety, variety
from training.corpus.files import SPLITS, Organisation, organisations, parity
from training.corpus.labelling.agreement import labelled_twice, table
from training.corpus.labelling.labels import SENTIMENTS
from training.corpus.labelling.settle import FIELDS, differences
from training.corpus.labels import CODES, INTENTS
from training.corpus.schema import Message

_LEGEND = """Cohen's kappa, with quadratic weights for urgency, before anything was settled. `intent`: the primary
one; `codes` and `missing`: every decision whether a message has a label; `topic`: the first one. `*_equal`,
`intent_acceptable` (either accepts the other's primary) and `topics_overlap`: shares of messages; `personal_f1`: kind
and words the same. Few messages are in a sixth language, so one difference moves kappa of `language` far. `settled`:
messages on whose field the readers differed and a third decided."""


def main() -> None:
    """Print all tables."""
    everything = [one for split in SPLITS for one in organisations(split)]
    print("# Counts and agreement\n\nWritten by `python -m training.corpus.stats`.\n")
    print(f"Parity messages: {len(parity())}, each in five languages.\n")
    print(_splits(everything))
    print(_by_language("intent", INTENTS, everything, lambda message: message.intents))
    print(_by_language("code", sorted(CODES), everything, lambda message: {mark.kind for mark in message.codes}))
    print(_by_language("urgency", URGENCIES, everything, lambda message: (message.urgency,)))
    print(_by_language("sentiment", SENTIMENTS, everything, lambda m: (m.sentiment,)))
    print(_by_language("channel", ("email", "chat", "social", "web", "phone"), everything, lambda m: (m.channel,)))
    print(_by_language("answered", ("by an article", "by none"), everything, _answered))
    print(_varieties(everything))
    print(_sectors(everything))
    print(_LEGEND + "\n")
    for split in ("validation", "test"):
        print(f"## Two readers, {split}\n\n{_agreement(split)}")


def _answered(message: Message) -> tuple[str]:
    return ("by an article" if message.topics else "by none",)


def _splits(everything: Sequence[Organisation]) -> str:
    rows = []
    for split in SPLITS:
        part = [one for one in everything if one.split == split]
        rows.append(
            [
                split,
                len(part),
                sum(len(one.profile.topics) for one in part),
                *(
                    sum(len(getattr(one, kind)) for one in part)
                    for kind in ("articles", "messages", "tickets", "macros")
                ),
            ]
        )
    return markdown(("split", "organisations", "topics", "articles", "messages", "tickets", "macros"), rows)


def _by_language(
    what: str, names: Iterable[str], everything: Sequence[Organisation], of: Callable[[Message], Iterable[str]]
) -> str:
    counts = Counter(
        (name, where)
        for one in everything
        for message in one.messages
        for name in of(message)
        for where in (message.language, one.split)
    )
    columns = (*LANGUAGES, *SPLITS)
    totals = {name: sum(counts[name, split] for split in SPLITS) for name in names}
    rows = [
        [name, total, *(counts[name, where] for where in columns)]
        for name, total in sorted(totals.items(), key=lambda item: -item[1])
    ]
    return markdown((what, "all", *columns), rows)


def _varieties(everything: Sequence[Organisation]) -> str:
    figures = [
        variety([m.text for one in everything for m in one.messages if m.language == language])
        for language in LANGUAGES
    ]
    fields = [field for field in Variety.__struct_fields__ if not field.startswith("commonest")]
    rows = [[field.replace("_", " "), *(getattr(one, field) for one in figures)] for field in fields]
    return markdown(("variety of messages", *LANGUAGES), rows)


def _sectors(everything: Sequence[Organisation]) -> str:
    rows = [
        [
            *(one.profile.id, one.profile.name, one.profile.sector, one.profile.home, one.split),
            *(len(one.messages), len(one.tickets)),
        ]
        for one in everything
    ]
    return markdown(("id", "organisation", "sector", "home", "split", "messages", "tickets"), rows)


def _agreement(split: str) -> str:
    """Return agreement per field and language, and how many disagreements were settled."""
    pairs = [pair for one in organisations(split) for pair in labelled_twice(one.profile.id)]
    parts = {"all": pairs} | {
        language: [pair for pair in pairs if pair[0].id.split("-")[1] == language] for language in LANGUAGES
    }
    figures = {name: table(part) for name, part in parts.items() if part}
    rows: list[list[object]] = [["messages", *(len(parts[name]) for name in figures)]]
    rows += [
        [field, *(f"{figures[name][field]:.2f}" for name in figures)] for field in next(iter(figures.values()), {})
    ]
    disputes = {name: Counter(field for pair in parts[name] for field in differences(*pair)) for name in figures}
    rows += [[f"settled: {field}", *(disputes[name][field] for name in figures)] for field in FIELDS]
    return markdown(("field", *figures), rows)


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
