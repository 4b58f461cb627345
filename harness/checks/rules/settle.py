"""What do known drift and `fail_on` make of what was found in one answer, and what do rules ask beside its body?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from harness.checks.assertion import Assertion, Difference, FailOn
from harness.checks.body.findings import MISSING, Findings
from harness.checks.body.stated import holds
from harness.checks.override import Override
from harness.checks.pointer import pointer_tokens
from harness.checks.rule import KnownDrift, Rule
from harness.checks.rules.jsonpath import Query
from harness.checks.rules.places import override_of
from harness.collection.model import Example
from harness.transport.exchange import Exchange

__all__ = ["Settlement", "demanded", "settled"]


@dataclass(slots=True)
class Settlement:
    """What the answers of a run are settled by, and which entries were of use."""

    fail_on: FailOn = "breaking"
    today: date = field(default_factory=date.today)
    used: set[Rule | KnownDrift] = field(default_factory=set)
    """Each rule and known drift that found a place, a header or a difference."""
    asked: set[Rule | KnownDrift] = field(default_factory=set)
    """Each that an answer was held to."""
    unread: Counter[str] = field(default_factory=Counter)
    """How many bodies there were that rules with a path do not judge, by what they are."""

    def use(self, entry: Rule | KnownDrift) -> None:
        """Note that an entry was of use."""
        self.used.add(entry)


def settled(
    assertions: Sequence[Assertion], drifts: Sequence[KnownDrift], settlement: Settlement
) -> tuple[Assertion, ...]:
    """Return the assertions with what is known as notes, each passed or failed by the severities that count."""
    return tuple(_settled(each, drifts, settlement) if each.differences else each for each in assertions)


def _settled(assertion: Assertion, drifts: Sequence[KnownDrift], settlement: Settlement) -> Assertion:
    differences = tuple(_known(each, drifts, settlement) for each in assertion.differences)
    graded = replace(assertion, differences=differences, fail_on=settlement.fail_on)
    first = next(iter(graded.breaking), None)
    if first is None:
        return replace(graded, passed=True)
    location = assertion.location if first.location is None else first.location
    return replace(graded, passed=False, expected=first.expected, actual=first.actual, location=location)


def _known(difference: Difference, drifts: Sequence[KnownDrift], settlement: Settlement) -> Difference:
    """Return a difference as a note where it is known, until the day on which that ends."""
    for drift in drifts:
        if drift.kind not in (None, difference.kind) or not _covers(drift, difference):
            continue
        settlement.use(drift)
        if settlement.today <= drift.expires:
            until = f"known until {drift.expires.isoformat()}: {drift.reason}"
            return replace(difference, severity="note", accepted=True, actual=f"{difference.actual} ({until})")
        return replace(
            difference, actual=f"{difference.actual} (known until {drift.expires.isoformat()}, which is over)"
        )
    return difference


def _covers(drift: KnownDrift, difference: Difference) -> bool:
    if not drift.path:
        return True
    tokens = pointer_tokens(difference.pointer or "")
    return difference.pointer is not None and any(Query.parse(path).covers(tokens) for path in drift.path)


def demanded(
    exchange: Exchange, example: Example | None, rules: Sequence[Rule], settlement: Settlement
) -> Iterator[Assertion]:
    """Yield what rules ask of the headers of an answer and of its time."""
    for rule in rules:
        for name in rule.header:
            yield _header(name, rule, exchange, example, settlement)
        if rule.max_time_ms is not None:
            settlement.use(rule)
            yield Assertion(
                f"answered within {rule.max_time_ms:,} ms",
                exchange.elapsed_ms <= rule.max_time_ms,
                "time",
                f"at most {rule.max_time_ms:,} ms",
                f"{exchange.elapsed_ms:,.0f} ms",
                rule.place("max_time_ms"),
            )


def _header(name: str, rule: Rule, exchange: Exchange, example: Example | None, settlement: Settlement) -> Assertion:
    values = [value for each, value in exchange.response.headers if each.lower() == name.lower()]
    found = Findings(words=lambda _path: name, ruled=rule.severity)
    title = f"header {name} keeps to its rule"
    if not values:
        found.add("header missing", (), lambda: "a value", MISSING)
    else:
        settlement.use(rule)
        override = _with_saved(override_of(rule), name, rule, example)
        holds(override, _typed(rule, values[-1]), (), found)
    missing = not values
    located = tuple(
        replace(each, kind="header missing" if missing else "header changed", location=rule.place("header"))
        for each in found.differences()
    )
    first = next((each for each in located if each.severity == "breaking"), None)
    said = (first.expected, first.actual) if first is not None else ("", "")
    return Assertion(title, first is None, "header", *said, rule.place("header"), differences=located)


def _with_saved(override: Override, name: str, rule: Rule, example: Example | None) -> Override:
    """Return what is demanded, with the value of the example where the mode says that values count."""
    saved = [p.value for p in example.headers if p.key and p.key.lower() == name.lower()] if example is not None else []
    if rule.match in ("exact", "subset") and saved and rule.one_of is None:
        return replace(override, one_of=(saved[-1],))
    return override


def _typed(rule: Rule, value: str) -> str | float:
    """Return a header's value as the number it writes, where the rule asks for one."""
    if rule.range is None and not {"number", "integer"} & set(rule.type):
        return value
    try:
        return float(value)
    except ValueError:
        return value
