"""How do several reports come about of one run, when one of them fails on the way?"""

from __future__ import annotations

from collections.abc import Iterable

from harness.errors import HarnessError, ReportError
from harness.runner.events import Reporter, RunEvent, RunFinished

__all__ = ["Tee"]


class Tee:
    """Hands every event to each reporter. One that fails hears no more; the others are finished before that is told."""

    def __init__(self, reporters: Iterable[Reporter]) -> None:
        self._reporters = list(reporters)
        self._failed: list[HarnessError] = []

    def handle(self, event: RunEvent) -> None:
        """Hand on the next event. Raises `ReportError` at the end of the run if a report could not be completed."""
        for reporter in list(self._reporters):
            try:
                reporter.handle(event)
            except BrokenPipeError:  # the reader of our output has gone: nobody is left to be told
                raise
            except Exception as error:
                self._reporters.remove(reporter)
                self._failed.append(_told(reporter, error))
        if isinstance(event, RunFinished) and self._failed:
            problems = [problem for error in self._failed for problem in error.problems]
            raise ReportError(str(problems[0].summary), problems=problems) from self._failed[0]


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
