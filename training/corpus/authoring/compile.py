"""Turn drafts into data: ``python -m training.corpus.authoring.compile DRAFTS SPLIT o01 o02 ...``.

Writes ``training/corpus/data/SPLIT/<organisation>/``. A unit with a problem is reported and nothing of its
organisation is written. Languages without drafts keep what was compiled before.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from replyassist.types import LANGUAGES
from training.corpus.authoring.rows import KINDS, read_unit
from training.corpus.files import ROOT, read_rows, write_rows
from training.corpus.schema import Article, Macro, Message, Profile, Row, Ticket

TYPES: dict[str, type[Row]] = {"articles": Article, "messages": Message, "tickets": Ticket, "macros": Macro}


def main(drafts: Path, split: str, organisations: list[str]) -> int:
    """Compile the organisations; return the exit code."""
    failed = 0
    for organisation in organisations:
        sheet = yaml.load((drafts / f"{organisation}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        profile = msgspec.convert(_stripped(sheet), Profile)
        audiences = {topic.id: topic.audience for topic in profile.topics}
        rows: dict[str, list[Any]] = {kind: [] for kind in KINDS}
        problems: list[str] = []
        folder = ROOT / split / organisation
        for language in LANGUAGES:
            found, trouble = read_unit(drafts, organisation, language, audiences)
            problems += trouble
            for kind in KINDS:
                rows[kind] += found[kind] or _written_before(folder / f"{kind}.jsonl", TYPES[kind], language)
        if problems:
            failed += 1
            print("\n".join(problems))
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "profile.json").write_bytes(msgspec.json.format(msgspec.json.encode(profile), indent=1) + b"\n")
        for kind in KINDS:
            write_rows(folder / f"{kind}.jsonl", rows[kind])
        print(f"{organisation}: " + ", ".join(f"{len(rows[kind])} {kind}" for kind in KINDS))
    return 1 if failed else 0


def _written_before(path: Path, kind: type[Row], language: str) -> list[Any]:
    """Return the rows of a language that has no drafts now, so that one language can be compiled alone."""
    rows: list[Any] = read_rows(path, kind) if path.exists() else []
    return [row for row in rows if _written_in(row) == language]


def _written_in(row: Any) -> str:
    """Return the language a row was written for; a message may be in another, so its id tells."""
    return str(row.id.split("-")[1] if isinstance(row, Message) else row.language)


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value.strip() if isinstance(value, str) else value


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
