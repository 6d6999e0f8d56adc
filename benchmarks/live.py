"""Adds, updates and deletes by a writer that is killed again and again, while another process searches.

The parent knows which states are possible: the writer notes each commit in a journal, synced to disk, before it begins
and after it ended, and what each commit does follows from its number. Every search is held against the commits that had
ended when it began and had begun when it ended: what was deleted or replaced before must not show, what was there
throughout must be found, and all hits must be of one state. After each kill and at the end all documents are compared.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.common import ROOT, percentiles, publish
from replyassist import Article, Assistant, Hit, Macro, Resolution
from replyassist.building import prepare
from replyassist.doctor import examine
from replyassist.types import LANGUAGES, Document

SEED = 1
FIRST_DOCUMENTS = 1_500
PER_COMMIT = 40
PER_KILL = 400
NEVER = 1 << 60
SHOWN = 10
SEARCHED_AT_THE_END = 300

_TOKEN = re.compile("zq[a-z]{12}")

_WORDS = {
    "nb": "pakken varen fakturaen bestillingen kvitteringen passordet kontoen kunden butikken gavekortet leveringen "
    "kommer sendes betales byttes avbrytes endres returneres ikke fortsatt innen etter hvis gratis fram dager uka",
    "sv": "paketet varan fakturan beställningen kvittot lösenordet kontot kunden butiken presentkortet leveransen "
    "kommer skickas betalas byts avbryts ändras returneras inte fortfarande inom efter om gratis fram dagar veckan",
    "da": "pakken varen fakturaen bestillingen kvitteringen adgangskoden kontoen kunden butikken gavekortet leveringen "
    "kommer sendes betales byttes afbrydes ændres returneres ikke stadig inden efter hvis gratis frem dage ugen",
    "fi": "paketti tuote lasku tilaus kuitti salasana tili asiakas myymälä lahjakortti toimitus saapuu lähetetään "
    "maksetaan vaihdetaan perutaan muutetaan palautetaan ei edelleen ennen jälkeen jos ilmaiseksi perille päivää",
    "en": "the parcel item invoice order receipt password account customer store voucher delivery arrives is sent "
    "paid exchanged cancelled changed returned not still within after if free days week",
}


@dataclass(frozen=True)
class Batch:
    """One commit: the version that each of some documents gets, or ids that are removed."""

    put: dict[str, int] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def operations(self) -> int:
        """Return how many documents are touched."""
        return len(self.put) + len(self.removed)


@dataclass(frozen=True)
class Life:
    """A text: of which document, and from which commit on until which it is there."""

    name: str
    version: int
    born: int
    gone: int = NEVER


class Plan:
    """What each commit does, from its number alone, and what is there after it. Commit 0 is the build."""

    def __init__(self, operations: int) -> None:
        self._chance = random.Random(SEED)
        self.kinds: Counter[str] = Counter()
        first = Batch({f"d{number}": 0 for number in range(FIRST_DOCUMENTS)})
        self.batches = [first]
        self._now, self._versions = dict(first.put), dict(first.put)
        left = operations
        while left:
            self.batches.append(self._batch(min(left, self._chance.randint(PER_COMMIT // 2, PER_COMMIT * 3 // 2))))
            left -= self.batches[-1].operations
        self.lives = _lives(self.batches)

    def _batch(self, size: int) -> Batch:
        if self._chance.random() < 0.3:
            removed = tuple(self._chance.sample(sorted(self._now), size))
            for name in removed:
                del self._now[name]
            self.kinds["deletes"] += size
            return Batch(removed=removed)
        put: dict[str, int] = {}
        away = sorted(self._versions.keys() - self._now.keys())
        there = sorted(self._now)
        while len(put) < size:
            kind, name = self._operation(there, away)
            if name not in put:
                put[name] = self._versions.get(name, -1) + 1
                self._versions[name] = put[name]
                self.kinds[kind] += 1
        self._now |= put
        return Batch(put)

    def _operation(self, there: list[str], away: list[str]) -> tuple[str, str]:
        if self._chance.random() < 0.5:
            return "updates", self._chance.choice(there)
        again = away and self._chance.random() < 0.2
        return "adds", self._chance.choice(away) if again else f"d{len(self._versions)}"

    def after(self, commit: int) -> dict[str, str]:
        """Return the text's own word of every document after a commit."""
        return {life.name: word for word, life in self.lives.items() if life.born <= commit < life.gone}


