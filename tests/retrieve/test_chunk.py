from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.retrieve.chunk import (
    FENCE_LIMIT,
    LIMIT,
    chunk_document,
    chunk_markdown,
    searched_text,
    shown_text,
)
from replyassist.types import Article, Macro, Resolution

lines = st.sampled_from(
    [
        "# Retur",
        "## Under",
        "",
        " ",
        "- ett",
        "  fortsettelse",
        "1. først",
        "| a | b |",
        "```",
        "~~~",
        "\ttab",
        "Tekst. Mer tekst! ",
        "ö" * 950,
        "Ord " * 300,
        "\u2028",
        "\r",
    ]
)
markdown = st.one_of(st.text(), st.lists(st.one_of(lines, st.text(max_size=40)), max_size=30).map("\n".join))


@given(markdown)
def test_chunks_cover_all_text_in_order_without_overlap(text: str) -> None:
    position = 0
    for chunk in chunk_markdown(text):
        assert text[position : chunk.start].strip() == ""
        assert position <= chunk.start < chunk.end <= len(text)
        assert text[chunk.start : chunk.end] == text[chunk.start : chunk.end].strip()
        position = chunk.end
    assert text[position:].strip() == ""


@given(markdown)
def test_no_chunk_is_over_the_limit_except_a_fence(text: str) -> None:
    for chunk in chunk_markdown(text):
        size = chunk.end - chunk.start
        assert size <= LIMIT or (("```" in text or "~~~" in text) and size <= FENCE_LIMIT + LIMIT)


def test_sections_get_their_heading_path() -> None:
    filler = "Dette er en setning om retur av varer. " * 8
    text = f"# Retur\n\n{filler}\n\n## Frist\n\n{filler}\n\n### Unntak\n\n{filler}\n\n## Porto\n\n{filler}"
    assert [chunk.headings for chunk in chunk_markdown(text)] == [
        ("Retur",),
        ("Retur", "Frist"),
        ("Retur", "Frist", "Unntak"),
        ("Retur", "Porto"),
    ]
    assert all(text[chunk.start] == "#" for chunk in chunk_markdown(text))


def test_a_heading_is_never_left_behind_alone() -> None:
    text = f"# A\n\n{'Setning nummer en. ' * 40}\n\n## B\n\n{'Lang setning her. ' * 80}"
    assert [text[c.start : c.end].splitlines()[0] for c in chunk_markdown(text)][:2] == ["# A", "## B"]
    assert all(not text[c.start : c.end].endswith("## B") for c in chunk_markdown(text))


def test_short_sections_are_joined() -> None:
    assert len(chunk_markdown("# A\n\nKort.\n\n# B\n\nOgså kort.\n\n# C\n\nLyhyt.")) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Ta kontakt med oss, f.eks. Kari på telefon, før den 17. mai kl. 12 om du lurer. ",
        "Hör av dig till oss, t.ex. Anna på kundtjänst, före den 6. juni om du undrar. ",
        "Skriv til os, f.eks. Mette i kundeservice, inden den 5. juni kl. 10 hvis du er i tvivl. ",
        "Ota yhteyttä, esim. Lauraan, ennen 6. joulukuuta klo 12 jos jokin jäi epäselväksi. ",
        "Get in touch, e.g. Sarah or Dr. Smith, before noon on the 4th of July if in doubt. ",
    ],
)
def test_a_long_paragraph_is_cut_between_sentences(sentence: str) -> None:
    text = sentence * 40
    chunks = chunk_markdown(text)
    assert len(chunks) > 1
    for chunk in chunks:
        piece = text[chunk.start : chunk.end] + " "
        assert piece == sentence * (len(piece) // len(sentence))


def test_a_sentence_over_hard_wrapped_lines_is_not_cut() -> None:
    sentence = "En setning som går\nover to linjer i kilden. "
    chunks = chunk_markdown(sentence * 60)
    assert all((sentence * 60)[c.start : c.end].startswith("En setning") for c in chunks)


def test_a_list_is_kept_whole_or_cut_between_items() -> None:
    items = "".join(f"- Punkt {n} med litt forklaring\n  på to linjer\n" for n in range(40))
    pieces = [items[c.start : c.end] for c in chunk_markdown(items)]
    assert len(pieces) > 1
    assert all(piece.startswith("- Punkt") and piece.endswith("på to linjer") for piece in pieces)
    short = "Intro " * 140 + "\n\n- en\n- to\n- tre"
    assert any(short[c.start : c.end].endswith("- en\n- to\n- tre") for c in chunk_markdown(short))


def test_a_code_fence_stays_intact() -> None:
    fence = "```sh\n# ikke en overskrift\n" + "kommando --valg\n" * 100 + "```"
    text = f"# Kjør dette\n\nFørst litt tekst.\n\n{fence}\n\nDeretter mer."
    assert sum(fence in text[c.start : c.end] for c in chunk_markdown(text)) == 1
    assert all("ikke en overskrift" not in c.headings for c in chunk_markdown(text))


def test_blank_text_has_no_chunk_but_an_empty_article_is_found_by_its_title() -> None:
    assert chunk_markdown(" \n\t\n") == []
    article = Article(id="a", title="Retur", body="")
    (chunk,) = chunk_document(article)
    assert (shown_text(article)[chunk.start : chunk.end], searched_text(article, chunk)) == ("", "Retur\n")


def test_a_resolution_is_searched_by_the_question_and_shows_the_answer() -> None:
    resolution = Resolution(id="r", subject="Pakke", question="Hvor er den?", answer=" I morgen. ")
    (chunk,) = chunk_document(resolution)
    assert shown_text(resolution)[chunk.start : chunk.end] == "I morgen."
    assert searched_text(resolution, chunk) == "Pakke\nHvor er den?\nI morgen."


def test_a_macro_is_one_chunk() -> None:
    macro = Macro(id="m", title="Svar", body="# En\n\n" + "Tekst. " * 400)
    assert len(chunk_document(macro)) == 1


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "a. " * 333_333, "- \n" * 333_333, "#" * 10**6, "`" * 10**6, ".!?" * 333_333, "\n" * 10**6]
)
def test_a_megabyte_takes_linear_time(text: str) -> None:
    start = time.perf_counter()
    chunk_markdown(text)
    assert time.perf_counter() - start < 5
