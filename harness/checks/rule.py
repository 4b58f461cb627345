"""What did the user decide about the answers of some items?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from harness.collection.model import Item
from harness.collection.selection import matches
from harness.location import Location

__all__ = ["MATCH_MODES", "PROVOKE", "Match", "Provoke", "Rule", "last_given", "rules_for"]

Match = Literal["status", "shape", "subset", "exact", "schema", "ignore"]
MATCH_MODES: tuple[Match, ...] = get_args(Match)
Provoke = Literal["as saved", "without auth"]
PROVOKE: tuple[Provoke, ...] = ("as saved", "without auth")
"""How an example is asked for that is not asked for by itself: by its own request, with its auth or without any."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `[[rules]]`: which items it is for, and what holds for their answers."""

    select: tuple[str, ...]
    """Node paths, names or globs; a folder stands for all in it."""
    location: Location
    status: int | None = None
    """The schema judges only answers of this status."""
    schema: Path | None = None
    match: Match | None = None
    expect_status: int | None = None
    literal: frozenset[str] = frozenset()
    """Names of placeholders that are plain text."""
    provoke: Provoke | None = None
    """How an example is asked for whose answer is not asked for otherwise, such as a 500."""

    def applies_to(self, item: Item) -> bool:
        """Return whether the item is among those selected."""
        return any(matches(item, pattern) for pattern in self.select)


def rules_for(item: Item, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules for one item, in the order of the file."""
    return tuple(rule for rule in rules if rule.applies_to(item))


def last_given(rules: Sequence[Rule], name: Literal["match", "expect_status", "provoke"]) -> Rule | None:
    """Return the last rule that sets `name`: later rules win over earlier ones."""
    return next((rule for rule in reversed(rules) if getattr(rule, name) is not None), None)
