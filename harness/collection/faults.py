"""Whose is a fault of a file: which requests cannot be asked because of it?

A fault within a request is that one's; one of a folder, such as an auth that cannot be read, is that of all below it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from harness.collection.model import Collection, Folder, Item
from harness.errors import Problem
from harness.location import Location
from harness.source import PathParts

__all__ = ["with_faults"]

Node = Item | Folder
Place = tuple[str, PathParts]
"""A file, and a path in it."""


def with_faults(collection: Collection, faults: Iterable[Problem]) -> tuple[Collection, tuple[Problem, ...]]:
    """Return the collection, each fault noted with the items it concerns, and the faults that concern none."""
    owners = dict(_owners(collection))
    everything = tuple(collection.walk())
    found: dict[Item, list[Problem]] = defaultdict(list)
    left = []
    for fault in faults:
        concerned = _concerned(fault.location, owners, everything)
        for item in concerned:
            found[item].append(fault)
        if not concerned:
            left.append(fault)
    if not found:
        return collection, tuple(left)
    return replace(collection, items=tuple(_noted(collection.items, found))), tuple(left)


def _owners(collection: Collection) -> Iterator[tuple[Place, tuple[Item, ...]]]:
    """Yield the places that belong to some items; in format v3, an example has a file of its own."""
    for folder in collection.folders():
        yield _place(folder.location), tuple(folder.walk())
    at: dict[Place, tuple[Item, ...]] = defaultdict(tuple)
    for item in collection.walk():  # format v1 can show one request in two folders
        for location in (item.location, *(example.location for example in item.examples)):
            at[_place(location)] += (item,)
    yield from at.items()


def _place(location: Location) -> Place:
    return location.source.name, location.path


def _concerned(
    location: Location | None, owners: Mapping[Place, tuple[Item, ...]], everything: tuple[Item, ...]
) -> tuple[Item, ...]:
    if location is None:
        return everything
    file, path = _place(location)
    places = ((file, path[:end]) for end in range(len(path), -1, -1))
    return next((owners[place] for place in places if place in owners), everything)


def _noted(nodes: tuple[Node, ...], faults: Mapping[Item, list[Problem]]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Folder):
            yield replace(node, items=tuple(_noted(node.items, faults)))
        else:
            yield replace(node, faults=tuple(faults[node])) if node in faults else node
