"""The rules of one language: ``rules/<language>.yaml`` of a package, read and checked.

A file has ``lists`` (named word lists for use in patterns, and the reserved ones below) and ``codes``. Each
code has ``rules``, and optionally ``ignore`` (phrases that make an overlapping match harmless, such as idioms
and product names) and ``unless`` (phrases that make every match in the same sentence harmless). A rule is a
block of patterns, one per line, or a mapping:

- ``match``: the patterns, one per line
- ``unless``: not if one of these stands in the same sentence
- ``unless_anywhere``: not if one of these stands anywhere in the message
- ``requires``: only if one of these stands in the same sentence
- ``requires_anywhere``: only if one of these stands anywhere in the message
- ``negation: ignored``: a negation before the match does not matter

Reserved lists: ``negation`` (cues that turn round what follows in the same clause), ``negation_after`` (cues
that do so from behind), ``restart`` (words that begin a new clause), ``condition`` (words that make a
negation part of a condition, as in "if you do not ...").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from replyassist.errors import ConfigError
from replyassist.text.rules.notation import Pattern, alternation, compile_pattern, expand_lists

_RULE_KEYS = {"match", "unless", "unless_anywhere", "requires", "requires_anywhere", "negation"}
_CODE_KEYS = {"rules", "ignore", "unless"}


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What makes matches of a code harmless, as regular expressions or empty.

    ``ignore``: not if this overlaps the match; ``unless``: not if this stands in the same sentence.
    """

    ignore: str = ""
    unless: str = ""

    def joined(self, other: Exceptions) -> Exceptions:
        """Return these and the other exceptions."""
        return Exceptions(_either(self.ignore, other.ignore), _either(self.unless, other.unless))


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns of one code that share their conditions; conditions are regular expressions or empty."""

    code: str
    patterns: tuple[Pattern, ...]
    exceptions: Exceptions = Exceptions()
    unless_anywhere: str = ""
    requires: str = ""
    requires_anywhere: str = ""
    negatable: bool = True


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a language negates, as regular expressions."""

    negation: str
    negation_after: str
    restart: str
    condition: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of one language."""

    language: str
    grammar: Grammar
    rules: tuple[Rule, ...]
    exceptions: Mapping[str, Exceptions]

    def excepted(self) -> RuleSet:
        """Return the set with each rule bound by the exceptions of its code."""
        bound = (replace(rule, exceptions=rule.exceptions.joined(self.exceptions[rule.code])) for rule in self.rules)
        return replace(self, rules=tuple(bound))


@cache
def load_rules(language: str, package: str) -> RuleSet:
    """Read the rules of ``language`` (nb, sv, da, fi or en) that ``package`` holds.

    Raises:
        ConfigError: a pattern is not valid notation; the message names file and code.
    """
    name = f"{language}.yaml"
    text = resources.files(package).joinpath("rules", name).read_text("utf-8")
    return parse_rules(language, load_yaml(text), where=f"rules/{name}")


def load_yaml(text: str) -> Any:
    """Read YAML with the fast loader where the installation has it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are safe ones


def parse_rules(language: str, raw: Mapping[str, Any], *, where: str) -> RuleSet:
    """Compile a decoded rule file; see the module's docstring for its form."""
    lists: dict[str, str] = {}
    for name, block in raw["lists"].items():
        lists[name] = "(" + "|".join(expand_lists(line, lists) for line in lines(block)) + ")"
    grammar = Grammar(
        negation=alternation(["<negation>"], lists),
        negation_after=alternation(["<negation_after>"], lists) if "negation_after" in lists else "",
        restart=alternation(["<restart>"], lists),
        condition=alternation(["<condition>"], lists),
    )
    rules: list[Rule] = []
    for code, entry in raw["codes"].items():
        try:
            rules.extend(_code_rules(code, entry, lists, grammar))
        except ConfigError as error:
            raise ConfigError(f"{where}, {code}: {error}") from None
    exceptions = {
        code: Exceptions(*(alternation(lines(entry.get(key, "")), lists) for key in ("ignore", "unless")))
        for code, entry in raw["codes"].items()
    }
    return RuleSet(language, grammar, tuple(rules), exceptions)


def _either(first: str, second: str) -> str:
    return "|".join(part for part in (first, second) if part)


def lines(block: str) -> list[str]:
    """Return the patterns of a block: one per line, without blank lines and ``#`` comments."""
    stripped = (line.strip() for line in block.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def _code_rules(code: str, entry: Mapping[str, Any], lists: dict[str, str], grammar: Grammar) -> list[Rule]:
    if unknown := set(entry) - _CODE_KEYS:
        raise ConfigError(f"unknown key {sorted(unknown)[0]!r}")
    rules = []
    for item in entry["rules"]:
        rule: Mapping[str, str] = {"match": item} if isinstance(item, str) else item
        if unknown := set(rule) - _RULE_KEYS:
            raise ConfigError(f"unknown key {sorted(unknown)[0]!r}")
        negatable = rule.get("negation") != "ignored"
        guard = grammar.negation if negatable else ""
        rules.append(
            Rule(
                code=code,
                patterns=tuple(compile_pattern(line, lists, guard) for line in lines(rule["match"])),
                exceptions=Exceptions(unless=alternation(lines(rule.get("unless", "")), lists)),
                unless_anywhere=alternation(lines(rule.get("unless_anywhere", "")), lists),
                requires=alternation(lines(rule.get("requires", "")), lists),
                requires_anywhere=alternation(lines(rule.get("requires_anywhere", "")), lists),
                negatable=negatable,
            )
        )
    return rules
