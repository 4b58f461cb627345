"""Does Ctrl-C end a run with reports that are complete up to there?"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def _collection(names: list[str]) -> dict[str, object]:
    items = [
        {
            "name": name,
            "request": {"method": "GET", "url": "{{base_url}}/" + name},
            "response": [{"name": "ok", "code": 200, "header": [], "body": '{"a": 1}'}],
        }
        for name in names
    ]
    return {"info": {"name": "Slow", "schema": SCHEMA}, "item": items}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl_c", "terminated"])
def test_an_interrupted_run_finishes_its_reports(
    tmp_path: Path, httpserver: HTTPServer, number: signal.Signals
) -> None:
    """The answered request stands in the reports as passed, the others as not reached, and the exit code is 130."""
    asked, release = threading.Event(), threading.Event()

    def respond(request: Request) -> Response:
        if request.path != "/first":
            asked.set()
            release.wait(30)
        return Response('{"a": 2}', 200, {"content-type": "application/json"})

    for name in ("first", "second", "third"):
        httpserver.expect_request(f"/{name}").respond_with_handler(respond)
    file = tmp_path / "slow.postman_collection.json"
    file.write_text(json.dumps(_collection(["first", "second", "third"])), encoding="utf-8")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "harness", "run", file.name, "-r", "cli,junit,json",
            "--env-var", f"base_url=http://127.0.0.1:{httpserver.port}",
            "--reporter-junit-export", "junit.xml", "--reporter-json-export", "report.json",
        ],
        cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert asked.wait(30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        release.set()
        process.kill()

    assert (process.returncode, err) == (130, "")
    assert out.count("not reached") >= 2
    statuses = [
        execution["harness"]["status"]
        for execution in json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["run"]["executions"]
    ]
    assert statuses == ["passed", "not_reached", "not_reached"]
    root = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert len(root.findall(".//skipped")) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_script_that_does_not_end_is_interrupted(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Ctrl-C ends a script in an endless loop at once, with nothing but the report on the screen."""
    running = threading.Event()

    def respond(_request: Request) -> Response:
        running.set()
        return Response("{}")

    httpserver.expect_request("/started").respond_with_handler(respond)
    document = _collection(["first"])
    lines = [f"pm.sendRequest('{httpserver.url_for('/started')}', () => {{ for (;;) {{}} }})"]
    document["event"] = [{"listen": "prerequest", "script": {"exec": lines}}]
    file = tmp_path / "loop.postman_collection.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    base = f"base_url=http://127.0.0.1:{httpserver.port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", file.name, "--env-var", base],
        cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert running.wait(30)
        time.sleep(0.3)  # for the answer to come to the script
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=8)
    finally:
        process.kill()

    assert (process.returncode, err) == (130, "")
    assert "not reached: 1, interrupted" in out
