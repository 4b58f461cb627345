"""`fail_by_bug`: an item whose run has raised an exception that nobody foresaw.

One item's trouble never ends the run: it is an error of that item, the rest runs, and the exit code is 3 at the end.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from harness.errors import Problem
from harness.record.item import BUG
from harness.record.status import Status
from harness.runner.outcome import Outcome

__all__ = ["fail_by_bug", "words_of_bug"]

_PACKAGE = Path(__file__).parent.parent
_LONGEST = 300


def fail_by_bug(outcome: Outcome, error: Exception, *, traced: bool) -> None:
    """Say so in the outcome, with the place in harness, and with the whole traceback as a note if `traced`."""
    hint = f"please report it with this request{_WITH_TRACE if traced else _HOW_TO_TRACE}; the other requests still run"
    outcome.status, outcome.error_type = Status.ERROR, BUG
    outcome.error = Problem(words_of_bug(error), outcome.item.location, hint)
    if traced:
        outcome.notes = (*outcome.notes, "".join(traceback.format_exception(error)))


_HOW_TO_TRACE = " and the traceback, which `--debug` shows"
_WITH_TRACE = " and the traceback below"


def words_of_bug(error: Exception) -> str:
    """Return what has gone wrong and where in harness, in one line."""
    said = " ".join(str(error).split())[:_LONGEST]
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    where = (
        f" (harness/{Path(frames[-1].filename).relative_to(_PACKAGE).as_posix()}:{frames[-1].lineno})" if frames else ""
    )
    return f"this is a bug in harness: {type(error).__name__}: {said}".removesuffix(": ") + where
