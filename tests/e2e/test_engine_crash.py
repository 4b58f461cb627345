"""The engine of scripts fails, or is asked for from any thread: the run, its results and its reports stay whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import harness
from harness.record.status import Status
from harness.runner.options import RunOptions
from harness.script.engine_process import EngineProcess
from harness.script.syntax import syntax_error
from tests.e2e.conftest import SCHEMA

DEADLY = "await pm.sendRequest(pm.variables.get('base') + '/deadly'); pm.test('lives on', () => {})"
GOOD = "pm.test('good', () => pm.response.to.have.status(200))"


def collection(folder: Path, listen: str, *scripts: str) -> Path:
    """Write a collection with a request for each script."""
    items = [
        {
            "name": f"item {number}",
            "request": {"method": "GET", "url": "{{base}}/a"},
            "event": [{"listen": listen, "script": {"exec": [script]}}],
            "response": [{"name": "ok", "code": 200, "body": '{"n": 1}'}],
        }
        for number, script in enumerate(scripts)
    ]
    path = folder / "c.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": items}, indent=1), "utf-8")
    return path


def processes() -> Iterator[tuple[int, int, str]]:
    """Yield number, parent and command of each process of this machine."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            number, parent, command = line.split(None, 2)
            yield int(number), int(parent), command
        return
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(folder.name), int(parent), (folder / "cmdline").read_text().replace("\0", " ")


def engines_below(ancestor: int) -> list[int]:
    """Return the processes in which the scripts of a process, or of one that it has started, are just now."""
    found = {number: (parent, command) for number, parent, command in processes()}

    def descends(number: int) -> bool:
        parent = found[number][0]
        return parent == ancestor or (parent in found and parent != number and descends(parent))

    return [number for number, (_, command) in found.items() if "v8.py" in command and descends(number)]


@pytest.fixture
def base(httpserver: HTTPServer) -> Callable[[Callable[[], object]], str]:
    """Return a function that starts a server, which does something where a script asks for it, and gives its URL."""

    def start(deadly: Callable[[], object]) -> str:
        def respond(request: Request) -> Response:
            if request.path == "/deadly":
                deadly()
                time.sleep(0.2)  # the answer must not come before what the test is about
            return Response('{"n": 1}', 200, {"content-type": "application/json"})

        for path in ("/a", "/deadly"):
            httpserver.expect_request(path).respond_with_handler(respond)
        return f"base=http://127.0.0.1:{httpserver.port}"

    return start


def kill_engines() -> None:
    """Let the engines of all that this test has started die as V8 does when it fails."""
    for number in engines_below(os.getpid()):
        os.kill(number, signal.SIGSEGV)


@pytest.mark.parametrize("listen", ["test", "prerequest"])
def test_a_crash_is_the_error_of_one_item(tmp_path: Path, base: Any, run_cli: Any, listen: str) -> None:
    """It is told with its script and its place, all other items run, and every report has all of them."""
    good = GOOD if listen == "test" else "pm.test('good', () => {})"
    path = collection(tmp_path, listen, good, DEADLY, good)
    url = base(kill_engines)
    done = run_cli("run", path, "--env-var", url, "-r", "cli,ndjson,junit,json", "--reporter-export", f"{tmp_path}/")

    assert 2 == done.code
    assert "the JavaScript engine crashed in a script: its process ended with SIGSEGV" in done.text
    assert "c.postman_collection.json:" in done.text
    assert "2 passed, 1 error" in done.text
    told = [json.loads(line) for line in (tmp_path / "c.ndjson").read_text("utf-8").splitlines()]
    finished = [event["status"] for event in told if event["event"] == "item_finished"]
    assert ["passed", "error", "passed"] == finished
    executions = json.loads((tmp_path / "c.json").read_text("utf-8"))["run"]["executions"]
    assert ["passed", "error", "passed"] == [each["harness"]["status"] for each in executions]
    suite = ElementTree.parse(tmp_path / "c.junit.xml").getroot()
    assert 1 == len(suite.findall(".//error"))


