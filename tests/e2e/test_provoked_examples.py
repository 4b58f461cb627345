"""Are errors asked for, where a rule says how they are provoked?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SCHEMA, Received, answer

RULES = """
[[rules]]
select = "List[ex=broken]"
provoke = "as saved"

[[rules]]
select = "List[ex=not signed in]"
provoke = "without auth"
"""
NAMES = {"fine": 200, "broken": 500, "not signed in": 401, "not allowed": 403, "too many": 429}


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return a collection whose server tells all its errors by the query."""
    examples = [
        {
            "name": name,
            "code": code,
            "body": "{}",
            "originalRequest": {"method": "GET", "url": f"{{{{url}}}}/list?want={code}"},
        }
        for name, code in NAMES.items()
    ]
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": "t0ken-8c2f19ab"}]}
    item = {"name": "List", "request": {"method": "GET", "url": "{{url}}/list", "auth": auth}, "response": examples}
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": [item]}
    (tmp_path / "c.postman_collection.json").write_text(json.dumps(document), "utf-8")
    return "c.postman_collection.json"


def _respond(request: Received) -> bytes:
    wanted = request.target.partition("=")[2]
    status = wanted if "authorization" in request.headers else "401"
    return answer("{}", f"{status} As wanted", Content_Type="application/json")


@pytest.mark.parametrize("door", ["cli", "pytest"])
def test_rules_provoke_errors(
    run_cli: Callable[..., Any], run_pytest: Callable[..., Any], site: Any, tmp_path: Path, file: str, door: str
) -> None:
    """What a rule names is sent, with auth or without; the others are skipped as before."""
    served = site(_respond)

    def replay() -> list[str]:
        served.received.clear()
        if door == "cli":
            done = run_cli("run", file, "--replay", "examples", "--env-var", f"url={served.url}")
        else:
            done = run_pytest(file, "--harness-replay", "examples", "--harness-env-var", f"url={served.url}")
        assert done.code == 0, done.text
        return [
            f"{each.target[-3:]} {'signed' * ('authorization' in each.headers)}".strip() for each in served.received
        ]

    assert replay() == ["200 signed"]
    (tmp_path / "c.harness.toml").write_text(RULES, "utf-8")
    assert replay() == ["200 signed", "500 signed", "401"]


def test_an_unknown_way(run_cli: Callable[..., Any], tmp_path: Path, file: str) -> None:
    """A word that is none is told with its place."""
    (tmp_path / "c.harness.toml").write_text(RULES.replace("as saved", "as save"), "utf-8")
    done = run_cli("check", file)

    assert done.code == 4
    assert "unknown way to provoke an example `as save`" in done.text
    assert "c.harness.toml:4:1" in done.text
