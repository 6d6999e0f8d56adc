from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replyassist.errors import ArtifactCorrupt, ArtifactMissing, ConfigError, DataError
from replyassist.retrieve import Retriever, Store, write_corpus
from replyassist.retrieve.relevance import RelevanceModel
from replyassist.retrieve.retriever import RELEVANCE
from replyassist.retrieve.segment import Segment, build_segment
from replyassist.types import POOLS, PUBLIC, Article, Hit, Macro, Resolution

from .conftest import KNOWLEDGE, HashingEncoder, Open, write_generation

INTERNAL = frozenset({"public", "internal"})


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.source_id for hit in hits]


@pytest.mark.parametrize(
    ("query", "language", "pool", "expected"),
    [
        ("Hvordan returnerer jeg varen?", "nb", "article", "nb/retur"),
        ("Hur returnerar jag min vara?", "sv", "article", "sv/retur"),
        ("Jeg har glemt min adgangskode", "da", "article", "da/adgangskode"),
        ("Unohdin salasanani", "fi", "article", "fi/salasana"),
        ("I want to cancel my subscription", "en", "article", "en/subscription"),
        ("Kan jeg få utsatt fakturaen?", "nb", "article", "nb/faktura"),
        ("Var är mitt paket? Spårningen säger levererat", "sv", "resolution", "t1"),
        ("Dere har trukket meg to ganger", "nb", "resolution", "t2"),
        ("order number", "en", "macro", "m1"),
    ],
)
def test_the_right_document_comes_first(retriever: Retriever, query: str, language: str, pool, expected: str) -> None:
    assert ids(retriever.search(query, language=language)[pool])[0] == expected


def test_a_hit_carries_its_evidence(retriever: Retriever) -> None:
    (hit, *_) = retriever.search("returnere varen i esken", language="nb", k=1)["article"]
    article = next(d for d in KNOWLEDGE if d.id == "nb/retur")
    assert isinstance(article, Article)
    assert hit.text == article.body[hit.start : hit.end] == article.body
    assert (hit.title, hit.url, hit.group, hit.language, hit.pool) == (
        article.title,
        article.url,
        "retur",
        "nb",
        "article",
    )
    assert 0 < hit.lexical <= 1
    assert 0 < hit.dense <= 1
    assert 0 < hit.relevance < 1
    assert set(hit.why.split(", ")) == {"returnere", "varen", "esken", "i"}


def test_a_resolution_shows_its_answer(retriever: Retriever) -> None:
    (hit, *_) = retriever.search("paketet har inte kommit", language="sv")["resolution"]
    assert (hit.title, hit.text) == (
        "Paketet saknas",
        "Vi har öppnat en efterlysning hos transportören. Du får svar inom tre dagar.",
    )


def test_what_a_reader_may_not_see_is_never_found(retriever: Retriever) -> None:
    query = "refusjon uten kvittering teamleder Zorro"
    assert ids(retriever.search(query, audience=INTERNAL)["article"])[0] == "nb/refusjon-intern"
    assert "nb/refusjon-intern" not in ids(retriever.search(query, k=100)["article"])
    assert retriever.search(query, audience=frozenset())["article"] == ()
    assert retriever.search(query, audience=frozenset({"other group"}))["article"] == ()


def test_a_hidden_document_pushes_nothing_out_and_changes_no_number(open_with: Open) -> None:
    public = [document for document in KNOWLEDGE if "public" in document.audience]
    hidden = [
        Article(id=f"h{n}", language="nb", audience=INTERNAL - PUBLIC, title="Returnere en vare", body="retur retur")
        for n in range(80)
    ]
    without, with_hidden = open_with(public), open_with([*public, *hidden])
    for query in ("Hvordan returnerer jeg varen?", "retur", "faktura", "paket"):
        assert with_hidden.search(query, language="nb") == without.search(query, language="nb")


def test_only_the_asked_pools_are_searched(retriever: Retriever) -> None:
    assert list(retriever.search("pakke", pools=("macro", "article"))) == ["article", "macro"]
    assert retriever.search("pakke", pools=()) == {}
    with pytest.raises(ConfigError, match="nothing"):
        retriever.search("pakke", pools=("nothing",))  # type: ignore[arg-type]


def test_translations_appear_once_in_the_asked_language(retriever: Retriever) -> None:
    for language, expected in (("nb", "nb/retur"), ("sv", "sv/retur"), ("nn", "nb/retur")):
        found = ids(retriever.search("returnere vare returnera vara", language=language, k=10)["article"])
        assert [name for name in found if name.endswith("/retur")] == [expected]


