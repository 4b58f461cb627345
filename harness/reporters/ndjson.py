"""`NdjsonReporter`: the record of a run, one line of JSON for each event, as it happens (NDJSON).

Each line is written and flushed at once, so a run that is killed leaves all it did. docs/reports.md
describes the format.
"""

from __future__ import annotations

import sys
from pathlib import Path

from harness.record.events import RunEvent, RunFinished, encode
from harness.reporters.explain import Explainer
from harness.reporters.spool import prepare, unwritable

__all__ = ["NdjsonReporter"]

STDOUT = Path("-")


class NdjsonReporter:
    """Writes each event as it comes; `-` is the standard output."""

    sources = True
    """Reports that are made of the record later show what the collection says of each item."""

    def __init__(self, path: Path, _explain: Explainer) -> None:
        """Open the file. Raises `ReportError` if it cannot be written."""
        self.path = path
        if path == STDOUT:
            self._file = sys.stdout.buffer
            return
        prepare(path)
        try:
            self._file = open(path, "wb")  # noqa: SIM115  # closed when the run ends
        except OSError as error:
            raise unwritable(path, error) from error

    def __del__(self) -> None:
        self._close()

    def handle(self, event: RunEvent) -> None:
        """Write the next event. Raises `ReportError` if it cannot be written."""
        line = encode(event)
        if self.path == STDOUT:
            line = line.replace(b"##", b"#\\u0023")  # CI servers read their log: `##[…]` is an order to them
        try:
            self._file.write(line + b"\n")
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.path, error) from error
        if isinstance(event, RunFinished):
            self._close()

    def _close(self) -> None:
        if self.path != STDOUT and hasattr(self, "_file"):
            self._file.close()
