"""Taggers for the tests: quick, deterministic, and able to fail. Importable by worker processes."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

from replyassist.batch import Tagger
from replyassist.errors import DataError, MissingExtra
from replyassist.types import Flag, Message, Prediction, Tags

SECRET = "Kari Nordmann 0101"


def tags_of(message: Message) -> Tags:
    text = message.text
    return Tags(
        message_id=message.id,
        text=text,
        language=message.language or "nb",
        language_probability=1.0,
        intents=(
            Prediction(
                label="refund_request",
                probability=0.912345,
                accepted=len(text) % 2 == 0,
                tier="suggest" if len(text) % 2 else "automate",
                candidates=("refund_request",),
            ),
            Prediction(label="complaint", probability=0.4),
        ),
        urgency=Prediction(label="high", probability=0.75),
        flags=(
            (
                Flag(code="legal_threat", severity="critical", reason="r"),
                Flag(code="strong_anger", severity="info", reason="r"),
            )
            if "advokat" in text
            else ()
        ),
    )


def tag(messages: list[Message]) -> list[Tags]:
    for message in messages:
        if "EXPLODE" in message.text:
            raise RuntimeError(f"cannot handle {message.text} {SECRET}")
        if "KILL" in message.text:
            os.kill(os.getpid(), signal.SIGKILL)
    return [tags_of(message) for message in messages]


def make() -> Tagger:
    return tag


def _slow(seconds: float, messages: list[Message]) -> list[Tags]:
    time.sleep(seconds)
    return tag(messages)


def make_slow(seconds: float) -> Tagger:
    return partial(_slow, seconds)


def make_counted(folder: str) -> Tagger:
    Path(folder, f"made-{os.getpid()}-{time.monotonic_ns()}").touch()
    return tag


def make_short() -> Tagger:
    return lambda messages: []


def make_with_missing_extra() -> Tagger:
    raise MissingExtra("parquet", "Reading this")


def make_with_missing_file() -> Tagger:
    raise FileNotFoundError("no such model")


def make_refusing() -> Tagger:
    def refuse(messages: list[Message]) -> list[Tags]:
        if any("REFUSE" in message.text for message in messages):
            raise DataError("the text is longer than the model reads")
        return tag(messages)

    return refuse
