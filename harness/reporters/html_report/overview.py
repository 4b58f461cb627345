"""What does the page say of the whole run, in the same numbers as every other report?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.moment import iso_utc
from harness.record.events import RunStarted
from harness.record.item import Effect
from harness.record.ledger import RunResult, Verdict
from harness.record.status import Status
from harness.reporters.explain import Explainer

__all__ = ["Overview"]

_MAX_KINDS = 30


class Overview:
    """The verdict, the counts and the circumstances of a run, as texts ready to be shown."""

    def __init__(self, started: RunStarted, result: RunResult, explain: Explainer) -> None:
        self._started = started
        self._result = result
        self._explain = explain

    @property
    def title(self) -> str:
        """The names of the collections."""
        return self._explain.text(", ".join(self._started.collections)) or "Requests of a pytest run"

    @property
    def verdict(self) -> Verdict:
        """The one word for the run."""
        return self._result.verdict

    @property
    def exit_code(self) -> int:
        """What the run exits with."""
        return self._result.exit_code

    @property
    def suppressed(self) -> bool:
        """Whether the exit code was told to say nothing of what went wrong."""
        return self._result.suppressed

    def statuses(self) -> list[tuple[str, int]]:
        """Return how many results ended in each way; those that all runs have, and the others that occurred."""
        always = {Status.PASSED, Status.FAILED, Status.ERROR, Status.UNCHECKED}
        totals = self._result.totals
        return [(status.value, totals[status]) for status in Status if totals[status] or status in always]

    def counts(self) -> Iterator[tuple[str, str]]:
        """Yield what was done, each with its number."""
        totals = self._result.totals
        yield "items", f"{totals.items:,}"
        yield "requests answered", f"{totals.requests:,}"
        failed = f" ({totals.assertions_failed:,} failed)" if totals.assertions_failed else ""
        yield "assertions", f"{totals.assertions:,}{failed}"
        if totals.compared:
            yield "compared with an example", f"{totals.compared:,}"
        if totals.iterations > 1:
            yield "iterations", f"{totals.iterations:,}"
        yield "received", _amount(totals.bytes_received)
        yield "time", _duration(self._result.elapsed_ms)
        if times := totals.times.line():
            yield "responses", times

    def circumstances(self) -> Iterator[tuple[str, str]]:
        """Yield under what circumstances it was done."""
        started, text = self._started, self._explain.text
        if started.environment:
            yield "environment", text(started.environment)
        yield "seed", text(str(self._result.seed))
        if started.mock_url:
            yield "mock", text(started.mock_url)
        if self._result.stopped:
            yield "stopped", text(self._result.stopped)

    def notes(self) -> list[str]:
        """Return what a person should know of the run."""
        return [self._explain.text(note) for note in (*self._started.notes, *self._result.notes)]

    def kinds(self) -> list[tuple[Effect, str, int]]:
        """Return severity, kind and number of the differences found; those that break the contract first."""
        return [(each.effect, each.kind, each.count) for each in self._result.totals.drift[:_MAX_KINDS]]

    @property
    def started_at(self) -> str:
        """When it began, for machines; the page puts it into the reader's own time zone."""
        return iso_utc(self._result.started_at or self._started.started_at, "seconds")

    @property
    def started_text(self) -> str:
        """When it began, for people."""
        return self.started_at.replace("T", " ").replace("Z", " UTC")


def _amount(size: int) -> str:
    if size < 1000:
        return f"{size} byte" if size == 1 else f"{size} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _duration(milliseconds: float) -> str:
    seconds = milliseconds / 1000
    return f"{seconds:.2f} s" if seconds < 60 else f"{int(seconds // 60)} min {seconds % 60:.0f} s"
