"""What a team does about each reason to escalate: how severe, to whom, and whether a draft may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from replyassist.errors import ConfigError
from replyassist.text.rules.detect import Detector
from replyassist.text.rules.notation import alternation, compile_pattern
from replyassist.text.rules.ruleset import Exceptions, Rule, RuleSet, load_rules, load_yaml
from replyassist.types import LANGUAGES, URGENCIES, Severity

DraftRule = Literal["allow", "warn", "withhold"]

_PHRASE = re.compile(r"[\w'’-]+\*?(?: [\w'’-]+\*?)*")
_FIELD = re.compile(r"at `\$\.?(?:\[\.\.\.\])?([^`]*)`")

T = TypeVar("T")


class CodePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to do about one code. ``phrases`` and ``ignore`` hold the team's own words per language."""

    severity: Severity
    route: str
    draft: DraftRule
    enabled: bool
    description: str
    phrases: dict[str, list[str]] = {}
    ignore: dict[str, list[str]] = {}


class _RepeatContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    min_previous: int = 1
    unanswered_messages: int = 1


class _SlaRisk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    hours: dict[str, float] = {}


class _VipCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    tiers: list[str] = []


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Numbers and names for the codes that come from data instead of from the text."""

    repeat_contact: _RepeatContact = _RepeatContact()
    sla_risk: _SlaRisk = _SlaRisk()
    vip_customer: _VipCustomer = _VipCustomer()


@dataclass(frozen=True, eq=False)
class Policy:
    """A team's escalation policy. Immutable; make one with :meth:`default` or :meth:`load`."""

    codes: Mapping[str, CodePolicy]
    thresholds: Thresholds
    _detectors: dict[str, Detector] = field(default_factory=dict, repr=False)

    @classmethod
    def default(cls) -> Policy:
        """Return the policy shipped with the library (``default_policy.yaml``)."""
        return _default()

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Read a team's ``policy.yaml``: what it leaves out stays as in the default, field by field.

        Raises:
            ConfigError: the file is missing or no valid YAML, or an entry is wrong; the message names the
                file, the line and the field.
        """
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise ConfigError(f"{path}: cannot read the policy: {reason}") from None
        return _PolicyFile(text, str(path), default_policy_raw()).policy()

    def detector(self, language: str) -> Detector:
        """Return the detector for ``language``, with this policy's own phrases; English is always included."""
        language = "nb" if language in ("nn", "no") else language
        if language not in LANGUAGES:
            language = "en"
        detector = self._detectors.get(language)
        if detector is None:
            sets = [load_rules(name, "replyassist.escalate") for name in dict.fromkeys((language, "en"))]
            exceptions = {code: self._exceptions(code, sets) for code in self.codes}
            detector = Detector(self._rule_set(shipped, exceptions) for shipped in sets)
            self._detectors[language] = detector
        return detector

    def _exceptions(self, code: str, sets: Sequence[RuleSet]) -> Exceptions:
        """Return what is harmless in any of the languages that are run, the team's own phrases included."""
        exceptions = Exceptions()
        for shipped in sets:
            own = Exceptions(ignore=alternation(self.codes[code].ignore.get(shipped.language, [])))
            exceptions = exceptions.joined(shipped.exceptions.get(code, Exceptions())).joined(own)
        return exceptions

    def _rule_set(self, shipped: RuleSet, exceptions: Mapping[str, Exceptions]) -> RuleSet:
        """Return the shipped rules of a language with this policy's phrases, exceptions and switches."""
        rules: list[Rule] = []
        for code, entry in self.codes.items():
            if not entry.enabled:
                continue
            if phrases := entry.phrases.get(shipped.language, []):
                patterns = tuple(compile_pattern(phrase) for phrase in phrases)
                rules.append(Rule(code, patterns, Exceptions(ignore=exceptions[code].ignore)))
            rules += [
                replace(rule, exceptions=rule.exceptions.joined(exceptions[code]))
                for rule in shipped.rules
                if rule.code == code
            ]
        return RuleSet(shipped.language, shipped.grammar, tuple(rules), exceptions)


def default_policy_text() -> str:
    """Return the shipped policy with its comments, for a team to copy and edit."""
    return resources.files("replyassist.escalate").joinpath("default_policy.yaml").read_text("utf-8")


@cache
def default_policy_raw() -> Mapping[str, Any]:
    """Return the decoded shipped policy. Not to be changed by callers."""
    raw: Mapping[str, Any] = load_yaml(default_policy_text())
    return raw


