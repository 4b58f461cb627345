"""How does a request of format v1 read as one of format v2.1: URL, headers, body and auth?

What is done in which case follows postman-collection-transformer (`converter-v1-to-v2.js`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from harness.collection.formats.shape import list_of, members_of, object_of, renamed, text_of
from harness.collection.reader import Node

__all__ = ["convert_auth", "convert_request", "stored_value"]

_MODES = {"binary": "file", "graphql": "graphql", "params": "formdata", "raw": "raw", "urlencoded": "urlencoded"}
_HELPERS = {
    "apikeyAuth": "apikey",
    "asapAuth": "asap",
    "awsSigV4": "awsv4",
    "basicAuth": "basic",
    "bearerAuth": "bearer",
    "digestAuth": "digest",
    "edgegridAuth": "edgegrid",
    "hawkAuth": "hawk",
    "jwtAuth": "jwt",
    "ntlmAuth": "ntlm",
    "oAuth1": "oauth1",
    "oAuth2": "oauth2",
}
_ATTRIBUTES = {
    "oauth1": {"header": "addParamsToHeader", "auto": "autoAddParam", "includeEmpty": "addEmptyParamsToSign"},
    "hawk": {"hawk_id": "authId", "hawk_key": "authKey", "ext": "extraData", "app": "appId", "dlg": "delegation"},
}
# What of a helper's attributes is a parameter; the rest is what the app kept beside them, for other helpers or itself.
_NAMES = {
    "apikey": "key value in",
    "asap": "exp claims sub privateKey kid aud iss alg",
    "basic": "username password",
    "bearer": "token",
    "digest": "algorithm username realm password nonce nonceCount clientNonce opaque qop disableRetryRequest",
    "edgegrid": "clientToken clientSecret accessToken headersToSign nonce timestamp baseURL maxBodySize",
    "hawk": "authId authKey algorithm user nonce extraData appId delegation timestamp",
    "jwt": "algorithm isSecretBase64Encoded payload addTokenTo headerPrefix queryParamKey header",
    "ntlm": "username password domain workstation disableRetryRequest",
    "oauth1": "consumerKey consumerSecret token tokenSecret signatureMethod timestamp nonce version realm "
    "addParamsToHeader autoAddParam addEmptyParamsToSign",
    "oauth2": "accessToken addTokenTo callBackUrl authUrl accessTokenUrl clientId clientSecret clientAuth grantType "
    "scope username password tokenType redirectUri refreshToken",
}
_HEADER_LINE = re.compile(r"^[ \t]*(?P<off>//[ \t]*)?(?P<key>[^\s:]+)[ \t]*:(?P<value>[^\r\n]*)", re.MULTILINE)


def convert_request(request: Node) -> Node:
    """Return a v1 request, or one within a saved response, in the shape of format v2.1."""
    members = {
        "method": request.get("method"),
        "url": _url(request),
        "header": _headers(request),
        "body": _body(request),
        "auth": convert_auth(request),
        "description": request.get("description"),
    }
    return object_of(request, members)


def stored_value(node: Node) -> Node:
    """Return the value that a string holds as JSON, at its place; the string itself when it holds none."""
    try:
        value = json.loads(node.value)
    except (ValueError, RecursionError):
        return node
    return text_of(node, value)


def _url(request: Node) -> Node | None:
    url = request.get("url")
    query = [_enabled(entry) for entry in request.objects("queryParams")]
    variables = [*_path_variables(request)]
    if url is None or not isinstance(url.value, str) or not (query or variables):
        return url
    members = {
        "raw": url,
        "query": list_of(request, query) if query else None,
        "variable": list_of(request, variables) if variables else None,
    }
    return object_of(url, members)


def _path_variables(request: Node) -> Iterator[Node]:
    """Yield the newer `pathVariableData`, then what only the older `pathVariables` (an object by name) has."""
    known = set()
    for entry in request.objects("pathVariableData"):
        known.add(entry.text("key"))
        yield entry
    older = request.get("pathVariables")
    if older is not None and older.is_object:
        for key, value in older.value.items():
            if key not in known:
                place = Node(value, older.location.child(key), older.problems)
                yield object_of(place, {"key": text_of(place, key), "value": place})


def _enabled(entry: Node) -> Node:
    """Return a parameter with `disabled` for what v1 writes as `enabled`, and `equals` taken into its value."""
    members = members_of(entry)
    enabled, equals = members.pop("enabled", None), members.pop("equals", None)
    if enabled is not None and enabled.value is False:
        members["disabled"] = text_of(enabled, True)
    value = members.get("value")
    if equals is not None and (value is None or not value.value):
        members["value"] = text_of(value or equals, "" if equals.value else None)
    return object_of(entry, members)


def _headers(request: Node) -> Node | None:
    """Return the headers: an array as it is, else those of `headerData`, then those that only the string has."""
    headers = request.get("headers")
    if headers is not None and isinstance(headers.value, list):
        return headers
    found = [_header(entry) for entry in request.objects("headerData")]
    known = {key for header in found if isinstance(key := header.value.get("key"), str)}
    if headers is not None and isinstance(headers.value, str):
        found += [header for header in _header_lines(headers) if header.value["key"] not in known]
    return list_of(request, found)


def _header(entry: Node) -> Node:
    """Return a header whose name begins with `//`, as the app wrote those switched off, as a disabled one."""
    header = _enabled(entry)
    key = header.value.get("key")
    if not isinstance(key, str) or not key.startswith("//"):
        return header
    members = members_of(header)
    place = header.location.child("key")
    members["key"] = Node(key.removeprefix("//").strip(), place, header.problems)
    members["disabled"] = Node(True, place, header.problems)
    return object_of(entry, members)


def _header_lines(headers: Node) -> Iterator[Node]:
    for match in _HEADER_LINE.finditer(headers.value):
        value = match["value"].strip()
        start = match.start("value") + match["value"].find(value)
        key_place = headers.location.within(*match.span("key"))
        yield object_of(
            Node(None, headers.location.within(*match.span()), headers.problems),
            {
                "key": Node(match["key"], key_place, headers.problems),
                "value": Node(value, headers.location.within(start, start + len(value)), headers.problems),
                "disabled": Node(True, key_place, headers.problems) if match["off"] else None,
            },
        )


def _body(request: Node) -> Node | None:
    mode, data = request.get("dataMode"), request.get("data")
    raw, graphql = request.get("rawModeData"), request.get("graphqlModeData")
    kind = _MODES.get(mode.value) if mode is not None and isinstance(mode.value, str) else None
    if mode is not None and kind is None:
        mode.warn(f"unknown `dataMode`: {mode.value!r}")
    written_null = "dataMode" in request.value and mode is None
    if written_null or (kind is None and not any(node is not None and node.value for node in (data, raw, graphql))):
        return None
    text = _raw_text(raw)
    options = request.get("dataOptions")
    if graphql is None or not graphql.value:
        in_data = options is not None and options.get("graphql") is not None and data is not None and bool(data.value)
        graphql = data if in_data else None
    form = data if data is not None and data.value != "" else raw
    if kind is None:
        in_form = text is None and form is not None and isinstance(form.value, list)
        kind = "formdata" if in_form else "graphql" if text is None and graphql is not None else "raw"
    members = {"mode": text_of(mode or request, kind), "options": _options(options)}
    if kind == "raw":
        members["raw"] = text or (data if data is not None and isinstance(data.value, str) else text_of(request, ""))
    elif kind == "graphql":
        members["graphql"] = graphql
    elif kind == "file":
        members["file"] = object_of(raw or request, {"src": text})
    elif form is not None:
        key = "data" if form is data else "rawModeData"
        fields = _fields(request, key) if isinstance(form.value, list) else ()
        as_text = isinstance(form.value, str) and kind == "urlencoded"
        members[kind] = form if as_text else list_of(form, fields)
    if request.flag("dataDisabled"):
        members["disabled"] = text_of(request, True)
    return object_of(request, members)


def _raw_text(raw: Node | None) -> Node | None:
    """Return the raw text, which some files wrap in an array of one."""
    if raw is None or isinstance(raw.value, str):
        return raw if raw is not None and raw.value else None
    if isinstance(raw.value, list) and len(raw.value) == 1 and isinstance(raw.value[0], str):
        return Node(raw.value[0], raw.location.child(0), raw.problems)
    return None


def _options(options: Node | None) -> Node | None:
    return None if options is None or not options.is_object else renamed(options, _MODES)


def _fields(request: Node, key: str) -> Iterator[Node]:
    for entry in request.elements(key):
        if entry.is_object and entry.value.get("key") is not None:
            yield _field(entry)
        elif entry.is_object:  # where it is none, it is a text that has been left there
            entry.warn("form field without a `key`: left out, as in Postman")


def _field(entry: Node) -> Node:
    """Return a form field; a file's paths stand in `value` in old files."""
    converted = _enabled(entry)
    value = entry.get("value")
    if entry.value.get("type") != "file" or entry.value.get("src") or value is None:
        return converted
    return object_of(entry, {**members_of(converted), "value": None, "src": value})


