"""Where does a JSON value depart from the shape that the examples give it, or from the values of one of them?"""

from __future__ import annotations

from functools import partial
from typing import Any

from harness.checks.assertion import Difference, Severity
from harness.checks.body.embedded import embedded_json
from harness.checks.body.exact import ExactWalk
from harness.checks.body.findings import MISSING, Findings, MapKey
from harness.checks.body.fit import epoch_fits, fits, string_fits, variant_of
from harness.checks.body.learn import learn
from harness.checks.body.sample import part_like
from harness.checks.body.shape import Shape
from harness.checks.body.stated import holds
from harness.checks.formats.keys import looks_like_id
from harness.checks.formats.known import related
from harness.checks.override import Place
from harness.checks.words import TYPE_NAMES, either
from harness.source import PathParts

__all__ = ["compare_exact", "compare_shape"]

_TOGETHER = 32
"""So many elements of an array are tried together before any is looked at alone."""


def compare_shape(
    shape: Shape, actual: Any, places: Place | None = None, *, sample: Any = MISSING, found: Findings | None = None
) -> list[Difference]:
    """Return where `actual` departs from `shape`: what breaks a client, and as notes what merely is new.

    `places` says what rules have decided about single places, some of which are compared with the example `sample`.
    """
    found = Findings() if found is None else found
    _Walk(found, sample).go(shape, actual, (), places)
    return found.differences()


def compare_exact(
    expected: Any, actual: Any, places: Place | None = None, *, subset: bool = False, found: Findings | None = None
) -> list[Difference]:
    """Return where `actual` departs from the value `expected`, whose placeholders match by type; all of it breaking.

    As a `subset` the answer may hold more: other keys, other elements.
    """
    found = Findings(exact=True) if found is None else found
    ExactWalk(found, subset, _by_shape).go(expected, actual, (), places)
    return found.differences()


def _by_shape(expected: Any, actual: Any, path: PathParts, place: Place | None, found: Findings) -> None:
    """Compare a part of an answer by shape within a comparison by value."""
    exact, found.exact = found.exact, False
    key = path[-1] if path and isinstance(path[-1], str) else ""
    _Walk(found, expected, len(path)).compare(learn([expected], key), actual, path, place)
    found.exact = exact


