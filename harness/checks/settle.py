"""What do rules and known drift make of the differences that were found in one answer?

Differences at places a rule ignores, or judges itself, are left out; others get the severity it gives them. What is known
fails nothing until its day. Then each assertion fails or passes by what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from harness.checks.assertion import Assertion, Difference, FailOn
from harness.checks.body.compare import json_pointer
from harness.checks.demands import demands_of, faults
from harness.checks.jsonpath import Query
from harness.checks.rule import KnownDrift, Rule
from harness.checks.words import brief, printable
from harness.location import json_path
from harness.source import PathParts

__all__ = ["Answered", "Settlement", "settle"]

MAX_PLACES = 50
"""Places of one rule that are told one by one."""

_NO_VALUE = object()


@dataclass(frozen=True, slots=True)
class Answered:
    """What rules ask of one answer."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    elapsed_ms: float
    body: Any = _NO_VALUE
    """Its JSON value, where it is JSON."""

    @property
    def has_body(self) -> bool:
        """Whether it is JSON."""
        return self.body is not _NO_VALUE


@dataclass(slots=True)
class Settlement:
    """What all answers of a run are settled by, and which entries turned out to be of use."""

    fail_on: FailOn = "breaking"
    today: date = field(default_factory=date.today)
    used: set[int] = field(default_factory=set)
    """The `id()` of every rule and known drift that had a place or a difference to act on."""
    asked: set[int] = field(default_factory=set)
    """The `id()` of every one that an answer was held to."""


def settle(
    assertions: Sequence[Assertion],
    answer: Answered,
    rules: Sequence[Rule],
    drifts: Sequence[KnownDrift],
    settlement: Settlement,
) -> tuple[Assertion, ...]:
    """Return the assertions as rules and known drift leave them, and those that rules add."""
    judging = [_Aimed.at(rule, answer) for rule in rules if rule.judges(answer.status)]
    aimed = [each for each in judging if each.queries]
    known = [_Known.of(drift, answer) for drift in drifts]
    settlement.asked.update(id(each.rule) for each in aimed if answer.has_body)
    settlement.asked.update(map(id, drifts))
    settlement.used.update(id(each.rule) for each in aimed if each.finds(answer))
    changed = [_regraded(each, aimed, known, settlement) for each in assertions]
    return (*changed, *_added([each.rule for each in judging], aimed, answer, settlement))


@dataclass(frozen=True, slots=True)
class _Aimed:
    """A rule and where in one answer its queries begin."""

    rule: Rule
    queries: tuple[tuple[Query, list[PathParts]], ...]

    @classmethod
    def at(cls, rule: Rule, answer: Answered) -> _Aimed:
        return cls(rule, _queries(rule.path, answer))

    def finds(self, answer: Answered) -> bool:
        return answer.has_body and any(query.places(answer.body) for query, _ in self.queries)

    def covers(self, tokens: Sequence[str]) -> bool:
        return any(query.covers(tokens, begins) for query, begins in self.queries)


@dataclass(frozen=True, slots=True)
class _Known:
    drift: KnownDrift
    queries: tuple[tuple[Query, list[PathParts]], ...]

    @classmethod
    def of(cls, drift: KnownDrift, answer: Answered) -> _Known:
        return cls(drift, _queries(drift.path, answer))

    def covers(self, difference: Difference) -> bool:
        if self.drift.kind not in (None, difference.kind):
            return False
        if not self.drift.path:
            return True
        return difference.pointer is not None and any(
            query.covers(_tokens(difference.pointer), begins) for query, begins in self.queries
        )


def _queries(paths: Sequence[str], answer: Answered) -> tuple[tuple[Query, list[PathParts]], ...]:
    queries = map(Query.parse, paths)
    return tuple((query, query.beginnings(answer.body) if answer.has_body else [()]) for query in queries)


def _regraded(
    assertion: Assertion, aimed: Sequence[_Aimed], known: Sequence[_Known], settlement: Settlement
) -> Assertion:
    if assertion.passed and not assertion.differences:
        return assertion
    if not assertion.differences:
        return _excused(assertion, known, settlement)
    kept = [
        _excused_difference(left, known, settlement)
        for difference in assertion.differences
        if (left := _ruled(difference, aimed, settlement, body=assertion.kind == "body")) is not None
    ]
    graded = replace(assertion, differences=tuple(kept), fail_on=settlement.fail_on)
    first = next(iter(graded.breaking), None)
    if first is None:
        return replace(graded, passed=True, expected="", actual="")
    location = assertion.location if first.location is None else first.location
    return replace(graded, passed=False, expected=first.expected, actual=first.actual, location=location)


