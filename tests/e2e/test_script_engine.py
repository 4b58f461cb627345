"""Is there one engine for the scripts of a run, and none where there are no scripts?"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from re import compile as pattern
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from harness import load
from harness.library import plan_for
from harness.record.item import ItemRecord
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.runner.options import RunOptions
from harness.runner.run import Run
from harness.script.engine_process import EngineProcess
from harness.script.host import ScriptHost
from tests.e2e.conftest import SCHEMA

BODY = '{"n": 1}'


def collection(folder: Path, name: str, *scripts: str, example: bool = False) -> Path:
    """Write a collection with a request for each test script; an empty one is none."""
    items = [
        {
            "name": f"{name} {number}",
            "request": {"method": "GET", "url": "{{base}}/a"},
            "event": [{"listen": "test", "script": {"exec": [script]}}] if script else [],
            "response": [{"name": "ok", "code": 200, "body": BODY}] if example else [],
        }
        for number, script in enumerate(scripts)
    ]
    path = folder / f"{name}.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": name, "schema": SCHEMA}, "item": items}, indent=1), "utf-8")
    return path


def run(server: HTTPServer, paths: Sequence[Path], **options: Any) -> RunResult:
    """Run collections in one run against a server that answers everything with `BODY`."""
    server.expect_request(pattern("/a.*")).respond_with_data(BODY, content_type="application/json")
    chosen = RunOptions(env_vars={"base": server.url_for("").rstrip("/")}, keep_results=True, **options)
    return Run([plan_for(load(path), chosen) for path in paths], chosen).execute()


def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of engines open whenever one is made."""
    seen: list[int] = []
    alive: set[int] = set()
    make, close = EngineProcess.__init__, EngineProcess.close

    def making(self: EngineProcess, memory_limit: int) -> None:
        make(self, memory_limit)
        alive.add(id(self))
        seen.append(len(alive))

    def closing(self: EngineProcess) -> None:
        close(self)
        alive.discard(id(self))

    monkeypatch.setattr(EngineProcess, "__init__", making)
    monkeypatch.setattr(EngineProcess, "close", closing)
    return seen


