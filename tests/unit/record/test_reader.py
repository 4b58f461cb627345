"""Does a stored run tell the same as the run itself did?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import LoadError, ReportError
from harness.location import Location
from harness.record.events import RunEvent, RunFinished
from harness.record.ledger import INTERRUPTED
from harness.record.reader import read_events, read_results
from harness.record.status import Status
from harness.reporters.ci.junit import JUnitReporter
from harness.reporters.explain import Explainer
from harness.reporters.ndjson import NdjsonReporter
from harness.reporters.tee import Tee


@pytest.fixture
def stored(tmp_path: Path, build: SimpleNamespace) -> Path:
    """Store a run with a result of each status, one of them with a place in the file."""
    place = Location(build.source, ("item", 0, "item", 0, "request"))
    difference = build.difference(location=place)
    wrong = build.assertion("b", False, location=place, differences=(difference,))
    failed = build.result(Status.FAILED, exchange=build.exchange(500, b"\xff\xfe"), assertions=(wrong,))
    build.run(NdjsonReporter(tmp_path / "run.ndjson", Explainer()), [*build.every_status(), failed])
    return tmp_path / "run.ndjson"


def test_other_reports_come_out_of_a_stored_run(stored: Path, tmp_path: Path) -> None:
    """Written anew from what was read, the record is the same."""
    reporter = NdjsonReporter(tmp_path / "again.ndjson", Explainer())
    junit = JUnitReporter(tmp_path / "again.xml", Explainer())
    for event in read_events(stored):
        reporter.handle(event)
        junit.handle(event)

    def lines(path: Path) -> list[str]:
        return path.read_text().splitlines()

    assert lines(stored) == lines(tmp_path / "again.ndjson")
    assert "collections/phlo.postman_collection.json" in (tmp_path / "again.xml").read_text()


def test_each_line_is_there_at_once(tmp_path: Path, build: SimpleNamespace) -> None:
    """A run that is cut off leaves all it did, and reads as interrupted, never as green."""
    path = tmp_path / "run.ndjson"
    reporter = NdjsonReporter(path, Explainer())
    seen: list[int] = []

    class Counting:
        def handle(self, event: RunEvent) -> None:
            if not isinstance(event, RunFinished):
                reporter.handle(event)
                seen.append(len(path.read_text().splitlines()))

    build.run(Counting(), [build.result(), build.result()])
    *_, last = read_events(path)

    assert [1, 2, 3] == seen
    assert isinstance(last, RunFinished)
    assert (INTERRUPTED, 2) == (last.result.exit_code, last.result.totals.items)
    with pytest.raises(LoadError, match="did not end"):
        list(read_results(path))


@pytest.mark.parametrize(
    "text",
    ["", "{}\n", "nonsense\n", '{"event": "item_finished"}\n', "[]\n", "\xff\n", '{"event": "run_started"}\n', "1\n"],
)
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    """Any other file is an error with a sentence."""
    (tmp_path / "x").write_text(text)

    with pytest.raises(LoadError):
        list(read_events(tmp_path / "x"))


def test_one_broken_report_leaves_the_others_whole(tmp_path: Path, build: SimpleNamespace) -> None:
    """The other reports are finished, and the fault is told at the end."""

    class Broken:
        def handle(self, event: RunEvent) -> None:
            raise ZeroDivisionError("oh")

    with pytest.raises(ReportError, match=r"`Broken` of .* failed: ZeroDivisionError: oh"):
        build.run(Tee([Broken(), JUnitReporter(tmp_path / "out.xml", Explainer())]), build.every_status())

    assert (tmp_path / "out.xml").exists()


def test_another_version_of_the_format_is_refused(stored: Path) -> None:
    """With the version that is there, and the one that is read; whatever else the line holds."""
    first, rest = stored.read_text().split("\n", 1)
    stored.write_text(first.replace('"format_version":2', '"format_version":1') + "\n" + rest)

    with pytest.raises(LoadError, match="version 1 of the format is not 2"):
        list(read_events(stored))


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('"status":"failed"', '"status":"fine"', r"Invalid enum value 'fine' - at `\$.status`"),
        ('"at":', '"at":-', "`at` is no time"),
        ('"method":"GET"', '"method":7', r"Expected `str`, got `int` - at `\$"),
    ],
)
def test_a_broken_line_is_told_with_its_place(stored: Path, written: str, instead: str, said: str) -> None:
    """The line of the file, and the member in it."""
    lines = stored.read_text().split("\n")
    assert written in lines[2]
    lines[2] = lines[2].replace(written, instead, 1)
    stored.write_text("\n".join(lines))

    with pytest.raises(LoadError, match=said) as caught:
        list(read_events(stored))
    assert str(caught.value.problem.location).endswith("run.ndjson:3:1")
