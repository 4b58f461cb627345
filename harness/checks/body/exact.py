"""Where does a JSON value depart from the very values of one example?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from harness.checks.body.findings import MISSING, Findings, typed
from harness.checks.body.fit import fits
from harness.checks.body.pairing import pair_by_key, pair_unordered
from harness.checks.body.shape import MAX_DEPTH, stand_in
from harness.checks.body.stated import holds
from harness.checks.override import Place
from harness.checks.words import TYPE_NAMES, brief
from harness.source import PathParts

__all__ = ["ExactWalk", "ShapeWalk"]

ShapeWalk = Callable[[Any, Any, PathParts, Place | None, Findings], None]
"""Compares the values at one path, an example's and an answer's, by shape."""


@dataclass(slots=True)
class ExactWalk:
    """One walk through an answer along the value of an example, whose placeholders match by type.

    As a `subset` the answer may hold more: other keys, other elements.
    """

    found: Findings
    subset: bool
    by_shape: ShapeWalk
    """For the places that a rule has compared by shape."""

    def go(self, expected: Any, actual: Any, path: PathParts, place: Place | None) -> None:
        """Compare one value, as far as no rule says otherwise about its place."""
        override = None if place is None else place.override
        if override is None:
            self.compare(expected, actual, path, place)
            return
        if override.match in ("ignore", "schema", "status"):
            return
        before, walk = self.found.ruled, self
        self.found.ruled = override.severity or before
        if override.match in ("exact", "subset"):
            walk = replace(self, subset=override.match == "subset")
        if override.states:
            holds(override, actual, path, self.found)
        elif override.match == "shape":
            self.by_shape(expected, actual, path, place, self.found)
        else:
            walk.compare(expected, actual, path, place)
        self.found.ruled = before

    def compare(self, expected: Any, actual: Any, path: PathParts, place: Place | None) -> None:
        """Compare one value and what lies below it."""
        if isinstance(expected, str):
            meant = stand_in(expected)
            if meant is not None:
                if not fits(meant, [actual]):
                    self._unlike(meant.__str__, actual, path)
                return
        kind = TYPE_NAMES[type(expected)]
        if kind != TYPE_NAMES[type(actual)]:
            self._retyped(expected, actual, path)
        elif len(path) > MAX_DEPTH:
            self._too_deep(expected, actual, path)
        elif kind == "object":
            self._object(expected, actual, path, place)
        elif kind == "array":
            self._array(expected, actual, path, place)
        elif expected != actual:
            self.found.add("value changed", path, partial(brief, expected), actual)

    def _unlike(self, expected: Callable[[], str], actual: Any, path: PathParts) -> None:
        kind = "became null" if actual is None else "format changed" if isinstance(actual, str) else "type changed"
        if isinstance(actual, str) and "string" not in expected():
            kind = "type changed"
        self.found.add(kind, path, expected, actual)

    def _retyped(self, expected: Any, actual: Any, path: PathParts) -> None:
        if actual is None:
            self.found.add("became null", path, partial(brief, expected), actual)
        elif expected is None:
            self.found.add("stopped being null", path, partial(brief, None), actual)
        else:
            self.found.add("type changed", path, partial(typed, expected), actual)

    def _too_deep(self, expected: Any, actual: Any, path: PathParts) -> None:
        try:
            same = bool(expected == actual)
        except RecursionError:
            same = False
        if not same:
            self.found.add("value changed", path, partial(brief, expected), actual)

    def _object(self, expected: dict[str, Any], actual: dict[str, Any], path: PathParts, place: Place | None) -> None:
        for key, value in expected.items():
            other = actual.get(key, MISSING)
            below = None if place is None else place.at(key)
            if other is MISSING:
                self._one_sided("missing key", partial(brief, value), MISSING, (*path, key), below)
            elif below is not None or not _same_scalar(value, other):
                self.go(value, other, (*path, key), below)
        if self.subset:
            return
        for key in actual:
            if key not in expected:
                below = None if place is None else place.at(key)
                self._one_sided("added key", _no_such_key, actual[key], (*path, key), below)

    def _one_sided(
        self, kind: str, expected: Callable[[], str], actual: Any, path: PathParts, place: Place | None
    ) -> None:
        override = None if place is None else place.override
        if override is not None and override.match in ("ignore", "schema", "status"):
            return
        before = self.found.ruled
        self.found.ruled = (None if override is None else override.severity) or before
        self.found.add(kind, path, expected, actual)
        self.found.ruled = before

    def _array(self, expected: list[Any], actual: list[Any], path: PathParts, place: Place | None) -> None:
        override = None if place is None else place.override
        if override is not None and override.key is not None:
            pairs = pair_by_key(expected, actual, override.key)
        elif self.subset or (override is not None and override.unordered):
            pairs = pair_unordered(expected, actual, self._fitting)
        elif len(expected) != len(actual):
            kind = "array length changed" if actual else "array emptied"
            self.found.add(kind, path, partial(brief, expected), actual)
            return
        else:
            pairs = [(index, index) for index in range(len(expected))]
        for old, new in pairs:
            if new is None and old is not None:
                self.found.add("missing element", (*path, old), partial(brief, expected[old]), MISSING)
            elif old is None and new is not None and not self.subset:
                self.found.add("added element", (*path, new), _no_such_element, actual[new])
            elif old is not None and new is not None:
                below = None if place is None else place.at(new)
                if below is not None or not _same_scalar(expected[old], actual[new]):
                    self.go(expected[old], actual[new], (*path, new), below)

    def _fitting(self, expected: Any, actual: Any) -> bool:
        found = Findings(exact=True)
        replace(self, found=found).compare(expected, actual, (), None)
        return not found.groups


def _same_scalar(expected: Any, actual: Any) -> bool:
    """Return whether two leaves are one value, which spares the walk; `True == 1` does not count."""
    return type(expected) is type(actual) and not isinstance(expected, dict | list) and bool(expected == actual)


def _no_such_key() -> str:
    return "no such key"


def _no_such_element() -> str:
    return "no such element"
