"""How is a collection with scripts run by Newman and here, and what is compared of the two runs?

Both are led to one server on this machine whatever the hosts of their requests, with the options under which harness
does as Newman does: placeholders without a value are sent, and so is a request whose prerequest script failed.
"""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.collection.load import load_collection
from harness.library import plan_for
from harness.record.item import ItemRecord
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.options import RunOptions
from harness.runner.run import Run
from harness.variables.environment import Environment
from harness.variables.scope import Layer, Value

HERE = Path(__file__).parent
_RAN = re.compile(r"^the \w+ script of “.*” runs without an error$", re.DOTALL)
_ADVICE = re.compile(r'Using ".+" is deprecated\.')
# What each client adds by itself, and what a form draws by lot.
_OWN = frozenset({"user-agent", "accept", "accept-encoding", "connection", "cache-control", "postman-token", "host"})
_BOUNDARY = re.compile(rb"(-{10,}\d{10,}|--harness-[0-9a-f]+)")
LAYERS: tuple[Layer, ...] = ("environment", "globals", "collection")


@dataclass(frozen=True, slots=True)
class Job:
    """One collection to run on both sides."""

    name: str
    collection: Mapping[str, Any]
    environment: Mapping[str, Any] = field(default_factory=dict)
    globals: Mapping[str, Any] = field(default_factory=dict)
    data: Sequence[Mapping[str, Any]] = ()
    iterations: int | None = None
    sending: frozenset[str] = frozenset()
    """The names of items whose scripts send requests: in Newman several are answered in any order."""

    def for_newman(self, folder: Path) -> dict[str, Any]:
        """Return the job as `run.js` reads it."""
        told: dict[str, Any] = {"name": self.name, "collection": self.collection, "folder": str(folder)}
        for layer in ("environment", "globals"):
            values = [{"key": key, "value": value, "enabled": True} for key, value in getattr(self, layer).items()]
            told[layer] = {"name": layer, "values": values}
        if self.data:
            told["data"] = list(self.data)
        if self.iterations is not None:
            told["iterations"] = self.iterations
        return told


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one run: JSON values only, so that two of them can be compared aspect by aspect."""

    executions: list[dict[str, Any]]
    """Each request in order: item, iteration, assertions [name, outcome, error], errors, console [level, text]."""
    variables: dict[str, dict[str, Any]]
    wire: list[dict[str, Any]]
    """What the server got, in order."""
    red: bool
    """Whether a script says that the run failed."""
    error: Any = None
    """Why there was no run at all."""


def run_here(job: Job, recorder: Any, folder: Path) -> Found:
    """Run a job here."""
    file = folder / "job.postman_collection.json"
    file.write_text(json.dumps(job.collection), "utf-8")
    options = RunOptions(
        environment=Environment("environment", {name: Value(value) for name, value in job.environment.items()}, ""),
        global_vars=job.globals,
        data=tuple({name: Value(value) for name, value in row.items()} for row in job.data),
        iterations=job.iterations,
        unresolved="send",
        send_after_script_error=True,
        keep_results=True,
        working_dir=folder,
        timeout_s=10,
    )
    plan = replace(plan_for(load_collection(file), options), mock_origin=("127.0.0.1", recorder.port))
    run = Run([plan], options, redactor=Redactor(unsafe_show=True))
    recorder.received.clear()
    results = [_execution(each) for each in run.execute().results if each.status is not Status.NOT_REACHED]
    ran = [each for each in results if each.pop("ran")]
    return Found(
        ran,
        {layer: {key: value.value for key, value in run.variables(layer).items()} for layer in LAYERS},
        [_sent(received) for received in recorder.received],
        any(each["errors"] or any(row[1] == "failed" for row in each["assertions"]) for each in ran),
    )


def _execution(result: ItemRecord) -> dict[str, Any]:
    told = [each for each in result.assertions if each.kind == "script"]
    rows = [
        [each.name, "skipped" if each.skipped else "passed" if each.passed else "failed", each.actual]
        for each in told
        if not _RAN.match(each.name)
    ]
    jumped_over = result.status is Status.SKIPPED and "setNextRequest" in (result.reason or "")
    return {
        "ran": not jumped_over,
        "item": result.item.name,
        "iteration": result.iteration,
        "refused": result.error.summary if result.status is Status.ERROR and result.error is not None else None,
        "assertions": rows,
        "errors": [each.actual for each in told if _RAN.match(each.name)],
        "console": _without_advice([[line.level, line.text] for line in result.console]),
    }


def _without_advice(console: list[list[str]]) -> list[list[str]]:
    """Return what scripts wrote without a sandbox's advice about old names: each version has words of its own."""
    return [row for row in console if not (row[0] == "warn" and _ADVICE.match(row[1]))]


