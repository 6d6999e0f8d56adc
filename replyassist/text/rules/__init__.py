"""Rules over text: phrases in a readable notation, with conditions and negation, found in linear time."""

from replyassist.text.rules.detect import Detector, Match
from replyassist.text.rules.ruleset import RuleSet, load_rules, load_yaml

__all__ = ["Detector", "Match", "RuleSet", "load_rules", "load_yaml"]
