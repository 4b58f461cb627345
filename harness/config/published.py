"""What is the JSON Schema of a configuration file, for editors that check and complete while one writes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.config import keys
from harness.config.keys import TABLES_OF, Key

__all__ = ["file_schema"]

_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_TYPES: Mapping[str, dict[str, Any]] = {
    keys.STRING: {"type": "string"},
    keys.STRINGS: _STRINGS,
    keys.STRING_OR_STRINGS: {"anyOf": [{"type": "string"}, _STRINGS]},
    keys.NUMBER: {"type": "integer"},
    keys.SWITCH: {"type": "boolean"},
    keys.DATE: {"type": "string", "format": "date"},
    keys.VALUES: {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}},
    keys.RANGE: {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
}
_LISTS = {"rules": "rule", "known_drift": "known drift"}


def file_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of `<collection name>.harness.toml`."""
    schema = _table("file")
    schema["properties"]["environments"] |= {"additionalProperties": _table("environment")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a harness.toml says about a collection",
        **schema,
    }


def _table(kind: str) -> dict[str, Any]:
    known = TABLES_OF[kind]
    required = [name for name, key in known.items() if key.required]
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if required:
        schema["required"] = required
    return {**schema, "properties": {name: _value(name, key) for name, key in known.items()}}


def _value(name: str, key: Key) -> dict[str, Any]:
    if key.kind == keys.TABLES:
        return {"description": key.meaning, "type": "array", "items": _table(_LISTS[name])}
    if key.kind == keys.TABLE:
        return {"description": key.meaning, "type": "object"}
    value = dict(_TYPES[key.kind])
    if key.choices and key.kind == keys.STRING_OR_STRINGS:
        word = {"enum": list(key.choices)}
        value = {"anyOf": [word, {"type": "array", "items": word}]}
    elif key.choices:
        value = {"enum": list(key.choices)}
    return {"description": key.meaning, **value}
