"""The report of an evaluation as one HTML file, for a team lead who must decide on automatic tagging.

Plain words and judgements come first, plots and tables after. The page holds no script and loads nothing; the same
scores give the same bytes. Labels, ids, languages and titles are untrusted and are escaped where they are put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING

from replyassist.evaluate.scores import Change, TaskScore
from replyassist.evaluate.svg import (
    Columns,
    Level,
    Light,
    card,
    count,
    counted,
    coverage_figure,
    finite,
    grade,
    isolated,
    label_figure,
    language,
    language_figure,
    likely,
    number,
    of,
    one_in,
    percent,
    points,
    reliability_figure,
    shown,
    table,
)
from replyassist.types import Tier

if TYPE_CHECKING:
    from replyassist.classify.drift import Drift
    from replyassist.evaluate.parity import ParityScore

LEAST = 30
"""Languages with fewer messages are not compared."""

PARITY_GATE = 0.1
"""The share of differing pairs of languages that the parity gate allows unless a team sets another."""

_FEW = 10

_TIERS: Mapping[Tier, str] = {
    "automate": "Automate: acted on, nobody looks",
    "preselect": "Preselect: filled in, an agent confirms",
    "suggest": "Suggest: shown beside others, an agent chooses",
}
_ADVICE: Mapping[Level, str] = {
    "good": "Automatic tagging can be switched on.",
    "fair": "Automatic tagging can be switched on with care: look through a sample of its tags every week, and mind "
    "what is not marked good below.",
    "poor": "Leave automatic tagging off for now. What stands in the way:",
    "unknown": "Leave automatic tagging off: these messages do not show that it would be safe.",
}
_POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
_MARKS_EXPLAINED = f"""<section id="marks"><h2>How the marks are set</h2>
<p>They follow usual limits, not your own: if you chose another error rate, compare the figures with that.</p><ul>
<li>Automatic tags: good when at most 5% were wrong and more than 10% are ruled out; poor above 10%.</li>
<li>Probabilities: good when they are off by at most 5 percentage points on average, fair up to 10.</li>
<li>Languages: good when the weakest is within 5 points of the best, fair within 10; from {LEAST} messages on.</li>
<li>Labels: good when none overlap and all are known; poor when two share more than 30% of their messages, or more than
5% of the messages carry a label the assistant does not know.</li>
<li>Messages: good when the share of right tags is known to within 5 percentage points, fair within 10.</li>
<li>Urgent messages: good when at most 5% of the highest level are tagged lower, fair up to 10%. Agreement: good from a
kappa of 0.6, fair from 0.4.</li>
<li>Parity: good when at most 5% of the pairs differ, fair up to 10%.</li>
<li>“In the long run” and “likely” give the range that holds the true share in 95 of 100 such evaluations (Wilson's
interval).</li></ul></section>"""


def render_report(
    title: str,
    scores: Mapping[str, TaskScore],
    *,
    skipped: int = 0,
    parity: Mapping[str, ParityScore] | None = None,
    drift: Mapping[str, Drift] | None = None,
) -> str:
    """Return the page: a summary in plain words, then each task, the languages compared, and the periods compared.

    Args:
        title: what was evaluated.
        scores: by task.
        skipped: how many rows could not be read.
        parity: by task, the same messages in several languages.
        drift: by task, a later period against an earlier one.
    """
    parity, drift = parity or {}, drift or {}
    sections = [_task(place, task, score) for place, (task, score) in enumerate(scores.items(), start=1)]
    sections += [_parity(parity)] if parity else []
    sections += [_drift(drift)] if drift else []
    left_out = f"{counted(skipped, 'row')} could not be read and {'is' if skipped == 1 else 'are'} not counted."
    style = resources.files("replyassist").joinpath("evaluate", "report.css").read_text("utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{_POLICY}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><title>Evaluation of {shown(title)}</title>'
        f"<style>\n{style}</style></head>\n<body><header><h1>Evaluation of {isolated(title)}</h1>"
        f"{f'<p>{left_out}</p>' if skipped else ''}{_contents(scores, parity, drift)}</header>\n<main>"
        f'<section id="summary"><h2>Summary</h2>{_cards(scores, parity, drift)}</section>\n'
        + "\n".join([*sections, _MARKS_EXPLAINED])
        + "</main></body></html>\n"
    )


def _contents(scores: Mapping[str, TaskScore], parity: object, drift: object) -> str:
    links = [f'<a href="#task-{place}">{isolated(task)}</a>' for place, task in enumerate(scores, start=1)]
    links += ['<a href="#parity">Several languages</a>'] if parity else []
    links += ['<a href="#drift">Over time</a>'] if drift else []
    items = "".join(f"<li>{link}</li>" for link in [*links, '<a href="#marks">How the marks are set</a>'])
    return f'<nav aria-label="Parts of this report"><ul>{items}</ul></nav>'


def _cards(scores: Mapping[str, TaskScore], parity: Mapping[str, ParityScore], drift: Mapping[str, Drift]) -> str:
    """Return what matters of each task in one box, and whether to switch it on."""
    cards = []
    for task in dict.fromkeys((*scores, *parity, *drift)):
        words = more = ""
        lights = [_alike(parity[task])] if task in parity else []
        lights += [_steady(drift[task])] if task in drift else []
        if task in scores:
            lights = [*_lights(scores[task]), *lights]
            words = f'<p class="said">{_sentence(task, scores[task])}</p>{_advice(scores[task], lights)}'
            more = f'<p><a href="#task-{list(scores).index(task) + 1}">{isolated(task)} in detail</a></p>'
        cards.append(card(isolated(task), words, lights, more))
    return "".join(cards) or "<p>Nothing was evaluated.</p>"


def _advice(score: TaskScore, lights: Sequence[Light]) -> str:
    stopping = [light.question for light in lights if light.stops and light.level == "poor"]
    level: Level = "good" if {light.level for light in lights} <= {"good", "unknown"} else "fair"
    if stopping:
        level = "poor"
    elif score.n < 1 or lights[0].level == "unknown":
        level = "unknown"
    return f'<p class="advice {level}">{" ".join([_ADVICE[level], *stopping])}</p>'


def _sentence(task: str, score: TaskScore) -> str:
    if score.n < 1:
        return "There are no labelled messages, so nothing can be said."
    base = min(score.n, 100)
    right, alone = of(score.accuracy, base), of(score.accepted, base)
    verb = "gets" if right in ("none", "1", "fewer than 1") else "get"
    words = f"Of {counted(base)}, {right} {verb} the right {isolated(task)}."
    if alone == "none":
        return f"{words} None may be tagged without a person looking."
    wrong = one_in(score.accepted_error)
    return f"{words} {alone.capitalize()} may be tagged without a person looking; of those, {wrong} wrong."


def _lights(score: TaskScore) -> list[Light]:
    if score.n < 1:
        return []
    reason = f"The probability given with a tag is off by {points(score.ece)} on average."
    honest = Light("Are the probabilities honest?", grade(score.ece, 0.05, 0.1), reason)
    lights = [_automatic(score), honest, _alike_languages(score), _clear(score), _enough(score)]
    if (missed := finite(score.under_triaged)) is not None:
        reason = f"{percent(missed)} of the messages of the highest level were tagged lower; those customers wait."
        lights.append(Light("Are urgent messages recognised?", grade(missed, 0.05, 0.1), reason, stops=True))
    if (kappa := finite(score.kappa)) is not None:
        reason = f"Kappa is {number(kappa)}: 1 is full agreement with people, 0 no more than chance."
        lights.append(Light("Do the levels agree with what people chose?", grade(-kappa, -0.6, -0.4), reason))
    return [*lights, _better(score)] if score.since else lights


def _automatic(score: TaskScore) -> Light:
    question = "Are automatic tags right?"
    error, tier = finite(score.accepted_error), score.tiers.get("automate")
    n = tier.n if tier else round((finite(score.accepted) or 0.0) * score.n)
    span = likely(error, n)
    if error is None or span is None:
        return Light(question, "unknown", "No tag was sure enough to be acted on alone.")
    low, high = span
    reason = (
        f"{count(round(error * n))} of {counted(n, 'automatic tag')} ({percent(error)}) "
        f"{'was' if round(error * n) == 1 else 'were'} wrong; in the long run likely {percent(low)} to {percent(high)}."
    )
    level = grade(error, 0.05, 0.1)
    if level != "poor" and high > 0.1:
        level = "fair" if high <= 0.25 else "unknown"
        reason += " There are too few automatic tags to be surer."
    return Light(question, level, reason, stops=True)


def _alike_languages(score: TaskScore) -> Light:
    question = "Are all languages served alike?"
    judged = [
        (part.accuracy, name)
        for name, part in score.by_language.items()
        if part.n >= LEAST and finite(part.accuracy) is not None
    ]
    few = len(score.by_language) - len(judged)
    more = f" {few} with fewer than {LEAST} messages left out." if few else ""
    if len(judged) < 2:
        return Light(question, "unknown", f"There are not two languages with {LEAST} messages or more to compare.")
    (low, worst), (high, best) = min(judged), max(judged)
    reason = f"{isolated(language(worst))} gets {percent(low)} right, {isolated(language(best))} {percent(high)}.{more}"
    return Light(question, grade(high - low, 0.05, 0.1), reason)


def _clear(score: TaskScore) -> Light:
    known = [score.by_label[label].n for label in score.unknown_labels if label in score.by_label]
    pairs, unknown = len(score.overlaps), len(score.unknown_labels)
    level: Level = "fair" if pairs or unknown else "good"
    if sum(known) > 0.05 * score.n or any(pair.share > 0.3 for pair in score.overlaps):
        level = "poor"
    reason = "No two labels are mixed up often, and all are known."
    if level != "good":
        reason = f"Pairs of labels that are mixed up: {pairs}. Labels the assistant does not know: {unknown}."
    return Light("Are the labels clear?", level, reason)


def _enough(score: TaskScore) -> Light:
    low, high = likely(finite(score.accuracy), score.n) or (0.0, 1.0)
    within = (high - low) / 2
    reason = f"From {counted(score.n)} the share of right tags is known to within {points(within)}."
    return Light("Are there enough messages?", grade(within, 0.05, 0.1), reason, stops=True)


def _better(score: TaskScore) -> Light:
    question, since = "Is it better than the previous model?", score.since
    if since is None or finite(since.p_value) is None:
        return Light(question, "unknown", "There is nothing to compare with.")
    reason = f"{count(since.became_right)} tags became right and {count(since.became_wrong)} wrong"
    if since.p_value >= 0.05:
        return Light(question, "unknown", f"{reason}; chance alone could make that difference.")
    better = since.became_right > since.became_wrong
    return Light(question, "good" if better else "poor", f"{reason}; that is more than chance.", stops=True)


def _alike(score: ParityScore) -> Light:
    reason = f"In {percent(score.differs)} of {counted(score.pairs, 'pair')} of languages the tag or tier differs."
    return Light("Does the same message get the same tag?", grade(score.differs, 0.05, PARITY_GATE), reason)


def _steady(drift: Drift) -> Light:
    question = "Is the inbox still what the assistant was made for?"
    if drift.drifted:
        reason = "No: what it promises may no longer hold. Label some new messages, build again, and evaluate again."
        return Light(question, "poor", reason, stops=True)
    return Light(question, "good", f"{counted(drift.n)} look like the {count(drift.reference)} known ones.")


def _task(place: int, task: str, score: TaskScore) -> str:
    name = f"task-{place}"
    parts = [_measures(score), _tiers(score), _plots(name, score), _mixed(score), _doubts(score), _unknown(score)]
    parts += [_since(score, score.since)] if score.since else []
    return f'<section id="{name}"><h2>{isolated(task)} in detail</h2>{"".join(parts)}</section>'


def _part(title: str, *bodies: str) -> str:
    return f"<section><h3>{title}</h3>{''.join(bodies)}</section>"


def _measures(score: TaskScore) -> str:
    rows = [
        ("Messages", count(score.n), "Messages with a label that were tagged and compared."),
        ("Right (accuracy)", percent(score.accuracy), "Share of messages whose tag is the label that a person gave."),
        ("Macro-F1", number(score.macro_f1), "How well labels are told apart, 0 to 1; rare ones count the same."),
        ("Calibration error (ECE)", number(score.ece), "How far the probabilities are off on average; 0 is honest."),
        ("Automatic (accepted)", percent(score.accepted), "Share of messages whose tag may be acted on alone."),
        ("Wrong among the automatic", percent(score.accepted_error), "What nobody would have noticed."),
        ("Candidates hold the label", percent(score.sets), "How often the right one is among those offered."),
        ("Candidates offered", number(score.set_size), "How many they are on average."),
    ]
    if score.kappa is not None or score.under_triaged is not None:
        agree = "Agreement with people's levels: 1 is full, 0 is chance. A miss by two levels counts four times one."
        missed = "Share of the highest level that was tagged lower: urgent customers who would wait. Lower is better."
        rows += [("Kappa, quadratic weights", number(score.kappa), agree)]
        rows += [("Under-triage", percent(score.under_triaged), missed)]
    return _part("Key figures", table("Key figures", {"Measure": isolated, "Value": str, "Meaning": isolated}, rows))


def _tiers(score: TaskScore) -> str:
    shares = [(words, score.tiers[tier]) for tier, words in _TIERS.items() if tier in score.tiers]
    rows = [(words, one.n, one.n / max(score.n, 1), one.error) for words, one in shares]
    columns: Columns = {"What happens with the tag": isolated, "Messages": count, "Share": percent, "Wrong": percent}
    bodies = [table("What may be done with the tags", columns, rows)] if rows else []
    if score.abstained:
        bodies += ["<p>Messages that got no tag; they count as not right.</p>"]
        reasons: Columns = {"Why there is no tag": isolated, "Messages": count}
        bodies += [table("Messages without a tag", reasons, score.abstained.items())]
    return _part("What may be done with the tags", *bodies) if bodies else ""


def _plots(name: str, score: TaskScore) -> str:
    sure = [reliability_figure(score.bins, f"{name}-reliability")] if score.bins else []
    sure += [coverage_figure(score.curve, f"{name}-coverage", score.accepted)] if score.curve else []
    parts = [_part("How sure it is", f'<div class="plots">{"".join(sure)}</div>')] if sure else []
    if score.by_language:
        parts.append(_part("Languages", language_figure(score.by_language, f"{name}-languages")))
    if score.by_label:
        parts.append(_part("Labels", _risky(score), label_figure(score.by_label, f"{name}-labels")))
    return "".join(parts)


def _risky(score: TaskScore) -> str:
    tags = {label: one.automated for label, one in score.by_label.items()}
    found = [isolated(label) for label, one in tags.items() if one.n >= _FEW and (finite(one.error) or 0.0) > 0.1]
    advice = "More than 10% of the automatic tags of these labels were wrong; keep them out (tag.never_automate)"
    return f"<p>{advice}: {', '.join(found)}.</p>" if found else ""


def _mixed(score: TaskScore) -> str:
    found = []
    if score.confusions:
        columns: Columns = {"A person said": isolated, "It was tagged": isolated, "Messages": count}
        rows = [(one.label, one.tagged, one.n) for one in score.confusions]
        found.append(_part("What is taken for what", table("What is taken for what", columns, rows)))
    if score.overlaps:
        items = "".join(
            f"<li>{isolated(one.first)} and {isolated(one.second)}: {percent(one.share)} of the messages of either "
            f"({count(one.n)}) get the other.</li>"
            for one in score.overlaps
        )
        advice = "Merge the two labels, or write down where one ends and the other begins and label some messages anew."
        found.append(_part("Labels that overlap", f"<p>{advice}</p><ul>{items}</ul>"))
    return "".join(found)


def _doubts(score: TaskScore) -> str:
    if not score.doubts:
        return ""
    columns: Columns = {"Message": isolated, "Label given": isolated, "Likelier": isolated}
    columns = {**columns, "Probability of the likelier": percent, "Of the given": percent}
    rows = [(one.id, one.label, one.likelier, one.probability, one.label_probability) for one in score.doubts]
    advice = "<p>Look these messages up by their id and correct the label where a person agrees.</p>"
    return _part("Labels that are likely wrong", advice, table("Labels that are likely wrong", columns, rows))


def _unknown(score: TaskScore) -> str:
    if not score.unknown_labels:
        return ""
    items = "".join(f"<li>{isolated(label)}</li>" for label in score.unknown_labels)
    advice = "The assistant never gives these, so every message that carries one counts as wrong."
    return _part("Labels the assistant does not know", f"<p>{advice}</p><ul>{items}</ul>")


def _since(score: TaskScore, was: Change) -> str:
    rows = [
        ("Right (accuracy)", percent(was.accuracy), percent(score.accuracy)),
        ("Macro-F1", number(was.macro_f1), number(score.macro_f1)),
        ("Calibration error (ECE)", number(was.ece), number(score.ece)),
    ]
    words = (
        f"<p>{counted(was.became_right, 'tag')} became right and {count(was.became_wrong)} wrong. Chance alone would "
        f"make a difference as large in {percent(was.p_value)} of such comparisons (McNemar's test).</p>"
    )
    numbers = table("Previous model", {"Measure": isolated, "Previous model": str, "This model": str}, rows)
    return _part("Since the previous model", words, numbers)


def _parity(parity: Mapping[str, ParityScore]) -> str:
    columns: Columns = {"Task": isolated, "Messages": count, "Pairs": count, "Tag or tier differs": percent}
    columns = {**columns, "Tag differs": percent, "Tier differs": percent, "Same tag in all": percent}
    rows = [(task, p.messages, p.pairs, p.differs, p.tags, p.tiers, p.agree) for task, p in parity.items()]
    pairs = [(task, language(pair), share) for task, one in parity.items() for pair, share in one.by_pair.items()]
    by_pair: Columns = {"Task": isolated, "Languages": isolated, "Tag or tier differs": percent}
    return (
        '<section id="parity"><h2>The same message in several languages</h2>'
        "<p>A customer should be served alike in every language. Each message was tagged in each of its languages, and "
        f"the languages were compared two by two.</p>{table('Languages compared', columns, rows)}"
        f"{table('Pairs of languages', by_pair, pairs) if pairs else ''}</section>"
    )


def _drift(drift: Mapping[str, Drift]) -> str:
    kinds = [
        (task, what, one.reference, one.n, shift.index, shift.p_value, "yes" if shift.drifted else "no")
        for task, one in drift.items()
        for what, shift in (("how sure the tags are", one.confidence), ("which tags are given", one.labels))
    ]
    columns: Columns = {"Task": isolated, "Compared": isolated, "Known messages": count, "New messages": count}
    columns = {**columns, "Index (PSI)": number, "Chance alone": percent, "Drifted": isolated}
    moved = [
        (task, label, points(change))
        for task, one in drift.items()
        for label, change in (*one.grown.items(), *one.shrunk.items())
    ]
    changes: Columns = {"Task": isolated, "Label": isolated, "Change of its share": str}
    return (
        '<section id="drift"><h2>Over time</h2><p>What the assistant promises holds for messages like those it was '
        "measured on. An inbox has drifted when the difference is large (index above 0.1) and more than chance (below "
        f"0.1%).</p>{table('Periods compared', columns, kinds)}"
        f"{table('Labels whose share changed most', changes, moved) if moved else ''}</section>"
    )