def test_a_crash_under_pytest(tmp_path: Path, base: Any, run_pytest: Any) -> None:
    """One request fails, the others pass, and the session goes on to its end."""
    path = collection(tmp_path, "test", GOOD, DEADLY, GOOD)
    done = run_pytest(path, "--harness-env-var", base(kill_engines))

    assert 1 == done.code, done.text
    assert "1 failed, 2 passed" in done.text
    assert "the JavaScript engine crashed in a script" in done.text


def test_a_killed_run_leaves_its_record_and_no_engine(tmp_path: Path, base: Any, run_cli: Any) -> None:
    """What had finished is in the record, from which reports are made, and the engine ends with the run."""
    path = collection(tmp_path, "test", GOOD, GOOD, DEADLY, GOOD)
    engines: list[int] = []

    def kill() -> None:
        engines.extend(engines_below(process.pid))
        process.kill()

    url = base(kill)
    command = [sys.executable, "-m", "harness", "run", str(path), "-r", "ndjson,junit"]
    command += ["--reporter-export", f"{tmp_path}/"]
    with subprocess.Popen([*command, "--env-var", url], cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        process.wait(60)

    assert 1 == len(engines)
    for _ in range(100):
        if engines[0] not in [number for number, _, _ in processes()]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the engine lives on")
    results = [json.loads(line) for line in (tmp_path / "c.ndjson").read_text("utf-8").splitlines()]
    finished = [event["status"] for event in results if event["event"] == "item_finished"]
    assert ["passed", "passed"] == finished
    told = run_cli("report", "c.ndjson", "-r", "cli,junit,json", "--reporter-export", f"{tmp_path}/later/")
    executions = json.loads((tmp_path / "later" / "c.json").read_text("utf-8"))["run"]["executions"]
    assert ["passed", "passed", "not_reached", "not_reached"] == [each["harness"]["status"] for each in executions]
    assert 2 == len(ElementTree.parse(tmp_path / "later" / "c.junit.xml").findall(".//skipped"))
    assert "2 passed, 2 not reached" in told.text


def test_two_engines_live_at_once() -> None:
    """Each is asked by turns and reads code that is wrong, whichever thread made it."""
    with closing(EngineProcess()) as first, ThreadPoolExecutor(1) as thread:
        second = thread.submit(EngineProcess).result()
        with closing(second):
            for engine in (first, second, first, second):
                assert ("Unexpected number", 1, 3) == _said(engine, "a 1")
                assert ("Unexpected number", 1, 3) == thread.submit(_said, engine, "a 1").result()


ORDERS = ["0123", "3210", "0011", "1010", "2031"]


@pytest.mark.parametrize("order", ORDERS)
def test_engines_of_several_threads(order: str) -> None:
    """Threads that were there before, each with engines of its own, in any order, one closed by another thread."""
    threads = [ThreadPoolExecutor(1) for _ in range(4)]
    for thread in threads:
        thread.submit(int).result()
    engines = [threads[int(place)].submit(EngineProcess).result() for place in order]
    told = [threads[int(place)].submit(_said, engine, "a 1") for place, engine in zip(order, engines, strict=True)]

    assert {("Unexpected number", 1, 3)} == {each.result() for each in told}
    for engine in engines:
        engine.close()
    for thread in threads:
        thread.shutdown()


def _said(engine: EngineProcess, code: str) -> tuple[str, int, int]:
    words, line, column = syntax_error(engine, code) or ("", 0, 0)
    return words.removeprefix("SyntaxError: "), line, column


def test_runs_in_three_threads(tmp_path: Path, base: Any) -> None:
    """`harness.run` may be called from any thread, several at once, with scripts that cannot be read."""
    path = collection(tmp_path, "test", "a 1", GOOD)
    options = RunOptions(env_vars={"base": base(int).removeprefix("base=")}, keep_results=True)
    found: list[list[Status]] = []

    def run() -> None:
        found.append([each.status for each in harness.run(harness.load(path), options).results])

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [[Status.FAILED, Status.PASSED]] * 3 == found
