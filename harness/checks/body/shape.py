"""What do several example values have in common at one place, and what stands for a type instead of a value?

Knows JSON values only. A shape is what every example at a place agrees on: the types seen, the keys that are always
there, the notation that every string keeps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from harness.checks.formats.known import ALIASES, FORMATS
from harness.checks.words import either
from harness.variables.samples import sample_type

__all__ = ["ANYTHING", "MAX_DEPTH", "UNQUOTED", "Shape", "stand_in"]

UNQUOTED = "\ue000"
"""Marks a string that stood in the example without quotes, such as `{{id}}`; a private-use character."""

MAX_DEPTH = 100
"""What lies deeper is not held to anything; no walk along a shape can exhaust the stack."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What all example values at one place have in common."""

    types: frozenset[str] = frozenset()
    """The JSON types seen; empty where the examples do not tell (only `null` or `[]`)."""
    anything: bool = False
    """A placeholder stood here: every value fits."""
    samples: frozenset[str] = frozenset()
    """The placeholders that stood here for a type: a mock that answers with the example as it is has them still."""
    nullable: bool = False
    empty_array: bool = False
    """An example has `[]` here."""
    formats: frozenset[str] = frozenset()
    """The formats that the strings keep, each string one of them; empty when one keeps none."""
    empty_string: bool = False
    """An example has `""` here beside the formatted ones."""
    vocabulary: frozenset[str] | None = None
    """The few words that the examples have here again and again."""
    closed: bool = False
    """The words were seen so often that there are hardly any others."""
    embedded: Shape | None = None
    """The shape of the JSON that every string holds."""
    unit: str | None = None
    """The unit of a number that is a point in time, such as `epoch seconds`."""
    is_time: bool = False
    """The name of the field tells that it holds a point in time."""
    members: Mapping[str, Shape] | None = None
    """The keys of an object with the shape of each; None when no example shows the keys."""
    required: frozenset[str] = frozenset()
    """The keys that no example lacks."""
    tag: str | None = None
    """The key whose value tells which of the `variants` an object is."""
    variants: Mapping[str, Shape] | None = None
    """The kinds of object that stand here, by the value of `tag`, else by their keys."""
    values: Shape | None = None
    """Set for a map, whose keys are ids: the shape of its values."""
    any_key: bool = False
    """The map's keys are samples: any other key fits as well."""
    element: Shape | None = None
    """The shape of an array's elements; None when no example shows one."""
    positions: tuple[Shape, ...] | None = None
    """The shape of each element, where the arrays are tuples: all of one length, each position of its own type."""

    @property
    def format(self) -> str | None:
        """The one strict format that every string keeps."""
        name = next(iter(self.formats)) if len(self.formats) == 1 else None
        return name if name is not None and FORMATS[name].strict else None

    @property
    def is_strict(self) -> bool:
        """Whether a string of another format breaks the contract."""
        return bool(self.formats) and all(FORMATS[name].strict for name in self.formats)

    def __str__(self) -> str:
        names = sorted(self.types) or (["array"] if self.empty_array else ["anything"])
        if self.formats:
            names = [f"string ({either(sorted(self.formats))})" if name == "string" else name for name in names]
        if self.embedded is not None:
            names = ["string (JSON)" if name == "string" else name for name in names]
        if self.unit is not None:
            names = [f"number ({self.unit})" if name == "number" else name for name in names]
        return either((*names, "null") if self.nullable and self.types else names)


ANYTHING = Shape(anything=True)
_ANY_STRING = Shape(types=frozenset({"string"}))
_NUMBER = Shape(types=frozenset({"number"}))
_BOOLEAN = Shape(types=frozenset({"boolean"}))
_NOT_STRINGS: dict[str, Shape] = {
    "any": ANYTHING,
    "array": Shape(types=frozenset({"array"})),
    "boolean": _BOOLEAN,
    "integer": _NUMBER,
    "null": Shape(nullable=True),
    "number": _NUMBER,
    "object": Shape(types=frozenset({"object"})),
    "unix-time": _NUMBER,
}
"""The samples that stand for something else than a string."""
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")
_DYNAMIC_FORMATS = {
    "{{$guid}}": "uuid",
    "{{$randomUUID}}": "uuid",
    "{{$isoTimestamp}}": "date-time",
    "{{$randomEmail}}": "email",
    "{{$randomExampleEmail}}": "email",
    "{{$randomUrl}}": "url",
    "{{$randomIP}}": "ipv4",
    "{{$timestamp}}": "digits",
    "{{$randomInt}}": "digits",
}
_DYNAMIC_NUMBERS = frozenset({"{{$timestamp}}", "{{$randomInt}}"})


@lru_cache(maxsize=1024)
def stand_in(text: str) -> Shape | None:
    """Return the shape that a string of an example stands for, or None when it is a value like any other.

    `{{name}}` in quotes is some string; without quotes it may become anything. `<integer>` is a type either way, as
    generators of examples quote every type. A dynamic variable as a whole is of its own type: `{{$guid}}` a UUID.
    """
    if not text.startswith(("<", UNQUOTED)) and "{{" not in text:
        return None
    unquoted = text.startswith(UNQUOTED)
    if unquoted:
        text = text[1:]
    if "{{" in text and "}}" in text:
        return _of_variable(text, unquoted)
    if text.startswith("<") and text.endswith(">"):
        if text.startswith("<<") and text.endswith(">>"):
            return _ANY_STRING
        name = sample_type(text)
        if name is not None:
            return _of_type(name)
    return ANYTHING if unquoted else None


def _of_variable(text: str, unquoted: bool) -> Shape:
    if unquoted:
        if text == "{{$randomBoolean}}":
            return _BOOLEAN
        return _NUMBER if text in _DYNAMIC_NUMBERS else ANYTHING
    name = _DYNAMIC_FORMATS.get(text)
    if name is None and FORMATS["url"].is_kept_by(_VARIABLE.sub("x", text)):
        name = "url"  # variables in its path or query leave it a URL
    return _ANY_STRING if name is None else _with_format(name)


def _of_type(name: str) -> Shape:
    if name in _NOT_STRINGS:
        return _NOT_STRINGS[name]
    return _with_format(name) if name in FORMATS or name in ALIASES else _ANY_STRING


def _with_format(name: str) -> Shape:
    return replace(_ANY_STRING, formats=frozenset(ALIASES.get(name, (name,))))
