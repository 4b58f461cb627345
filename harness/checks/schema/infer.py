"""Which JSON Schema do the saved examples of one answer stand for?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from harness.checks.body.learn import learn
from harness.checks.body.shape import UNQUOTED, Shape

__all__ = ["as_saved", "inferred_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS = {"uuid": "uuid", "date-time": "date-time", "url": "uri", "email": "email", "ipv4": "ipv4", "ipv6": "ipv6"}
"""Those that JSON Schema has, too, by our names."""
_ORDER = ("object", "array", "string", "number", "boolean")
_MAX_ROUNDS = 20

Schema = dict[str, Any]


def inferred_schema(values: Sequence[Any], title: str) -> Schema:
    """Return the schema (2020-12) that all `values` keep to: their types, the keys none lacks, the formats all have.

    What examples cannot tell is left open: no key is forbidden, and words that come again are `examples`; only where
    they came so often that a further one is unlikely are they an `enum`. A placeholder such as `<integer>` is allowed
    beside the type it stands for.
    """
    schema = {"$schema": _DIALECT, "title": title, **_of_shape(learn(values))}
    _drop_broken_formats(schema, [as_saved(value) for value in values])
    return schema


def as_saved(value: Any) -> Any:
    """Return the value of an example with its placeholders as the strings they are written as."""
    if isinstance(value, str):
        return value.replace(UNQUOTED, "")
    if isinstance(value, list):
        return [as_saved(each) for each in value]
    if isinstance(value, dict):
        return {key: as_saved(each) for key, each in value.items()}
    return value


def _of_shape(shape: Shape) -> Schema:
    if shape.anything or not shape.types:
        return {}  # `null` and `[]` say nothing about the type
    types = [name for name in _ORDER if name in shape.types or (name == "array" and shape.empty_array)]
    types += ["null"] if shape.nullable else []
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if "object" in shape.types:
        schema |= _of_object(shape)
    if "array" in shape.types:
        schema |= _of_array(shape)
    if "string" in shape.types:
        schema |= _of_string(shape)
    samples = sorted({as_saved(each) for each in shape.samples})
    if samples and (set(shape.types) != {"string"} or {"format", "enum"} & schema.keys()):
        return {"anyOf": [schema, {"enum": samples}]}
    return schema


def _of_object(shape: Shape) -> Schema:
    if shape.values is not None:
        return {"additionalProperties": _of_shape(shape.values)}
    if shape.members is None:
        return {}
    required = [key for key in shape.members if key in shape.required]
    schema: Schema = {"required": required} if required else {}
    schema["properties"] = {key: _of_shape(member) for key, member in shape.members.items()}
    if shape.variants and shape.tag is not None:
        schema["allOf"] = list(_of_kinds(shape.tag, shape.variants.items()))
    elif shape.variants:
        schema["anyOf"] = [{"required": sorted(kind.required)} for kind in shape.variants.values()]
    return schema


def _of_kinds(tag: str, kinds: Iterable[tuple[str, Shape]]) -> Iterable[Schema]:
    """Yield what holds for each kind of object; one that no example shows is held to what all have in common."""
    for word, kind in kinds:
        condition = {"required": [tag], "properties": {tag: {"const": word}}}
        yield {"if": condition, "then": _of_object(kind)}


def _of_array(shape: Shape) -> Schema:
    if shape.positions is not None:
        return {"prefixItems": [_of_shape(each) for each in shape.positions], "minItems": len(shape.positions)}
    return {} if shape.element is None else {"items": _of_shape(shape.element)}


def _of_string(shape: Shape) -> Schema:
    if shape.embedded is not None:
        return {"contentMediaType": "application/json", "contentSchema": _of_shape(shape.embedded)}
    if shape.vocabulary is not None:
        words: list[str | None] = [*sorted(shape.vocabulary)]
        if shape.closed and set(shape.types) == {"string"}:
            return {"enum": [*words, None] if shape.nullable else words}
        return {"examples": words}
    name = _FORMATS.get(shape.format or "")
    return {} if name is None or shape.empty_string else {"format": name}


def _drop_broken_formats(schema: Schema, values: Sequence[Any]) -> None:
    """Take out each format that JSON Schema reads more narrowly than we do, so that an example breaks it."""
    from jsonschema.validators import Draft202012Validator

    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for _ in range(_MAX_ROUNDS):
        broken = [error for value in values for error in _leaves(validator.iter_errors(value))]
        formats = [error.schema for error in broken if error.validator == "format"]
        if not formats:
            return
        for each in formats:
            each.pop("format", None)


def _leaves(errors: Iterable[Any]) -> Iterable[Any]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error
