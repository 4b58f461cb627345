"""`RunEvent`: what a run tells its reporters, in the order it happens."""

from __future__ import annotations

import json
import re
from typing import Protocol

import msgspec

from harness.record.base import Record
from harness.record.item import ItemRecord, ItemRef
from harness.record.ledger import RunResult

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "SECRETS_SHOWN",
    "ItemStarted",
    "PlannedItem",
    "Reporter",
    "RunEvent",
    "RunFinished",
    "RunStarted",
    "decode",
    "encode",
]

FORMAT = "harness-events"
FORMAT_VERSION = 2
"""Raised when a key changes its meaning or goes; keys may be added."""

SECRETS_SHOWN = "secrets are shown in clear (unsafe-show-secrets): keep this output to yourself"
"""What every report says where `RunStarted.secrets_shown`."""


class PlannedItem(Record, frozen=True):
    """One item that a run is to take in each of its iterations."""

    collection: str
    """The collection's name."""
    item: ItemRef


class RunStarted(Record, frozen=True, tag_field="event", tag="run_started", omit_defaults=False):
    """The run begins."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    harness: str = ""
    """The version that wrote it."""
    collections: tuple[str, ...] = ()
    """Names of the collections, in order."""
    collection_ids: tuple[str | None, ...] = ()
    items: int = 0
    """Records to come, over all iterations, when nothing ends the run early."""
    iterations: int = 1
    environment: str | None = None
    """The environment's name; never its values."""
    seed: int | str = 0
    mock_url: str | None = None
    started_at: float = 0.0
    """Seconds since 1970."""
    notes: tuple[str, ...] = ()
    secrets_shown: bool = False
    """Whether secrets stand in the records as they are."""
    planned: tuple[PlannedItem, ...] = ()
    """What is to be run, in order, so that the record of a run that was killed tells what it did not reach."""
    at: float = 0.0


class ItemStarted(Record, frozen=True, tag_field="event", tag="item_started"):
    """One item is about to be prepared and sent."""

    item: ItemRef
    iteration: int = 0
    at: float = 0.0


class RunFinished(Record, frozen=True, tag_field="event", tag="run_finished"):
    """The run has ended, early or not."""

    result: RunResult
    at: float = 0.0


RunEvent = RunStarted | ItemStarted | ItemRecord | RunFinished

_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
"""What a terminal or an editor would obey instead of show; JSON may have it written as an escape."""
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(RunEvent)


def encode(event: RunEvent) -> bytes:
    """Return an event as one line of JSON, without the line break."""
    if isinstance(event, RunFinished):
        event = RunFinished(event.result.counted(), event.at)
    line = _ENCODER.encode(event)
    return line if line.isascii() and b"\x7f" not in line else _UNSEEN.sub(_escaped, line.decode()).encode()


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def decode(line: bytes) -> RunEvent:
    """Return the event of a line. Raises `msgspec.DecodeError` with the place of the fault for what is none."""
    return _DECODER.decode(line)


class Reporter(Protocol):
    """A consumer of the stream: one object for each report, called from one thread."""

    def handle(self, event: RunEvent) -> None:
        """Take in the next event; `RunFinished` is always the last."""
