"""Does `harness schema` write schemas that the examples keep to, and find the examples that break theirs?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.e2e.conftest import SCHEMA

DOCS = Path(__file__).parents[2] / "docs"
ITEMS = [
    {
        "name": "List * users",
        "request": {"url": "{{base}}/v1/users"},
        "response": [
            {"name": "full", "code": 200, "body": '{"users": [{"id": 1, "mail": "a@b.de", "nick": null}, {"id": 2}]}'},
            {"name": "sample", "code": 200, "body": '{"users": [{"id": "<integer>", "nick": "Bo"}], "next": {{next}}}'},
            {"name": "no", "code": 404, "body": '{"error": "none"}'},
        ],
    },
    {
        "name": "Broken",
        "request": {"url": "{{base}}/v1/broken"},
        "response": [{"name": "no", "code": 400, "body": "{}"}],
    },
    {
        "name": "Half",
        "request": {"url": "{{base}}/v1/half"},
        "response": [{"name": "some", "body": '{"a": 1}'}, {"name": "fine", "code": 201, "body": '{"b": 1}'}],
    },
]
SPEC = """\
openapi: 3.1.0
servers: [{url: "https://api.example.com/v1"}]
paths:
  /users:
    get:
      responses:
        "200":
          content:
            application/json:
              schema:
                properties:
                  users: {items: {properties: {id: {type: integer}, nick: {type: string}}}}
"""


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """Return the collection."""
    file = tmp_path / "c.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": ITEMS}, indent=2), "utf-8")
    return file


def test_infer_writes_schemas_and_rules_that_the_examples_keep(users: Path, run_cli: Callable[..., Any]) -> None:
    """A schema for each request and status, bound by rules behind those of the user; an error alone is not bound."""
    config = users.with_name("c.harness.toml")
    config.write_text("# mine\n[environments.Live]\nprotected = true", "utf-8")
    done = run_cli("schema", "infer", users.name, cwd=users.parent)
    folder = users.parent / "schemas" / "c"
    schema = json.loads((folder / "list-users.200.json").read_text("utf-8"))
    user = schema["properties"]["users"]["items"]

    assert 0 == done.code, done.text
    assert "c: schemas: 5 written; 3 rules added to c.harness.toml" in done.out
    assert "not bound by a rule: schemas/c/broken.400.json: 400 is an error, and no example shows a success" in done.out
    assert "not bound by a rule: schemas/c/half.json: these examples name no status" in done.out
    assert ["users"] == schema["required"]
    assert {} == schema["properties"]["next"]
    assert ["id"] == user["required"]
    assert {"anyOf": [{"type": "number"}, {"enum": ["<integer>"]}]} == user["properties"]["id"]
    assert {"type": ["string", "null"]} == user["properties"]["nick"]
    assert {"type": "string", "format": "email"} == user["properties"]["mail"]
    assert config.read_text("utf-8").startswith("# mine\n[environments.Live]\nprotected = true\n\n[[rules]]\n")
    assert 0 == run_cli("check", users.name, "--env-var", "base=http://a.example", cwd=users.parent).code
    assert 0 == run_cli("schema", "check", users.name, cwd=users.parent).code


def test_infer_writes_nothing_over(users: Path, run_cli: Callable[..., Any]) -> None:
    """What the user changed stays unless `--overwrite` is given, and a rule is added but once."""
    run_cli("schema", "infer", users.name, cwd=users.parent)
    config, schema = users.with_name("c.harness.toml"), users.parent / "schemas/c/broken.400.json"
    before, inferred = config.read_bytes(), schema.read_bytes()
    schema.write_text("true", "utf-8")
    again = run_cli("schema", "infer", users.name, cwd=users.parent)

    assert "kept: schemas/c/broken.400.json says something else" in again.out
    assert "c: schemas: 4 unchanged, 1 kept; 0 rules added" in again.out
    assert "true" == schema.read_text("utf-8")
    assert 0 == run_cli("schema", "infer", users.name, "--overwrite", cwd=users.parent).code
    assert (before, inferred) == (config.read_bytes(), schema.read_bytes())


@pytest.mark.parametrize(
    ("config", "args", "told"),
    [
        ("rules = []", (), "no rules can be added behind what this file says"),
        ("", ("-o", "../elsewhere"), "a rule cannot name a schema outside of its folder"),
    ],
)
def test_infer_writes_nothing_where_rules_cannot_be_added(
    users: Path, run_cli: Callable[..., Any], config: str, args: tuple[str, ...], told: str
) -> None:
    """A file of rules that cannot be added to, or schemas that rules cannot name, are told first."""
    users.with_name("c.harness.toml").write_text(config, "utf-8")
    done = run_cli("schema", "infer", users.name, *args, cwd=users.parent)

    assert 4 == done.code
    assert told in done.err
    assert {"c.harness.toml", users.name} == {path.name for path in users.parent.iterdir()}


def test_check_tells_each_violation_with_its_line(users: Path, run_cli: Callable[..., Any]) -> None:
    """Examples are held to an OpenAPI document; a placeholder breaks a type no more than it would in a run."""
    users.with_name("spec.yaml").write_text(SPEC, "utf-8")
    args = ("schema", "check", users.name, "--openapi", "spec.yaml")
    done = run_cli(*args, cwd=users.parent)
    document = json.loads(run_cli(*args, "--json", cwd=users.parent).out)
    violations = [each for row in document["collections"][0]["checked"] for each in row["violations"]]

    assert 1 == done.code
    assert "“full” of List * users: $.users[0].nick" in done.out
    assert "c.postman_collection.json:16:" in done.out
    assert ["/users/0/nick"] == [each["pointer"] for each in violations]
    assert 16 == violations[0]["line"]
    jsonschema.validate(document, json.loads((DOCS / "schema-check.schema.json").read_text("utf-8")))


def test_nothing_to_check_is_not_green(users: Path, run_cli: Callable[..., Any]) -> None:
    """Where no schema is for any example, the call ends with 5."""
    done = run_cli("schema", "check", users.name, cwd=users.parent)

    assert 5 == done.code
    assert "no example has a schema" in done.out


def test_the_output_of_examples_is_as_published(users: Path, run_cli: Callable[..., Any]) -> None:
    """`harness examples --json` prints what docs/examples.schema.json says."""
    document = json.loads(run_cli("examples", users.name, "--json", cwd=users.parent).out)

    jsonschema.validate(document, json.loads((DOCS / "examples.schema.json").read_text("utf-8")))
