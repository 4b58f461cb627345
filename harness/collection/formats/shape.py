"""How are parts of one format put together into another without losing where each of them stands?

A translator builds values in the shape of format v2.1 out of nodes of another format; every member keeps the place it
was read from, so that whatever reads the result points into the user's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.collection.reader import Node
from harness.location import Location

__all__ = ["list_of", "members_of", "object_of", "renamed", "text_of"]


def object_of(at: Node, members: Mapping[str, Node | None]) -> Node:
    """Return an object that stands where `at` does, of the members that are there."""
    present = {key: node for key, node in members.items() if node is not None}
    places: dict[str | int, Location] = {key: node.location for key, node in present.items()}
    return Node({key: node.value for key, node in present.items()}, _moved(at.location, places), at.problems)


def list_of(at: Node, elements: Iterable[Node]) -> Node:
    """Return an array that stands where `at` does."""
    nodes = list(elements)
    places: dict[str | int, Location] = {index: node.location for index, node in enumerate(nodes)}
    return Node([node.value for node in nodes], _moved(at.location, places), at.problems)


def text_of(at: Node, value: Any) -> Node:
    """Return a value of our own that is told by what stands at `at`."""
    return Node(value, at.location, at.problems)


def members_of(node: Node) -> dict[str, Node | None]:
    """Return the members of an object, each with its place."""
    return {key: Node(value, node.location.child(key), node.problems) for key, value in node.value.items()}


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """Return an object whose members `names` (old: new) have new names; the others stay."""
    return object_of(node, {names.get(key, key): member for key, member in members_of(node).items()})


def _moved(place: Location, members: Mapping[str | int, Location]) -> Location:
    return replace(place, moved=members)
