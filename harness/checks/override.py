"""What did the user decide about one place of an answer, and which places are those?

Rules make a tree of `Place`s from their JSONPaths; the walk through a body goes down that tree along with the body.
Without rules there is no tree (None), and a walk asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from harness.checks.assertion import Severity
from harness.checks.rule import Match
from harness.location import Location
from harness.source import PathParts

__all__ = ["ANY", "Override", "Place", "PlaceFinder", "place_tree"]

ANY: Final = "\ue001any"
"""As a part of a path: every element of an array, every member of an object. A private-use character leads it."""


@dataclass(frozen=True, slots=True)
class Override:
    """What holds at one place instead of what the examples show; None where nothing was said."""

    match: Match | None = None
    """Holds for all below as well, until another place says otherwise. `ignore`: nothing here is compared."""
    unordered: bool | None = None
    """The array's elements are compared without their order."""
    key: str | None = None
    """The array's elements are objects told apart by this member."""
    format: str | None = None
    """The name of a format (`harness.checks.formats`) that the string keeps."""
    regex: Callable[[str], bool] | None = None
    """Whether a string is as it should be."""
    regex_text: str = ""
    """The expression itself, for the message."""
    one_of: tuple[Any, ...] | None = None
    range: tuple[float | None, float | None] | None = None
    """The least and the greatest number, both allowed."""
    type: tuple[str, ...] | None = None
    """The names of JSON types, `integer` among them, of which the value has one."""
    severity: Severity | None = None
    """How much every difference here and below weighs."""
    location: Location | None = None
    """Where the rule stands."""

    def over(self, earlier: Override) -> Override:
        """Return both together; what this one says wins."""
        said = {each.name: value for each in fields(self) if (value := getattr(self, each.name)) not in (None, "")}
        return replace(earlier, **said)

    @property
    def states(self) -> bool:
        """Whether it says itself what the value must be, so that the examples have no say in it."""
        return any(each is not None for each in (self.format, self.regex, self.one_of, self.range, self.type))


@dataclass(slots=True)
class Place:
    """One place of a body: what holds there, and the places below it."""

    override: Override | None = None
    below: dict[str | int, Place] = field(default_factory=dict)
    _merged: dict[str | int, Place | None] = field(default_factory=dict, repr=False)

    def at(self, part: str | int) -> Place | None:
        """Return the place of one member or element, or None when nothing is said about it or what lies below."""
        general = self.below.get(ANY)
        if general is None:
            return self.below.get(part)
        if part not in self.below:
            return general
        if part not in self._merged:
            self._merged[part] = _together(general, self.below[part])
        return self._merged[part]


PlaceFinder = Callable[[Sequence[Any], Any], Place | None]
"""Given the values of the examples and of the answer, the tree of places; None when no rule touches this body."""


def place_tree(overrides: Iterable[tuple[PathParts, Override]]) -> Place | None:
    """Return the tree of all `overrides`, of several for one place the later one over the earlier; None for none."""
    root = Place()
    for path, override in overrides:
        place = root
        for part in path:
            place = place.below.setdefault(part, Place())
        place.override = override if place.override is None else override.over(place.override)
    return root if root.override is not None or root.below else None


def _together(general: Place, special: Place) -> Place:
    """Return what holds where both hold: the special place wins."""
    override = special.override or general.override
    if special.override is not None and general.override is not None:
        override = special.override.over(general.override)
    below = dict(general.below)
    for part, place in special.below.items():
        below[part] = _together(below[part], place) if part in below else place
    return Place(override, below)
