"""Which shape do several example values have in common?

Knows JSON values only. A shape is what every example at a place agrees on: the types seen, the keys that are always
there, the format that every string keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.checks.body.formats import FORMATS, format_of, is_map, is_sample_key
from harness.checks.words import TYPE_NAMES, either
from harness.variables.samples import sample_type

__all__ = ["ANYTHING", "UNQUOTED", "Shape", "learn", "stand_in"]

UNQUOTED = "\ue000"
"""Marks a string that stood in the example without quotes, such as `{{id}}`; a private-use character."""

MAX_DEPTH = 100
"""What lies deeper is not held to anything; no walk along a shape can exhaust the stack."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What all example values at one place have in common."""

    types: frozenset[str] = frozenset()
    """The JSON types seen; empty where the examples do not tell (only `null` or `[]`)."""
    anything: bool = False
    """A placeholder stood here: every value fits."""
    nullable: bool = False
    empty_array: bool = False
    """An example has `[]` here."""
    format: str | None = None
    """The strict format that every string keeps."""
    members: Mapping[str, Shape] | None = None
    """The keys of an object with the shape of each; None when no example shows the keys."""
    required: frozenset[str] = frozenset()
    """The keys that no example lacks."""
    values: Shape | None = None
    """Set for a map, whose keys are ids: the shape of its values."""
    any_key: bool = False
    """The map's keys are samples: any other key fits as well."""
    element: Shape | None = None
    """The shape of an array's elements; None when no example shows one."""

    def __str__(self) -> str:
        names = sorted(self.types) or (["array"] if self.empty_array else ["anything"])
        if self.format:
            names = [f"string ({self.format})" if name == "string" else name for name in names]
        return either((*names, "null") if self.nullable and self.types else names)


ANYTHING = Shape(anything=True)
_ANY_STRING = Shape(types=frozenset({"string"}))
_NUMBER = Shape(types=frozenset({"number"}))
_NOT_STRINGS: dict[str, Shape] = {
    "any": ANYTHING,
    "array": Shape(types=frozenset({"array"})),
    "boolean": Shape(types=frozenset({"boolean"})),
    "integer": _NUMBER,
    "null": Shape(nullable=True),
    "number": _NUMBER,
    "object": Shape(types=frozenset({"object"})),
    "unix-time": _NUMBER,
}
"""The samples that stand for something else than a string."""


def learn(values: Iterable[Any]) -> Shape:
    """Return the shape that all `values` (JSON values of examples at one place) have in common."""
    return _learn(list(values), 0)


def stand_in(text: str) -> Shape | None:
    """Return the shape that a string of an example stands for, or None when it is a value like any other.

    `{{name}}` in quotes is some string; without quotes it may become anything. `<integer>` is a type either way, as
    generators of examples quote every type.
    """
    if not text.startswith(("<", UNQUOTED)) and "{{" not in text:
        return None
    unquoted = text.startswith(UNQUOTED)
    if unquoted:
        text = text[1:]
    if "{{" in text and "}}" in text:
        return ANYTHING if unquoted else _ANY_STRING
    if text.startswith("<") and text.endswith(">"):
        if text.startswith("<<") and text.endswith(">>"):
            return _ANY_STRING
        name = sample_type(text)
        if name is not None:
            return _of_type(name)
    return ANYTHING if unquoted else None


def _of_type(name: str) -> Shape:
    if name in _NOT_STRINGS:
        return _NOT_STRINGS[name]
    return replace(_ANY_STRING, format=name if name in FORMATS else None)


@dataclass(slots=True)
class _Seen:
    """What the values at one place turned out to be, while they are being read."""

    types: set[str] = field(default_factory=set)
    formats: set[str | None] = field(default_factory=set)
    objects: list[dict[str, Any]] = field(default_factory=list)
    elements: list[Any] = field(default_factory=list)
    nullable: bool = False
    empty_array: bool = False

    def add(self, value: Any) -> bool:
        """Take in one value; return False when it is a placeholder that fits everything."""
        if value is None:
            self.nullable = True
        elif isinstance(value, str):
            return self._add_string(value)
        elif isinstance(value, list):
            if value:
                self.types.add("array")
                self.elements += value
            else:
                self.empty_array = True
        else:
            self.types.add(TYPE_NAMES[type(value)])
            if isinstance(value, dict):
                self.objects.append(value)
        return True

    def _add_string(self, text: str) -> bool:
        meant = stand_in(text)
        if meant is None:
            self.types.add("string")
            self.formats.add(format_of(text))
        else:
            self.types |= meant.types
            self.nullable |= meant.nullable
            if "string" in meant.types:
                self.formats.add(meant.format)
        return meant is None or not meant.anything


def _learn(values: Sequence[Any], depth: int) -> Shape:
    seen = _Seen()
    if depth > MAX_DEPTH or not all(seen.add(value) for value in values):
        return ANYTHING
    shape = Shape(
        types=frozenset(seen.types),
        nullable=seen.nullable,
        empty_array=seen.empty_array,
        format=next(iter(seen.formats)) if len(seen.formats) == 1 else None,
        element=_learn(seen.elements, depth + 1) if seen.elements else None,
    )
    return _with_members(shape, seen.objects, depth + 1) if seen.objects else shape


def _with_members(shape: Shape, objects: Sequence[dict[str, Any]], depth: int) -> Shape:
    held: dict[str, list[Any]] = {}
    for each in objects:
        for key, value in each.items():
            held.setdefault(key, []).append(value)
    if is_map(held):
        values = [value for each in held.values() for value in each]
        return replace(shape, values=_learn(values, depth), any_key=any(map(is_sample_key, held)))
    return replace(
        shape,
        members={key: _learn(values, depth) for key, values in held.items()},
        required=frozenset(key for key, values in held.items() if len(values) == len(objects)),
    )
