from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.text.personal import KINDS, find, mask, mask_personal_data, unmask
from replyassist.text.personal.mask import PLACEHOLDER
from replyassist.types import Span

PIECES = [
    *("Hei Kari,", "Hej Anna och Erik,", "Mvh\nKari Nordmann", "Terveisin\nMatti Meikäläinen", "jeg heter Xylo Quux"),
    *("kari@example.no", "KARI@example.no", "412 34 567", "41234567", "tlf 41234567", "+47 412 34 567", "0701740605"),
    *("ordre 1029384", "1029384", "MV-123456", "kundenummer 12 34 56", "12048545643", "120485 45643", "120385-1232"),
    *("4111 1111 1111 1111", "NO49 1234 5678 911", "1234.56.78903", "konto 1234 56 78903", "Storgata 12B, 0155 Oslo"),
    *(
        "12 Baker Street, London NW1 6XE",
        "passord: hemmelig1",
        "https://example.com/?token=abcdef123456",
        "203.0.113.7",
    ),
    *("født 12.03.1985", "1 299,00 kr", "12.03.2026", "versjon 10.4.2.1", "[PERSON_1]", "[PHONE_1]", "[EMAIL_9]", "["),
    *(
        "\n",
        ". ",
        ", ",
        " og ",
        "er",
        "nr",
        ":",
        "\x00",
        "\ud800",
        "\u200b",
        "😀",
        "שלום",
        "İ",
        "Kari",
        "45231 kWh",
        "#",
        "-",
    ),
]
messages = st.lists(st.sampled_from(PIECES), max_size=12).flatmap(
    lambda parts: st.sampled_from([" ", "\n", ""]).map(lambda joint: joint.join(parts))
)
texts = messages | st.text(max_size=200) | st.text(alphabet="0123456789 -./+@aK\n:[]", max_size=120)


@given(texts)
def test_spans_lie_inside_sorted_and_apart(text):
    position = 0
    for span in find(text):
        assert position <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        position = span.end


@given(texts)
def test_masking_twice_is_masking_once(text):
    once = mask_personal_data(text)
    assert find(once) == ()
    assert mask_personal_data(once) == once


@given(texts)
def test_masked_text_restores_up_to_spelling(text):
    masked = mask(text, find(text))
    restored = unmask(masked.text, masked.values)
    assert _squeezed(restored) == _squeezed(text)
    values = [text[span.start : span.end] for span in find(text)]
    if len({_squeezed(value) for value in values}) == len(set(values)):
        assert restored == text


def _squeezed(text):
    return "".join(c for c in text.casefold() if c not in " -.()/–\n\t\r\u00a0")


@given(texts)
def test_masked_text_holds_none_of_the_values(text):
    masked = mask_personal_data(text)
    for span in find(text):
        value = text[span.start : span.end]
        assert (
            not re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", PLACEHOLDER.sub("\n", masked)) or len(value) < 4
        )


def test_one_value_gets_one_placeholder():
    text = "412 34 567, 41234567 (mobil), kari@example.no, Kari@Example.no, tlf 91234567"
    masked = mask(text, find(text))
    assert masked.text == "[PHONE_1], [PHONE_1] (mobil), [EMAIL_1], [EMAIL_1], tlf [PHONE_2]"
    assert masked.values == {"[PHONE_1]": "412 34 567", "[EMAIL_1]": "kari@example.no", "[PHONE_2]": "91234567"}


def test_placeholders_in_the_text_keep_their_numbers():
    assert mask_personal_data("[EMAIL_3] og kari@example.no") == "[EMAIL_3] og [EMAIL_4]"


def test_unknown_placeholders_stay():
    assert unmask("[EMAIL_1] [EMAIL_2] [OTHER_1]", {"[EMAIL_1]": "x"}) == "x [EMAIL_2] [OTHER_1]"


@pytest.mark.parametrize(
    "spans",
    [
        [Span(start=0, end=4, kind="ip"), Span(start=3, end=5, kind="ip")],
        [Span(start=2, end=99, kind="ip")],
        [Span(start=-1, end=2, kind="ip")],
        [Span(start=2, end=2, kind="ip")],
    ],
)
def test_spans_that_do_not_fit_are_refused_without_quoting_text(spans):
    with pytest.raises(DataError, match="overlap or lie outside") as caught:
        mask("hemmelig", spans)
    assert "hemmelig" not in str(caught.value)


def test_a_long_case_masks_the_same_in_any_order():
    rng = random.Random(7)
    for _ in range(30):
        parts = rng.sample(PIECES, 8)
        text = "\n".join(parts)
        assert mask_personal_data(mask_personal_data(text)) == mask_personal_data(text)
