"""What do the schemas of an OpenAPI document mean, by its version?

3.0 has a dialect of its own, near draft 4; from 3.1 on they are JSON Schemas. Both are read as for answers: what is
`writeOnly` is not required there, and a `discriminator` tells which of several forms is meant, so that more than one
may fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from harness.checks.openapi.document import Documents
from harness.checks.schema.bounded import bounded
from harness.checks.schema.draft import draft_named
from harness.checks.words import brief
from harness.errors import InvalidSchema

__all__ = ["Dialect", "dialect_of"]

Keyword = Callable[[Any, Any, Any, Any], Iterable[Exception] | None]

_BASE = ("https://spec.openapis.org/oas/3.1/dialect/", "https://spec.openapis.org/oas/3.2/dialect/")
_BITS = {"int32": 31, "int64": 63}


class Dialect:
    """A draft of JSON Schema, read as OpenAPI means it."""

    def __init__(self, base: Any, *, nullable: bool) -> None:
        self.base = base
        """The validator class of the draft that the schemas themselves are held to."""
        self.validator = _read_for_answers(base, nullable=nullable)
        self.formats = _formats()


def dialect_of(documents: Documents) -> Dialect:
    """Return what the schemas are written in. Raises `InvalidSchema` for a draft that is not known."""
    if documents.version.startswith("3.0"):
        return _dialect("http://json-schema.org/draft-04/schema#", True)
    name = documents.first.value.get("jsonSchemaDialect")
    if name is None or (isinstance(name, str) and name.startswith(_BASE)):
        return _dialect("https://json-schema.org/draft/2020-12/schema", False)
    if not isinstance(name, str) or draft_named(name) is None:
        place = documents.first.location.child("jsonSchemaDialect")
        raise InvalidSchema(f"unknown draft: {brief(name)}", location=place, hint="without it, the draft is 2020-12")
    return _dialect(name, False)


@lru_cache(maxsize=8)
def _dialect(name: str, nullable: bool) -> Dialect:
    from jsonschema.validators import validator_for

    return Dialect(validator_for({"$schema": name}), nullable=nullable)


def _read_for_answers(base: Any, *, nullable: bool) -> Any:
    from jsonschema.validators import extend

    one_of = base.VALIDATORS["oneOf"]
    any_of = base.VALIDATORS["anyOf"]

    def of_forms(validator: Any, forms: Any, instance: Any, schema: Any) -> Iterable[Exception] | None:
        told_apart = isinstance(schema, Mapping) and "discriminator" in schema
        found: Iterable[Exception] | None = (any_of if told_apart else one_of)(validator, forms, instance, schema)
        return found

    # The library has no types for `extend`.
    read = bounded(extend(base, {"required": _required, "oneOf": of_forms}))  # type: ignore[no-untyped-call]
    if nullable:
        keywords = {name: _unless_null(check) for name, check in read.VALIDATORS.items() if name != "$ref"}
        read = extend(read, keywords)  # type: ignore[no-untyped-call]
    return read


def _unless_null(check: Keyword) -> Keyword:
    """Let `nullable: true` allow null whatever stands beside it, which is how it is used."""

    def keyword(validator: Any, value: Any, instance: Any, schema: Any) -> Iterable[Exception]:
        if instance is None and isinstance(schema, Mapping) and schema.get("nullable") is True:
            return ()
        return check(validator, value, instance, schema) or ()

    return keyword


def _required(validator: Any, names: Any, instance: Any, schema: Any) -> Iterator[Exception]:
    from jsonschema.exceptions import ValidationError

    if validator.is_type(instance, "object"):
        for name in names:
            if name not in instance and not _is_write_only(validator, schema, name):
                yield ValidationError(f"{name!r} is a required property")


def _is_write_only(validator: Any, schema: Any, name: str) -> bool:
    """Return whether a member goes out in requests only, by its own schema or the one that refers to."""
    members = schema.get("properties") if isinstance(schema, Mapping) else None
    member = members.get(name) if isinstance(members, Mapping) else None
    resolver = validator._resolver
    for _ in range(20):
        if not isinstance(member, Mapping):
            return False
        if member.get("writeOnly") is True:
            return True
        reference = member.get("$ref")
        if not isinstance(reference, str):
            return False
        resolved = resolver.lookup(reference)
        member, resolver = resolved.contents, resolved.resolver
    return False


@lru_cache(maxsize=1)
def _formats() -> Any:
    """Return a checker of all formats of JSON Schema, and of those of OpenAPI that say more than a type does."""
    from jsonschema import FormatChecker
    from jsonschema.validators import Draft202012Validator

    checker = FormatChecker(())
    checker.checkers = dict(Draft202012Validator.FORMAT_CHECKER.checkers)
    for name, bits in _BITS.items():
        checker.checkers[name] = (_within(bits), ())
    return checker


def _within(bits: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, bool) or not isinstance(value, int) or -(2**bits) <= value < 2**bits
