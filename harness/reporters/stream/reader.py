"""What happened in a run whose events were stored?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.errors import LoadError
from harness.location import Location
from harness.reporters.stream.record import restored
from harness.reporters.stream.writer import FORMAT, FORMAT_VERSION
from harness.runner.events import ItemFinished, ItemStarted, IterationStarted, RunEvent, RunFinished, RunStarted
from harness.runner.result import INTERRUPTED, MAX_KEPT_FAILURES, WRONG, ItemResult, RunResult, Status, Totals
from harness.source import Source

__all__ = ["read_events", "read_results"]

_HINT = "it is written by `harness run -r ndjson`"
_KINDS: dict[str, type[RunEvent]] = {
    "run_started": RunStarted,
    "iteration_started": IterationStarted,
    "item_started": ItemStarted,
    "item_finished": ItemFinished,
    "run_finished": RunFinished,
}
_CUT_OFF = "the record ends before the run does"
_Key = tuple[str, str, int]


def read_events(path: Path | str) -> Iterator[RunEvent]:
    """Yield the events of a stored run, those of a run that was cut off with an end that says so.

    What such a run did not come to is *not reached*. Items have their names and places, but not what else the
    collection says of them. Raises `LoadError` for a file that is no such run.
    """
    path = Path(path)
    started: RunStarted | None = None
    failures: list[ItemResult] = []
    totals, last = Totals(), 0.0
    seen: set[_Key] = set()
    for number, record in _records(path):
        event, at = _event(path, number, record)
        if started is None and not isinstance(event, RunStarted):
            raise _wrong(path, number, "the first event is not `run_started`")
        if isinstance(event, RunStarted):
            if started is not None:
                raise _wrong(path, number, "a second run begins: two reports in one file")
            started = event
        elif isinstance(event, ItemFinished):
            seen.add(_key(event.result))
            totals.add(event.result)
            if event.result.status in WRONG and len(failures) < MAX_KEPT_FAILURES:
                failures.append(event.result)
        elif isinstance(event, RunFinished):
            yield RunFinished(replace(event.result, failures=tuple(failures)))
            return
        last = at or last
        yield event
    if started is None:
        raise LoadError(f"`{path}` holds no events", hint=_HINT)
    elapsed_ms = max(0.0, last - started.started_at) * 1000
    for result in _not_reached(started, seen):
        totals.add(result)
        yield ItemFinished(result)
    stopped = _CUT_OFF
    yield RunFinished(RunResult(totals, tuple(failures), (), INTERRUPTED, started.started_at, elapsed_ms, started.seed,
                                stopped))  # fmt: skip


def _not_reached(started: RunStarted, seen: set[_Key]) -> Iterator[ItemResult]:
    """Yield the results of what was to be run and is not in the record, in the order of the run."""
    for name in dict.fromkeys(each.collection for each in started.planned):
        for iteration in range(started.iterations):
            for planned in started.planned:
                result = ItemResult(
                    planned.item,
                    Status.NOT_REACHED,
                    planned.collection,
                    iteration,
                    started.iterations,
                    reason=_CUT_OFF,
                    method=planned.item.request.method,
                )
                if planned.collection == name and _key(result) not in seen:
                    yield result


def _key(result: ItemResult) -> _Key:
    return result.collection, result.item.node_id, result.iteration


def read_results(path: Path | str) -> Iterator[ItemResult]:
    """Yield the results of a stored run. Raises `LoadError` for a file that is none, or ends before the run does."""
    for event in read_events(path):
        if isinstance(event, ItemFinished):
            yield event.result
        elif isinstance(event, RunFinished) and event.result.exit_code == INTERRUPTED:
            raise LoadError(f"`{path}` is the record of a run that did not end", hint="run it again")


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return  # written in part when the run was killed
                yield number, _record(path, number, line)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LoadError(f"cannot read `{path}`: {reason.lower()}") from error


def _record(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _wrong(path, number, "not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _wrong(path, number, "not JSON") from error
    if not isinstance(record, dict):
        raise _wrong(path, number, "not an event")
    return record


def _event(path: Path, number: int, record: dict[str, Any]) -> tuple[RunEvent, float | None]:
    """Return an event, and when it happened."""
    kind = record.get("event")
    known = _KINDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise _wrong(path, number, f"unknown event `{kind!s:.40}`")
    if known is RunStarted:
        _check_format(path, number, record)
    try:
        event, at = restored(known, record), restored(float | None, record.get("at"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _wrong(path, number, f"not a `{kind}` event: {type(error).__name__}: {error}") from error
    assert isinstance(event, known)
    return event, at


def _check_format(path: Path, number: int, record: dict[str, Any]) -> None:
    if record.get("format") != FORMAT:
        raise _wrong(path, number, f"the format is not `{FORMAT}`")
    found = record.get("format_version")
    if found != FORMAT_VERSION:
        raise _wrong(
            path, number, f"version {found!s:.40} of the format is not {FORMAT_VERSION}, which this harness reads"
        )


def _wrong(path: Path, number: int, reason: str) -> LoadError:
    text = "\n" * (number - 1)
    return LoadError(
        f"this is no record of a run: {reason}",
        location=Location(Source(str(path), text), offset=len(text)),
        hint=_HINT,
    )
