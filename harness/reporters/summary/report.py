"""What does a program read about a run? Newman's summary, with what only we know under keys named `harness`.

The shape follows the report that Newman 6.2.2 writes. Left out is what we do not measure (times of name lookup and
first byte), and the values of variables, always.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from harness.reporters.explain import Explainer
from harness.reporters.spool import Spool, open_spool, publish
from harness.reporters.summary.execution import execution, failures, item_id
from harness.reporters.tally import Tally, Times
from harness.reporters.verdict import verdict
from harness.reporters.version import own_version
from harness.runner.events import ItemFinished, RunEvent, RunFinished, RunStarted
from harness.runner.result import ItemResult, RunResult, Status

__all__ = ["FORMAT_VERSION", "JsonReporter"]

FORMAT_VERSION = 1
"""Raised when a key of ours changes its meaning or goes."""

_BODY_CHUNK = 1 << 16


class JsonReporter:
    """Writes the report when the run has finished; until then its arrays wait in temporary files."""

    def __init__(self, path: Path, explain: Explainer) -> None:
        self.path = path
        self._explain = explain.styled()
        self._items = _Array(open_spool(path), self._explain)
        self._executions = _Array(open_spool(path), self._explain)
        self._failures = _Array(open_spool(path), self._explain)
        self._started = RunStarted((), (), 0, 1)
        self._tally = Tally()
        self._seen: set[tuple[str, str]] = set()
        self._turn: tuple[str, int] = ("", 0)
        self._position = 0

    def handle(self, event: RunEvent) -> None:
        """Take in the next event. Raises `ReportError` if the report cannot be written at the end."""
        if isinstance(event, RunStarted):
            self._started = event
        elif isinstance(event, ItemFinished):
            self._add(event.result)
        elif isinstance(event, RunFinished):
            self._finish(event.result)

    def _add(self, result: ItemResult) -> None:
        cursor = self._cursor(result)
        self._executions.add(execution(result, cursor, self._explain))
        for failure in failures(result, cursor, self._explain):
            self._failures.add(failure)
        if (result.collection, result.item.node_id) not in self._seen:
            self._seen.add((result.collection, result.item.node_id))
            self._items.add({"id": item_id(result.item), "name": result.item.name})
        self._tally.add(result)

    def _cursor(self, result: ItemResult) -> dict[str, Any]:
        turn = (result.collection, result.iteration)
        self._position = self._position + 1 if turn == self._turn else 0
        self._turn = turn
        length = self._started.items // max(self._started.iterations, 1)
        return {
            "position": self._position,
            "iteration": result.iteration,
            "length": length,
            "cycles": result.iterations,
        }

    def _finish(self, result: RunResult) -> None:
        publish(self.path, chain(self._document(result), "\n"))
        for array in (self._items, self._executions, self._failures):
            array.close()

    def _document(self, result: RunResult) -> Iterator[str]:
        name = ", ".join(self._started.collections)
        postman_id = next(iter(self._started.collection_ids), None)
        collection = {
            "_": {"postman_id": postman_id},
            "item": self._items,
            "event": [],
            "variable": [],
            "info": {"_postman_id": postman_id, "name": name},
        }
        run = {
            "stats": self._stats(result),
            "timings": _timings(self._tally.times, result),
            "executions": self._executions,
            "transfers": {"responseTotal": result.totals.bytes_received},
            "failures": self._failures,
            "error": None,
        }
        yield from _encoded(
            {
                "collection": collection,
                # Names only: what the variables held is nobody's to read in a report.
                "environment": {"name": self._started.environment, "values": []},
                "globals": {"values": []},
                "run": run,
                "harness": self._ours(result),
            },
            self._explain,
        )

    def _stats(self, result: RunResult) -> dict[str, dict[str, int]]:
        totals = result.totals
        sent = totals.requests + self._tally.unanswered
        wrong = totals[Status.FAILED] + totals[Status.ERROR]
        tally = self._tally
        ran, failed = tally.scripts, tally.scripts_failed
        return {
            "iterations": _stat(totals.iterations),
            "items": _stat(totals.items, wrong, totals[Status.NOT_REACHED]),
            "scripts": _stat(ran.total(), failed.total()),
            "prerequests": _stat(tally.begun),
            "requests": _stat(sent, tally.unanswered),
            "tests": _stat(tally.begun),
            "assertions": _stat(totals.assertions, totals.assertions_failed),
            "testScripts": _stat(ran["test"], failed["test"]),
            "prerequestScripts": _stat(ran["prerequest"], failed["prerequest"]),
        }

    def _ours(self, result: RunResult) -> dict[str, Any]:
        return {
            "version": own_version(),
            "format_version": FORMAT_VERSION,
            "status": verdict(result),
            "exit_code": result.exit_code,
            "totals": {status.value: result.totals[status] for status in Status},
            "assertions": {"total": result.totals.assertions, "failed": result.totals.assertions_failed},
            "compared": self._tally.compared,
            "drift": [{"severity": taken, "kind": kind, "count": count} for taken, kind, count in self._tally.kinds()],
            "response_ms": {f"p{percent}": self._tally.times.percentile(percent) for percent in (50, 95, 99)},
            "collections": list(self._started.collections),
            "environment": self._started.environment,
            "seed": result.seed,
            "mock": self._started.mock_url,
            "stopped": result.stopped,
            "secrets_shown": self._started.secrets_shown,
            "notes": [*self._started.notes, *result.notes],
            "elapsed_ms": round(result.elapsed_ms, 3),
        }


class _Array:
    """A JSON array that waits in a temporary file until the document around it is written."""

    def __init__(self, spool: Spool, explain: Explainer) -> None:
        self._spool = spool
        self._explain = explain
        self._empty = True

    def add(self, value: object) -> None:
        """Write one more element."""
        self._spool.write("" if self._empty else ",\n")
        self._empty = False
        for chunk in _encoded(value, self._explain):
            self._spool.write(chunk)

    def chunks(self) -> Iterator[str]:
        """Yield the array as JSON."""
        return chain("[", self._spool.chunks(), "]")

    def close(self) -> None:
        """Drop what was set aside."""
        self._spool.close()


def _timings(times: Times, result: RunResult) -> dict[str, float]:
    """Return Newman's figures."""
    return {
        "responseAverage": round(times.mean, 3),
        "responseMin": round(times.least, 3),
        "responseMax": round(times.most, 3),
        "responseSd": round(times.deviation, 3),
        "started": round(result.started_at * 1000),
        "completed": round(result.started_at * 1000 + result.elapsed_ms),
    }


def _stat(total: int, failed: int = 0, pending: int = 0) -> dict[str, int]:
    return {"total": total, "pending": pending, "failed": failed}


def _encoded(value: object, explain: Explainer) -> Iterator[str]:
    """Yield `value` as JSON with its texts masked: bytes as numbers, a part at a time."""
    if isinstance(value, _Array):
        yield from value.chunks()
    elif isinstance(value, dict):
        yield "{"
        for index, (key, member) in enumerate(value.items()):
            yield f"{',' if index else ''}{json.dumps(key)}:"
            yield from _encoded(member, explain)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, element in enumerate(value):
            yield "," if index else ""
            yield from _encoded(element, explain)
        yield "]"
    elif isinstance(value, bytes):
        yield "["
        for start in range(0, len(value), _BODY_CHUNK):
            yield ("," if start else "") + ",".join(map(str, value[start : start + _BODY_CHUNK]))
        yield "]"
    else:
        yield json.dumps(explain.masked(value) if isinstance(value, str) else value)
