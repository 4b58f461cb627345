"""Which other schemas does a schema refer to, and where do its parts stand?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from harness.checks.schema.document import Document
from harness.checks.schema.draft import fault_of
from harness.checks.schema.places import SchemaPlaces
from harness.errors import Problem
from harness.location import Location
from harness.source import PathParts

__all__ = ["Reference", "hint_of", "references", "spell_out_bundled", "unresolved"]

_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
_URIS = ("$ref", "$dynamicRef", "$recursiveRef", "$id", "$schema", "$anchor", "$dynamicAnchor")
_VALUES = frozenset({"const", "enum", "default", "example", "examples"})
"""Keywords that hold JSON values, which may look like schemas but are none."""
_NAMED_SCHEMAS = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"}
)
"""Keywords that hold schemas under names of the author's choice."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference of a schema to another."""

    target: str
    base: str
    """The URI it is relative to."""
    location: Location


def hint_of(target: str, noun: str) -> str:
    """Return what to do about a reference to another machine."""
    host = urlsplit(target).netloc.rpartition("@")[2]
    hint = f"keep a copy beside the {noun} and refer to that"
    return f"{hint}, or let it be fetched: --allow-remote-refs {host}" if host else hint


def unresolved(reference: Reference) -> Problem:
    """Return what is wrong with a reference that leads nowhere, or to another machine."""
    if urlsplit(reference.target).scheme:
        summary = f"`{reference.target}` is no local file, and nothing is fetched"
        return Problem(summary, reference.location, hint_of(reference.target, "schema"))
    return Problem(f"`{reference.target}` leads nowhere", reference.location)


def references(document: Document, uri: str, places: SchemaPlaces, problems: list[Problem]) -> Iterator[Reference]:
    """Yield every reference of a document with the base URI it is relative to; note where each subschema stands.

    References and identifiers that are no URIs are noted in `problems`, whatever their type.
    """
    for schema, path, base in _subschemas(document, uri):
        places[schema] = document.location.child(*path)
        faults = _faults(schema)
        problems += (
            Problem(f"`{key}` is {fault}", document.location.child(*path, key)) for key, fault in faults.items()
        )
        for key in schema:
            if key in _REFERENCES and key not in faults:
                yield Reference(schema[key], base, document.location.child(*path, key))


def spell_out_bundled(document: Document) -> None:
    """Write each reference to a schema that is bundled in the document with the whole URI it stands for.

    A bundled schema goes by its `$id`, relative to that of the document (JSON Schema 2020-12, core, 9.3), whatever file
    the document stands in; the library takes the name by which the document was asked for instead.
    """
    if document.identified == document.uri:
        return
    found = list(_subschemas(document, document.identified))
    bundled = {base for _, _, base in found} - {document.identified}
    for schema, _, base in found:
        for key in (_REFERENCES & schema.keys()) - _faults(schema).keys():
            url = urljoin(base, schema[key])
            if urldefrag(url).url in bundled:
                schema[key] = url


def _faults(schema: dict[str, Any]) -> dict[str, str]:
    """Return why keywords that hold URIs do not, by their names."""
    return {key: fault for key in _URIS if key in schema and (fault := fault_of(schema[key])) is not None}


def _subschemas(document: Document, uri: str) -> Iterator[tuple[dict[str, Any], PathParts, str]]:
    """Yield every subschema of a document, where it stands, and the base URI of its references."""
    pending: list[tuple[Any, PathParts, str]] = [(document.contents, (), uri)]
    while pending:
        schema, path, base = pending.pop()
        if isinstance(schema, list):
            pending.extend((each, (*path, index), base) for index, each in enumerate(schema))
        if not isinstance(schema, dict):
            continue
        if path and not _faults(schema):  # the document's own is part of `uri`, or left out on purpose
            base = urljoin(base, document.identifier(schema))
        yield schema, path, base
        for key, value in schema.items():
            if key in _REFERENCES:
                continue
            if key in _NAMED_SCHEMAS and isinstance(value, dict):
                _spell_out_false(value)
                pending.extend((each, (*path, key, name), base) for name, each in value.items())
            elif key not in _VALUES:
                pending.append((value, (*path, key), base))


def _spell_out_false(schemas: dict[str, Any]) -> None:
    """Write `false` as the schema it stands for: the library forgets the path of what `false` does not allow."""
    for name, schema in schemas.items():
        if schema is False:
            schemas[name] = {"not": {}}
