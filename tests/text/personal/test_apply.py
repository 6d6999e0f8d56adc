"""Masking several texts of one case, and texts to learn from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from replyassist.text.personal import find, impersonal, mask_together, strip_placeholders
from replyassist.types import Span


def test_one_value_gets_one_placeholder_in_all_texts() -> None:
    masked = mask_together(
        (
            "Hei, hvor er ordre MV-123456?\n\nMvh\nKari Moen",
            "Hei Kari,\nMV-123456 er sendt.\nOla i Mokkavik",
            "Re: Kari Moen",
        )
    )
    assert masked == (
        "Hei, hvor er ordre [ORDER_NUMBER_1]?\n\nMvh\n[PERSON_1]",
        "Hei [PERSON_2],\n[ORDER_NUMBER_1] er sendt.\n[PERSON_3] i Mokkavik",
        "Re: [PERSON_1]",
    )


def test_texts_to_learn_from_hold_no_personal_data() -> None:
    text = "Ring 412 34 567 om ordre MV-123456 takk"
    assert impersonal("", text).split() == ["Ring", "om", "ordre", "takk"]
    assert impersonal("Ordre MV-123456", text).split("\n")[0].split() == ["Ordre"]
    assert impersonal("", text, [Span(start=0, end=5, kind="phone")]).split()[0] == "412"
    assert strip_placeholders("Hei [PERSON_1], [not one]").split() == ["Hei", ",", "[not", "one]"]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_masking_together_is_stable(texts: list[str]) -> None:
    masked = mask_together(texts)
    assert len(masked) == len(texts)
    assert mask_together(masked) == masked
    assert not any(find(text) for text in masked)
