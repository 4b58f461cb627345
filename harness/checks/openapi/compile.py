"""How does a schema that stands in an OpenAPI document become one that judges values?"""

from __future__ import annotations

from typing import Any

from harness.checks.openapi.dialect import Dialect
from harness.checks.openapi.document import Documents, Node, Place
from harness.checks.pointer import pointer_path
from harness.checks.schema.compiled import CompiledSchema
from harness.checks.schema.document import Document
from harness.checks.schema.draft import tolerant
from harness.checks.schema.places import SchemaPlaces
from harness.checks.schema.references import references
from harness.checks.schema.violations import violations
from harness.checks.words import brief
from harness.errors import InvalidSchema, Problem

__all__ = ["Compiler"]

_HARMLESS = frozenset({"minItems", "uniqueItems", "format"})
"""Demands on schemas, such as that `required` is not empty, that documents often break and nothing hangs on."""


class Compiler:
    """Compiles schemas of one document; each is checked once, with all that it refers to."""

    def __init__(self, documents: Documents, dialect: Dialect) -> None:
        self._documents = documents
        self._dialect = dialect
        self._places = SchemaPlaces()
        self._checked: set[Place] = set()
        self._compiled: dict[Place, CompiledSchema] = {}

    def schema(self, node: Node, name: str) -> CompiledSchema:
        """Return the schema at a node, ready to judge. Raises `InvalidSchema` with every fault in it."""
        key = node.place
        if key not in self._compiled:
            try:
                self._check(node)
                validator = self._validator(node)
            except RecursionError as error:
                raise InvalidSchema("the schema is nested too deep", location=node.location) from error
            except UnicodeEncodeError as error:
                raise InvalidSchema(
                    "a key on the way to it holds half a surrogate pair", location=node.location
                ) from error
            self._compiled[key] = CompiledSchema(name, node.location, validator, self._places)
        return self._compiled[key]

    def _check(self, first: Node) -> None:
        problems: list[Problem] = []
        pending = [first]
        while pending:
            node = pending.pop()
            if node.place in self._checked:
                continue
            problems += self._faults(node)
            self._checked.add(node.place)
            document = Document(node.file, node.value, node.location, self._dialect.base)
            for reference in references(document, node.file_uri, self._places, problems):
                try:
                    pending.append(self._documents.target(reference.target, node, reference.location))
                except InvalidSchema as error:
                    problems += error.problems
        if problems:
            self._checked.clear()
            raise InvalidSchema.of(problems)

    def _faults(self, node: Node) -> list[Problem]:
        if not isinstance(node.value, dict | bool):
            return [Problem(f"a schema is an object, not {brief(node.value)}", node.location)]
        base = self._dialect.base
        if node.value is True or node.value is False:
            return []
        errors = (each for each in base(base.META_SCHEMA).iter_errors(node.value) if each.validator not in _HARMLESS)
        return [
            Problem(
                f"invalid schema: expected {fault.expected}, not {fault.actual}",
                node.location.child(*pointer_path(node.value, fault.pointer or "")),
            )
            for fault in violations(errors, lambda _: None)
        ]

    def _validator(self, node: Node) -> Any:
        from referencing import Registry
        from referencing.jsonschema import specification_with

        draft = tolerant(specification_with(str(self._dialect.base.META_SCHEMA["$schema"])))
        files = [(file.file_uri, draft.create_resource(file.value)) for file in self._documents.files.values()]
        registry: Any = Registry().with_resources(files)
        return self._dialect.validator({"$ref": node.uri}, registry=registry, format_checker=self._dialect.formats)
