"""Which requests are there when each saved example is replayed on its own?

Every request becomes a folder of its examples: each asks its own original request, and is held to that one example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.collection.model import Auth, Collection, Example, Folder, Item, Request
from harness.collection.node_id import part

__all__ = ["unaskable", "with_examples"]

_WITHOUT_REDIRECT = {"followRedirects": False}


def with_examples(collection: Collection) -> Collection:
    """Return the collection with each request replaced by a folder of the same name that holds its examples.

    The node id of an example is that of its request with `[ex=NAME]`, the second of a name with `[ex=NAME #2]`.
    """
    if any(folder.is_request for folder in collection.folders()):
        return collection
    return replace(collection, items=tuple(_converted(collection.items, _Names())))


def unaskable(item: Item) -> str | None:
    """Return why the answer that an example shows cannot be had by asking for it, or None.

    A request that is replayed itself can always be asked.
    """
    if item.example_of is None:
        return None
    example = item.examples[0]
    code = example.code
    if code == 429:
        return "a 429 is not asked for: it takes more requests than the server allows"
    if code is not None and code >= 500:
        return f"a {code} is not asked for: it takes a server in trouble"
    original = _original(example)
    if original is None and code is not None and code >= 300:
        return f"the example has no original request, and the request itself is not made to be answered {code}"
    if code in (401, 403) and (original is None or not _has_own_auth(item, original.auth)):
        return (
            f"a {code} is not asked for: the original request has no auth of its own, and that of the request is good"
        )
    return None


@dataclass(slots=True)
class _Names:
    """Hands out the node ids of examples; no two in the collection are the same."""

    used: set[str] = field(default_factory=set)

    def next(self, item: Item, example: Example) -> str:
        name, count = part(example.name).strip(), 1
        node_id = f"{item.node_id}[ex={name}]"
        while node_id in self.used:
            count += 1
            node_id = f"{item.node_id}[ex={name} #{count}]"
        self.used.add(node_id)
        return node_id


def _converted(nodes: tuple[Item | Folder, ...], names: _Names) -> Iterator[Item | Folder]:
    for node in nodes:
        if isinstance(node, Folder):
            yield replace(node, items=tuple(_converted(node.items, names)))
        elif node.faults:  # its examples may be what cannot be read
            yield node
        else:
            yield Folder(
                name=node.name,
                node_id=node.node_id,
                items=tuple(_replayed(node, example, names) for example in node.examples),
                location=node.location,
                id=node.id,
                raw=node.raw,
                is_request=True,
            )


def _replayed(item: Item, example: Example, names: _Names) -> Item:
    """Return an example as a request of its own; without an original request it asks what its item asks."""
    request = _original(example) or item.request
    code = example.code or 0
    return replace(
        item,
        name=example.name,
        node_id=names.next(item, example),
        request=request,
        examples=(example,),
        # A test script judges the answer to the request as it is; those before it may make it possible at all.
        events=tuple(event for event in item.events if event.listen != "test"),
        auth=request.auth or item.auth,
        location=example.location,
        folders=(*item.folders, item.name),
        id=example.id,
        # A redirect that was saved was not followed.
        behavior={**item.behavior, **_WITHOUT_REDIRECT} if 300 <= code < 400 else item.behavior,
        example_of=item,
    )


def _original(example: Example) -> Request | None:
    """Return the request an example was saved from; one without a URL says nothing of what was asked."""
    request = example.original_request
    if request is None:
        return None
    url = request.url
    return request if (url.raw or "").strip() or url.host or url.path else None


def _has_own_auth(item: Item, own: Auth | None) -> bool:
    headers = (header for header in item.request.headers if not header.disabled)
    return own is not None or any((header.key or "").strip().lower() == "authorization" for header in headers)
