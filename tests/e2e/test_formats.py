"""Do collections of the other formats run, check and mock as those of v2.1 do?"""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

SCHEMA = '{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}}'
EXAMPLE = f"""\
$kind: http-example
request:
  url: "{{{{base}}}}/users/:id"
  method: GET
response:
  statusCode: 200
  headers:
    Content-Type: application/json
  body:
    type: json
    content: |-
      {{"id": 7}}
    $type: '{SCHEMA}'
"""
TREE = {
    "Users/.resources/definition.yaml": "$kind: collection\nvariables:\n  base: https://api.invalid\n",
    "Users/Get user.request.yaml": "url: '{{base}}/users/:id'\nmethod: GET\npathVariables: {id: 7}\norder: 1\n",
    "Users/.resources/Get user.resources/examples/Found.example.yaml": EXAMPLE,
    "Users/Call.request.yaml": "$kind: grpc-request\nurl: '{{nowhere}}'\norder: 2\n",
    "local.environment.yaml": "name: Local\nvalues:\n  - key: base\n    value: BASE\n    enabled: true\n",
}
V1 = {
    "id": "c",
    "name": "Old",
    "order": ["r"],
    "requests": [
        {
            "id": "r", "name": "Get user", "method": "GET", "url": "{{base}}/users/:id", "pathVariables": {"id": 7},
            "responses": [{"id": "e", "name": "Found", "responseCode": {"code": 200}, "text": '{\n "id": 7\n}'}],
        }
    ],
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Mapping[str, str]], None]:
    """Return a function that writes files by their path."""

    def write(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return write


def test_a_folder_of_yaml_runs_like_any_collection(
    tree: Callable[..., None], tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """Against its own mock a v3 collection passes; what is no HTTP request is an error and never dropped."""
    tree(TREE)
    done = run_cli("run", ".", "--mock", "-r", "cli,junit", "--reporter-junit-export", "r.xml")

    assert 2 == done.code, done.text
    assert "unsupported kind: `grpc-request`" in done.text
    assert "Users/Call.request.yaml:1:8" in done.text
    assert "1 passed" in done.out
    assert [1] == [len(case) for case in ElementTree.parse(tmp_path / "r.xml").iter("testcase") if len(case)]
    assert 0 == run_cli("run", "Users", "--mock", "--exclude", "Call").code


@pytest.mark.parametrize(("answer", "code"), [({"id": 8}, 0), ({"id": 0}, 1)])
def test_the_schema_of_an_example_is_checked(
    tree: Callable[..., None], run_cli: Callable[..., Any], httpserver: HTTPServer, answer: object, code: int
) -> None:
    """An answer of the example's shape that breaks its schema fails, with the line of the schema."""
    httpserver.expect_request("/users/7").respond_with_json(answer)
    tree({**TREE, "local.environment.yaml": TREE["local.environment.yaml"].replace("BASE", httpserver.url_for(""))})
    done = run_cli("run", "Users", "-e", "local.environment.yaml", "--folder", "Get user")

    assert code == done.code, done.text
    if code:
        assert "body matches schema of example “Found”" in done.text
        assert "Found.example.yaml:13:" in done.text


def test_a_broken_schema_stops_before_anything_is_sent(tree: Callable[..., None], run_cli: Callable[..., Any]) -> None:
    """A schema that is none is told with its place within the YAML text, by `run` and by `check`."""
    tree({**TREE, "Users/.resources/Get user.resources/examples/Found.example.yaml":
          EXAMPLE.replace('"type": "object"', '"type": "objekt"')})  # fmt: skip
    for command in ("run", "check"):
        done = run_cli(command, "Users", "--folder", "Get user")

        assert 4 == done.code, done.text
        assert "Found.example.yaml:13:" in done.text
        assert "invalid schema" in done.text


def test_check_tells_what_cannot_be_sent(tree: Callable[..., None], run_cli: Callable[..., Any]) -> None:
    """`check` names the request that is no HTTP, and lists it with the others."""
    tree(TREE)
    done = run_cli("check", "Users")

    assert 4 == done.code
    assert "unsupported kind: `grpc-request`" in done.out
    assert "Get user\nCall\n" == run_cli("check", "Users", "--list").out


def test_version_1_runs_with_places_of_its_own_file(
    tmp_path: Path, run_cli: Callable[..., Any], httpserver: HTTPServer
) -> None:
    """A v1 file is sent and judged; a failure points at the saved text in that very file."""
    httpserver.expect_request("/users/7").respond_with_json({"id": "seven"})
    (tmp_path / "old.json").write_text(json.dumps(V1, indent=1))
    done = run_cli("run", "old.json", "--env-var", f"base={httpserver.url_for('')}")

    assert 1 == done.code, done.text
    assert "old.json:23:" in done.text
    assert "$.requests[0].responses[0].text" in done.text
    assert 0 == run_cli("run", "old.json", "--mock", "--env-var", "base=http://x.invalid").code


def test_pytest_collects_a_folder_of_yaml(tree: Callable[..., None], tmp_path: Path) -> None:
    """Each request of a v3 collection is a test, if the collection or the folder around it is named."""
    tree(TREE)
    for folder in ("Users", "."):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", folder, "--harness-mock", "-p", "no:cacheprovider", "-q"],
            cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

        assert "1 failed, 1 passed" in done.stdout, done.stdout
        assert "unsupported kind: `grpc-request`" in done.stdout


def test_a_mock_serves_one_collection(tree: Callable[..., None], run_cli: Callable[..., Any]) -> None:
    """A folder with several collections is refused in words."""
    tree({"A/x.request.yaml": "url: h", "B/x.request.yaml": "url: h"})
    done = run_cli("mock", ".")

    assert 4 == done.code
    assert "holds 2 collections" in done.err
