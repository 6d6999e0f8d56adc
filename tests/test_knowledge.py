"""What an assistant knows, through the library: repair, contradictions, marks and learned relevance."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from replyassist import Article, Assistant, Macro, Message, Resolution
from replyassist.doctor import examine
from replyassist.errors import ArtifactError, ConfigError
from replyassist.retrieve import editing
from replyassist.retrieve.relevance import RelevanceModel

THINGS = ["sykkel", "telt", "ovn", "lampe", "stol", "bord", "skap", "kniv", "hylle", "vase", "kopp", "kvern"]


def about(thing: str) -> Article:
    body = f"Her leser du om retur og garanti når du har kjøpt en {thing} hos oss."
    return Article(id=thing, title=f"Retur av {thing}", body=body, language="nb")


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An assistant of several segments."""
    monkeypatch.setattr(editing, "SEGMENT_CHUNKS", 6)
    monkeypatch.setattr(editing, "SMALL_CHUNKS", 2)
    Assistant.build(tmp_path / "acme", articles=map(about, THINGS), encoder="lsa")
    assert len(segments(tmp_path / "acme")) > 1
    return tmp_path / "acme"


def segments(folder: Path) -> list[Path]:
    (generation,) = (folder / "generations").iterdir()
    return sorted((generation / "segments").iterdir())