def _lives(batches: list[Batch]) -> dict[str, Life]:
    lives: dict[str, Life] = {}
    current: dict[str, str] = {}
    for number, batch in enumerate(batches):
        for name in (*batch.put, *batch.removed):
            if name in current:
                old = lives[current[name]]
                lives[current.pop(name)] = Life(name, old.version, old.born, number)
        for name, version in batch.put.items():
            current[name] = own_word(name, version)
            lives[current[name]] = Life(name, version, number)
    return lives


def own_word(name: str, version: int) -> str:
    return "zq" + "".join(random.Random(f"{name}/{version}").choices(string.ascii_lowercase, k=12))


def text_of(chance: random.Random, language: str) -> str:
    """Return one to three sentences."""
    known = _WORDS[language].split()
    sentences = (" ".join(chance.choices(known, k=chance.randint(6, 12))) for _ in range(chance.randint(1, 3)))
    return " ".join(f"{one.capitalize()}." for one in sentences)


@cache
def document(name: str, version: int) -> Document:
    """Return a document as it is stored. An id keeps its pool; everything else changes with the version."""
    chance = random.Random(f"{name}:{version}")
    language = chance.choice(LANGUAGES)
    title, text = text_of(chance, language)[:40], f"{text_of(chance, language)} {own_word(name, version)}"
    made: Document
    if int(name[1:]) % 4 == 1:
        made = Resolution(id=name, language=language, question=text_of(chance, language), answer=text)
    elif int(name[1:]) % 4 == 3:
        made = Macro(id=name, language=language, title=title, body=text)
    else:
        made = Article(id=name, language=language, title=title, body=text)
    return prepare(made)


def write(folder: Path, journal: Path, operations: int, first: int) -> None:
    """Commit one batch after the other from ``first`` on, noting each before and after."""
    plan = Plan(operations)
    assistant = Assistant.open(folder)
    place = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(kind: str, number: int) -> None:
        os.write(place, f"{kind} {number} {time.monotonic()}\n".encode())
        os.fsync(place)

    for number in range(first, len(plan.batches)):
        batch = plan.batches[number]
        documents = [document(name, version) for name, version in batch.put.items()]
        note("begin", number)
        if batch.removed:
            assistant.remove(batch.removed)
        else:
            assistant.add(documents)
        note("end", number)


class Journal:
    """What the writer noted, read as it grows."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        path.touch()
        self.begun = self.ended = 0
        self.begins: dict[int, float] = {}
        self.ends: dict[int, float] = {}

    def refresh(self) -> None:
        """Read the lines that are new and whole."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")[0]
        self._read += len(whole) + 1 if whole else 0
        for line in whole.decode().splitlines():
            kind, number, at = line.split()
            if kind == "begin":
                self.begun = int(number)
                self.begins[self.begun] = float(at)
            else:
                self.ended = int(number)
                self.ends[self.ended] = float(at)


@dataclass
class Seen:
    """What was measured, and what should not have been seen."""

    kills: int = 0
    inside: int = 0
    stood: int = 0
    searches: int = 0
    during_commits: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