def convert_auth(node: Node, *, of_collection: bool = False) -> Node | None:
    """Return the auth, from `auth` or the older helper; `normal` and none are inherited, as in Postman's converter."""
    helper = node.get("currentHelper")
    attributes = node.get("helperAttributes")
    legacy = "currentHelper" in node.value or (attributes is not None and bool(attributes.value))
    if not legacy:
        auth = node.get("auth")
        return None if of_collection and auth is not None and _is_noauth(auth) else auth
    if helper is None or helper.value == "normal":
        return None
    name = helper.text("name") if helper.is_object else str(helper.value)
    kind = _HELPERS.get(name or "", name or "")
    if attributes is not None and isinstance(attributes.value, str):
        attributes = stored_value(attributes)
        if not attributes.is_object:
            attributes.warn("`helperAttributes` is no JSON: the auth is inherited, as in Postman")
            return None
    members: dict[str, Node | None] = {"type": text_of(helper, kind)}
    if attributes is not None and attributes.is_object:
        members[kind] = _parameters(renamed(attributes, _ATTRIBUTES.get(kind, {})), kind)
    return object_of(helper, members)


def _is_noauth(auth: Node) -> bool:
    return auth.is_object and auth.value.get("type") == "noauth"


def _parameters(attributes: Node, kind: str) -> Node:
    known = _NAMES[kind].split() if kind in _NAMES else [key for key in attributes.value if key != "id"]
    value: dict[str, Any] = {key: found for key, found in attributes.value.items() if key in known}
    return Node(value, attributes.location, attributes.problems)
