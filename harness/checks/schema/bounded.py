"""How is a schema's `pattern` kept from taking for ever, whatever the schema and the answer are?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.checks.rules.patterns import TooSlow, found, problem_of

__all__ = ["bounded"]


@lru_cache(maxsize=16)
def bounded(dialect: Any) -> Any:
    """Return the validator class of a draft whose patterns are given up after a second for one text."""
    from jsonschema.validators import extend

    keywords = {"pattern": _pattern, "patternProperties": _pattern_properties}
    return extend(dialect, keywords)  # type: ignore[no-untyped-call]  # the library has no types for it


def _matches(pattern: str, text: str) -> bool:
    if problem_of(pattern) is not None:  # what cannot be searched within a time is not searched at all
        raise TooSlow(pattern)
    return found(pattern, text)


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
