"""The programs of users in this folder: `make types` reads them under `mypy --strict`, these tests run them."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness

HERE = Path(__file__).parent
SNIPPETS = ("fixtures", "hooks", "library", "mistakes", "reporter")
FILE = "c.postman_collection.json"
JSON = [{"key": "Content-Type", "value": "application/json"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a collection of two requests."""
    items = [
        {
            "name": name,
            "request": {"method": method, "url": "{{base_url}}/users"},
            "response": [{"name": "ok", "code": 200, "header": JSON, "body": '{"id": 7}'}],
        }
        for name, method in (("list", "GET"), ("add", "POST"))
    ]
    document = {"info": {"name": "c"}, "item": items, "variable": [{"key": "base_url", "value": "http://api.invalid"}]}
    (tmp_path / FILE).write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def trees() -> dict[str, ast.Module]:
    """Return each snippet as it is parsed."""
    return {name: ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8")) for name in SNIPPETS}


def test_every_snippet_is_there() -> None:
    """The folder holds these snippets and no others."""
    assert set(SNIPPETS) == {path.stem for path in HERE.glob("*.py")} - {Path(__file__).stem}


def test_no_private_module_is_needed() -> None:
    """A snippet imports `harness` as a whole and nothing below it."""
    imported = {
        alias.name if isinstance(node, ast.Import) else node.module
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert {"harness"} == {name for name in imported if name and name.split(".")[0] == "harness"}


def test_every_public_name_is_used() -> None:
    """Each name of `harness.__all__` stands in a snippet, so that a checker has seen its type."""
    used = {
        node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "harness"
    }

    assert [] == sorted(set(harness.__all__) - used)


def test_the_program_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program ends with the exit code of its run."""
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.delitem(sys.modules, "library", raising=False)
    import library

    assert 0 == library.main(folder / FILE)


def test_hooks_and_fixtures_work(folder: Path, run_pytest: Callable[..., Any]) -> None:
    """The conftest's values, request and assertions are those of the run, and the tests get what they name."""
    shutil.copy(HERE / "hooks.py", folder / "conftest.py")
    shutil.copy(HERE / "fixtures.py", folder / "test_fixtures.py")
    done = run_pytest(FILE, "test_fixtures.py", "--harness-mock", "--harness-report=json=run.json")
    executions = json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]["executions"]

    assert done.code == 0, done.text
    assert "5 passed" in done.text
    assert [[], [{"key": "by", "value": "hook"}]] == [each["request"]["url"]["query"] for each in executions]
    assert ['{"name": "Ada"}'] == [each["request"]["body"]["raw"] for each in executions if "body" in each["request"]]
    assert all("the answer is small" in [one["assertion"] for one in each["assertions"]] for each in executions)


def test_the_reporter_reports(folder: Path, run_cli: Callable[..., Any]) -> None:
    """Named by the entry point of a package, it takes in every kind of event."""
    site = folder / "site"
    (site / "lines-1.0.dist-info").mkdir(parents=True)
    shutil.copy(HERE / "reporter.py", site / "lines_reporter.py")
    (site / "lines-1.0.dist-info" / "METADATA").write_text("Name: lines\nVersion: 1.0\n", encoding="utf-8")
    (site / "lines-1.0.dist-info" / "entry_points.txt").write_text(
        "[harness.reporters]\nlines = lines_reporter:make\n", encoding="utf-8"
    )
    done = run_cli("run", FILE, "--mock", "-r", "lines", env={"PYTHONPATH": str(site)})

    assert done.code == 0, done.text
    assert [
        *("2 items of c", "- list", "  passed: 3 assertions"),
        *("- add", "  passed: 3 assertions", "exit code 0"),
    ] == (folder / "reports" / "c.lines.txt").read_text(encoding="utf-8").splitlines()
