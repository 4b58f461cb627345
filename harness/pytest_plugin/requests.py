"""`Requests`: the requests of one pytest run as they take their turns, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from msgspec import structs

from harness.collection import model
from harness.pytest_plugin import nodes
from harness.record.item import ItemRecord
from harness.record.status import Status
from harness.runner.run import Run, Turn
from harness.runner.scripts.course import Course
from harness.transport.exchange import Exchange

__all__ = ["Key", "Requests"]

Key = tuple[model.Item, int]
"""A request and the row of data it is run with."""


class Requests:
    """Drives the `Run` of the command line one request at a time, in pytest's order, and sends none twice."""

    def __init__(self, run: Run, kept: Set[model.Item], setup: Mapping[Key, tuple[model.Item, ...]]) -> None:
        """Take the run, the requests whose answers tests will ask for, and what has to run before a request."""
        self.exchanges: dict[Key, Exchange] = {}
        """The answers that tests ask for with the fixture `exchange`, secrets and all; others are not kept."""
        self._run = run
        self._kept = kept
        self._setup = dict(setup)
        self._key: Key | None = None
        self._records: dict[Key, ItemRecord] = {}
        self._repeated: set[Status] = set()
        """How those ended that scripts led back to."""
        self._courses: dict[tuple[nodes.CollectionFile, int], Course] = {}

    @property
    def statuses(self) -> set[Status]:
        """How the requests have ended."""
        return {record.status for record in self._records.values()} | self._repeated

    def run(self, node: nodes.RequestItem) -> ItemRecord:
        """Return what became of a request, sending it unless a test asked for it before; a rerun sends it again."""
        again, node.ran = node.ran, True
        if again:
            self._records.pop((node.item, node.row), None)
        course, key = self._course(node), (node.item, node.row)
        if again:
            course.go_back_to(node.item)
        if key in self._records:  # sent ahead of its turn for a test, or named twice: what it chose as the next is past
            if course.reach(node.item):
                course.go_on(node.item, None)
            return self._records[key]
        if not course.reach(node.item):
            return self._run.take(self._run.turn(node.item, node.row, skipped=course.reason))
        return self.record_of(node.item, node.row, course)

    def repeats(self, node: nodes.RequestItem) -> Iterator[ItemRecord]:
        """Yield what becomes of the requests that scripts lead back to, until one is next that pytest has before it."""
        course = self._course(node)
        last = course.place_of(node.item)
        while course.place <= last and (item := course.next) is not None:
            self._key = (item, node.row)
            record = self._taken(self._run.turn(item, node.row, course))
            self._repeated.add(record.status)
            yield record

    def record_of(self, item: model.Item, row: int, course: Course | None = None) -> ItemRecord:
        """Return what became of an item, sending it if that has not happened yet, and never twice."""
        key = (item, row)
        if key not in self._records:
            for other in self._setup.pop(key, ()):  # what the selection needs, before the first item that was selected
                self.record_of(other, row)
            self._key = key
            record = self._taken(self._run.turn(item, row, course))
            # Answers stay only with those records that a test will ask for: memory must not grow with their number.
            self._records[key] = record if item in self._kept else structs.replace(record, exchange=None)
            return record
        return self._records[key]

    def keep(self, exchange: Exchange) -> None:
        """Keep the answer of the item under way if some test will ask for it."""
        if self._key is not None and self._key[0] in self._kept:
            self.exchanges[self._key] = exchange

    def _course(self, node: nodes.RequestItem) -> Course:
        key = (node.file, node.row)
        if key not in self._courses:
            self._courses[key] = self._run.course(node.item)
        return self._courses[key]

    def _taken(self, turn: Turn) -> ItemRecord:
        record = self._run.take(turn)
        if record.reason == "interrupted" and record.status == Status.NOT_REACHED:
            raise KeyboardInterrupt
        return record