class Watch:
    """Searches through one open assistant, and holds what it finds against the plan."""

    def __init__(self, folder: Path, plan: Plan, journal: Journal) -> None:
        self.folder, self.plan, self.journal = folder, plan, journal
        self.reader = Assistant.open(folder)
        self.seen = Seen()
        self._chance = random.Random(SEED + 1)
        self._words = list(plan.lives)
        self._noticed = 0

    def search(self) -> None:
        """Search once: for a word of the commit that ended last, if it is new, else for anything."""
        self.journal.refresh()
        ended, begun = self.journal.ended, self.journal.begun
        new = ended > self._noticed
        word = self._word_of(ended) if new else self._any_word(begun)
        start = time.monotonic()
        hits = self._ask(word)
        done = time.monotonic()
        self.journal.refresh()
        self.seen.searches += 1
        if begun > ended or self.journal.begun > begun:
            self.seen.during_commits.append(done - start)
        for number in range(self._noticed + 1, ended + 1):
            if number in self.journal.ends:
                self.seen.visible.append(done - self.journal.ends[number])
        self._noticed = max(ended, self._noticed)
        self.hold(word, hits, ended, self.journal.begun)

    def _word_of(self, commit: int) -> str:
        """Return the word of a text that a commit brought or took away."""
        batch = self.plan.batches[commit]
        if batch.put:
            return own_word(*self._chance.choice(list(batch.put.items())))
        return self._chance.choice([word for word, life in self.plan.lives.items() if life.gone == commit])

    def _any_word(self, begun: int) -> str | None:
        """Return the word of a text that is or was there, or none for a search by ordinary words."""
        if self._chance.random() < 0.3:
            return None
        while True:
            word = self._chance.choice(self._words)
            if self.plan.lives[word].born <= begun:
                return word

    def _ask(self, word: str | None, reader: Assistant | None = None) -> list[Hit]:
        asked = reader or self.reader
        if word is None:
            return asked.search(text_of(self._chance, self._chance.choice(LANGUAGES)))
        life = self.plan.lives[word]
        return asked.search(word, language=document(life.name, life.version).language)

    def hold(self, word: str | None, hits: list[Hit], earliest: int, latest: int) -> None:
        """Note a violation unless the hits are those of one state between two commits."""
        low, high = earliest, latest
        for hit in hits:
            found = _TOKEN.search(hit.text)
            life = self.plan.lives.get(found.group()) if found else None
            if life is None or life.name != hit.source_id:
                self._violation(f"{hit.source_id}: a text that never was: {hit.text!r}")
                return
            if life.born > latest or life.gone <= earliest:
                self._violation(f"{hit.source_id}: of commits {life.born} to {life.gone}, shown at {earliest}-{latest}")
                return
            low, high = max(low, life.born), min(high, life.gone - 1)
        if low > high:
            self._violation(f"hits of two states at once, at {earliest}-{latest}")
        elif word is not None and self._lost(word, hits, low, high):
            self._violation(f"{self.plan.lives[word].name} is not found by {word} at {low}-{high}")

    def _lost(self, word: str, hits: list[Hit], low: int, high: int) -> bool:
        life = self.plan.lives[word]
        there = life.born <= low and high < life.gone
        return there and life.name not in {name for hit in hits for name in (hit.source_id, *hit.duplicates)}

    def _violation(self, what: str) -> None:
        self.seen.violations.append(what)
        print(f"violation: {what}", file=sys.stderr)

    def settle(self) -> int:
        """Compare everything with the states that are possible now that no writer runs; return the next commit."""
        self.journal.refresh()
        ended, begun = self.journal.ended, self.journal.begun
        possible = {number: self.plan.after(number) for number in range(ended, begun + 1)}
        found = _stored(Assistant.open(self.folder))
        state = next((number for number, words in possible.items() if found == self._documents(words)), None)
        if state is None:
            self._violation(f"after the kill in commit {begun}: neither of the states {list(possible)}")
            state = ended
        if _stored(self.reader) != self._documents(possible[state]):
            self._violation(f"after the kill in commit {begun}: the open reader does not see state {state}")
        self.seen.inside += begun > ended
        self.seen.stood += state > ended
        self.journal.ended = self.journal.begun = self._noticed = state
        return state + 1

    def _documents(self, words: dict[str, str]) -> dict[str, Document]:
        return {name: document(name, self.plan.lives[word].version) for name, word in words.items()}

    def finish(self) -> None:
        """Check the last state: the files, a sample of texts that must be found, and that nothing removed is left."""
        last = len(self.plan.batches) - 1
        for finding in examine(self.folder, repair=False, report=lambda _: None):
            if finding.state == "broken":
                self._violation(f"{finding.check}: {finding.detail}")
        fresh = Assistant.open(self.folder)
        for word in self._chance.sample(self._words, SEARCHED_AT_THE_END):
            self.hold(word, self._ask(word, fresh), last, last)
        there = set(self.plan.after(last).values())
        for path in sorted(self.folder.rglob("*")):
            words = {one.decode() for one in re.findall(rb"zq[a-z]{12}", path.read_bytes())} if path.is_file() else ()
            left = [word for word in words if word in self.plan.lives and word not in there]
            if left:
                self._violation(f"{path.name}: holds {len(left)} texts that were deleted or replaced")


