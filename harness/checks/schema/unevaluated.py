"""Which keys of an object has no part of a schema looked at, so that `unevaluatedProperties` is for them?

As the library finds them, but for patterns, which it searches without a limit of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["Matches", "additional_keys", "evaluated_keys"]

Matches = Callable[[str, str], bool]
"""Whether a pattern is found in a key."""


def additional_keys(schema: Mapping[str, Any], instance: Mapping[str, Any], matches: Matches) -> list[str]:
    """Return the keys that neither `properties` nor `patternProperties` of a schema speak of."""
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [key for key in instance if key not in named and not any(matches(pattern, key) for pattern in patterns)]


def evaluated_keys(validator: Any, schema: Any, instance: Mapping[str, Any], matches: Matches) -> set[str]:
    """Return the keys that a schema, or one that it applies to the same object, has looked at."""
    if not isinstance(schema, Mapping):
        return set()
    found = {key for key in schema.get("properties", {}) if key in instance}
    for pattern in schema.get("patternProperties", {}):
        found |= {key for key in instance if matches(pattern, key)}
    if "additionalProperties" in schema:
        found |= set(additional_keys(schema, instance, matches))
    if "unevaluatedProperties" in schema:
        found |= {key for key in instance if key not in found and _fits(validator, schema, instance[key])}
    for below, its_validator in _applied(validator, schema, instance):
        found |= evaluated_keys(its_validator, below, instance, matches)
    return found


def _fits(validator: Any, schema: Mapping[str, Any], value: Any) -> bool:
    return bool(validator.evolve(schema=schema["unevaluatedProperties"]).is_valid(value))


def _applied(validator: Any, schema: Mapping[str, Any], instance: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the schemas that apply to the same object and hold for it, each with the validator that knows its place."""
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            resolved = validator._resolver.lookup(schema[keyword])
            yield resolved.contents, validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
    if "$recursiveRef" in schema:
        from referencing.jsonschema import lookup_recursive_ref

        resolved = lookup_recursive_ref(validator._resolver)
        yield resolved.contents, validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
    dependent = schema.get("dependentSchemas", {})
    below = [each for key, each in dependent.items() if key in instance]
    for keyword in ("allOf", "oneOf", "anyOf"):
        below += [each for each in schema.get(keyword, ()) if validator.evolve(schema=each).is_valid(instance)]
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(instance)
        below += [schema["if"]] if holds else []
        below += [schema[keyword] for keyword in (("then",) if holds else ("else",)) if keyword in schema]
    yield from ((each, validator.evolve(schema=each)) for each in below)
