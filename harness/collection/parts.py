"""How do the parts of an item (URL, headers, body, auth, examples) read in a v2 file, in all the forms that occur?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from harness.collection.formats.shape import members_of, object_of
from harness.collection.model import (
    Auth,
    AuthParam,
    Body,
    Example,
    FormParam,
    Graphql,
    Param,
    Request,
    Url,
    Variable,
)
from harness.collection.reader import Node, scalar_text, type_name
from harness.collection.typed import typed

__all__ = ["BODY_MODES", "description", "read_auth", "read_example", "read_headers", "read_request", "read_variables"]

BODY_MODES = frozenset({"raw", "urlencoded", "formdata", "file", "graphql"})
_GRAPHQL_PARTS = ("query", "operationName", "variables")  # in the order that Postman sends them in
# Each run of characters takes all it can: the scan stays linear.
_PAIR = re.compile(
    r"(?P<name>(?:\{\{[^{}]*+\}\}|[^&=])*+)(?:=(?P<value>(?:\{\{[^{}]*+\}\}|[^&])*+))?(?:&|\Z)", re.DOTALL
)
_CODE = re.compile(r"\s*(\d{1,4})(?:\.0)?\s*", re.ASCII)


def description(node: Node) -> str:
    """Return the description, a string or `{content, type}`."""
    found = node.get("description")
    if found is None:
        return ""
    return (found.label("content") or "") if found.is_object else scalar_text(found.value)


def read_variables(node: Node, *keys: str) -> tuple[Variable, ...]:
    """Return the variables of a node; `id` stands for `key` in old files."""
    return tuple(_variables(node, *keys))


def _variables(node: Node, *keys: str) -> Iterator[Variable]:
    for entry in node.usable(*keys):
        key = entry.label("key", "id")
        if key is None:
            entry.warn("variable without a `key`: not used")
            continue
        kind = entry.label("type")
        yield Variable(
            key=key,
            value=typed(entry.value.get("value"), kind),
            location=entry.location,
            type=kind,
            disabled=entry.flag("disabled") or entry.value.get("enabled") is False,
        )


def read_request(node: Node) -> Request:
    """Return a request; a plain string is the URL of a GET."""
    if not node.is_object:
        url = node.value if isinstance(node.value, str) else None
        if url is None:
            node.fault(f"`{node.location.path[-1]}` is {type_name(node.value)}, not an object")
        return Request("GET", Url(node.location, raw=url or "", is_text=True), (), None, None, node.location)
    return Request(
        method=_method(node),
        url=_read_url(node),
        headers=read_headers(node, "header"),
        body=_read_body(node),
        auth=read_auth(node),
        location=node.location,
        description=description(node),
    )


def _method(node: Node) -> str:
    method = (node.text("method") or "").strip()
    if not method:
        if "method" in node.value:
            node.warn("the request has an empty `method`: sent as GET")
        return "GET"
    return method


def _read_url(request: Node) -> Url:
    node = _url_node(request)
    if node is None:
        return Url(request.location, raw="", is_text=True)
    if not node.is_object:
        if not isinstance(node.value, str):
            node.fault(f"`url` is {type_name(node.value)}, not a string or an object")
            return Url(node.location, raw="", is_text=True)
        return Url(node.location, raw=node.value, is_text=True)
    return Url(
        location=node.location,
        raw=node.text("raw"),
        protocol=node.text("protocol"),
        auth=_userinfo(node),
        host=_joined(node, "host", "."),
        port=node.text("port"),
        path=_segments(node),
        query=_query(node),
        hash=node.text("hash"),
        variables=read_variables(node, "variable", "variables"),
    )


def _url_node(request: Node) -> Node | None:
    """Return the URL; documentation exports have its text in `url` and its parts in `urlObject`."""
    url, parts = request.get("url"), request.get("urlObject")
    if parts is None or not parts.is_object or (url is not None and not isinstance(url.value, str)):
        return url
    return object_of(parts, {**members_of(parts), "raw": url})


def _userinfo(node: Node) -> tuple[str, ...]:
    auth = node.get("auth")
    if auth is None or not auth.is_object:
        return ()
    user, password = auth.text("user"), auth.text("password")
    if password is None:
        return () if user is None else (user,)
    return user or "", password


def _joined(node: Node, key: str, glue: str) -> str | None:
    found = node.get(key)
    if found is None:
        return None
    if isinstance(found.value, list):
        return glue.join("" if part is None else scalar_text(part) for part in found.value)
    return node.text(key)


def _segments(node: Node) -> tuple[str, ...] | None:
    """Return the path as segments; a segment may hold slashes, and may be `{type, value}` (schema v2.1)."""
    found = node.get("path")
    if found is None:
        return None
    if isinstance(found.value, str):
        return (found.value.removeprefix("/"),)
    if not isinstance(found.value, list):
        node.text("path")
        return None
    return tuple(map(_segment, found.value))


def _segment(part: object) -> str:
    text = part.get("value") if isinstance(part, dict) else part
    return "" if text is None else scalar_text(text)


def _query(node: Node) -> tuple[Param, ...] | None:
    return None if node.get("query") is None else tuple(_params(node, "query", _pairs))


Split = Callable[[Node], Iterator[tuple[str, str | None]]]


def _params(node: Node, key: str, split: Split) -> Iterator[Param]:
    for entry in _entries(node, key, split):
        yield Param(entry.text("key"), _value(entry), entry.location, entry.flag("disabled"))


def _entries(node: Node, key: str, split: Split) -> Iterator[Node]:
    """Yield the entries of a list as objects: a text holds several, an object without `key` is a map of them."""
    found = node.get(key)
    if found is not None and found.is_object and "key" not in found.value:
        for name, value in found.value.items():
            yield Node({"key": name, "value": value}, found.location.child(name), node.problems)
        return
    whole = found is not None and isinstance(found.value, str)
    for entry in (found,) if found is not None and whole else node.elements(key):
        if isinstance(entry.value, str):
            for name, text in split(entry) if whole else _single(entry, split):
                yield Node({"key": name, "value": text}, entry.location, node.problems)
        elif entry.is_object:
            yield entry
        elif entry.value is not None:
            entry.fault(f"expected an object, found {type_name(entry.value)}")


def _value(entry: Node) -> str | None:
    """Return the value of an entry: an object or array is sent as its JSON."""
    value = entry.value.get("value")
    return None if value is None else scalar_text(value)


def _pairs(node: Node) -> Iterator[tuple[str, str | None]]:
    """Yield the `name=value` pairs of a query or form; `&` and `=` within `{{ }}` separate nothing."""
    for match in _PAIR.finditer(node.value.removeprefix("?")):
        if match["name"] or match["value"] is not None:
            yield match["name"], match["value"]


def _single(node: Node, split: Split) -> Iterator[tuple[str, str | None]]:
    """Yield what a text in a list stands for: one pair, as in Postman, whose value may hold `&`."""
    found = list(split(node))
    name = found[0][0] if found else ""
    yield from found[:1] if len(found) < 2 else [(name, node.value[len(name) + 1 :])]


def read_headers(node: Node, key: str) -> tuple[Param, ...]:
    """Return a header list; a string holds one `Name: value` a line."""
    return tuple(_params(node, key, _header_lines))


def _header_lines(node: Node) -> Iterator[tuple[str, str | None]]:
    for line in node.value.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()
        elif line.strip():
            node.warn(f"header line without a colon: {line.strip()}")


def read_auth(node: Node) -> Auth | None:
    """Return the node's own auth; its parameters are a list of `{key, value}` (v2.1) or an object (v2.0).

    One that says no scheme has an empty type: whatever inherits it cannot be signed.
    """
    auth = node.get("auth")
    if auth is None:
        return None
    kind = auth.label("type") if auth.is_object else None
    if not kind:
        return Auth("", (), auth.location)
    return Auth(kind, tuple(_auth_params(auth, kind)), auth.location, auth.flag("isInherited"))


def _auth_params(auth: Node, kind: str) -> Iterator[AuthParam]:
    found = auth.get(kind)
    if found is not None and found.is_object and isinstance(found.value.get("basicConfig"), list):
        # Documentation exports part the parameters into two lists.
        yield from _listed_params(found, "basicConfig")
        yield from _listed_params(found, "advancedConfig")
        return
    if found is not None and found.is_object:
        for key, value in found.value.items():
            yield AuthParam(key, value, found.location.child(key))
        return
    yield from _listed_params(auth, kind)


def _listed_params(node: Node, member: str) -> Iterator[AuthParam]:
    for entry in node.objects(member):
        key = entry.text("key")
        if key is None:
            entry.warn("auth parameter without a `key`: not used")
            continue
        place = entry.location.child("value") if "value" in entry.value else entry.location
        yield AuthParam(key, entry.value.get("value"), place)


def _read_body(request: Node) -> Body | None:
    node = request.get("body")
    if node is None:
        return None
    if not node.is_object:
        if isinstance(node.value, str):
            return Body(node.location, mode="raw", raw=node.value)
        node.fault(f"`body` is {type_name(node.value)}, not an object")
        return None
    mode = _mode(node)
    raw = None if mode in BODY_MODES and mode != "raw" else node.get("raw")
    return Body(
        location=node.location,
        mode=mode,
        raw="" if raw is None else scalar_text(raw.value),
        structured=raw is not None and isinstance(raw.value, dict | list),
        language=_language(node),
        params=tuple(_form_params(node, mode)) if mode in ("urlencoded", "formdata") else (),
        src=_file_src(node) if mode == "file" else None,
        content=_file_content(node) if mode == "file" else None,
        graphql=_graphql(node) if mode == "graphql" else None,
        disabled=node.flag("disabled"),
    )


def _mode(node: Node) -> str | None:
    """Return the file's word for how the body is made: in lower case where it is known, as Postman reads it.

    `none` is no body, as in format v3, where nothing else is said.
    """
    mode = node.text("mode")
    if mode and mode.lower() == "none" and not node.value.get("raw"):
        return None
    return mode.lower() if mode and mode.lower() in BODY_MODES else mode


def _language(node: Node) -> str | None:
    options = node.get("options")
    raw = options.get("raw") if options is not None else None
    return raw.text("language") if raw is not None else None


def _form_params(node: Node, mode: str) -> Iterator[FormParam]:
    for entry in _entries(node, mode, _pairs):
        src = entry.value.get("src")
        yield FormParam(
            key=entry.text("key"),
            value=_value(entry),
            location=entry.location,
            disabled=entry.flag("disabled"),
            is_file=entry.text("type") == "file",
            src=tuple(scalar_text(part) for part in (src if isinstance(src, list) else [src]) if part),
            content_type=entry.text("contentType"),
            file_name=entry.text("fileName"),
            structured=isinstance(entry.value.get("value"), dict | list),
        )


def _file_src(node: Node) -> str | None:
    file = node.get("file")
    if file is None:
        return None
    return file.text("src") if file.is_object else scalar_text(file.value)


def _file_content(node: Node) -> str | None:
    file = node.get("file")
    content = file.value.get("content") if file is not None and file.is_object else None
    return content if isinstance(content, str) else None


def _graphql(node: Node) -> Graphql:
    found = node.get("graphql")
    if found is None or not found.is_object:  # Postman sends `{}`
        return Graphql()
    return Graphql({name: found.value[name] for name in _GRAPHQL_PARTS if name in found.value})


def read_example(node: Node) -> Example:
    """Return the example that `node`, an element of `response`, holds."""
    original = node.get("originalRequest")
    return Example(
        name=node.label("name") or "",
        code=_code(node),
        status=node.label("status"),
        headers=read_headers(node, "header"),
        body=_example_body(node),
        original_request=read_request(original) if original is not None else None,
        location=node.location,
        preview_language=node.label("_postman_previewlanguage"),
        id=node.label("id", "_postman_id"),
        schema=_schema_text(node),
    )


def _schema_text(node: Node) -> str | None:
    schema = node.get("$type")
    return None if schema is None or schema.value == "" else scalar_text(schema.value)


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
