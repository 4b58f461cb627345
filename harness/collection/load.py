"""How does a collection file become the model?

Reads v2.0 and v2.1 JSON, bare or wrapped in `{"collection": …}` as Postman's API exports it. What is odd but usable is
kept in `Collection.problems`; what is not is raised, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from harness.collection.document import read_json
from harness.collection.find import collection_stem
from harness.collection.model import Auth, Collection, Event, Example, Folder, Item, Variable
from harness.collection.node_id import SiblingNames
from harness.collection.parts import description, read_auth, read_headers, read_request, read_variables
from harness.collection.reader import Node, scalar_text, type_name
from harness.errors import InvalidCollection
from harness.location import Location
from harness.source import Source

__all__ = ["load_collection"]

_VERSION = re.compile(r"/v?(\d+(?:\.\d+)*)/?(?:collection\.json)?#?$")
_CODE = re.compile(r"\s*(\d{1,4})(?:\.0)?\s*", re.ASCII)
_DEFAULT_VERSION, _READ_AS = "2.1.0", "read as format v2.1"
_MAX_DEPTH = 200  # folders within folders; Postman's own trees reach 6


def load_collection(path: Path | str | Source) -> Collection:
    """Read a collection file, or the text of one (Postman Collection Format v2.0 or v2.1).

    Raises `InvalidCollection` whose `problems` name every fault, each with its place.
    """
    source, document = read_json(path, InvalidCollection)
    node = Node(document, Location(source), [])
    wrapped = node.get("collection")
    if wrapped is not None and wrapped.is_object and "item" not in document:
        node = wrapped
    _refuse_other_files(node)
    try:
        collection = _read_collection(node, default_name=collection_stem(Path(source.name)))
    except RecursionError as error:
        raise InvalidCollection("nested too deeply to be read", location=node.location) from error
    faults = [problem for problem in node.problems if problem.severity == "error"]
    if faults:
        raise InvalidCollection.of(faults)
    return replace(collection, problems=tuple(node.problems))


def _looks_like(document: Any) -> str | None:
    """Return what a JSON value that is no v2 collection seems to be, in words; None when nothing is known."""
    if isinstance(document, list):
        return "iteration data, or a bare list of variables"
    if not isinstance(document, dict):
        return type_name(document)
    if "item" in document:
        return None
    return next((words for keys, words in _FINGERPRINTS if all(key in document for key in keys)), None)


_FINGERPRINTS = (
    (("requests", "order"), "a Postman collection of format v1"),
    (("requests", "id"), "a Postman collection of format v1"),
    (("values", "_postman_variable_scope"), "a Postman environment or globals file"),
    (("values", "name"), "a Postman environment"),
    (("openapi",), "an OpenAPI document"),
    (("swagger",), "an OpenAPI (Swagger) document"),
    (("log",), "a HAR file"),
    (("$schema", "properties"), "a JSON Schema"),
    (("version", "collections"), "a Postman data dump"),
)

_ADVICE = {
    "a Postman collection of format v1": "export it from Postman as Collection v2.1; v1 is not supported yet",
    "a Postman environment or globals file": "pass it with `-e` (environment) or `-g` (globals)",
    "a Postman environment": "pass it with `-e`",
    "an OpenAPI document": "import it into Postman and export a collection (v2.1)",
    "an OpenAPI (Swagger) document": "import it into Postman and export a collection (v2.1)",
    "a HAR file": "import it into Postman and export a collection (v2.1)",
    "iteration data, or a bare list of variables": "pass it with `-d` (data) or `-g` (globals)",
}


def _refuse_other_files(node: Node) -> None:
    words = _looks_like(node.value)
    if words is not None:
        raise InvalidCollection(
            f"not a Postman collection: this looks like {words}",
            location=node.location,
            hint=_ADVICE.get(words, "a collection is an object with `info` and `item`"),
        )


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
            auth=read_auth(node) or self.auth,
            events=(*self.events, *_events(node, name)),
            variables=(*self.variables, *read_variables(node, "variable")),
            behavior=_behavior(node, self.behavior),
        )


def _read_collection(node: Node, default_name: str) -> Collection:
    info = node.get("info")
    if info is None or not info.is_object:
        node.warn("the collection has no `info`", hint=f"named after its file, and {_READ_AS}")
        info, version = Node({}, node.location, node.problems), _DEFAULT_VERSION
    else:
        version = _version(info)
    name = info.text("name") or default_name
    auth, events = read_auth(node), tuple(_events(node, name))
    inherited = _Inherited(auth=auth, events=events, behavior=_behavior(node, None))
    return Collection(
        name=name,
        items=_children(node, inherited),
        location=node.location,
        version=version,
        auth=auth,
        variables=read_variables(node, "variable", "variables"),
        events=events,
        description=description(info),
        id=info.text("_postman_id", "id"),
        raw=node.value,
    )


def _version(info: Node) -> str:
    schema = info.text("schema") or ""
    match = _VERSION.search(schema)
    if match is None:
        info.warn(f"unknown schema: {schema}" if schema else "the collection names no `schema`", hint=_READ_AS)
        return _DEFAULT_VERSION
    if match[1].partition(".")[0] != "2":
        info.warn(f"unknown format version: {match[1]}", hint=_READ_AS)
    return match[1]


def _children(node: Node, inherited: _Inherited) -> tuple[Item | Folder, ...]:
    found = node.value.get("item")
    if not isinstance(found, list):
        member = node if found is None else Node(found, node.location.child("item"), node.problems)
        member.fault(
            "`item` is missing: a collection or folder has an array of items"
            if found is None
            else f"`item` is {type_name(found)}, not an array",
            _misspelt("item", node),
        )
        return ()
    if len(inherited.folders) >= _MAX_DEPTH:
        node.fault(f"folders are nested more than {_MAX_DEPTH} deep")
        return ()
    names = SiblingNames(inherited.node_id)
    return tuple(child for entry in node.elements("item") if (child := _child(entry, names, inherited)) is not None)


def _child(node: Node, names: SiblingNames, inherited: _Inherited) -> Item | Folder | None:
    if not node.is_object:
        node.fault(f"an item is an object, not {type_name(node.value)}")
        return None
    name = node.text("name") or ""
    node_id = names.next(name)
    if "item" in node.value:
        below = inherited.into(node, name, node_id)
        return Folder(
            name=name,
            node_id=node_id,
            items=_children(node, below),
            location=node.location,
            id=node.text("id", "_postman_id"),
            description=description(node),
            raw=node.value,
        )
    return _read_item(node, name, node_id, inherited)


def _read_item(node: Node, name: str, node_id: str, inherited: _Inherited) -> Item | None:
    request = node.get("request")
    if request is None:
        node.fault(
            "neither an item with a `request` nor a folder with an `item` array",
            _misspelt("request", node) or _misspelt("item", node),
        )
        return None
    read = read_request(request)
    return Item(
        name=name,
        node_id=node_id,
        request=read,
        examples=tuple(_examples(node)),
        events=(*inherited.events, *_events(node, name)),
        auth=read.auth or read_auth(node) or inherited.auth,
        variables=(*inherited.variables, *read_variables(node, "variable")),
        location=node.location,
        folders=inherited.folders,
        id=node.text("id", "_postman_id"),
        behavior=_behavior(node, inherited.behavior),
        raw=node.value,
    )


def _misspelt(key: str, node: Node) -> str | None:
    near = get_close_matches(key, [other for other in node.value if other != key], n=1, cutoff=0.7)
    return f"`{near[0]}` should be called `{key}`" if near else None


def _behavior(node: Node, inherited: Mapping[str, Any] | None) -> Mapping[str, Any]:
    own = node.get("protocolProfileBehavior")
    return {**(inherited or {}), **(own.value if own is not None and own.is_object else {})}


def _events(node: Node, owner: str) -> Iterator[Event]:
    for entry in node.objects("event", "events"):
        listen = entry.text("listen")
        if listen is None:
            entry.warn("event without `listen`: not used")
            continue
        yield Event(listen, _script(entry), entry.location, entry.flag("disabled"), owner)


def _script(event: Node) -> str:
    script = event.get("script")
    if script is None:
        return ""
    source = script.get("exec") if script.is_object else script
    if source is None:
        if script.get("src") is not None:
            script.warn("a script in another file (`src`) is not read")
        return ""
    if source.is_object:
        source.fault("the script is an object, not a string or an array of lines")
        return ""
    lines = source.value if isinstance(source.value, list) else [source.value]
    return "\n".join(scalar_text(line) for line in lines if line is not None)


def _examples(node: Node) -> Iterator[Example]:
    for entry in node.objects("response", "responses"):
        original = entry.get("originalRequest")
        yield Example(
            name=entry.text("name") or "",
            code=_code(entry),
            status=entry.text("status"),
            headers=read_headers(entry, "header"),
            body=_example_body(entry),
            original_request=read_request(original) if original is not None else None,
            location=entry.location,
            preview_language=entry.text("_postman_previewlanguage"),
            id=entry.text("id", "_postman_id"),
        )


def _code(node: Node) -> int | None:
    found = node.get("code", "responseCode")
    if found is None:
        return None
    if found.is_object:  # as in format v1
        found = found.get("code") or found
    if match := _CODE.fullmatch(scalar_text(found.value)):
        return int(match[1])
    found.warn(f"the example's `code` is {type_name(found.value)} that is no status code: not used")
    return None


def _example_body(node: Node) -> str | None:
    body = node.get("body")
    return None if body is None else scalar_text(body.value)
