"""Does the terminal show each item, each failure and the sums, on any terminal?"""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

import pytest

from harness.reporters.explain import Explainer
from harness.reporters.screen import width
from harness.reporters.terminal.reporter import TerminalReporter
from harness.runner.events import ItemFinished, ItemStarted, RunFinished, RunStarted
from harness.runner.result import RunResult, Status, Totals


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class AsciiStream(io.StringIO):
    """A stream that can hold ASCII only."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Say so."""
        return "ascii"


def shown(
    build: SimpleNamespace, results: Any, stream: io.StringIO | None = None, exit_code: int = 2, **options: Any
) -> str:
    """Return all that is printed of a run."""
    stream = stream or io.StringIO()
    build.run(TerminalReporter(Explainer(), stream=stream, **options), results, exit_code=exit_code)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_line_for_each_item(build: SimpleNamespace) -> None:
    """An item's line says in words what became of it, and names request, status and time."""
    lines = shown(build, build.every_status()).splitlines()

    assert "✓ passed      GET    PHLO › Run   200   12 ms" == lines[2]
    assert "✗ failed      GET    PHLO › Run   500   12 ms" == lines[3]
    assert "‼ error       GET    PHLO › Run" == lines[4]
    assert "– not reached GET    PHLO › Run" == lines[8]


def test_the_end_of_a_run(build: SimpleNamespace) -> None:
    """Failures, what was not judged and why, the sums, and one closing line."""
    text = shown(build, build.every_status())

    assert "Failures\n────────\nfailed: Voice › PHLO › Run\n" in text
    assert "error: cannot connect to `api.test`" in text
    assert "unchecked: 1, no example, schema or script\n  PHLO › Run\n" in text
    assert "withheld: 1, `live` is protected\n" in text
    assert re.search(r"^assertions: +4 \(1 failed\)$", text, re.MULTILINE)
    assert re.search(r"^environment: +staging$", text, re.MULTILINE)
    assert text.endswith("\nerror: 1 of 7 items could not be asked, 1 failed\n")


@pytest.mark.parametrize(
    ("statuses", "exit_code", "closing"),
    [
        ([Status.PASSED, Status.SKIPPED], 0, "passed: 1 of 2 items, 1 assertion"),
        ([Status.PASSED, Status.FAILED], 1, "failed: 1 of 2 items"),
        ([Status.FAILED], 0, "failed: 1 of 1 item (exit code suppressed)"),
        ([Status.WITHHELD], 5, "nothing was judged: 1 item"),
        ([], 5, "nothing was judged: 0 items"),
        ([Status.PASSED], 130, "interrupted after 1 item"),
    ],
)
def test_the_closing_line(build: SimpleNamespace, statuses: list[Status], exit_code: int, closing: str) -> None:
    """The last line is the verdict, whatever was done to the exit code."""
    results = [
        build.result(status, assertions=(build.assertion(),) if status is Status.PASSED else ()) for status in statuses
    ]
    stream = io.StringIO()
    build.run(TerminalReporter(Explainer(), stream=stream), results, exit_code=exit_code)

    assert closing == stream.getvalue().splitlines()[-1]


@pytest.mark.parametrize("columns", [40, 57, 80])
def test_a_narrow_terminal(build: SimpleNamespace, columns: int) -> None:
    """Lines of our own words fit the terminal; only commands and what a file says may be longer."""
    results = [build.result(item=build.item("Retrieve a multi-party call of the account")) for _ in range(3)]

    assert all(width(line) <= columns for line in shown(build, results, width=columns).splitlines())


def test_an_ascii_stream(build: SimpleNamespace) -> None:
    """Where ✓ cannot be written, a plus stands."""
    text = shown(build, build.every_status(), AsciiStream())

    assert text.isascii()
    assert "+ passed      GET    PHLO > Run   200   12 ms" in text


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (io.StringIO, {}, False),
        (io.StringIO, {"FORCE_COLOR": "1"}, True),
        (Terminal, {}, True),
        (Terminal, {"NO_COLOR": "1"}, False),
        (Terminal, {"TERM": "dumb"}, False),
    ],
)
def test_colour(
    build: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    stream: type[io.StringIO],
    environment: dict[str, str],
    expected: bool,
) -> None:
    """Colour is for terminals; NO_COLOR and FORCE_COLOR have the say."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = shown(build, build.every_status(), stream())

    assert expected == bool(re.search(r"\x1b\[3\dm", text))


def test_live_progress(build: SimpleNamespace) -> None:
    """On a terminal the item under way is named, markup in a name is plain text, and the lines stay."""
    stream = Terminal()
    reporter = TerminalReporter(Explainer(), stream=stream, width=80)
    reporter.handle(RunStarted(("Voice",), (None,), 1, 1))
    reporter.handle(ItemStarted(build.item("[bold]Run[/nope]"), 0))
    reporter.close()
    text = shown(build, [build.result(item=build.item("[bold]Run[/nope]"))], Terminal(), 0, width=80)

    assert "PHLO › [bold]Run[/nope]" in text
    assert "passed: 1 of 1 item" in text


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_line_of_a_running_run(build: SimpleNamespace, columns: int) -> None:
    """It tells what is done, what failed, which iteration and request, and never breaks."""
    stream = Terminal()
    reporter = TerminalReporter(Explainer(), stream=stream, width=columns)
    reporter.handle(RunStarted(("Voice",), (None,), 12, 3))
    reporter.handle(ItemFinished(build.result(Status.FAILED)))
    reporter.handle(ItemStarted(build.item("Retrieve a multi-party call of the account"), 1))
    reporter.close()
    drawn = [line for line in re.split(r"[\r\n]|\x1b\[[\d;?]*[A-Za-z]", stream.getvalue()) if "1/12" in line]

    assert drawn
    assert "1/12 · 1 failed · iteration 2/3" in drawn[-1]
    assert ("PHLO › Re" in drawn[-1]) == (columns >= 80)
    assert all(width(line) <= columns for line in drawn)


def test_nothing_is_gathered_without_bound(build: SimpleNamespace) -> None:
    """Many reasons and many items are counted, not listed."""
    results = [build.result(Status.WITHHELD, reason="protected") for _ in range(50)]
    results += [build.result(Status.SKIPPED, reason=f"reason {number}") for number in range(50)]
    text = shown(build, results)

    assert "withheld: 50, protected\n" in text
    assert "  and 30 more\n" in text
    assert "skipped: 31, other reasons\n" in text


def test_failures_beyond_those_kept_are_counted(build: SimpleNamespace) -> None:
    """A run that kept fewer failures than there were says how many are not shown."""
    totals = Totals()
    for _ in range(3):
        totals.add(build.result(Status.FAILED))
    stream = io.StringIO()
    reporter = TerminalReporter(Explainer(), stream=stream)
    reporter.handle(RunFinished(RunResult(totals, (build.result(Status.FAILED),), exit_code=1)))

    assert "and 2 more that failed" in stream.getvalue()
