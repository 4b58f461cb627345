"""How does a collection of format v1 read as one of format v2.1?

Follows Postman's own converter (postman-collection-transformer, 1.0.0 to 2.1.0), which Newman runs v1 files through,
but tells what that leaves out without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.collection.formats.shape import list_of, object_of, text_of
from harness.collection.formats.v1_request import convert_auth, convert_request, stored_value
from harness.collection.reader import Node, type_name
from harness.errors import did_you_mean

__all__ = ["convert_v1"]

MAX_DEPTH = 200  # the reader refuses a folder that lies deeper


def convert_v1(root: Node) -> Node:
    """Return a v1 collection in the shape of format v2.1; faults are noted in `root.problems`."""
    info = object_of(root, {"name": root.get("name"), "_postman_id": root.get("id"), "description": _description(root)})
    members = {
        "info": info,
        "item": list_of(root, _Tree(root).top()),
        "auth": convert_auth(root, of_collection=True),
        "event": _events(root),
        "variable": root.get("variables", "variable"),
        "protocolProfileBehavior": root.get("protocolProfileBehavior"),
    }
    return object_of(root, members)


def _description(node: Node) -> Node | None:
    return node.get("description")


def _events(node: Node) -> Node | None:
    """Return the scripts; `tests` and `preRequestScript`, where filled, come before the newer `events`."""
    scripts = [("prerequest", node.get("preRequestScript")), ("test", node.get("tests"))]
    found = [_event(listen, script) for listen, script in scripts if script is not None and script.value]
    return list_of(node, found) if found else node.get("events")


def _event(listen: str, script: Node) -> Node:
    return object_of(script, {"listen": text_of(script, listen), "script": object_of(script, {"exec": script})})


@dataclass(slots=True)
class _Tree:
    """The requests and folders of a collection, which refer to each other by id."""

    root: Node
    requests: dict[str, Node] = field(default_factory=dict)
    folders: dict[str, Node] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    """The ids that stand in the tree; of requests and folders alike."""

    def __post_init__(self) -> None:
        self.requests = _by_id(self.root, "requests")
        self.folders = _by_id(self.root, "folders")

    def top(self) -> Iterator[Node]:
        """Yield what stands at the top: folders first, then requests, as Postman shows them."""
        below = {name for folder in self.folders.values() for name, _ in _names(folder, "folders_order")}
        listed = list(_names(self.root, "folders_order"))
        if not listed:
            listed = [(name, folder) for name, folder in self.folders.items() if name not in below]
        yield from self._folders(listed, 0)
        order = self.root.get("order")
        if order is not None and isinstance(order.value, list):
            yield from self._items(self.root)
            yield from (request for request in self.requests.values() if not request.is_object)
            self._tell_left_out()
            return
        for name, request in self.requests.items():
            if name not in self.placed:
                yield self._item(request)

    def _folders(self, names: list[tuple[str, Node]], depth: int) -> Iterator[Node]:
        for name, place in names:
            folder = self.folders.get(name)
            if folder is None:
                place.warn(f"there is no folder with the id `{name}`", did_you_mean(name, self.folders))
            elif name in self.placed:
                place.warn(f"the folder with the id `{name}` is listed twice: shown once")
            else:
                self.placed.add(name)
                yield self._folder(folder, depth)

    def _folder(self, folder: Node, depth: int) -> Node:
        inner: list[Node] = []
        if depth < MAX_DEPTH:
            inner = [*self._folders(list(_names(folder, "folders_order")), depth + 1), *self._items(folder)]
        members = {
            "id": folder.get("id"),
            "name": folder.get("name"),
            "description": _description(folder),
            "item": list_of(folder, inner),
            "auth": convert_auth(folder),
            "event": _events(folder),
            "variable": folder.get("variables", "variable"),
            "protocolProfileBehavior": folder.get("protocolProfileBehavior"),
        }
        return object_of(folder, members)

    def _items(self, parent: Node) -> Iterator[Node]:
        listed: set[str] = set()
        for name, place in _names(parent, "order"):
            request = self.requests.get(name)
            if request is None:
                place.warn(f"there is no request with the id `{name}`", did_you_mean(name, self.requests))
                continue
            if name in listed:
                place.warn(f"the request with the id `{name}` is listed twice: taken once")
                continue
            listed.add(name)
            self.placed.add(name)
            yield self._item(request)

    def _item(self, request: Node) -> Node:
        if not request.is_object:
            return request  # the reader says what is wrong with it
        members = {
            "id": request.get("id"),
            "name": request.get("name"),
            "request": convert_request(request),
            "response": list_of(request, map(self._example, _examples(request))),
            "event": _events(request),
            "variable": request.get("variables", "variable"),
            "protocolProfileBehavior": request.get("protocolProfileBehavior"),
        }
        return object_of(request, members)

    def _example(self, example: Node) -> Node:
        code = example.get("responseCode")
        coded = code if code is not None and code.is_object else None
        original = self._original(example)
        members = {
            "id": example.get("id"),
            "name": example.get("name"),
            "originalRequest": None if original is None else convert_request(original),
            "status": coded.get("name") if coded is not None else None,
            "code": coded.get("code") if coded is not None else code,
            "_postman_previewlanguage": example.get("language"),
            "header": example.get("headers"),
            "body": example.get("text"),
        }
        return object_of(example, members)

    def _original(self, example: Node) -> Node | None:
        """Return the request an example was saved with: an object, the same as JSON text, or an id."""
        for key in ("requestObject", "request"):
            found = example.get(key)
            if found is not None and isinstance(found.value, str):
                found = stored_value(found)
            if found is not None and isinstance(found.value, str):
                found = self.requests.get(found.value)
            if found is not None and found.is_object:
                return found
        return None

    def _tell_left_out(self) -> None:
        # Such requests were deleted from every folder; Postman does not show them, and its converter drops them.
        for what, nodes in (("folder", self.folders), ("request", self.requests)):
            for name, node in nodes.items():
                if name not in self.placed and node.is_object:
                    node.warn(
                        f"the {what} “{node.label('name') or name}” stands in no `order`: left out, as in Postman"
                    )


def _by_id(root: Node, key: str) -> dict[str, Node]:
    """Return the requests or folders by their id; of several with one id the last counts."""
    found: dict[str, Node] = {}
    for index, node in enumerate(root.elements(key)):
        name = node.label("id") or f"\0{index}"  # without an id nothing can refer to it
        if not node.is_object and key == "folders":
            node.warn(f"a folder is an object, not {type_name(node.value)}: not used")
            continue
        if name in found:
            node.warn(f"two entries of `{key}` have the id `{name}`: the last one counts")
        found[name] = node
    return found


def _names(node: Node, key: str) -> Iterator[tuple[str, Node]]:
    """Yield the ids of an order, each with its place."""
    if node.is_object and not isinstance(node.value.get(key), list | None):
        place = Node(node.value[key], node.location.child(key), node.problems)
        place.warn(f"`{key}` is {type_name(place.value)}, not an array: not used")
        return
    for entry in node.elements(key):
        if isinstance(entry.value, str):
            yield entry.value, entry
        elif entry.value is not None:
            entry.warn(f"an id is a string, not {type_name(entry.value)}")


def _examples(request: Node) -> list[Node]:
    """Return the saved responses, in the order of `responses_order` where there is one."""
    examples = list(request.usable("responses"))
    order = [name for name, _ in _names(request, "responses_order")]
    rank = {name: index for index, name in reversed(list(enumerate(order)))}
    return sorted(examples, key=lambda example: rank.get(example.label("id") or "", len(rank)))
