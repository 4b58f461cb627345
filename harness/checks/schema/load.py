"""How is a JSON Schema read that lies in a local file, or stands in one as text?

The schema, all files it refers to and every reference are read and checked once, when it is loaded. Nothing is fetched
over the network but from hosts that the user has allowed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from harness.checks.schema.bounded import bounded
from harness.checks.schema.compiled import CompiledSchema
from harness.checks.schema.document import Document, is_sound
from harness.checks.schema.draft import draft_named
from harness.checks.schema.places import SchemaPlaces
from harness.checks.schema.references import Reference, references, spell_out_bundled, unresolved
from harness.checks.schema.remote import RemoteRefs, is_remote
from harness.checks.words import brief
from harness.collection.document import parse_json, read_json
from harness.errors import InvalidSchema, Problem
from harness.location import EmbeddedSource, Location
from harness.source import Source

if TYPE_CHECKING:
    from referencing import Registry

__all__ = ["load_schema", "parse_schema"]

MAX_DOCUMENTS = 1000
"""Schema files followed; relative `$id`s can make an endless row of URIs out of one file."""

_DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)


def _resolved(path: Path) -> Path:
    """Return where a path leads; unlike `Path.resolve` it takes links that lead around in a circle as they are."""
    return Path(os.path.realpath(path))


def load_schema(
    path: Path, *, root: Path, location: Location | None = None, remote: RemoteRefs | None = None
) -> CompiledSchema:
    """Return the schema in the file `path`; it and the files it refers to must lie below `root`.

    The draft is the one `$schema` names, 2020-12 where it names none; formats are checked. `location` is the place that
    asked for the schema. Raises `InvalidSchema` with every problem found.
    """
    loader = _Loader(root.resolve(), remote)
    return _compiled(loader, str(path), location, lambda: loader.read(path, location))


def parse_schema(text: str, name: str, location: Location, remote: RemoteRefs | None = None) -> CompiledSchema:
    """Return the schema that stands as a text at `location`; files it refers to must lie beside that file.

    Without `$schema` it may be of draft 4 as well, which OpenAPI 3.0 goes by. Raises `InvalidSchema`.
    """
    source = EmbeddedSource(location.file, text, place=location)
    contents = parse_json(source, InvalidSchema)
    path = Path(location.file).resolve()
    loader = _Loader(path.parent, remote)
    return _compiled(loader, name, location, lambda: loader.take(path, source, contents))


def _compiled(
    loader: _Loader, name: str, location: Location | None, read: Callable[[], Document | None]
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
    validator = bounded(document.dialect)(entry, registry=loader.registry, format_checker=document.formats)
    return CompiledSchema(name, document.location, validator, loader.places)


class _Loader:
    """Reads a schema and what it refers to, gathering problems rather than stopping at the first."""

    def __init__(self, root: Path, remote: RemoteRefs | None = None) -> None:
        from jsonschema.validators import Draft202012Validator
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # has no py.typed

        self.root = root
        self._remote = remote
        self.problems: list[Problem] = []
        self.registry: Registry[Any] = REGISTRY
        self.places = SchemaPlaces()
        self._default: Any = Draft202012Validator
        self._documents: dict[Path, Document | None] = {}
        self._references: list[Reference] = []

    def read(self, path: Path, asked_by: Location | None) -> Document | None:
        """Return the file as a schema, checked against its draft; None with its problems noted when it is none."""
        resolved = _resolved(path)
        if resolved not in self._documents:
            try:
                self._documents[resolved] = self._read(path, resolved, asked_by)
            except InvalidSchema as error:
                self.problems += error.problems
                self._documents[resolved] = None
        return self._documents[resolved]

    def _read(self, path: Path, resolved: Path, asked_by: Location | None) -> Document:
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
        document = Document(resolved, contents, location, self._dialect(contents, location))
        document.check()
        return document

    def take(self, path: Path, source: Source, contents: Any) -> Document:
        """Return a schema that stands within the file `path`, checked. Raises `InvalidSchema`."""
        from jsonschema.validators import Draft4Validator

        location = Location(source)
        if not isinstance(contents, dict | bool):
            raise InvalidSchema("a schema must be an object or a boolean", location=location)
        document = Document(path, contents, location, self._dialect(contents, location))
        try:
            document.check()
        except InvalidSchema:
            older = replace(document, dialect=Draft4Validator)
            if isinstance(contents, bool) or "$schema" in contents or not is_sound(older):
                raise
            document = older
        self._documents[path] = document
        return document

    def _dialect(self, contents: Any, location: Location) -> Any:
        """Return the validator class of the draft that `$schema` names."""
        name = contents.get("$schema") if isinstance(contents, dict) else None
        if name is None:
            return self._default
        dialect = draft_named(name)
        if dialect is None:
            raise InvalidSchema(
                f"unknown draft: {brief(name)}",
                location=location.child("$schema"),
                hint=f"known are {', '.join(_DRAFTS)}",
            )
        return dialect

    def follow(self, first: Document) -> None:
        """Read every local file that `first` refers to, and those that they refer to."""
        self._default = first.dialect  # a file without `$schema` is of the draft of those that refer to it
        pending = [(first, first.uri)]
        seen: set[tuple[Path, str]] = set()
        while pending and len(seen) < MAX_DOCUMENTS:
            document, uri = pending.pop()
            if (document.path, uri) in seen:
                continue
            seen.add((document.path, uri))
            spell_out_bundled(document)
            if uri == document.uri:
                pending.append((document, document.identified))
            self._register(document, uri)
            for reference in references(document, uri, self.places, self.problems):
                self._references.append(reference)
                target = self._target(document, reference)
                if target is not None:
                    pending.append((target, urldefrag(urljoin(reference.base, reference.target)).url))
        if pending and len(seen) >= MAX_DOCUMENTS:
            summary = f"more than {MAX_DOCUMENTS:,} schema files are referred to"
            self.problems.append(Problem(summary, first.location))

    def _register(self, document: Document, uri: str) -> None:
        # Crawled at once: what is bundled in a document goes by its `$id` before any file or other machine is asked.
        self.registry = self.registry.with_resource(uri, document.draft.create_resource(document.contents)).crawl()

    def _target(self, document: Document, reference: Reference) -> Document | None:
        """Return the file a relative reference means, beside the file it stands in whatever `$id` that has."""
        url = urldefrag(urljoin(reference.base, reference.target)).url
        if is_remote(reference.target) or (document.url is not None and is_remote(url)):
            return self._fetched(url, reference)
        file = urlsplit(reference.target)
        if file.scheme or file.netloc or not file.path:
            return None
        if "\0" in unquote(file.path):
            return None  # no path at all; it leads nowhere
        path = document.path.parent / unquote(file.path)
        if url in self.registry and not (os.path.exists(path) and _resolved(path) in self._documents):
            return None  # bundled in a document that was read, by its `$id`
        shown = Path(document.location.file).parent / unquote(file.path)
        return self.read(shown if _resolved(shown) == _resolved(path) else path, reference.location)

    def _fetched(self, url: str, reference: Reference) -> Document | None:
        """Return a schema of another machine where its host is allowed, and what refers to it knows no other."""
        path = Path(url)
        if self._remote is None or (path not in self._documents and url in self.registry):
            return None
        if path not in self._documents:
            self._documents[path] = None
            try:
                source = self._remote.fetch(url, reference.location)
                contents = parse_json(source, InvalidSchema)
                location = Location(source)
                if not isinstance(contents, dict | bool):
                    raise InvalidSchema("a schema must be an object or a boolean", location=location)
                document = Document(path, contents, location, self._dialect(contents, location), url)
                document.check()
                self._documents[path] = document
            except InvalidSchema as error:
                self.problems += error.problems
        return self._documents[path]

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
                self.problems.append(unresolved(reference))
