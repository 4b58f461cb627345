"""What is the one word for a whole run?"""

from __future__ import annotations

from typing import Literal

from harness.runner.result import INTERRUPTED, RunResult, Status

__all__ = ["Verdict", "verdict"]

Verdict = Literal["passed", "failed", "error", "unchecked", "interrupted"]


def verdict(result: RunResult) -> Verdict:
    """Return what became of a run. An exit code that was suppressed hides nothing here."""
    totals = result.totals
    if result.exit_code == INTERRUPTED:
        return "interrupted"
    if totals[Status.ERROR] or result.exit_code in (2, 3):
        return "error"
    if totals[Status.FAILED] or result.exit_code == 1:
        return "failed"
    return "passed" if totals[Status.PASSED] else "unchecked"