def _ruled(
    difference: Difference, aimed: Sequence[_Aimed], settlement: Settlement, *, body: bool
) -> Difference | None:
    """Return a difference as the rules for its place leave it; None when they leave nothing of it."""
    if difference.pointer is None:
        return difference
    tokens = _tokens(difference.pointer)
    for each in aimed:
        if not each.covers(tokens):
            continue
        settlement.used.add(id(each.rule))
        if each.rule.ignore or (body and demands_of(each.rule)):
            return None
        if each.rule.severity is not None:
            difference = replace(difference, severity=each.rule.severity)
    return difference


def _excused_difference(difference: Difference, known: Sequence[_Known], settlement: Settlement) -> Difference:
    for each in known:
        if each.covers(difference):
            settlement.used.add(id(each.drift))
            if settlement.today <= each.drift.expires:
                return replace(difference, severity="note", actual=f"{difference.actual} ({_until(each.drift)})")
    return difference


def _excused(assertion: Assertion, known: Sequence[_Known], settlement: Settlement) -> Assertion:
    """Return an assertion without differences, such as that of the status, excused where its kind is known to differ."""
    for each in known:
        if each.drift.kind == f"{assertion.kind} changed" and not each.drift.path:
            settlement.used.add(id(each.drift))
            if settlement.today <= each.drift.expires:
                actual = f"{assertion.actual} ({_until(each.drift)})"
                note = Difference(each.drift.kind, "", assertion.expected, actual, "note", location=assertion.location)
                return replace(assertion, passed=True, differences=(note,))
    return assertion


def _until(drift: KnownDrift) -> str:
    return f"known until {drift.expires.isoformat()}: {drift.reason}"


def _added(
    rules: Sequence[Rule], aimed: Sequence[_Aimed], answer: Answered, settlement: Settlement
) -> Iterator[Assertion]:
    for each in aimed:
        if demands_of(each.rule):
            yield _demanded(each, answer, settlement)
    for rule in rules:
        for name in rule.header:
            yield _header(rule, name, answer, settlement)
        if rule.max_time_ms is not None:
            fast = answer.elapsed_ms <= rule.max_time_ms
            expected, actual = f"at most {rule.max_time_ms:,} ms", f"{answer.elapsed_ms:,.0f} ms"
            name = f"answered within {rule.max_time_ms:,} ms"
            yield Assertion(name, fast, "time", expected, actual, rule.place("max_time_ms"))


def _demanded(aimed: _Aimed, answer: Answered, settlement: Settlement) -> Assertion:
    rule = aimed.rule
    severity = rule.severity or "breaking"
    differences: list[Difference] = []
    for query, _ in aimed.queries:
        nodes = query.nodes(answer.body) if answer.has_body else []
        if not nodes and query.is_singular:
            differences.append(Difference("missing key", query.text, "a value", "missing", severity, pointer=None))
        for place, value in nodes:
            for kind, expected in faults(rule, value):
                path, pointer = printable(json_path(place)), printable(json_pointer(place))
                differences.append(Difference(kind, path, expected, brief(value), severity, pointer=pointer))
    located = tuple(replace(each, location=rule.place("path")) for each in differences[:MAX_PLACES])
    return _graded(f"body keeps to the rule for {', '.join(rule.path)}", "body", rule, located, settlement)


def _header(rule: Rule, name: str, answer: Answered, settlement: Settlement) -> Assertion:
    value = answer.headers.get(name.lower())
    severity = rule.severity or "breaking"
    found = [("header missing", "a value")] if value is None else list(faults(rule, _typed(rule, value)))
    differences = tuple(
        Difference(
            "header missing" if value is None else "header changed",
            "",
            f"{name}: {expected}",
            "missing" if value is None else brief(value),
            severity,
            location=rule.place("header"),
        )
        for _, expected in found
    )
    return _graded(f"header {name} keeps to its rule", "header", rule, differences, settlement)


def _typed(rule: Rule, value: str) -> Any:
    """Return a header's value as the number it writes, where the rule asks for one."""
    if rule.range is None and not {"number", "integer"} & set(rule.type):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _graded(
    name: str, kind: Any, rule: Rule, differences: tuple[Difference, ...], settlement: Settlement
) -> Assertion:
    assertion = Assertion(name, True, kind, location=rule.location, differences=differences, fail_on=settlement.fail_on)
    first = next(iter(assertion.breaking), None)
    if first is None:
        return assertion
    return replace(assertion, passed=False, expected=first.expected, actual=first.actual, location=first.location)


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
