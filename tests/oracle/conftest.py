"""What do Postman's sandbox under Node.js and the one of this package make of the same scripts?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InvalidRequest
from harness.runner.scripts.cookies import do
from harness.script.host import Fault, Outcome, ScriptCall, ScriptHost
from harness.transport.cookies import CookieJar

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LAYERS = ("_variables", "environment", "collectionVariables", "globals")
CONTEXT = json.loads((HERE / "context.json").read_text("utf-8"))
OPTIONS = {
    "cursor": {"iteration": 0, "cycles": 1},
    "legacy": {
        "_itemId": "i1",
        "_itemName": "An item",
        "_itemPath": ["A collection", "A folder", "An item"],
        "_eventItemName": "An item",
    },
    "resolvedPackages": {},
}
ANSWER = {
    "code": 201,
    "status": "Created",
    "header": [{"key": "Content-Type", "value": "application/json"}],
    "body": '{"r":1}',
    "responseTime": 3,
    "responseSize": 7,
}
SECRETS = {"s": "hidden"}
# Stacks name the files and lines of two different programs.
_STACK = re.compile(r"\\n +at .*?(?=\"|$)")

Found = Mapping[str, Any]
"""What came of one script, by the name of the field."""


class Stubs:
    """What scripts find outside: two addresses, a cookie jar, a vault with one secret."""

    def __init__(self) -> None:
        self.jar = CookieJar()

    def send(self, request: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """Answer every address but one."""
        if request["url"].get("path") == ["fail"]:
            raise InvalidRequest("connect ECONNREFUSED 127.0.0.1:80")
        return ANSWER, []

    def cookies(self, method: str, arguments: list[Any]) -> Any:
        """Do what the store of the run does."""
        return do(self.jar, method, arguments)

    def vault(self, action: str, name: str, value: Any) -> Any:
        """Give the one secret away."""
        return SECRETS.get(name) if action == "get" else None

    def run_request(self, name: str, options: Mapping[str, Any], layers: Mapping[str, Any]) -> tuple[Any, Any]:
        """Know no other request."""
        raise InvalidRequest(f"there is no request {name}")


def cases_of(file: str) -> list[dict[str, str]]:
    """Return the cases of a file, in order."""
    cases: list[dict[str, str]] = tomllib.loads((HERE / "cases" / file).read_text("utf-8"))["case"]
    return cases


def _run_here(cases: list[dict[str, str]]) -> Iterator[Found]:
    services = Stubs()
    with closing(ScriptHost()) as host:
        for case in cases:
            given = {
                key: value for key, value in CONTEXT.items() if (case["listen"], key) != ("prerequest", "response")
            }
            outcome = host.execute(ScriptCall(case["listen"], case["script"], json.dumps(given), OPTIONS), services)
            yield {"name": case["name"], **_fields(outcome)}


def _fields(outcome: Outcome) -> Found:
    own = ("name", "index", "passed", "skipped", "async")
    return {
        "assertions": [
            {**{key: each[key] for key in own if key in each}, "error": _error(each.get("error"))}
            for each in outcome.assertions
        ],
        "console": outcome.console,
        "faults": list(map(_fault, outcome.faults)),
        "skipped": outcome.skipped,
        **{layer: json.loads(outcome.layers.get(layer, "null")) for layer in LAYERS},
        "request": None if outcome.request is None else json.loads(outcome.request),
        "return": dict(outcome.returned),
    }


def _error(told: Any) -> Any:
    return {key: told.get(key) for key in ("name", "message")} if isinstance(told, dict) else told


def _fault(fault: Fault) -> Any:
    return {"name": fault.name, "message": fault.message}


def _run_there(node: str, cases: list[dict[str, str]], folder: Path) -> Iterator[Found]:
    job = {"cases": cases, "context": CONTEXT, "options": OPTIONS, "answer": ANSWER, "secrets": SECRETS}
    file = folder / "cases.json"
    file.write_text(json.dumps(job), "utf-8")
    command = [node, str(HERE / "run.js"), str(ROOT / "js"), str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    for line in done.stdout.rstrip("\n").split("\n"):  # not `splitlines`: a text may hold other line breaks
        found = json.loads(line)
        # What is thrown without being an error comes bare.
        found["faults"] = [
            each if isinstance(each, dict) and "message" in each else {"name": "", "message": f"thrown: {_text(each)}"}
            for each in found["faults"]
        ]
        yield found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _plain(found: Found) -> Found:
    return {**found, "console": [[level, _STACK.sub("", text)] for level, text in found["console"]]}


Both = dict[str, tuple[Found, Found]]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Both]:
    """Return what runs a file of cases here and under Node.js, once, and gives the results by name: here, there."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("the oracle needs Node.js and npm")
    # The packages that the sandbox is built from are those it is compared with.
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import build_scripts
    finally:
        sys.path.pop(0)
    try:
        build_scripts.install()
    except build_scripts.NotBuilt as reason:
        pytest.skip(str(reason))
    known: dict[str, Both] = {}

    def run(file: str) -> Both:
        if file not in known:
            cases = cases_of(file)
            there = map(_plain, _run_there(node, cases, tmp_path_factory.mktemp("oracle")))
            known[file] = {
                here["name"]: (here, other) for here, other in zip(map(_plain, _run_here(cases)), there, strict=True)
            }
        return known[file]

    return run
