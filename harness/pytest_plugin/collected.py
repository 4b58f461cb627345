"""`Collected`: the collections of a pytest run, and what was asked of them by name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from harness.collection import model
from harness.collection.selection import select
from harness.errors import HarnessError, SelectionError, UsageError
from harness.library import load_for
from harness.pytest_plugin import nodes
from harness.pytest_plugin.arguments import file_id, listed
from harness.runner.options import RunOptions

__all__ = ["Collected"]


class Collected:
    """What pytest has collected so far."""

    def __init__(self, config: pytest.Config, options: RunOptions) -> None:
        self.collections: dict[Path, model.Collection] = {}
        """By their files."""
        self.kept: set[model.Item] = set()
        """The requests whose answers a selected test will ask for with the fixture `exchange`."""
        self._config = config
        self._options = options
        self._missed: dict[str, SelectionError] = {}
        self._hit: set[str] = set()

    def add(self, file: nodes.CollectionFile) -> None:
        """Take in a collection that was collected."""
        self.collections[file.path] = file.collection

    def miss(self, name: str, error: SelectionError) -> None:
        """Remember that a collection has nothing of that name; one of the others may."""
        self._missed[name] = error

    def hit(self, name: str) -> None:
        """Remember that some collection has something of that name."""
        self._hit.add(name)

    def check(self) -> None:
        """Raise `SelectionError` for the first name that no collection has anything of."""
        for name, error in self._missed.items():
            if name not in self._hit:
                raise error

    def wanted(self, items: Sequence[pytest.Item]) -> set[model.Item]:
        """Return the requests that were selected, and those whose exchange a selected test wants."""
        wanted = {node.item for node in items if isinstance(node, nodes.RequestItem)}
        for node in items:
            marker = node.get_closest_marker("harness")
            if marker is not None and marker.args:
                with suppress(HarnessError):  # told when the test asks for the exchange
                    path, item = self.find(marker.args[0], marker.kwargs.get("collection"))
                    wanted.add(item)
                    self.kept.add(item)
                    if hasattr(self._config, "workerinput"):
                        from harness.pytest_plugin.xdist import beside

                        beside(node, file_id(path, self._config))
        return wanted

    def find(self, name: str, collection: str | None) -> tuple[Path, model.Item]:
        """Return the one item of a name among the collections, and its file.

        Collections of `harness_collections` that were not collected are read now. Raises `HarnessError` unless there
        is exactly one item.
        """
        for path in listed(self._config):
            if path not in self.collections:
                self.collections[path] = load_for(path, self._options)
        found = {path: one for path, one in self.collections.items() if collection is None or path.match(collection)}
        if not found:
            raise UsageError(
                f"no collection was collected for `{name}`", hint="name its file, or list it in harness_collections"
            )
        chosen = select(list(found.values()), (name,))
        items = [(path, item) for path, items in zip(found, chosen, strict=True) for item in items]
        if len(items) > 1:
            raise UsageError(f"{len(items)} requests are called `{name}`", hint="use the node path: Folder::Request")
        return items[0]
