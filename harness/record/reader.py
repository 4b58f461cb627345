"""`read_events`: the events of a run that was written down, also of one that was cut off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import LoadError
from harness.location import Location
from harness.record.events import FORMAT, FORMAT_VERSION, RunEvent, RunFinished, RunStarted, decode
from harness.record.item import ItemRecord
from harness.record.ledger import INTERRUPTED, Ledger
from harness.record.status import Status
from harness.source import Source

__all__ = ["read_events", "read_results"]

_HINT = "it is written by `harness run -r ndjson`"
_CUT_OFF = "the record ends before the run does"
_LATEST = 250_000_000_000
"""Seconds since 1970, as far as calendars go, or milliseconds."""
_MOST_PLANNED = 10_000_000
_Key = tuple[str, str, int]


class _Head(msgspec.Struct):
    """What any version of the format says of itself in its first line."""

    event: str
    format: str = ""
    format_version: Any = None


_HEAD = msgspec.json.Decoder(_Head)


def read_events(path: Path | str) -> Iterator[RunEvent]:
    """Yield the events of a stored run, those of a run that was cut off with an end that says so.

    What such a run did not come to is *not reached*. Raises `LoadError` for a file that is no such run, or of another
    version of the format.
    """
    path = Path(path)
    started: RunStarted | None = None
    ledger, seen, last = Ledger(), set[_Key](), 0.0
    for number, line in _lines(path):
        if started is None:
            _check_format(path, number, line)
        event = _event(path, number, line)
        if started is not None and isinstance(event, RunStarted):
            raise _wrong(path, number, "a second run begins: two reports in one file")
        if isinstance(event, RunStarted):
            started = event
        elif isinstance(event, ItemRecord):
            seen.add(_key(event))
            ledger.add(event)
        elif isinstance(event, RunFinished):
            yield RunFinished(ledger.restored(event.result), event.at)
            return
        last = event.at or last
        yield event
    if started is None:
        raise LoadError(f"`{path}` holds no events", hint=_HINT)
    if started.iterations * len(started.planned) > _MOST_PLANNED:
        raise _wrong(path, 1, f"no run has {started.iterations:,} iterations of {len(started.planned):,} items")
    for record in _not_reached(started, seen, last):
        ledger.add(record)
        yield record
    result = ledger.result(
        started_at=started.started_at,
        elapsed_ms=max(0.0, last - started.started_at) * 1000,
        seed=started.seed,
        stopped=_CUT_OFF,
        interrupted=True,
    )
    yield RunFinished(result, last)


def _not_reached(started: RunStarted, seen: set[_Key], at: float) -> Iterator[ItemRecord]:
    """Yield the records of what was to be run and was not, in the order of the run."""
    for name in dict.fromkeys(each.collection for each in started.planned):
        for iteration in range(started.iterations):
            for planned in started.planned:
                record = ItemRecord(
                    planned.item,
                    Status.NOT_REACHED,
                    planned.collection,
                    iteration,
                    started.iterations,
                    reason=_CUT_OFF,
                    method=planned.item.method,
                    at=at,
                )
                if planned.collection == name and _key(record) not in seen:
                    yield record


def _key(record: ItemRecord) -> _Key:
    return record.collection, record.item.node_id, record.iteration


def read_results(path: Path | str) -> Iterator[ItemRecord]:
    """Yield the item records of a stored run. Raises `LoadError` for a file that is none, or ends before the run."""
    for event in read_events(path):
        if isinstance(event, ItemRecord):
            yield event
        elif isinstance(event, RunFinished) and event.result.exit_code == INTERRUPTED:
            raise LoadError(f"`{path}` is the record of a run that did not end", hint="run it again")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return  # written in part when the run was killed
                yield number, line
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise LoadError(f"cannot read `{path}`: {reason}", hint=_HINT) from error


def _check_format(path: Path, number: int, line: bytes) -> None:
    try:
        head = _HEAD.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _wrong(path, number, f"the line is no event: {error}") from error
    if head.event != "run_started":
        raise _wrong(path, number, "the first event is not `run_started`")
    if head.format != FORMAT:
        raise _wrong(path, number, f"the format is not `{FORMAT}`")
    if head.format_version != FORMAT_VERSION:
        raise _wrong(
            path,
            number,
            f"version {head.format_version!s:.40} of the format is not {FORMAT_VERSION}, which this harness reads",
        )


def _event(path: Path, number: int, line: bytes) -> RunEvent:
    try:
        event = decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _wrong(path, number, f"the line is no event: {error}") from error
    for name, value in _numbers(event):
        if not (math.isfinite(value) and 0 <= value <= _LATEST):
            raise _wrong(path, number, f"`{name}` is no time: {value!r:.40}")
    return event


def _numbers(event: RunEvent) -> Iterator[tuple[str, float]]:
    """Yield the times of an event, which calendars and sums must be able to hold."""
    yield "at", event.at
    if isinstance(event, RunStarted):
        yield "started_at", event.started_at
    elif isinstance(event, RunFinished):
        yield "started_at", event.result.started_at
        yield "elapsed_ms", event.result.elapsed_ms
    elif isinstance(event, ItemRecord):
        yield "elapsed_ms", event.elapsed_ms
        for exchange in (*((event.exchange,) if event.exchange else ()), *event.sub_exchanges):
            yield "started_at", exchange.started_at
            yield "elapsed_ms", exchange.elapsed_ms


def _wrong(path: Path, number: int, reason: str) -> LoadError:
    text = "\n" * (number - 1)
    return LoadError(
        f"this is no record of a run: {reason}",
        location=Location(Source(str(path), text), offset=len(text)),
        hint=_HINT,
    )
