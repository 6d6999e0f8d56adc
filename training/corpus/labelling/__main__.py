"""The second labelling, step by step: ``python -m training.corpus.labelling STEP SPLIT FOLDER``.

- ``sheets``: write what a blind reader needs (topics, messages without labels) to FOLDER, one file per organisation
  and language.
- ``read``: take the readers' files (``<organisation>.<language>.labels.txt``) from FOLDER; keep first and second
  labels.
- ``disputes``: write what the two disagree on to FOLDER, in an order that hides who said what.
- ``settle``: take the judges' files (``<organisation>.settled.txt``) and put the settled labels into the corpus.

Agreement is printed by ``python -m training.corpus.stats``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from replyassist.types import LANGUAGES
from training.corpus.files import Organisation, organisations
from training.corpus.labelling import settle
from training.corpus.labelling.labels import Labels, of_message, read_labels, store, stored
from training.corpus.labelling.sheets import sheet, written_in


def main(step: str, split: str, folder: Path) -> int:
    """Run one step over a split; return the exit code."""
    failed = 0
    for one in organisations(split):
        name = one.profile.id
        if step == "sheets":
            for language in LANGUAGES:
                (folder / f"{name}.{language}.sheet.md").write_text(sheet(one, language), encoding="utf-8")
        elif step == "read":
            failed += read(one, folder)
        elif step == "disputes":
            text = settle.disputes(one, stored("first", name), stored("second", name))
            (folder / f"{name}.disputes.md").write_text(text, encoding="utf-8")
        elif step == "settle":
            problems = settle.apply(one, folder / f"{name}.settled.txt")
            failed += len(problems)
            print("\n".join([*problems, f"{name}: settled"]))
    return 1 if failed else 0


def read(one: Organisation, folder: Path) -> int:
    """Keep both readers' labels of an organisation, unless something is wrong; return the number of problems."""
    name = one.profile.id
    rows: list[Labels] = []
    problems: list[str] = []
    for language in LANGUAGES:
        found, trouble = read_labels(folder / f"{name}.{language}.labels.txt", written_in(one, language))
        rows += found
        problems += trouble
    print("\n".join([*problems, f"{name}: {len(rows)} messages labelled a second time"]))
    if not problems:
        store("first", name, [of_message(message) for message in one.messages])
        store("second", name, rows)
    return len(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
