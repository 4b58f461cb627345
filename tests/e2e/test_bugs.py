"""A fault of harness itself, while it runs one item, is told as an error of that item, and the run goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

import harness
from harness.record.status import Status
from harness.runner.options import RunOptions
from tests.e2e.conftest import SCHEMA


def collection(folder: Path, *urls: str) -> Path:
    """Write a collection with a request to each URL, answered as its example says."""
    items = [
        {
            "name": f"item {number}",
            "request": {"method": "GET", "url": "{{base}}" + url},
            "response": [{"name": "ok", "code": 200, "body": '{"n": 1}'}],
        }
        for number, url in enumerate(urls)
    ]
    path = folder / "c.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": items}), "utf-8")
    return path


@pytest.fixture
def base(httpserver: HTTPServer) -> str:
    """Return the URL of a server that answers as the examples say."""
    httpserver.expect_request("/a").respond_with_json({"n": 1})
    return f"http://127.0.0.1:{httpserver.port}"


def test_an_item_that_cannot_be_prepared(tmp_path: Path, base: str) -> None:
    """A clock that raises is met while placeholders are filled in: that item is an error, the exit code 3."""

    def clock() -> float:
        raise ZeroDivisionError("no time")

    path = collection(tmp_path, "/a", "/a?at={{$timestamp}}", "/a")
    options = RunOptions(env_vars={"base": base}, clock=clock, keep_results=True)
    result = harness.run(harness.load(path), options)

    assert [Status.PASSED, Status.ERROR, Status.PASSED] == [each.status for each in result.results]
    assert 3 == result.exit_code
    error = result.results[1].error
    assert error is not None
    assert error.summary.startswith("this is a bug in harness: ZeroDivisionError: no time (harness/variables/")
    assert "`--debug`" in str(error.hint)


BROKEN = """
import sys
from harness.cli.main import main
from harness.runner import item

judge, asked = item.judge, []

def broken(*given, **more):
    asked.append(1)
    if len(asked) == 2:
        raise RecursionError("secret-token-of-the-run")
    return judge(*given, **more)

item.judge = broken
main(sys.argv[1:])
"""


@pytest.mark.parametrize("debug", [False, True], ids=["short", "debug"])
def test_reports_are_whole(tmp_path: Path, base: str, debug: bool) -> None:
    """Every report has all items, `-x` does not hide it, secrets are masked, and only `--debug` shows a traceback."""
    path = collection(tmp_path, "/a", "/a", "/a")
    command = [sys.executable, "-c", BROKEN, "run", path.name, "-r", "cli,junit,json,ndjson", "-x"]
    command += ["--env-var", f"base={base}", "--env-var", "token=secret-token-of-the-run", *["--debug"] * debug]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60)

    assert 3 == done.returncode, done.stderr
    assert "this is a bug in harness: RecursionError: ‹token›" in done.stdout
    assert debug == ("Traceback (most recent call last)" in done.stdout + done.stderr)
    report = json.loads((tmp_path / "reports" / "c.json").read_text("utf-8"))
    statuses = [each["harness"]["status"] for each in report["run"]["executions"]]
    assert ["passed", "error", "passed"] == statuses
    assert 1 == len(ElementTree.parse(tmp_path / "reports" / "c.junit.xml").findall(".//error"))
    stored = (tmp_path / "reports" / "c.ndjson").read_text("utf-8")
    assert "secret-token" not in stored + done.stdout + json.dumps(report)
    assert 3 == json.loads(stored.splitlines()[-1])["result"]["exit_code"]


HOOK = """def pytest_harness_after_response(item, exchange):
    if item.name == 'item 1':
        raise KeyError('mine')
"""


def test_a_hook_that_fails_is_no_bug_of_harness(tmp_path: Path, base: str, run_pytest: Any) -> None:
    """The hook of a conftest is named with its file and line, and the other requests run."""
    (tmp_path / "conftest.py").write_text(HOOK, "utf-8")
    done = run_pytest(collection(tmp_path, "/a", "/a", "/a"), "--harness-env-var", f"base={base}")

    assert 1 == done.code, done.text
    assert "1 failed, 2 passed" in done.text
    assert (
        "a hook that steps in after the request failed: KeyError: 'mine' (conftest.py:3, in pytest_harness" in done.text
    )
    assert "bug in harness" not in done.text
