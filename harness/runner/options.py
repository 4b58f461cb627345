"""`RunOptions`: what may be chosen for a run; `CollectionSettings`: what holds for one collection in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from harness.checks.assertion import FailOn
from harness.checks.chosen import ALL_CHECKS
from harness.checks.rule import KnownDrift, Match, Rule
from harness.collection.model import Collection, Example, Item
from harness.location import Location
from harness.transport.cookies.jar import CookieJar
from harness.transport.guard import Guard
from harness.transport.options import TransportOptions
from harness.variables.data import DataRow
from harness.variables.environment import Environment

__all__ = ["CollectionSettings", "Flags", "Plan", "RunOptions", "StandIn"]


@dataclass(frozen=True, slots=True)
class Flags:
    """What was said on the call and wins over the configuration; None where nothing was."""

    match: Match | None = None
    fail_on: FailOn | None = None
    openapi: Path | None = None


@dataclass(frozen=True, slots=True)
class CollectionSettings:
    """What the configuration says about one collection."""

    match: Match = "shape"
    rules: tuple[Rule, ...] = ()
    known_drift: tuple[KnownDrift, ...] = ()
    fail_on: FailOn = "breaking"
    """From which severity on a difference fails the request."""
    guard: Guard = field(default_factory=Guard)
    literal: frozenset[str] = frozenset()
    openapi: Path | None = None
    """The OpenAPI document that answers are held to."""
    openapi_location: Location | None = None
    """Where the configuration names it."""


@dataclass(frozen=True, slots=True)
class RunOptions(TransportOptions):
    """The choices of one run, those of sending included."""

    environment: Environment | None = None
    globals: Environment | None = None
    env_vars: Mapping[str, Any] = field(default_factory=dict)
    """Values that win over those of the environment file; plain ones, or `Value`s that say more."""
    global_vars: Mapping[str, Any] = field(default_factory=dict)
    data: tuple[DataRow, ...] = ()
    iterations: int | None = None
    """By default one for each row of data, else one."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    """Items that are sent although the environment is protected."""
    remote_refs: tuple[str, ...] = ()
    """Hosts from which the schemas that others refer to are fetched; with `mock` from none."""
    secrets: tuple[str, ...] = ()
    """Names of further variables whose values are masked everywhere."""
    unsafe_show_secrets: bool = False
    """Whether no value is masked; every report then says so."""
    checks: frozenset[str] = frozenset(ALL_CHECKS)
    """What judges an answer; scripts run all the same, for they set variables."""
    scripts: bool = True
    """False sends the items that have scripts without running these."""
    seed: int | str | None = None
    clock: Callable[[], float] = time.time
    """What time it is, in seconds since the epoch, for `{{$timestamp}}` and for signatures."""
    bail: bool = False
    """Whether the run ends at the first item that failed or could not be asked."""
    bail_on_error: bool = False
    """Whether it ends at the first that could not be asked, and goes on after one that failed."""
    max_failures: int | None = None
    delay_ms: int = 0
    run_timeout_s: float | None = None
    """For the whole run; what is not reached by then is an error."""
    script_timeout_s: float | None = None
    """For one script; by default only the safety limit of `script/host.py` holds."""
    script_memory_mb: int = 512
    """How much memory scripts may take; one that needs more is ended."""
    send_after_script_error: bool = False
    """Whether a request is sent although its prerequest script failed, as Newman does."""
    vault: bool = False
    """Whether scripts may read the secrets of the environment by `pm.vault`."""
    packages: Path | None = None
    """The folder where `pm.require` finds its packages."""
    max_jumps: int = 1000
    """How often scripts may jump back (`setNextRequest`) in one iteration."""
    cookie_jar: CookieJar | None = None
    """The cookies a run begins with, and leaves behind; by default it begins with none."""
    unresolved: Literal["error", "send"] = "error"
    fill_samples: bool = False
    working_dir: Path = field(default_factory=Path.cwd)
    replay: Literal["requests", "examples"] = "requests"
    """What is sent: each request, or the original request of each saved example, held to that one example."""
    mock: bool = False
    """Whether everything goes to a server that answers with the saved examples; implies `fill_samples`."""
    strict: bool = False
    suppress_exit_code: bool = False
    keep_results: bool = False
    debug: bool = False
    """Whether an item that a bug of harness has ended tells the traceback."""

    @property
    def rows(self) -> int:
        """How often each collection is run."""
        return self.iterations or len(self.data) or 1

    def row(self, iteration: int) -> DataRow:
        """Return the data of an iteration; beyond the last row the last one stays, as in Newman."""
        return self.data[min(iteration, len(self.data) - 1)] if self.data else {}


class StandIn(Protocol):
    """A mock that runs in this process, and is told there what no request tells it."""

    def answering(self, item: Item, example: Example) -> AbstractContextManager[None]:
        """Have every request be answered with this example of the item for as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One collection of a run, and what holds for it."""

    collection: Collection
    settings: CollectionSettings = field(default_factory=CollectionSettings)
    items: tuple[Item, ...] | None = None
    """The items to run, where a door has chosen them itself; None leaves it to the options."""
    mock_origin: tuple[str, int] | None = None
    """Host and port of the mock that stands in for every server of this collection."""
    stand_in: StandIn | None = None
    """That mock, where it can be told which item asks."""