RETURNS = {
    "nb": ("Returnere en vare", "Legg varen i esken og lever pakken på posten innen 30 dager."),
    "sv": ("Returnera en vara", "Lägg varan i kartongen och lämna paketet hos ombudet inom 30 dagar."),
    "da": ("Returnere en vare", "Læg varen i kassen, og aflever pakken på posthuset inden for 30 dage."),
    "fi": ("Tuotteen palauttaminen", "Laita tuote laatikkoon ja vie paketti postiin 30 päivän kuluessa."),
    "en": ("Return an item", "Put the item in its box and take the parcel to the post office within 30 days."),
}


@pytest.mark.parametrize(
    ("asked", "there", "shown"),
    [
        *((language, "nb sv da fi en", language) for language in RETURNS),
        ("nn", "nb sv da fi en", "nb"),
        ("nb", "sv da fi en", "da"),
        ("nb", "sv fi en", "sv"),
        ("nb", "fi en", "en"),
        ("sv", "nb da fi en", "nb"),
        ("sv", "da fi en", "da"),
        ("da", "nb sv fi en", "nb"),
        ("da", "sv fi en", "sv"),
        ("fi", "nb sv da en", "en"),
        ("fi", "nb sv da", "sv"),
    ],
)
def test_of_translations_that_in_the_language_read_best_is_shown(
    open_with: Open, asked: str, there: str, shown: str
) -> None:
    articles = [
        Article(id=name, group="g", language=name, title=RETURNS[name][0], body=RETURNS[name][1])
        for name in there.split()
    ]
    query = "\n".join(title for title, _ in RETURNS.values())
    found = open_with([*articles, *KNOWLEDGE[2:]]).search(query, language=asked, k=10)["article"]
    assert [hit.source_id for hit in found if hit.group == "g"] == [shown]


@pytest.mark.parametrize("asked", ["en", "xx", None])
def test_where_no_translation_is_read_the_best_match_is_shown(open_with: Open, asked: str | None) -> None:
    articles = [
        Article(id=name, group="g", language=name, title=RETURNS[name][0], body=RETURNS[name][1])
        for name in ("nb", "fi")
    ]
    for name in ("nb", "fi"):
        (hit,) = open_with(articles).search(RETURNS[name][1], language=asked)["article"]
        assert hit.source_id == name


def test_a_translation_the_reader_may_not_see_is_not_preferred(open_with: Open) -> None:
    retriever = open_with(
        [
            Article(id="a", group="g", language="nb", title="Retur av vare", body="Send varen tilbake."),
            Article(id="b", group="g", language="sv", title="Retur av vara", body="Nej.", audience=INTERNAL - PUBLIC),
        ]
    )
    assert ids(retriever.search("retur av vara", language="sv")["article"]) == ["a"]
    assert ids(retriever.search("retur av vara", language="sv", audience=INTERNAL)["article"]) == ["b"]


def test_a_document_is_shown_once_by_its_best_chunk(open_with: Open) -> None:
    sections = "\n\n".join(f"## Om {w}\n\n" + f"Dette handler om {w}. " * 20 for w in ("frakt", "retur", "bytte"))
    retriever = open_with([Article(id="a", language="nb", title="Hjelp", body=sections)])
    (hit,) = retriever.search("retur", language="nb")["article"]
    assert hit.text.startswith("## Om retur")


def test_a_ticket_does_not_find_itself(retriever: Retriever) -> None:
    question = "Jeg er trukket to ganger for samme ordre."
    assert "t2" in ids(retriever.search(question)["resolution"])
    assert "t2" not in ids(retriever.search(question, exclude={"t2", "unknown"})["resolution"])


@pytest.mark.parametrize(
    "query", ["", "  \n", "?!", "\0", "😀", "\ud800", "qqqqxzw jjjj", "ا‎لسلام", "a" * 10**6, "å " * 10**5]
)
def test_a_strange_query_is_answered_or_finds_nothing(retriever: Retriever, query: str) -> None:
    found = retriever.search(query, k=1000)
    assert set(found) == set(POOLS)
    if not query.strip() or query in ("?!", "\0", "😀"):
        assert not any(found.values())


