"""Do the scripts of a collection take part in a run as in Postman?

They need Postman's sandbox, which is built into an installation; where it was not, there is nothing to run them in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from re import compile as pattern
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

import harness
from harness.record.item import ItemRecord
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.runner.options import RunOptions
from harness.script import bundle
from tests.e2e.conftest import SCHEMA

pytestmark = pytest.mark.skipif(
    not os.environ.get("CI") and not Path(bundle.__file__).with_name("bundle").is_dir(),
    reason="Postman's sandbox is not built in",
)


def item(name: str, test: list[str] | None = None, prerequest: list[str] | None = None) -> dict[str, Any]:
    """Return a request to `/name` with its scripts."""
    scripts = {"test": test, "prerequest": prerequest}
    events = [{"listen": listen, "script": {"exec": lines}} for listen, lines in scripts.items() if lines]
    return {"name": name, "request": {"method": "GET", "url": f"{{{{base}}}}/{name}"}, "event": events}


def run(tmp_path: Path, server: HTTPServer, *items: dict[str, Any], **options: Any) -> RunResult:
    """Run a collection of these items against a server that answers everything with `{"n": 1}`."""
    server.expect_request("/missing").respond_with_data("gone", status=404)
    server.expect_request(pattern(".*")).respond_with_json({"n": 1})
    path = tmp_path / "a.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "A", "schema": SCHEMA}, "item": items}))
    base = server.url_for("").rstrip("/")
    return harness.run(harness.load(path), RunOptions(env_vars={"base": base}, keep_results=True, **options))


def by_name(result: RunResult) -> dict[str, ItemRecord]:
    """Return the results by the names of their items."""
    return {each.item.name: each for each in result.results}


def test_assertions_judge_and_point_at_their_line(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A test that does not hold fails its item, and tells the line of the script in the collection file."""
    lines = [
        "pm.test('holds', () => pm.response.to.have.status(200));",
        "pm.test('fails', () => {",
        "  pm.expect(1).to.eql(2)",
        "});",
    ]
    (found,) = run(tmp_path, httpserver, item("a", lines)).results
    assert found.status == Status.FAILED
    assert [(each.name, each.passed) for each in found.assertions] == [("holds", True), ("fails", False)]
    failed = found.assertions[1]
    assert failed.actual == "expected 1 to deeply equal 2"
    assert failed.place is not None
    assert failed.place.path == "$.item[0].event[0].script.exec[2]"


