"""Does a JSON value keep to a JSON Schema that lies in a local file, or stands in one as text?

The schema, all files it refers to and every reference are read and checked once, when it is loaded; nothing is ever
fetched over the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from harness.checks.assertion import Difference
from harness.checks.violations import violations
from harness.checks.words import brief
from harness.collection.document import parse_json, read_json
from harness.errors import InvalidSchema, Problem
from harness.location import EmbeddedSource, Location
from harness.source import PathParts, Source

if TYPE_CHECKING:
    from jsonschema.protocols import Validator
    from referencing import Registry, Specification

__all__ = ["BoundSchema", "Checker", "CompiledSchema", "load_schema", "parse_schema"]

MAX_DOCUMENTS = 1000
"""Schema files followed; relative `$id`s can make an endless row of URIs out of one file."""

_REFERENCES = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})
_ASCII = "".join(map(chr, range(0x80)))
_VALUES = frozenset({"const", "enum", "default", "example", "examples"})
"""Keywords that hold JSON values, which may look like schemas but are none."""
_NAMED_SCHEMAS = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"}
)
"""Keywords that hold schemas under names of the author's choice."""


_DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """A schema that was checked and is ready to judge values."""

    name: str
    """The file, as it is shown to people."""
    location: Location
    _validator: Validator = field(repr=False, compare=False)
    _places: Mapping[int, Location] = field(repr=False, compare=False)

    def check(self, value: Any) -> list[Difference]:
        """Return every violation, each with its path in `value` and its place in the schema."""
        try:
            return violations(self._validator.iter_errors(value), self._place)
        except RecursionError:
            demand = "a value that can be followed"
            return [Difference("schema violation", "$", demand, "nested too deep", "breaking", location=self.location)]

    def _place(self, schema: object) -> Location | None:
        return self._places.get(id(schema), self.location)


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


def load_schema(path: Path, *, root: Path, location: Location | None = None) -> CompiledSchema:
    """Return the schema in the file `path`; it and the files it refers to must lie below `root`.

    The draft is the one `$schema` names, 2020-12 where it names none; formats are checked. `location` is the place that
    asked for the schema. Raises `InvalidSchema` with every problem found.
    """
    loader = _Loader(root.resolve())
    return _compiled(loader, str(path), location, lambda: loader.read(path, location))


def parse_schema(text: str, name: str, location: Location) -> CompiledSchema:
    """Return the schema that stands as a text at `location`; files it refers to must lie beside that file.

    Without `$schema` it may be of draft 4 as well, which OpenAPI 3.0 goes by. Raises `InvalidSchema`.
    """
    source = EmbeddedSource(location.file, text, place=location)
    contents = parse_json(source, InvalidSchema)
    path = Path(location.file).resolve()
    loader = _Loader(path.parent)
    return _compiled(loader, name, location, lambda: loader.take(path, source, contents))


def _compiled(
    loader: _Loader, name: str, location: Location | None, read: Callable[[], _Document | None]
) -> CompiledSchema:
    try:
        document = read()
        if document is not None:
            loader.follow(document)
        loader.resolve_all()
    except RecursionError as error:
        raise InvalidSchema(f"the schema {name} is nested too deep", location=location) from error
    if loader.problems or document is None:
        raise InvalidSchema.of(loader.problems)
    # By reference, so that the library takes relative references as relative to the file.
    entry = {"$ref": document.identified}
    validator = document.dialect(entry, registry=loader.registry, format_checker=document.formats)
    return CompiledSchema(name, document.location, validator, loader.places)


@dataclass(frozen=True, slots=True)
class _Document:
    """One schema file."""

    path: Path
    contents: Any
    location: Location
    dialect: Any
    """The validator class of its draft."""

    @property
    def uri(self) -> str:
        return self.path.as_uri()

    @property
    def identified(self) -> str:
        """The URI of the file, or the one it gives itself by `$id`."""
        return urljoin(self.uri, self.identifier(self.contents))

    @property
    def draft(self) -> Specification[Any]:
        from referencing.jsonschema import specification_with

        return specification_with(str(self.dialect.META_SCHEMA.get("$schema", "")))

    def identifier(self, schema: Any) -> str:
        """Return the URI that a (sub)schema of this file gives itself, or an empty text."""
        own = self.draft.id_of(schema)
        return own if isinstance(own, str) else ""

    @property
    def formats(self) -> Any:
        """The formats of the draft, all of which are checked."""
        return _with_iris(self.dialect.FORMAT_CHECKER)

    def check(self) -> None:
        """Raise `InvalidSchema` with everything that the draft does not allow."""
        checker = self.dialect(self.dialect.META_SCHEMA, format_checker=self.formats)
        problems = [
            Problem(
                f"invalid schema: expected {fault.expected}, not {fault.actual}" if fault.path else fault.actual,
                self.location.child(*_path(self.contents, fault.pointer or "")),
            )
            for fault in violations(checker.iter_errors(self.contents), lambda _: None)
        ]
        if problems:
            raise InvalidSchema.of(problems)


