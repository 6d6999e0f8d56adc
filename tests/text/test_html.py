from __future__ import annotations

import subprocess
import sys
import time

import pytest

from replyassist.text.html import MAX_HTML_CHARS, html_lines, html_to_text, looks_like_html


@pytest.mark.parametrize(
    "raw",
    [
        "<p>Hei",
        "Hei<br>der",
        "<DIV class='x'>Hej</DIV>",
        "<!DOCTYPE html><body>Moi",
        "Bl&aring;b&aelig;r",
        "a&nbsp;b",
        "&lt;p&gt;Hei&lt;/p&gt;",
    ],
)
def test_html_is_recognised(raw: str) -> None:
    assert looks_like_html(raw)


@pytest.mark.parametrize("raw", ["", "5 < 6 & 7 > 2", "<kari@example.no>", "R&D-avdelingen", "> sitat", "<3", "a <b c"])
def test_plain_text_is_not_html(raw: str) -> None:
    assert not looks_like_html(raw)


def test_lists_links_and_tables_stay_readable() -> None:
    raw = (
        "<p>Jeg trenger:</p><ul><li>kaffe</li><li>te<ul><li>grønn</li></ul></li></ul><ol><li>Én</li><li>To</li></ol>"
        "<p>Se <a href='https://example.no'>vilkårene</a>.</p>"
        "<table><tr><th>Vare</th><th>Antall</th></tr><tr><td>Kaffe</td><td>2</td></tr></table>"
    )
    assert html_to_text(raw) == (
        "Jeg trenger:\n\n- kaffe\n- te\n- grønn\n\n1. Én\n2. To\n\nSe vilkårene.\n\nVare | Antall\nKaffe | 2"
    )


def test_line_structure() -> None:
    assert html_to_text("<div>a</div><div>b<br>c</div><div><br></div><div>d <b>e</b>f</div>") == "a\nb\nc\n\nd ef"
    assert html_to_text("<pre>x = 1\n  y</pre>") == "x = 1\ny"


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display: none'>X</div>",
        "<span style='mso-hide:all'>X</span>",
        "<div style='max-height:0px;overflow:hidden'>X</div>",
        "<span style='font-size:0'>X</span>",
        "<font style='visibility:hidden'>X</font>",
        "<p hidden>X</p>",
        "<style>X</style>",
        "<script>X</script>",
        "<!-- X -->",
        "<title>X</title>",
        "<img alt='X' src='cid:1' width=1 height=1>",
    ],
)
def test_what_readers_do_not_see_is_dropped(hidden: str) -> None:
    assert html_to_text(f"<p>Hei</p>{hidden}<p>hopp</p>") == "Hei\n\nhopp"


def test_visible_styles_are_kept() -> None:
    assert html_to_text("<p style='font-size:0.9em;opacity:0.8'>Hei</p>") == "Hei"


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote">old</div>',
        '<div class="gmail_quote gmail_quote_container"><blockquote class="gmail_quote">old</blockquote></div>',
        '<blockquote type="cite">old</blockquote>',
        "<blockquote>old</blockquote>",
        '<div class="moz-cite-prefix">old</div>',
        '<div id="divRplyFwdMsg">old</div><p>old</p>',
        '<div id="x_divRplyFwdMsg">old</div><p>old</p>',
        '<div id="appendonsend"></div><p>old</p>',
        '<hr id="stopSpelling"><p>old</p>',
        '<div class="yahoo_quoted">old</div>',
        '<div class="protonmail_quote">old</div>',
        '<div class="zendesk-quoted">old</div>',
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt 0 0 0'>old</div><p>old</p>",
        "<div style='border-top:solid #B5C4DF 1.0pt'>old</div>old",
        '<div id="mail-editor-reference-message-container">old</div>',
    ],
)
def test_quote_containers_are_cut(quote: str) -> None:
    assert html_to_text(f"<div>new</div>{quote}") == "new"


