"""Counts for the datasheet: ``python -m training.corpus.stats``. Prints Markdown tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from training.corpus.files import SPLITS, Organisation, organisations, parity
from training.corpus.labels import CODES, INTENTS
from training.corpus.schema import Message

LANGUAGES = ("nb", "sv", "da", "fi", "en")


def main() -> None:
    """Print all tables."""
    everything = [one for split in SPLITS for one in organisations(split)]
    print(f"Parity messages: {len(parity())}, each in five languages.\n")
    print(_splits(everything))
    print(_by_language("intent", INTENTS, everything, lambda message: message.intents))
    print(_by_language("code", sorted(CODES), everything, lambda message: {mark.kind for mark in message.codes}))
    print(_by_language("urgency", ("low", "normal", "high", "urgent"), everything, lambda message: (message.urgency,)))
    print(_by_language("sentiment", ("negative", "neutral", "positive"), everything, lambda m: (m.sentiment,)))
    print(_by_language("channel", ("email", "chat", "social", "web", "phone"), everything, lambda m: (m.channel,)))
    print(_by_language("answered", ("by an article", "by none"), everything, _answered))
    print(_sectors(everything))


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
    rows = [
        [name, sum(counts[name, split] for split in SPLITS), *(counts[name, where] for where in columns)]
        for name in names
    ]
    return markdown((what, "all", *columns), sorted(rows, key=lambda row: -int(row[1])))


def _sectors(everything: Sequence[Organisation]) -> str:
    rows = [[one.profile.id, one.profile.name, one.profile.sector, one.profile.home, one.split] for one in everything]
    return markdown(("id", "organisation", "sector", "home", "split"), rows)


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