def _is_sound(document: _Document) -> bool:
    try:
        document.check()
    except InvalidSchema:
        return False
    return True


def _with_iris(checker: Any) -> Any:
    """Let `checker` know `iri` and `iri-reference` (RFC 3987): URIs once their other characters are encoded.

    The library would have them checked by a package whose import alone takes the better part of a second.
    """

    def check_as(name: str) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or checker.conforms(quote(value, safe=_ASCII), name)

    if "uri" in checker.checkers and "iri" not in checker.checkers:
        checker.checkers["iri"] = (check_as("uri"), ())
        checker.checkers["iri-reference"] = (check_as("uri-reference"), ())
    return checker


@dataclass(frozen=True, slots=True)
class _Reference:
    target: str
    base: str
    location: Location


class _Loader:
    """Reads a schema and what it refers to, gathering problems rather than stopping at the first."""

    def __init__(self, root: Path) -> None:
        from jsonschema.validators import Draft202012Validator
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # has no py.typed

        self.root = root
        self.problems: list[Problem] = []
        self.registry: Registry[Any] = REGISTRY
        self.places: dict[int, Location] = {}
        self._default: Any = Draft202012Validator
        self._documents: dict[Path, _Document | None] = {}
        self._references: list[_Reference] = []

    def read(self, path: Path, asked_by: Location | None) -> _Document | None:
        """Return the file as a schema, checked against its draft; None with its problems noted when it is none."""
        resolved = path.resolve()
        if resolved not in self._documents:
            try:
                self._documents[resolved] = self._read(path, resolved, asked_by)
            except InvalidSchema as error:
                self.problems += error.problems
                self._documents[resolved] = None
        return self._documents[resolved]

    def _read(self, path: Path, resolved: Path, asked_by: Location | None) -> _Document:
        if not resolved.is_relative_to(self.root):
            raise InvalidSchema(f"the schema `{path}` lies outside of {self.root}", location=asked_by)
        try:
            source, contents = read_json(path, InvalidSchema)
        except InvalidSchema as error:
            if error.location is not None:
                raise
            summary = f"the schema cannot be read: {error.summary}"
            raise InvalidSchema(summary, location=asked_by, hint=error.hint) from error
        location = Location(source)
        if not isinstance(contents, dict | bool):
            raise InvalidSchema("a schema must be an object or a boolean", location=location)
        document = _Document(resolved, contents, location, self._dialect(contents, location))
        document.check()
        return document

    def take(self, path: Path, source: Source, contents: Any) -> _Document:
        """Return a schema that stands within the file `path`, checked. Raises `InvalidSchema`."""
        from jsonschema.validators import Draft4Validator

        location = Location(source)
        if not isinstance(contents, dict | bool):
            raise InvalidSchema("a schema must be an object or a boolean", location=location)
        document = _Document(path, contents, location, self._dialect(contents, location))
        try:
            document.check()
        except InvalidSchema:
            older = replace(document, dialect=Draft4Validator)
            if isinstance(contents, bool) or "$schema" in contents or not _is_sound(older):
                raise
            document = older
        self._documents[path] = document
        return document

    def _dialect(self, contents: Any, location: Location) -> Any:
        """Return the validator class of the draft that `$schema` names."""
        from jsonschema.validators import validator_for

        name = contents.get("$schema") if isinstance(contents, dict) else None
        if name is None:
            return self._default
        # Only a default of None tells an unknown draft apart; the library would take it for the newest.
        dialect: Any = validator_for({"$schema": name}, default=None) if isinstance(name, str) else None  # type: ignore[arg-type]
        if dialect is None:
            raise InvalidSchema(
                f"unknown draft: {brief(name)}",
                location=location.child("$schema"),
                hint=f"known are {', '.join(_DRAFTS)}",
            )
        return dialect

    def follow(self, first: _Document) -> None:
        """Read every local file that `first` refers to, and those that they refer to."""
        self._default = first.dialect  # a file without `$schema` is of the draft of those that refer to it
        pending = [(first, first.uri)]
        seen: set[tuple[Path, str]] = set()
        while pending and len(seen) < MAX_DOCUMENTS:
            document, uri = pending.pop()
            if (document.path, uri) in seen:
                continue
            seen.add((document.path, uri))
            if uri == document.uri:
                pending.append((document, document.identified))
            self._register(document, uri)
            for reference in _references(document, uri, self.places):
                self._references.append(reference)
                target = self._target(document, reference)
                if target is not None:
                    pending.append((target, urldefrag(urljoin(reference.base, reference.target)).url))
        if pending and len(seen) >= MAX_DOCUMENTS:
            summary = f"more than {MAX_DOCUMENTS:,} schema files are referred to"
            self.problems.append(Problem(summary, first.location))

    def _register(self, document: _Document, uri: str) -> None:
        self.registry = self.registry.with_resource(uri, document.draft.create_resource(document.contents))

    def _target(self, document: _Document, reference: _Reference) -> _Document | None:
        """Return the file a relative reference means, beside the file it stands in whatever `$id` that has."""
        file = urlsplit(reference.target)
        if file.scheme or file.netloc or not file.path:
            return None
        if "%00" in file.path:
            return None  # no path at all; it leads nowhere
        path = document.path.parent / unquote(file.path)
        inside = path.resolve().is_relative_to(self.root)
        if inside and not path.exists() and urljoin(reference.base, reference.target) in self.registry:
            return None  # a part of this very file, by its `$id`
        shown = Path(document.location.file).parent / unquote(file.path)
        return self.read(shown if shown.resolve() == path.resolve() else path, reference.location)

    def resolve_all(self) -> None:
        """Note a problem for each reference that leads nowhere, or to another machine."""
        from referencing.exceptions import Unresolvable

        if self.problems:
            return
        self.registry = self.registry.crawl()
        for reference in self._references:
            try:
                self.registry.resolver(reference.base).lookup(reference.target)
            except Unresolvable:
                self.problems.append(_unresolved(reference))


