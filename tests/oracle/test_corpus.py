"""Do the scripts of 200 real collections come to the same here and under Node.js, and does none of them break the host?

Each runs on its item's first saved answer, or on `{}`; a stub answers requests of scripts, and waits are cut short.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection, Item
from harness.errors import HarnessError
from tests.oracle.conftest import Job, Oracle, compared

pytestmark = pytest.mark.slow

# What the time, chance or an engine's version says.
_PASSING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
_WAIT = re.compile(r"\bsetTimeout\s*\(")
_SHORT_WAIT = "((task, wait, ...values) => setTimeout(task, Math.min(wait || 0, 5), ...values))("
_BY_CHANCE = {"apideck-libraries__postman-to-k6__replaceIn.json"}
"""Collections whose scripts keep random names."""
_HOST = ("broke the engine", "did not end within", "waits for something", "more memory")


def jobs_of(corpus: Path) -> Iterator[Job]:
    """Yield each collection that has scripts, its items' scripts in order, each script once."""
    for path in sorted(corpus.glob("*.json")):
        try:
            collection = load_collection(path)
        except HarnessError:
            continue
        cases = list(_cases(collection))
        if cases:
            values = [{"key": each.key, "value": each.value} for each in collection.variables if each.key]
            layers = {"environment": [], "globals": [], "collectionVariables": values, "data": {}, "cookies": []}
            yield Job(path.name, cases, layers)


def _cases(collection: Collection) -> Iterator[Mapping[str, Any]]:
    seen = set()
    for item in collection.walk():
        for event in item.scripts():
            place = event.location.json_path
            if place not in seen and event.listen in ("prerequest", "test"):
                seen.add(place)
                yield {
                    "name": place,
                    "listen": event.listen,
                    "script": _WAIT.sub(_SHORT_WAIT, event.script),
                    **_found(item),
                }


def _found(item: Item) -> dict[str, Any]:
    request = {"method": "GET", "url": "http://127.0.0.1/x", "header": [{"key": "A", "value": "b"}]}
    response: dict[str, Any] = {"code": 200, "status": "OK", "header": [], "body": "{}", "responseTime": 9}
    for example in item.examples[:1]:
        headers = [{"key": each.key, "value": each.value or ""} for each in example.headers]
        response.update(
            code=example.code or 200, status=example.status or "OK", header=headers, body=example.body or ""
        )
    return {"request": request, "response": response}


def test_real_scripts_come_to_the_same(corpus: Path, oracle: Oracle) -> None:
    """Assertions and errors of all scripts are those of Postman's sandbox under Node.js; the host outlives them all."""
    jobs = list(jobs_of(corpus))
    pairs = compared(oracle, jobs)
    unequal, by_host = [], []
    for here, there in pairs:
        by_host += [f"{here['job']} {here['name']}: {fault}" for fault in here["faults"] if _of_the_host(fault)]
        ours, theirs = _judged(here), _judged(there)
        if ours != theirs and here["job"] not in _BY_CHANCE:
            unequal.append(f"{here['job']} {here['name']}\n    here  {ours}\n    there {theirs}")

    assert not by_host, "\n".join(by_host)
    assert not unequal, f"{len(unequal)} of {len(pairs)}:\n" + "\n".join(unequal)
    assert len(pairs) >= 1897


def _of_the_host(fault: Mapping[str, str]) -> bool:
    return any(words in fault["message"] for words in _HOST)


def _judged(found: Mapping[str, Any]) -> str:
    told = {key: found[key] for key in ("assertions", "faults", "environment", "globals", "collectionVariables")}
    return _PASSING.sub("0", json.dumps(told, sort_keys=True))