def damage(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.unlink()  # not in place: generations share files
    path.write_bytes(raw)


def silent(step: str) -> None:
    pass


def found(folder: Path) -> dict[str, list[object]]:
    assistant = Assistant.open(folder)
    queries = [f"retur av {thing}" for thing in THINGS]
    return {query: [msgspec.to_builtins(hit) for hit in assistant.search(query, k=20)] for query in queries}


DERIVED = ["dense/vectors.faiss", "lexical/0/rows.npy", "lexical/table/names.json", "profiles.npy"]


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("gone", [False, True], ids=["damaged", "gone"])
@pytest.mark.parametrize("which", [0, -1], ids=["first segment", "last segment"])
def test_a_damaged_index_of_one_segment_is_found_and_rebuilt(acme: Path, name: str, gone: bool, which: int) -> None:
    before, committed = found(acme), Assistant.open(acme).manifest
    path = segments(acme)[which] / name
    if gone:
        path.unlink()
    else:
        damage(path)
    with pytest.raises(ArtifactError, match="doctor"):
        Assistant.open(acme)
    place = path.relative_to(path.parents[len(Path(name).parts) + 1]).as_posix()

    def state(repair: bool) -> dict[str, tuple[str, str]]:
        return {check: (state, detail) for check, state, detail in examine(acme, repair=repair, report=silent)}

    checked = state(repair=False)
    assert checked["indexes"] == ("broken", f"1 damaged: {place}")
    assert checked["documents"][0] == "ok"
    assert state(repair=True)["indexes"] == ("repaired", f"rebuilt from the documents: {place}")
    assert {one for one, _ in state(repair=False).values()} == {"ok"}
    assert found(acme) == before
    manifest = Assistant.open(acme).manifest
    assert manifest is not None
    assert committed is not None
    assert manifest.generation == committed.generation + 1
    assert manifest.details == committed.details


def test_a_damaged_store_of_one_segment_is_named_and_nothing_is_touched(acme: Path) -> None:
    first, *_, last = segments(acme)
    damage(last / "store.sqlite")
    damage(first / "dense" / "vectors.faiss")
    before = {path: path.read_bytes() for path in acme.rglob("*") if path.is_file()}
    findings = {one.check: one for one in examine(acme, repair=True, report=silent)}
    broken = {check for check, one in findings.items() if one.state == "broken"}
    assert broken == {f"segments/{last.name}/store.sqlite", "indexes"}
    assert "backup" in findings[f"segments/{last.name}/store.sqlite"].detail
    assert {path: path.read_bytes() for path in acme.rglob("*") if path.is_file()} == before


def test_a_change_after_a_repair_keeps_everything(acme: Path) -> None:
    (segments(acme)[0] / "profiles.npy").unlink()
    examine(acme, repair=True, report=silent)
    assistant = Assistant.open(acme)
    assistant.add([about("skei")])
    assistant.remove(["telt"])
    names = {document.id for document in assistant.retriever.knowledge.documents()}
    assert names == {*THINGS, "skei"} - {"telt"}
    assert next(iter(assistant.search("retur av skei", k=1))).source_id == "skei"
    assert {one.state for one in examine(acme, repair=False, report=silent)} == {"ok"}


RULES = {
    "nb": ("Retur av varer", "Du kan returnere varen innen {} dager etter at du fikk pakken."),
    "sv": ("Retur av varor", "Du kan returnera varan inom {} dagar efter att du fick paketet."),
    "da": ("Returnering af varer", "Du kan returnere varen inden for {} dage efter, at du fik pakken."),
    "fi": ("Tuotteiden palautus", "Voit palauttaa tuotteen {} päivän kuluessa paketin saapumisesta."),
    "en": ("Returning goods", "You may return the item within {} days after you received the parcel."),
}
TERMS = {
    "nb": ("Betaling", "Du kan betale med kort eller faktura. Fakturaen har 14 dagers frist."),
    "sv": ("Betalning", "Du kan betala med kort eller faktura. Fakturan har 14 dagars frist."),
    "da": ("Betaling", "Du kan betale med kort eller faktura. Fakturaen har 14 dages frist."),
    "fi": ("Maksaminen", "Voit maksaa kortilla tai laskulla. Laskulla on 14 päivän maksuaika."),
    "en": ("Payment", "You can pay by card or invoice. The invoice is due in 14 days."),
}


@pytest.mark.parametrize("language", RULES)
def test_contradictions_in_every_language(tmp_path: Path, language: str) -> None:
    title, rule = RULES[language]
    articles = [
        Article(id="returns", title=title, body=rule.format(30), language=language),
        Article(id="terms", title=TERMS[language][0], body=TERMS[language][1], language=language),
    ]
    assistant = Assistant.build(
        tmp_path / "acme",
        articles=articles,
        macros=[Macro(id="saved", title=title, body=rule.format(60), language=language)],
    )
    (one,) = assistant.contradictions()
    sides = {side.id: side for side in (one.first, one.second)}
    assert {name: (side.pool, side.quantity.low) for name, side in sides.items()} == {
        "returns": ("article", 30),
        "saved": ("macro", 60),
    }
    for name, days in (("returns", 30), ("saved", 60)):
        assert sides[name].text == rule.format(days)
    assert assistant.contradictions() == [one]
    assistant.add([Macro(id="saved", title=title, body=rule.format(30), language=language)])
    assert assistant.contradictions() == []


def test_nothing_contradicts_nothing(tmp_path: Path) -> None:
    assert Assistant.build(tmp_path / "empty").contradictions() == []
    with pytest.raises(ConfigError):
        Assistant.default().contradictions()


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_suggestions_mark_what_to_beware_of(tmp_path: Path) -> None:
    articles = [
        about("sykkel"),
        msgspec.structs.replace(about("telt"), verified_until=NOW + timedelta(days=1)),
        msgspec.structs.replace(about("ovn"), verified_until=NOW - timedelta(days=1)),
    ]
    solved = [
        Resolution(id="r1", question="Kan jeg bytte lampe?", answer="Lampen kan byttes.", language="nb", reopened=True),
        Resolution(id="r2", question="Kan jeg bytte stol?", answer="Stolen kan byttes.", language="nb", csat=0.2),
    ]
    assistant = Assistant.build(tmp_path / "acme", articles=articles, resolutions=solved)

    def marks(text: str, now: datetime) -> dict[str, tuple[str, ...]]:
        hits = assistant.suggest(Message(text=text), now=now).hits
        return {hit.source_id: hit.marks for found in hits.values() for hit in found}

    assert marks("Kan jeg få retur og garanti når jeg har kjøpt telt?", NOW)["telt"] == ()
    assert marks("Kan jeg få retur og garanti når jeg har kjøpt telt?", NOW + timedelta(days=2))["telt"] == (
        "outdated",
    )
    everything = {hit.source_id: hit.marks for hit in assistant.search("retur bytte lampe stol sykkel telt ovn", k=9)}
    # search measures validity against today
    assert everything["sykkel"] == ("unverified",)
    assert (everything["r1"], everything["r2"]) == (("reopened",), ("badly_rated",))


def linked(count: int) -> list[Resolution]:
    luck = random.Random(0)
    return [
        Resolution(
            id=f"{thing}-{number}",
            question=f"Hei, jeg lurer på noe om {luck.choice(THINGS)} {number}, men mest om retur av {thing}.",
            answer=f"Se artikkelen om {thing}.",
            language="nb",
            articles=(thing,),
        )
        for number in range(count)
        for thing in THINGS
    ]


def relevance_of(folder: Path) -> RelevanceModel:
    (generation,) = (folder / "generations").iterdir()
    return RelevanceModel.open(generation / "relevance.json")


def test_what_is_learned_of_relevance_is_told_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    assistant = Assistant.build(folder, articles=map(about, THINGS), resolutions=linked(8))
    assert assistant.manifest is not None
    told = assistant.manifest.details["relevance"]
    assert set(told) == {"questions", "before", "after", "error", "learned"}
    assert told["questions"] == 8 * len(THINGS)
    assert told["learned"] == (told["before"] - told["after"] > 2.326 * told["error"])
    model, prior = relevance_of(folder), RelevanceModel.prior()
    assert (model != prior) == told["learned"]
    assistant.remove(["sykkel"])
    assert assistant.manifest.details["relevance"] == told
    assert relevance_of(folder) == model


@pytest.mark.parametrize("solved", [[], linked(2), [msgspec.structs.replace(r, articles=()) for r in linked(8)]])
def test_too_few_linked_tickets_leave_relevance_as_it_is(tmp_path: Path, solved: list[Resolution]) -> None:
    assistant = Assistant.build(tmp_path / "acme", articles=map(about, THINGS), resolutions=solved, encoder="lsa")
    assert assistant.manifest is not None
    reason = "too few solved tickets that link articles"
    assert assistant.manifest.details["relevance"] == {"reason": reason, "learned": False}
    assert relevance_of(tmp_path / "acme") == RelevanceModel.prior()


def test_links_to_articles_that_are_not_there_are_no_questions(tmp_path: Path) -> None:
    solved = [msgspec.structs.replace(one, articles=("gone",)) for one in linked(8)]
    assistant = Assistant.build(tmp_path / "acme", articles=map(about, THINGS), resolutions=solved, encoder="lsa")
    assert assistant.manifest is not None
    assert assistant.manifest.details["relevance"]["learned"] is False
    assert assistant.document("sykkel-0").articles == ("gone",)  # type: ignore[union-attr]
