"""What does an OpenAPI document say at a place, wherever its references lead?

Files beside the document, and below its folder, are read when they are first referred to; others are fetched
only from hosts that the user has allowed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from harness.checks.pointer import json_pointer, pointer_path
from harness.checks.schema.draft import fault_of
from harness.checks.schema.references import hint_of
from harness.checks.schema.remote import RemoteRefs, is_remote
from harness.checks.words import brief
from harness.collection.document import read_document
from harness.errors import InvalidSchema
from harness.location import Location
from harness.source import PathParts, Source

__all__ = ["Documents", "Node"]

_MAX_HOPS = 100
_MAX_FILES = 1000
_CONVERT = (
    "only OpenAPI 3.0 and later are read: convert it, such as with `npx swagger2openapi FILE -o openapi.json` or by "
    "“Convert to OpenAPI 3” of editor.swagger.io"
)


Place = tuple[str, PathParts]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document, and where it stands."""

    value: Any
    file: Path
    source: Source
    path: PathParts = ()
    url: str | None = None
    """Where the file was fetched from; None for a local one."""

    @property
    def location(self) -> Location:
        """Where it stands."""
        return Location(self.source, self.path)

    @property
    def place(self) -> Place:
        """What tells it from all other nodes: its file and its path."""
        return self.file_uri, self.path

    @property
    def file_uri(self) -> str:
        """The URI of the file."""
        return self.file.as_uri() if self.url is None else self.url

    @property
    def uri(self) -> str:
        """The URI of the value: that of its file with a JSON Pointer."""
        return f"{self.file_uri}#{quote(json_pointer(self.path), safe='/~')}"

    def child(self, key: str | int) -> Node | None:
        """Return what stands below it under a key, or None."""
        value = self.value
        if isinstance(value, Mapping) and key in value:
            return Node(value[key], self.file, self.source, (*self.path, key), self.url)
        if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            return Node(value[key], self.file, self.source, (*self.path, key), self.url)
        return None

    def members(self) -> Mapping[str, Any]:
        """Return what it holds by name. Raises `InvalidSchema` where it is no object."""
        if not isinstance(self.value, Mapping):
            raise InvalidSchema(f"expected an object, not {brief(self.value)}", location=self.location)
        return self.value


class Documents:
    """The files of one document: the first, and those that are referred to."""

    def __init__(self, path: Path, asked_by: Location | None, remote: RemoteRefs | None = None) -> None:
        self._remote = remote
        self._root = Path(os.path.realpath(path)).parent
        self.files: dict[Path, Node] = {}
        self.first = self._read(path, asked_by)
        self.version = self._version()

    def _version(self) -> str:
        """Return the version, such as `3.1.0`. Raises `InvalidSchema` for what cannot be read."""
        members = self.first.value if isinstance(self.first.value, Mapping) else {}
        version = members.get("openapi")
        if "swagger" in members and version is None:
            place = self.first.location.child("swagger")
            raise InvalidSchema(
                f"this is Swagger {brief(members['swagger'])}, not OpenAPI 3", location=place, hint=_CONVERT
            )
        if version is None:
            hint = "an OpenAPI document begins with `openapi: 3.1.0` or another version"
            raise InvalidSchema(
                "this is no OpenAPI document: it has no `openapi`", location=self.first.location, hint=hint
            )
        if not isinstance(version, str) or not version.startswith(("3.0", "3.1", "3.2")):
            summary = f"unknown version of OpenAPI: {brief(version)}"
            place = self.first.location.child("openapi")
            raise InvalidSchema(summary, location=place, hint="known are 3.0, 3.1 and 3.2, written as text")
        return version

    def _read(self, path: Path, asked_by: Location | None) -> Node:
        resolved = Path(os.path.realpath(path))  # unlike `Path.resolve` it knows circles of links
        if resolved not in self.files:
            if not resolved.is_relative_to(self._root):
                raise InvalidSchema(f"`{path}` lies outside of {self._root}", location=asked_by)
            if len(self.files) >= _MAX_FILES:
                raise InvalidSchema(f"more than {_MAX_FILES:,} files are referred to", location=asked_by)
            try:
                source, value, _ = read_document(path, InvalidSchema)
            except InvalidSchema as error:
                if error.location is not None or asked_by is None:
                    raise
                raise InvalidSchema(error.summary, location=asked_by, hint=error.hint) from error
            self.files[resolved] = Node(value, resolved, source)
        return self.files[resolved]

    def follow(self, node: Node) -> Node:
        """Return what a node stands for once its `$ref`s are followed. Raises `InvalidSchema`."""
        found = node
        for _ in range(_MAX_HOPS):
            reference = found.value.get("$ref") if isinstance(found.value, Mapping) else None
            if not isinstance(reference, str):
                return found
            found = self.target(reference, found, found.location.child("$ref"))
        raise InvalidSchema("this reference leads in a circle", location=node.location)

    def target(self, reference: str, base: Node, location: Location) -> Node:
        """Return what a reference that stands in the file of `base` leads to. Raises `InvalidSchema`."""
        fault = fault_of(reference)
        if fault is not None:
            raise InvalidSchema(f"`$ref` is {fault}", location=location)
        node = self._file_of(reference, base, location)
        parts = urlsplit(reference)
        fragment = unquote(parts.fragment)
        if fragment and not fragment.startswith("/"):
            return self._anchor(fragment, node, reference, location)
        for part in pointer_path(node.value, fragment):
            below = node.child(part)
            if below is None:
                raise InvalidSchema(f"`{reference}` leads nowhere", location=location)
            node = below
        return node

    def _file_of(self, reference: str, base: Node, location: Location) -> Node:
        """Return the file that a reference leads into. Raises `InvalidSchema`."""
        parts = urlsplit(reference)
        url = urldefrag(urljoin(base.file_uri, reference)).url
        if parts.scheme or parts.netloc or (base.url is not None and parts.path):
            if self._remote is None or not is_remote(url):
                hint = hint_of(reference, "document")
                raise InvalidSchema(
                    f"`{reference}` is no local file, and nothing is fetched", location=location, hint=hint
                )
            return self._fetched(url, location)
        if not parts.path:
            return self.files[base.file]
        if "\0" in unquote(parts.path):
            raise InvalidSchema(f"`{reference}` leads nowhere", location=location)
        return self._read(Path(base.source.name).parent / unquote(parts.path), location)

    def _fetched(self, url: str, location: Location) -> Node:
        file = Path(url)
        if file not in self.files and self._remote is not None:
            _, value, _ = read_document(source := self._remote.fetch(url, location), InvalidSchema)
            self.files[file] = Node(value, file, source, (), url)
        return self.files[file]

    def _anchor(self, name: str, file: Node, reference: str, location: Location) -> Node:
        """Return the schema of a file that calls itself by an anchor."""
        pending = [file]
        while pending:
            node = pending.pop()
            if isinstance(node.value, Mapping):
                if name in (node.value.get("$anchor"), node.value.get("$dynamicAnchor")):
                    return node
                pending += [below for key in node.value if (below := node.child(key)) is not None]
            elif isinstance(node.value, list):
                pending += [below for key in range(len(node.value)) if (below := node.child(key)) is not None]
        raise InvalidSchema(f"`{reference}` leads nowhere", location=location)
