"""How is a value of unknown shape read without losing a fault in it?

A `Node` is one JSON value with its location and the list in which every fault found below it is noted; reading goes on
after a fault, so that one file tells all of its faults at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.errors import LoadError, Problem
from harness.location import Location

__all__ = ["Node", "TooManyFaults", "scalar_text", "type_name"]

_MOST_WARNINGS = 1_000  # of one file; a file of nothing but faults must not become a list of a million
_MOST_FAULTS = 20_000  # each is kept, as it may be why a request is not sent
_MOST_TOLD = 2_000
_MORE = "there are more problems from here on than are listed"


class TooManyFaults(LoadError):
    """A file in which hardly anything is as it should be; `problems` names the first of its faults."""


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
    return "an object" if isinstance(value, dict) else "an array"


def scalar_text(value: object) -> str:
    """Return a JSON value as the text a placeholder or header gets: strings as they are, all else as compact JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# Not frozen: half a million of them pass by in a large file, and none outlives the reading.
@dataclass(slots=True)
class Node:
    """One JSON value on its way into the model."""

    value: Any
    location: Location
    problems: list[Problem]

    def fault(self, summary: str, hint: str | None = None) -> None:
        """Note a fault that makes the file, or a part of it, unusable. Raises `TooManyFaults` when that is no use."""
        if len(self.problems) >= _MOST_FAULTS:
            faults = [problem for problem in self.problems if problem.severity == "error"]
            raise TooManyFaults.of([*faults[:_MOST_TOLD], Problem(_MORE, self.location)])
        self.problems.append(Problem(summary, self.location, hint))

    def warn(self, summary: str, hint: str | None = None) -> None:
        """Note something odd that can be lived with."""
        if len(self.problems) < _MOST_WARNINGS:
            self.problems.append(Problem(summary, self.location, hint, severity="warning"))
        elif len(self.problems) == _MOST_WARNINGS:
            self.problems.append(Problem(_MORE, self.location, severity="warning"))

    @property
    def is_object(self) -> bool:
        """Whether the value is a JSON object."""
        return isinstance(self.value, dict)

    def get(self, *keys: str) -> Node | None:
        """Return the first of these members that is there; None when all are missing or null, or this is no object."""
        key, value = self._member(keys)
        return None if value is None else Node(value, self.location.child(key), self.problems)

    def _member(self, keys: tuple[str, ...]) -> tuple[str, Any]:
        if isinstance(self.value, dict):
            for key in keys:
                value = self.value.get(key)
                if value is not None:
                    return key, value
        return keys[0], None

    def text(self, *keys: str) -> str | None:
        """Return the first of these members as text (scalars are written out); an object or array is a fault."""
        key, value = self._member(keys)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, dict | list):
            Node(value, self.location.child(key), self.problems).fault(f"`{key}` is {type_name(value)}, not a string")
            return None
        return scalar_text(value)

    def label(self, *keys: str) -> str | None:
        """Return the first of these members as text that only people read; an object or array is passed over."""
        key, value = self._member(keys)
        if isinstance(value, dict | list):
            Node(value, self.location.child(key), self.problems).warn(f"`{key}` is {type_name(value)}: not used")
            return None
        return self.text(key)

    def flag(self, key: str) -> bool:
        """Return whether the member is true, as JavaScript takes it: `"false"` is, being a text."""
        _, value = self._member((key,))
        if isinstance(value, str) and value and value.lower() != "true":
            node = Node(value, self.location.child(key), self.problems)
            node.warn(f"`{key}` is a string, which counts as true whatever it says", "leave out the quotes")
        return value not in (None, "", 0)

    def elements(self, *keys: str) -> Iterator[Node]:
        """Yield the elements of an array member; a lone object is one of one, anything else is a fault."""
        key, value = self._member(keys)
        if value is None or value == "":
            return
        place = self.location.child(key)
        if isinstance(value, list):
            for index, element in enumerate(value):
                yield Node(element, place.child(index), self.problems)
            return
        node = Node(value, place, self.problems)
        if node.is_object:
            node.warn(f"`{key}` is an object, not an array")
            yield node
        else:
            node.fault(f"`{key}` is {type_name(value)}, not an array")

    def objects(self, *keys: str) -> Iterator[Node]:
        """Yield the elements that are objects; null ones are passed over, any other is a fault."""
        for node in self.elements(*keys):
            if node.is_object:
                yield node
            elif node.value is not None:
                node.fault(f"expected an object, found {type_name(node.value)}")

    def usable(self, *keys: str) -> Iterator[Node]:
        """Yield the elements that are objects, as `objects` does, of a member that is no part of what is sent.

        What else stands there is passed over with a warning, as in Newman.
        """
        key, value = self._member(keys)
        if value is None or value == "":
            return
        if not isinstance(value, dict | list):
            Node(value, self.location.child(key), self.problems).warn(
                f"`{key}` is {type_name(value)}, not an array: not used"
            )
            return
        for node in self.elements(key):
            if node.is_object:
                yield node
            elif node.value is not None:
                node.warn(f"expected an object, found {type_name(node.value)}: not used")
