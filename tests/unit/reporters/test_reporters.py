"""Are reporters found by their names, and do they all tell the same?"""

from __future__ import annotations

import io
import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from harness.errors import ReportError, UsageError
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.reporters import FILE_REPORTERS, REPORTERS, ReporterOptions, make_reporter
from harness.reporters.explain import Explainer
from harness.reporters.spool import publish
from harness.reporters.tee import Tee


def test_an_unknown_reporter_is_an_error() -> None:
    """A name that is near to a known one is asked for."""
    with pytest.raises(UsageError, match="unknown reporter `junitt`") as caught:
        make_reporter("junitt", ReporterOptions(), Explainer())

    assert caught.value.hint
    assert caught.value.hint.startswith("did you mean `junit`?")


_ENDINGS = {"github": ".github.md", "junit": ".junit.xml"}


@pytest.mark.parametrize("name", FILE_REPORTERS)
def test_a_report_that_cannot_be_written_is_found_before_the_run(name: str, tmp_path: Path) -> None:
    """A folder in its place, and a file in the place of its folder, are errors at once."""
    (tmp_path / "file").write_text("")
    (tmp_path / f"report{_ENDINGS.get(name, f'.{name}')}").mkdir()
    for path in (tmp_path, tmp_path / "file" / "out"):
        with pytest.raises(ReportError, match="cannot write the report"):
            make_reporter(name, ReporterOptions(path), Explainer())


@pytest.mark.parametrize(
    ("collection", "file"),
    [("Voice API", "Voice API.json"), ("../../etc/x", "_.._etc_x.json"), ("", "report.json"), ("...", "report.json")],
)
def test_the_default_file(collection: str, file: str) -> None:
    """The name of the collection makes the name of the file, and never a path out of the folder."""
    assert Path("reports", file) == ReporterOptions(collection=collection).path(".json")


def test_a_folder_gets_the_usual_file(tmp_path: Path) -> None:
    """A path that is a folder, or ends in a slash, gets the report under the collection's name."""
    assert tmp_path / "c.json" == ReporterOptions(tmp_path, "c").path(".json")
    assert Path("new/c.json") == ReporterOptions("new/", "c").path(".json")
    assert Path("new") == ReporterOptions("new", "c").path(".json")


def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    """Nobody else may read it while it is written, nor after."""
    seen: list[int] = []

    def chunks() -> Iterator[str]:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir())
        yield "secret"

    publish(tmp_path / "jar.json", chunks(), private=True)

    assert [0o600, 0o600] == [*seen, stat.S_IMODE((tmp_path / "jar.json").stat().st_mode)]


def test_a_report_appears_in_one_step(tmp_path: Path) -> None:
    """When writing fails half-way the old report is still there, and nothing else."""
    path = tmp_path / "out.xml"
    path.write_text("old")

    def broken() -> object:
        yield "new"
        raise OSError(28, "No space left on device")

    with pytest.raises(ReportError, match="no space left"):
        publish(path, broken())  # type: ignore[arg-type]

    assert ["old"] == [each.read_text() for each in tmp_path.iterdir()]


@pytest.mark.parametrize("repeats", [1, 7])
def test_all_reports_agree(build: SimpleNamespace, tmp_path: Path, repeats: int) -> None:
    """Terminal, JUnit and JSON give the counts of the run."""
    stream = io.StringIO()
    paths = {name: tmp_path / f"out.{name}" for name in FILE_REPORTERS}
    for name in REPORTERS:
        reporter = make_reporter(name, ReporterOptions(paths.get(name), stream=stream), Explainer())
        totals = build.run(reporter, build.every_status() * repeats).totals
    root = ElementTree.parse(paths["junit"]).getroot()
    document = json.loads(paths["json"].read_text())

    assert totals[Status.ERROR] == int(root.get("errors", ""))
    assert totals.assertions_failed == int(root.get("failures", ""))
    assert totals.assertions_failed == document["run"]["stats"]["assertions"]["failed"]
    assert {status: totals[status] for status in Status} == document["harness"]["totals"]
    for status in Status:
        assert re.search(rf"items: .*\b{totals[status]} {status.replace('_', ' ')}", stream.getvalue())


def test_no_report_holds_a_secret(build: SimpleNamespace, tmp_path: Path) -> None:
    """What is masked in the record stands in no report, neither in whole nor in part."""
    secret = "s3cr3t/of+the=account"
    redactor = Redactor()
    redactor.add(secret, "auth_token")
    stream = io.StringIO()
    paths = {name: tmp_path / f"out.{name}" for name in FILE_REPORTERS}
    result = build.result(
        Status.FAILED,
        item=build.item(secret),
        url=f"https://h/?q={secret}",
        notes=(secret,),
        curl=secret,
        reason=secret,
        assertions=(build.assertion(secret, False, expected=secret, actual=secret),),
        redactor=redactor,
    )
    for name in REPORTERS:
        build.run(make_reporter(name, ReporterOptions(paths.get(name), stream=stream), Explainer()), [result])

    for name, text in [("cli", stream.getvalue()), *((name, path.read_text()) for name, path in paths.items())]:
        assert not redactor.carries_secret(text)
        assert name == "html" or re.search("auth(_|&#95;)token", text)  # in the page data is deflated


def test_rich_is_imported_for_a_terminal_only() -> None:
    """Plain output pays nothing for it."""
    code = (
        "import sys; from harness.reporters import *; from harness.reporters.explain import Explainer; "
        "make_reporter('cli', ReporterOptions(), Explainer()); sys.exit('rich' in sys.modules)"
    )

    assert 0 == subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE).returncode


def test_two_reports_in_one_file_are_refused(tmp_path: Path) -> None:
    """The second would take the place of the first."""
    options = ReporterOptions(tmp_path / "out")

    with pytest.raises(UsageError, match="two reports go to the same file"):
        Tee(make_reporter(name, options, Explainer()) for name in ("json", "junit"))
