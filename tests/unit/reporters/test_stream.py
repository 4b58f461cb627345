"""Does a stored run tell the same as the run itself did?"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import LoadError, ReportError
from harness.location import Location
from harness.reporters.ci.junit import JUnitReporter
from harness.reporters.explain import Explainer
from harness.reporters.stream.reader import read_events, read_results
from harness.reporters.stream.writer import NdjsonReporter
from harness.reporters.tee import Tee
from harness.runner.events import RunEvent, RunFinished
from harness.runner.result import INTERRUPTED, Status


@pytest.fixture
def stored(tmp_path: Path, build: SimpleNamespace) -> Path:
    """Store a run with a result of each status, one of them with a place in the file."""
    place = Location(build.source, ("item", 0, "item", 0, "request"))
    difference = build.difference(location=place)
    wrong = build.assertion("b", False, location=place, differences=(difference,))
    failed = build.result(Status.FAILED, exchange=build.exchange(500, b"\xff\xfe"), assertions=(wrong,))
    build.run(NdjsonReporter(tmp_path / "run.ndjson", Explainer()), [*build.every_status(), failed], exit_code=2)
    return tmp_path / "run.ndjson"


def test_other_reports_come_out_of_a_stored_run(stored: Path, tmp_path: Path) -> None:
    """Written anew from what was read, the record is the same, times of writing aside."""
    reporter = NdjsonReporter(tmp_path / "again.ndjson", Explainer())
    junit = JUnitReporter(tmp_path / "again.xml", Explainer())
    for event in read_events(stored):
        reporter.handle(event)
        junit.handle(event)

    def lines(path: Path) -> list[dict[str, object]]:
        return [{**json.loads(line), "at": 0} for line in path.read_text().splitlines()]

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


@pytest.mark.parametrize("text", ["", "{}\n", "nonsense\n", '{"event": "item_finished", "result": {}}\n', "[]\n"])
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
