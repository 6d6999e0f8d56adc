from __future__ import annotations

import ast
import math
import re
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.classify.drift import Drift, Shift
from replyassist.evaluate import html
from replyassist.evaluate.html import render_report
from replyassist.evaluate.parity import MAX_DIFFERENCE, ParityScore
from replyassist.evaluate.scores import (
    Bin,
    Change,
    Confusion,
    Doubt,
    GroupScore,
    LabelScore,
    Overlap,
    Point,
    Share,
    TaskScore,
)

VOID = {"meta", "br", "hr", "img", "link", "input"}
NASTY = "</title></style><script>alert('\"&')</script>\x00\x1b\u202eevil\u200f\ud800"


class Page(HTMLParser):
    """Checks that tags are balanced, and gathers elements, text and tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.tables: dict[str, list[list[str]]] = {}
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "div" and found.get("class") == "scroll":
            self.rows = self.tables.setdefault(found["aria-label"] or "", [])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def task(**changes: Any) -> TaskScore:
    group = GroupScore(n=400, accuracy=0.63, macro_f1=0.512, ece=0.047)
    values: dict[str, Any] = {
        "n": 1000,
        "accuracy": 0.62,
        "macro_f1": 0.5432,
        "ece": 0.0312,
        "accepted": 0.31,
        "accepted_error": 0.02,
        "tiers": {
            "suggest": Share(n=400, error=0.617),
            "preselect": Share(n=290, error=0.183),
            "automate": Share(n=310, error=0.02),
        },
        "sets": 0.913,
        "set_size": 2.345,
        "abstained": {"no known words": 7},
        "kappa": 0.7123,
        "under_triaged": 0.0456,
        "by_language": {"fi": group, "nb": GroupScore(n=600, accuracy=0.61, macro_f1=0.533, ece=0.021)},
        "by_label": {
            "refund": LabelScore(n=250, precision=0.711, recall=0.692, f1=0.701, automated=Share(n=90, error=0.011)),
            "other": LabelScore(n=70, precision=0.211, recall=0.192, f1=0.201, automated=Share(n=0, error=None)),
            "late": LabelScore(n=120, precision=0.611, recall=0.592, f1=0.601, automated=Share(n=40, error=0.125)),
        },
        "bins": (Bin(n=34, probability=0.55, right=0.476), Bin(n=21, probability=0.951, right=0.932)),
        "curve": (Point(coverage=0.025, error=0.001), Point(coverage=1.0, error=0.38)),
        "confusions": (Confusion(label="refund", tagged="late", n=17),),
        "overlaps": (Overlap(first="late", second="refund", share=0.234, n=19),),
        "doubts": (Doubt(id="T-77", label="late", likelier="other", probability=0.987, label_probability=0.004),),
        "unknown_labels": ("fax",),
        "since": Change(accuracy=0.587, macro_f1=0.501, ece=0.066, became_right=41, became_wrong=19, p_value=0.0062),
    }
    return TaskScore(**{**values, **changes})


PARITY = ParityScore(
    messages=200, pairs=2000, differs=0.123, tags=0.081, tiers=0.072, agree=0.834, by_pair={"da-fi": 0.181}
)
DRIFT = Drift(
    n=900,
    reference=1715,
    confidence=Shift(index=0.1412, p_value=1e-7),
    labels=Shift(index=0.0512, p_value=0.031),
    drifted=True,
    grown={"late": 0.061},
    shrunk={"other": -0.042},
)
EMPTY = TaskScore(n=0, accuracy=0.0, macro_f1=0.0, ece=0.0, accepted=0.0, accepted_error=None)


def page(scores: Mapping[str, TaskScore], **more: Any) -> Page:
    text = render_report("acme/", scores, **more)
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    found = Page(text)
    assert "None" not in [cell for rows in found.tables.values() for row in rows for cell in row]
    return found


def lights(found: Page) -> dict[str, str]:
    pattern = r"([✓!✕?]) (good|fair|poor|not known)(Are|Is|Do|Does)\b([^?]*\?)"
    return {verb + rest: level for _, level, verb, rest in re.findall(pattern, found.text)}


def test_the_summary_says_it_in_plain_words() -> None:
    found = page({"intent": task()}, skipped=3)
    assert (
        "Of 100 messages, 62 get the right intent. 31 may be tagged without a person looking; of those, "
        "1 in 50 (2.0%) was wrong."
    ) in found.text
    assert "3 rows could not be read and are not counted." in found.text
    assert "1 row could not be read and is not counted." in page({}, skipped=1).text
    assert "could not be read" not in page({}).text


def test_every_number_is_that_of_the_scores() -> None:
    tables = page({"urgency": task()}).tables
    key = {row[0]: row[1] for row in tables["Key figures"]}
    assert key == {
        "Measure": "Value",
        "Messages": "1\u202f000",
        "Right (accuracy)": "62.0%",
        "Macro-F1": "0.543",
        "Calibration error (ECE)": "0.031",
        "Automatic (accepted)": "31.0%",
        "Wrong among the automatic": "2.0%",
        "Candidates hold the label": "91.3%",
        "Candidates offered": "2.345",
        "Kappa, quadratic weights": "0.712",
        "Under-triage": "4.6%",
    }
    assert [row[1:] for row in tables["What may be done with the tags"][1:]] == [
        ["310", "31.0%", "2.0%"],
        ["290", "29.0%", "18.3%"],
        ["400", "40.0%", "61.7%"],
    ]
    assert tables["Messages without a tag"][1] == ["no known words", "7"]
    assert tables["Scores of each language"][1] == ["Finnish (fi)", "400", "63.0%", "0.512", "0.047"]
    assert tables["Scores of each label"][1:] == [
        ["other", "70", "21.1%", "19.2%", "0.201", "0", "–"],
        ["late", "120", "61.1%", "59.2%", "0.601", "40", "12.5%"],
        ["refund", "250", "71.1%", "69.2%", "0.701", "90", "1.1%"],
    ]
    assert tables["Probability given and share right"][1] == ["34", "55.0%", "47.6%"]
    assert tables["Errors among the surest messages"][1:] == [["2.5%", "0.1%"], ["100.0%", "38.0%"]]


def test_every_remark_on_labels_is_shown() -> None:
    found = page({"intent": task()})
    assert found.tables["What is taken for what"][1] == ["refund", "late", "17"]
    assert found.tables["Labels that are likely wrong"][1] == ["T-77", "late", "other", "98.7%", "0.4%"]
    assert "late and refund: 23.4% of the messages of either (19) get the other." in found.text
    assert "Merge the two labels" in found.text
    assert "counts as wrong.fax" in found.text
    assert "keep them out (tag.never_automate): late." in found.text


def test_the_previous_model_is_compared() -> None:
    found = page({"intent": task()})
    assert found.tables["Previous model"][1:] == [
        ["Right (accuracy)", "58.7%", "62.0%"],
        ["Macro-F1", "0.501", "0.543"],
        ["Calibration error (ECE)", "0.066", "0.031"],
    ]
    assert "41 tags became right and 19 wrong. Chance alone would make a difference as large in 0.6%" in found.text
    better = "Is it better than the previous model?"
    assert lights(found)[better] == "good"
    worse = Change(accuracy=0.7, macro_f1=0.6, ece=0.02, became_right=3, became_wrong=30, p_value=1e-6)
    found = page({"intent": task(since=worse)})
    assert lights(found)[better] == "poor"
    assert f"What stands in the way: {better}" in found.text
    same = Change(accuracy=0.62, macro_f1=0.5, ece=0.02, became_right=3, became_wrong=3, p_value=1.0)
    assert lights(page({"intent": task(since=same)}))[better] == "not known"


def test_languages_and_periods_are_compared() -> None:
    found = page({"intent": task()}, parity={"intent": PARITY}, drift={"intent": DRIFT})
    assert found.tables["Languages compared"][1] == ["intent", "200", "2\u202f000", "12.3%", "8.1%", "7.2%", "83.4%"]
    assert found.tables["Pairs of languages"][1] == ["intent", "Danish and Finnish (da-fi)", "18.1%"]
    assert found.tables["Periods compared"][1:] == [
        ["intent", "how sure the tags are", "1\u202f715", "900", "0.141", "under 0.1%", "yes"],
        ["intent", "which tags are given", "1\u202f715", "900", "0.051", "3.1%", "no"],
    ]
    assert found.tables["Labels whose share changed most"][1:] == [
        ["intent", "late", "6.1 percentage points"],
        ["intent", "other", "-4.2 percentage points"],
    ]
    assert lights(found)["Does the same message get the same tag?"] == "poor"
    assert "What stands in the way: Is the inbox still what the assistant was made for?" in found.text


def test_parity_and_drift_stand_alone() -> None:
    found = page({}, parity={"intent": PARITY})
    assert "In 12.3% of 2\u202f000 pairs of languages the tag or tier differs." in found.text
    assert "Over time" not in found.text
    steady = Drift(n=300, reference=400, confidence=DRIFT.labels, labels=DRIFT.labels, drifted=False)
    found = page({}, drift={"urgency": steady})
    assert "300 messages look like the 400 known ones." in found.text
    assert "Labels whose share changed most" not in found.tables
    assert "Nothing was evaluated." in page({}).text
    assert html.PARITY_GATE == MAX_DIFFERENCE


@pytest.mark.parametrize(
    ("changes", "question", "level"),
    [
        ({}, "Are automatic tags right?", "good"),
        (
            {"tiers": {"automate": Share(n=310, error=0.08)}, "accepted_error": 0.08},
            "Are automatic tags right?",
            "fair",
        ),
        (
            {"tiers": {"automate": Share(n=310, error=0.12)}, "accepted_error": 0.12},
            "Are automatic tags right?",
            "poor",
        ),
        ({"tiers": {"automate": Share(n=20, error=0.0)}, "accepted_error": 0.0}, "Are automatic tags right?", "fair"),
        (
            {"tiers": {"automate": Share(n=3, error=0.0)}, "accepted_error": 0.0},
            "Are automatic tags right?",
            "not known",
        ),
        ({"tiers": {}}, "Are automatic tags right?", "good"),
        ({"ece": 0.05}, "Are the probabilities honest?", "good"),
        ({"ece": 0.0501}, "Are the probabilities honest?", "fair"),
        ({"ece": 0.1}, "Are the probabilities honest?", "fair"),
        ({"ece": 0.11}, "Are the probabilities honest?", "poor"),
        ({}, "Are the labels clear?", "fair"),
        ({"overlaps": (), "unknown_labels": ()}, "Are the labels clear?", "good"),
        ({"unknown_labels": ("refund",)}, "Are the labels clear?", "poor"),
        ({}, "Are there enough messages?", "good"),
        ({"n": 200}, "Are there enough messages?", "fair"),
        ({"n": 50}, "Are there enough messages?", "poor"),
        ({}, "Are urgent messages recognised?", "good"),
        ({"under_triaged": 0.2}, "Are urgent messages recognised?", "poor"),
        ({"kappa": 0.41}, "Do the levels agree with what people chose?", "fair"),
        ({"kappa": -0.1}, "Do the levels agree with what people chose?", "poor"),
    ],
)
def test_judgements(changes: dict[str, Any], question: str, level: str) -> None:
    assert lights(page({"intent": task(**changes)}))[question] == level


@pytest.mark.parametrize(
    ("worst", "n", "level"), [(0.8, 100, "good"), (0.76, 100, "fair"), (0.7, 100, "poor"), (0.7, 29, "not known")]
)
def test_languages_are_served_alike(worst: float, n: int, level: str) -> None:
    groups = {
        "nb": GroupScore(n=100, accuracy=0.85, macro_f1=0.8, ece=0.0),
        "fi": GroupScore(n=n, accuracy=worst, macro_f1=0.8, ece=0.0),
    }
    found = page({"intent": task(by_language=groups)})
    assert lights(found)["Are all languages served alike?"] == level
    if level != "not known":
        assert f"Finnish (fi) gets {worst:.1%} right, Norwegian (nb) 85.0%." in found.text


def test_the_advice_follows_from_the_judgements() -> None:
    clear = {"overlaps": (), "unknown_labels": ()}
    assert "Automatic tagging can be switched on." in page({"intent": task(**clear)}).text
    assert "switched on with care" in page({"intent": task()}).text
    nothing = {"accepted": 0.0, "accepted_error": None, "tiers": {"automate": Share(n=0, error=None)}}
    found = page({"intent": task(**clear, **nothing)})
    assert "None may be tagged without a person looking." in found.text
    assert "these messages do not show that it would be safe" in found.text
    found = page({"urgency": task(**clear, under_triaged=0.5)})
    assert "What stands in the way: Are urgent messages recognised?" in found.text


def test_nothing_and_one_message() -> None:
    found = page({"intent": EMPTY})
    assert "There are no labelled messages" in found.text
    assert "Leave automatic tagging off" in found.text
    assert found.count("svg") == 0
    one = TaskScore(
        n=1,
        accuracy=1.0,
        macro_f1=1.0,
        ece=0.2,
        accepted=1.0,
        accepted_error=0.0,
        tiers={"automate": Share(n=1, error=0.0)},
        by_language={"nb": GroupScore(n=1, accuracy=1.0, macro_f1=1.0, ece=0.2)},
        by_label={"a": LabelScore(n=1, precision=1.0, recall=1.0, f1=1.0, automated=Share(n=1, error=0.0))},
        bins=(Bin(n=1, probability=0.8, right=1.0),),
        curve=(Point(coverage=1.0, error=0.0),),
    )
    found = page({"intent": one})
    assert "Of 1 message, 1 gets the right intent." in found.text
    assert "Leave automatic tagging off" in found.text
    assert found.count("svg") == 4
    assert dict(row[:2] for row in found.tables["Key figures"])["Candidates offered"] == "–"
    assert "Under-triage" not in found.text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value: float) -> None:
    share = Share(n=3, error=value)
    score = task(
        accuracy=value,
        macro_f1=value,
        ece=value,
        accepted=value,
        accepted_error=value,
        sets=value,
        set_size=value,
        kappa=value,
        under_triaged=value,
        tiers={"automate": share, "suggest": share},
        by_language={"nb": GroupScore(n=50, accuracy=value, macro_f1=value, ece=value)},
        by_label={"a": LabelScore(n=1, precision=value, recall=value, f1=value, automated=share)},
        bins=(Bin(n=1, probability=value, right=value),),
        curve=(Point(coverage=value, error=value),),
        since=Change(accuracy=value, macro_f1=value, ece=value, became_right=0, became_wrong=0, p_value=value),
    )
    shift = Shift(index=value, p_value=value)
    found = page(
        {"urgency": score},
        parity={"urgency": ParityScore(messages=0, pairs=0, differs=value, tags=value, tiers=value, agree=value)},
        drift={"urgency": Drift(n=1, reference=1, confidence=shift, labels=shift, drifted=False, grown={"a": value})},
    )
    assert dict(row[:2] for row in found.tables["Key figures"])["Right (accuracy)"] == "–"
    assert found.tables["Languages compared"][1][3:] == ["–"] * 4


def nasty(text: str) -> str:
    group = GroupScore(n=40, accuracy=0.5, macro_f1=0.5, ece=0.1)
    label = LabelScore(n=40, precision=0.5, recall=0.5, f1=0.5, automated=Share(n=20, error=0.5))
    score = task(
        abstained={text: 1},
        by_language={text: group, text + "2": group},
        by_label={text: label},
        confusions=(Confusion(label=text, tagged=text, n=1),),
        overlaps=(Overlap(first=text, second=text, share=0.5, n=1),),
        doubts=(Doubt(id=text, label=text, likelier=text, probability=0.5, label_probability=0.5),),
        unknown_labels=(text,),
    )
    parity = ParityScore(messages=1, pairs=1, differs=0, tags=0, tiers=0, agree=1, by_pair={text: 0.5})
    shift = Shift(index=0.5, p_value=0.5)
    drift = Drift(
        n=1, reference=1, confidence=shift, labels=shift, drifted=True, grown={text: 0.5}, shrunk={text: -0.5}
    )
    return render_report(text, {text: score}, parity={text: parity}, drift={text: drift})


def test_untrusted_text_stays_text() -> None:
    text = nasty(NASTY)
    found = Page(text)
    text.encode()
    assert found.count("script") == 0
    assert found.count("title") == Page(nasty("plain")).count("title")
    assert "<script>alert('\"&')</script>" in found.text
    assert "[U+202E]evil[U+200F]" in found.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@given(st.text())
def test_no_text_changes_the_structure(text: str) -> None:
    assert [tag for tag, _ in Page(nasty(text)).elements] == [tag for tag, _ in Page(nasty("plain")).elements]


def test_the_page_runs_and_loads_nothing() -> None:
    text = render_report("acme/", {"intent": task()}, parity={"intent": PARITY}, drift={"intent": DRIFT})
    found = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & {tag for tag, _ in found.elements}
    assert ("meta", "default-src 'none'; style-src 'unsafe-inline'") in [
        (tag, values.get("content")) for tag, values in found.elements if values.get("http-equiv")
    ]
    for _, values in found.elements:
        assert not [name for name in values if name.startswith("on") or name in ("src", "srcset", "style")]
        assert (values.get("href") or "#").startswith("#")
    assert set(re.findall(r"https?://[^\"\s]*", text)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in text
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_ids_are_unique_and_links_lead_to_them() -> None:
    found = page({"intent": task(), "urgency": task()}, parity={"intent": PARITY}, drift={"intent": DRIFT})
    ids = [values["id"] for _, values in found.elements if values.get("id")]
    assert len(ids) == len(set(ids))
    assert {(values["href"] or "")[1:] for tag, values in found.elements if tag == "a"} <= set(ids)


def test_each_plot_is_xml_with_a_caption_and_a_table() -> None:
    text = render_report("acme/", {"intent": task()})
    figures = re.findall(r"<figure>.*?</figure>", text, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        root = ElementTree.fromstring(figure)
        plot, caption, details = list(root)
        assert [child.tag.rpartition("}")[2] for child in plot][:2] == ["title", "desc"]
        assert (caption.text or "").count(".") == 1
        assert details.find(".//table") is not None


def test_the_same_scores_give_the_same_page() -> None:
    def render() -> str:
        return render_report("acme/", {"intent": task()}, skipped=1, parity={"a": PARITY}, drift={"a": DRIFT})

    assert render() == render()


def test_nothing_heavy_is_loaded_and_functions_stay_short() -> None:
    code = "import sys, replyassist.evaluate.html; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "scipy", "sklearn", "faiss", "typer"} & {name.split(".")[0] for name in loaded}
    for name in ("html.py", "svg.py"):
        source = (Path(html.__file__).parent / name).read_text("utf-8")
        assert source.count("\n") < 400
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 40, node.name
