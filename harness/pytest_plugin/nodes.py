"""How does a collection look to pytest: files, folders and requests as its own nodes?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pytest

from harness.collection import model
from harness.collection.node_id import SEPARATOR, with_folders
from harness.collection.node_id import part as id_part
from harness.collection.selection import select
from harness.errors import HarnessError, NothingSelected, SelectionError, did_you_mean
from harness.library import load_for
from harness.pytest_plugin.arguments import covers, file_id, parts_asked
from harness.pytest_plugin.failure import CouldNotAsk, WrongAnswer, failure_of, shown
from harness.pytest_plugin.options import call_options
from harness.pytest_plugin.subtest import subtest, would_end
from harness.record.item import ItemRecord
from harness.record.recorder import Recorder
from harness.record.status import WRONG, Status
from harness.reporters.explain import MESSAGE_CHARACTERS, Explainer
from harness.reporters.screen import harmless, visible
from harness.runner.options import RunOptions

__all__ = ["Chosen", "CollectionFile", "Driver", "FolderNode", "Gathers", "RequestItem", "Sends"]

_NOT_IN_MARKER = re.compile(r"\W+")
_MARKERS = pytest.StashKey[set[str]]()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a collection becomes tests."""

    rows: Mapping[model.Item, Sequence[int]]
    """The rows of data in which an item is run; none for those that are left out."""
    several: bool
    """Whether there is more than one row in all, so that the ids tell them apart."""

    def of(self, item: model.Item) -> Sequence[int]:
        """Return the rows in which an item is run."""
        return self.rows.get(item, ())


class Gathers(Protocol):
    """What is told of the collections as they are collected."""

    def add(self, file: CollectionFile) -> None:
        """Take in a collection that was collected."""

    def miss(self, name: str, error: SelectionError) -> None:
        """Remember that a collection has nothing of that name."""

    def hit(self, name: str) -> None:
        """Remember that some collection has something of that name."""


class Sends(Protocol):
    """What lets a request take its turn."""

    def run(self, node: RequestItem) -> ItemRecord:
        """Return what became of a request, sending it if need be."""

    def repeats(self, node: RequestItem) -> Iterator[ItemRecord]:
        """Yield what becomes of the requests that scripts lead back to after it."""


class Driver(Protocol):
    """What the nodes need of the pytest run they belong to."""

    options: RunOptions
    explainer: Explainer
    recorder: Recorder
    shows_passed: bool
    """Whether somebody reads the sections of what passed."""

    @property
    def collected(self) -> Gathers:
        """What was collected."""

    @property
    def requests(self) -> Sends:
        """The requests; there are none before collection has finished."""


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
            self.collection = load_for(shown, self.driver.options)
            chosen = self._chosen()
            self.driver.collected.add(self)
        except HarnessError as error:
            raise self.CollectError(
                self.driver.explainer.problems(self.driver.recorder.problems(error.problems))
            ) from error
        yield from _nodes(self, self.collection.items, chosen)

    def _chosen(self) -> Chosen:
        """Return what the options let through of what the arguments ask for."""
        let_through, rows = self._let_through(), range(self.driver.options.rows)
        items = [item for item in self.collection.walk() if item in let_through]
        parts, several = parts_asked(self.config, self.path), len(rows) > 1
        if not parts:
            return Chosen(dict.fromkeys(items, rows), several)
        chosen: dict[model.Item, set[int]] = {}
        for part in parts:
            found = [(item, row) for item in items for row in rows if covers(part, item, row if several else None)]
            for item, row in found:
                chosen.setdefault(item, set()).add(row)
            self._tell(part, found=bool(found))
        return Chosen({item: sorted(rows) for item, rows in chosen.items()}, several)

    def _tell(self, part: str, *, found: bool) -> None:
        name = f"{file_id(self.path, self.config)}::{part}"
        if found:
            self.driver.collected.hit(name)
            return
        known = [item.node_id for item in self.collection.walk()]
        known += [each for node_id in known for each in with_folders(node_id)]
        error = SelectionError(f"no such folder or request: {name}", hint=did_you_mean(part, dict.fromkeys(known)))
        self.driver.collected.miss(name, error)

    def _let_through(self) -> set[model.Item]:
        call = call_options(self.config)
        chosen: set[model.Item] = set()
        for name in call.include or (None,):
            try:
                (items,) = select([self.collection], (name,) if name else ())
            except NothingSelected:
                continue
            except SelectionError as error:
                self.driver.collected.miss(str(name), error)
                continue
            self.driver.collected.hit(str(name))
            chosen.update(items)
        for name in call.exclude:
            try:
                (items,) = select([self.collection], (name,))
            except SelectionError as error:
                self.driver.collected.miss(name, error)
                continue
            self.driver.collected.hit(name)
            chosen.difference_update(items)
        return chosen


