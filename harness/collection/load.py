"""How does a collection file become the model?

Reads v2.0 and v2.1 JSON, bare or wrapped in `{"collection": …}` as Postman's API exports it; `formats/` puts the others
(v1, and the YAML folders of v3) into the shape of v2.1 first. What is odd but usable is kept in `Collection.problems`,
what keeps single items from being asked in their `faults`; only what leaves no item at all is raised.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from harness.collection.behavior import read_behavior
from harness.collection.document import YAML_ENDINGS, parse_json, read_source
from harness.collection.faults import with_faults
from harness.collection.find import collection_stem
from harness.collection.formats.recognise import is_v1, refuse_other_files, refuse_yaml
from harness.collection.formats.v1 import convert_v1
from harness.collection.formats.v3 import is_tree, read_tree
from harness.collection.formats.v3_request import HTTP_KINDS
from harness.collection.model import Auth, Collection, Event, Folder, Item, Request, Url, Variable
from harness.collection.node_id import SiblingNames
from harness.collection.parts import description, read_auth, read_example, read_request, read_variables
from harness.collection.reader import Node, TooManyFaults, scalar_text, type_name
from harness.errors import InvalidCollection
from harness.location import Location
from harness.source import Source

__all__ = ["load_collection"]

_VERSION = re.compile(r"/v?(\d+(?:\.\d+)*)/?(?:collection\.json)?#?$")
_DEFAULT_VERSION, _READ_AS = "2.1.0", "read as format v2.1"
_MAX_DEPTH = 200  # folders within folders; Postman's own trees reach 6


def load_collection(path: Path | str | Source) -> Collection:
    """Read a collection: a file (or the text of one) of format v1, v2.0 or v2.1, or the folder of one of format v3.

    An item of which a part cannot be read is there, with its `faults`. Raises `InvalidCollection`, whose `problems`
    name every fault with its place, for what is no collection, and for one without any item because of its faults.
    """
    text, path = (path, Path(path.name)) if isinstance(path, Source) else (None, Path(path))
    is_folder = text is None and os.path.isdir(path)
    node, sources, version = _read_folder(path) if is_folder else _read_file(text or path)
    try:
        if version == "1.0.0":
            node = convert_v1(node)
        collection = _read_collection(node, collection_stem(path), version)
    except RecursionError as error:
        raise InvalidCollection("nested too deeply to be read", location=node.location) from error
    except TooManyFaults as error:
        raise InvalidCollection.of(error.problems) from error
    faults = [problem for problem in node.problems if problem.severity == "error"]
    if faults and not any(collection.walk()):
        raise InvalidCollection.of(faults)
    collection, left = with_faults(collection, faults)
    oddities = [problem for problem in node.problems if problem.severity != "error"]
    return replace(collection, problems=(*oddities, *left), sources=sources)


_Read = tuple[Node, tuple[Source, ...], str | None]


def _read_file(file: Path | Source) -> _Read:
    source = read_source(file, InvalidCollection)
    path = Path(source.name)
    if path.suffix.lower() in YAML_ENDINGS:
        refuse_yaml(path, source)
    document = parse_json(source, InvalidCollection)
    node = Node(document, Location(source), [])
    wrapped = node.get("collection")
    if wrapped is not None and wrapped.is_object and not {"item", "requests", "run"} & set(document):
        node = wrapped
    refuse_other_files(node)
    return node, (source,), "1.0.0" if is_v1(node.value) else None


def _read_folder(path: Path) -> _Read:
    path = path if path.name not in ("", "..") else path.resolve()  # a collection has a name, by which it is known
    if not is_tree(path):
        raise InvalidCollection(
            f"no collection in the folder {path}", hint="a collection in YAML has `*.request.yaml` files in its folder"
        )
    node, sources = read_tree(path)
    outer = path.absolute().parent
    if is_tree(outer):
        name = path.absolute().name
        node.warn(
            f"this is a folder of the collection “{outer.name}”, whose variables, auth and scripts it does without",
            f"name {outer} with `--folder {name}`",
        )
    return node, sources, "3.0.0"


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a node hands down to its children."""

    node_id: str = ""
    folders: tuple[str, ...] = ()
    auth: Auth | None = None
    events: tuple[Event, ...] = ()
    variables: tuple[Variable, ...] = ()
    behavior: Mapping[str, Any] | None = None

    def into(self, node: Node, name: str, node_id: str) -> _Inherited:
        """Return what the children of the folder `node` inherit."""
        return _Inherited(
            node_id=node_id,
            folders=(*self.folders, name),
            auth=_auth(read_auth(node), self.auth),
            events=(*self.events, *_events(node, name)),
            variables=(*self.variables, *read_variables(node, "variable")),
            behavior=read_behavior(node, self.behavior),
        )


def _read_collection(node: Node, default_name: str, version: str | None) -> Collection:
    info = node.get("info")
    if info is None or not info.is_object:
        node.warn("the collection has no `info`", hint=f"named after its file, and {_READ_AS}")
        info, version = Node({}, node.location, node.problems), version or _DEFAULT_VERSION
    elif version is None:
        version = _version(info)
    name = info.label("name") or default_name
    auth, events = read_auth(node), tuple(_events(node, name))
    inherited = _Inherited(auth=auth, events=events, behavior=read_behavior(node, None))
    return Collection(
        name=name,
        items=_children(node, inherited),
        location=node.location,
        version=version,
        auth=auth,
        variables=read_variables(node, "variable", "variables"),
        events=events,
        description=description(info),
        id=info.label("_postman_id", "id"),
        raw=node.value,
    )


