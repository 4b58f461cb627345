"""What does a program read while a run goes on? One line of JSON for each event, as it happens (NDJSON).

Each line is written and flushed at once, so a run that is killed leaves all it did. docs/reports.md
describes the format.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from harness.reporters.explain import Explainer
from harness.reporters.spool import prepare, unwritable
from harness.reporters.stream.record import example_records, item_record, recorded
from harness.reporters.verdict import verdict
from harness.reporters.version import own_version
from harness.runner.events import ItemFinished, ItemStarted, IterationStarted, RunEvent, RunFinished, RunStarted
from harness.runner.result import ItemResult

__all__ = ["FORMAT", "FORMAT_VERSION", "NdjsonReporter"]

FORMAT = "harness-events"
FORMAT_VERSION = 1
"""Raised when a key changes its meaning or goes; keys may be added."""

STDOUT = Path("-")
_KEPT_FOR_PROGRAMS = ("failures", "results")


class NdjsonReporter:
    """Writes each event as it comes; `-` is the standard output."""

    def __init__(self, path: Path, explain: Explainer) -> None:
        self.path = path
        self._explain = explain.styled()
        self._told: set[tuple[str, str]] = set()
        if path == STDOUT:
            self._file = sys.stdout
            return
        prepare(path)
        try:
            self._file = open(path, "w", encoding="utf-8", newline="\n")  # noqa: SIM115  # closed when the run ends
        except OSError as error:
            raise unwritable(path, error) from error

    def __del__(self) -> None:
        self._close()

    def handle(self, event: RunEvent) -> None:
        """Write the next event. Raises `ReportError` if it cannot be written."""
        record = self._record(event)
        line = json.dumps({**record, "at": round(time.time(), 3)}, separators=(",", ":"))
        if self.path == STDOUT:
            line = line.replace("##", "#\\u0023")  # CI servers read their log: `##[…]` is an order to them
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.path, error) from error
        if isinstance(event, RunFinished):
            self._close()

    def _record(self, event: RunEvent) -> dict[str, Any]:
        explain = self._explain
        if isinstance(event, RunStarted):
            head = {"event": "run_started", "format": FORMAT, "format_version": FORMAT_VERSION}
            return {**head, "harness": own_version(), **recorded(event, explain)}
        if isinstance(event, IterationStarted):
            return {"event": "iteration_started", **recorded(event, explain)}
        if isinstance(event, ItemStarted):
            return {"event": "item_started", "item": item_record(event.item, explain), "iteration": event.iteration}
        if isinstance(event, ItemFinished):
            return {"event": "item_finished", "result": self._with_examples(event.result)}
        result = recorded(event.result, explain)
        kept = {name: value for name, value in result.items() if name not in _KEPT_FOR_PROGRAMS}
        return {"event": "run_finished", "verdict": verdict(event.result), "result": kept}

    def _with_examples(self, result: ItemResult) -> dict[str, Any]:
        """Return a result; the first of each item has the item's examples as well, so that a page can show them."""
        record: dict[str, Any] = recorded(result, self._explain)
        key = (result.collection, result.item.node_id)
        if key not in self._told:
            self._told.add(key)
            record["item"]["examples"] = example_records(result.item, self._explain)
        return record

    def _close(self) -> None:
        file = getattr(self, "_file", sys.stdout)
        if file is not sys.stdout:
            file.close()
