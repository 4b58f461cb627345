"""How does a collection look to pytest: files, folders and requests as its own nodes?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pytest

from harness.collection import model
from harness.collection.load import load_collection
from harness.collection.node_id import SEPARATOR
from harness.collection.selection import select
from harness.errors import HarnessError, NothingSelected, SelectionError
from harness.pytest_plugin.failure import CouldNotAsk, WrongAnswer, failure_of, shown
from harness.pytest_plugin.options import option
from harness.reporters.explain import Explainer
from harness.runner.options import RunOptions
from harness.runner.result import ItemResult, Status

__all__ = ["CollectionFile", "Driver", "FolderNode", "RequestItem", "file_id"]

_NOT_IN_MARKER = re.compile(r"\W+")
_MARKERS = pytest.StashKey[set[str]]()


class Driver(Protocol):
    """What the nodes need of the pytest run they belong to."""

    options: RunOptions
    explainer: Explainer
    shows_passed: bool
    """Whether somebody reads the sections of what passed."""

    def add(self, file: CollectionFile) -> None:
        """Take in a collection that was collected."""

    def miss(self, name: str, error: SelectionError) -> None:
        """Remember that a collection has nothing of that name."""

    def hit(self, name: str) -> None:
        """Remember that some collection has something of that name."""

    def run(self, node: RequestItem) -> ItemResult:
        """Return what became of a request, sending it if need be."""


def file_id(path: Path, config: pytest.Config) -> str:
    """Return the node id of a collection file."""
    return os.path.relpath(path, config.rootpath).replace(os.sep, "/")


class CollectionFile(pytest.File):
    """One collection file."""

    collection: model.Collection

    def __init__(self, *, driver: Driver, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.driver = driver

    def collect(self) -> Iterator[FolderNode | RequestItem]:
        """Yield the folders and requests at the top of the collection."""
        try:
            # Under the name a user would type, which is the one reports show.
            shown = self.path.relative_to(Path.cwd()) if self.path.is_relative_to(Path.cwd()) else self.path
            self.collection = load_collection(shown)
            chosen = self._chosen()
            self.driver.add(self)
            rows = self.driver.options.rows
        except HarnessError as error:
            raise self.CollectError(self.driver.explainer.problems(error.problems)) from error
        yield from _nodes(self, self.collection.items, chosen, rows)

    def _chosen(self) -> set[int]:
        include, exclude = option(self.config, "folder") or (), option(self.config, "exclude") or ()
        chosen: set[int] = set()
        for name in include or (None,):
            try:
                (items,) = select([self.collection], (name,) if name else ())
            except NothingSelected:
                continue
            except SelectionError as error:
                self.driver.miss(str(name), error)
                continue
            self.driver.hit(str(name))
            chosen.update(map(id, items))
        for name in exclude:
            try:
                (items,) = select([self.collection], (name,))
            except SelectionError as error:
                self.driver.miss(name, error)
                continue
            self.driver.hit(name)
            chosen.difference_update(map(id, items))
        return chosen


class FolderNode(pytest.Collector):
    """One folder of a collection."""

    def __init__(self, *, folder: model.Folder, chosen: set[int], rows: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder = folder
        self._chosen = chosen
        self._rows = rows

    def collect(self) -> Iterator[FolderNode | RequestItem]:
        """Yield the folders and requests in it."""
        yield from _nodes(self, self._folder.items, self._chosen, self._rows)


def _nodes(
    parent: pytest.Collector, nodes: tuple[model.Item | model.Folder, ...], chosen: set[int], rows: int
) -> Iterator[FolderNode | RequestItem]:
    for node in nodes:
        name = node.node_id.rpartition(SEPARATOR)[2]
        if isinstance(node, model.Folder):
            if any(id(item) in chosen for item in node.walk()):
                yield FolderNode.from_parent(parent, name=name, folder=node, chosen=chosen, rows=rows)
        elif id(node) in chosen:
            for row in range(rows):
                shown = f"{name}[row={row}]" if rows > 1 else name
                yield RequestItem.from_parent(parent, name=shown, item=node, row=row)


def _register(config: pytest.Config, marker: str) -> None:
    """Make a marker known as it is met, so that --strict-markers holds."""
    known = config.stash.setdefault(_MARKERS, set())
    if marker not in known:
        known.add(marker)
        config.addinivalue_line("markers", f"{marker}: requests of a collection")


class RequestItem(pytest.Item):
    """One request of a collection, in one row of data."""

    def __init__(self, *, item: model.Item, row: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item = item
        self.row = row
        self.result: ItemResult | None = None
        self.ran = False
        """Whether it has had its turn; pytest-rerunfailures gives it another."""
        for name in (item.request.method, *item.folders):
            marker = _NOT_IN_MARKER.sub("_", name.lower()).strip("_")
            if marker and not marker[0].isdigit():
                _register(self.config, marker)
                self.add_marker(marker)

    @cached_property
    def file(self) -> CollectionFile:
        """The collection it belongs to."""
        return next(node for node in self.listchain() if isinstance(node, CollectionFile))

    def runtest(self) -> None:
        """Send the request and judge the answer. Raises what pytest shows unless all is well."""
        result = self.result = self.file.driver.run(self)
        self._tell(result)
        if result.status in (Status.FAILED, Status.ERROR, Status.UNKNOWN):
            raise failure_of(result, self.file.driver.explainer)
        if result.status in (Status.UNCHECKED, Status.WITHHELD) and self.file.driver.options.strict:
            raise failure_of(result, self.file.driver.explainer)
        if result.status in (Status.SKIPPED, Status.NOT_REACHED):
            pytest.skip(result.reason or result.status.value)

    def _tell(self, result: ItemResult) -> None:
        driver = self.file.driver
        if result.status != Status.PASSED or driver.shows_passed:
            for title, text in zip(("request", "response"), driver.explainer.exchange(result), strict=True):
                if text:
                    self.add_report_section("call", title, text)
        self.user_properties += [
            (f"harness_{name}", value)
            for name, value in (
                ("status", result.status.value),
                ("url", result.url),
                ("code", result.exchange.response.status if result.exchange is not None else None),
                ("example", result.example),
                ("reason", result.reason),
                ("curl", result.curl),
            )
            if value is not None
        ]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the explanation of a wrong answer; what is no answer at all is shown as pytest does."""
        if isinstance(excinfo.value, WrongAnswer | CouldNotAsk):
            return shown(excinfo.value.result, self.file.driver.explainer, self.config.getoption("tbstyle"))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the collection file, the (zero-based) line of the request in it, and its name."""
        position = self.item.location.position
        title = " › ".join((*self.item.folders, self.name))
        return self.path, position.line - 1 if position is not None else None, title