class _Walk:
    """One walk through an answer along the shape."""

    def __init__(self, found: Findings, sample: Any, depth: int = 0) -> None:
        self.found = found
        self.sample = sample
        self.depth = depth
        """How deep in the body the sample stands."""

    def go(self, shape: Shape, value: Any, path: PathParts, place: Place | None) -> None:
        """Compare one value and what lies below it."""
        if place is None:
            if not fits(shape, [value]):
                self.compare(shape, value, path, None)
            return
        override, before = place.override, self.found.ruled
        if override is None:
            self.compare(shape, value, path, place)
            return
        if override.match in ("ignore", "schema", "status"):
            return
        self.found.ruled = override.severity or before
        if override.match in ("exact", "subset"):
            self._same_value(value, path, place, subset=override.match == "subset")
        elif not override.states or (holds(override, value, path, self.found) and isinstance(value, dict | list)):
            self.compare(shape, value, path, place)
        self.found.ruled = before

    def compare(self, shape: Shape, value: Any, path: PathParts, place: Place | None) -> None:
        """Compare one value and what lies below it; what `place` itself says is not asked."""
        if shape.anything or (shape.samples and type(value) is str and value in shape.samples):
            return
        if value is None:
            if not shape.nullable:
                self.found.add("became null", path, shape.__str__, value)
            return
        kind = TYPE_NAMES[type(value)]
        if not shape.types and shape.nullable and not shape.empty_array:
            self.found.add("stopped being null", path, _null, value, "note")
        elif kind not in shape.types:
            if shape.types and not (shape.empty_array and value == []):
                self.found.add("type changed", path, shape.__str__, value)
        elif kind == "object":
            self._object(shape, value, path, place)
        elif kind == "array":
            self._array(shape, value, path, place)
        elif kind == "string" and not string_fits(shape, value):
            self._string(shape, value, path)
        elif kind == "number" and shape.unit is not None and not epoch_fits(shape, value):
            self.found.add("format changed", path, shape.__str__, value)

    def _same_value(self, value: Any, path: PathParts, place: Place, *, subset: bool) -> None:
        part = MISSING if self.sample is MISSING else part_like(self.sample, path[self.depth :])
        if part is MISSING:
            self.found.add("added key", path, _no_such_key, value, "note")
            return
        exact, self.found.exact = self.found.exact, True
        ExactWalk(self.found, subset, _by_shape).compare(part, value, path, place)
        self.found.exact = exact

    def _string(self, shape: Shape, text: str, path: PathParts) -> None:
        if shape.embedded is not None:
            inner = embedded_json(text)
            if inner is not None:
                self.go(shape.embedded, inner.value, path, None)
            else:
                self.found.add("format changed", path, shape.__str__, text)
        elif shape.formats:
            weight: Severity = "compatible" if related(shape.formats, text) else "breaking"
            self.found.add("format changed", path, shape.__str__, text, weight if shape.is_strict else "note")
        else:
            self.found.add("new vocabulary", path, partial(_one_of, shape.vocabulary or frozenset()), text, "note")

    def _object(self, shape: Shape, value: dict[str, Any], path: PathParts, place: Place | None) -> None:
        if shape.values is not None:
            self._map(shape, shape.values, value, path, place)
            return
        required = shape.required
        if shape.variants is not None:
            variant = variant_of(shape, value)
            if variant is not None:
                shape = variant
            elif shape.tag is not None:
                self._new_kind(shape.tag, shape, value, path)
            else:
                self.found.add("element shape", path, shape.__str__, value)
                return
        if shape.members is None:
            return
        for key, member in shape.members.items():
            below = None if place is None else place.at(key)
            if key in value:
                self.go(member, value[key], (*path, key), below)
            elif key in shape.required:
                # What only objects of this kind have is optional in the union of all, which is what breaks a client.
                self._missing(member, (*path, key), below, "breaking" if key in required else "compatible")
        if not value.keys() <= shape.members.keys():
            for key in value:
                if key not in shape.members:
                    self._added(value[key], (*path, key), None if place is None else place.at(key))

    def _new_kind(self, tag: str, shape: Shape, value: dict[str, Any], path: PathParts) -> None:
        if isinstance(value.get(tag), str):
            words = frozenset(shape.variants or {})
            self.found.add("new vocabulary", (*path, tag), partial(_one_of, words), value[tag], "note")

    def _missing(self, member: Shape, path: PathParts, place: Place | None, weight: Severity) -> None:
        override = None if place is None else place.override
        if override is not None and override.match in ("ignore", "schema", "status"):
            return
        before = self.found.ruled
        self.found.ruled = (override.severity if override is not None else None) or before
        self.found.add("missing key", path, member.__str__, MISSING, weight)
        self.found.ruled = before

    def _added(self, value: Any, path: PathParts, place: Place | None) -> None:
        override = None if place is None else place.override
        before = self.found.ruled
        if override is None:
            self.found.add("added key", path, _no_such_key, value, "note")
        elif override.match != "ignore":
            self.found.ruled = override.severity or before
            if not override.states:
                self.found.add("added key", path, _no_such_key, value, "note")
            else:
                holds(override, value, path, self.found)
            self.found.ruled = before

    def _map(self, shape: Shape, values: Shape, value: dict[str, Any], path: PathParts, place: Place | None) -> None:
        for key, item in value.items():
            below = None if place is None else place.at(key)
            if shape.any_key or looks_like_id(key):
                self.go(values, item, (*path, MapKey(key)), below)
            else:
                # A field beside the ids, such as a total: it is not one of the map's values.
                self._added(item, (*path, key), below)

    def _array(self, shape: Shape, value: list[Any], path: PathParts, place: Place | None) -> None:
        if not value:
            if not shape.empty_array:
                self.found.add("array emptied", path, _some_elements, value, "note")
            return
        if shape.positions is not None and len(value) != len(shape.positions):
            self.found.add("array length changed", path, lambda: f"{len(shape.positions or ())} elements", value)
            return
        if shape.element is None:
            return
        if shape.positions is None and place is None:
            self._elements(shape.element, value, path)
            return
        for index, item in enumerate(value):
            part = shape.element if shape.positions is None else shape.positions[index]
            self.go(part, item, (*path, index), None if place is None else place.at(index))

    def _elements(self, shape: Shape, values: list[Any], path: PathParts) -> None:
        """Compare the elements of an array, of which most fit: only those near one that does not are walked singly."""
        for start in range(0, len(values), _TOGETHER):
            some = values[start : start + _TOGETHER]
            if not fits(shape, some):
                for index, item in enumerate(some, start):
                    self.go(shape, item, (*path, index), None)


def _one_of(words: frozenset[str]) -> str:
    return either(sorted(f'"{word}"' for word in words))


def _null() -> str:
    return "null"


def _some_elements() -> str:
    return "at least one element"


def _no_such_key() -> str:
    return "no such key"
