"""What did the user decide about the answers of some items?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from harness.checks.assertion import Severity
from harness.collection.model import Item
from harness.collection.selection import matches
from harness.location import Location

__all__ = [
    "MATCH_MODES", "PLACE_TYPES", "PROVOKE", "KnownDrift", "Match", "Provoke", "Rule", "last_given", "rules_for"
]  # fmt: skip

Match = Literal["status", "shape", "subset", "exact", "schema", "ignore"]
MATCH_MODES: tuple[Match, ...] = get_args(Match)
Provoke = Literal["as saved", "without auth"]
PROVOKE: tuple[Provoke, ...] = ("as saved", "without auth")
"""How an example is asked for that is not asked for by itself: by its own request, with its auth or without any."""
PLACE_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One entry of `[[rules]]`: which items and places it is for, and what holds for their answers."""

    select: tuple[str, ...]
    """Node paths, names or globs; a folder stands for all in it."""
    location: Location
    status: int | None = None
    """It judges only answers of this status."""
    schema: Path | None = None
    match: Match | None = None
    expect_status: int | None = None
    literal: frozenset[str] = frozenset()
    """Names of placeholders that are plain text."""
    provoke: Provoke | None = None
    """How an example is asked for whose answer is not asked for otherwise, such as a 500."""
    max_time_ms: int | None = None
    path: tuple[str, ...] = ()
    """JSONPath queries of the places in a body that it is for; none where it is for the whole answer."""
    header: tuple[str, ...] = ()
    """Names of the headers that it is for."""
    ignore: bool = False
    unordered: bool = False
    key: str | None = None
    """The member by which the elements of an array are paired."""
    type: tuple[str, ...] = ()
    format: str | None = None
    regex: str | None = None
    one_of: tuple[Any, ...] | None = None
    range: tuple[float, float] | None = None
    severity: Severity | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)
    """Where each of its keys stands."""

    def applies_to(self, item: Item) -> bool:
        """Return whether the item is among those selected."""
        return _selects(self.select, item)

    def judges(self, status: int) -> bool:
        """Return whether it is for answers of this status."""
        return self.status in (None, status)

    def place(self, key: str) -> Location:
        """Return where one of its keys stands."""
        return self.places.get(key, self.location)


@dataclass(frozen=True, slots=True, eq=False)
class KnownDrift:
    """One entry of `[[known_drift]]`: differences that are accepted until a day, with the reason."""

    select: tuple[str, ...]
    location: Location
    reason: str
    expires: date
    """The last day on which they are."""
    kind: str | None = None
    path: tuple[str, ...] = ()

    def applies_to(self, item: Item) -> bool:
        """Return whether the item is among those selected."""
        return _selects(self.select, item)


def _selects(select: tuple[str, ...], item: Item) -> bool:
    return any(matches(item, pattern) for pattern in select)


def rules_for(item: Item, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules for one item, in the order of the file."""
    return tuple(rule for rule in rules if rule.applies_to(item))


def last_given(rules: Sequence[Rule], name: Literal["match", "expect_status", "provoke"]) -> Rule | None:
    """Return the last rule that sets `name` for the whole answer: later rules win over earlier ones."""
    return next((rule for rule in reversed(rules) if getattr(rule, name) is not None and not rule.path), None)
