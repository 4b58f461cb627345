"""`Tee`: several reports of one run, of which one may fail on the way."""

from __future__ import annotations

import os
from collections.abc import Iterable

from harness.errors import HarnessError, ReportError, UsageError
from harness.record.events import Reporter, RunEvent, RunFinished

__all__ = ["Tee"]


class Tee:
    """Hands every event to each reporter. One that fails hears no more; the others are finished before that is told.

    Raises `UsageError` where two of them write the same file.
    """

    def __init__(self, reporters: Iterable[Reporter]) -> None:
        self._reporters = list(reporters)
        files = [os.path.realpath(path) for path in (getattr(each, "path", None) for each in self._reporters) if path]
        if twice := next((file for file in files if files.count(file) > 1), None):
            raise UsageError(f"two reports go to the same file: {twice}", hint="name another file for one of them")
        self._failed: list[HarnessError] = []

    @property
    def sources(self) -> bool:
        """Whether one of them shows what the collection says of each item."""
        return any(getattr(reporter, "sources", False) for reporter in self._reporters)

    def handle(self, event: RunEvent, *, framing: bool | None = None) -> None:
        """Hand on the next event; with `framing` only to those that frame what others print, or only to the others.

        Raises `ReportError` at the end of the run if a report could not be completed.
        """
        for reporter in self._in_order(event):
            if framing not in (None, _frames(reporter)):
                continue
            try:
                reporter.handle(event)
            except BrokenPipeError:  # the reader of our output has gone: nobody is left to be told
                raise
            except Exception as error:
                self._reporters.remove(reporter)
                self._failed.append(_told(reporter, error))
        if isinstance(event, RunFinished) and self._failed:
            failed, self._failed = self._failed, []
            problems = [problem for error in failed for problem in error.problems]
            raise ReportError(str(problems[0].summary), problems=problems) from failed[0]

    def _in_order(self, event: RunEvent) -> list[Reporter]:
        ends = isinstance(event, RunFinished)
        return sorted(self._reporters, key=lambda reporter: _frames(reporter) is ends)


def _frames(reporter: Reporter) -> bool:
    """Return whether a reporter is to hear of the beginning before all others print, and of the end after them."""
    return bool(getattr(reporter, "frames", False))


def _told(reporter: Reporter, error: Exception) -> HarnessError:
    if isinstance(error, HarnessError):
        return error
    if isinstance(error, OSError):
        failure = ReportError(f"cannot write a report: {(error.strerror or str(error)).lower()}")
    else:
        failure = ReportError(
            f"the reporter `{type(reporter).__name__}` of `{type(reporter).__module__}` failed: "
            f"{type(error).__name__}: {error}",
            hint="`--debug` shows the traceback",
        )
    failure.__cause__ = error
    return failure
