"""Whole journeys through the library on the bundled company, in five languages."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from replyassist import Article, Assistant, Customer, Message, Resolution
from replyassist.demo import company_folder, read_inbox, read_showcase
from replyassist.errors import ArtifactMissing, ConfigError, DataError
from replyassist.formats import read_resolutions
from replyassist.retrieve import Retriever

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

QUESTIONS = {
    "nb": "Hei, hvordan setter jeg abonnementet på pause mens jeg er på ferie?",
    "sv": "Hej, hur pausar jag min prenumeration medan jag är på semester?",
    "da": "Hej, hvordan sætter jeg mit abonnement på pause, mens jeg er på ferie?",
    "fi": "Hei, miten laitan kahvitilauksen tauolle loman ajaksi?",
    "en": "Hi, how do I pause my subscription while I am on holiday?",
}


@pytest.fixture(scope="module")
def assistant(mokkavik: Path) -> Assistant:
    return Assistant.open(mokkavik)


@pytest.fixture
def own(mokkavik: Path, tmp_path: Path) -> Assistant:
    shutil.copytree(mokkavik, tmp_path / "own")
    return Assistant.open(tmp_path / "own")


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_is_answered_from_the_right_article(assistant: Assistant, language: str) -> None:
    suggestion = assistant.suggest(Message(text=QUESTIONS[language], customer=Customer(name="Kari Moen")), now=NOW)
    assert suggestion.tags.language == language
    articles = suggestion.hits["article"]
    assert articles[0].language == language
    assert "subscription-change" in {hit.group for hit in articles[:2]}
    assert suggestion.drafts, suggestion.no_draft_reason
    for draft in suggestion.drafts:
        assert draft.language == language
        assert "Kari" in draft.text.split("\n")[0]
        for sentence in draft.sentences:
            assert bool(sentence.citations) == (sentence.kind == "answer")


def test_the_showcase(assistant: Assistant) -> None:
    inbox = {message.id: message for message in read_inbox()}
    showcase = read_showcase()
    drafted = assistant.suggest(inbox[showcase["drafted"]], now=NOW)
    assert drafted.drafts
    assert drafted.drafts[0].grounded_share == 1.0
    escalated = assistant.suggest(inbox[showcase["escalated"]], now=NOW)
    assert escalated.flags[0].severity == "critical"
    assert escalated.drafts == ()
    assert escalated.handover_note
    silent = assistant.suggest(inbox[showcase["silent"]], now=NOW)
    assert silent.drafts == ()
    assert silent.no_draft_reason
    assert "no_grounded_answer" in {flag.code for flag in silent.flags}


def test_the_whole_inbox_gets_tags_and_offsets_fit(assistant: Assistant) -> None:
    inbox = read_inbox()
    tagged = list(assistant.tag(inbox))
    assert [tags.message_id for tags in tagged] == [message.id for message in inbox]
    for tags in tagged:
        for flag in tags.flags:
            assert tags.text[flag.start : flag.end] == flag.evidence
        for span in tags.personal_data:
            assert 0 <= span.start < span.end <= len(tags.text)
    assert sum(tags.language in QUESTIONS for tags in tagged) >= 70
    assert all(tags.urgency is not None for tags in tagged)


def test_tagging_one_by_one_gives_the_same(assistant: Assistant) -> None:
    inbox = read_inbox()[:20]
    together = assistant.tag_batch(inbox)
    assert [assistant.tag_batch([message])[0] for message in inbox] == together


def test_internal_articles_reach_agents_and_never_drafts(assistant: Assistant) -> None:
    query = "kulanse hvor stort avslag kan jeg gi kunden"
    public = assistant.search(query, k=50)
    everything = assistant.search(query, k=50, audience={"public", "internal"})
    assert all(hit.audience == {"public"} for hit in public)
    internal = {hit.source_id for hit in everything if "internal" in hit.audience}
    assert internal
    suggestion = assistant.suggest(Message(text=query), now=NOW)
    shown = {hit.source_id for hits in suggestion.hits.values() for hit in hits}
    assert shown & internal
    cited = {c for draft in suggestion.drafts for s in draft.sentences for c in s.citations}
    assert not cited & internal


def test_a_ticket_never_finds_itself(assistant: Assistant) -> None:
    resolution = read_resolutions(company_folder() / "resolutions.jsonl").documents[30]
    assert isinstance(resolution, Resolution)
    found = assistant.suggest(Message(id=resolution.id, text=resolution.question), now=NOW)
    assert resolution.id not in {hit.source_id for hits in found.hits.values() for hit in hits}
    other = assistant.suggest(Message(id="another", text=resolution.question), now=NOW)
    assert resolution.id == other.hits["resolution"][0].source_id


def test_past_tickets_are_masked_on_disk(mokkavik: Path) -> None:
    raw = b"".join(path.read_bytes() for path in mokkavik.rglob("*") if path.is_file())
    loaded = read_resolutions(company_folder() / "resolutions.jsonl").documents
    numbers = {w.strip(".,?!") for r in loaded for w in r.question.split() if w.startswith("MV-")}
    assert len(numbers) > 20
    assert not [number for number in numbers if number.encode() in raw]


def test_add_update_and_remove_are_seen_at_once(own: Assistant) -> None:
    article = Article(id="new", title="Gavekort", body="Gavekort fra Zyxwvut gjelder i tre år.", language="nb")
    reader = Assistant.open(own._folder.path)  # type: ignore[union-attr]
    assert own.add([article]) == 1
    assert reader.search("Zyxwvut gavekort", k=1)[0].source_id == "new"
    own.add([Article(id="new", title="Gavekort", body="Gavekort fra Qwertzui gjelder i to år.", language="nb")])
    assert "Qwertzui" in reader.search("Qwertzui gavekort", k=1)[0].text
    assert own.remove(["new"]) == 1
    assert "new" not in {hit.source_id for hit in reader.search("Qwertzui gavekort", k=50)}
    with pytest.raises(ArtifactMissing):
        reader.document("new")
    raw = b"".join(path.read_bytes() for path in own._folder.path.rglob("*") if path.is_file())  # type: ignore[union-attr]
    assert b"Qwertzui" not in raw
    assert b"Zyxwvut" not in raw
    assert b"qwertzui" not in raw


def test_a_document_removed_during_a_suggestion_does_no_harm(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Assistant.open(own._folder.path)  # type: ignore[union-attr]
    search = Retriever.search

    def removed_after_search(self: Retriever, *arguments: object, **options: object) -> object:
        found = search(self, *arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(Retriever, "search", search)
        writer.remove([hit.source_id for hits in found.values() for hit in hits])
        return found

    monkeypatch.setattr(Retriever, "search", removed_after_search)
    first = own.suggest(Message(text=QUESTIONS["nb"]), now=NOW)
    assert first.drafts
    gone = {hit.source_id for hits in first.hits.values() for hit in hits}
    later = own.suggest(Message(text=QUESTIONS["nb"]), now=NOW)
    assert not gone & {hit.source_id for hits in later.hits.values() for hit in hits}


def test_removing_the_unknown_changes_nothing(own: Assistant) -> None:
    before = own.manifest
    with pytest.raises(DataError, match="'nobody'"):
        own.remove(["R-0001", "nobody"])
    assert own.manifest == before
    assert own.document("R-0001").id == "R-0001"


def test_rows_that_cannot_be_read_are_counted_and_named(tmp_path: Path) -> None:
    lines = '{"id": "1", "question": "hvor er pakken", "answer": "på vei"}\n[1]\n{"id": "3", "question": ""}\n'
    (tmp_path / "solved.jsonl").write_text(lines, encoding="utf-8")
    manifest = Assistant.build(tmp_path / "a", resolutions=tmp_path / "solved.jsonl").manifest
    assert manifest is not None
    assert manifest.details["documents"]["resolution"] == 1
    assert manifest.details["skipped"]["rows"] == 2
    assert [place.split(": ")[0] for place in manifest.details["skipped"]["first"]] == [
        "solved.jsonl:2",
        "solved.jsonl:3",
    ]


def test_an_empty_knowledge_base(tmp_path: Path) -> None:
    assistant = Assistant.build(tmp_path / "empty")
    suggestion = assistant.suggest(Message(text="Hvor er pakken min?"), now=NOW)
    assert suggestion.drafts == ()
    assert suggestion.no_draft_reason == "nothing in the knowledge base or past resolutions matches"
    assert assistant.search("pakke", k=100) == []


def test_one_document_and_k_larger_than_the_corpus(tmp_path: Path) -> None:
    article = Article(id="a", title="Retur", body="Du har 30 dagers returrett.", language="nb")
    assistant = Assistant.build(tmp_path / "one", articles=[article])
    assert [hit.source_id for hit in assistant.search("returrett", k=1000)] == ["a"]
    (tags,) = assistant.tag([Message(text="Hei, jeg vil returnere noe")])
    assert tags.intents[0].label == "return_item"  # by the shipped heads


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x00", "😡😡😡", "a" * 1_000_000, "<" * 50_000, "> " * 50_000])
def test_strange_messages(assistant: Assistant, text: str) -> None:
    suggestion = assistant.suggest(Message(text=text), now=NOW)
    assert suggestion.drafts or suggestion.no_draft_reason


@pytest.mark.parametrize(
    "text",
    [
        "Automatisk svar: Jeg er på ferie til 29. november og svarer på e-post når jeg er tilbake.",
        "Autosvar: Jag är på semester till den 29 november och läser inte min e-post under tiden.",
        "Autosvar: Jeg er på ferie til den 29. november og læser ikke mine mails i den periode.",
        "Automaattinen vastaus: Olen lomalla 29.11. asti enkä lue sähköpostia.",
        "Automatic reply: I am out of the office until 29 November and will not be reading e-mail.",
    ],
)
def test_automatic_replies_get_no_tag_and_no_draft(assistant: Assistant, text: str) -> None:
    suggestion = assistant.suggest(Message(text=text), now=NOW)
    assert suggestion.tags.intents[0].label is None
    assert suggestion.tags.intents[0].abstained == "automatic reply"
    assert (suggestion.drafts, suggestion.hits) == ((), {})
    assert suggestion.no_draft_reason == "an automatic reply needs no answer"
    assert suggestion.flags == ()


def test_the_default_assistant_tags_but_knows_no_documents() -> None:
    assistant = Assistant.default()
    (tags,) = assistant.tag([Message(text="Jeg kommer til å kontakte advokaten min, dette er uakseptabelt")])
    assert tags.language == "nb"
    assert tags.intents[0].probability > 0
    assert tags.urgency is not None
    assert [flag.code for flag in tags.flags] == ["legal_threat"]
    with pytest.raises(ConfigError):
        assistant.search("x")
    with pytest.raises(ConfigError):
        assistant.add([])


def test_a_removed_ticket_is_no_neighbour_any_more(tmp_path: Path) -> None:
    built = Assistant.build(tmp_path / "own", resolutions=company_folder() / "resolutions.jsonl")
    message = Message(text="Hei, jeg vil returnere kverna jeg kjøpte")
    (why,) = built.explain(message, task="intent")
    assert why.neighbours
    built.remove([near.id for near in why.neighbours])
    (again,) = Assistant.open(tmp_path / "own").explain(message, task="intent")
    assert not {near.id for near in why.neighbours} & {near.id for near in again.neighbours}
    assert again.neighbours
