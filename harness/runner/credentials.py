"""Which values of a run must never be shown?"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from urllib.parse import parse_qsl, unquote

from harness.collection.model import Item
from harness.redaction.redactor import Redactor, is_secret_name
from harness.request.prepared import PreparedRequest
from harness.transport.cookies.cookie import octets
from harness.transport.exchange import Exchange
from harness.variables.scope import Value, VariableScope

__all__ = ["add_answer_secrets", "add_request_secrets", "add_scope_secrets", "add_typed_secrets", "add_value"]

_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})
_SECRET_PARAMETERS = frozenset({"value", "secretKey", "authKey"})
"""Parameters of auth schemes that hold a secret, beside those that are named like one."""
_SHORTEST_OBTAINED = 8
_MOST_SEARCHED = 65_536
_TEXT = rb'"\s{0,40}:\s{0,40}"((?:[^"\\]|\\.)+)"'
_NAMED = re.compile(rb'"([\w .-]{0,60}(?:token|secret|passw|key)[\w .-]{0,60})' + _TEXT, re.IGNORECASE)
_OBTAINED = re.compile(rb'"(access_?token|refresh_?token|id_?token|client_?secret)' + _TEXT, re.IGNORECASE)
"""What RFC 6749, 7591 and OpenID Connect call the credentials that a server hands out."""
_HINTS = (b"oken", b"ecret", b"assw", b"key", b"Key", b"OKEN", b"ECRET", b"ASSW", b"KEY")
_SESSION = re.compile(r"sess|sid\Z|auth|token|jwt|csrf|xsrf|login", re.IGNORECASE)
"""Names of cookies that let their bearer in."""


def add_scope_secrets(redactor: Redactor, scope: VariableScope, names: Iterable[str]) -> None:
    """Hand over the secrets among the variables: marked ones, those of `names`, and those that are named like one."""
    wanted = frozenset(names)
    for name, value in scope.items():
        add_value(redactor, name, value, wanted)


def add_request_secrets(redactor: Redactor, request: PreparedRequest) -> None:
    """Hand over the credentials a request was signed with, and those that stand in it by hand: in a header or field."""
    for credential in request.credentials:
        redactor.add(credential)
    for secret in request.fleeting:
        redactor.add_fleeting(secret)
    for name, value in request.headers:
        if name.lower() in _AUTHORIZATION and any(secret in unquote(value) for secret in request.fleeting):
            redactor.add_fleeting(value.partition(" ")[2].strip() or value)
        else:
            _add_header(redactor, name, value)
    for name, value in _fields(request):
        redactor.add_named(name, value)


def add_typed_secrets(redactor: Redactor, item: Item) -> None:
    """Hand over what is typed into a request that cannot be put together: its lines are quoted all the same."""
    for parameter in item.auth.params if item.auth is not None else ():
        if isinstance(parameter.value, str) and (is_secret_name(parameter.key) or parameter.key in _SECRET_PARAMETERS):
            _add_typed(redactor.add, parameter.value, parameter.key)
    for header in item.request.headers:
        _add_typed(partial(_add_header, redactor, header.key or ""), header.value or "")
    body = item.request.body
    fields = [*parse_qsl((item.request.url.raw or "").partition("?")[2])]
    fields += [(field.key or "", field.value or "") for field in body.params] if body is not None else ()
    fields += _members(_NAMED, body.raw.encode("utf-8", "replace")[:_MOST_SEARCHED]) if body is not None else ()
    for name, value in fields:
        _add_typed(partial(redactor.add_named, name), value)


def _add_typed(add: Callable[..., None], value: str, *more: str) -> None:
    if "{{" not in value:
        add(value, *more)


def _add_header(redactor: Redactor, name: str, value: str) -> None:
    if name.lower() in _AUTHORIZATION:
        _add_authorization(redactor, value)
    elif name.lower() == "cookie":
        for pair in value.split(";"):
            _add_cookie(redactor, pair, marked=False)
    else:
        redactor.add_named(name, value)


def add_answer_secrets(redactor: Redactor, exchange: Exchange) -> None:
    """Hand over the credentials that a server gave: tokens as OAuth names them, and the cookies of a session."""
    for response in (exchange.response, *(hop.response for hop in exchange.redirects)):
        for name, value in response.headers:
            if name.lower() == "set-cookie":
                pair, _, attributes = value.partition(";")
                _add_cookie(redactor, pair, marked="httponly" in attributes.lower())
        for name, value in _members(_OBTAINED, response.body):
            if len(value) >= _SHORTEST_OBTAINED:
                redactor.add(value, name)


def _add_authorization(redactor: Redactor, value: str) -> None:
    scheme, _, credentials = value.partition(" ")
    redactor.add(credentials.strip() or value)
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:
            return
        redactor.add(password or user)  # an API key often is the user, with no password


def _fields(request: PreparedRequest) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the query, of a form, and of what in a JSON body is named like a secret."""
    if request.url.query:
        yield from parse_qsl(request.url.query)
    for part in request.body.parts:
        if not part.is_file:
            yield part.name, part.value
    if request.body.mode == "raw":
        yield from _members(_NAMED, request.body.content[:_MOST_SEARCHED])


def _members(pattern: re.Pattern[bytes], body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the members of JSON objects that a pattern finds, wherever they stand."""
    if any(part in body for part in _HINTS):
        for match in pattern.finditer(body):
            with suppress(ValueError):
                yield match[1].decode(), json.loads(b'"' + match[2] + b'"', strict=False)


def _add_cookie(redactor: Redactor, pair: str, *, marked: bool) -> None:
    """Hand over a cookie that is `marked` as none for scripts, or named like one that lets its bearer in."""
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals:
        name, value = "", name
    value = value.strip('"')
    if (marked or _SESSION.search(name)) and len(value) >= _SHORTEST_OBTAINED and not value.isalpha():
        redactor.add(value, name or "cookie")
        if not value.isascii():
            redactor.add(octets(value), name or "cookie")  # as it goes back, an octet in each character


def add_value(redactor: Redactor, name: str, value: Value, wanted: frozenset[str]) -> None:
    """Hand over one variable's value if it is a secret."""
    if value.secret or name in wanted:
        redactor.add(value.text, name)
        for part in value.parts:  # `Bearer {{$env.TOKEN}}`: the token is a secret by itself
            redactor.add(part, name)
    else:
        redactor.add_named(name, value.text)