def _stored(assistant: Assistant) -> dict[str, Document]:
    return {one.id: one for one in assistant.retriever.knowledge.documents()}


def search_while_killing(watch: Watch, operations: int, journal: Path) -> None:
    """Start the writer until all is committed; kill it after some commits, at a random moment of one."""
    chance = random.Random(SEED + 2)
    commits = len(watch.plan.batches) - 1
    kills = max(3, operations // PER_KILL)
    first = 1
    while first <= commits:
        command = [sys.executable, "-m", "benchmarks.live", "--operations", str(operations)]
        command += ["--write", str(watch.folder), str(journal), str(first)]
        writer = subprocess.Popen(command, cwd=ROOT)
        last = first + round(commits / (kills + 1) * chance.uniform(0.3, 1.7))
        for _ in _until_killed(writer, watch.journal, last, chance):
            watch.search()
        if writer.wait() == -signal.SIGKILL:
            watch.seen.kills += 1
        elif writer.returncode:
            sys.exit(f"the writer failed with exit code {writer.returncode}")
        first = watch.settle()


def _until_killed(
    writer: subprocess.Popen[bytes], journal: Journal, last: int, chance: random.Random
) -> Iterator[None]:
    """Yield until the writer ends; kill it in commit ``last``, after a random share of the time that one takes."""
    moment: float | None = None
    while writer.poll() is None:
        yield
        if moment is None and journal.begun >= last:
            took = [end - journal.begins[number] for number, end in list(journal.ends.items())[-10:]]
            moment = time.monotonic() + chance.uniform(0, 1.2) * (sum(took) / len(took) if took else 0.2)
        if moment is not None and time.monotonic() >= moment:
            writer.kill()
            writer.wait()


def run(operations: int) -> bool:
    """Run the whole of it; return whether nothing was seen that should not be."""
    start = time.monotonic()
    plan = Plan(operations)
    with tempfile.TemporaryDirectory() as place:
        folder, noted = Path(place) / "assistant", Path(place) / "journal"
        kinds = {kind: [one for one in _first(plan) if isinstance(one, kind)] for kind in (Article, Resolution, Macro)}
        Assistant.build(folder, articles=kinds[Article], resolutions=kinds[Resolution], macros=kinds[Macro])
        watch = Watch(folder, plan, Journal(noted))
        search_while_killing(watch, operations, noted)
        watch.finish()
        segments = len(watch.reader.retriever.knowledge.segments)
    seen, journal = watch.seen, watch.journal
    result = {
        "operations": operations,
        **{kind: plan.kinds[kind] for kind in ("adds", "updates", "deletes")},
        "commits": len(plan.batches) - 1,
        "documents": {"first": FIRST_DOCUMENTS, "last": len(plan.after(len(plan.batches) - 1)), "segments": segments},
        "kills": {"all": seen.kills, "inside_a_commit": seen.inside, "that_stood": seen.stood},
        "violations": len(seen.violations),
        "first_violations": seen.violations[:SHOWN],
        "commit": percentiles([end - journal.begins[number] for number, end in journal.ends.items()]),
        "commit_end_to_visible": percentiles(seen.visible),
        "searches": seen.searches,
        "search_during_commits": {"n": len(seen.during_commits), **percentiles(seen.during_commits)},
        "seconds": round(time.monotonic() - start, 1),
    }
    publish("live", result)
    return not seen.violations


def _first(plan: Plan) -> list[Document]:
    return [document(name, version) for name, version in plan.batches[0].put.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--write", nargs=3, metavar=("FOLDER", "JOURNAL", "FIRST"), help="be the writer")
    given = parser.parse_args()
    if given.write:
        folder, journal, first = given.write
        write(Path(folder), Path(journal), given.operations, int(first))
    else:
        sys.exit(not run(given.operations))


if __name__ == "__main__":
    main()