def test_k_is_clamped(retriever: Retriever) -> None:
    assert retriever.search("pakke", k=0)["article"] == retriever.search("pakke", k=-1)["article"] == ()
    everything = retriever.search("pakken varen i en og", k=10**6)["article"]
    assert len(set(ids(everything))) == len(everything) <= 6
    assert retriever.search("pakken varen i en og", k=2)["article"] == everything[:2]


def test_an_empty_knowledge_base_finds_nothing(open_with: Open) -> None:
    assert open_with([]).search("pakke") == {"article": (), "resolution": (), "macro": ()}
    assert open_with([Macro(id="m", title="?", body="!")]).search("pakke")["macro"] == ()


def test_hits_come_by_relevance_and_repeat_exactly(retriever: Retriever) -> None:
    found = retriever.search("pakke retur faktura salasana", k=10)
    assert retriever.search("pakke retur faktura salasana", k=10) == found
    for hits in found.values():
        assert [h.relevance for h in hits] == sorted((h.relevance for h in hits), reverse=True)


TICKET = Resolution(id="ok", language="nb", question="Hvor er pakken?", answer="Den er på vei til hentestedet ditt nå.")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR = timedelta(days=365.25)


def test_the_order_of_equal_documents_does_not_depend_on_that_of_insertion(open_with: Open) -> None:
    answers = ("Den er på vei.", "Se sporingen.", "Vi sender en ny.")
    same = [msgspec.structs.replace(TICKET, id=id, answer=text) for id, text in zip("cab", answers, strict=True)]
    found = open_with(same).search("hvor er pakken", k=3)["resolution"]
    assert sorted(ids(found)) == ["a", "b", "c"]
    assert open_with(same[::-1]).search("hvor er pakken", k=3)["resolution"] == found


def test_near_duplicates_are_one_hit_that_names_the_others(open_with: Open) -> None:
    text = "Vi har sendt deg en ny pakke i dag. Du får den innen fem dager. Den gamle kan du bare kaste. Beklager!"
    copies = [msgspec.structs.replace(TICKET, id=f"copy{n}", answer=text.replace("fem", str(n))) for n in range(3)]
    swedish = msgspec.structs.replace(copies[0], id="sv", language="sv")
    retriever = open_with([*copies, swedish, TICKET])
    found = retriever.search("Hvor er pakken?", language="nb", k=5)["resolution"]
    joined = [hit for hit in found if hit.duplicates]
    assert len(joined) == 1
    assert sorted((joined[0].source_id, *joined[0].duplicates)) == ["copy0", "copy1", "copy2"]
    assert sorted(set(ids(found)) - {joined[0].source_id}) == ["ok", "sv"]
    # What repeats another one takes no place.
    assert len(retriever.search("Hvor er pakken?", language="nb", k=2)["resolution"]) == 2


def test_marks_say_what_to_beware_of(open_with: Open) -> None:
    article = Article(id="never", language="nb", title="Retur av en vare", body="Send varen tilbake i esken.")
    change = msgspec.structs.replace
    past = change(article, id="past", body="Lever varen i butikken.", verified_until=NOW - timedelta(days=1))
    valid = change(article, id="valid", body="Ring oss om varen.", verified_until=NOW + timedelta(days=1))
    again = change(TICKET, id="again", answer="Vi sjekker.", reopened=True, csat=0.2)
    retriever = open_with([article, past, valid, TICKET, again])

    def marks(now: datetime | None) -> dict[str, tuple[str, ...]]:
        found = retriever.search("retur av en vare, hvor er pakken", k=9, now=now)
        return {hit.source_id: hit.marks for hits in found.values() for hit in hits}

    tickets = {"ok": (), "again": ("reopened", "badly_rated")}
    assert marks(NOW) == tickets | {"never": ("unverified",), "past": ("outdated",), "valid": ()}
    assert marks(None) == tickets | {"never": ("unverified",), "past": (), "valid": ()}
    (unverified,) = open_with([article]).search("retur av en vare", now=NOW)["article"]
    assert unverified.marks == ()  # nobody verifies articles here


