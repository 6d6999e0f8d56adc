"""The notation: what each sign matches, and what is refused."""

from __future__ import annotations

import re

import pytest

from replyassist.errors import ConfigError
from replyassist.text.rules.anchors import Anchor, fold
from replyassist.text.rules.notation import alternation, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("advokat*", "min advokaten kommer", "advokaten"),
        ("*advokat", "en familieadvokat her", "familieadvokat"),
        ("advokat", "advokaten", None),
        ("contact .. lawyer", "contact my very own lawyer", "contact my very own lawyer"),
        ("contact .. lawyer", "contact one two three four five lawyer", None),
        ("contact ... lawyer", "contact one two three four five lawyer", "contact one two three four five lawyer"),
        ("contact .. lawyer", "contact me. my lawyer", None),
        ("contact .. lawyer", "contact me\n\nlawyer", None),
        ("contact .. lawyer", "contact\nmy lawyer", "contact\nmy lawyer"),
        ("(see you|meet) in [small claims] court", "see you in court", "see you in court"),
        ("(see you|meet) in [small claims] court", "meet in small claims court", "meet in small claims court"),
        ("kontakt(e|er)", "kontakter", "kontakter"),
        ("kontakt(e|er)", "kontakten", None),
        ("i am {75-105} years", "i am 84 years", "i am 84 years"),
        ("i am {75-105} years", "i am 74 years", None),
        ("article {n} gdpr", "article 17 gdpr", "article 17 gdpr"),
        ("don't call", "dont call", "dont call"),
        ("don't call", "don’t call", "don’t call"),
        ("e-mail*", "the email", "email"),
        ("e-mail*", "the e mail", "e mail"),
        ("sähköisku", "sahkoisku", "sahkoisku"),
        ("påanmäler", "paaanmaeler", "paaanmaeler"),
        ("köp*", "kopia", None),
        ("köp*", "köper", "köper"),
        ("köp*", "koeper", "koeper"),
        ("död", "dod", "dod"),
        ("hor*", "hör", None),
    ],
)
def test_signs(pattern: str, text: str, found: str | None) -> None:
    match = re.search(alternation([pattern]), text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("*", "letters beside it"),
        ("(a|b", "missing"),
        ("a)", "unexpected"),
        (".. lawyer", "begin and end"),
        ("lawyer ..", "begin and end"),
        ("lawyer?", "no meaning"),
        ("{x} lawyer", "a number is written"),
        ("{9-3} lawyer", "lower end first"),
        ("[lawyer]", "fixed word"),
        ("la*", "fixed word"),
        ("<nobody> lawyer", "unknown list"),
    ],
)
def test_mistakes_are_named(pattern: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        compile_pattern(pattern)


def test_lists_are_put_in() -> None:
    pattern = compile_pattern("call <lawyer>", {"lawyer": "(advokat*|jurist*)"})
    assert re.search(pattern.regex, "call juristen")


def test_the_rarest_word_comes_first_among_the_anchors() -> None:
    pattern = compile_pattern("you will contact .. (lawyer*|attorney)")
    assert pattern.anchors[0] == {Anchor("contact", "exact")}
    assert pattern.anchors[1] == {Anchor("lawyer", "prefix"), Anchor("attorney", "exact")}


def test_a_gap_stops_at_a_guarded_word() -> None:
    pattern = compile_pattern("contact .. lawyer", gap_guard="not|never")
    assert re.search(pattern.regex, "contact my lawyer")
    assert not re.search(pattern.regex, "contact not my lawyer")


def test_fold_is_the_same_for_all_ways_to_write_a_word() -> None:
    assert fold("kjærlighet") == fold("kjaerlighet") == fold("kjärlighet") == "kjarlighet"
    assert fold("brød") == fold("broed") == fold("bröd") == "brod"
