"""Is the JSON report Newman's summary, with all that we know beside it?"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.reporters.summary.report import JsonReporter
from harness.runner.result import ItemResult, Status

NEWMAN = Path(__file__).parents[2] / "contract" / "explain" / "newman_keys.json"


@pytest.fixture
def report(tmp_path: Path, build: SimpleNamespace) -> Any:
    """Give a function that reports results and returns the parsed document."""

    def write(*results: ItemResult, redactor: Redactor | None = None) -> Any:
        path = tmp_path / "out.json"
        build.run(JsonReporter(path, Explainer(redactor)), results, exit_code=2)
        return json.loads(path.read_text(encoding="utf-8"))

    return write


def keys(value: Any, path: str = "") -> set[str]:
    """Return the paths of all keys, those of array elements under `[]`."""
    if isinstance(value, dict):
        inner = [keys(member, f"{path}.{key}") for key, member in value.items() if key != "harness"]
        return {path}.union(*inner)
    if isinstance(value, list):
        return {path}.union(*(keys(element, f"{path}[]") for element in value))
    return {path}


def test_the_keys_are_newmans(report: Any, build: SimpleNamespace) -> None:
    """A passed, a failed and a refused request have the keys that Newman 6.2.2 wrote for such a run."""
    document = report(
        build.result(assertions=(build.assertion(),)),
        build.result(Status.FAILED, assertions=(build.assertion(passed=False),)),
        build.result(Status.ERROR),
    )
    expected = set(json.loads(NEWMAN.read_text(encoding="utf-8"))["keys"])

    assert set() == expected - keys(document)


def test_the_numbers_agree(report: Any, build: SimpleNamespace) -> None:
    """Counts of Newman's and of ours are those of the run."""
    document = report(*build.every_status())
    stats = document["run"]["stats"]

    assert {"total": 4, "pending": 0, "failed": 1} == stats["assertions"]
    assert {"total": 7, "pending": 1, "failed": 2} == stats["items"]
    assert {"total": 4, "pending": 0, "failed": 1} == stats["requests"]
    assert dict.fromkeys(Status, 1) == document["harness"]["totals"]
    assert set(Status) == {each["harness"]["status"] for each in document["run"]["executions"]}
    assert 2 == len(document["run"]["failures"])
    assert ("error", 2, 1) == tuple(document["harness"][key] for key in ("status", "exit_code", "format_version"))


@pytest.mark.parametrize(
    ("actual", "name", "message"),
    [
        ("expected 1 to deeply equal 2", "AssertionError", "expected 1 to deeply equal 2"),
        ("ReferenceError: nope is not defined", "ReferenceError", "nope is not defined"),
        ("Error: of its own", "Error", "of its own"),
        ("Note: of two\nlines", "AssertionError", "Note: of two\nlines"),
    ],
)
def test_a_tests_error_is_the_one_that_was_thrown(
    report: Any, build: SimpleNamespace, actual: str, name: str, message: str
) -> None:
    """A test of a script that failed has the name and the words of its error, as in Newman; a skipped one says so."""
    failed = build.assertion(passed=False, kind="script", actual=actual)
    document = report(build.result(Status.FAILED, assertions=(failed, build.assertion(skipped=True, kind="script"))))

    one, other = document["run"]["executions"][0]["assertions"]
    told = {"test": failed.name, "message": message, "stack": f"{name}: {message}"}
    error = {"type": name, "name": name, "index": 0, **told}
    assert (False, error) == (one["skipped"], one["error"])
    assert (True, False) == (other["skipped"], "error" in other)
    assert [error] == [each["error"] for each in document["run"]["failures"]]


def test_a_body_is_a_buffer(report: Any, build: SimpleNamespace) -> None:
    """Bytes stand in a report as Node writes a `Buffer`, of any size and value."""
    body = bytes(range(256)) * 300
    document = report(build.result(exchange=build.exchange(200, body)))

    assert {"type": "Buffer", "data": list(body)} == document["run"]["executions"][0]["response"]["stream"]


def test_differences_are_kept_with_their_place(report: Any, build: SimpleNamespace) -> None:
    """What departs from the contract is listed with path, pointer and the place of the expectation."""
    place = build.item().location.child("response", 0, "body")
    difference = build.difference("$.id", pointer="/id", example="Success", location=place)
    assertion = build.assertion("body", False, kind="body", differences=(difference,))
    document = report(build.result(Status.FAILED, assertions=(assertion,)))

    assert [
        {
            "assertion": "body",
            "kind": "missing key",
            "severity": "breaking",
            "path": "$.id",
            "pointer": "/id",
            "expected": "string",
            "actual": "missing",
            "example": "Success",
            "location": {
                "file": "collections/phlo.postman_collection.json",
                "line": 10,
                "column": 51,
                "path": "$.item[0].item[0].response[0].body",
            },
        }
    ] == document["run"]["executions"][0]["harness"]["differences"]


def test_a_mask_that_looks_like_json_breaks_nothing(report: Any, build: SimpleNamespace) -> None:
    """Texts are masked one by one, before they become JSON."""
    redactor = Redactor()
    redactor.add('"name":', '"x"')
    document = report(build.result(item=build.item('a "name": b')), redactor=redactor)

    assert 'a ‹"x"› b' == document["run"]["executions"][0]["item"]["name"]


@pytest.mark.parametrize("url", ["", "{{base_url}}/x", "http://[", "http://h:99999/", "\ud800"])
def test_any_url_can_be_reported(report: Any, build: SimpleNamespace, url: str) -> None:
    """A URL that has no parts stands there as a whole."""
    document = report(build.result(Status.ERROR, url=url))

    assert {"raw": url} == document["run"]["executions"][0]["request"]["url"]


def test_cursors_count_within_an_iteration(report: Any, build: SimpleNamespace) -> None:
    """The position begins anew with each iteration."""
    document = report(*(build.result(iteration=turn, iterations=2) for turn in (0, 0, 1, 1)))

    assert [(0, 0), (0, 1), (1, 0), (1, 1)] == [
        (each["cursor"]["iteration"], each["cursor"]["position"]) for each in document["run"]["executions"]
    ]


def test_items_without_an_id_have_a_stable_one(report: Any, build: SimpleNamespace) -> None:
    """Two runs give an item the same id, and failures name it."""
    ids = {report(build.result(Status.ERROR))["run"]["failures"][0]["source"]["id"] for _ in range(2)}

    assert {"item-1"} == ids
