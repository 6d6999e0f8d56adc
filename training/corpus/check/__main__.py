"""Check the corpus: ``python -m training.corpus.check``. Prints a report and every problem; exits 1 on a problem."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from replyassist.text.language import identify_many
from replyassist.types import LANGUAGES
from training.corpus.check.duplicates import Pair, near_duplicates
from training.corpus.check.fictional import companies, identity_problems, reality_problems
from training.corpus.check.rules import corpus_problems, organisation_problems
from training.corpus.check.variety import variety
from training.corpus.files import SPLITS, Organisation, organisations, parity
from training.corpus.schema import ParityMessage

_WORDS_TO_IDENTIFY = 8
_LEAST_AGREEMENT = 0.97
_MOST_REPEATED_EDGES = 0.12


def main() -> int:
    """Run all checks."""
    everything = [one for split in SPLITS for one in organisations(split)]
    same = parity()
    problems = list(corpus_problems(everything, same))
    for one in everything:
        problems += organisation_problems(one)
    problems += fictional_problems(everything, same)
    duplicates = duplicate_pairs(everything)
    problems += [f"near-duplicates ({pair.similarity}): {pair.first} and {pair.second}" for pair in duplicates]
    report = {"variety": varieties(everything), "language": language_agreement(everything)}
    problems += variety_problems(report)
    print(json.dumps(report, indent=1, ensure_ascii=False))
    for problem in problems:
        print(problem)
    messages = sum(len(one.messages) for one in everything)
    print(f"{len(everything)} organisations, {messages} messages, {len(problems)} problems")
    return 1 if problems else 0


def texts_of(one: Organisation) -> Iterator[tuple[str, str, str]]:
    """Yield (id, language, text) of every row of an organisation."""
    for message in one.messages:
        yield (
            message.id,
            message.language,
            "\n".join((message.subject, message.text, *(turn.text for turn in message.thread))),
        )
    for ticket in one.tickets:
        yield ticket.id, ticket.language, "\n".join((ticket.subject, ticket.question, ticket.reply))
    for article in one.articles:
        yield article.id, article.language, f"{article.title}\n{article.body}"
    for macro in one.macros:
        yield macro.id, macro.language, f"{macro.title}\n{macro.body}"


def fictional_problems(everything: Sequence[Organisation], same: Sequence[ParityMessage]) -> Iterator[str]:
    """Yield everything in any text that might be real."""
    known = companies()
    rows = [row for one in everything for row in texts_of(one)]
    rows += [(f"{row.id} {language}", language, text) for row in same for language, text in row.texts.items()]
    for where, language, text in rows:
        yield from reality_problems(where, text, language, known)
        yield from identity_problems(where, text)


def duplicate_pairs(everything: Sequence[Organisation]) -> list[Pair]:
    """Return near-duplicates among messages and tickets' questions, within and across splits, and among articles."""
    asked = [(m.id, m.text) for one in everything for m in one.messages if any(c.isalpha() for c in m.text)]
    asked += [(ticket.id, ticket.question) for one in everything for ticket in one.tickets]
    articles = [(article.id, article.body) for one in everything for article in one.articles]
    return near_duplicates(asked) + near_duplicates(articles)


def varieties(everything: Sequence[Organisation]) -> dict[str, Any]:
    """Return the figures of every language."""
    return {
        language: msgspec.to_builtins(
            variety([m.text for one in everything for m in one.messages if m.language == language])
        )
        for language in LANGUAGES
    }


def language_agreement(everything: Sequence[Organisation]) -> dict[str, Any]:
    """Return per language how often identification agrees with the label, on texts of eight words or more."""
    rows = [m for one in everything for m in one.messages if len(m.text.split()) >= _WORDS_TO_IDENTIFY]
    rows = [m for m in rows if m.language in LANGUAGES]
    said = identify_many([m.text for m in rows])
    total, agreed = Counter[str](), Counter[str]()
    for message, (language, _) in zip(rows, said, strict=True):
        total[message.language] += 1
        agreed[message.language] += ("nb" if language == "nn" else language) == message.language
    return {language: round(agreed[language] / max(1, total[language]), 3) for language in LANGUAGES}


def variety_problems(report: dict[str, Any]) -> Iterator[str]:
    """Yield languages that repeat themselves too much or are not recognised."""
    for language, share in report["language"].items():
        if share < _LEAST_AGREEMENT:
            yield f"{language}: identified in only {share:.1%} of its texts"
    for language, figures in report["variety"].items():
        for edge in ("repeated_opening", "repeated_closing"):
            if figures[edge] > _MOST_REPEATED_EDGES:
                yield f"{language}: {edge} {figures[edge]:.1%}, more than {_MOST_REPEATED_EDGES:.0%}"


if __name__ == "__main__":
    sys.exit(main())
