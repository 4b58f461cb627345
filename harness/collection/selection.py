"""Which items does a name on the call stand for?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from harness.collection.model import Collection, Folder, Item
from harness.collection.node_id import SEPARATOR, with_folders
from harness.errors import NothingSelected, SelectionError, did_you_mean

__all__ = ["matches", "select"]


def select(
    collections: Sequence[Collection], include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[tuple[Item, ...]]:
    """Return the chosen items of each collection, in file order.

    A name is that of a folder or request, its id, or its node path (`Folder::Request`, or with `/`); a folder stands
    for all in it. Without `include` everything is chosen.

    Raises `SelectionError` for a name that fits nothing, `NothingSelected` when nothing is left.
    """
    wanted = _resolve(collections, include) if include else None
    unwanted = _resolve(collections, exclude)
    chosen = [
        tuple(item for item in collection.walk() if (wanted is None or item in wanted) and item not in unwanted)
        for collection in collections
    ]
    if not any(chosen):
        raise NothingSelected(
            "nothing to run: " + ("the selection is empty" if include or exclude else _nothing_in(collections)),
            hint="see --folder and --exclude" if include or exclude else None,
        )
    return chosen


def matches(item: Item, pattern: str) -> bool:
    """Return whether a rule's pattern (a name, node path or glob) stands for the item or a folder around it."""
    glob = _closed(pattern)
    if pattern in (item.id, item.name, *item.folders) or any(
        path == pattern or fnmatchcase(path, glob) for path in with_folders(item.node_id)
    ):
        return True
    return item.example_of is not None and matches(item.example_of, pattern)


def _closed(pattern: str) -> str:
    """Return a glob in which each `[` that nothing closes is written as what it means, the character itself.

    `fnmatch` looks for the end of each of them to the end of the pattern: many take a time that grows by their square.
    """
    head, bracket, tail = pattern.rpartition("]")
    return head + bracket + tail.replace("[", "[[]")


def _nothing_in(collections: Sequence[Collection]) -> str:
    requests = any(folder.is_request for collection in collections for folder in collection.folders())
    return "no request has a saved example" if requests else "there is no request in it"


def _resolve(collections: Sequence[Collection], names: Iterable[str]) -> set[Item]:
    return {item for name in names for item in _items_called(collections, name)}


def _items_called(collections: Sequence[Collection], name: str) -> Iterator[Item]:
    nodes = [node for collection in collections for node in _nodes(collection)]
    found = [node for node in nodes if name in (node.node_id, node.id, node.name)]
    # With slashes only as a last resort: 4,452 names of real collections hold one themselves.
    found = found or [node for node in nodes if node.node_id.replace(SEPARATOR, "/") == name]
    if not found:
        known = [known for node in nodes for known in (node.name, node.node_id)]
        raise SelectionError(
            f"no folder or request is called `{name}`",
            hint=did_you_mean(name, known) or "`harness check FILE --list` shows the names",
        )
    for node in found:
        yield from node.walk() if isinstance(node, Folder) else (node,)


def _nodes(collection: Collection) -> Iterator[Item | Folder]:
    yield from collection.folders()
    yield from collection.walk()
