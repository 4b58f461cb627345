"""Where does a JSON value depart from the shape, or from the very value, that an example gives it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.checks.assertion import Difference, Severity
from harness.checks.body.formats import keeps, looks_like_id
from harness.checks.body.shape import MAX_DEPTH, Shape, stand_in
from harness.checks.words import TYPE_NAMES, brief, printable, type_name
from harness.location import json_path
from harness.source import PathParts

__all__ = ["MAX_DIFFERENCES", "compare_exact", "compare_shape", "json_pointer"]

MAX_DIFFERENCES = 200
"""How many differences of each severity are told one by one."""

_MISSING = object()


def compare_shape(shape: Shape, actual: Any) -> list[Difference]:
    """Return where `actual` departs from `shape`: what breaks a client, and as notes what merely is new."""
    found = _Findings()
    _walk_shape(shape, actual, (), found)
    return found.differences()


def compare_exact(expected: Any, actual: Any) -> list[Difference]:
    """Return where `actual` departs from the value `expected`, whose placeholders match by type; all of it breaking."""
    found = _Findings(exact=True)
    _walk_exact(expected, actual, (), found)
    return found.differences()


def json_pointer(path: PathParts) -> str:
    """Return `path` as a JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


class _MapKey(str):
    """A key of a map: one of many that mean the same place."""

    __slots__ = ()


@dataclass(slots=True)
class _Finding:
    kind: str
    path: PathParts
    expected: str
    actual: str
    severity: Severity
    more: int = 0


@dataclass(slots=True)
class _Findings:
    """The differences found so far; the same one in many elements of an array or map is counted, not repeated."""

    exact: bool = False
    groups: dict[object, _Finding] = field(default_factory=dict)
    counts: dict[Severity, int] = field(default_factory=dict)
    left_out: dict[Severity, int] = field(default_factory=dict)

    def add(self, kind: str, path: PathParts, expected: Callable[[], str], actual: Any, *, note: bool = False) -> None:
        """Count one difference; its words are made only when it is told."""
        group = self._group(kind, path, actual)
        known = self.groups.get(group)
        if known is not None:
            known.more += 1
            return
        severity: Severity = "note" if note and not self.exact else "breaking"
        if self.counts.get(severity, 0) >= MAX_DIFFERENCES:
            self.left_out[severity] = self.left_out.get(severity, 0) + 1
            return
        self.counts[severity] = self.counts.get(severity, 0) + 1
        shown = "missing" if actual is _MISSING else _typed(actual) if kind == "type changed" else brief(actual)
        self.groups[group] = _Finding(kind, path, expected(), shown, severity)

    def _group(self, kind: str, path: PathParts, actual: Any) -> object:
        if kind == "value changed":
            return path
        place = tuple(part if type(part) is str else "*" for part in path)
        return kind, place, type(actual)

    def differences(self) -> list[Difference]:
        """Return what was found, in the order of the walk; last how much was left out."""
        told = [_difference(finding) for finding in self.groups.values()]
        for severity, count in self.left_out.items():
            told.append(Difference("more differences", "", "", f"{count:,} more", severity))
        return told


def _difference(finding: _Finding) -> Difference:
    more = f" (and {finding.more:,} more like it)" if finding.more else ""
    path = printable(json_path(tuple(str(part) if isinstance(part, str) else part for part in finding.path)))
    pointer = printable(json_pointer(finding.path))
    return Difference(finding.kind, path, finding.expected, finding.actual + more, finding.severity, pointer=pointer)


def _typed(value: Any) -> str:
    """Return a value with the name of its type, unless its words begin with it."""
    words, name = brief(value), type_name(value)
    return words if words.startswith((name, "null")) else f"{name} {words}"


def _walk_shape(shape: Shape, value: Any, path: PathParts, found: _Findings) -> None:
    if shape.anything:
        return
    if value is None:
        if not shape.nullable:
            found.add("became null", path, shape.__str__, value)
        return
    kind = TYPE_NAMES[type(value)]
    if kind not in shape.types:
        if shape.types and not (shape.empty_array and value == []):
            found.add("type changed", path, shape.__str__, value)
    elif kind == "object":
        _walk_object(shape, value, path, found)
    elif kind == "array":
        _walk_array(shape, value, path, found)
    elif kind == "string" and shape.format and not keeps(shape.format, value):
        found.add("format changed", path, shape.__str__, value)