def test_a_past_answer_counts_less_the_worse_it_ended_and_the_older_it_is(open_with: Open) -> None:
    change = msgspec.structs.replace
    past = {
        "ok": {},
        "satisfied": {"csat": 1.0},
        "unhappy": {"csat": 0.0},
        "reopened": {"reopened": True, "csat": 1.0},
        "new": {"resolved_at": NOW},
        "old": {"resolved_at": NOW - 3 * YEAR},
    }
    retriever = open_with([change(TICKET, id=name, answer=f"Svar {name}.", **more) for name, more in past.items()])

    def relevance(now: datetime | None) -> dict[str, float]:
        found = retriever.search("Hvor er pakken?", language="nb", k=9, now=now)["resolution"]
        return {hit.source_id: hit.relevance for hit in found}

    def plain(found: dict[str, float]) -> dict[str, float]:
        """Take the part out that the texts have: they differ in one word."""
        return {name: round(value / alone[name], 3) for name, value in found.items()}

    same = [change(TICKET, id=name, answer=f"Svar {name}.") for name in past]
    alone = {
        h.source_id: h.relevance for h in open_with(same).search("Hvor er pakken?", language="nb", k=9)["resolution"]
    }
    soundness = RelevanceModel.prior().soundness
    assert plain(relevance(None)) == {name: 1.0 for name in past} | dict.fromkeys(
        ("unhappy", "reopened"), round(soundness.reopened, 3)
    )
    assert plain(relevance(NOW))["new"] == 1.0
    assert plain(relevance(NOW))["old"] == pytest.approx(soundness.per_year**3, abs=2e-3)


def test_a_query_may_be_read_once_and_searched_often(retriever: Retriever, encoder: HashingEncoder) -> None:
    text = "Hei! Jeg vil returnere varen. Hvordan gjør jeg det?"
    plain = retriever.search(text, language="nb")
    query = retriever.read(text, language="nb")
    before = encoder.encoded
    assert retriever.search(query) == plain
    assert retriever.search(query, pools=("article",), k=1)["article"] == plain["article"][:1]
    assert encoder.encoded == before