class FolderNode(pytest.Collector):
    """One folder of a collection."""

    def __init__(self, *, folder: model.Folder, chosen: Chosen, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder = folder
        self._chosen = chosen

    def collect(self) -> Iterator[FolderNode | RequestItem]:
        """Yield the folders and requests in it."""
        yield from _nodes(self, self._folder.items, self._chosen)


def _nodes(
    parent: pytest.Collector, nodes: tuple[model.Item | model.Folder, ...], chosen: Chosen
) -> Iterator[FolderNode | RequestItem]:
    for node in nodes:
        name = node.node_id.rpartition(SEPARATOR)[2]
        if isinstance(node, model.Folder) and node.is_request:
            yield from _nodes(parent, node.items, chosen)
        elif isinstance(node, model.Folder):
            if any(chosen.of(item) for item in node.walk()):
                yield FolderNode.from_parent(parent, name=name, folder=node, chosen=chosen)
        else:
            for row in chosen.of(node):
                shown = f"{name}[row={row}]" if chosen.several else name
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
        self.results: list[ItemRecord] = []
        """What is not reported yet, in order: a jump's results come before the report of the item that jumped."""
        self.status: Status | None = None
        """Of what the next report is about."""
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
        result = self.file.driver.requests.run(self)
        self.results = [result]
        self._tell(result)
        self.status = result.status
        failure = self._failure_of(result)
        if result.jumped_to and not would_end(self, failure):
            self._repeat()
            self.status = result.status
        if failure is not None:
            raise failure

    def _repeat(self) -> None:
        """Report what scripts lead back to, until they lead on or the run ends."""
        for repeated in self.file.driver.requests.repeats(self):
            with subtest(self, repeated.item.node_id) as told:
                self.results.append(repeated)
                self.status = repeated.status
                self._tell(repeated)
                told.failure = self._failure_of(repeated)
            if self.session.shouldfail or self.session.shouldstop:
                return

    def _failure_of(self, result: ItemRecord) -> BaseException | None:
        """Return what pytest is to be told of a result, None where all is well."""
        driver = self.file.driver
        bad = result.status in WRONG
        if bad or (driver.options.strict and result.status in (Status.UNCHECKED, Status.WITHHELD)):
            return failure_of(result, driver.explainer)
        if result.status is Status.PASSED:
            return None
        # Others who read pytest's reports know three outcomes only: what was not judged or not sent is no pass there.
        named = result.status in (Status.UNCHECKED, Status.WITHHELD)
        reason = driver.explainer.text(result.reason or result.status.value)
        return pytest.skip.Exception(f"{result.status}: {reason}" if named else reason, _use_item_location=True)

    def _tell(self, result: ItemRecord) -> None:
        driver = self.file.driver
        if result.status != Status.PASSED or driver.shows_passed:
            for title, text in zip(("request", "response"), driver.explainer.exchange(result), strict=True):
                if text:
                    self.add_report_section("call", title, harmless(text))
            written = "\n".join(
                f"{each.level}: {driver.explainer.lines(each.text, MESSAGE_CHARACTERS)}" for each in result.console
            )
            if written:
                self.add_report_section("call", "console", harmless(written))
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
        title = " › ".join((*map(visible, map(id_part, self.item.folders)), self.name))
        return self.path, position.line - 1 if position is not None else None, title
