"""While it is searched, an assistant is changed, interrupted and killed: what was committed last is what is found."""

from __future__ import annotations

import os
import random
import shutil
import signal
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from replyassist import folder as folders
from replyassist.assistant import Assistant
from replyassist.building import edit_generation, prepare, rebuild_indexes
from replyassist.doctor import examine
from replyassist.embed import LSA
from replyassist.errors import DataError
from replyassist.folder import AssistantFolder, Change
from replyassist.retrieve import SegmentWriter, Store, editing
from replyassist.retrieve.segments import SegmentList
from replyassist.types import LANGUAGES, POOLS, Article, Document, Hit, Macro, Resolution

NUMBERS = 12
"""Ids that documents can have."""

HELD = 0.2
"""A chunk that holds the one word of a query has more of the achievable score, any other next to none."""

COMMON = {
    "nb": "pakken varen fakturaen kommer ikke fram retur bestilling kundeservice konto passord skal sendes",
    "sv": "paketet varan fakturan kommer inte fram retur beställning kundtjänst konto lösenord ska skickas",
    "da": "pakken varen fakturaen kommer ikke frem retur bestilling kundeservice konto adgangskode skal sendes",
    "fi": "paketti tuote lasku ei tule perille palautus tilaus asiakaspalvelu tili salasana pitää lähettää",
    "en": "the parcel item invoice does not arrive return order support account password should be sent",
}


def own_word(number: int, version: int) -> str:
    """A word that only this version of this document holds."""
    return "".join(random.Random(f"{number}/{version}").choices(string.ascii_lowercase, k=14))


def document(number: int, version: int, language: str) -> Document:
    """A document as it is stored; an id stays in its pool, all else changes with the version."""
    chance = random.Random(f"{number}:{version}:{language}")
    common = COMMON[language].split()

    def text(length: int) -> str:
        return " ".join(chance.choices(common, k=length))

    name, own = f"d{number}", own_word(number, version)
    made: Document
    if number % 4 == 2:
        made = Macro(id=name, language=language, title=text(3), body=f"{text(9)} {own}")
    elif number % 4 == 3:
        made = Resolution(id=name, language=language, question=f"{text(9)} {own}", answer=text(9))
    else:
        body = "\n\n".join(f"## {text(2)}\n\n{text(60)} {own}" for _ in range(1 + number % 4))
        made = Article(id=name, language=language, title=text(3), body=body)
    return prepare(made)


def build(folder: Path, documents: list[Document]) -> Assistant:
    pools = {kind: [one for one in documents if isinstance(one, kind)] for kind in (Article, Resolution, Macro)}
    articles, resolutions, macros = pools.values()
    return Assistant.build(folder, articles=articles, resolutions=resolutions, macros=macros, encoder=LSA)


FIRST = {number: document(number, 0, LANGUAGES[number % 5]) for number in range(8)}