def test_a_prerequest_script_changes_the_request(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Variables and headers that a prerequest script sets go out with the request."""
    before = ["pm.variables.set('x', 1);", "pm.request.headers.add({key: 'X-A', value: '{{x}}'});"]
    result = run(tmp_path, httpserver, item("a", ["pm.test('a', () => {})"], before))
    assert result.exit_code == 0
    assert httpserver.log[0][0].headers["X-A"] == "1"


def test_an_error_in_a_prerequest_script_keeps_the_request_back(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A prerequest script that fails is an error: nothing is sent, and the exit code is 2."""
    result = run(tmp_path, httpserver, item("a", None, ["", "nowhere.to.be.found"]))
    (found,) = result.results
    assert (result.exit_code, found.status, len(httpserver.log)) == (2, Status.ERROR, 0)
    assert found.error is not None
    assert "ReferenceError: nowhere is not defined" in found.error.summary


@pytest.mark.parametrize(
    "script",
    [
        "throw new Error('late')",
        "pm.test('a', async () => { await 1; pm.expect(1).to.eql(2) })",
        "setTimeout(async () => { await 1; pm.expect(1).to.eql(2) }, 1)",
        "Promise.reject(new Error('nobody looks'))",
        "pm.sendRequest(pm.environment.get('base'), async () => { await 1; pm.expect(1).to.eql(2) })",
        "await new Promise(() => {})",
        "(async () => { await null; throw new Error('bare') })()",
        "async function main() { await null; pm.expect(1).to.eql(2) }\nmain();",
    ],
)
def test_no_failure_is_silent(tmp_path: Path, httpserver: HTTPServer, script: str) -> None:
    """What a script does not catch fails its item, at once or later."""
    assert run(tmp_path, httpserver, item("a", [script])).exit_code == 1


def test_scripts_that_assert_nothing_judge_nothing(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A script without an assertion leaves its item unchecked."""
    (found,) = run(tmp_path, httpserver, item("a", ["console.log('hi', {a: 1})"])).results
    assert found.status == Status.UNCHECKED
    assert [(line.level, line.text, line.script) for line in found.console] == [("log", "hi { a: 1 }", "a › test")]


def test_an_error_status_that_a_script_asks_for_passes(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A 404 that an assertion accepted is no failure."""
    assert (
        run(tmp_path, httpserver, item("missing", ["pm.test('a', () => pm.response.to.have.status(404))"])).exit_code
        == 0
    )


def test_jumps_decide_the_order(tmp_path: Path, httpserver: HTTPServer) -> None:
    """setNextRequest goes forward and back; what was jumped over is skipped with the reason."""
    first = [
        "pm.globals.set('n', (pm.globals.get('n') || 0) + 1);",
        "if (pm.globals.get('n') > 2) pm.execution.setNextRequest('c');",
    ]
    second = ["pm.test('b', () => {}); pm.execution.setNextRequest('a');"]
    result = run(tmp_path, httpserver, item("a", first), item("b", second), item("x"), item("c"))
    assert [request.path for request, _ in httpserver.log] == ["/a", "/b", "/a", "/b", "/a", "/c"]
    skipped = by_name(result)["x"]
    assert (skipped.status, skipped.reason) == (Status.SKIPPED, "a › test went on with c (setNextRequest)")
    assert [each.repeat for each in result.results if each.item.name == "a"] == [0, 1, 2]


def test_a_loop_without_an_end_is_bounded(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Scripts that jump for ever end the run after `max_jumps`."""
    loop = item("a", ["pm.test('a', () => {}); pm.execution.setNextRequest('a')"])
    result = run(tmp_path, httpserver, loop, max_jumps=5)
    assert result.stopped == "scripts jumped more than 5 times in one iteration (--max-jumps)"
    assert len(httpserver.log) == 6
    assert result.exit_code == 2


def test_a_jump_to_what_is_not_there_is_an_error(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Postman ends the iteration in silence; here the item that jumped says what it may have meant."""
    lost = item("first", ["pm.test('a', () => {}); pm.execution.setNextRequest('thrid')"])
    result = run(tmp_path, httpserver, lost, item("second"), item("third"))
    told = by_name(result)
    assert told["first"].status is Status.ERROR
    assert told["first"].error is not None
    assert told["first"].error.summary == (
        "first › test went on with `thrid`, which is no request; did you mean `third`?"
    )
    assert [told[name].status for name in ("second", "third")] == [Status.SKIPPED] * 2
    assert result.exit_code == 2


def test_null_ends_the_iteration_and_skip_request_skips(tmp_path: Path, httpserver: HTTPServer) -> None:
    """setNextRequest(null) skips the rest; skipRequest skips its own request."""
    skip = item("a", None, ["pm.execution.skipRequest()"])
    end = item("b", ["pm.execution.setNextRequest(null)"])
    result = run(tmp_path, httpserver, skip, end, item("c"))
    assert [each.status for each in result.results] == [Status.SKIPPED, Status.UNCHECKED, Status.SKIPPED]
    assert [request.path for request, _ in httpserver.log] == ["/b"]


# mini-racer calls back after its loop has closed when a call was cut off.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_script_that_never_ends_is_stopped(tmp_path: Path, httpserver: HTTPServer) -> None:
    """An endless loop fails its item after the time-out, and the next script runs."""
    result = run(
        tmp_path,
        httpserver,
        item("a", ["while (true) {}"]),
        item("b", ["pm.test('b', () => {})"]),
        script_timeout_s=0.5,
    )
    assert [each.status for each in result.results] == [Status.FAILED, Status.PASSED]
    assert "did not end within 0.5 s" in result.results[0].assertions[0].actual


def test_scripts_send_requests_and_keep_cookies(tmp_path: Path, httpserver: HTTPServer) -> None:
    """pm.sendRequest goes through the run's transport; pm.cookies.jar() changes the run's cookies."""
    lines = [
        "const base = pm.environment.get('base');",
        "const sub = await pm.sendRequest(base + '/sub');",
        "pm.test('sub', () => pm.expect(sub.json().n).to.eql(1));",
        "const jar = pm.cookies.jar();",
        "await new Promise((done, fail) => jar.set(base, 'k', 'v', (error) => error ? fail(error) : done()));",
    ]
    result = run(tmp_path, httpserver, item("a", lines), item("b"))
    assert result.results[0].status == Status.PASSED, result.results[0].assertions
    assert [request.path for request, _ in httpserver.log] == ["/a", "/sub", "/b"]
    assert httpserver.log[2][0].headers["Cookie"] == "k=v"


def test_run_request_runs_another_item(tmp_path: Path, httpserver: HTTPServer) -> None:
    """pm.execution.runRequest runs an item with its scripts; what these set, the caller finds."""
    outer = [
        "const answer = await pm.execution.runRequest('b');",
        "pm.test('outer', () => pm.expect([answer.code, pm.globals.get('g')]).to.eql([200, 'set']));",
        "pm.execution.setNextRequest(null);",
    ]
    inner = ["pm.globals.set('g', 'set'); pm.test('inner', () => {});"]
    found = run(tmp_path, httpserver, item("a", outer), item("b", inner)).results[0]
    assert found.status == Status.PASSED, found.assertions
    assert [each.name for each in found.assertions] == ["inner", "outer"]


def test_what_is_drawn_is_kept(tmp_path: Path, httpserver: HTTPServer) -> None:
    """The template and the data of pm.visualizer are kept with the result as texts; drawn by nobody."""
    (found,) = run(tmp_path, httpserver, item("a", ["pm.visualizer.set('<b>{{n}}</b>', pm.response.json())"])).results
    assert found.visualization is not None
    assert (found.visualization.template, found.visualization.data) == ("<b>{{n}}</b>", '{"n": 1}')


def test_the_console_is_shown_unless_told_not_to(
    tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any], run_pytest: Callable[..., Any]
) -> None:
    """What scripts write stands below its request, secrets masked; in pytest it is a section of what failed."""
    httpserver.expect_request("/a").respond_with_json({})
    script = ["console.log('count', {n: 1}); console.warn('two\\nlines h1dden-4711-value');"]
    script += ["pm.test('no', () => pm.expect(1).to.equal(2))"]
    document = {"info": {"name": "c"}, "item": [item("a", script)]}
    text = json.dumps(document).replace("{{base}}", httpserver.url_for("").rstrip("/"))
    (tmp_path / "c.postman_collection.json").write_text(text, "utf-8")
    secret = ("--env-var", "api_key=h1dden-4711-value")

    shown = run_cli("run", "c.postman_collection.json", *secret, cwd=tmp_path)
    quiet = run_cli("run", "c.postman_collection.json", *secret, "--reporter-cli-no-console", cwd=tmp_path)
    told = run_pytest("c.postman_collection.json", "--harness-env-var", secret[1], cwd=tmp_path)

    assert "    log: count { n: 1 }\n    warn: two\n      lines ‹api_key›\n" in shown.out
    assert "log: count" not in quiet.out
    assert "Captured console call" in told.text
    assert "log: count { n: 1 }" in told.text
    assert "h1dden" not in shown.text + told.text
