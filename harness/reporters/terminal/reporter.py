"""What does a person see while a run goes on, and at its end?"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from harness.reporters.explain import LINE_CHARACTERS, Explainer
from harness.reporters.screen import encodable, fold, harmless, in_ascii, pad, painted, width
from harness.reporters.tally import Tally
from harness.reporters.terminal.detail import assertion_lines, console_lines, exchange_lines, note_lines
from harness.reporters.terminal.progress import LiveProgress
from harness.reporters.verdict import verdict
from harness.runner.events import ItemFinished, ItemStarted, RunEvent, RunFinished, RunStarted
from harness.runner.result import NOT_JUDGED, WRONG, ItemResult, RunResult, Status

__all__ = ["TerminalReporter", "TerminalStyle"]

_SIGNS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.ERROR: ("‼", "red"),
    Status.UNCHECKED: ("○", "yellow"),
    Status.WITHHELD: ("○", "yellow"),
    Status.SKIPPED: ("–", "dim"),
    Status.NOT_REACHED: ("–", "dim"),
}
_VERDICT_COLOURS = {"passed": "green", "failed": "red", "error": "red", "unchecked": "yellow", "interrupted": "yellow"}
_WIDTH_OF_A_FILE = 120
_MAX_NAMES = 20
_MAX_REASONS = 20


@dataclass(frozen=True, slots=True)
class TerminalStyle:
    """How much is printed, by Newman's options."""

    switches: frozenset[str] = frozenset()
    """Those of `CLI_SWITCHES` that were given."""
    verbose: bool = False
    """Whether requests, answers and assertions are shown in full."""
    plain: bool = False
    """Whether our own signs are written in ASCII whatever the stream can hold."""


