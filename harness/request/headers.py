"""Which headers does a request carry: the file's own, and those that Postman adds by itself?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.collection.model import Param
from harness.errors import InvalidRequest
from harness.variables.render import Renderer

__all__ = ["Headers", "add_implicit", "has_header", "render_headers"]

Headers = list[tuple[str, str]]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")  # RFC 9110, 5.6.2


def has_header(headers: Iterable[tuple[str, str]], name: str) -> bool:
    """Return whether a header of that name is there, whatever its case."""
    return any(key.lower() == name.lower() for key, _ in headers)


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
        if "{{" not in name and not _TOKEN.match(name):
            raise InvalidRequest(f"`{name}` cannot be the name of a header", location=param.location.child("key"))
        if any(character in value for character in "\r\n\0"):
            raise InvalidRequest(f"the value of the header `{name}` holds a line break", location=place)
        if not value and param.value:
            renderer.notes.append(f"the header `{name}` is sent empty, as its variable is")
        headers.append((name, value))
    return headers


def add_implicit(
    headers: Headers, media_type: str | None, behavior: Mapping[str, Any], user_agent: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers with those that Postman sends unless the file gives or disables them.

    `protocolProfileBehavior.disabledSystemHeaders` names the disabled ones
    (https://learning.postman.com/docs/sending-requests/create-requests/headers/). Cache-Control and Postman-Token are
    left out: they say nothing to a server that it needs.
    """
    disabled = behavior.get("disabledSystemHeaders")
    switched_off = {str(name).lower() for name, off in disabled.items() if off} if isinstance(disabled, Mapping) else ()
    implicit = (
        ("Content-Type", media_type),
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Connection", "keep-alive"),
    )
    added = (
        (name, value)
        for name, value in implicit
        if value and name.lower() not in switched_off and not has_header(headers, name)
    )
    return (*headers, *added)
