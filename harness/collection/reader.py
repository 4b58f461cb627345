"""How is a value of unknown shape read without losing a fault in it?

A `Node` is one JSON value with its location and the list in which every fault found below it is noted; reading goes on
after a fault, so that one file tells all of its faults at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.errors import Problem
from harness.location import Location

__all__ = ["Node", "scalar_text", "type_name"]


def type_name(value: object) -> str:
    """Return the JSON name of a value's type, with its article: "a string", "an object"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an object" if isinstance(value, Mapping) else "an array"


def scalar_text(value: object) -> str:
    """Return a JSON value as the text a placeholder or header gets: strings as they are, all else as compact JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON value on its way into the model."""

    value: Any
    location: Location
    problems: list[Problem]

    def fault(self, summary: str, hint: str | None = None) -> None:
        """Note a fault that makes the file unusable."""
        self.problems.append(Problem(summary, self.location, hint))

    def warn(self, summary: str, hint: str | None = None) -> None:
        """Note something odd that can be lived with."""
        self.problems.append(Problem(summary, self.location, hint, severity="warning"))

    @property
    def is_object(self) -> bool:
        """Whether the value is a JSON object."""
        return isinstance(self.value, Mapping)

    def get(self, key: str) -> Node | None:
        """Return the member `key`; None when it is missing or null, or this is no object."""
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return None if value is None else Node(value, self.location.child(key), self.problems)

    def first(self, *keys: str) -> Node | None:
        """Return the first of these members that is there."""
        return next((node for key in keys if (node := self.get(key)) is not None), None)

    def text(self, *keys: str) -> str | None:
        """Return the first of these members as text (scalars are written out); notes an object or array."""
        node = self.first(*keys)
        if node is None:
            return None
        if isinstance(node.value, Mapping | list):
            node.warn(f"`{keys[0]}` is {type_name(node.value)}, not a string")
            return None
        return scalar_text(node.value)

    def flag(self, key: str) -> bool:
        """Return whether the member is true; the strings of hand-written files count too."""
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return value is True or (isinstance(value, str) and value.lower() == "true")

    def elements(self, *keys: str) -> Iterator[Node]:
        """Yield the elements of an array member; a lone object counts as an array of one, anything else is noted."""
        node = self.first(*keys)
        if node is None:
            return
        if isinstance(node.value, list):
            for index, value in enumerate(node.value):
                yield Node(value, node.location.child(index), self.problems)
        elif node.is_object:
            node.warn(f"`{keys[0]}` is an object, not an array")
            yield node
        elif node.value != "":
            node.warn(f"`{keys[0]}` is {type_name(node.value)}, not an array")

    def objects(self, *keys: str) -> Iterator[Node]:
        """Yield the elements that are objects; null ones are passed over, others noted."""
        for node in self.elements(*keys):
            if node.is_object:
                yield node
            elif node.value is not None:
                node.warn(f"expected an object, found {type_name(node.value)}")

    def with_value(self, value: object) -> Node:
        """Return a node with another value at the same place."""
        return replace(self, value=value)
