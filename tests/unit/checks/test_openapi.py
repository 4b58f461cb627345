"""Is an answer held to the schema that an OpenAPI document has for it, and is what the document lacks told?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.openapi.contract import OpenApi
from harness.checks.openapi.operations import Asked
from harness.errors import InvalidSchema
from harness.transport.exchange import Response

CASES = json.loads((Path(__file__).parents[2] / "contract" / "openapi.json").read_text("utf-8"))


def load(folder: Path, **files: Any) -> OpenApi:
    """Return the document `spec`, with the other files beside it."""
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return OpenApi.load(folder / "spec.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_case(tmp_path: Path, case: dict[str, Any]) -> None:
    """Violations, failed assertions and notes are those of the case."""
    body = case["body"]
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
    response = Response(case["status"], "", (("content-type", case["media_type"]),), text.encode())
    document = load(tmp_path, spec=case["spec"])
    promise = document.promise(case["method"], case["url"], response, error_expected=case["error_expected"])
    violations = [] if promise.schema is None else [each.path for each in promise.schema.check(body)]
    if body is None and promise.schema is not None:
        violations = ["an empty body"]

    assert case["judged"] == bool(promise.assertions)
    assert case["violations"] == violations
    assert case["failed"] == [each.name for each in promise.assertions if not each.passed]
    assert len(case["notes"]) == len(promise.notes)
    for expected, note in zip(case["notes"], promise.notes, strict=True):
        assert expected in note


@pytest.mark.parametrize(
    ("url", "host", "parts"),
    [
        ("{{base}}/users/:id?x=1", None, ("users", None)),
        ("https://{{host}}/a/{b}/<c>", None, ("a", None, None)),
        ("http://u:p@H.example:81/a%20b/#x", "h.example:81", ("a b",)),
        ("h.example", "h.example", ()),
        ("{{base}}", None, ()),
    ],
)
def test_what_a_url_asks_for(url: str, host: str | None, parts: tuple[str | None, ...]) -> None:
    """What a collection has not filled in is left open: in the host, and in parts of the path."""
    assert Asked("get", host, parts) == Asked.of("GET", url)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"swagger": "2.0"}, 'this is Swagger "2.0", not OpenAPI 3'),
        ({}, "this is no OpenAPI document: it has no `openapi`"),
        ([], "this is no OpenAPI document: it has no `openapi`"),
        ({"openapi": "4.0.0"}, 'unknown version of OpenAPI: "4.0.0"'),
        ({"openapi": 3.1}, "unknown version of OpenAPI: 3.1"),
        ({"openapi": "3.1.0", "jsonSchemaDialect": "urn:x"}, 'unknown draft: "urn:x"'),
        ({"openapi": "3.1.0", "paths": []}, "expected an object, not []"),
        ({"openapi": "3.1.0", "paths": {"/a": 1}}, "expected an object, not 1"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}, "this reference leads in a circle"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "../x.json"}}}, "lies outside of"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "none.json"}}}, "no such file"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/x%00"}}}, "leads nowhere"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "file:///etc/passwd"}}}, "is no local file"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, spec: Any, told: str) -> None:
    """A document that is none, or leads where nothing is, is refused with what is wrong."""
    with pytest.raises(InvalidSchema) as caught:
        load(tmp_path, spec=spec)

    assert told in str(caught.value)


def test_references_across_files(tmp_path: Path) -> None:
    """A path in one file, its response in another, its schema in a third, each relative to the file it stands in."""
    schema = {"type": "object", "properties": {"id": {"$ref": "#/$defs/id"}}, "$defs": {"id": {"type": "integer"}}}
    document = load(
        tmp_path,
        spec={"openapi": "3.1.0", "paths": {"/a": {"$ref": "paths.json#/a"}}},
        paths={"a": {"get": {"responses": {"200": {"$ref": "answers.json#/ok"}}}}},
        answers={"ok": {"content": {"application/json": {"schema": {"$ref": "a.json"}}}}},
        a=schema,
    )
    response = Response(200, "", (("content-type", "application/json"),), b"{}")
    promise = document.promise("GET", "http://h.example/a", response)

    assert promise.schema is not None
    assert [] == promise.schema.check({"id": 1})
    (found,) = promise.schema.check({"id": "x"})
    assert "$.id" == found.path
    assert found.location is not None
    assert found.location.file.endswith("a.json")
