"""`Outcome`: what is known so far of one item in one iteration, until the runner makes a record of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from harness.checks.assertion import Assertion
from harness.collection.model import Item
from harness.errors import HarnessError, Problem
from harness.record.item import ConsoleMessage, ItemRecord, ItemSource, Visualization
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.transport.exchange import Exchange

__all__ = ["Outcome"]


@dataclass(slots=True, eq=False)
class Outcome:
    """One run of one item, secrets and all; it never leaves the runner. The fields are those of `ItemRecord`."""

    item: Item
    collection: str
    iteration: int = 0
    iterations: int = 1
    repeat: int = 0
    status: Status = Status.NOT_REACHED
    reason: str | None = None
    error: Problem | None = None
    error_type: str | None = None
    method: str = ""
    url: str = ""
    elapsed_ms: float = 0.0
    example: str | None = None
    assertions: tuple[Assertion, ...] = ()
    exchange: Exchange | None = None
    sub_exchanges: tuple[Exchange, ...] = ()
    notes: tuple[str, ...] = ()
    console: tuple[ConsoleMessage, ...] = ()
    scripts: tuple[str, ...] = ()
    jumped_to: str | None = None
    visualization: Visualization | None = None
    curl: str | None = None

    def __post_init__(self) -> None:
        """Begin with the request as it is written."""
        self.method = self.method or self.item.request.method
        self.url = self.url or self.item.request.url.raw or ""

    def anew(self) -> Outcome:
        """Return the outcome of the same item and iteration of which nothing is known yet."""
        return Outcome(self.item, self.collection, self.iteration, self.iterations, self.repeat)

    def end(self, status: Status, reason: str | None) -> None:
        """Say how the item ended, and why."""
        self.status, self.reason = status, reason

    def fail(self, error: HarnessError) -> None:
        """Say that the item could not be asked."""
        more = [f"and {problem.summary}" for problem in error.problems[1:]]
        self.status, self.error, self.error_type = Status.ERROR, error.problem, type(error).__name__
        self.notes = (*self.notes, *getattr(error, "__notes__", ()), *more)

    def record(self, recorder: Recorder, source: ItemSource | None = None) -> ItemRecord:
        """Return all that a reader may see of it, every secret masked and every place found."""
        text, optional = recorder.text, recorder.optional
        return ItemRecord(
            item=recorder.ref(self.item),
            status=self.status,
            collection=text(self.collection),
            iteration=self.iteration,
            iterations=self.iterations,
            repeat=self.repeat,
            reason=optional(self.reason),
            error=None if self.error is None else recorder.problem(self.error),
            error_type=self.error_type,
            method=text(self.method),
            url=text(self.url),
            elapsed_ms=self.elapsed_ms,
            example=optional(self.example),
            assertions=tuple(map(recorder.assertion, self.assertions)),
            exchange=None if self.exchange is None else recorder.exchange(self.exchange),
            sub_exchanges=tuple(map(recorder.exchange, self.sub_exchanges)),
            notes=recorder.texts(self.notes),
            console=recorder.console(self.console),
            scripts=recorder.texts(self.scripts),
            jumped_to=optional(self.jumped_to),
            visualization=recorder.visualization(self.visualization),
            curl=optional(self.curl),
            source=source,
            at=time.time(),
        )
