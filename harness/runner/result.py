"""What became of each item, and of the whole run: data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.checks.assertion import Assertion
from harness.collection.model import Item
from harness.errors import Problem
from harness.transport.exchange import Exchange

__all__ = [
    "BUG",
    "INTERRUPTED",
    "MAX_KEPT_FAILURES",
    "NOT_JUDGED",
    "WRONG",
    "ConsoleMessage",
    "ItemResult",
    "RunResult",
    "Status",
    "Totals",
    "Visualization",
    "script_ran",
]

INTERRUPTED = 130  # as shells report a process that Ctrl-C ended

BUG = "InternalError"
"""`ItemResult.error_type` where harness itself is to blame."""

MAX_KEPT_FAILURES = 1000


class Status(StrEnum):
    """How an item ended."""

    PASSED = "passed"
    FAILED = "failed"
    """The answer was judged, and is wrong."""
    ERROR = "error"
    """We could not ask."""
    UNCHECKED = "unchecked"
    """Answered, but nothing judged the answer."""
    SKIPPED = "skipped"
    WITHHELD = "withheld"
    """A guard kept it back."""
    NOT_REACHED = "not_reached"
    """The run ended before its turn."""


WRONG = frozenset({Status.FAILED, Status.ERROR})
"""How an item ends that a person must look at."""

NOT_JUDGED = (Status.UNCHECKED, Status.WITHHELD, Status.SKIPPED, Status.NOT_REACHED)
"""How an item ends of which nothing is known to be right or wrong."""


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """One line that a script wrote with `console`."""

    level: str
    """log, info, warn, error or debug."""
    text: str
    """Its arguments as Node prints them, joined by spaces."""
    script: str
    """The script that wrote it: its owner and when it runs, such as `Warm transfer › test`."""


@dataclass(frozen=True, slots=True)
class Visualization:
    """What a script gave to `pm.visualizer`: kept as text, drawn by nobody here."""

    template: str
    data: str
    """The data for the template, as JSON."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One run of one item. Reporters get it with every secret already masked."""

    item: Item
    status: Status
    collection: str = ""
    """The collection's name."""
    iteration: int = 0
    """Zero-based, as `pm.info.iteration`."""
    iterations: int = 1
    assertions: tuple[Assertion, ...] = ()
    exchange: Exchange | None = None
    error: Problem | None = None
    error_type: str | None = None
    """The name of the error's class, such as `ConnectFailed`."""
    example: str | None = None
    """The name of the example whose status was expected."""
    reason: str | None = None
    """Why it was skipped, withheld or not reached."""
    notes: tuple[str, ...] = ()
    curl: str | None = None
    """A command that sends the same request."""
    method: str = ""
    url: str = ""
    """As sent; before that, as far as it could be rendered, else as written."""
    elapsed_ms: float = 0.0
    console: tuple[ConsoleMessage, ...] = ()
    """What its scripts wrote, in order."""
    sub_exchanges: tuple[Exchange, ...] = ()
    """The requests that its scripts made by `pm.sendRequest`, with their answers."""
    jumped_to: str | None = None
    """The node id of the item that a script made the next one; empty where it ended the iteration."""
    repeat: int = 0
    """How often the item had run before in its iteration; more than 0 only where a script jumped back."""
    visualization: Visualization | None = None
    scripts: tuple[str, ...] = ()
    """The scripts that ran, such as `Warm transfer › test`."""

    @property
    def node_id(self) -> str:
        """The item's node id, with the data row where the run has several iterations."""
        return f"{self.item.node_id}[row={self.iteration}]" if self.iterations > 1 else self.item.node_id


@dataclass(slots=True)
class Totals:
    """Running counts; the same numbers stand in every report and decide the exit code."""

    statuses: dict[Status, int] = field(default_factory=dict)
    requests: int = 0
    """Answers received."""
    assertions: int = 0
    assertions_failed: int = 0
    iterations: int = 0
    bytes_received: int = 0
    response_ms: float = 0.0
    bugs: int = 0
    """Results for which harness itself is to blame."""

    def __post_init__(self) -> None:
        self.statuses = {**dict.fromkeys(Status, 0), **self.statuses}

    def add(self, result: ItemResult) -> None:
        """Count one more result."""
        self.statuses[result.status] += 1
        self.bugs += result.error_type == BUG
        self.assertions += sum(not assertion.skipped for assertion in result.assertions)
        self.assertions_failed += sum(not assertion.passed for assertion in result.assertions)
        if result.exchange is not None:
            self.requests += 1
            self.bytes_received += result.exchange.response.wire_size
            self.response_ms += result.elapsed_ms

    @property
    def items(self) -> int:
        """How many results were counted."""
        return sum(self.statuses.values())

    def exit_code(self, *, strict: bool = False) -> int:
        """Return whose fault it is: 0 nobody's, 1 the server's, 2 nobody was asked, 3 our own, 5 nothing judged."""
        if self.bugs:
            return 3
        if self[Status.ERROR]:
            return 2
        if self[Status.FAILED] or (strict and (self[Status.UNCHECKED] or self[Status.WITHHELD])):
            return 1
        return 0 if self[Status.PASSED] else 5

    def __getitem__(self, status: Status) -> int:
        return self.statuses[status]


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: its counts, its first failures, and the exit code they add up to."""

    totals: Totals
    failures: tuple[ItemResult, ...] = ()
    """Failed and errored items, at most the first 1,000."""
    results: tuple[ItemResult, ...] = ()
    """Every result, only when `RunOptions.keep_results` is set."""
    exit_code: int = 0
    started_at: float = 0.0
    elapsed_ms: float = 0.0
    seed: int | str = 0
    stopped: str | None = None
    """Why the run ended early."""
    notes: tuple[str, ...] = ()
    """What a person should know beside the results, such as rules that were of no use."""


def script_ran(listen: str, owner: str) -> str:
    """Return the name of the assertion that a script ran to its end; it is told where it did not."""
    return f"the {listen} script of “{owner}” runs without an error"
