"""Collections of documents from files and folders."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from replyassist.errors import DataError
from replyassist.formats import Labelled, read_articles, read_labelled, read_macros, read_resolutions
from replyassist.types import Article, Resolution

TITLES = {"nb": "Retur", "sv": "Retur och återbetalning", "da": "Returnering", "fi": "Palautus", "en": "Returns"}
PAGE = """---
id: returns-{0}
language: {0}
audience: [Internal, vip]
tags: retur, penger
updated_at: 2026-03-04T09:12:00Z
group: returns
---

# {1}

Tekst: æøå äö.
"""


def page(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_pages_with_front_matter(tmp_path: Path) -> None:
    for code, title in TITLES.items():
        page(tmp_path, f"{code}/returns.md", PAGE.format(code, title))
    loaded = read_articles(tmp_path)
    assert loaded.bad == []
    assert {article.language: article.title for article in loaded.documents} == TITLES
    assert loaded.documents[0] == Article(
        id="returns-da",
        title="Returnering",
        body="# Returnering\n\nTekst: æøå äö.\n",
        language="da",
        audience=frozenset({"internal", "vip"}),
        labels=("retur", "penger"),
        updated_at=datetime(2026, 3, 4, 9, 12, tzinfo=UTC),
        group="returns",
    )


def test_pages_without_front_matter_say_it_by_their_place(tmp_path: Path) -> None:
    page(tmp_path, "kb/nb/levering-hjem.md", "Vi leverer hjem.\n\n## Ikke tittel\n")
    page(tmp_path, "kb/sv-SE/levering-hjem.txt", "﻿Vi levererar hem.")
    page(tmp_path, "about.html", "<html><title>Om &amp; oss</title><style>x{}</style><p>Hei</p><ul><li>en</li></ul>")
    page(tmp_path, ".git/hidden.md", "x")
    page(tmp_path, "kb/.hidden.md", "x")
    page(tmp_path, "kb/logo.png", "x")
    articles = {article.id: article for article in read_articles(tmp_path).documents}
    assert sorted(articles) == ["about", "kb/nb/levering-hjem", "kb/sv-SE/levering-hjem"]
    norwegian, swedish = articles["kb/nb/levering-hjem"], articles["kb/sv-SE/levering-hjem"]
    assert (norwegian.language, norwegian.title, norwegian.group) == ("nb", "Levering hjem", "kb/levering-hjem")
    assert (swedish.language, swedish.body, swedish.group) == ("sv", "Vi levererar hem.", "kb/levering-hjem")
    assert norwegian.audience == frozenset({"public"})
    about = articles["about"]
    assert (about.title, about.language, about.group) == ("Om & oss", None, None)
    assert "Hei" in about.body
    assert "<p>" not in about.body
    assert "x{}" not in about.body


@pytest.mark.parametrize("code", ["no", "NO", "nb-NO", "Norwegian"])
def test_to_yaml_norwegian_is_not_false(tmp_path: Path, code: str) -> None:
    page(tmp_path, "a.md", f"---\nlanguage: {code}\nid: 0123\n---\nTekst\n")
    (article,) = read_articles(tmp_path).documents
    assert article.language == "nb"
    assert article.id == "0123"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: [secret\n---\nx", "the front matter is not valid YAML at line 3"),
        ("---\n- secret\n---\nx", "the front matter must be lines of 'name: value'"),
        ("---\nupdated_at: secret\n---\nx", "updated_at is no date that can be read"),
        ("---\ntitle: {secret: 1}\n---\nx", "title must be a string, not an object"),
        ("---\na: " + "[" * 5000 + "\n---\nx", "the front matter is not valid YAML"),
        ("---\ntitle: x\n---\n \n", "body is empty"),
        (b"\xc3\xa5\xc3\xa5\xff", "byte 5 of the record is not valid text"),
        (b"\xff\xfea", "the file is damaged UTF-16"),
    ],
)
def test_a_bad_page_is_reported_and_the_others_are_read(tmp_path: Path, text: str | bytes, reason: str) -> None:
    page(tmp_path, "a/bad.md", text)
    page(tmp_path, "good.md", "God dag")
    loaded = read_articles(tmp_path)
    assert [article.id for article in loaded.documents] == ["good"]
    ((_, place, error),) = loaded.bad
    assert place == "a/bad.md"
    assert error.startswith(reason)
    assert "secret" not in error


def test_front_matter_cannot_run_code_or_blow_up(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)
    )
    page(tmp_path, "bomb.md", f"---\n{bomb}title: Bombe\n---\nTekst\n")
    page(tmp_path, "code.md", "---\ntitle: !!python/object/apply:os.system [exit 1]\n---\nTekst\n")
    loaded = read_articles(tmp_path)
    assert [article.title for article in loaded.documents] == ["Bombe"]
    assert [row.error for row in loaded.bad] == ["title must be a string, not a list"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = page(tmp_path, "outside/secret.md", "hemmelig")
    inside = page(tmp_path, "kb/a.md", "Tekst")
    (tmp_path / "kb" / "b.md").symlink_to(outside)
    (tmp_path / "kb" / "folder").symlink_to(outside.parent)
    (tmp_path / "kb" / "c.md").symlink_to(inside)
    loaded = read_articles(tmp_path / "kb")
    assert [article.id for article in loaded.documents] == ["a", "c"]
    assert [(row.place, row.error) for row in loaded.bad] == [
        ("b.md", "is a link that leaves the folder; it is not followed")
    ]


def test_the_same_id_twice_names_both_places(tmp_path: Path) -> None:
    page(tmp_path, "a.md", "---\nid: x\n---\nen")
    page(tmp_path, "b.md", "---\nid: x\n---\nto")
    with pytest.raises(DataError, match=r"^b\.md: has the same id as a\.md; ids must differ$"):
        read_articles(tmp_path)
    page(tmp_path, "m.csv", "id,body\n1,a\n2,b\n1,c\n")
    with pytest.raises(DataError, match=r"^m\.csv:4: has the same id as m\.csv:2"):
        read_macros(tmp_path / "m.csv")


def test_a_table_of_articles_and_a_single_page(tmp_path: Path) -> None:
    table = page(
        tmp_path, "kb.jsonl", '{"title": "A", "html": "x", "locale": "fi-FI"}\n[]\n{"title": "B", "html": ""}\n'
    )
    loaded = read_articles(table)
    assert [(a.id, a.title, a.body, a.language) for a in loaded.documents] == [("1", "A", "x", "fi")]
    assert [(row.place, row.error) for row in loaded.bad] == [
        ("kb.jsonl:2", "the JSON is an array, not an object"),
        ("kb.jsonl:3", "body is empty"),
    ]
    assert read_articles(page(tmp_path, "one.md", "# En\nx")).documents[0].title == "En"


def test_solved_tickets_share_a_scale(tmp_path: Path) -> None:
    rows = [{"question": "q", "svar": "s", "csat": score, "Reopens": 1} for score in (1, 5, None)]
    path = page(tmp_path, "solved.jsonl", "\n".join(json.dumps(row) for row in rows))
    loaded = read_resolutions(path, "answer=svar")
    assert [(r.id, r.csat, r.reopened) for r in loaded.documents] == [
        ("1", 0.2, True),
        ("2", 1.0, True),
        ("3", None, True),
    ]
    with pytest.raises(DataError, match=r"no column is recognised as answer\. Columns found: question, x\."):
        read_resolutions(page(tmp_path, "bad.csv", "question,x\na,b\n"))


def test_solved_tickets_name_the_articles_that_were_linked(tmp_path: Path) -> None:
    rows = [
        {"question": "q", "answer": "s", "articles": ["kb/nb/retur", "kb/fi/palautus"]},
        {"question": "q", "answer": "s", "articles": "kb/nb/retur, frakt; gave"},
        {"question": "q", "answer": "s", "articles": []},
        {"question": "q", "answer": "s"},
        {"question": "q", "answer": "s", "articles": {"secret": 1}},
    ]
    loaded = read_resolutions(page(tmp_path, "solved.jsonl", "\n".join(json.dumps(row) for row in rows)))
    linked = [("kb/nb/retur", "kb/fi/palautus"), ("kb/nb/retur", "frakt", "gave"), (), ()]
    assert [r.articles for r in loaded.documents if isinstance(r, Resolution)] == linked
    assert [(row.place, row.error) for row in loaded.bad] == [
        ("solved.jsonl:5", "articles must be a name or a list of names")
    ]


@pytest.mark.parametrize(
    "column",
    ["Linked articles", "article_ids", "Lenkede artikler", "Länkade artiklar", "Tilknyttede artikler", "Artikkelit"],
)
def test_a_column_of_linked_articles_is_recognised(tmp_path: Path, column: str) -> None:
    table = page(tmp_path, "solved.csv", f"question;answer;{column}\nq;s;retur, frakt\nq;s;\n")
    assert [r.articles for r in read_resolutions(table).documents if isinstance(r, Resolution)] == [
        ("retur", "frakt"),
        (),
    ]
    named = page(tmp_path, "named.csv", "question;answer;KB\nq;s;retur\n")
    (one,) = read_resolutions(named, "articles=KB").documents
    assert isinstance(one, Resolution)
    assert one.articles == ("retur",)


def test_labelled_messages(tmp_path: Path) -> None:
    path = page(tmp_path, "labels.csv", "Viesti;Kategoria;Prioriteetti\nHei;praise;matala\nMoi;;\n")
    loaded = read_labelled(path)
    assert loaded.documents == [Labelled(text="Hei", intent="praise", urgency="low", id="labels.csv:2")]
    assert [row.place for row in loaded.bad] == ["labels.csv:3"]
    assert read_labelled(path, {"intent": "Prioriteetti"}).documents[0].intent == "matala"
    with pytest.raises(DataError, match=r"no column holds a label\. Name it: --map intent=COLUMN"):
        read_labelled(page(tmp_path, "none.csv", "text,x\na,b\n"))


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is nothing to read here"):
        read_articles(tmp_path)
    with pytest.raises(DataError, match="there is no such file or folder"):
        read_articles(tmp_path / "gone")
    page(tmp_path, "pages/a.md", "x")
    with pytest.raises(DataError, match="there is nothing to read here"):
        read_macros(tmp_path / "pages")
