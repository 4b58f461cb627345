"""How an item ends, as others who read pytest's reports see it: what was not judged, or not sent, is no pass."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from tests.e2e.conftest import SCHEMA

FILE = "api/all.postman_collection.json"
ENDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed",
    "unchecked": "skipped",
    "withheld": "skipped",
    "skipped": "skipped",
}
"""What pytest knows each status as."""
REASONS = {
    "unchecked": "unchecked: no example, schema or script judges the answer",
    "withheld": "withheld: the environment is protected",
    "skipped": "skipped by skipped › prerequest (pm.execution.skipRequest)",
}


def write(project: Any, *names: str) -> None:
    """Write a collection whose items end as they are named, and the configuration that keeps one back."""
    items = []
    for name in names:
        example = {"name": "ok", "code": 200, "body": '{"count": 5}' if name != "failed" else '{"other": 5}'}
        item: dict[str, Any] = {
            "name": name,
            "request": {
                "method": "DELETE" if name == "withheld" else "GET",
                "url": "http://127.0.0.1:9/" if name == "error" else "{{base_url}}/stock",
            },
            "response": [] if name == "unchecked" else [example],
        }
        if name == "skipped":
            item["event"] = [{"listen": "prerequest", "script": {"exec": ["pm.execution.skipRequest()"]}}]
        items.append(item)
    text = json.dumps({"info": {"name": "All", "schema": SCHEMA}, "item": items}, indent=1)
    (project.root / FILE).write_text(text, "utf-8")
    (project.root / "api" / "all.harness.toml").write_text("[environments.Live]\nprotected = true\n", "utf-8")
    (project.root / "live.json").write_text('{"name": "Live", "values": []}', "utf-8")


def outcome(case: ElementTree.Element) -> str:
    """Return how a testcase of pytest's JUnit file ended."""
    kinds = {"failure": "failed", "error": "failed", "skipped": "skipped"}
    return next((kinds[child.tag] for child in case if child.tag in kinds), "passed")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_junit_of_pytest(project: Any, workers: tuple[str, ...]) -> None:
    """Its file has every status as what it is, skipped ones with the reason, with workers and without."""
    write(project, *ENDS)
    told = project.process(FILE, "--harness-env", "live.json", "--junitxml=j.xml", *workers)
    cases = ElementTree.parse(project.root / "j.xml").getroot().findall(".//testcase")

    assert ENDS == {str(case.get("name")): outcome(case) for case in cases}
    for name, reason in REASONS.items():
        case = next(case for case in cases if case.get("name") == name)
        assert str(case.find("skipped").get("message")).startswith(reason)  # type: ignore[union-attr]
    assert "2 failed, 1 passed, 1 skipped, 1 unchecked, 1 withheld" in told.text
    assert 1 == told.code


def test_the_terminal_keeps_its_letters(project: Any) -> None:
    """Unchecked and withheld have a letter, a word and a count of their own."""
    write(project, *ENDS)

    assert ".FFuws" in project.pytest(FILE, "--harness-env", "live.json").text
    words = project.pytest(FILE, "--harness-env", "live.json", "-v").text
    assert f"{FILE}::unchecked UNCHECKED" in words
    assert f"{FILE}::withheld WITHHELD" in words


@pytest.mark.parametrize("name", ENDS)
def test_the_exit_code(project: Any, name: str) -> None:
    """A run in which nothing passed is green in no case; with --strict what was not judged or not sent fails."""
    write(project, name)
    expected = {"passed": 0, "failed": 1, "error": 1}.get(name, 5)
    strict = 1 if name in ("unchecked", "withheld") else expected

    assert expected == project.pytest(FILE, "--harness-env", "live.json").code
    assert strict == project.pytest(FILE, "--harness-env", "live.json", "--harness-strict").code


def test_last_failed(project: Any) -> None:
    """`--lf` runs what failed or erred again, and nothing that was skipped."""
    write(project, *ENDS)
    project.pytest(FILE, "--harness-env", "live.json")
    again = project.pytest(FILE, "--harness-env", "live.json", "--lf", "-v").text

    assert "2 failed" in again
    assert f"{FILE}::failed FAILED" in again
    assert f"{FILE}::error FAILED" in again
    assert "UNCHECKED" not in again


def test_what_was_not_reached(project: Any) -> None:
    """Where a run ends early, what follows is skipped with the reason and no pass."""
    write(project, "error", "passed", "unchecked")
    text = (project.root / FILE).read_text("utf-8").replace("http://127.0.0.1:9/", "{{nobody_defines_this}}/")
    (project.root / FILE).write_text(text, "utf-8")
    told = project.pytest(FILE, "--junitxml=j.xml")
    cases = ElementTree.parse(project.root / "j.xml").getroot().findall(".//testcase")

    assert {"error": "failed", "passed": "skipped", "unchecked": "skipped"} == {
        str(case.get("name")): outcome(case) for case in cases
    }
    assert 1 == told.code