@contextmanager
def small_segments() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "SEGMENT_CHUNKS", 6)
        patch.setattr(editing, "SMALL_CHUNKS", 2)
        yield patch


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assistant of a few segments. Read only."""
    folder = tmp_path_factory.mktemp("live") / "base"
    with small_segments():
        build(folder, list(FIRST.values()))
    assert len(list(folder.glob("generations/*/segments/*"))) > 1
    return folder


def dies(
    patch: pytest.MonkeyPatch, place: object, name: str, *, after: int, late: bool = False, litter: bool = False
) -> None:
    """Let the call ``after`` so many others of ``place.name`` be interrupted, before it or when it is done.

    With ``litter`` nothing is cleared up then, as when a process is killed.
    """
    actual: Callable[..., object] = getattr(place, name)
    calls = 0

    def interrupted(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls != after + 1:
            return actual(*arguments, **options)
        if late:
            actual(*arguments, **options)
        if litter:
            patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        raise KeyboardInterrupt

    patch.setattr(place, name, interrupted)


BEFORE_THE_COMMIT = {
    "taking a segment up": (SegmentWriter, "_take_up"),
    "merging": (SegmentWriter, "_merge_small"),
    "adopting": (Store, "adopt"),
    "indexing": (editing, "build_segment"),
    "compacting": (Store, "commit"),
    "keeping": (Change, "keep"),
    "listing": (SegmentList, "write"),
    "hashing": (folders, "_sha256"),
    "renaming": (os, "replace"),
    "naming the generation": (folders, "replace_file"),
}


class LiveUpdates(RuleBasedStateMachine):
    """A folder with a writer and a reader that stays open, beside a dictionary of what was committed."""

    base: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp()) / "acme"
        shutil.copytree(self.base, self.folder)
        self.model: dict[int, Document] = dict(FIRST)
        self.versions = dict.fromkeys(range(NUMBERS), 0)
        self.gone: list[str] = []
        self.writer, self.reader = Assistant.open(self.folder), Assistant.open(self.folder)

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            self.writer.add([])  # clears what killed writers left behind
            findings = examine(self.folder, repair=False, report=lambda _: None)
            assert [finding for finding in findings if finding.state != "ok"] == []
            raw = self.raw()
            assert not [word for word in self.gone if word.encode() in raw]
        finally:
            shutil.rmtree(self.folder.parent)

    def raw(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())

    def fresh(self, number: int, language: str) -> Document:
        self.versions[number] += 1
        return document(number, self.versions[number], language)

    def commit(self, put: dict[int, Document], removed: set[int]) -> None:
        """Note what was committed: what these numbers held before must not be found again."""
        for number in put.keys() | removed:
            if number in self.model:
                self.gone.append(word_of(self.model.pop(number)))
        self.model |= put

    numbers = st.integers(0, NUMBERS - 1)
    languages = st.sampled_from(LANGUAGES)
    puts = st.dictionaries(numbers, languages, min_size=1, max_size=4)

    @rule(puts=puts)
    def add(self, puts: dict[int, str]) -> None:
        put = {number: self.fresh(number, language) for number, language in puts.items()}
        assert self.writer.add(put.values()) == len(put)
        self.commit(put, set())

    @rule(numbers=st.sets(numbers, min_size=1, max_size=4))
    def remove(self, numbers: set[int]) -> None:
        there = numbers & self.model.keys()
        names = [f"d{number}" for number in numbers]
        if there == numbers:
            assert self.writer.remove(names) == len(names)
            self.commit({}, numbers)
        else:
            with pytest.raises(DataError):
                self.writer.remove(names)

    @rule(puts=puts, removes=st.sets(numbers, max_size=3))
    def edit(self, puts: dict[int, str], removes: set[int]) -> None:
        put, removed = self.drawn(puts, removes)
        with AssistantFolder(self.folder).change() as change:
            counts = edit_generation(change, put.values(), [f"d{number}" for number in removed], report=lambda _: None)
        assert counts == (len(put), len(removed))
        self.commit(put, removed)

    def drawn(self, puts: dict[int, str], removes: set[int]) -> tuple[dict[int, Document], set[int]]:
        removed = (removes & self.model.keys()) - puts.keys()
        return {number: self.fresh(number, language) for number, language in puts.items()}, removed

    @rule()
    def rebuild(self) -> None:
        with AssistantFolder(self.folder).change(repair=True) as change:
            rebuild_indexes(change, report=lambda _: None)

    @rule()
    def build_anew(self) -> None:
        self.writer = build(self.folder, list(self.model.values()))

    @rule()
    def reopen(self) -> None:
        self.writer, self.reader = Assistant.open(self.folder), Assistant.open(self.folder)

    @rule(
        puts=puts,
        removes=st.sets(numbers, max_size=3),
        place=st.sampled_from(sorted(BEFORE_THE_COMMIT)),
        after=st.integers(0, 2),
        late=st.booleans(),
        litter=st.booleans(),
    )
    def dies_before_the_commit(
        self, puts: dict[int, str], removes: set[int], place: str, after: int, late: bool, litter: bool
    ) -> None:
        put, removed = self.drawn(puts, removes)
        # The rename of the manifest is the commit.
        late = late and place != "naming the generation"
        after = min(after, {"renaming": 1, "naming the generation": 0}.get(place, after))
        late = late and not (place == "renaming" and after == 1)
        committed = True
        with pytest.MonkeyPatch.context() as patch:
            dies(patch, *BEFORE_THE_COMMIT[place], after=after, late=late, litter=litter)
            try:
                with AssistantFolder(self.folder).change() as change:
                    names = [f"d{number}" for number in removed]
                    edit_generation(change, put.values(), names, report=lambda _: None)
            except KeyboardInterrupt:
                committed = False
        if committed:  # there were fewer such calls
            self.commit(put, removed)

    @rule(puts=puts)
    def dies_after_the_commit(self, puts: dict[int, str]) -> None:
        put, removed = self.drawn(puts, set())
        with pytest.MonkeyPatch.context() as patch:
            dies(patch, AssistantFolder, "_clear_all_but", after=1)
            with pytest.raises(KeyboardInterrupt):
                self.writer.add(put.values())
        self.commit(put, removed)

    @invariant()
    def what_was_committed_is_what_is_found(self) -> None:
        if not hasattr(self, "model"):
            return
        check(self.reader, self.model, self.gone[-6:])
        check(Assistant.open(self.folder), self.model, self.gone[-2:])
        assert len(list(self.folder.glob("generations/0*"))) <= 3


def kind_of(made: Document) -> str:
    return type(made).__name__.lower()


def word_of(made: Document) -> str:
    text = made.question if isinstance(made, Resolution) else made.body
    return text.split()[-1]


def check(assistant: Assistant, model: dict[int, Document], gone: list[str]) -> None:
    """Every document of ``model`` is there and found by its own word, and nothing else is."""
    names = {made.id for made in model.values()}
    for made in model.values():
        assert assistant.document(made.id) == made
        found = asked(assistant, word_of(made), made.language)
        assert {hit.source_id for hit in found} <= names
        (hit,) = [hit for hit in found if made.id == hit.source_id]
        assert hit.lexical > HELD
    for word in gone:
        found = asked(assistant, word, None)
        assert {hit.source_id for hit in found} <= names
        assert not [hit for hit in found if word in hit.text or hit.lexical > HELD]
    manifest = assistant.manifest
    assert manifest is not None
    knowledge = assistant.retriever.knowledge
    assert knowledge.counts() == {pool: sum(kind_of(made) == pool for made in model.values()) for pool in POOLS}
    assert manifest.details["documents"] == knowledge.counts()
    assert manifest.details["store_digest"] == knowledge.digest()
    assert {made.id for made in knowledge.documents()} == names


def asked(assistant: Assistant, word: str, language: str | None) -> list[Hit]:
    return assistant.search(word, k=50, language=language)


def test_live_updates(base: Path) -> None:
    LiveUpdates.base = base
    with small_segments():
        run_state_machine_as_test(
            LiveUpdates, settings=settings(max_examples=8, stateful_step_count=12, phases=[Phase.generate])
        )


@pytest.mark.parametrize("place", BEFORE_THE_COMMIT)
def test_interrupted_anywhere_a_change_leaves_the_last_state(base: Path, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(base, folder)
    reader = Assistant.open(folder)
    put = [document(1, 1, "fi"), document(9, 1, "nb"), document(6, 1, "sv")]
    with small_segments() as patch:
        dies(patch, *BEFORE_THE_COMMIT[place], after=0)
        with pytest.raises(KeyboardInterrupt), AssistantFolder(folder).change() as change:
            edit_generation(change, put, ["d0", "d2"], report=lambda _: None)
    for assistant in (reader, Assistant.open(folder)):
        check(assistant, FIRST, [word_of(one) for one in put])
    assert len(list((folder / "generations").iterdir())) == 1 + (place == "naming the generation")
    with small_segments():
        Assistant.open(folder).add(put)
    check(reader, FIRST | {1: put[0], 9: put[1], 6: put[2]}, [word_of(FIRST[1]), word_of(FIRST[6])])
    assert len(list((folder / "generations").iterdir())) == 1


def test_an_open_reader_sees_what_was_built_anew_from_the_same_texts(tmp_path: Path) -> None:
    """The texts, and with them the encoder, are the same; who may read them is not."""
    article = Article(id="a", language="nb", title="Refusjon", body="Refusjon uten kvittering gis av teamleder.")
    Assistant.build(tmp_path / "acme", articles=[article], encoder=LSA)
    reader = Assistant.open(tmp_path / "acme")
    assert [hit.source_id for hit in reader.search("refusjon")] == ["a"]
    hidden = Article(id="a", language="nb", title=article.title, body=article.body, audience=frozenset({"internal"}))
    Assistant.build(tmp_path / "acme", articles=[hidden], encoder=LSA)
    assert reader.document("a") == hidden
    assert reader.search("refusjon") == []


WRITER = """
import os, sys
from pathlib import Path
from replyassist.assistant import Assistant
from replyassist.building import edit_generation
from replyassist.folder import AssistantFolder
from replyassist.retrieve import editing