def test_each_of_several_requests_is_heard(open_with: Open) -> None:
    filler = [
        Article(
            id=f"f{n}",
            language="nb",
            title=f"Kundeservice hjelper deg, del {n}",
            body="Kundeservice hjelper deg med pakken, varen og ordren. Vi svarer på e-post alle hverdager.",
        )
        for n in range(60)
    ]
    knowledge = [document for document in KNOWLEDGE if isinstance(document, Article) and document.language == "nb"]
    asked = "Hei kundeservice! Kan jeg få utsatt fakturaen? Og hvordan returnerer jeg en vare?"
    found = ids(open_with([*filler, *knowledge]).search(asked, language="nb", k=10)["article"])
    assert {"nb/faktura", "nb/retur"} <= set(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(query=st.text(max_size=200), language=st.sampled_from([None, "nb", "nn", "sv", "fi", "xx"]))
def test_any_query_gives_numbers_in_range(retriever: Retriever, query: str, language: str | None) -> None:
    for pool, hits in retriever.search(query, language=language, audience=INTERNAL).items():
        for hit in hits:
            assert hit.pool == pool
            assert 0 <= hit.lexical <= 1
            assert -1.001 <= hit.dense <= 1.001
            assert 0 <= hit.relevance <= 1


def test_threads_may_share_a_retriever(retriever: Retriever) -> None:
    queries = ["returnere varen", "faktura", "salasana", "subscription"] * 20
    expected = [retriever.search(query) for query in queries]
    barrier = threading.Barrier(4)

    def ask(part: int) -> list[object]:
        barrier.wait()
        return [retriever.search(query) for query in queries[part::4]]

    with ThreadPoolExecutor(4) as pool:
        for part, found in enumerate(pool.map(ask, range(4))):
            assert found == expected[part::4]


@pytest.fixture
def generation(tmp_path: Path, encoder: HashingEncoder) -> Path:
    folder = tmp_path / "g"
    write_corpus(folder, KNOWLEDGE, encoder)
    RelevanceModel.prior().save(folder / RELEVANCE)
    return folder


def edited(
    previous: Path, encoder: HashingEncoder, *, put: tuple[Macro, ...] = (), remove: tuple[str, ...] = ()
) -> Path:
    """Write the generation that follows ``previous``."""
    folder = previous.with_name("edited")
    write_generation(folder, previous, encoder, put=put, remove=remove)
    RelevanceModel.prior().save(folder / RELEVANCE)
    return folder


def test_the_files_are_those_the_folder_expects(generation: Path) -> None:
    assert sorted(p.name for p in generation.iterdir()) == ["relevance.json", "segments", "segments.json"]
    (segment,) = (generation / "segments").iterdir()
    assert sorted(p.name for p in segment.iterdir()) == ["dense", "lexical", "profiles.npy", "store.sqlite"]


def test_a_rebuild_encodes_only_what_is_new(generation: Path, encoder: HashingEncoder) -> None:
    before = encoder.encoded
    other = edited(
        generation, encoder, remove=("m1",), put=(Macro(id="m2", language="nb", title="Ny", body="Ny makro"),)
    )
    assert encoder.encoded == before + 1
    found = Retriever.open(other, encoder).search("order number makro", k=9)
    assert ids(found["macro"]) == ["m2"]


def test_removed_words_are_gone_from_every_file(generation: Path, encoder: HashingEncoder) -> None:
    def holding(folder: Path, word: bytes) -> list[str]:
        return [p.name for p in folder.rglob("*") if p.is_file() and word in p.read_bytes().lower()]

    # Terms are hashed, so no word stands outside the store to begin with.
    assert holding(generation, b"zorro") == ["store.sqlite"]
    other = edited(generation, encoder, remove=("nb/refusjon-intern",))
    for trace in (b"zorro", b"refusjon-intern", b"orro"):
        assert holding(other, trace) == []
    for query in ("zorro", "teamleder"):
        found = Retriever.open(other, encoder).search(query, audience=INTERNAL, k=99)
        assert "nb/refusjon-intern" not in ids(found["article"])


def test_indexes_can_be_rebuilt_from_a_finished_store(
    generation: Path, tmp_path: Path, encoder: HashingEncoder
) -> None:
    before = encoder.encoded
    (segment,) = (generation / "segments").iterdir()
    store = Store.open(segment / "store.sqlite")
    build_segment(tmp_path / "again", store, encoder)
    assert encoder.encoded == before
    for path in segment.rglob("*"):
        if path.is_file() and path.name != "store.sqlite":
            assert (tmp_path / "again" / path.relative_to(segment)).read_bytes() == path.read_bytes()
    encoder.name = "another"
    with pytest.raises(DataError, match="read-only"):
        build_segment(tmp_path / "third", store, encoder)


def test_indexes_of_another_store_or_encoder_are_refused(
    generation: Path, encoder: HashingEncoder, tmp_path: Path
) -> None:
    write_corpus(tmp_path / "other", KNOWLEDGE[1:], encoder)
    (segment,), (foreign,) = (generation / "segments").iterdir(), (tmp_path / "other" / "segments").iterdir()
    own = (segment / "store.sqlite").read_bytes()
    (segment / "store.sqlite").write_bytes((foreign / "store.sqlite").read_bytes())
    with pytest.raises(ArtifactCorrupt, match="out of date"):
        Retriever.open(generation, encoder)
    (segment / "store.sqlite").write_bytes(own)
    Retriever.open(generation, encoder)
    encoder.name = "another"
    with pytest.raises(ArtifactCorrupt, match="out of date"):
        Retriever.open(generation, encoder)


def test_missing_and_damaged_files_are_refused(generation: Path, encoder: HashingEncoder) -> None:
    paths = sorted(path for path in generation.rglob("*") if path.is_file())
    assert len(paths) > 20
    for path in paths:
        raw = path.read_bytes()
        path.unlink()
        with pytest.raises(ArtifactMissing):
            Retriever.open(generation, encoder)
        path.write_bytes(raw[: len(raw) // 2])
        with pytest.raises(ArtifactCorrupt):
            Retriever.open(generation, encoder)
        path.write_bytes(raw)
    Retriever.open(generation, encoder)


@pytest.mark.parametrize("other", ["dense", "lexical", "profiles.npy"])
def test_sound_files_of_another_segment_are_refused(
    generation: Path, encoder: HashingEncoder, tmp_path: Path, other: str
) -> None:
    write_corpus(tmp_path / "other", KNOWLEDGE[1:], encoder)
    (segment,), (foreign,) = (generation / "segments").iterdir(), (tmp_path / "other" / "segments").iterdir()
    if (segment / other).is_dir():
        shutil.rmtree(segment / other)
        shutil.copytree(foreign / other, segment / other)
    else:
        shutil.copyfile(foreign / other, segment / other)
    with pytest.raises(ArtifactCorrupt):
        Segment.open(segment, encoder)


def test_an_unknown_language_is_searched_too(open_with: Open) -> None:
    retriever = open_with([msgspec.structs.replace(KNOWLEDGE[0], language=None), KNOWLEDGE[3]])
    assert ids(retriever.search("returnere varen", language="nb")["article"])[0] == "nb/retur"
    assert retriever.search("returnere varen", language="nb")["article"][0].language == "und"
