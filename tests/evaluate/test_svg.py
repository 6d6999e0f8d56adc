from __future__ import annotations

import doctest
import math
import sys
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.evaluate import svg
from replyassist.evaluate.scores import Bin, GroupScore, LabelScore, Point, Share

SVG = "{http://www.w3.org/2000/svg}"
NOT_NUMBERS = (math.nan, math.inf, -math.inf)
NASTY = "<script>alert('\"&')</script>\x00\x1b\u202eevil\u200f\ud800\ufffe\x85"
LABEL = LabelScore(n=3, precision=0.5, recall=0.25, f1=1 / 3, automated=Share(n=0, error=None))


def parsed(plot: str) -> ElementTree.Element:
    plot.encode()
    root = ElementTree.fromstring(plot)
    assert root.tag == f"{SVG}svg"
    named = {child.get("id") for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert named == set(root.attrib["aria-labelledby"].split())
    assert "nan" not in plot.lower()
    assert "inf" not in plot.lower()
    return root


def drawn(root: ElementTree.Element, tag: str, kind: str) -> list[ElementTree.Element]:
    return [one for one in root.iter(f"{SVG}{tag}") if one.get("class") == kind]


def test_the_examples_hold() -> None:
    assert doctest.testmod(sys.modules[svg.__name__]).failed == 0


def test_dots_have_an_area_by_n_and_lie_where_they_should() -> None:
    root = parsed(
        svg.reliability([Bin(n=400, probability=0.0, right=0.0), Bin(n=100, probability=1.0, right=1.0)], "p")
    )
    large, small = drawn(root, "circle", "dot")
    line = next(one for one in drawn(root, "line", "mark"))
    assert (float(large.attrib["r"]) / float(small.attrib["r"])) ** 2 == pytest.approx(4)
    assert [float(large.attrib[at]) for at in ("cx", "cy")] == [float(line.attrib[at]) for at in ("x1", "y1")]
    assert [float(small.attrib[at]) for at in ("cx", "cy")] == [float(line.attrib[at]) for at in ("x2", "y2")]


def test_a_curve_has_a_point_per_point_and_a_mark() -> None:
    curve = [Point(coverage=0.5, error=0.01), Point(coverage=1.0, error=0.04)]
    root = parsed(svg.coverage(curve, "p", automatic=0.3))
    assert len(drawn(root, "polyline", "curve")[0].attrib["points"].split()) == 2
    assert len(drawn(root, "line", "mark")) == 1
    assert "4%" in [text.text for text in drawn(root, "text", "tick")]
    assert not drawn(parsed(svg.coverage(curve, "p")), "line", "mark")
    assert len(drawn(parsed(svg.coverage(curve[:1], "p")), "circle", "dot")) == 1


def test_bars_keep_their_order_and_length() -> None:
    rows = [svg.Bar("one", 0.5, "50%", likely=(0.4, 0.6)), svg.Bar("x" * 200, 1.0, "100%"), svg.Bar("none", 0.0, "0%")]
    root = parsed(svg.bars(rows, "p", "Some bars"))
    widths = [float(bar.attrib["width"]) for bar in drawn(root, "rect", "bar")]
    assert widths[0] == widths[1] / 2
    assert widths[2] == 0
    names = [text.text or "" for text in drawn(root, "text", "name")]
    assert names[0] == "one"
    assert names[1].endswith("x…")
    assert len(names[1]) < 40
    assert len(drawn(root, "line", "likely")) == 1


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_number_is_left_out(value: float) -> None:
    bins = [Bin(n=1, probability=value, right=0.5), Bin(n=1, probability=0.5, right=value)]
    assert not drawn(parsed(svg.reliability(bins, "p")), "circle", "dot")
    curve = [Point(coverage=value, error=0.5), Point(coverage=0.5, error=value)]
    assert drawn(parsed(svg.coverage(curve, "p", value)), "polyline", "curve")[0].attrib["points"] == ""
    assert not drawn(parsed(svg.bars([svg.Bar("one", value, "–")], "p", "t")), "rect", "bar")
    group = GroupScore(n=1, accuracy=value, macro_f1=value, ece=value)
    page = svg.language_figure({"nb": group}, "p") + svg.label_figure({"a": LABEL}, "p")
    assert "nan" not in page.lower()
    assert "inf" not in page.lower()
    for show in (svg.percent, svg.number, svg.points):
        assert show(value) == show(None) == svg.DASH
    assert svg.of(value, 100) == svg.DASH
    assert svg.grade(value, 0.1, 0.2) == "unknown"
    assert svg.likely(value, 10) is None


def test_nothing_at_all_can_be_drawn() -> None:
    for plot in (svg.reliability([], "p"), svg.coverage([], "p"), svg.bars([], "p", "t")):
        parsed(plot)


def test_untrusted_names_stay_text() -> None:
    root = parsed(svg.bars([svg.Bar(NASTY, 0.5, NASTY)], "p", NASTY))
    assert not list(root.iter(f"{SVG}script"))
    assert "<script>alert('\"&')" in "".join(root.itertext())
    assert "\u202e" not in "".join(root.itertext())


@given(st.text())
def test_shown_text_is_fit_for_xml_and_html(text: str) -> None:
    markup = svg.shown(text + NASTY)
    assert ElementTree.fromstring(f'<a b="{markup}">{markup}</a>').text == svg.clean(text + NASTY)
    assert unescape(markup) == svg.clean(text + NASTY)
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
    reader.feed(markup)
    assert not found


def test_plain_words_are_left_as_they_are() -> None:
    plain = "Hyvitys, påminnelse, שלום, 👩‍👩‍👧 & co"
    assert svg.clean(plain) == plain
    assert svg.clean("two\r\nlines\tand\u2028more") == "two lines and more"
    assert svg.clean("a\u202eb\x00") == "a[U+202E]b[U+0000]"


def test_numbers_are_never_rounded_to_nothing_or_all() -> None:
    assert [svg.percent(share) for share in (0.0, 1e-9, 0.5, 0.9999, 1.0)] == [
        "0.0%",
        "under 0.1%",
        "50.0%",
        "over 99.9%",
        "100.0%",
    ]
    assert [svg.of(share, 100) for share in (0.0, 1e-9, 0.624, 0.999, 1.0)] == [
        "none",
        "fewer than 1",
        "62",
        "more than 99",
        "100",
    ]
    assert svg.number(-0.0001) == "0.000"
    assert svg.count(1234567) == "1\u202f234\u202f567"
    assert svg.counted(1) == "1 message"
    assert svg.counted(0, "tag") == "0 tags"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.02, "1 in 50 (2.0%) was"),
        (0.0211, "1 in 47 (2.1%) was"),
        (0.15, "about 1 in 7 (15.0%) was"),
        (0.25, "1 in 4 (25.0%) was"),
        (0.6, "3 in 5 (60.0%) were"),
        (0.97, "nearly all (97.0%) were"),
        (1.0, "all (100.0%) were"),
        (0.0, "none was"),
        (None, "– were"),
        (1e-300, "about 1 in 1\u202f000\u202f000\u202f000 (under 0.1%) was"),
    ],
)
def test_a_share_is_said_as_one_in_so_many(share: float | None, words: str) -> None:
    assert svg.one_in(share) == words