sys.path.insert(0, sys.argv[1])
from test_live_updates import changes

editing.SEGMENT_CHUNKS, editing.SMALL_CHUNKS = 6, 2
folder, number = Path(sys.argv[2]), int(sys.argv[3])
while True:
    put, removed = changes(number)
    os.write(1, f"begin {number}\\n".encode())
    with AssistantFolder(folder).change() as change:
        edit_generation(change, put.values(), [f"d{one}" for one in removed], report=lambda _: None)
    os.write(1, f"end {number}\\n".encode())
    number += 1
"""


def changes(number: int) -> tuple[dict[int, Document], list[int]]:
    """The change of that number: an even one puts three documents, the odd one after it removes two of them."""
    chance = random.Random(number // 2)
    chosen = chance.sample(range(8, NUMBERS), 3)
    if number % 2:
        return {}, chosen[:2]
    return {one: document(one, number + 1, chance.choice(LANGUAGES)) for one in chosen}, []


def test_a_reader_that_stays_open_sees_the_last_commit_of_a_writer_killed_at_any_moment(
    base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "acme"
    shutil.copytree(base, folder)
    reader = Assistant.open(folder)
    chance = random.Random(0)
    following, model = 0, dict(FIRST)
    gone: list[str] = []
    for _ in range(4):
        begun, ended = killed(folder, following, chance.randint(1, 5), chance.uniform(0, 0.1))
        states = []
        for number in range(following, begun + 1):
            if number > ended:
                states.append((dict(model), list(gone)))
            put, removed = changes(number)
            gone += [word_of(model.pop(one)) for one in (*put, *removed) if one in model]
            model |= put
        states.append((model, gone))
        # What had begun is committed as a whole or not at all.
        names = {tuple(sorted(one.id + word_of(one) for one in state.values())): (state, old) for state, old in states}
        there = tuple(sorted(one.id + word_of(one) for one in reader.retriever.knowledge.documents()))
        assert there in names
        model, gone = names[there]
        check(reader, model, gone[-6:])
        check(Assistant.open(folder), model, gone[-6:])
        following = begun + (len(states) == 1 or (model, gone) == states[-1])
    assert following > 5


def killed(folder: Path, first: int, changes: int, delay_s: float) -> tuple[int, int]:
    """Run the writer, kill it ``delay_s`` after so many changes begin; return the last one begun and the last ended."""
    arguments = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(folder), str(first)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    assert process.stdout is not None
    lines: list[bytes] = []
    while sum(line.startswith(b"begin") for line in lines) < changes:
        lines.append(process.stdout.readline())
        assert lines[-1], "the writer goes on until it is killed"
    time.sleep(delay_s)
    os.kill(process.pid, signal.SIGKILL)
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    told = {kind: [int(line.split()[1]) for line in lines if line.startswith(kind)] for kind in (b"begin", b"end")}
    return told[b"begin"][-1], max(told[b"end"], default=first - 1)
