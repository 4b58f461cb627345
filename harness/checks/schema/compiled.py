"""Does a JSON value keep to a schema that was read and checked before?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from harness.checks.assertion import Difference
from harness.checks.schema.places import SchemaPlaces
from harness.checks.schema.violations import violations
from harness.location import Location

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["BoundSchema", "Checker", "CompiledSchema"]


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """A schema that was checked and is ready to judge values."""

    name: str
    """The file, as it is shown to people."""
    location: Location
    _validator: Validator = field(repr=False, compare=False)
    _places: SchemaPlaces = field(repr=False, compare=False)

    def check(self, value: Any) -> list[Difference]:
        """Return every violation, each with its path in `value` and its place in the schema."""
        from referencing.exceptions import Unresolvable

        try:
            return violations(self._validator.iter_errors(value), self._place)
        except RecursionError:
            demand = "a value that can be followed"
            return [Difference("schema violation", "$", demand, "nested too deep", "breaking", location=self.location)]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, Unresolvable) as error:
            # The library relies on more than a draft's own schema says, such as that one can divide by `multipleOf`.
            demand, reason = "a schema that can be applied", f"{type(error).__name__}: {error!s:.100}"
            return [Difference("schema violation", "$", demand, reason, "breaking", location=self.location)]

    def _place(self, schema: object) -> Location | None:
        return self._places.get(schema, self.location)


class Checker(Protocol):
    """What judges values, under a name and with a place."""

    @property
    def name(self) -> str:
        """How it is called in a report."""

    @property
    def location(self) -> Location:
        """Where it stands."""

    def check(self, value: Any) -> list[Difference]:
        """Return every violation."""


@dataclass(frozen=True, slots=True)
class BoundSchema:
    """A schema with the status whose bodies it is for; None is any."""

    schema: Checker
    status: int | None = None