def _version(info: Node) -> str:
    schema = info.label("schema") or ""
    match = _VERSION.search(schema)
    if match is None:
        info.warn(f"unknown schema: {schema}" if schema else "the collection names no `schema`", hint=_READ_AS)
        return _DEFAULT_VERSION
    if match[1].partition(".")[0] != "2":
        info.warn(f"unknown format version: {match[1]}", hint=_READ_AS)
    return match[1]


def _children(node: Node, inherited: _Inherited) -> tuple[Item | Folder, ...]:
    found = node.value.get("item")
    if not isinstance(found, list | dict):
        member = node if found is None else Node(found, node.location.child("item"), node.problems)
        member.fault(
            "`item` is missing: a collection has an array of items"
            if found is None
            else f"`item` is {type_name(found)}, not an array",
            _misspelt("item", node),
        )
        return ()
    names, children = SiblingNames(inherited.node_id), []
    for entry in node.elements("item"):  # no comprehension: it would be a step more of recursion for each folder
        children.append(_child(entry, names, inherited))
    return tuple(children)


def _child(node: Node, names: SiblingNames, inherited: _Inherited) -> Item | Folder:
    """Return an item or folder; what is neither is an item with a fault, so that nothing is lost."""
    if not node.is_object:
        node.fault(f"an item is an object, not {type_name(node.value)}")
        return _nothing_to_ask(Node({}, node.location, node.problems), "", names.next(""), inherited)
    name = node.label("name") or ""
    node_id = names.next(name)
    below = node.value.get("item")
    if isinstance(below, list | dict):  # a lone object is one of one, as in Newman
        return _read_folder_of(node, name, node_id, inherited)
    request = node.get("request")
    if request is not None:
        return _read_item(node, request, inherited, name, node_id)
    if below is None:
        node.fault(
            "the item has no `request`: it is neither a request nor a folder with an `item` array",
            _misspelt("request", node) or _misspelt("item", node) or "remove it, or give it a request",
        )
    else:
        Node(below, node.location.child("item"), node.problems).fault(f"`item` is {type_name(below)}, not an array")
    return _nothing_to_ask(node, name, node_id, inherited)


def _read_folder_of(node: Node, name: str, node_id: str, inherited: _Inherited) -> Item | Folder:
    if len(inherited.folders) >= _MAX_DEPTH:
        node.fault(f"folders are nested more than {_MAX_DEPTH} deep")
        return _nothing_to_ask(node, name, node_id, inherited)
    return Folder(
        name=name,
        node_id=node_id,
        items=_children(node, inherited.into(node, name, node_id)),
        location=node.location,
        id=node.label("id", "_postman_id"),
        description=description(node),
        raw=node.value,
    )


def _nothing_to_ask(node: Node, name: str, node_id: str, inherited: _Inherited) -> Item:
    """Return an item that stands for what cannot be read; its fault says why."""
    nothing = Request("GET", Url(node.location, raw="", is_text=True), (), None, None, node.location)
    return Item(name, node_id, nothing, (), (), None, (), node.location, inherited.folders,
                id=node.label("id", "_postman_id"), raw=node.value)  # fmt: skip


def _read_item(node: Node, request: Node, inherited: _Inherited, name: str, node_id: str) -> Item:
    read = read_request(request)
    return Item(
        name=name,
        node_id=node_id,
        request=read,
        examples=tuple(map(read_example, node.usable("response", "responses"))),
        events=(*inherited.events, *_events(node, name)),
        auth=_auth(read.auth or read_auth(node), inherited.auth),
        variables=(*inherited.variables, *read_variables(node, "variable")),
        location=node.location,
        folders=inherited.folders,
        id=node.label("id", "_postman_id"),
        behavior=read_behavior(node, inherited.behavior),
        kind=_kind(node),
        raw=node.value,
    )


def _auth(own: Auth | None, inherited: Auth | None) -> Auth | None:
    """Return the auth that counts; documentation exports repeat an inherited one, with its values blotted out."""
    return inherited if own is None or (own.inherited and inherited is not None) else own


def _kind(node: Node) -> str:
    kind = node.label("$kind") or "http"
    return "http" if kind in HTTP_KINDS else kind


def _misspelt(key: str, node: Node) -> str | None:
    near = get_close_matches(key, [other for other in node.value if other != key], n=1, cutoff=0.7)
    return f"`{near[0]}` should be called `{key}`" if near else None


def _events(node: Node, owner: str) -> Iterator[Event]:
    for entry in node.usable("event", "events"):
        listen = entry.label("listen")
        if listen is None:
            entry.warn("event without `listen`: not used")
            continue
        source = _script(entry)
        if source is None:
            yield Event(listen, "", entry.location, entry.flag("disabled"), owner)
            continue
        text, pieces = _lines(source.value)
        yield Event(listen, text, entry.location, entry.flag("disabled"), owner, source.location, pieces)


def _lines(source: Any) -> tuple[str, tuple[int, ...] | None]:
    """Return the text of a script, and for each line of it the index of the element it stands in."""
    if not isinstance(source, list):
        return scalar_text(source), None
    lines = [(index, _line(line)) for index, line in enumerate(source) if line is not None]
    pieces = tuple(index for index, line in lines for _ in range(line.count("\n") + 1))
    return "\n".join(line for _, line in lines), pieces


def _line(line: Any) -> str:
    """Return what stands in a line of a script; a list in its place is its values with commas, as JavaScript has it."""
    if isinstance(line, list):
        return ",".join("" if part is None else _line(part) for part in line)
    return scalar_text(line)


def _script(event: Node) -> Node | None:
    script = event.get("script")
    if script is None:
        return None
    source = script.get("exec") if script.is_object else script
    if source is None:
        if script.get("src") is not None:
            script.warn("a script in another file (`src`) is not read")
        return None
    if source.is_object:
        source.fault("the script is an object, not a string or an array of lines")
        return None
    return source
