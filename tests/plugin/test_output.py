"""What does somebody read about a request that failed, and what do pytest's own reports hold?"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

FILE = "api/shop.postman_collection.json"


def test_a_failing_request_is_explained(project: Any) -> None:
    """Expected, actual, path, example, place and curl command are shown, never a Python traceback."""
    project.break_stock()
    told = project.pytest(FILE)

    assert told.code == 1
    for text in (
        "failed: Shop › Stock",
        "$.count: type changed",
        "expected: number",
        "actual:   string",
        'example:  "In stock"',
        f"--> {FILE}:28:",
        f"curl {project.url}/stock",
        "Captured request call",
        "Captured response call",
        '{"count": "many"}',
        f"FAILED {FILE}::Stock",
    ):
        assert text in told.text
    assert "Traceback" not in told.text
    assert "nodes.py" not in told.text


def test_an_error_is_explained(project: Any) -> None:
    """A request that could not be sent is an error in the words of the command line."""
    told = project.pytest(f"{FILE}::Health", "--harness-env-var", "base_url=http://127.0.0.1:9", "--tb=short")
    refused = project.bare(f"{FILE}::Health", "--harness-env-var", "base_url=http://127.0.0.1:9", "--tb=short")

    assert told.code == 5  # the later value of a variable wins: the server's
    assert refused.code == 1
    assert "error: connection refused: 127.0.0.1:9" in refused.text
    assert "Traceback" not in refused.text


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "workers"])
def test_lists_of_failures_have_one_line_each(project: Any, workers: tuple[str, ...]) -> None:
    """On a CI server pytest cuts no line of its short summary: there the whole explanation would come twice."""
    project.break_stock()
    told = project.process(FILE, *workers, "--junitxml=j.xml", env={"CI": "true"})
    summary = told.text.partition("short test summary info")[2].splitlines()[1:]
    failure = ElementTree.parse(project.root / "j.xml").getroot().find(".//failure")
    line = "$.count: type changed, expected number, actual string"

    assert summary[0].startswith(f"FAILED {FILE}::Stock - {line}")
    assert summary[1].startswith("=====")
    assert failure is not None
    assert failure.get("message", "").startswith(line)
    assert "\n" not in failure.get("message", "")
    assert "to send it again:" in str(failure.text)
    assert told.text.count("to send it again:") == 1


def test_one_line_of_each_failure_only(project: Any) -> None:
    """`--tb=line` shows where the request stands and what is wrong with the answer; errors say that they are."""
    project.break_stock()
    failed = project.pytest(FILE, "--tb=line")
    refused = project.bare(f"{FILE}::Health", "--harness-env-var", "base_url=http://127.0.0.1:9", "-vv")

    assert f"{FILE}:25: $.count: type changed, expected number, actual string" in failed.text
    assert "to send it again" not in failed.text
    assert f"FAILED {FILE}::Health - error: connection refused: 127.0.0.1:9" in refused.text
    assert refused.text.count("to send it again") == 1


def test_a_test_that_wants_a_failed_exchange(project: Any) -> None:
    """Its error is the explanation of the request, in one line where pytest lists what failed."""
    project.write(test_plain='import pytest\n@pytest.mark.harness("Health")\ndef test_it(exchange): pass\n')
    told = project.bare(f"{FILE}::Health", "test_plain.py", "--harness-env-var", "base_url=http://127.0.0.1:9", "-vv")

    assert "ERROR test_plain.py::test_it - error: connection refused: 127.0.0.1:9" in told.text
    assert "Traceback" not in told.text
    assert "def exchange" not in told.text


def test_the_place_of_an_item_is_in_the_collection(project: Any, pytester: Any) -> None:
    """`reportinfo` names the collection file and the line where the request begins."""
    items, _ = pytester.inline_genitems(FILE)
    lines = (project.root / FILE).read_text(encoding="utf-8").splitlines()
    places = [item.reportinfo() for item in items]

    assert {path for path, _, _ in places} == {project.root / FILE}
    assert '"name": "Health"' in lines[places[2][1]]
    assert [title for _, _, title in places][:2] == ["Users › List users", "Users › Create a user"]


def test_junit_of_pytest(project: Any) -> None:
    """pytest's own JUnit file has the explanation and the properties of each request."""
    project.break_stock()
    project.pytest(FILE, "--junitxml=j.xml")
    cases = ElementTree.parse(project.root / "j.xml").getroot().findall(".//testcase")
    properties = [{one.get("name"): one.get("value") for one in case.iter("property")} for case in cases]

    assert [each["harness_status"] for each in properties] == ["passed", "passed", "unchecked", "failed"]
    assert [each["harness_code"] for each in properties] == ["200", "201", "200", "200"]
    assert properties[3]["harness_url"] == f"{project.url}/stock"
    assert str(properties[3]["harness_curl"]).startswith("curl ")
    assert properties[3]["harness_example"] == "In stock"
    assert "expected: number" in str(cases[3].findtext("failure"))


def test_reports_of_the_harness(project: Any) -> None:
    """`--harness-report` writes the reports of `harness run` with the same executions in them."""
    told = project.pytest(FILE, "--harness-report", "json=out/run.json", "--harness-report", "junit=out/run.xml")
    run = json.loads((project.root / "out" / "run.json").read_text(encoding="utf-8"))["run"]
    suites = ElementTree.parse(project.root / "out" / "run.xml").getroot()

    assert told.code == 0
    assert [one["harness"]["status"] for one in run["executions"]] == ["passed", "passed", "unchecked", "passed"]
    assert next(case.get("name") for case in suites.iter("testcase")) == "status is 200"


def test_reports_take_their_options(project: Any) -> None:
    """`--harness-report-option` is what `--reporter-<name>-<option>` is on the command line."""
    reports = ("--harness-report", "htmlextra=run.html", "--harness-report", "junit=run.xml")
    options = ("--harness-report-option", "html-title=Smoke = here", "--harness-report-option", "junit-locations")
    told = project.pytest(FILE, *reports, *options)
    case = next(ElementTree.parse(project.root / "run.xml").getroot().iter("testcase"))

    assert told.code == 0
    assert "Smoke = here" in (project.root / "run.html").read_text(encoding="utf-8")
    assert (FILE, True) == (case.get("file"), int(case.get("line", "")) > 1)


def test_categories(project: Any) -> None:
    """Unchecked and withheld requests are named so, also one by one."""
    told = project.pytest(FILE, "-v", "-ra")

    assert f"{FILE}::Health UNCHECKED" in told.text
    assert "3 passed, 1 unchecked" in told.text
