"""What do Postman's sandbox under Node.js and the one of this package make of the same scripts?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InvalidRequest
from harness.runner.scripts.cookies import do
from harness.script.host import ScriptCall, ScriptHost
from harness.script.outcome import Fault, Outcome
from harness.transport.cookies.jar import CookieJar

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
LIMIT_S = 5
_CASE = frozenset({"name", "listen", "script"})
# Stacks name the files and lines of two different programs.
_STACK = re.compile(r"\\n +at .*?(?=\"|$)")

Found = Mapping[str, Any]
"""What came of one script, by the name of the field."""


class Stubs:
    """What scripts find outside: two addresses, a cookie jar, a vault with one secret."""

    def __init__(self) -> None:
        self.jar = CookieJar()

    def send(
        self, request: Mapping[str, Any], warn: Callable[[str], None]
    ) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
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


@dataclass(frozen=True, slots=True)
class Job:
    """Scripts that share one context, each with what it finds beside the members that all find."""

    name: str
    cases: Sequence[Mapping[str, Any]]
    """`name`, `listen`, `script`, and members of the context."""
    context: Mapping[str, Any] = field(default_factory=lambda: CONTEXT)

    def run_here(self) -> Iterator[Found]:
        """Yield what comes of each script here."""
        services = Stubs()
        with closing(ScriptHost()) as host:
            for case in self.cases:
                given = {**self.context, **{key: value for key, value in case.items() if key not in _CASE}}
                if case["listen"] == "prerequest":
                    given.pop("response", None)
                call = ScriptCall(case["listen"], case["script"], json.dumps(given), OPTIONS, LIMIT_S)
                yield {"job": self.name, "name": case["name"], **_fields(host.execute(call, services))}


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


@dataclass(frozen=True, slots=True)
class Oracle:
    """Postman's sandbox under Node.js."""

    node: str
    folder: Path

    def run(self, jobs: Sequence[Job]) -> Iterator[Found]:
        """Yield what comes of each script of each job there."""
        file = self.folder / "jobs.json"
        options = {**OPTIONS, "timeout": LIMIT_S * 1000}
        told = [{"name": job.name, "cases": job.cases, "context": job.context} for job in jobs]
        file.write_text(json.dumps({"jobs": told, "options": options, "answer": ANSWER, "secrets": SECRETS}), "utf-8")
        command = [self.node, str(HERE / "run.js"), str(ROOT / "js"), str(file)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=900, check=False)

        assert done.returncode == 0, done.stderr
        for line in done.stdout.rstrip("\n").split("\n"):  # not `splitlines`: a text may hold other line breaks
            found = json.loads(line)
            # What is thrown without being an error comes bare.
            found["faults"] = [
                each
                if isinstance(each, dict) and "message" in each
                else {"name": "", "message": f"thrown: {_text(each)}"}
                for each in found["faults"]
            ]
            yield found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _plain(found: Found) -> Found:
    return {**found, "console": [[level, _STACK.sub("", text)] for level, text in found["console"]]}


def compared(oracle: Oracle, jobs: Sequence[Job]) -> list[tuple[Found, Found]]:
    """Run the jobs on both sides; return what came of each script here and there."""
    here = [found for job in jobs for found in job.run_here()]
    return list(zip(map(_plain, here), map(_plain, oracle.run(jobs)), strict=True))


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    """Return the oracle; skip where there is no Node.js, no npm or no registry to ask."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("the oracle needs Node.js and npm")
    # The packages that the sandbox is built from are those it is compared with.
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        import build_scripts
    try:
        build_scripts.install()
    except build_scripts.NotBuilt as reason:
        pytest.skip(str(reason))
    return Oracle(node, tmp_path_factory.mktemp("oracle"))


Both = Mapping[str, tuple[Found, Found]]


@pytest.fixture(scope="session")
def both(oracle: Oracle) -> Callable[[str], Both]:
    """Return what runs a file of cases on both sides, once, and gives the results by name: here, there."""
    known: dict[str, Both] = {}

    def run(file: str) -> Both:
        if file not in known:
            known[file] = {here["name"]: (here, there) for here, there in compared(oracle, [Job(file, cases_of(file))])}
        return known[file]

    return run
