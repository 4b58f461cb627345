"""What a run tells its reporters, in the order it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from harness.collection.model import Item
from harness.runner.result import ItemResult, RunResult

__all__ = [
    "SECRETS_SHOWN",
    "ItemFinished",
    "ItemStarted",
    "IterationStarted",
    "PlannedItem",
    "Reporter",
    "RunEvent",
    "RunFinished",
    "RunStarted",
]

SECRETS_SHOWN = "secrets are shown in clear (unsafe-show-secrets): keep this output to yourself"
"""What every report says where `RunStarted.secrets_shown`."""


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One item that a run is to take in each of its iterations."""

    collection: str
    """The collection's name."""
    item: Item


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins."""

    collections: tuple[str, ...]
    """Names of the collections, in order."""
    collection_ids: tuple[str | None, ...]
    items: int
    """Results to come, over all iterations, when nothing ends the run early."""
    iterations: int
    environment: str | None = None
    """The environment's name; never its values."""
    seed: int | str = 0
    mock_url: str | None = None
    started_at: float = 0.0
    notes: tuple[str, ...] = ()
    secrets_shown: bool = False
    """Whether secrets stand in the results as they are."""
    planned: tuple[PlannedItem, ...] = ()
    """What is to be run, in order, so that the record of a run that was killed tells what it did not reach."""


@dataclass(frozen=True, slots=True)
class IterationStarted:
    """One pass through a collection begins."""

    collection: str
    iteration: int
    iterations: int


@dataclass(frozen=True, slots=True)
class ItemStarted:
    """One item is about to be prepared and sent."""

    item: Item
    iteration: int


@dataclass(frozen=True, slots=True)
class ItemFinished:
    """One item has ended, secrets masked."""

    result: ItemResult


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run has ended, early or not."""

    result: RunResult


RunEvent = RunStarted | IterationStarted | ItemStarted | ItemFinished | RunFinished


class Reporter(Protocol):
    """A consumer of the stream: one object for each report, called from one thread."""

    def handle(self, event: RunEvent) -> None:
        """Take in the next event; `RunFinished` is always the last."""
