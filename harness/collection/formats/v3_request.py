"""How do a request and an example of format v3 (YAML) read as ones of format v2.1?

The documentation shows lists where Postman's own writer emits maps (`headers`, `variables`, `credentials` …): both are
read (https://learning.postman.com/docs/collections/collections-schemas).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.collection.formats.shape import list_of, members_of, object_of, text_of
from harness.collection.reader import Node, type_name

__all__ = ["convert_auth", "convert_example", "convert_request", "convert_scripts", "pairs"]

HTTP_KINDS = frozenset({"http-request", "graphql-request"})
_LISTEN = {
    "beforeRequest": "prerequest",
    "beforeQuery": "prerequest",
    "afterResponse": "test",
}
_LANGUAGES = frozenset({"json", "xml", "html", "javascript", "text"})


def convert_request(request: Node) -> Node:
    """Return a request, or one within an example, in the shape of format v2.1."""
    is_graphql = request.value.get("$kind") == "graphql-request"
    method = request.get("method")
    members = {
        "method": text_of(request, "POST") if method is None and is_graphql else method,
        "url": _url(request),
        "header": pairs(request, "headers"),
        "body": _graphql(request) if is_graphql else _body(request),
        "auth": convert_auth(request),
        "description": request.get("description"),
    }
    return object_of(request, members)


def _url(request: Node) -> Node | None:
    """Return the URL; where there is a list of query parameters it wins over the query in the text."""
    url = request.get("url")
    query, variables = pairs(request, "queryParams"), pairs(request, "pathVariables")
    if url is None or not isinstance(url.value, str) or (query is None and variables is None):
        return url
    return object_of(url, {"raw": url, "query": query, "variable": variables})


def pairs(node: Node, key: str) -> Node | None:
    """Return a list of `{key, value, disabled}` from such a list or from a map by name."""
    found = node.get(key)
    if found is None:
        return None
    if found.is_object:
        return list_of(found, _pairs_of_map(found))
    return list_of(found, (_pair(entry) for entry in node.objects(key)))


def _pairs_of_map(found: Node) -> Iterator[Node]:
    for key, value in found.value.items():
        place = Node(value, found.location.child(key), found.problems)
        name = Node(key, place.location.key(), place.problems)
        if place.is_object:
            yield _pair(object_of(place, {**members_of(place), "key": name}))
        elif isinstance(value, list):  # a name that comes several times
            yield from (
                object_of(place, {"key": name, "value": Node(each, place.location.child(index), place.problems)})
                for index, each in enumerate(value)
            )
        else:
            yield object_of(place, {"key": name, "value": place})


def _pair(entry: Node) -> Node:
    members = members_of(entry)
    enabled = members.pop("enabled", None)
    if enabled is not None and enabled.value in (False, "false"):
        members["disabled"] = text_of(enabled, True)
    return object_of(entry, members)


def _body(request: Node) -> Node | None:
    body = request.get("body")
    if body is None or not body.is_object:
        return body
    kind, content = body.get("type"), body.get("content")
    name = kind.value if kind is not None and isinstance(kind.value, str) else None
    if name is None and "mode" in body.value:
        return body  # written as in format v2.1
    if name == "none" or (name is None and content is None):
        return None
    members: dict[str, Node | None] = {"disabled": body.get("disabled")}
    if name in ("urlencoded", "formdata"):
        members |= {"mode": kind, name: pairs(body, "content")}
    elif name in ("file", "binary"):
        source = content if content is None or content.is_object else object_of(content, {"src": content})
        members |= {"mode": text_of(body, "file"), "file": source}
    elif name == "graphql":
        members |= {"mode": kind, "graphql": content}
    elif name is None or name in _LANGUAGES:
        language = object_of(body, {"raw": object_of(body, {"language": kind})})
        members |= {"mode": text_of(body, "raw"), "raw": _text(content), "options": language}
    else:
        members |= {"mode": kind}  # an unknown one: an error when it is prepared
    return object_of(body, members)


def _text(content: Node | None) -> Node | None:
    """Return a body's text; one written as YAML instead of text is meant as the JSON of it."""
    if content is None or isinstance(content.value, str):
        return content
    return text_of(content, json.dumps(content.value, ensure_ascii=False, indent=2))


def _graphql(request: Node) -> Node:
    members = {name: request.get(name) for name in ("query", "variables", "operationName")}
    return object_of(request, {"mode": text_of(request, "graphql"), "graphql": object_of(request, members)})


def convert_auth(node: Node) -> Node | None:
    """Return the auth: `{type, credentials}`, or the first of a list of such; `inherit` is none of its own."""
    auth = node.get("auth")
    if auth is not None and isinstance(auth.value, list):
        several = [entry for entry in node.objects("auth") if not entry.flag("disabled")]
        if len(several) > 1:
            several[1].warn("several auths: only the first is used")
        auth = several[0] if several else None
    if auth is None or not auth.is_object:
        return auth
    kind = auth.text("type")
    if kind == "inherit":
        return None
    if kind is None or kind in auth.value:
        return auth
    return object_of(auth, {"type": auth.get("type"), kind: pairs(auth, "credentials")})


def convert_scripts(node: Node, kind: str = "http-request") -> Node | None:
    """Return the scripts of a request (`beforeRequest`) or of a folder (`http:beforeRequest`) as events."""
    if node.get("scripts") is None:
        return None
    protocol = "graphql" if kind == "graphql-request" else "http"
    return list_of(node, (event for entry in node.objects("scripts") for event in _event(entry, protocol)))


def _event(entry: Node, protocol: str) -> Iterator[Node]:
    name = entry.text("type") or ""
    scope, _, moment = name.rpartition(":")
    if scope not in ("", protocol):
        if scope in ("http", "graphql"):
            entry.warn(f"a script of type `{name}` is read only on the requests it is for: not run")
        return  # that of another protocol, whose requests are not run either
    if moment not in _LISTEN:
        entry.warn(f"unknown type of script: `{name}`", "known are beforeRequest and afterResponse")
        return
    code = entry.get("code", "exec")
    if code is None:
        entry.warn("a script without `code`: nothing runs")
        return
    yield object_of(
        entry,
        {
            "listen": text_of(entry, _LISTEN[moment]),
            "script": object_of(entry, {"exec": code}),
            "disabled": entry.get("disabled"),
        },
    )


def convert_example(example: Node, name: str) -> Node:
    """Return a saved response in the shape of format v2.1, and in `$type` the JSON Schema of its body."""
    request, response = example.get("request"), example.get("response")
    if response is None or not response.is_object:
        example.fault("an example without a `response`" if response is None else _wrong(response))
        response = text_of(example, {})
    body = response.get("body")
    content = body if body is None or not body.is_object else body.get("content")
    kind, schema = (body.get("type"), body.get("$type")) if body is not None and body.is_object else (None, None)
    members = {
        "name": example.get("name") or text_of(example, name),
        "id": example.get("id"),
        "originalRequest": convert_request(request) if request is not None and request.is_object else None,
        "status": response.get("statusText"),
        "code": response.get("statusCode"),
        "header": pairs(response, "headers"),
        "body": _text(content),
        "_postman_previewlanguage": kind,
        "$type": schema,
    }
    return object_of(example, members)


def _wrong(response: Node) -> str:
    return f"`response` is {type_name(response.value)}, not a map"