def run_there(jobs: Sequence[Job], newman: Any, recorder: Any, folder: Path) -> Iterator[tuple[str, Found]]:
    """Run all jobs in Newman; yield what came of each by its name."""
    file = folder / "jobs.json"
    file.write_text(json.dumps([job.for_newman(folder) for job in jobs]), "utf-8")
    recorder.received.clear()
    command = [newman.node, str(HERE / "run.js"), str(recorder.port), str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=900, check=False)

    assert done.returncode == 0, done.stderr
    wire: dict[str, list[dict[str, Any]]] = {}
    for received in recorder.received:
        wire.setdefault(received.label["job"], []).append(_sent(received))
    for line in done.stdout.rstrip("\n").split("\n"):
        told = json.loads(line)
        for execution in told["executions"]:
            execution["console"] = _without_advice(execution["console"])
        yield (
            told["job"],
            Found(
                told["executions"],
                {layer: told.get(layer) or {} for layer in LAYERS},
                wire.get(told["job"], []),
                bool(told["failures"]),
                told["error"],
            ),
        )


def _sent(received: Any) -> dict[str, Any]:
    first, *lines = received.head.decode("latin-1").split("\r\n")[:-2]
    method, _, target = first.rpartition(" ")[0].partition(" ")
    pairs = [(name, value.removeprefix(" ")) for name, _, value in (line.partition(":") for line in lines)]
    boundary = re.compile(r"(?<=boundary=)\S+")
    return {
        "request": f"{method} {target}",
        "headers": sorted(
            [name, boundary.sub("~", value)]
            for name, value in pairs
            if name.lower() not in (*_OWN, "content-length", "transfer-encoding")
        ),
        "body": _BOUNDARY.sub(b"~", received.body).decode("utf-8", "replace"),
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect in which a request of the two runs, or what is left at their end, differs."""

    where: str
    aspect: str
    here: Any
    there: Any

    def __str__(self) -> str:
        here, there = (json.dumps(each, ensure_ascii=False) for each in (self.here, self.there))
        return f"{self.where}: {self.aspect}\n    here  {here}\n    there {there}"


def differences(name: str, here: Found, there: Found) -> Iterator[Difference]:
    """Yield in what two runs of a job differ."""
    ours, theirs = ([(each["item"], each["iteration"]) for each in run.executions] for run in (here, there))
    if ours != theirs:
        yield Difference(name, "order", ours, theirs)
    else:
        for one, other in zip(here.executions, there.executions, strict=True):
            yield from _between(f"{name}::{one['item']}", one, other)
    for layer in here.variables:
        if here.variables[layer] != there.variables[layer]:
            yield Difference(name, "variables", here.variables[layer], there.variables[layer])
    if here.wire != there.wire:
        yield from _on_the_wire(name, here.wire, there.wire)
    if here.red != there.red:
        yield Difference(name, "verdict", here.red, there.red)
    if here.error != there.error:
        yield Difference(name, "error", here.error, there.error)


def _between(where: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[Difference]:
    for aspect, columns in (("assertions", slice(0, 2)), ("messages", slice(2, 3))):
        ours, theirs = ([row[columns] for row in each["assertions"]] for each in (here, there))
        if ours != theirs:
            yield Difference(where, aspect, ours, theirs)
    for aspect in ("errors", "console"):
        if here[aspect] != there[aspect]:
            yield Difference(where, aspect, here[aspect], there[aspect])


def _on_the_wire(name: str, here: list[dict[str, Any]], there: list[dict[str, Any]]) -> Iterator[Difference]:
    ours, theirs = ([each["request"] for each in wire] for wire in (here, there))
    if ours != theirs:
        yield Difference(name, "requests", ours, theirs)
        return
    for one, other in zip(here, there, strict=True):
        for aspect in ("headers", "body"):
            if one[aspect] != other[aspect]:
                yield Difference(f"{name}::{one['request']}", aspect, one[aspect], other[aspect])


def explained(found: Iterable[Difference], rules: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the differences that no rule explains, and the patterns of rules that explain none."""
    unused = {(where, rule["reason"]) for rule in rules if not rule.get("sometimes") for where in rule["where"]}
    unexplained = []
    for difference in found:
        reasons = {
            (where, rule["reason"])
            for rule in rules
            for where in rule["where"]
            if fnmatch.fnmatchcase(difference.where, where) and difference.aspect in rule["aspects"]
        }
        unused -= reasons
        if not reasons:
            unexplained.append(str(difference))
    return unexplained, [f"{where}: {reason}" for where, reason in sorted(unused)]
