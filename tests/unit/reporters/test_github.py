"""Does GitHub get annotations on the right lines, and can no text of a run speak to it?"""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import ReportError
from harness.redaction.redactor import Redactor
from harness.reporters.ci.github import GitHubReporter
from harness.reporters.explain import Explainer
from harness.runner.result import ItemResult, Status


@pytest.fixture(autouse=True)
def _not_on_github(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def report(tmp_path: Path, build: SimpleNamespace) -> Any:
    """Give a function that reports results and returns the commands and the summary."""

    def write(*results: ItemResult, explain: Explainer | None = None) -> tuple[list[str], str]:
        path, stream = tmp_path / "summary.md", io.StringIO()
        build.run(GitHubReporter(path, explain or Explainer(), stream), results)
        return list(filter(None, stream.getvalue().split("\n"))), path.read_text(encoding="utf-8")

    return write


def test_a_failure_is_an_annotation_on_its_line(report: Any, build: SimpleNamespace) -> None:
    """The line is that of the expectation, else that of the item; what was not judged is one warning."""
    location = build.item().location.child("request", "url")
    failed = build.assertion(passed=False, location=location)
    commands, _ = report(
        build.result(Status.FAILED, assertions=(failed,)), build.result(Status.ERROR), build.result(Status.UNCHECKED)
    )

    line = location.position.line
    assert line != 5
    file = "file=collections/phlo.postman_collection.json"
    assert [
        f"::error {file},title=Voice › PHLO › Run,line={line},col={location.position.column}"
        f"::status is 200: expected 200, actual 500 - at {location.json_path}",
        f"::error {file},title=Voice › PHLO › Run,line=5,col={build.item().location.position.column}"
        "::cannot connect to `api.test`",
        "::warning title=Voice::1 request was answered, but nothing judged the answer",
    ] == commands[2:]


def test_commands_are_stopped_while_answers_are_printed(report: Any) -> None:
    """Between start and end GitHub listens to one word only, which nobody can guess."""
    first, second = report()[0], report()[0]

    stopped, resumed = first[:2]
    assert stopped == f"::stop-commands::{resumed.strip(':')}"
    assert len(resumed) > 20
    assert first[0] != second[0]


def test_no_text_is_a_command_or_markup(report: Any, build: SimpleNamespace) -> None:
    """Line breaks, commas and colons in names stay in their place; the summary shows markup as text."""
    text = "a\n::add-mask::b,line=1:%0A | <img src=x> [l](javascript:x) @all `c`"
    commands, summary = report(
        build.result(Status.FAILED, item=build.item(text), assertions=(build.assertion(text, False, actual=text),)),
        build.result(Status.WITHHELD, item=build.item(text), reason=text),
    )

    assert all(command.startswith(("::error file=", "::stop-commands::")) for command in [commands[0], *commands[2:]])
    title = commands[2].partition("title=")[2].partition(",line=5,")[0]
    assert title
    assert not {",", ":"} & set(title)
    assert "%250A" in title
    assert "<img" not in summary
    assert "[l]" not in summary
    assert "@all" not in summary
    rows = [line for line in summary.split("\n") if line.startswith("| Voice")]
    assert [4, 4] == [row.count("|") for row in rows]


def test_the_page_of_the_job_gets_the_summary_as_well(
    report: Any, build: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other steps wrote there stays."""
    page = tmp_path / "page.md"
    page.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    _, summary = report(*build.every_status())

    assert f"before\n{summary}" == page.read_text(encoding="utf-8")
    assert "## ❌ Voice: error" in summary
    assert "Responses: avg 12 ms, p50 12 ms, p95 12 ms, max 12 ms" in summary
    assert "| 7 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 4 | 1 | 3 | 1.2 s |" in summary


def test_files_are_named_from_the_root_of_the_checkout(
    report: Any, build: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub finds no file by a path that begins in the folder of a step."""
    (tmp_path / "api").mkdir()
    monkeypatch.chdir(tmp_path / "api")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    commands, _ = report(build.result(Status.ERROR))

    assert "file=api/collections/phlo.postman_collection.json," in commands[2]


def test_secrets_are_masked(report: Any, build: SimpleNamespace) -> None:
    """In names, reasons and messages, before anything is escaped."""
    redactor = Redactor()
    redactor.add("s3cr,et:x", "key")
    said = build.assertion("has s3cr,et:x", False, actual="s3cr%2Cet%3Ax")
    commands, summary = report(
        build.result(Status.FAILED, item=build.item("s3cr,et:x"), assertions=(said,)), explain=Explainer(redactor)
    )

    assert "s3cr" not in "\n".join(commands) + summary
    assert "‹key›" in commands[2]


def test_a_summary_that_cannot_be_written_is_found_before_the_run(tmp_path: Path) -> None:
    """A folder in its place is an error at once."""
    with pytest.raises(ReportError, match="cannot write the report"):
        GitHubReporter(tmp_path, Explainer())