def test_one_engine_at_a_time_for_all_collections(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection finds its own globals again, and nothing that another one left behind; no thread is left."""
    engines = made(monkeypatch)
    spoil = "left = 1; Array.prototype.left = 1; pm.test('a', () => {}); pm.environment.set('kept', 2)"
    again = "pm.test('its own', () => { pm.expect(left).to.eql(1); pm.expect([].left).to.eql(1) })"
    clean = (
        "pm.test('clean', () => { pm.expect(typeof left).to.eql('undefined'); pm.expect([].left).to.eql(undefined) })"
    )
    kept = "pm.test('the run keeps its environment', () => pm.expect(pm.environment.get('kept')).to.eql(2))"
    paths = [collection(tmp_path, "one", spoil, again), collection(tmp_path, "two", "", clean, kept)]
    result = run(httpserver, paths)

    wrong = [each for item in result.results for each in item.assertions if not each.passed]
    assert [] == wrong
    assert 4 == result.totals[Status.PASSED]
    assert [1, 1] == engines
    assert [] == [thread.name for thread in threading.enumerate() if thread.name.startswith("harness-scripts")]


def test_an_engine_is_not_started_where_nothing_will_run(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--no-scripts` there is none, nor for a selection without scripts."""
    engines = made(monkeypatch)
    path = collection(tmp_path, "one", "", "pm.test('a', () => {})", example=True)

    assert 2 == run(httpserver, [path], scripts=False).totals[Status.PASSED]
    assert 1 == run(httpserver, [path], include=("one 0",)).totals[Status.PASSED]
    assert [] == engines


def test_an_engine_that_nobody_has_used_is_closed() -> None:
    """What gets ready in the background ends with the run, used or not."""
    host = ScriptHost()
    host.make_ready()
    host.close()

    assert [] == [thread.name for thread in threading.enumerate() if thread.name.startswith("harness-scripts")]


DOORS = {
    "harness run": "from harness.cli.main import main; sys.argv = ['harness', 'run', PATH, '--env-var', BASE]; main()",
    "pytest": "import pytest; sys.exit(pytest.main([PATH, '--harness-env-var', BASE, '-p', 'no:cacheprovider']))",
}


@pytest.mark.parametrize("with_script", [False, True], ids=["without", "with"])
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_an_engine_is_started_for_scripts_alone(
    tmp_path: Path, httpserver: HTTPServer, door: str, with_script: bool
) -> None:
    """A collection without scripts starts no process and no thread for them; V8 is never loaded into ours."""
    httpserver.expect_request("/a").respond_with_data(BODY, content_type="application/json")
    path = collection(tmp_path, "one", "pm.test('a', () => {})" if with_script else "", example=True)
    program = (
        "import subprocess, sys, threading\nstarted = []\nstart = threading.Thread.start\n"
        "threading.Thread.start = lambda self: (started.append(self.name), start(self))[1]\n"
        "sys.addaudithook(lambda name, given: started.append(str(given[1])) if name == 'subprocess.Popen' else None)\n"
        f"PATH, BASE = {str(path)!r}, {'base=' + httpserver.url_for('').rstrip('/')!r}\n"
        f"try:\n    {door}\nexcept SystemExit as end:\n    code = end.code\n"
        "print()\nprint(code, 'py_mini_racer' in sys.modules, any('harness-scripts' in name for name in started), "
        "any('v8.py' in name for name in started))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=60
    )

    assert f"0 False {with_script} {with_script}" == done.stdout.splitlines()[-1], done.stdout + done.stderr


HUNGRY = "\nconst all = []; while (true) all.push(new Array(1e5).fill({}));"


def test_a_script_that_takes_too_much_memory(tmp_path: Path, httpserver: HTTPServer, run_cli: Any) -> None:
    """It fails its own request, the words name limit, option and script, and the next script runs."""
    httpserver.expect_request("/a").respond_with_data(BODY, content_type="application/json")
    path = collection(tmp_path, "one", HUNGRY, "pm.test('good', () => pm.response.to.have.status(200))")
    base = f"base={httpserver.url_for('').rstrip('/')}"
    done = run_cli("run", path, "--env-var", base, "--script-memory", "64", "--timeout-script", "20000")

    assert 1 == done.code
    assert "needed more than the 64 MB of memory that scripts may have (--script-memory)" in done.text
    assert "1 passed, 1 failed" in done.text or "1 failed, 1 passed" in done.text
    assert "--> " in done.text
    assert "one.postman_collection.json:" in done.text


@pytest.mark.parametrize("value", ["63", "4097", "x"])
def test_a_limit_of_memory_that_cannot_be(tmp_path: Path, run_cli: Any, value: str) -> None:
    """The sandbox alone needs some 30 MB; what is no number or far too much is an error of the call."""
    done = run_cli("run", collection(tmp_path, "one", ""), "--script-memory", value)

    assert 4 == done.code
    assert "--script-memory" in done.text


ACCEPTING = "pm.test('a', () => pm.response.to.have.status(404))"
CHECKS = {
    "all": (None, "pm.test('no', () => pm.expect(1).to.eql(2))", 200, BODY, Status.FAILED),
    "scripts off": ("status,body", "pm.test('no', () => pm.expect(1).to.eql(2))", 200, BODY, Status.PASSED),
    "scripts off, its error too": ("status,body", "nowhere()", 200, BODY, Status.PASSED),
    "scripts off, a status accepted": ("status", ACCEPTING, 404, BODY, Status.FAILED),
    "scripts alone": ("scripts", "pm.test('yes', () => {})", 200, "[]", Status.PASSED),
    "scripts alone, none asserts": ("scripts", "pm.environment.set('a', 1)", 404, "[]", Status.UNCHECKED),
    "status alone": ("status", "", 200, "[]", Status.PASSED),
    "status alone, wrong": ("status", "", 404, BODY, Status.FAILED),
    "body alone": ("body", "", 404, BODY, Status.PASSED),
    "body alone, wrong": ("body", "", 200, "[]", Status.FAILED),
    "schema alone, there is none": ("schema", "", 200, "[]", Status.UNCHECKED),
}  # fmt: skip


@pytest.mark.parametrize(("checks", "script", "code", "body", "status"), CHECKS.values(), ids=CHECKS)
def test_what_judges(
    tmp_path: Path, httpserver: HTTPServer, checks: str | None, script: str, code: int, body: str, status: Status
) -> None:
    """Only what `--checks` names judges; what nothing judges is unchecked."""
    httpserver.expect_request("/a").respond_with_data(body, status=code, content_type="application/json")
    path = collection(tmp_path, "one", script, example=True)
    chosen = {} if checks is None else {"checks": frozenset(checks.split(","))}
    (found,) = run(httpserver, [path], **chosen).results

    assert status == found.status, found.assertions
    assert (found.reason or "").endswith("(--checks)") == (status is Status.UNCHECKED)


def test_scripts_that_do_not_judge_still_set_variables(tmp_path: Path, httpserver: HTTPServer) -> None:
    """What a script sets, the next request is sent with; its assertions are told as skipped."""
    scripts = ("pm.environment.set('base', pm.variables.get('base') + '/a?'); pm.test('no', () => nowhere())", "")
    path = collection(tmp_path, "one", *scripts, example=True)
    found: Sequence[ItemRecord] = run(httpserver, [path], checks=frozenset({"status"})).results

    assert [Status.PASSED, Status.PASSED] == [each.status for each in found]
    assert "/a?/a" in found[1].url
    assert [("no", True)] == [(each.name, each.skipped) for each in found[0].assertions if each.kind == "script"]


def test_checks_that_do_not_exist(tmp_path: Path, run_cli: Any) -> None:
    """The words say what there is, and what may have been meant; the call is wrong (exit 4)."""
    done = run_cli("run", collection(tmp_path, "one", ""), "--checks", "status,scrips")

    assert 4 == done.code
    assert (
        "--checks takes status, body, schema, scripts, with commas between them; `scrips` is none of them" in done.text
    )
    assert "did you mean `scripts`" in done.text