@cache
def _default() -> Policy:
    return _PolicyFile(default_policy_text(), "default_policy.yaml", {"codes": {}}).policy()


class _PolicyFile:
    """One policy file while it is checked; knows the line of every entry for its error messages."""

    def __init__(self, text: str, name: str, base: Mapping[str, Any]) -> None:
        self._text, self._name, self._base = text, name, base
        try:
            raw = load_yaml(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{name}:{mark.line + 1}" if mark else name
            problem = getattr(error, "problem", None) or "not valid YAML"
            raise ConfigError(f"{place}: {problem}; check the indentation and the quotes") from None
        self._raw: Mapping[str, Any] = self._mapping({} if raw is None else raw, [])

    def policy(self) -> Policy:
        self._known(self._raw, {"version", "codes", "thresholds"}, [])
        if self._raw.get("version", 1) != 1:
            raise self._error(["version"], "this release reads version 1")
        codes = dict(self._base["codes"])
        own = self._mapping(self._raw.get("codes") or {}, ["codes"])
        self._known(own, set(codes) or set(own), ["codes"])
        for code, entry in own.items():
            fields = self._mapping(entry or {}, ["codes", code])
            codes[code] = {**codes.get(code, {}), **fields}
        checked = {code: self._code(code, entry) for code, entry in codes.items()}
        return Policy(checked, self._thresholds())

    def _code(self, code: str, entry: Mapping[str, Any]) -> CodePolicy:
        path = ["codes", code]
        policy = self._convert(entry, CodePolicy, path)
        for name, phrases in (("phrases", policy.phrases), ("ignore", policy.ignore)):
            self._known(phrases, set(LANGUAGES), [*path, name])
            for language, entries in phrases.items():
                for phrase in entries:
                    self._phrase(phrase, [*path, name, language])
        return policy

    def _phrase(self, phrase: str, path: list[str]) -> None:
        if not _PHRASE.fullmatch(phrase):
            raise self._error(path, f"{phrase!r} must be plain words; only a '*' at a word's end is special")
        try:
            compile_pattern(phrase)
        except ConfigError as error:
            raise self._error(path, str(error)) from None

    def _thresholds(self) -> Thresholds:
        base = self._base.get("thresholds", {})
        own = self._mapping(self._raw.get("thresholds") or {}, ["thresholds"])
        merged: dict[str, Any] = {name: dict(values) for name, values in base.items()}
        for name, values in own.items():
            merged[name] = {**merged.get(name, {}), **self._mapping(values or {}, ["thresholds", name])}
        thresholds = self._convert(merged, Thresholds, ["thresholds"])
        self._known(thresholds.sla_risk.hours, set(URGENCIES), ["thresholds", "sla_risk", "hours"])
        repeat = thresholds.repeat_contact
        if min(repeat.min_previous, repeat.unanswered_messages) < 1:
            raise self._error(["thresholds", "repeat_contact"], "numbers must be 1 or more")
        return thresholds

    def _convert(self, raw: Mapping[str, Any], kind: type[T], path: list[str]) -> T:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            message = str(error)
            place = _FIELD.search(message)
            inner = [part for part in re.split(r"[.\[\]]+", place[1]) if part] if place else []
            if unknown := re.search(r"unknown field `([^`]*)`", message):
                inner.append(unknown[1])
            raise self._error([*path, *inner], message.partition(" - at ")[0]) from None

    def _mapping(self, value: object, path: list[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self._error(path, "must be a mapping of names to values")
        return value

    def _known(self, given: Mapping[str, Any], allowed: set[str], path: list[str]) -> None:
        if unknown := set(given) - allowed:
            first = sorted(unknown)[0]
            raise self._error([*path, first], f"unknown name; use one of {', '.join(sorted(allowed))}")

    def _error(self, path: list[str], problem: str) -> ConfigError:
        where = ".".join(path)
        return ConfigError(f"{self._name}:{self._line(path)}: {where + ': ' if where else ''}{problem}")

    def _line(self, path: list[str]) -> int:
        """Return the line (from 1) of the deepest entry of ``path`` that the file has."""
        node = yaml.compose(self._text, Loader=yaml.SafeLoader)
        line = 1
        for name in path:
            if not isinstance(node, yaml.MappingNode):
                break
            entry = next((pair for pair in node.value if pair[0].value == name), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line + 1, entry[1]
        return line
