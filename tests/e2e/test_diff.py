"""Do two environments, and two reports, differ where they do and nowhere else?"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SCHEMA, Received, answer

SECRET = "s3cr3t-7f9a2c41"
OLD = {"users": [{"id": "0e2d2bb8-6b0b-4f9a-9d3c-5a8b6f1f5b11", "name": "Ada", "at": "2024-01-01T00:00:00Z"}]}
NEW = {"users": [{"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "name": "Bob", "at": "2025-05-06T07:08:09Z"}]}


def _serving(body: Any, **more: bytes) -> Callable[[Received], bytes]:
    whole = answer(json.dumps(body), Content_Type="application/json")
    return lambda request: more.get(request.target.strip("/"), whole)


@pytest.fixture
def sides(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """Return a function that writes a collection and an environment for each of two sites, and returns the call."""

    def write(one: Any, other: Any, *names: str, item: dict[str, Any] | None = None) -> tuple[str, ...]:
        items = [
            {"name": name, "request": {"method": method, "url": "{{url}}/" + name}, **(item or {})}
            for method, _, name in (each.rpartition(" ") for each in names)
            for method in [method or "GET"]
        ]
        document = {"info": {"name": "c", "schema": SCHEMA}, "item": items}
        (tmp_path / "c.postman_collection.json").write_text(json.dumps(document), "utf-8")
        for name, served in (("staging", one), ("production", other)):
            values = [{"key": "url", "value": served.url}, {"key": "api_key", "value": SECRET, "type": "secret"}]
            (tmp_path / f"{name}.json").write_text(json.dumps({"name": name, "values": values}), "utf-8")
        return ("c.postman_collection.json", "-e", "staging.json", "-e", "production.json")

    return write


def test_alike(run_cli: Callable[..., Any], site: Any, sides: Any) -> None:
    """Other ids, names and times are no difference; both sides were asked, one request after the other."""
    one, other = site(_serving(OLD)), site(_serving(NEW))
    done = run_cli("diff", *sides(one, other, "users", "more"))

    assert done.code == 0, done.text
    assert "c: staging → production" in done.out
    assert [each.target for each in one.received] == [each.target for each in other.received] == ["/users", "/more"]


@pytest.mark.parametrize(
    ("body", "flags", "code", "words"),
    [
        ({"users": [{**NEW["users"][0], "name": None}]}, [], 1, "$.users[0].name: became null"),
        ({"users": [{**NEW["users"][0], "id": "7"}]}, [], 1, "$.users[0].id: format changed"),
        ({"users": [{**NEW["users"][0], "more": 1}]}, [], 0, "passed: 1 of 1 item"),
        ({"users": [{**NEW["users"][0], "more": 1}]}, ["--fail-on", "any"], 1, "$.users[0].more: added key"),
        (NEW, ["--match", "exact"], 1, "$.users[0].name: value changed"),
        ({**OLD, "more": 1}, ["--match", "subset"], 0, "passed: 1 of 1 item"),
        ({}, ["--match", "status"], 0, "passed: 1 of 1 item"),
    ],
)
def test_differences(
    run_cli: Callable[..., Any], site: Any, sides: Any, body: Any, flags: list[str], code: int, words: str
) -> None:
    """What counts is a difference of the comparison that `harness run` makes, and how bad it must be is chosen."""
    done = run_cli("diff", *sides(site(_serving(OLD)), site(_serving(body)), "users"), *flags)

    assert (done.code, words in done.out) == (code, True), done.text


def test_status_and_bodies(run_cli: Callable[..., Any], site: Any, sides: Any) -> None:
    """Another status, a body where there was none; an image is compared by its bytes."""
    png = answer(b"\x89PNG\r\n\x1a\n\xff", Content_Type="image/png")
    one = site(_serving(OLD, empty=answer(b""), image=png))
    other = site(_serving(OLD, gone=answer("{}", "410 Gone"), empty=answer("{}"), image=png))
    done = run_cli("diff", *sides(one, other, "gone", "empty", "image"), "--match", "exact")

    assert done.code == 1
    assert "expected: 200\n  actual:   410" in done.out
    assert "expected: an empty body\n  actual:   2 bytes" in done.out
    assert "items:        3 (1 passed, 2 failed)" in done.out
    done = run_cli("diff", *sides(one, other, "empty"), "--match", "status")
    assert done.code == 0, done.text


def test_only_reading_methods_are_sent(run_cli: Callable[..., Any], site: Any, sides: Any) -> None:
    """What may change something is sent only where it is named."""
    one, other = site(_serving(OLD)), site(_serving(OLD))
    call = sides(one, other, "users", "POST make", "DELETE drop")
    done = run_cli("diff", *call, "--allow", "make")

    assert done.code == 0, done.text
    assert [each.method for each in other.received] == [each.method for each in one.received] == ["GET", "POST"]
    assert "DELETE may change something, and would be sent twice" in done.out


def test_a_side_that_is_not_there(run_cli: Callable[..., Any], site: Any, sides: Any, closed_port: int) -> None:
    """It is an error, and said of which side."""

    class Nowhere:
        url = f"http://127.0.0.1:{closed_port}"

    done = run_cli("diff", *sides(site(_serving(OLD)), Nowhere, "users"))

    assert done.code == 2
    assert "production: " in done.out


def test_what_one_side_cannot_ask(run_cli: Callable[..., Any], site: Any, sides: Any, tmp_path: Path) -> None:
    """A variable that only one environment has stops both before anything is sent."""
    one, other = site(_serving(OLD)), site(_serving(OLD))
    call = sides(one, other, "{{version}}/users", "plain")
    staging = json.loads((tmp_path / "staging.json").read_text("utf-8"))
    staging["values"].append({"key": "version", "value": "v1"})
    (tmp_path / "staging.json").write_text(json.dumps(staging), "utf-8")
    done = run_cli("diff", *call)

    assert (done.code, one.received, other.received) == (2, [], [])
    assert "production: " in done.out
    assert "version" in done.out


def test_ctrl_c(site: Any, sides: Any, tmp_path: Path) -> None:
    """Both sides end at once, and what was compared until then is told."""
    one, other = site(_serving(OLD)), site(_serving(OLD))

    def respond(request: Received) -> bytes:
        if request.target == "/slow":
            process.send_signal(signal.SIGINT)
            time.sleep(5)
        return _serving(OLD)(request)

    one.respond = respond
    command = [sys.executable, "-m", "harness", "diff", *sides(one, other, "users", "slow", "more", "most")]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    text, _ = process.communicate(timeout=20)

    assert process.returncode == 130, text
    assert "passed      GET    users" in text
    assert "Traceback" not in text
    assert [each.target for each in other.received] == ["/users"]


def test_no_secret_is_told(run_cli: Callable[..., Any], site: Any, sides: Any, tmp_path: Path) -> None:
    """Neither on the screen nor in a report, when an answer repeats it."""
    one, other = site(_serving({"key": SECRET})), site(_serving({"key": 1, "echo": SECRET}))
    call = sides(one, other, "users")
    done = run_cli("diff", *call, "--fail-on", "any", "--match", "exact", "-r", "cli,json,junit,html")

    assert done.code == 1
    assert SECRET not in done.text
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != tmp_path]
    assert len(written) == 3
    assert not any(SECRET.encode() in path.read_bytes() for path in written)


@pytest.mark.parametrize("kinds", [("json", "ndjson"), ("ndjson", "json")])
def test_reports(run_cli: Callable[..., Any], site: Any, sides: Any, kinds: tuple[str, str]) -> None:
    """Two stored runs are compared as two environments are, whatever the examples and the verdicts were."""
    one, other = site(_serving(OLD)), site(_serving({"users": [{**NEW["users"][0], "name": 5}]}, same=answer("text")))
    one.respond = _serving(OLD, same=answer("text"))
    call = sides(one, other, "users", "same")
    for kind, side in zip(kinds, ("staging", "production"), strict=True):
        run_cli("run", call[0], "-e", f"{side}.json", "-r", kind, "--reporter-export", f"{side}.report")
    done = run_cli("diff", "staging.report", "production.report")

    assert done.code == 1, done.text
    assert "$.users[0].name: type changed" in done.out
    assert "items:        2 (1 passed, 1 failed)" in done.out
    assert run_cli("diff", "staging.report", "staging.report").code == 0


def test_a_request_on_one_side_only(run_cli: Callable[..., Any], site: Any, sides: Any) -> None:
    """What only one of two runs has is a difference."""
    served = site(_serving(OLD))
    for side, names in (("a", ["users"]), ("b", ["users", "more"])):
        call = sides(served, served, *names)
        run_cli("run", call[0], "-e", "staging.json", "-r", "ndjson", "--reporter-export", f"{side}.ndjson")
    for first, second in ("ab", "ba"):
        done = run_cli("diff", f"{first}.ndjson", f"{second}.ndjson")
        assert done.code == 1
        assert "a.ndjson: is not there" in done.out
        assert "items:        2 (1 passed, 1 failed)" in done.out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["one.json"], "1 file and no -e"),
        (["c.json", "-e", "a.json"], "-e names 1"),
        (["nowhere.json", "c.json"], "no such file: nowhere.json"),
        (["c.json", "c.json"], "`c.json` is no report of a run"),
        (["broken.ndjson", "c.json"], "the first event is not `run_started`"),
        (["huge.json", "c.json"], "`huge.json` is no report of a run"),
    ],
)
def test_what_cannot_be_compared(run_cli: Callable[..., Any], tmp_path: Path, args: list[str], words: str) -> None:
    """A call or file that is wrong is told as such."""
    (tmp_path / "c.json").write_text("{}", "utf-8")
    (tmp_path / "broken.ndjson").write_text('{"event": "nonsense"}\n', "utf-8")
    response = {"code": 200, "status": "OK", "header": [], "stream": {"data": 10**15}}
    asked = {"url": {"raw": "http://a"}, "method": "GET"}
    ours = {"node_id": "a", "status": "passed", "collection": "c", "assertions": [], "differences": []}
    entry = {"item": {"id": "i", "name": "a"}, "request": asked, "response": response, "harness": ours}
    (tmp_path / "huge.json").write_text(json.dumps({"run": {"executions": [entry]}}), "utf-8")
    done = run_cli("diff", *args)

    assert (done.code, done.out) == (4, "")
    assert words in done.err
