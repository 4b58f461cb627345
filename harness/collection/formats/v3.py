"""How does a folder of YAML files (format v3) read as a collection of format v2.1?

One file a request, `.resources/definition.yaml` for a collection or folder, examples in
`.resources/<request>.resources/examples/`; the order is that of their `order` numbers, then of their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.collection.document import YAML_ENDINGS, read_source
from harness.collection.formats.shape import list_of, object_of, text_of
from harness.collection.formats.v3_request import (
    HTTP_KINDS,
    convert_auth,
    convert_example,
    convert_request,
    convert_scripts,
    pairs,
)
from harness.collection.formats.yaml_text import YamlSource, parse_yaml
from harness.collection.reader import Node, type_name
from harness.errors import InvalidCollection, LoadError, Problem
from harness.location import Location
from harness.source import Source

__all__ = ["is_tree", "read_tree", "trees_within"]

KIND = "$kind"
RESOURCES = ".resources"
MAX_DEPTH = 200  # the reader refuses a folder that lies deeper
MAX_FILES = 20_000


def is_tree(folder: Path) -> bool:
    """Return whether a folder is a v3 collection: it has a definition, or requests of its own."""
    if _definition_of(folder) is not None or any(_requests(folder)):
        return True
    # Postman keeps its collections in `postman/collections/`; one of them may hold nothing but folders.
    return folder.parent.name == "collections" and any(map(is_tree, _folders(folder)))


def trees_within(folder: Path) -> list[Path]:
    """Return the v3 collections in a folder: the outermost ones, in the order of their names."""
    if is_tree(folder):
        return [folder]
    found, pending = [], [(folder, 0)]
    while pending:
        parent, depth = pending.pop()
        with suppress(InvalidCollection):  # a folder that may not be read holds nothing for us
            for child in _folders(parent):
                if is_tree(child):
                    found.append(child)
                elif depth < MAX_DEPTH:
                    pending.append((child, depth + 1))
    return sorted(found)


def _definition_of(folder: Path) -> Path | None:
    """Return the definition file of a collection or folder, if it has one."""
    names = (folder / RESOURCES / f"definition{ending}" for ending in YAML_ENDINGS)
    return next((path for path in names if path.is_file()), None)


def _stem(path: Path, what: str) -> str | None:
    """Return the name of a `<name>.<what>.yaml` file, or None for one that is called otherwise."""
    name = path.name.removesuffix(".yaml").removesuffix(".yml")
    return name.removesuffix(f".{what}") if name != path.name and name.endswith(f".{what}") else None


def read_tree(folder: Path) -> tuple[Node, tuple[Source, ...]]:
    """Return a v3 collection in the shape of format v2.1, and its files; faults are noted in the node's `problems`.

    Raises `InvalidCollection` when a folder cannot be read.
    """
    reader = _TreeReader(folder.resolve())
    return reader.collection(folder), tuple(reader.sources)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise InvalidCollection(f"cannot read the folder {folder}: {error.strerror}") from error


def _folders(folder: Path) -> Iterator[Path]:
    for path in _entries(folder):
        # A link may lead around in a circle, or out of the collection.
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".") and path.name != "node_modules":
            yield path


def _requests(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in _entries(folder):
        name = _stem(path, "request")
        if name is not None and path.is_file():
            yield name, path


@dataclass(slots=True)
class _TreeReader:
    """Reads the files of one collection, noting faults instead of stopping at the first."""

    root: Path
    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def collection(self, folder: Path) -> Node:
        """Return the collection of a folder."""
        definition = self._definition(folder)
        at = Node({}, Location(Source(str(folder), "")), self.problems)
        info = {
            "name": definition.get("name") or text_of(at, folder.resolve().name),
            "_postman_id": definition.get("id"),
            "description": definition.get("description"),
        }
        return object_of(at, {"info": object_of(at, info), **self._scope(definition, folder, 0)})

    def _scope(self, definition: Node, folder: Path, depth: int) -> dict[str, Node | None]:
        """Return what a collection and a folder have in common."""
        variables = pairs(definition, "variables")
        return {
            "item": list_of(definition, self._children(folder, depth) if depth <= MAX_DEPTH else ()),
            "variable": variables,
            "auth": convert_auth(definition),
            "event": convert_scripts(definition),
            "protocolProfileBehavior": _settings(definition),
        }

    def _definition(self, folder: Path) -> Node:
        path = _definition_of(folder)
        return self._read(path) if path is not None else Node({}, Location(Source(str(folder), "")), self.problems)

    def _children(self, folder: Path, depth: int) -> list[Node]:
        found: list[tuple[tuple[bool, float, str], Node]] = []
        for name, path in _requests(folder):
            node = self._read(path)
            found.append((_rank(node, name), self._item(node, name, folder)))
        for path in _folders(folder):
            definition = self._definition(path)
            members: dict[str, Node | None] = {
                "name": definition.get("name") or text_of(definition, path.name),
                "id": definition.get("id"),
                "description": definition.get("description"),
                **self._scope(definition, path, depth + 1),
            }
            found.append((_rank(definition, path.name), object_of(definition, members)))
        return [node for _, node in sorted(found, key=lambda ranked: ranked[0])]

    def _item(self, request: Node, name: str, folder: Path) -> Node:
        kind = request.label(KIND) or "http-request"
        members = {
            KIND: text_of(request, "http") if kind in HTTP_KINDS else request.get(KIND),
            "name": request.get("name") or text_of(request, name),
            "id": request.get("id"),
            "description": request.get("description"),
            "request": convert_request(request),
        }
        if kind in HTTP_KINDS:
            members |= {
                "response": list_of(request, self._examples(request, name, folder)),
                "event": convert_scripts(request, kind),
                "variable": pairs(request, "variables") if kind == "http-request" else None,
                "protocolProfileBehavior": _settings(request),
            }
        return object_of(request, members)

    def _examples(self, request: Node, name: str, folder: Path) -> list[Node]:
        where = request.get("examples")
        if where is not None and isinstance(where.value, list):
            inline = enumerate(request.objects("examples"), 1)
            return [convert_example(entry, f"example {index}") for index, entry in inline]
        path = self._examples_folder(folder / RESOURCES / f"{name}.resources" / "examples", where, folder)
        if path is None:
            return []
        found = []
        for file in _entries(path):
            stemmed = _stem(file, "example")
            if stemmed is not None and file.is_file():
                node = self._read(file)
                # What is wrong with an unreadable file is told; that it lacks a response is not worth another word.
                example = convert_example(node, stemmed) if node.value else text_of(node, {"name": stemmed})
                found.append((_rank(node, stemmed), example))
        return [node for _, node in sorted(found, key=lambda ranked: ranked[0])]

    def _examples_folder(self, usual: Path, where: Node | None, folder: Path) -> Path | None:
        """Return the folder of a request's examples, which it may name; None when there is none."""
        if where is None or not isinstance(where.value, str):
            return usual if usual.is_dir() else None
        try:
            path = folder / where.value
            inside, there = path.resolve().is_relative_to(self.root), path.is_dir()
        except (OSError, ValueError):  # no path at all
            inside, there = True, False
        if not inside:
            where.fault("the examples lie outside of the collection's folder")
        elif not there:
            where.warn("there is no such folder of examples")
        return path if inside and there else None

    def _read(self, path: Path) -> Node:
        """Return what a file of the collection says: a map, which is empty with the fault noted when it is none."""
        if len(self.sources) >= MAX_FILES:
            raise InvalidCollection(f"the collection has more than {MAX_FILES:,} files")
        try:
            if not path.resolve().is_relative_to(self.root):
                place = Location(YamlSource(str(path), ""))
                raise InvalidCollection("a link that leads out of the collection", location=place)
            source = YamlSource.of(read_source(path, InvalidCollection))
            value, oddities = parse_yaml(source, InvalidCollection)
        except (LoadError, OSError, RuntimeError) as error:  # RuntimeError: links that lead around in a circle
            place = Location(YamlSource(str(path), ""))
            found = error.problems if isinstance(error, LoadError) else (Problem(f"cannot be read: {error}"),)
            self.problems += (replace(problem, location=problem.location or place) for problem in found)
            return Node({}, place, self.problems)
        self.sources.append(source)
        self.problems += oddities
        node = Node(value, Location(source), self.problems)
        if not node.is_object:
            node.fault(f"a file of a collection holds a map, not {type_name(value)}")
            return Node({}, node.location, self.problems)
        return node


def _rank(node: Node, name: str) -> tuple[bool, float, str]:
    """Return what orders siblings: their `order`, those without one last, by name."""
    order = node.value.get("order")
    number = _number(order)
    if number is None and order is not None:
        place = Node(order, node.location.child("order"), node.problems)
        place.warn(f"`order` is {type_name(order)}, not a number: sorted to the end")
    return (number is None, number or 0, name)


def _number(order: object) -> float | None:
    try:
        return float(order) if isinstance(order, str | int | float) and not isinstance(order, bool) else None
    except (ValueError, OverflowError):
        return None


def _settings(node: Node) -> Node | None:
    """Return the settings under the names of format v2.1; `disabledSystemHeaders` may be a list of names."""
    settings = node.get("settings")
    if settings is None or not settings.is_object:
        return settings
    names = settings.value.get("disabledSystemHeaders")
    if not isinstance(names, list):
        return settings
    value = {**settings.value, "disabledSystemHeaders": {name: True for name in names if isinstance(name, str)}}
    return replace(settings, value=value)
