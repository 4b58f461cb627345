"""Do both command lines end with the same code, print the same console and export the same variables after scripts?"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from re import compile as pattern
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

pytestmark = pytest.mark.slow

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
NEWMAN = Path(__file__).parents[1] / "node_modules" / "newman" / "bin" / "newman.js"
SCRIPTS = """
pm.environment.set('token', `t-${pm.response.code}`); pm.environment.unset('gone'); pm.environment.set('n', 5);
pm.globals.set('seen', [1, 'two']); console.log('spoken', {a: [1]});
pm.test('answered', () => pm.response.to.have.status(200));
"""
ENDINGS = {
    "passes": "",
    "an assertion fails": "pm.test('wrong', () => pm.expect(1).to.equal(2));",
    "an error in the script": "nowhere.to.be.found();",
    "an assertion is skipped": "pm.test.skip('later', () => {});",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_both_command_lines_agree(
    ending: str, newman: Any, tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """Exit code, console and exported variables are the same."""
    httpserver.expect_request(pattern(".*")).respond_with_json({"ok": True})
    item = {
        "name": "r",
        "request": httpserver.url_for("/r"),
        "event": [{"listen": "test", "script": {"exec": (SCRIPTS + ENDINGS[ending]).split("\n")}}],
    }
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": _SCHEMA}, "item": [item]}), "utf-8")
    (tmp_path / "e.json").write_text(json.dumps({"name": "e", "values": [{"key": "gone", "value": "x"}]}), "utf-8")

    def call(side: str) -> tuple[str, ...]:
        exports = ("--export-environment", f"{side}-e.json", "--export-globals", f"{side}-g.json")
        return ("run", "c.json", "-e", "e.json", *exports)

    here = run_cli(*call("here"), cwd=tmp_path)
    there = subprocess.run(
        [newman.node, str(NEWMAN), *call("there")],
        cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip

    assert here.code == there.returncode, here.text + there.stdout
    assert "spoken" in here.out
    assert "{ a: [ 1 ] }" in here.out
    assert "{ a: [ 1 ] }" in there.stdout
    for kind in ("e", "g"):
        ours, theirs = (
            {
                each["key"]: each["value"]
                for each in json.loads((tmp_path / f"{side}-{kind}.json").read_text())["values"]
            }
            for side in ("here", "there")
        )
        assert ours == theirs
        assert ours, "something was set"


def test_the_json_reports_tell_the_errors_of_scripts_alike(
    newman: Any, tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]
) -> None:
    """Of each execution the errors of its prerequest and test scripts, and of each failure where it came up."""
    httpserver.expect_request(pattern(".*")).respond_with_json({"ok": True})
    scripts = {
        "fine": {"prerequest": "1", "test": "pm.test('a', () => {})"},
        "both": {"prerequest": "before.is.missing", "test": "throw new TypeError('after')"},
        "unreadable": {"test": "let b = ;"},
        "a test, too": {"test": "pm.test('wrong', () => pm.expect(1).to.equal(2)); throw new Error('at the end')"},
    }
    items = [
        {
            "name": name,
            "request": httpserver.url_for(f"/{number}"),
            "event": [{"listen": listen, "script": {"exec": [text]}} for listen, text in each.items()],
        }
        for number, (name, each) in enumerate(scripts.items())
    ]
    file = tmp_path / "c.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": _SCHEMA}, "item": items}), "utf-8")
    call = ("run", "c.json", "-r", "json", "--reporter-json-export")

    run_cli(*call, "here.json", "--send-after-script-error", cwd=tmp_path)
    subprocess.run([newman.node, str(NEWMAN), *call, "there.json"], cwd=tmp_path, timeout=60, check=False)

    here, there = (_errors(json.loads((tmp_path / f"{side}.json").read_text())) for side in ("here", "there"))
    assert here == there
    assert len(here) == len(items) + 5


def _errors(report: dict[str, Any]) -> list[Any]:
    run = report["run"]
    found: list[Any] = [
        {
            listen: [(each["error"]["name"], each["error"]["message"]) for each in execution[listen]]
            for listen in ("prerequestScript", "testScript")
            if listen in execution
        }
        for execution in run["executions"]
    ]
    failures = [(each["source"]["name"], each["at"], each["error"]["message"]) for each in run["failures"]]
    return [*found, *sorted(failures)]