def _unresolved(reference: _Reference) -> Problem:
    if urlsplit(reference.target).scheme:
        summary = f"`{reference.target}` is no local file, and nothing is fetched"
        return Problem(summary, reference.location, "keep a copy beside the schema and refer to that")
    return Problem(f"`{reference.target}` leads nowhere", reference.location)


def _references(document: _Document, uri: str, places: dict[int, Location]) -> Iterator[_Reference]:
    """Yield every reference of a document with the base URI it is relative to; note where each subschema stands."""
    pending: list[tuple[Any, PathParts, str]] = [(document.contents, (), uri)]
    while pending:
        schema, path, base = pending.pop()
        if isinstance(schema, list):
            pending.extend((each, (*path, index), base) for index, each in enumerate(schema))
        if not isinstance(schema, dict):
            continue
        places[id(schema)] = document.location.child(*path)
        if path:  # the document's own is part of `uri`, or left out on purpose
            base = urljoin(base, document.identifier(schema))
        for key, value in schema.items():
            if key in _REFERENCES and isinstance(value, str):
                yield _Reference(value, base, document.location.child(*path, key))
            elif key in _NAMED_SCHEMAS and isinstance(value, dict):
                _spell_out_false(value)
                pending.extend((each, (*path, key, name), base) for name, each in value.items())
            elif key not in _VALUES:
                pending.append((value, (*path, key), base))


def _spell_out_false(schemas: dict[str, Any]) -> None:
    """Write `false` as the schema it stands for: the library forgets the path of what `false` does not allow."""
    for name, schema in schemas.items():
        if schema is False:
            schemas[name] = {"not": {}}


def _path(value: Any, pointer: str) -> PathParts:
    """Return a JSON Pointer into `value` as a path, as far as it exists."""
    parts: list[str | int] = []
    for token in pointer.split("/")[1:]:
        part: str | int = token.replace("~1", "/").replace("~0", "~")
        part = int(part) if isinstance(value, list) else part
        parts.append(part)
        value = value.get(part) if isinstance(value, dict) else value[int(part)] if isinstance(value, list) else None
    return tuple(parts)
