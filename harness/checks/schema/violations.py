"""How is each demand of a JSON Schema, and the value that does not meet it, put into words?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from harness.checks.assertion import Difference
from harness.checks.body.findings import MAX_DIFFERENCES
from harness.checks.pointer import json_pointer
from harness.checks.words import brief, either, printable, type_name
from harness.location import Location, json_path

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["Places", "violations"]

Places = Callable[[object], Location | None]
"""Where a (sub)schema stands, found by the very object."""

_DEMANDS: dict[str, str] = {
    "const": "{}",
    "exclusiveMaximum": "less than {}",
    "exclusiveMinimum": "more than {}",
    "format": "format {}",
    "maxContains": "at most {} matching elements",
    "maximum": "at most {}",
    "maxItems": "at most {} elements",
    "maxLength": "at most {} characters",
    "maxProperties": "at most {} keys",
    "minContains": "at least {} matching elements",
    "minimum": "at least {}",
    "minItems": "at least {} elements",
    "minLength": "at least {} characters",
    "minProperties": "at least {} keys",
    "multipleOf": "a multiple of {}",
    "pattern": "text matching {}",
    "divisibleBy": "a multiple of {}",
}
_SIZES = {"maxItems", "minItems", "maxProperties", "minProperties"}


@dataclass(frozen=True, slots=True)
class _Violation:
    error: ValidationError

    @property
    def keyword(self) -> str:
        return str(self.error.validator)

    def missing_key(self) -> str | None:
        """Return the one key that this error of `required` is about."""
        names = self.error.validator_value
        if self.keyword != "required" or not isinstance(names, list):
            return None
        return next((name for name in names if self.error.message.startswith(f"{name!r} ")), None)

    def expected(self) -> str:
        demand: Any = self.error.validator_value
        match self.keyword:
            case "type":
                return either(demand if isinstance(demand, list) else [demand])
            case "enum":
                return f"one of {', '.join(map(brief, demand))}"
            case "required":
                return "a required key"
            case "additionalProperties" | "unevaluatedProperties":
                return "no other keys"
            case "additionalItems" | "unevaluatedItems" | "items" | "prefixItems":
                return "no further elements"
            case "uniqueItems":
                return "no element twice"
            case "not":
                return f"not what matches {brief(demand)}" if demand else "nothing here"
            case "anyOf" | "oneOf":
                forms = len(demand)
                return f"exactly one of {forms} forms" if self.keyword == "oneOf" else f"one of {forms} forms"
            case "None":
                return "nothing here"
            case "minimum" | "maximum" if self._excludes_the_limit():
                return f"{'more' if self.keyword == 'minimum' else 'less'} than {brief(demand)}"
        return _DEMANDS.get(self.keyword, f"`{self.keyword}` {{}}").format(
            demand if self.keyword == "format" else brief(demand)
        )

    def _excludes_the_limit(self) -> bool:
        """Return whether the limit itself is not allowed, as draft 4 says beside it."""
        schema: Any = self.error.schema
        return isinstance(schema, dict) and schema.get(f"exclusive{self.keyword.title()}") is True

    def actual(self) -> str:
        instance: Any = self.error.instance
        if self.keyword == "required":
            return "missing"
        if self.keyword == "additionalProperties" and isinstance(instance, dict):
            known = self.error.schema.get("properties", {}) if isinstance(self.error.schema, dict) else {}
            extra = [key for key in instance if key not in known and repr(key) in self.error.message]
            return ", ".join(f"`{printable(key)}`" for key in extra[:20]) or brief(instance)
        if self.keyword in _SIZES:
            return f"{len(instance):,}"
        words = brief(instance)
        if self.keyword == "type" and not words.startswith(type_name(instance)):
            return f"{type_name(instance)} {words}"
        return words

    def difference(self, places: Places) -> Difference:
        missing = self.missing_key()
        path = tuple(self.error.absolute_path) + (() if missing is None else (missing,))
        place = places(self.error.schema)
        if place is not None and isinstance(self.error.schema, dict):
            place = place.child(self.keyword)
        return Difference(
            "schema violation",
            printable(json_path(path)),
            self.expected(),
            self.actual(),
            "breaking",
            location=place,
            pointer=printable(json_pointer(path)),
        )


def violations(errors: Iterable[ValidationError], places: Places) -> list[Difference]:
    """Return every violation with its path, the first 200 in words; of `anyOf` the nearest form's."""
    remaining = iter(errors)
    told = [_Violation(nearest).difference(places) for nearest in _nearest(islice(remaining, MAX_DIFFERENCES))]
    if next(remaining, None) is not None:
        told.append(Difference("more differences", "", "", "more violations", "breaking"))
    return told


def _nearest(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    from jsonschema.exceptions import best_match

    for error in errors:
        yield best_match([error]) if error.context else error
