"""Which headers does a request carry: the file's own, and those that Postman adds by itself?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.collection.model import Param
from harness.errors import InvalidRequest
from harness.location import Location
from harness.request.grammar import is_token
from harness.request.prepared import PreparedBody
from harness.variables.render import Renderer

__all__ = ["Headers", "add_implicit", "check_header", "disabled_headers", "fit_form_type", "render_headers"]

Headers = list[tuple[str, str]]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110, 5.5
_FORM_TYPES = {
    "urlencoded": re.compile(r"application/x-www-form-urlencoded\b", re.IGNORECASE),
    "formdata": re.compile(r'multipart/form-data;.*boundary="?[^";\s]', re.IGNORECASE),
}


def render_headers(params: Iterable[Param], renderer: Renderer) -> Headers:
    """Return the enabled headers with their placeholders filled in.

    Raises `InvalidRequest` for a name or value that cannot stand in a header.
    """
    headers: Headers = []
    for param in params:
        if param.disabled:
            continue
        name = renderer.text(param.key or "", param.location.child("key")).strip()
        place = param.location.child("value")
        value = renderer.value((param.value or "").strip(), place).strip()
        if not name:
            if value:
                renderer.notes.append("a header without a name is not sent")
            continue
        if not renderer.faults:  # a request that lacks a value is not sent anyway
            check_header(name, value, param.location.child("key"), place)
        if not value and param.value:
            renderer.notes.append(f"the header `{name}` is sent empty, as its variable is")
        headers.append((name, value))
    return headers if len({name.lower() for name, _ in headers}) == len(headers) else _repeated(headers, renderer)


def _repeated(headers: Headers, renderer: Renderer) -> Headers:
    """Return headers of one name side by side, as Node.js sends them; of several spellings only the last is sent."""
    spellings = {name.lower(): name for name in dict.fromkeys(name for name, _ in headers)}
    sent: dict[str, Headers] = {}
    for name, value in headers:
        sent.setdefault(name.lower(), [])
        if spellings[name.lower()] == name:
            sent[name.lower()].append((name, value))
        else:
            renderer.notes.append(f"the header `{name}` is not sent: `{spellings[name.lower()]}` stands in its place")
    return [pair for pairs in sent.values() for pair in pairs]


def check_header(name: str, value: str, name_place: Location, value_place: Location) -> None:
    """Raise `InvalidRequest` for a name or value that cannot stand in a header."""
    if not is_token(name):
        raise InvalidRequest(f"`{name}` cannot be the name of a header", location=name_place)
    found = _CONTROL.search(value)
    if found is not None:
        what = "a line break" if found[0] in "\r\n" else f"a control character ({found[0]!r})"
        raise InvalidRequest(f"the value of the header `{name}` holds {what}", location=value_place)


def fit_form_type(headers: Headers, body: PreparedBody, renderer: Renderer) -> Headers:
    """Return the headers with a Content-Type that a form can be read by, as Postman's client makes sure of.

    One by hand of another media type, or of form data without its boundary, gives way, unless the file disables the
    system's own (postman-request, `allowContentTypeOverride`).
    """
    fits = _FORM_TYPES.get(body.mode or "")
    if fits is None or body.media_type is None:
        return headers
    fitted = []
    for name, value in headers:
        if name.lower() == "content-type" and not fits.match(value):
            renderer.notes.append(f"the Content-Type `{value}` does not fit the body; `{body.media_type}` is sent")
            fitted.append((name, body.media_type))
        else:
            fitted.append((name, value))
    return fitted


def disabled_headers(behavior: Mapping[str, Any]) -> frozenset[str]:
    """Return the names, in lower case, of the headers that the client is not to add by itself.

    `protocolProfileBehavior.disabledSystemHeaders` names them
    (https://learning.postman.com/docs/sending-requests/create-requests/headers/).
    """
    disabled = behavior.get("disabledSystemHeaders")
    if not isinstance(disabled, Mapping):
        return frozenset()
    return frozenset(str(name).lower() for name, off in disabled.items() if off)


def add_implicit(
    headers: Headers, media_type: str | None, disabled: frozenset[str], user_agent: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers with those that Postman sends unless the file gives or disables them.

    Cache-Control and Postman-Token are left out: they say nothing to a server that it needs.
    """
    present = disabled.union(name.lower() for name, _ in headers)
    implicit = (
        ("Content-Type", media_type),
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Connection", "keep-alive"),
    )
    added = ((name, value) for name, value in implicit if value and name.lower() not in present)
    return (*headers, *added)
