"""Which JSON Schemas do the saved examples of an item carry, and for which answers are they?

An example of format v3 may hold the schema of its body (`$type`). It judges answers of that example's status.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.checks.assertion import Difference
from harness.checks.expectation import Expectation
from harness.checks.schema.compiled import BoundSchema, CompiledSchema
from harness.checks.schema.load import parse_schema
from harness.checks.schema.remote import RemoteRefs
from harness.collection.model import Example, Item
from harness.errors import InvalidSchema, Problem
from harness.location import Location

__all__ = ["AnySchema", "ExampleSchemas"]


@dataclass(frozen=True, slots=True)
class AnySchema:
    """Several schemas of one status, one of which an answer must keep to."""

    schemas: tuple[CompiledSchema, ...]
    """The one whose violations are told comes first."""

    @property
    def name(self) -> str:
        """The name of the first, and how many there are beside it."""
        return f"{self.schemas[0].name} or {len(self.schemas) - 1} more"

    @property
    def location(self) -> Location:
        """The place of the first."""
        return self.schemas[0].location

    def check(self, value: object) -> list[Difference]:
        """Return nothing when the value keeps to any of them, else the violations of the first."""
        found = [schema.check(value) for schema in self.schemas]
        return found[0] if all(found) else []


@dataclass(slots=True)
class ExampleSchemas:
    """The schemas of examples, each compiled when it is first needed."""

    remote: RemoteRefs | None = None
    _compiled: dict[Example, CompiledSchema] = field(default_factory=dict)

    def check(self, items: Iterable[Item]) -> None:
        """Raise `InvalidSchema` with every fault of the schemas that the items' examples carry."""
        problems: list[Problem] = []
        seen: set[str] = set()
        for example in (example for item in items for example in item.examples):
            if example.schema is None or example.schema in seen:
                continue
            seen.add(example.schema)
            try:
                self._schema(example)
            except InvalidSchema as error:
                problems += error.problems
        if problems:
            raise InvalidSchema.of(problems)

    def bound(self, item: Item, expectation: Expectation) -> list[BoundSchema]:
        """Return the schemas for the answers to an item; those of errors only where an error is what is expected."""
        by_status: dict[int | None, list[Example]] = {}
        for example in item.examples:
            wanted = example.code is None or example.code < 400 or example.code == expectation.status
            if example.schema is not None and wanted:
                by_status.setdefault(example.code, []).append(example)
        return [BoundSchema(self._any(examples, expectation), status) for status, examples in by_status.items()]

    def _any(self, examples: list[Example], expectation: Expectation) -> CompiledSchema | AnySchema:
        """Return what the examples of one status ask for, that of the expected example first."""
        shown = expectation.example
        first = [example for example in examples if example is shown]
        distinct = {example.schema: example for example in reversed([*first, *examples])}
        schemas = [self._schema(example) for example in reversed(distinct.values())]
        return schemas[0] if len(schemas) == 1 else AnySchema(tuple(schemas))

    def _schema(self, example: Example) -> CompiledSchema:
        if example not in self._compiled:
            name = f"of example “{example.name}”"
            self._compiled[example] = parse_schema(
                example.schema or "", name, example.location.child("$type"), self.remote
            )
        return self._compiled[example]