def test_the_likely_range_is_wilsons() -> None:
    low, high = svg.likely(0.5, 100) or (0, 0)
    assert (low, high) == (pytest.approx(0.4038, abs=1e-4), pytest.approx(0.5962, abs=1e-4))
    assert svg.likely(0.0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert svg.likely(None, 20) is svg.likely(0.5, 0) is svg.likely(1.5, 3) is None


def test_a_table_has_a_head_and_escapes_its_cells() -> None:
    page = svg.table(NASTY, {NASTY: svg.isolated, "n": svg.count}, [(NASTY, 1000)])
    assert "<script" not in page
    root = ElementTree.fromstring(page)
    assert [cell.get("scope") for cell in root.iter("th")] == ["col", "col", "row"]
    assert [cell.text for cell in root.iter("td")] == ["1\u202f000"]


def test_the_weakest_labels_come_first_and_all_are_in_the_table() -> None:
    labels = {
        f"label {i:02}": LabelScore(n=1, precision=0, recall=0, f1=i / 100, automated=Share(n=0, error=None))
        for i in range(60)
    }
    figure = ElementTree.fromstring(svg.label_figure(labels, "p"))
    names = [text.text for text in drawn(figure, "text", "name")]
    assert names == list(labels)[:40]
    assert len(list(figure.iter("tr"))) == 61
    assert "weakest 40 of 60" in "".join(figure.itertext())
