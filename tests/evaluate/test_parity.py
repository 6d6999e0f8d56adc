import traceback
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replyassist.errors import DataError
from replyassist.evaluate.parity import ParityRow, ParityScore, evaluate_parity, read_parity
from replyassist.types import LANGUAGES, Prediction, Tags, to_json

GOOD = '{"id": "p1", "texts": {"nb": "Hvor er pakken?", "fi": "Missä paketti on?"}, "intent": "where"}'


class Fake:
    """Says of every text what ``said`` holds of it, and nothing of any other."""

    def __init__(self, said, task="intents"):
        self.said, self.task, self.languages = said, task, []

    def tag(self, messages):
        for message in messages:
            self.languages.append(message.language)
            found = self.said.get(message.text)
            yield Tags(message_id=message.id, text=message.text, language=message.language, language_probability=1.0,
                       **({self.task: (found,) if self.task == "intents" else found} if found else {}))  # fmt: skip


def test_three_messages_in_three_languages_by_hand():
    where, bill = Prediction(label="where", probability=0.9), Prediction(label="bill", probability=0.9)
    sure = Prediction(label="where", probability=0.99, accepted=True, tier="automate")
    said = {
        "Hvor er pakken?": where, "Var är paketet?": where, "Missä paketti on?": where,
        "Jeg venter på pakken": sure, "Jag väntar på paketet": where, "Odotan pakettia": sure,
        "Hva er dette?": bill, "Vad är detta?": where, "Mikä tämä on?": Prediction(abstained="short"),
    }  # fmt: skip
    texts = list(said)
    rows = [ParityRow(f"p{n}", dict(zip(("nb", "sv", "fi"), texts[n : n + 3], strict=True))) for n in (0, 3, 6)]
    fake = Fake(said)
    scores = evaluate_parity(fake, rows)
    # The first agrees; the second differs in tier with Swedish, twice; the third in tag, thrice.
    assert scores == {
        "intent": ParityScore(
            messages=3, pairs=9, differs=5 / 9, tags=3 / 9, tiers=2 / 9, agree=2 / 3,
            by_pair={"fi-nb": 1 / 3, "fi-sv": 2 / 3, "nb-sv": 2 / 3},
        )
    }  # fmt: skip
    assert fake.languages == ["nb", "sv", "fi"] * 3
    assert not any(word in to_json(scores["intent"]) for word in (b"pakke", b"paket"))


SAID = st.builds(Prediction, label=st.sampled_from(["a", "b", None]), tier=st.sampled_from(["suggest", "automate"]))
MESSAGES = st.lists(st.dictionaries(st.sampled_from(LANGUAGES), SAID, min_size=2), min_size=1, max_size=6)


@settings(max_examples=60)
@given(MESSAGES)
def test_shares_are_those_of_a_loop_over_pairs(messages):
    said = {f"{n} {language}": tag for n, one in enumerate(messages) for language, tag in one.items()}
    rows = [ParityRow(f"p{n}", {language: f"{n} {language}" for language in one}) for n, one in enumerate(messages)]
    (found,) = evaluate_parity(Fake(said, "urgency"), rows).values()
    pairs = [(a, b, one[a], one[b]) for one in messages for a, b in combinations(sorted(one), 2)]
    tags = [first.label != second.label for _, _, first, second in pairs]
    tiers = [first.tier != second.tier for _, _, first, second in pairs]
    either = [tag or tier for tag, tier in zip(tags, tiers, strict=True)]
    assert (found.messages, found.pairs) == (len(messages), len(pairs))
    assert (found.tags, found.tiers) == (sum(tags) / len(pairs), sum(tiers) / len(pairs))
    assert found.differs == sum(either) / len(pairs)
    alike = [all(tag.label == next(iter(one.values())).label for tag in one.values()) for one in messages]
    assert found.agree == sum(alike) / len(messages)
    for name in {f"{a}-{b}" for a, b, _, _ in pairs} | set(found.by_pair):
        own = [one for one, (a, b, _, _) in zip(either, pairs, strict=True) if f"{a}-{b}" == name]
        assert found.by_pair[name] == sum(own) / len(own)


def test_tasks_without_a_model_are_left_out_and_none_is_an_error():
    rows = [ParityRow("p1", {"da": "Hvor er den?", "en": "Where is it?", "fi": "Missä se on?"})]
    said = {"Where is it?": Prediction(label="angry", tier="preselect"), "Missä se on?": Prediction(abstained="short")}
    found = evaluate_parity(Fake(said, "sentiment"), rows)
    assert list(found) == ["sentiment"]
    # Nothing said in Danish is as much as no tag in Finnish.
    assert found["sentiment"].by_pair == {"da-en": 1, "da-fi": 0, "en-fi": 1}
    with pytest.raises(DataError, match="no classifier"):
        evaluate_parity(Fake({}), rows)


def test_messages_with_the_same_id_are_counted_apart():
    rows = [ParityRow("p1", {"sv": "ett", "en": "one"}), ParityRow("p1", {"sv": "två", "en": "two"})]
    said = {text: Prediction(label="where") for text in ("ett", "one", "två")} | {"two": Prediction(label="bill")}
    assert evaluate_parity(Fake(said), rows)["intent"].tags == 0.5


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_parity_set_is_read_line_by_line_and_other_fields_are_left(tmp_path, end):
    path = tmp_path / "parity.jsonl"
    second = '{"texts": {"sv": "a\u2028b", "da": "", "en": "c"}, "id": "p2"}'
    path.write_bytes(f"{GOOD}{end}{second}{end}".encode())
    assert read_parity(path) == [
        ParityRow("p1", {"nb": "Hvor er pakken?", "fi": "Missä paketti on?"}),
        ParityRow("p2", {"sv": "a\u2028b", "da": "", "en": "c"}),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"Kari Nordmann",
        b'{"id": "p2", "texts": {"nb": "Kari Nordmann", "fi": "Kari',
        b'{"id": "p2", "text": "Kari Nordmann"}',
        b'{"texts": {"nb": "Kari Nordmann", "fi": "Kari Nordmann"}}',
        b'{"id": "p2", "texts": {"Kari Nordmann": 4711}}',
        b'{"id": "p2", "texts": ["Kari Nordmann"]}',
        b'{"id": "p2", "texts": {"nb": "Kari Nordmann \\ud800", "fi": ""}}',
        b'{"id": "p2", "texts": {"nb": "Kari Nordmann \xf8", "fi": ""}}',
        b'["Kari Nordmann"]',
    ],
)
def test_an_error_names_file_and_line_and_never_the_text(tmp_path, line):
    path = tmp_path / "parity.jsonl"
    path.write_bytes(GOOD.encode() + b"\n" + line + b"\n")
    with pytest.raises(DataError) as caught:
        read_parity(path)
    assert caught.value.where == f"{path}:2"
    shown = "".join(traceback.format_exception(caught.value))
    assert f"{path}:2: a row of a parity set reads" in shown
    assert not any(secret in shown for secret in ("Kari", "Nordmann", "4711"))


@pytest.mark.parametrize("content", ["", '{"id": "p1", "texts": {"nb": "Kari"}}\n{"id": "p2", "texts": {}}\n'])
def test_a_set_in_one_language_is_an_error_that_names_the_file(tmp_path, content):
    path = tmp_path / "parity.jsonl"
    path.write_text(content)
    with pytest.raises(DataError, match="two languages or more") as caught:
        read_parity(path)
    assert caught.value.where == str(path)
    assert "Kari" not in str(caught.value)
