"""Is a value what a rule demands of it: its type, format, pattern, range, or one of a few?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.checks.body.formats import keeps
from harness.checks.patterns import TooSlow, found
from harness.checks.rule import Rule
from harness.checks.words import brief, either, type_name

__all__ = ["demands_of", "faults"]


def demands_of(rule: Rule) -> bool:
    """Return whether the rule itself says what a value must be, so that the examples have no say in it."""
    return bool(rule.type or rule.format or rule.regex is not None or rule.one_of is not None or rule.range)


def faults(rule: Rule, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind of difference and what was expected, for each demand that the value does not meet."""
    if rule.type and not any(_is(name, value) for name in rule.type):
        yield "type changed", either(rule.type)
    if rule.format and not (isinstance(value, str) and keeps(rule.format, value)):
        yield "format changed", f"string ({rule.format})"
    if rule.regex is not None and (expected := _mismatch(rule.regex, value)):
        yield "value changed", expected
    if rule.one_of is not None and not any(_same(value, each) for each in rule.one_of):
        yield "value changed", f"one of {', '.join(map(brief, rule.one_of))}"
    if rule.range is not None and not (_is("number", value) and rule.range[0] <= value <= rule.range[1]):
        yield "value changed", f"a number from {rule.range[0]:g} to {rule.range[1]:g}"


def _mismatch(pattern: str, value: Any) -> str | None:
    """Return what is expected of a value that does not match, None when it does."""
    try:
        return None if isinstance(value, str) and found(pattern, value) else f"text matching {brief(pattern)}"
    except TooSlow:
        return f"text matching {brief(pattern)} (given up after a second: the pattern is too slow for this text)"


def _is(name: str, value: Any) -> bool:
    if name == "integer":
        return type_name(value) == "number" and value == int(value)
    return type_name(value) == name


def _same(value: Any, other: Any) -> bool:
    """Return whether two JSON values are the same; Python's `True == 1` is no equality of JSON."""
    return type_name(value) == type_name(other) and bool(value == other)