class TerminalReporter:
    """Prints a line for each item as it ends, then failures, what was not judged and why, and the summary."""

    def __init__(
        self,
        explain: Explainer,
        *,
        stream: TextIO | None = None,
        color: bool | None = None,
        width: int | None = None,
        style: TerminalStyle | None = None,
    ) -> None:
        self._stream = stream or sys.stdout
        self._live = _is_terminal(self._stream)
        self._color = _wants_color(self._live) if color is None else color
        self._columns = width or (shutil.get_terminal_size().columns if self._live else _WIDTH_OF_A_FILE)
        self._explain = explain.styled(color=self._color, width=self._columns)
        self._style = style or TerminalStyle()
        self._started = RunStarted((), (), 0, 1)
        self._tally = Tally()
        self._aside: dict[tuple[Status, str], list[str]] = {}
        self._aside_counts: dict[tuple[Status, str], int] = {}
        self._progress: LiveProgress | None = None

    def handle(self, event: RunEvent) -> None:
        """Take in the next event and print what there is to say."""
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, ItemStarted):
            if self._progress is not None:
                self._progress.begin(self._explain.item_name(event.item), event.iteration)
        elif isinstance(event, ItemFinished):
            self._item(event.result)
        elif isinstance(event, RunFinished):
            self._finish(event.result)

    def close(self) -> None:
        """Give the terminal back; safe to call at any time."""
        if self._progress is not None:
            self._progress.close()
            self._progress = None
            atexit.unregister(self.close)

    def _begin(self, event: RunStarted) -> None:
        self._started = event
        if self._shows("banner"):
            self._print(self._paint(self._explain.text(", ".join(event.collections), LINE_CHARACTERS), "bold"))
        for note in event.notes:
            self._print(fold(f"note: {self._explain.text(note, LINE_CHARACTERS)}", self._columns, "      "))
        self._print("")
        if self._live and event.items:
            self._progress = LiveProgress(event, self._stream, color=self._color, columns=self._columns)
            atexit.register(self.close)  # a run that ends in an exception must not leave the cursor hidden

    def _item(self, result: ItemResult) -> None:
        self._tally.add(result)
        if result.status in NOT_JUDGED:
            self._set_aside(result)
        self._print(self._item_line(result))
        # How a server broke HTTP is news even where the answer is fine; what is wrong is explained with its notes.
        if result.exchange is not None and result.status not in WRONG:
            for note in result.exchange.notes:
                self._print(fold(f"    note: {self._explain.text(note)}", self._columns, "          "))
        if self._shows("console"):
            for line in console_lines(result, self._explain):
                self._print(self._paint(fold(line, self._columns, "    "), "dim"))
        if self._style.verbose:
            self._details(result)
        if self._progress is not None:
            self._progress.advance(wrong=result.status in WRONG)

    def _details(self, result: ItemResult) -> None:
        for line in exchange_lines(result, self._explain):
            self._print(line)
        if result.status not in WRONG:  # the others tell theirs with what went wrong
            for line in note_lines(result, self._explain):
                self._print(self._paint(fold(line, self._columns, "          "), "dim"))
        if self._shows("assertions"):
            for line, assertion in assertion_lines(
                result, self._explain, failed_only=not self._shows("success-assertions")
            ):
                self._print(self._paint(line, "green" if assertion.passed else "red"))

    def _item_line(self, result: ItemResult) -> str:
        sign, colour = _SIGNS[result.status]
        clock = f"{datetime.now():%H:%M:%S} " if "show-timestamps" in self._style.switches else ""
        word = result.status.replace("_", " ")
        lead = f"{clock}{sign} {pad(word, 11)} "
        name = self._explain.item_name(result.item)
        turn = f" [{result.iteration + 1}/{result.iterations}]" if result.iterations > 1 else ""
        line = f"{lead}{pad(self._explain.text(result.method, LINE_CHARACTERS), 6)} {name}{turn}"
        if result.exchange is not None:
            line += f"   {result.exchange.response.status}   {result.elapsed_ms:.0f} ms"
        folded = fold(line, self._columns, "  ")
        return self._paint(lead, colour) + folded[len(lead) :] if folded.startswith(lead) else folded

    def _set_aside(self, result: ItemResult) -> None:
        key = (result.status, self._explain.text(result.reason or "", LINE_CHARACTERS))
        if key not in self._aside and len(self._aside) >= _MAX_REASONS:
            key = (result.status, "other reasons")
        names = self._aside.setdefault(key, [])
        self._aside_counts[key] = self._aside_counts.get(key, 0) + 1
        if len(names) < _MAX_NAMES:
            names.append(self._explain.item_name(result.item))

    def _finish(self, result: RunResult) -> None:
        self.close()
        self._print("")
        if self._shows("failures"):
            self._failures(result)
        self._not_judged()
        if self._shows("summary"):
            self._title("Summary")
            for label, value in self._summary(result):
                self._print(fold(f"{label + ':':<13} {value}", self._columns, " " * 14))
            self._print("")
        word = verdict(result)
        self._print(self._paint(fold(self._closing(result, word), self._columns), _VERDICT_COLOURS[word]))
        self._stream.flush()

    def _shows(self, part: str) -> bool:
        return f"no-{part}" not in self._style.switches

    def _failures(self, result: RunResult) -> None:
        if result.failures:
            self._title("Failures")
        for failure in result.failures:
            self._print(self._explain.failure(failure) + "\n")
        wrong = sum(result.totals[status] for status in WRONG)
        if wrong > len(result.failures):
            self._print(f"and {wrong - len(result.failures)} more that failed\n")

    def _not_judged(self) -> None:
        if not self._aside:
            return
        self._title("Not judged")
        for status in NOT_JUDGED:
            for (kind, reason), names in self._aside.items():
                if kind is not status:
                    continue
                count = self._aside_counts[kind, reason]
                word = status.replace("_", " ")
                head = f"{word}: {count}" + (f", {reason}" if reason else "")
                self._print(fold(head, self._columns, "  "))
                for name in names:
                    self._print(fold(f"  {name}", self._columns, "    "))
                if count > len(names):
                    self._print(f"  and {count - len(names)} more")
        self._print("")

    def _summary(self, result: RunResult) -> Iterator[tuple[str, str]]:
        totals = result.totals
        shown = [status for status in Status if totals[status]]
        counts = ", ".join(f"{totals[status]} {status.replace('_', ' ')}" for status in shown)
        yield "items", f"{totals.items}" + (f" ({counts})" if counts else "")
        failed = f" ({totals.assertions_failed} failed)" if totals.assertions_failed else ""
        yield "assertions", f"{totals.assertions}{failed}"
        yield "requests", f"{totals.requests}"
        if totals.iterations > 1:
            yield "iterations", f"{totals.iterations}"
        if self._tally.compared:
            yield "examples", f"{_counted(self._tally.compared, 'answer')} compared with an example"
        for label, found in self._tally.drift_lines():
            yield label, self._explain.text(found)
        yield "time", f"{result.elapsed_ms / 1000:.2f} s"
        if times := self._tally.time_line():
            yield "responses", times
        yield "received", _amount(totals.bytes_received)
        if self._started.environment:
            yield "environment", self._explain.text(self._started.environment, LINE_CHARACTERS)
        yield "seed", self._explain.text(str(result.seed))
        if self._started.mock_url:
            yield "mock", self._explain.text(self._started.mock_url)
        if result.stopped:
            yield "stopped", self._explain.text(result.stopped, LINE_CHARACTERS)
        for note in result.notes:
            yield "note", self._explain.text(note, LINE_CHARACTERS)

    def _closing(self, result: RunResult, word: str) -> str:
        totals = result.totals
        count = _counted(totals.items, "item")
        suppressed = " (exit code suppressed)" if word in {"failed", "error"} and result.exit_code == 0 else ""
        said: Mapping[str, str] = {
            "passed": f"passed: {totals[Status.PASSED]} of {count}, {_counted(totals.assertions, 'assertion')}",
            "failed": f"failed: {totals[Status.FAILED]} of {count}",
            "error": f"error: {totals[Status.ERROR]} of {count} could not be asked"
            + (f", {totals[Status.FAILED]} failed" if totals[Status.FAILED] else ""),
            "unchecked": f"nothing was judged: {count}",
            "interrupted": f"interrupted after {count}",
        }
        return said[word] + suppressed

    def _title(self, title: str) -> None:
        self._print(self._paint(f"{title}\n{'─' * width(title)}", "bold"))

    def _paint(self, text: str, colour: str) -> str:
        return painted(text, colour, color=self._color)

    def _print(self, text: str) -> None:
        text = encodable(in_ascii(harmless(text)) if self._style.plain else harmless(text), self._stream.encoding)
        if self._progress is None:
            self._stream.write(text + "\n")
        else:
            self._progress.print(text)


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _wants_color(terminal: bool) -> bool:
    # no-color.org: any value that is not empty says no.
    return not os.environ.get("NO_COLOR") and (terminal or bool(os.environ.get("FORCE_COLOR")))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _amount(size: int) -> str:
    if size < 1000:
        return _counted(size, "byte")
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
