"""Do collections with scripts come to the same here as in Newman 6.2.2, save for the reasons of `differences.toml`?

`cases/*.toml` are the collections, their scripts written as texts; a new case needs no Python.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.newman.scripts.answers import respond
from tests.newman.scripts.conftest import HERE, Found, Job, differences, explained, run_here, run_there

pytestmark = pytest.mark.slow

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
FILES = sorted((HERE / "cases").glob("*.toml"))
_RULES = tomllib.loads((HERE / "differences.toml").read_text("utf-8"))
FILE = "f.txt"


def job_of(path: Path) -> Job:
    """Return the job that a file of cases describes."""
    case = tomllib.loads(path.read_text("utf-8"))
    document = {
        "info": {"name": path.stem, "schema": _SCHEMA},
        "item": [_node(each) for each in case["item"]],
        "variable": case.get("variable", []),
        **_node(case.get("collection", {})),
    }
    return Job(
        path.stem, document, case.get("environment", {}), case.get("globals", {}), case.get("data", ()),
        case.get("iterations"),
    )  # fmt: skip


def _node(written: Mapping[str, Any]) -> dict[str, Any]:
    node = dict(written)
    if "request_json" in node:
        node["request"] = json.loads(node.pop("request_json"))
    events = [
        {"listen": listen, "script": {"type": "text/javascript", "exec": _script(node, listen).split("\n")}}
        for listen in ("prerequest", "test")
        if {listen, f"{listen}_from"} & node.keys()
    ]
    if "item" in node:
        below = node["item"]
        node["item"] = _node(below) if isinstance(below, dict) else [_node(each) for each in below]
    return {**node, "event": events} if events else node


def _script(node: dict[str, Any], listen: str) -> str:
    file = node.pop(f"{listen}_from", None)
    return str(node.pop(listen)) if file is None else (HERE / "cases" / file).read_text("utf-8")


@pytest.fixture(scope="module")
def there(newman: Any, recorder: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """Return what came of each case in Newman."""
    recorder.respond = respond
    folder = tmp_path_factory.mktemp("newman")
    (folder / FILE).write_text("of a file", "utf-8")
    return dict(run_there([job_of(path) for path in FILES], newman, recorder, folder))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_collection_comes_to_the_same(path: Path, there: dict[str, Found], recorder: Any, tmp_path: Path) -> None:
    """Order, assertions, errors, console, variables, requests, verdict are Newman's, or differ for a listed reason."""
    job = job_of(path)
    (tmp_path / FILE).write_text("of a file", "utf-8")

    here = run_here(job, recorder, tmp_path)

    rules = [
        {**rule, "where": [where for where in rule["where"] if where.partition("::")[0] == job.name]}
        for rule in _RULES["case"]
    ]
    unexplained, gone = explained(differences(job.name, here, there[job.name]), rules)
    assert not unexplained, "\n".join(unexplained)
    assert not gone, "\n".join(gone)
    assert here.executions, "nothing ran"
