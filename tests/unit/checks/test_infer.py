"""Do the schemas inferred from real examples accept these, and nothing that lacks a key or has another type?"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.checks.schema.infer import as_saved, inferred_schema
from tests.unit.checks.test_corpus import groups


def drifted(schema: dict[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    """Yield a value without each required key, and with another type in the place of each key that has one."""
    for key in schema.get("required", ()):
        yield f"without {key}", {name: each for name, each in value.items() if name != key}
    for key, member in schema.get("properties", {}).items():
        if key in value and "type" in member:
            changed = copy.copy(value)
            changed[key] = {"another": 1} if "object" not in member["type"] else 17
            yield f"another type of {key}", changed


@pytest.mark.slow
def test_inferred_schemas_of_the_corpus(corpus: Path) -> None:
    """Every example keeps to the schema inferred from it; each key dropped and each type changed breaks it."""
    refused, missed, examples, changes = [], [], 0, 0
    for group in groups(corpus):
        schema = inferred_schema(group.values, group.title)
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        validator.check_schema(schema)
        for value in map(as_saved, group.values):
            examples += 1
            refused += [group.title for _ in list(validator.iter_errors(value))[:1]]
            for what, other in drifted(schema, value) if isinstance(value, dict) else ():
                changes += 1
                missed += [(group.title, what)] if validator.is_valid(other) else []

    assert [] == refused
    assert [] == missed
    assert examples > 1000
    assert changes > 5000


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([{"a": None}, {"a": None}], {"type": "object", "required": ["a"], "properties": {"a": {}}}),
        ([[1, "x"], [2, "y"], [3, "z"]], {"type": "array", "minItems": 2}),
        ([{"2024-01-01": 1, "2024-01-02": 2}], {"type": "object", "additionalProperties": {"type": "number"}}),
        (['{"a": 1}'], {"type": "string", "contentMediaType": "application/json"}),
        ([["on", "off", "on", "off"]], {"items": {"type": "string", "examples": ["off", "on"]}}),
        ([["on", "off"] * 10], {"items": {"type": "string", "enum": ["off", "on"]}}),
        ([["on", "off"] * 10 + ["idle"]], {"items": {"type": "string", "examples": ["idle", "off", "on"]}}),
        ([["on", "off", None] * 10], {"items": {"type": ["string", "null"], "enum": ["off", "on", None]}}),
    ],
)
def test_what_is_inferred(values: list[Any], expected: dict[str, Any]) -> None:
    """Null says nothing of a type, tuples and maps are no lists and records, words that come often are a list."""
    schema = inferred_schema(values, "t")

    assert expected == {key: schema[key] for key in expected}
