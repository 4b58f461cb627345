"""How are a schema's patterns kept from taking for ever, whatever the schema and the answer are?

One text is given up after a second, and a pattern after three such texts: from then on it fails at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.checks.rules.patterns import TooSlow, found, problem_of
from harness.checks.schema.unevaluated import additional_keys, evaluated_keys

__all__ = ["bounded"]


_MOST_SLOW_TEXTS = 3
_slow = Counter[str]()
"""How often each pattern was given up."""


@lru_cache(maxsize=16)
def bounded(dialect: Any) -> Any:
    """Return the validator class of a draft whose patterns are given up after a second for one text."""
    from jsonschema.validators import extend

    keywords = {
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "unevaluatedProperties": _unevaluated_properties,
    }
    keywords = {name: check for name, check in keywords.items() if name in dialect.VALIDATORS}
    return extend(dialect, keywords)  # type: ignore[no-untyped-call]  # the library has no types for it


def _matches(pattern: str, text: str) -> bool:
    # What cannot be searched within a time is not searched at all.
    if _slow[pattern] >= _MOST_SLOW_TEXTS or problem_of(pattern) is not None:
        raise TooSlow(pattern)
    try:
        return found(pattern, text)
    except TooSlow:
        _slow[pattern] += 1
        raise


def _surely_matches(pattern: str, text: str) -> bool:
    """Return whether a key matches; one that cannot be told is told of by `patternProperties`, and by that alone."""
    try:
        return _matches(pattern, text)
    except TooSlow:
        return True


def _pattern(validator: Any, pattern: str, instance: Any, _schema: object) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(instance, "string"):
        return
    try:
        if not _matches(pattern, instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")
    except TooSlow:
        yield ValidationError(f"{pattern!r} cannot be searched for within a second")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _schema: object
) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(instance, "object"):
        return
    for pattern, below in patterns.items():
        for key, value in instance.items():
            try:
                if _matches(pattern, key):
                    yield from validator.descend(value, below, path=key, schema_path=pattern)
            except TooSlow:
                yield ValidationError(f"{pattern!r} cannot be searched for within a second in the key {key!r}")


def _additional_properties(validator: Any, below: Any, instance: Any, schema: Any) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(instance, "object"):
        return
    extras = additional_keys(schema, instance, _surely_matches)
    if isinstance(below, Mapping):
        for key in extras:
            yield from validator.descend(instance[key], below, path=key)
    elif not below and extras:
        yield ValidationError(f"{', '.join(map(repr, extras))}: no other keys are allowed")


def _unevaluated_properties(validator: Any, below: Any, instance: Any, schema: Any) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(instance, "object"):
        return
    rest = {name: each for name, each in schema.items() if name != "unevaluatedProperties"}
    known = evaluated_keys(validator, rest, instance, _surely_matches)
    extras = [
        key for key in instance if key not in known and not validator.evolve(schema=below).is_valid(instance[key])
    ]
    if extras:
        yield ValidationError(f"{', '.join(map(repr, extras))}: no other keys are allowed")