def _walk_object(shape: Shape, value: dict[str, Any], path: PathParts, found: _Findings) -> None:
    if shape.values is not None:
        _walk_map(shape, shape.values, value, path, found)
        return
    if shape.members is None:
        return
    for key, member in shape.members.items():
        if key in value:
            _walk_shape(member, value[key], (*path, key), found)
        elif key in shape.required:
            found.add("missing key", (*path, key), member.__str__, _MISSING)
    if not value.keys() <= shape.members.keys():
        for key in value:
            if key not in shape.members:
                found.add("added key", (*path, key), _no_such_key, value[key], note=True)


def _walk_map(shape: Shape, values: Shape, value: dict[str, Any], path: PathParts, found: _Findings) -> None:
    for key, item in value.items():
        if shape.any_key or looks_like_id(key):
            _walk_shape(values, item, (*path, _MapKey(key)), found)
        else:
            # A field beside the ids, such as a total: it is not one of the map's values.
            found.add("added key", (*path, key), _no_such_key, item, note=True)


def _walk_array(shape: Shape, value: list[Any], path: PathParts, found: _Findings) -> None:
    if not value:
        if not shape.empty_array:
            found.add("array emptied", path, _some_elements, value, note=True)
        return
    if shape.element is not None:
        for index, item in enumerate(value):
            _walk_shape(shape.element, item, (*path, index), found)


def _walk_exact(expected: Any, actual: Any, path: PathParts, found: _Findings) -> None:
    if isinstance(expected, str):
        meant = stand_in(expected)
        if meant is not None:
            _walk_shape(meant, actual, path, found)
            return
    kind = TYPE_NAMES[type(expected)]
    if kind != TYPE_NAMES[type(actual)]:
        _retyped(expected, actual, path, found)
    elif len(path) > MAX_DEPTH:
        _too_deep(expected, actual, path, found)
    elif kind == "object":
        _walk_same_keys(expected, actual, path, found)
    elif kind == "array":
        _walk_same_elements(expected, actual, path, found)
    elif expected != actual:
        found.add("value changed", path, partial(brief, expected), actual)


def _retyped(expected: Any, actual: Any, path: PathParts, found: _Findings) -> None:
    if actual is None:
        found.add("became null", path, partial(brief, expected), actual)
    elif expected is None:
        found.add("value changed", path, partial(brief, None), actual)
    else:
        found.add("type changed", path, partial(_typed, expected), actual)


def _too_deep(expected: Any, actual: Any, path: PathParts, found: _Findings) -> None:
    try:
        same = bool(expected == actual)
    except RecursionError:
        same = False
    if not same:
        found.add("value changed", path, partial(brief, expected), actual)


def _walk_same_keys(expected: dict[str, Any], actual: dict[str, Any], path: PathParts, found: _Findings) -> None:
    for key, value in expected.items():
        other = actual.get(key, _MISSING)
        if other is _MISSING:
            found.add("missing key", (*path, key), partial(brief, value), _MISSING)
        elif not _same_scalar(value, other):
            _walk_exact(value, other, (*path, key), found)
    for key in actual:
        if key not in expected:
            found.add("added key", (*path, key), _no_such_key, actual[key])


def _walk_same_elements(expected: list[Any], actual: list[Any], path: PathParts, found: _Findings) -> None:
    if len(expected) != len(actual):
        kind = "array length changed" if actual else "array emptied"
        found.add(kind, path, partial(brief, expected), actual)
        return
    for index, (value, other) in enumerate(zip(expected, actual, strict=True)):
        if not _same_scalar(value, other):
            _walk_exact(value, other, (*path, index), found)


def _same_scalar(expected: Any, actual: Any) -> bool:
    """Return whether two leaves are one value, which spares the walk; `True == 1` does not count."""
    return type(expected) is type(actual) and not isinstance(expected, dict | list) and bool(expected == actual)


def _some_elements() -> str:
    return "at least one element"


def _no_such_key() -> str:
    return "no such key"
