"""Draw the briefs: ``python -m training.corpus.authoring.briefs SHEETS OUT {train,test} o01.nb o02.nb ...``.

Every unit (an organisation in one language) gets one brief with a card per message. Cards are drawn from
``lists.yaml`` with the unit's name as seed, so no two briefs are alike and each can be drawn again.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
MESSAGES = 40
UNANSWERED = 6
NOISE = 2
TICKETS = 10
_CSAT = (5, 5, 4, 4, 3, "none", "none", 2)
_SHORT = 32
_MANNERS = {"persona": 0.7, "opening": 0.5, "tone": 0.6}
_WEIGHTS = {"common": 4.0, "usual": 2.3, "rare": 0.8}


def main(sheets: Path, out: Path, style: str, units: list[str]) -> None:
    """Write one brief per unit to ``out``."""
    lists = yaml.safe_load((HERE / "lists.yaml").read_text(encoding="utf-8"))
    template = (HERE / f"brief_{style}.md").read_text(encoding="utf-8")
    for unit in units:
        organisation, language = unit.split(".")
        text = (sheets / f"{organisation}.yaml").read_text(encoding="utf-8")
        draw = random.Random(f"replyassist corpus {unit}")
        filled = template.format(
            unit=unit,
            organisation=organisation,
            language=language,
            sheet=text.strip(),
            messages="\n".join(message_cards(yaml.load(text, yaml.BaseLoader), language, lists, lists[style], draw)),
            tickets="\n".join(ticket_cards(yaml.load(text, yaml.BaseLoader), language, lists, draw)),
        )
        (out / f"{unit}.md").write_text(filled, encoding="utf-8")


def message_cards(
    sheet: dict[str, Any], language: str, lists: dict[str, Any], style: dict[str, Any], draw: random.Random
) -> list[str]:
    """Return one line per message to write."""
    subjects = [_topic_card(topic, draw) for topic in _topics(sheet, MESSAGES - UNANSWERED - NOISE, draw)]
    subjects += _unanswered_cards(sheet, lists, draw)
    draw.shuffle(subjects)
    noise = [f"NOISE: {what}" for what in draw.sample(lists["noise_messages"], NOISE)]
    cards = []
    for number, subject in enumerate([*subjects, *noise], start=1):
        style_part = "" if subject.startswith("NOISE") else _style(language, lists, style, draw)
        cards.append(f"- m{number:02d} | {subject}{style_part}")
    return cards


def _topics(sheet: dict[str, Any], count: int, draw: random.Random) -> list[dict[str, Any]]:
    topics = sheet["topics"]
    weights = [_WEIGHTS[topic["frequency"]] * (0.6 if topic["audience"] == "internal" else 1.0) for topic in topics]
    shares = [weight * count / sum(weights) for weight in weights]
    counts = [int(share) for share in shares]
    while sum(counts) < count:
        counts[draw.choices(range(len(topics)), [max(s - c, 0.0) for s, c in zip(shares, counts, strict=True)])[0]] += 1
    return [topic for topic, times in zip(topics, counts, strict=True) for _ in range(times)]


def _topic_card(topic: dict[str, Any], draw: random.Random) -> str:
    situations = len(topic["customer_situations"])
    card = f"{topic['id']}"
    card += f", situation {draw.randrange(situations) + 1}" if draw.random() < 0.7 else ", a situation of your own"
    return card + (" + a second request (another topic or intent)" if draw.random() < 0.12 else "")


def _unanswered_cards(sheet: dict[str, Any], lists: dict[str, Any], draw: random.Random) -> list[str]:
    known = draw.sample(sheet["unanswered"], 3)
    cards = [f"UNANSWERED: {item['ask']} ({item['intent']})" for item in known]
    others = draw.sample(lists["other_intents"], UNANSWERED - 3)
    return cards + [f"UNANSWERED: anything of your own with intent {intent}" for intent in others]


def _style(language: str, lists: dict[str, Any], style: dict[str, Any], draw: random.Random) -> str:
    names = lists["names"][language]
    length = draw.choice(style["lengths"])
    size = "long" if int(length.partition("-")[2]) > _SHORT else "short"
    parts = [draw.choice(style["forms"]["any"] + style["forms"][size]), f"{length} words"]
    for name, share in _MANNERS.items():
        if draw.random() < share:
            parts.append(f"{name}: {draw.choice(style[name + 's'])}")
    noise = draw.choice(style["noise"])
    if noise != "none":
        parts.append(f"noise: {noise}")
    if draw.random() < 0.5:
        parts.append(f"name: {draw.choice(names['first'])} {draw.choice(names['last'])}")
    shown = _code(lists, draw)
    if shown:
        parts.append(shown)
    return " | " + " | ".join(parts)


def _code(lists: dict[str, Any], draw: random.Random) -> str:
    roll = draw.random() * 1000
    for code, share in lists["codes"].items():
        roll -= share
        if roll < 0:
            return f"SHOWS {code}"
    return "alarming words used harmlessly, NO code" if roll < lists["harmless_alarm"] else ""


def ticket_cards(sheet: dict[str, Any], language: str, lists: dict[str, Any], draw: random.Random) -> list[str]:
    """Return one line per resolved ticket to write; two of them have a flawed reply."""
    topics = _topics(sheet, TICKETS, draw)
    draw.shuffle(topics)
    flaws = dict.fromkeys(draw.sample(range(TICKETS), 2))
    kinds = draw.sample(("wrong", "outdated", "contradicted"), 2)
    names = lists["names"][language]
    cards = []
    for number, topic in enumerate(topics, start=1):
        quality = kinds.pop() if number - 1 in flaws else "good"
        month = draw.randrange(1, 12)
        year = draw.choice((2024, 2025, 2025)) if quality == "outdated" else 2026
        date = f"{year}-{month:02d}-{draw.randrange(1, 28):02d}"
        cards.append(
            f"- r{number:02d} | {topic['id']} | {draw.choice(names['first'])} {draw.choice(names['last'])} | "
            f"received {date} | agent {draw.choice(sheet['agents'])} | quality {quality} | csat {draw.choice(_CSAT)}"
        )
    return cards


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
