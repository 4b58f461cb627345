"""Where do today's runners lie, leak and leave people alone, and what does the harness do in the same place?

Each case is one collection, run by Newman 6.2.2 and by the harness side by side. docs/from-newman.md has the table.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parent / "node_modules" / "newman" / "bin" / "newman.js"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SECRET = "pa55/word+with=signs"


@dataclass(frozen=True, slots=True)
class Sides:
    """One folder in which Newman and the harness are called alike."""

    folder: Path
    server: HTTPServer
    node: str
    harness: Callable[..., Any]

    @property
    def url(self) -> str:
        """Return where the server is."""
        return f"http://127.0.0.1:{self.server.port}"

    def write(self, *items: dict[str, Any], name: str = "c", **more: Any) -> None:
        """Write a collection."""
        document = {"info": {"name": name, "schema": SCHEMA}, "item": list(items), **more}
        (self.folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")

    def environment(self, **values: dict[str, str]) -> None:
        """Write `env.json`."""
        listed = [{"key": key, **value} for key, value in values.items()]
        (self.folder / "env.json").write_text(json.dumps({"name": "live", "values": listed}), encoding="utf-8")

    def answer(self, body: Any, status: int = 200) -> None:
        """Have the server answer everything alike."""
        self.server.expect_request(re.compile(".*")).respond_with_json(body, status)

    def newman(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Call Newman; return the exit code, what it printed, and the requests the server got."""
        before = len(self.server.log)
        command = [self.node, str(PROGRAM), "run", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, encoding="utf-8", timeout=120, check=False
        )
        return Called(done.returncode, done.stdout + done.stderr, [each for each, _ in self.server.log[before:]])

    def ours(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Call the harness in the same way."""
        before = len(self.server.log)
        done = self.harness("run", *arguments, cwd=self.folder, env=env)
        return Called(done.code, done.text, [each for each, _ in self.server.log[before:]])

    def cases(self, file: str) -> list[tuple[str, str]]:
        """Return the testcases of a JUnit report, each with the kinds of what is within it."""
        found = ElementTree.parse(self.folder / file).iter("testcase")
        return [(case.get("name", ""), ",".join(part.tag for part in case)) for case in found]


@dataclass(frozen=True, slots=True)
class Called:
    """What a call came to."""

    code: int
    text: str
    received: list[Request]


@pytest.fixture
def sides(newman: Any, tmp_path: Path, httpserver: HTTPServer, run_cli: Callable[..., Any]) -> Sides:
    """Return both runners in an empty folder."""
    return Sides(tmp_path, httpserver, newman.node, run_cli)


def _item(name: str, url: str, *script: str, body: str = '{"id": 1}', **request: Any) -> dict[str, Any]:
    return {
        "name": name,
        "request": {"method": "GET", "url": url, **request},
        "response": [{"name": "saved", "code": 200, "status": "OK", "body": body}],
        "event": [{"listen": "test", "script": {"exec": list(script)}}] if script else [],
    }


REPORTS = ("-r", "junit,json", "--reporter-junit-export")


def test_false_green(sides: Sides) -> None:
    """1. The server answers 500 where a 200 is saved, and no script looks: Newman is content."""
    sides.answer({"error": "down"}, 500)
    sides.write(_item("status", sides.url + "/status"))

    theirs = sides.newman("c.json", *REPORTS, "theirs.xml")
    ours = sides.ours("c.json", *REPORTS, "ours.xml")

    assert theirs.code == 0
    assert {"failures": "0", "errors": "0"}.items() <= _root(sides, "theirs.xml").items()
    assert ours.code == 1
    assert _root(sides, "ours.xml")["failures"] == "1"
    assert [("status is 200", "failure")] == [case for case in sides.cases("ours.xml") if "status" in case[0]]


def test_unresolved_variable(sides: Sides) -> None:
    """2. A variable that nobody defines goes out as `%7B%7Bnope%7D%7D`, and all is green."""
    sides.answer({"id": 1})
    sides.write(_item("user", sides.url + "/users/{{nope}}"))

    theirs, ours = sides.newman("c.json"), sides.ours("c.json")

    assert theirs.code == 0
    assert ["/users/{{nope}}"] == [request.path for request in theirs.received]
    assert "/users/{{nope}} [200 OK" in theirs.text
    assert (2, []) == (ours.code, ours.received)
    assert "`nope`" in ours.text


def test_junit_hides_a_failure_of_an_earlier_iteration(sides: Sides) -> None:
    """3. A test that fails only in the first of two iterations has no `<failure>` in Newman's XML."""
    sides.answer({"id": 1})
    script = "pm.test('first fails', () => pm.expect(pm.info.iteration).to.eql(1))"
    sides.write(_item("rows", sides.url + "/rows", script))

    theirs = sides.newman("c.json", "-n", "2", *REPORTS, "theirs.xml")
    ours = sides.ours("c.json", "-n", "2", *REPORTS, "ours.xml")

    assert (1, 1) == (theirs.code, ours.code)
    assert [("first fails", "")] == sides.cases("theirs.xml")
    assert ["failure", ""] == [kind for name, kind in sides.cases("ours.xml") if name == "first fails"]


def test_junit_hides_a_failure_behind_a_test_of_the_same_name(sides: Sides) -> None:
    """3. A test that fails, and a later one of its name that passes: one testcase, and it is green."""
    sides.answer({"id": 1})
    sides.write(
        _item("twice", sides.url + "/", "pm.test('same', () => pm.expect(1).to.eql(2))", "pm.test('same', () => {})")
    )

    theirs = sides.newman("c.json", *REPORTS, "theirs.xml")
    ours = sides.ours("c.json", *REPORTS, "ours.xml")

    assert (1, 1) == (theirs.code, ours.code)
    assert [("same", "")] == sides.cases("theirs.xml")
    assert {("same", "failure"), ("same #2", "")} <= set(sides.cases("ours.xml"))


def test_junit_hides_a_refused_connection(sides: Sides, closed_port: int) -> None:
    """3. A server that is not there makes no testcase at all (newman#2197)."""
    sides.write(_item("gone", f"http://127.0.0.1:{closed_port}/"))

    theirs = sides.newman("c.json", *REPORTS, "theirs.xml")
    ours = sides.ours("c.json", *REPORTS, "ours.xml")

    assert (1, 2) == (theirs.code, ours.code)
    assert [] == sides.cases("theirs.xml")
    assert ["error"] == [kind for _, kind in sides.cases("ours.xml")]


def test_secrets_leak(sides: Sides) -> None:
    """4. A `secret` used as a password stands in Newman's report, in clear and as base64."""
    sides.server.expect_request("/echo").respond_with_handler(
        lambda request: Response(
            json.dumps({"id": 1, "sent": request.headers["Authorization"]}), content_type="application/json"
        )
    )
    auth = {
        "type": "basic",
        "basic": [{"key": "username", "value": "me"}, {"key": "password", "value": "{{password}}"}],
    }
    sides.write(_item("echo", sides.url + "/echo", auth=auth))
    sides.environment(password={"value": SECRET, "type": "secret"})

    theirs = sides.newman("c.json", "-e", "env.json", "-r", "json", "--reporter-json-export", "theirs.json")
    ours = sides.ours("c.json", "-e", "env.json", "-r", "cli,json,junit,html,ndjson", "--reporter-export", "ours/")

    encoded = base64.b64encode(f"me:{SECRET}".encode()).decode()
    told = (sides.folder / "theirs.json").read_text(encoding="utf-8")
    assert (0, 0) == (theirs.code, ours.code)
    assert told.count(SECRET) == 2
    assert encoded in told
    assert encoded in _bodies(json.loads(told))
    mine = (sides.folder / "ours" / "c.json").read_text(encoding="utf-8")
    for text in (mine, _bodies(json.loads(mine)), ours.text, *_texts(sides.folder / "ours")):
        assert SECRET not in text
        assert encoded not in text
    assert "Basic ‹" in _bodies(json.loads(mine))


def test_nobody_compares_with_the_saved_example(sides: Sides) -> None:
    """5. A key is gone from the answer: Newman has the example at hand and does not look; nor can it be renewed."""
    sides.answer({"id": 7, "name": 3})
    sides.write(_item("user", sides.url + "/user", body='{"id": 1, "name": "Ada", "mail": "a@example.com"}'))

    theirs, ours = sides.newman("c.json"), sides.ours("c.json")
    accepted = sides.ours("c.json", "--update-examples")
    after = sides.ours("c.json")

    assert (0, 1) == (theirs.code, ours.code)
    assert "$['mail']" in ours.text or "$.mail" in ours.text
    assert "written: user" in accepted.text
    assert after.code == 0


def test_nobody_protects_production(sides: Sides) -> None:
    """6. A DELETE goes out to whatever environment is named; a protected one keeps it back."""
    sides.answer({"id": 1})
    sides.write(_item("look", sides.url + "/a"), _item("remove", sides.url + "/a", method="DELETE"))
    sides.environment()
    (sides.folder / "c.harness.toml").write_text("[environments.live]\nprotected = true\n", encoding="utf-8")

    theirs, ours = sides.newman("c.json", "-e", "env.json"), sides.ours("c.json", "-e", "env.json")

    assert ["GET", "DELETE"] == [request.method for request in theirs.received]
    assert ["GET"] == [request.method for request in ours.received]
    assert "withheld" in ours.text


def test_leaving_a_folder_out(sides: Sides) -> None:
    """7. Asked for since newman#2465: everything but one folder."""
    sides.answer({"id": 1})
    sides.write(_item("a", sides.url + "/a"), {"name": "slow ones", "item": [_item("b", sides.url + "/b")]})

    theirs = sides.newman("c.json", "--exclude-folder", "slow ones")
    ours = sides.ours("c.json", "--exclude", "slow ones")

    assert (1, []) == (theirs.code, theirs.received)
    assert "unknown option" in theirs.text
    assert (0, ["/a"]) == (ours.code, [request.path for request in ours.received])


def test_a_variable_of_the_process_environment(sides: Sides) -> None:
    """7. Asked for since newman#856: a value that no file holds."""
    sides.answer({"id": 1})
    sides.write(_item("a", sides.url + "/{{key}}"))
    sides.environment(key={"value": "{{$env.OUTSIDE}}"})

    theirs = sides.newman("c.json", "-e", "env.json", env={"OUTSIDE": "from-outside"})
    ours = sides.ours("c.json", "-e", "env.json", env={"OUTSIDE": "from-outside"})

    assert ["/{{$env.OUTSIDE}}"] == [request.path for request in theirs.received]
    assert ["/from-outside"] == [request.path for request in ours.received]
    assert "from-outside" not in ours.text


def test_several_collections_in_one_run(sides: Sides) -> None:
    """7. Asked for since newman#3135: one run, one report."""
    sides.answer({"id": 1})
    sides.write(_item("a", sides.url + "/a"), name="one")
    sides.write(_item("b", sides.url + "/b"), name="two")

    theirs = sides.newman("one.json", "two.json", *REPORTS, "theirs.xml")
    ours = sides.ours("one.json", "two.json", *REPORTS, "ours.xml")

    assert ["/a"] == [request.path for request in theirs.received]
    assert ["/a", "/b"] == [request.path for request in ours.received]
    assert ours.code == 0


def test_oauth2_without_a_browser(sides: Sides) -> None:
    """7. Asked for since postman-app-support#11887: client credentials fetch their own token."""
    sides.server.expect_request("/token").respond_with_json({"access_token": "fetched-1", "token_type": "Bearer"})
    sides.answer({"id": 1})
    given = {
        "grant_type": "client_credentials",
        "accessTokenUrl": sides.url + "/token",
        "clientId": "me",
        "clientSecret": SECRET,
    }
    auth = {"type": "oauth2", "oauth2": [{"key": key, "value": value} for key, value in given.items()]}
    sides.write(_item("a", sides.url + "/a", auth=auth))

    theirs, ours = sides.newman("c.json"), sides.ours("c.json")

    assert (0, [None]) == (theirs.code, [request.headers.get("Authorization") for request in theirs.received])
    assert ["/token", "/a"] == [request.path for request in ours.received]
    assert ours.received[1].headers["Authorization"] == "Bearer fetched-1"


def _root(sides: Sides, file: str) -> dict[str, str]:
    root = ElementTree.parse(sides.folder / file).getroot()
    suites = list(root.iter("testsuite"))
    return {name: str(sum(int(suite.get(name, 0)) for suite in suites)) for name in ("failures", "errors")}


def _bodies(report: dict[str, Any]) -> str:
    """Return the bodies of answers in a JSON report, which are lists of numbers there."""
    executions = report["run"]["executions"]
    return "\n".join(bytes(each["response"]["stream"]["data"]).decode() for each in executions)


def _texts(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in folder.iterdir()]
