"""Language identification against named peers: ``python -m benchmarks.language`` from the repository root.

Two test sets, neither used for training or for any choice:

- *conversation*: the Tatoeba sentences that a hash of their English side put in the test part, cut to their
  first 3, 6 or 12 words (sentences are joined until there are 12). nb, sv, da, fi and en; needs the shared data.
- *support*: our own messages in ``benchmarks/cases/language.jsonl``, written after the model was frozen, whole
  and cut to their first 3 and 6 words. All seven labels.

Peers (``pip install lingua-language-detector py3langid``) choose among the same languages where they can be told
to; ``lingua, all`` chooses among its 75, the only way it can answer that a text is in another one. A peer that
is not installed is skipped. Speed is messages per CPU-second on one thread over the support set, repeated.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any

from benchmarks.common import OUT, machine
from replyassist.model_files import model_folder
from replyassist.text.language import LABELS, identify_many
from training.language.corpus import data_folder, test_conversation

CASES = Path(__file__).parent / "cases" / "language.jsonl"
MOST_PER_LANGUAGE = 1000
CONFUSIONS = (("nb", "da"), ("da", "nb"), ("nb", "sv"), ("sv", "nb"), ("nb", "nn"), ("nn", "nb"))

Identify = Callable[[Sequence[str]], list[str]]
Cases = list[tuple[str, str]]
"""Pairs of true label and text."""


def _ours() -> tuple[Identify, float]:
    megabytes = sum(path.stat().st_size for path in model_folder("language").iterdir()) / 1e6
    return lambda texts: [found.language for found in identify_many(texts)], megabytes


def _lingua(everything: bool) -> tuple[Identify, float]:
    from lingua import Language, LanguageDetectorBuilder

    ours = {"BOKMAL": "nb", "NYNORSK": "nn", "SWEDISH": "sv", "DANISH": "da", "FINNISH": "fi", "ENGLISH": "en"}
    if everything:
        builder = LanguageDetectorBuilder.from_all_languages()
    else:
        builder = LanguageDetectorBuilder.from_languages(*(getattr(Language, name) for name in ours))
    detect = builder.with_preloaded_language_models().build().detect_language_of
    return lambda texts: [ours.get(getattr(detect(t), "name", ""), "other") for t in texts], _megabytes(
        "lingua-language-detector"
    )


def _py3langid(everything: bool) -> tuple[Identify, float]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    ours = {"no": "nb", "nn": "nn", "sv": "sv", "da": "da", "fi": "fi", "en": "en"}
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    if not everything:
        identifier.set_languages(list(ours))
    return lambda texts: [ours.get(identifier.classify(t)[0], "other") for t in texts], _megabytes("py3langid")


SYSTEMS: dict[str, tuple[str | None, Callable[[], tuple[Identify, float]]]] = {
    "replyassist": (None, _ours),
    "lingua, 6": ("lingua-language-detector", lambda: _lingua(False)),
    "lingua, all": ("lingua-language-detector", lambda: _lingua(True)),
    "py3langid, 6": ("py3langid", lambda: _py3langid(False)),
    "py3langid, all": ("py3langid", lambda: _py3langid(True)),
}
"""Name -> (distribution it needs, how to make it)."""


def _megabytes(distribution: str) -> float:
    """Return the installed size of ``distribution`` without its dependencies, compiled caches left out."""
    return sum(f.size or 0 for f in files(distribution) or () if f.suffix != ".pyc") / 1e6


def _first_words(texts: Iterable[str], count: int) -> list[str]:
    cut, held = [], list[str]()
    for text in texts:
        held += text.split()
        if len(held) >= count:
            cut.append(" ".join(held[:count]))
            held = []
        elif count < 12:
            held = []
    return cut[:MOST_PER_LANGUAGE]


def _test_sets() -> dict[str, Cases]:
    sets: dict[str, Cases] = {}
    if data_folder().is_dir():
        conversation = test_conversation()
        for count in (3, 6, 12):
            sets[f"conversation, {count} words"] = [
                (language, text)
                for language, texts in sorted(conversation.items())
                for text in _first_words(texts, count)
            ]
    else:
        print(f"skipped conversation: no shared data at {data_folder()}")
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    support = [(row["language"], row["text"]) for row in rows]
    for count in (3, 6):
        cut = [(label, text.split()) for label, text in support]
        sets[f"support, {count} words"] = [(a, " ".join(w[:count])) for a, w in cut if len(w) >= count]
    sets["support, whole"] = support
    return sets


def _measure(cases: Cases, answers: list[str]) -> dict[str, Any]:
    truths = Counter(label for label, _ in cases)
    pairs = Counter(zip((label for label, _ in cases), answers, strict=True))
    share = {label: pairs[label, label] / truths[label] for label in LABELS if truths[label]}
    served = sum(n for (a, b), n in pairs.items() if a == b or {a, b} == {"nb", "nn"})
    return {
        "n": len(cases),
        "mean": sum(share.values()) / len(share),
        "served": served / len(cases),
        "by_language": share,
        "confusion": {f"{a}>{b}": pairs[a, b] / truths[a] for a, b in CONFUSIONS if truths[a]},
    }


def _calibration(cases: Cases, bins: int = 10) -> float:
    """Return our expected calibration error (Guo et al., 2017) over equally wide bins."""
    found = identify_many([text for _, text in cases])
    error = 0.0
    for low in range(bins):
        inside = [
            (answer.probability, answer.language == label)
            for answer, (label, _) in zip(found, cases, strict=True)
            if min(int(answer.probability * bins), bins - 1) == low
        ]
        error += abs(sum(p - right for p, right in inside)) / len(cases)
    return error


def _speed(identify: Identify, texts: list[str]) -> float:
    identify(texts[:50])
    started, done = time.process_time(), 0
    while time.process_time() - started < 2.0:
        identify(texts)
        done += len(texts)
    return done / (time.process_time() - started)


def _installed(distribution: str | None) -> str | None:
    if distribution is None:
        return ""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def main() -> None:
    sets = _test_sets()
    texts = [text for _, text in sets["support, whole"]]
    report: dict[str, Any] = {}
    for name, (distribution, make) in SYSTEMS.items():
        release = _installed(distribution)
        if release is None:
            print(f"skipped {name}: pip install {distribution}")
            continue
        identify, megabytes = make()
        report[name] = {
            "version": release,
            "megabytes": round(megabytes, 2),
            "messages_per_cpu_second": round(_speed(identify, texts)),
            "sets": {key: _measure(cases, identify([text for _, text in cases])) for key, cases in sets.items()},
        }
        _print(name, report[name])
    report["replyassist"]["calibration_error"] = {key: _calibration(cases) for key, cases in sets.items()}
    print("replyassist, calibration error:", report["replyassist"]["calibration_error"])
    OUT.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), "systems": report}
    (OUT / "language.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


def _print(name: str, entry: dict[str, Any]) -> None:
    speed = entry["messages_per_cpu_second"]
    print(f"\n{name} {entry['version']}: {entry['megabytes']} MB, {speed:,} messages per CPU-second")
    for key, found in entry["sets"].items():
        languages = " ".join(f"{label} {share:5.1%}" for label, share in found["by_language"].items())
        confusion = " ".join(f"{pair} {share:.1%}" for pair, share in found["confusion"].items())
        print(f"  {key:24} mean {found['mean']:6.1%}  nn=nb {found['served']:6.1%} | {languages} | {confusion}")


if __name__ == "__main__":
    main()
