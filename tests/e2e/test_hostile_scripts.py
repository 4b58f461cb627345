"""Is a script that means harm, or has gone wrong, contained: bounded in time and memory, and the run goes on?"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

import harness
from harness.record.ledger import RunResult
from harness.record.status import Status
from harness.runner.options import RunOptions
from tests.e2e.conftest import SCHEMA

pytestmark = pytest.mark.slow

LIMIT_S = 1.0


def run(tmp_path: Path, server: HTTPServer, *scripts: str) -> RunResult:
    """Run a request for each test script, one after the other in one run."""
    server.expect_request("/").respond_with_json({"n": 1})
    items: list[dict[str, Any]] = [
        {
            "name": f"item {number}",
            "request": {"method": "GET", "url": server.url_for("/")},
            "event": [{"listen": "test", "script": {"exec": script.splitlines()}}],
        }
        for number, script in enumerate(scripts)
    ]
    path = tmp_path / "hostile.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "Hostile", "schema": SCHEMA}, "item": items}), "utf-8")
    return harness.run(harness.load(path), RunOptions(script_timeout_s=LIMIT_S, keep_results=True))


GOOD = "pm.test('good', () => { pm.response.to.have.status(200); pm.expect([1].map((x) => x + 1)).to.eql([2]) })"

ENDLESS = {
    "loop": "while (true) {}",
    "microtasks": "const again = () => Promise.resolve().then(again); again();",
    "await in a loop": "while (true) await 1;",
    "queueMicrotask": "const again = () => queueMicrotask(again); again();",
    "timers": "setInterval(() => {}, 1);",
    "immediates": "const again = () => setImmediate(again); again();",
    "a regular expression": "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "arrays": "const all = []; while (true) all.push(new Array(1e5).fill({}));",
    "a text": "let text = 'x'; while (true) text += text;",
    "recursion": "const down = () => down() + 1; down();",
    "a catch around recursion": "const down = () => { try { down() } finally { down() } }; down();",
    "a getter": "const trap = { get [Symbol.toPrimitive]() { while (true) {} } }; console.log(`${trap}`);",
    "a toJSON": "pm.environment.set('x', { toJSON() { while (true) {} } });",
    "finally": "try { while (true) {} } finally { while (true) {} }",
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_ended(tmp_path: Path, httpserver: HTTPServer, script: str) -> None:
    """It fails its own item within a bounded time, and the next script runs as if nothing had been."""
    started = time.monotonic()
    bad, good = run(tmp_path, httpserver, script, GOOD).results

    assert (Status.FAILED, Status.PASSED) == (bad.status, good.status), bad.assertions
    assert time.monotonic() - started < 20 * LIMIT_S


REACHING = {
    "require": "require('fs')",
    "child_process": "require('child_process')",
    "import": "await import('fs')",
    "process": "process.exit(0)",
    "the global object": "Function('return this')().process.exit(0)",
    "fetch": "fetch('http://127.0.0.1/')",
    "XMLHttpRequest": "new XMLHttpRequest()",
    "constructor": "pm.constructor.constructor('return process')().exit(0)",
    "WebAssembly of a file": "await WebAssembly.compileStreaming('x')",
}


@pytest.mark.parametrize("script", REACHING.values(), ids=REACHING)
def test_nothing_of_the_machine_is_in_reach(tmp_path: Path, httpserver: HTTPServer, script: str) -> None:
    """Files, processes and sockets are not there: what reaches for them finds nothing, and fails."""
    extra = "\n.readFileSync('x')" if script == "require('fs')" else ""
    bad, good = run(tmp_path, httpserver, script + extra, GOOD).results

    assert (Status.FAILED, Status.PASSED) == (bad.status, good.status), bad.assertions
    assert 2 == len(httpserver.log)


BREAKING = {
    "prototypes": "Object.prototype.polluted = 1; Array.prototype.map = () => 'x'; pm.test('a', () => {})",
    "lists": "for (const name of ['push', 'filter', 'forEach', 'join', 'slice']) Array.prototype[name] = () => []",
    "errors": "Error.prototype.toJSON = () => ({}); Error = null; pm.test('a', () => {})",
    "a filter": "Array.prototype.filter = () => []; Array.prototype[Symbol.iterator] = function* () {}",
    "JSON": "JSON.stringify = () => 'x'; JSON.parse = () => ({}); pm.test('a', () => {})",
    "Promise": "Promise.prototype.then = () => {}; Promise = null; pm.test('a', () => {})",
    "the bridge": "try { bridge.dispatch('execution.result.x1') } catch {}; pm.test('a', () => {})",
    "the host's name": "try { Function('return this')().__harness = null } catch {}; pm.test('a', () => {})",
    "pm": "pm.test = null; pm = null",
    "frozen": "Object.freeze(Object.prototype); Object.freeze(Array.prototype); pm.test('a', () => {})",
}


@pytest.mark.parametrize("script", BREAKING.values(), ids=BREAKING)
def test_a_script_cannot_make_another_green(tmp_path: Path, httpserver: HTTPServer, script: str) -> None:
    """After a script has spoiled what all scripts share, a failure is still told as one, never as a pass."""
    wrong = "pm.test('wrong', () => pm.response.to.have.status(500))"
    result = run(tmp_path, httpserver, script, wrong)

    assert Status.FAILED == result.results[1].status
    assert 1 == result.exit_code


def test_typed_arrays_end_with_the_time(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Their memory is not the engine's; the time-out bounds them, and what they took is given back."""
    script = "const all = []; while (all.length < 1e4) all.push(new Uint8Array(1 << 16)); throw new Error('enough')"
    bad, good = run(tmp_path, httpserver, script, GOOD).results

    assert (Status.FAILED, Status.PASSED) == (bad.status, good.status)
