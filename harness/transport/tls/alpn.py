"""The version of HTTP that is agreed on when a TLS connection is opened (ALPN, RFC 7301)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any, Literal, cast

from harness.collection.behavior import word
from harness.errors import InvalidRequest, InvalidResponse

__all__ = ["HttpVersion", "no_http2", "version_notes", "wanted_version"]

HttpVersion = Literal["http1", "http2", "auto"]
"""HTTP/1.1, HTTP/2 and nothing else, or HTTP/2 where the server speaks it."""

_SWITCH = "protocolVersion"
_INSTALL = "pip install 'postman-harness[http2]'"


def wanted_version(behavior: Mapping[str, Any], *, offered: bool) -> HttpVersion:
    """Return the version of an item: what its `protocolVersion` says, else whether the call has HTTP/2 `offered`.

    Raises `InvalidRequest` where it must be HTTP/2 and what speaks it is not installed.
    """
    wanted = cast(HttpVersion, word(behavior, _SWITCH, "auto" if offered else "http1"))
    if wanted == "http1" or _is_there():
        return wanted
    if wanted == "auto":
        return "http1"
    raise InvalidRequest(f"`{_SWITCH}` is http2, which needs packages that are not installed", hint=_INSTALL)


def version_notes(behavior: Mapping[str, Any], scheme: str) -> Iterator[str]:
    """Yield what an item's `protocolVersion` asks for that will not be done."""
    wanted = word(behavior, _SWITCH, "http1")
    if wanted == "http2" and scheme != "https":
        yield f"`{_SWITCH}` is http2, which is spoken over TLS only: sent as HTTP/1.1"
    elif wanted == "auto" and scheme == "https" and not _is_there():
        yield f"`{_SWITCH}` is auto: without the extra [http2] only HTTP/1.1 is offered"


def no_http2() -> InvalidResponse:
    """Return the error of a server that does not speak HTTP/2 although it must."""
    return InvalidResponse(f"the server does not speak HTTP/2, which `{_SWITCH}` asks for", hint="`auto` speaks either")


def _is_there() -> bool:
    try:
        return all(find_spec(package) is not None for package in ("h2", "httpcore"))
    except ValueError:  # it is kept from being imported
        return False
