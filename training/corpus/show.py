"""Read samples: ``python -m training.corpus.show --lang fi --n 20``.

For anyone who wants to judge the language. Options choose split, organisation, kind (messages, tickets,
articles, macros), intent or escalation code; the same ``--seed`` shows the same rows. The test split is
shown only when it is named.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from training.corpus.files import SPLITS, Organisation, organisations
from training.corpus.schema import Article, Macro, Message, Ticket

KINDS = ("messages", "tickets", "articles", "macros")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the chosen rows."""
    options = _parser().parse_args(arguments)
    rows = [
        (one, row)
        for split in ([options.split] if options.split else ("train", "validation"))
        for one in organisations(split)
        if options.organisation in (None, one.profile.id, one.profile.slug)
        for row in getattr(one, options.kind)
        if _chosen(row, options)
    ]
    if not rows:
        print("nothing fits; try other options", file=sys.stderr)
        return 1
    random.Random(options.seed).shuffle(rows)
    for one, row in rows[: options.n]:
        print("\n".join(render(one, row)), end="\n\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="training.corpus.show", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--lang", help="language of the rows, such as fi")
    parser.add_argument("--n", type=int, default=10, help="how many rows")
    parser.add_argument("--kind", choices=KINDS, default="messages")
    parser.add_argument("--split", choices=SPLITS, help="train and validation unless named")
    parser.add_argument("--organisation", help="id or slug")
    parser.add_argument("--intent", help="primary intent")
    parser.add_argument("--code", help="escalation code")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def _chosen(row: Any, options: argparse.Namespace) -> bool:
    if options.lang and row.language != options.lang:
        return False
    intents = getattr(row, "intents", None) or (getattr(row, "intent", None),)
    if options.intent and intents[0] != options.intent:
        return False
    return not options.code or options.code in {mark.kind for mark in getattr(row, "codes", ())}


def render(one: Organisation, row: Message | Ticket | Article | Macro) -> Iterator[str]:
    """Yield the lines that show a row to a reader."""
    yield f"== {row.id}  {one.profile.name} ({one.profile.sector}), {one.split}"
    if isinstance(row, Message):
        topics = ", ".join(row.topics) or "none"
        yield f"   {row.channel} | {', '.join(row.intents)} | {row.urgency} | {row.sentiment} | topics {topics}"
        yield from (f"   {mark.kind}: {mark.text}" for mark in row.codes)
        yield from (f"[{turn.role}] {turn.text}" for turn in row.thread)
        if row.subject:
            yield f"Subject: {row.subject}"
        yield row.text
    elif isinstance(row, Ticket):
        yield f"   {row.intent} | csat {row.csat} | reopened {row.reopened} | {row.quality} {row.flaw}".rstrip()
        yield row.question
        yield f"[reply] {row.reply}"
    else:
        yield f"   {row.title}"
        yield row.body


if __name__ == "__main__":
    sys.exit(main())
