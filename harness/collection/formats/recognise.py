"""What is a file that is no collection we read, and what can be done about it?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from harness.collection.formats.yaml_text import YamlSource, parse_yaml
from harness.collection.reader import Node, type_name
from harness.errors import InvalidCollection, did_you_mean
from harness.location import Location
from harness.source import Source

__all__ = ["is_v1", "refuse_other_files", "refuse_yaml"]

_AS_VARIABLES = "pass it with `-e` (environment) or `-g` (globals)"
_IMPORT = "import it into Postman and export a collection (v2.1)"
_V3 = "name the collection's folder, and pick the request with `--folder NAME`"

# The keys that such a file has, all of them; what it is; what to do. The first that fits is told.
_FINGERPRINTS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("values", "_postman_variable_scope"),
        "a Postman environment or globals file",
        "pass it with `-e` (environment) or `-g` (globals)",
    ),
    (("values", "name"), "a Postman environment", "pass it with `-e`"),
    (("values",), "a Postman environment or globals file", _AS_VARIABLES),
    (("environment",), "a Postman environment as the API exports it", "pass it with `-e`"),
    (("globals",), "Postman globals as the API exports them", "pass it with `-g`"),
    (("version", "collections"), "a Postman data dump of several collections", "export the one you want (v2.1)"),
    (("collections",), "a list of collections", "export the one you want (v2.1)"),
    (("openapi",), "an OpenAPI document", _IMPORT),
    (("swagger",), "an OpenAPI (Swagger) document", _IMPORT),
    (("asyncapi",), "an AsyncAPI document", "it describes messages, not HTTP requests"),
    (("log",), "a HAR file", _IMPORT),
    (("_type", "resources"), "an Insomnia export", _IMPORT),
    (("__export_format",), "an Insomnia export", _IMPORT),
    (("brunoConfig",), "a Bruno collection", "export it from Bruno as a Postman collection"),
    (("version", "name", "items"), "a Bruno collection", "export it from Bruno as a Postman collection"),
    (("$schema", "properties"), "a JSON Schema", "name it in a rule's `schema`"),
    (("$schema", "type"), "a JSON Schema", "name it in a rule's `schema`"),
    (("$schema", "$defs"), "a JSON Schema", "name it in a rule's `schema`"),
    (("$schema", "definitions"), "a JSON Schema", "name it in a rule's `schema`"),
    (("run", "collection"), "the report of a run, not the collection", "name the file that was run"),
    (("dependencies", "version"), "a package file", "name the collection's file"),
    (("request", "name"), "one request, not a collection", 'a collection is `{"info": …, "item": [ … ]}`'),
    (("error",), "an error that an API answered with", "look at what it says, and export the collection anew"),
)
_KINDS = {
    "collection": "the definition of a v3 collection or folder",
    "http-example": "one example of a v3 collection",
}
_YAML_PRINTS = {key: (words, hint) for keys, words, hint in _FINGERPRINTS if len(keys) == 1 for key in keys} | {
    "type": ("an Insomnia export", _IMPORT),
}


def is_v1(document: Any) -> bool:
    """Return whether a JSON value is a collection of format v1, as Postman's converter tells one."""
    return isinstance(document, dict) and "item" not in document and isinstance(document.get("requests"), list)


def refuse_other_files(node: Node) -> None:
    """Raise `InvalidCollection` for a JSON value that is no collection, saying what it looks like."""
    found = _looks_like(node.value)
    if found is not None:
        _refuse(*found, node.location)


def _looks_like(document: Any) -> tuple[str, str] | None:
    if isinstance(document, list):
        return _list_looks_like(document)
    if not isinstance(document, Mapping):
        return type_name(document), "a collection is an object with `info` and `item`"
    if "item" in document or is_v1(document):
        return None
    return next((tuple_[1:] for tuple_ in _FINGERPRINTS if all(key in document for key in tuple_[0])), None)


def _list_looks_like(document: list[Any]) -> tuple[str, str]:
    first = document[0] if document and isinstance(document[0], dict) else {}
    if "info" in first or "requests" in first or "item" in first:
        return "a list of collections", "keep each in a file of its own"
    if "request" in first:
        return "the items of a collection without their collection", 'put them into `{"info": …, "item": [ … ]}`'
    if "key" in first and "value" in first:
        return "a bare list of variables", _AS_VARIABLES
    return "iteration data", "pass it with `-d`"


def refuse_yaml(path: Path, source: Source) -> NoReturn:
    """Raise `InvalidCollection` for a YAML file: a collection in YAML is a folder."""
    text = YamlSource.of(source)
    value, _ = parse_yaml(text, InvalidCollection)
    kind = value.get("$kind") if isinstance(value, dict) else None
    if isinstance(kind, str):
        words = _KINDS.get(kind, "one request of a v3 collection" if kind.endswith("-request") else f"a `{kind}` file")
        _refuse(words, _V3, Location(text))
    keys = list(value) if isinstance(value, dict) else []
    words, hint = next(
        (_YAML_PRINTS[key] for key in keys if key in _YAML_PRINTS),
        ("YAML", did_you_mean("$kind", keys) or f"a collection in YAML is a folder; `{path.name}` is none"),
    )
    _refuse(words, hint, Location(text))


def _refuse(words: str, hint: str, location: Location) -> NoReturn:
    raise InvalidCollection(f"not a Postman collection: this looks like {words}", location=location, hint=hint)
