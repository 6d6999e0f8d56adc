"""Draw the cards that messages are written from: ``python -m training.heads.cards OUT``.

A card says what one message must be: intent, sector, length, form, tone, person, noise, urgency. They are drawn evenly
over the intents, with the file's name as seed, from the corpus's lists for train organisations and the sectors of the
encoder's questions.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import yaml

from training.corpus.authoring.briefs import HERE
from training.corpus.labels import INTENTS
from training.nordic.sources import QUESTIONS

LISTS = HERE / "lists.yaml"
CARDS, CHUNKS = 50, 8
_URGENCY = ("low", "normal", "normal", "high", "high", "urgent")
_SHORT = 32


def main(out: Path) -> None:
    """Write one file of cards per chunk."""
    lists = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    sectors = sorted(path.stem for path in QUESTIONS.glob("*.jsonl"))
    for language in ("nb", "sv", "da", "fi", "en"):
        for chunk in range(1, 6 * CHUNKS + 1):
            name = f"{language}-{chunk:02d}"
            draw = random.Random(f"replyassist heads {name}")
            lines = cards(lists, sectors, draw)
            (out / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def cards(lists: dict[str, Any], sectors: list[str], draw: random.Random) -> list[str]:
    """Return the cards of one chunk: every intent once, ten of them twice."""
    intents = [*INTENTS, *draw.sample(INTENTS, CARDS - len(INTENTS))]
    draw.shuffle(intents)
    return [f"{number}. {card(intent, lists, sectors, draw)}" for number, intent in enumerate(intents, start=1)]


def card(intent: str, lists: dict[str, Any], sectors: list[str], draw: random.Random) -> str:
    """Return what one message must be."""
    style, codes = lists["train"], lists["codes"]
    length = draw.choice(style["lengths"])
    short = int(length.split("-")[1]) <= _SHORT
    form = draw.choice(style["forms"]["any"] + style["forms"]["short" if short else "long"])
    parts = [intent, draw.choice(sectors), f"{length} words", form, f"urgency {draw.choice(_URGENCY)}"]
    if draw.random() < 0.7:
        parts.append(f"person: {draw.choice(style['personas'])}")
    if draw.random() < 0.6:
        parts.append(f"tone: {draw.choice(style['tones'])}")
    if (noise := draw.choice(style["noise"])) != "none":
        parts.append(f"noise: {noise}")
    if draw.random() < 0.1:
        parts.append(f"+ second: {draw.choice(INTENTS)}")
    chance = draw.random()
    if chance < 0.2:
        parts.append(f"shows {draw.choices(list(codes), list(codes.values()))[0]}")
    elif chance < 0.23:
        parts.append("alarming word used harmlessly")
    return " | ".join(parts)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
