"""What does one call of the command line do in this process: how does it end, and does it keep to its bounds?"""

from __future__ import annotations

import io
import re
import resource
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any

from harness.cli.main import main

__all__ = ["Ended", "call", "fault"]

MOST_CPU_S = 10
MOST_MEMORY_KB = 1_000_000
ALLOWED = frozenset({0, 1, 2, 4, 5})
_OUR_BUG = re.compile(r"Traceback \(most recent call last\)|a bug in harness|the reporter `\w+` of `harness\.")

_ELSEWHERE = re.compile(r"^ *--> ", re.MULTILINE)
"""A place in another file that is to blame, such as one that was read because of this one."""

_OF_THE_CALL = "no folder or request is called"
"""What is said of the call, not of a file."""


class _TooSlow(BaseException):
    """A call took more time of the processor than it may."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    code: int | str
    """The exit code, or the exception that came out."""
    text: str
    """All that was printed."""


def call(arguments: Sequence[str]) -> Ended:
    """Call `harness ARGUMENTS…` in this process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    code: int | str = 0
    with redirect_stdout(out), redirect_stderr(out), _limited():
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else str(ended.code)
        except _TooSlow:
            code = f"more than {MOST_CPU_S} s\n{traceback.format_exc()}"
        except BaseException:
            code = traceback.format_exc()
    buffer: Any = out.buffer
    return Ended(code, buffer.getvalue().decode("utf-8", "replace"))


def fault(ended: Ended, name: str) -> str | None:
    """Return what is wrong with the end of a call that was given the file `name`, or None."""
    if ended.code not in ALLOWED:
        return f"exit {ended.code}"
    if _OUR_BUG.search(ended.text):
        return "a bug in harness"
    if _OF_THE_CALL in ended.text:
        return None
    if ended.code == 4 and name not in ended.text and not _ELSEWHERE.search(ended.text):
        return "exit 4 without a place"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if peak > MOST_MEMORY_KB:
        return f"{peak:,} KB of memory"
    return None


@contextmanager
def _limited() -> Iterator[None]:
    """Raise `_TooSlow` in the block when it takes too much time of the processor."""

    def stop(_signal: int, _frame: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_CPU_S)
    try:
        yield
    finally:
        with suppress(_TooSlow):
            signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sys.stdout.flush()