def test_answers_between_gmail_quotes_stay() -> None:
    raw = (
        '<div class="gmail_quote"><div class="gmail_attr">ons. skrev A:</div><blockquote class="gmail_quote">Ordrenr?'
        '</blockquote><div>4411</div><blockquote class="gmail_quote">Farge?</blockquote><div>Blå</div></div>'
    )
    assert html_to_text(raw).split() == ["4411", "Blå"]


def test_an_indented_paragraph_is_not_a_quote() -> None:
    assert html_to_text('<p>a</p><blockquote style="margin:0 0 0 40px;border:none">b</blockquote>') == "a\n\nb"


def test_a_fully_quoted_mail_keeps_its_text() -> None:
    assert html_to_text('<div class="gmail_quote">Hvor er pakken?</div>') == "Hvor er pakken?"


def test_signature_containers_are_told_apart() -> None:
    lines, kinds = html_lines("<p>Hei</p><div class='gmail_signature'>Kari</div><blockquote>gammelt</blockquote>")
    found = {line: kind for line, kind in zip(lines, kinds, strict=True) if line}
    assert found == {"Hei": "own", "Kari": "signature", "gammelt": "quoted"}
    lines, kinds = html_lines("<p>Hei</p><span class='js-signatureMarker'></span>Kari<br>AS")
    assert [kind for line, kind in zip(lines, kinds, strict=True) if line] == ["own", "signature", "signature"]


def test_escaped_markup_is_read_once_and_defused() -> None:
    assert html_to_text("&lt;p&gt;Hei&lt;/p&gt;&lt;p&gt;du&lt;/p&gt;") == "Hei\n\ndu"
    written_by_customer = html_to_text("<p>Feil i &lt;div&gt; og &amp;amp;</p>")
    assert written_by_customer == "Feil i < div> og & amp;"
    assert not looks_like_html(written_by_customer)
    assert html_to_text("Bl&aring;b&aelig;r til Kari <kari@example.no>") == "Blåbær til Kari <kari@example.no>"


def test_a_large_style_sheet_does_not_hide_the_text() -> None:
    raw = "<style>" + "p{margin:0}" * 40_000 + "</style><p>Hvor er pakken?</p>"
    assert len(raw) > MAX_HTML_CHARS
    assert html_to_text(raw) == "Hvor er pakken?"
    inline = "<img src='data:image/png;base64," + "A" * 400_000 + "'><p>Hvor er pakken?</p>"
    assert html_to_text(inline) == "Hvor er pakken?"


ADVERSARIAL = {
    "brackets": "<" * 1_000_000,
    "deep divs": "<div>" * 200_000,
    "deep quotes": "<blockquote>" * 90_000,
    "deep gmail quotes": "<div class=gmail_quote>" * 8_000 + "<blockquote>x",
    "deep lists": "<ul><li>" * 120_000,
    "unknown elements": "<x>" * 30_000 + "</y>" * 27_000,
    "open formatting": "<p>" + "".join(f"<font color={i}>" for i in range(3000)) + "<p>x" * 20_000,
    "open comments": "<p>" + "<!--" * 250_000,
    "open styles": "<p>" + "<style>" * 140_000,
    "attributes": "<p " + " ".join(f"a{i}='<'" for i in range(90_000)) + ">x",
    "entities": "&amp;lt;" * 125_000,
    "escaped": "&lt;p&gt;" * 110_000,
    "cells": "<table><tr>" + "<td>x" * 200_000,
    "no end": "<p>" + "x" * 1_000_000,
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_adversarial_input_takes_bounded_time(name: str) -> None:
    started = time.process_time()
    html_to_text(ADVERSARIAL[name])
    assert time.process_time() - started < 1.0


def test_lexbor_is_imported_only_for_html() -> None:
    code = (
        "import sys\nfrom replyassist.text.clean import clean\nclean('Hei, hvor er pakken min?\\n\\nMvh\\nKari')\n"
        "assert not any(m.startswith('selectolax') for m in sys.modules)\n"
        "clean('<p>Hei</p>')\nassert 'selectolax.lexbor' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
