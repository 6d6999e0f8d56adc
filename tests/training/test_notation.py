"""The writers' notation: what is read, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus.authoring.fillers import fill
from training.corpus.authoring.notation import NotationError, read_entries, read_marks
from training.corpus.authoring.rows import read_unit

MESSAGES = """=== m01
channel: email
subject: Retur
intents: return_item, refund_status
urgency: normal
sentiment: negative
topics: t01
missing: order_number
--- customer
Hei, her er <<person|Kari>>.
--- message
Hei! <<repeat_contact|Tredje gang, <<person|Ola>>>> sier jeg: ring <<phone|@PHONE>>.

mvh <<person|Kari Moen>>

=== m02
channel: chat
intents: order_status
urgency: normal
sentiment: neutral
--- message
hvor er den
"""


def test_a_unit_is_read_with_offsets(tmp_path):
    (tmp_path / "o99.nb.messages.txt").write_text(MESSAGES, encoding="utf-8")
    rows, problems = read_unit(tmp_path, "o99", "nb", {"t01": "public"})
    assert problems == []
    first, second = rows["messages"]
    assert first.id == "o99-nb-m01"
    assert first.intents == ("return_item", "refund_status")
    assert first.thread[0].personal[0].text == "Kari"
    assert [mark.text for mark in first.codes] == ["Tredje gang, Ola"]
    assert {mark.kind for mark in first.personal} == {"person", "phone"}
    for mark in (*first.codes, *first.personal):
        assert first.text[mark.start : mark.end] == mark.text
    assert second.topics == second.missing == second.acceptable == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (MESSAGES.replace("<<phone|", "<<fax|"), "neither a code nor"),
        (MESSAGES.replace("Kari Moen>>", "Kari Moen"), "not closed"),
        (MESSAGES.replace("urgency: normal", "urgency: soon", 1), "Invalid enum value"),
        (MESSAGES.replace("=== m02", "=== m01"), "used twice"),
        (MESSAGES.replace("Kari Moen>>", "Kari >>"), "space"),
        ("hei\n" + MESSAGES, "before any text"),
    ],
)
def test_problems_are_named_with_their_place(tmp_path, text, complaint):
    (tmp_path / "o99.nb.messages.txt").write_text(text, encoding="utf-8")
    _, problems = read_unit(tmp_path, "o99", "nb", {"t01": "public"})
    assert any(complaint in problem and "o99.nb.messages.txt:" in problem for problem in problems), problems


@given(st.lists(st.tuples(st.text(alphabet="abc æøå", min_size=1), st.booleans()), max_size=8))
def test_marks_hold_the_words_they_were_put_on(parts):
    marked = "".join(f"<<person|{text}>>" if mark else text for text, mark in parts)
    plain, marks = read_marks(marked)
    assert plain == "".join(text for text, _ in parts)
    assert [mark.text for mark in marks] == [text for text, mark in parts if mark]
    assert all(plain[mark.start : mark.end] == mark.text for mark in marks)


def test_a_closing_without_a_mark_is_text():
    assert read_marks("a >> b")[0] == "a >> b"


def test_lines_between_head_and_parts_are_refused(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("=== m01\nnot a head line\n", encoding="utf-8")
    with pytest.raises(NotationError, match=r"x\.txt:2"):
        list(read_entries(path))


@pytest.mark.parametrize("language", ["nb", "sv", "da", "fi", "en"])
def test_fillers_are_repeatable_and_belong_to_nobody(language):
    from training.corpus.check.fictional import identity_problems, number_problem

    template = "tel @PHONE id @ID konto @ACCOUNT iban @IBAN kort @CARD"
    assert fill(template, language, "1") == fill(template, language, "1") != fill(template, language, "2")
    for seed in range(300):
        assert number_problem(fill("@PHONE", language, str(seed)), language, said_phone=True) is None
        assert number_problem(fill("@ID", language, str(seed)), language, said_phone=False) is None
        assert number_problem(fill("@ACCOUNT", language, str(seed)), language, said_phone=False) is None
        assert list(identity_problems("x", fill(template, language, str(seed)))) == []


def test_real_looking_numbers_are_refused():
    from training.corpus.check.fictional import companies, identity_problems, reality_problems

    known = companies()
    assert list(reality_problems("x", "ring meg på 412 34 567, tlf 41234567", "nb", known))
    assert list(reality_problems("x", "skriv til kari@posten.no", "nb", known))
    assert list(reality_problems("x", "betalte med Vipps i går", "nb", known))
    assert list(identity_problems("x", "131052-308T"))
    assert not list(reality_problems("x", "ordre 20418221 hos butikk.example, 3 490 kr", "nb", known))
