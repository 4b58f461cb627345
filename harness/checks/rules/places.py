"""Which places of a body are the rules of a JSONPath for, and what do they say there?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness.checks.override import ANY, Override, Place, PlaceFinder, place_tree
from harness.checks.rule import Rule
from harness.checks.rules.jsonpath import Query
from harness.checks.rules.patterns import TooSlow, found
from harness.source import PathParts

__all__ = ["override_of", "places_of"]


def places_of(rules: Sequence[Rule], used: Callable[[Rule], None]) -> PlaceFinder | None:
    """Return what finds the places that `rules` speak of, None where none has a path; told of each that finds one."""
    speaking = [rule for rule in rules if rule.path]
    if not speaking:
        return None

    def find(examples: Sequence[Any], actual: Any) -> Place | None:
        """Return the tree of places; a place that the answer lacks is found in the examples."""
        said: list[tuple[PathParts, Override]] = []
        for rule in speaking:
            override = override_of(rule)
            places = dict.fromkeys(place for text in rule.path for place in _places(text, examples, actual))
            said += ((place, override) for place in places)
            if places:
                used(rule)
        return place_tree(said)

    return find


def _places(text: str, examples: Sequence[Any], actual: Any) -> Iterator[PathParts]:
    query = Query.parse(text)
    yield from query.places(actual)
    for example in examples:
        for place in query.places(example):
            # What several places are asked for by holds for every element, however many the answer has.
            yield place if query.is_singular else tuple(ANY if isinstance(part, int) else part for part in place)


def override_of(rule: Rule) -> Override:
    """Return what a rule says of a place."""
    pattern = rule.regex
    return Override(
        match="ignore" if rule.ignore else rule.match,
        unordered=rule.unordered or None,
        key=rule.key,
        format=rule.format,
        regex=None if pattern is None else lambda text: _matches(pattern, text),
        regex_text=pattern or "",
        one_of=rule.one_of,
        range=None if rule.range is None else _bounds(*rule.range),
        type=rule.type or None,
        severity=rule.severity,
        location=rule.location,
    )


def _bounds(least: float, greatest: float) -> tuple[float | None, float | None]:
    return (None if math.isinf(least) else least, None if math.isinf(greatest) else greatest)


def _matches(pattern: str, text: str) -> bool:
    try:
        return found(pattern, text)
    except TooSlow:
        return False
