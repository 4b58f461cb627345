"""Does the JUnit report count and place everything, and can any reader parse it?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from harness.location import Location
from harness.record.item import ConsoleMessage, ItemRecord
from harness.record.status import Status
from harness.reporters.ci.junit import JUnitReporter
from harness.reporters.explain import Explainer


@pytest.fixture
def report(tmp_path: Path, build: SimpleNamespace, schemas: Any) -> Any:
    """Give a function that reports results and returns the parsed root of what is valid by the schema of Jenkins."""

    def write(*results: ItemRecord) -> ElementTree.Element:
        path = tmp_path / "new" / "folder" / "out.xml"
        build.run(JUnitReporter(path, Explainer()), results)
        schemas.hold("junit", path)
        return ElementTree.parse(path).getroot()

    return write


@pytest.mark.no_cover
def test_the_counts_agree_with_the_testcases(report: Any, build: SimpleNamespace) -> None:
    """The root and each suite count the testcases and outcomes that stand in them."""
    root = report(*build.every_status())

    for element in (root, *root.iter("testsuite")):
        assert len(list(element.iter("testcase"))) == int(element.get("tests", ""))
        for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if attribute in element.attrib or child != "skipped":
                assert len(list(element.iter(child))) == int(element.get(attribute, ""))
    assert ("9", "1", "1") == tuple(root.get(name) for name in ("tests", "failures", "errors"))
    assert 4 == sum(int(suite.get("skipped", "")) for suite in root.iter("testsuite"))


def test_what_was_not_judged_is_skipped_with_its_reason(report: Any, build: SimpleNamespace) -> None:
    """Unchecked, skipped, withheld and not reached items are testcases that say why."""
    root = report(*build.every_status())

    assert [
        "unchecked: no example, schema or script",
        "skipped: skipped by a script",
        "withheld: `live` is protected",
        "not reached: stopped after the first failure",
    ] == [element.get("message") for element in root.iter("skipped")]


def test_an_error_is_a_testcase(report: Any, build: SimpleNamespace) -> None:
    """A refused connection is an `<error>` with its type."""
    error = next(report(build.result(Status.ERROR)).iter("error"))

    assert ("ConnectFailed", "cannot connect to `api.test`") == (error.get("type"), error.get("message"))


def test_every_iteration_keeps_its_failures(report: Any, build: SimpleNamespace) -> None:
    """A test that fails in the first of two iterations is a failure, as is one followed by another of its name."""
    one, two = build.assertion(passed=False), build.assertion()
    root = report(
        build.result(Status.FAILED, assertions=(one, two), iteration=0, iterations=2),
        build.result(Status.PASSED, assertions=(two,), iteration=1, iterations=2),
    )

    assert [
        ("PHLO::Run[row=0]", "status is 200", 1),
        ("PHLO::Run[row=0]", "status is 200 #2", 0),
        ("PHLO::Run[row=1]", "status is 200", 0),
    ] == [(case.get("classname"), case.get("name"), len(case)) for case in root.iter("testcase")]


def test_a_failed_item_is_never_green(report: Any, build: SimpleNamespace) -> None:
    """An item that failed without a failed assertion is a failure all the same."""
    root = report(build.result(Status.FAILED, assertions=(build.assertion(),), reason="answered 500"))

    assert ["failed: answered 500"] == [failure.get("message") for failure in root.iter("failure")]


def test_names_and_places(report: Any, build: SimpleNamespace) -> None:
    """A suite has the node id, file and properties, the line of its request among them; a class name has no dots."""
    root = report(build.result(item=build.item("GET /v1.0/me"), assertions=(build.assertion(),)))
    suite, case = next(root.iter("testsuite")), next(root.iter("testcase"))

    assert "PHLO::GET /v1.0/me" == suite.get("name")
    assert "PHLO::GET /v1·0/me" == case.get("classname")
    assert "collections/phlo.postman_collection.json" == suite.get("file")
    assert {"environment": "staging", "seed": "7", "line": "5"} == {
        element.get("name"): element.get("value") for element in suite.iter("property")
    }
    assert "curl 'https://api.test/v1/phlo?limit=2'" == suite.findtext("system-out")


def test_each_testcase_has_its_place_where_that_is_asked_for(tmp_path: Path, build: SimpleNamespace) -> None:
    """What failed is at the line that set the expectation, what passed at its request."""
    place = Location(build.source, ("item", 0, "item", 0, "response", 0))
    failed = build.assertion(passed=False, location=place)
    path = tmp_path / "out.xml"
    result = build.result(Status.FAILED, assertions=(build.assertion("body"), failed))
    build.run(JUnitReporter(path, Explainer(), {"locations": "true"}), [result])
    cases = list(ElementTree.parse(path).getroot().iter("testcase"))

    assert {"collections/phlo.postman_collection.json"} == {case.get("file") for case in cases}
    assert place.position is not None
    assert ["5", str(place.position.line)] == [case.get("line") for case in cases]


@pytest.mark.parametrize("text", ["]]>", "<b>&amp;\"'", "\x00\x1b[2J\x08", "\ud800\ufffe", "a\nb\tc"])
def test_any_text_is_well_formed(report: Any, build: SimpleNamespace, text: str) -> None:
    """Names, messages and bodies of any characters make a file that parses."""
    assertion = build.assertion(text, False, expected=text, actual=text)
    root = report(
        build.result(Status.FAILED, item=build.item(text), assertions=(assertion,), curl=text, notes=(text,)),
        build.result(Status.WITHHELD, reason=text),
        build.result(Status.ERROR, error_type=text),
    )

    assert 3 == len(list(root.iter("testsuite")))


def test_what_a_script_left_out_or_said_is_told(report: Any, build: SimpleNamespace) -> None:
    """A test skipped by its script is no passed testcase; what scripts wrote stands below the command."""
    left_out = build.assertion("later", skipped=True)
    said = (ConsoleMessage("warn", "a\nb", "Run › test"),)
    root = report(build.result(assertions=(build.assertion(), left_out), console=said))

    assert ["skipped by the script"] == [element.get("message") for element in root.iter("skipped")]
    suite = next(root.iter("testsuite"))
    assert ("2", "1", "0") == tuple(suite.get(name) for name in ("tests", "skipped", "failures"))
    assert "curl 'https://api.test/v1/phlo?limit=2'\n\nwarn: a\nb" == root.findtext(".//system-out")


def test_a_run_without_items_is_a_report(report: Any) -> None:
    """A run that ended before its first item has a valid report."""
    assert "0" == report().get("tests")


def test_only_the_report_is_left(tmp_path: Path, build: SimpleNamespace) -> None:
    """No temporary file stays behind."""
    build.run(JUnitReporter(tmp_path / "out.xml", Explainer()), build.every_status())

    assert ["out.xml"] == [path.name for path in tmp_path.iterdir()]
