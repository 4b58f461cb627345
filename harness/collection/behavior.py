"""The switches of a collection for the way a request is sent (`protocolProfileBehavior`), and what they may say.

`SETTINGS` is all that Postman knows: what its runtime reads
(https://github.com/postmanlabs/postman-runtime/blob/develop/docs/protocol-profile-behavior.md) and what the settings of
a request in its app write beside that
(https://learning.postman.com/docs/sending-requests/create-requests/request-settings/). The switches stay as the file
has them, since one that is closer wins whatever it says; who reads them asks `flag`, `count` and the like, for which a
value of another type says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from harness.collection.reader import Node, type_name

__all__ = ["MAX_REDIRECTS", "SETTINGS", "Kind", "count", "flag", "misread", "names", "read_behavior", "word"]

Kind = Literal["flag", "count", "names", "headers", "protocol"]

SETTINGS: Mapping[str, Kind] = {
    "disableBodyPruning": "flag",
    "disableCookies": "flag",
    "disableUrlEncoding": "flag",
    "disabledSystemHeaders": "headers",
    "followAuthorizationHeader": "flag",
    "followOriginalHttpMethod": "flag",
    "followRedirects": "flag",
    "insecureHTTPParser": "flag",
    "maxRedirects": "count",
    "protocolVersion": "protocol",
    "removeRefererHeaderOnRedirect": "flag",
    "strictSSL": "flag",
    "tlsCipherSelection": "names",
    "tlsDisabledProtocols": "names",
    "tlsPreferServerCiphers": "flag",
    "useWhatWGUrlParser": "flag",
}
"""Every switch, and what its value is."""
MAX_REDIRECTS = 100
"""So many are followed whatever the collection says: an endless chain would only end by the time-out."""

_WANTED: Mapping[Kind, str] = {
    "flag": "true or false",
    "count": "a whole number, 0 or more",
    "names": "an array of names",
    "headers": "an object of header names",
    "protocol": "http1, http2 or auto",
}
_PROTOCOLS = ("http1", "http2", "auto")


def read_behavior(node: Node, inherited: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the switches of a node over those that it inherits; what cannot be made sense of is a warning."""
    own = node.get("protocolProfileBehavior")
    if own is None:
        return dict(inherited or {})
    if not own.is_object:
        own.warn(f"`protocolProfileBehavior` is {type_name(own.value)}, not an object: not heeded")
        return dict(inherited or {})
    for name, value in own.value.items():
        fault = misread(name, value)
        if fault is not None:
            Node(value, own.location.child(name), own.problems).warn(f"{fault}: not heeded")
    return {**(inherited or {}), **own.value}


def misread(name: str, value: Any) -> str | None:
    """Return why the value of a switch says nothing, or None; null takes back what was inherited."""
    kind = SETTINGS.get(name)
    if kind is None or value is None or _fits(kind, value):
        return None
    shown = f"`{value}`" if isinstance(value, str | int | float) and not isinstance(value, bool) else type_name(value)
    return f"`{name}` is {shown[:60]}, not {_WANTED[kind]}"


def _fits(kind: Kind, value: Any) -> bool:
    match kind:
        case "flag":
            return isinstance(value, bool)
        case "count":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "names":
            return isinstance(value, list) and all(isinstance(name, str) for name in value)
        case "headers":
            return isinstance(value, Mapping)
        case "protocol":
            return value in _PROTOCOLS


def flag(behavior: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """Return a switch that is true or false."""
    value = behavior.get(name)
    return value if isinstance(value, bool) else default


def count(behavior: Mapping[str, Any], name: str, default: int) -> int:
    """Return a switch that is a number."""
    value = behavior.get(name)
    return value if isinstance(value, int) and _fits("count", value) else default


def names(behavior: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """Return a switch that is a list of names; None where there is none."""
    value = behavior.get(name)
    return tuple(value) if isinstance(value, list) and _fits("names", value) else None


def word(behavior: Mapping[str, Any], name: str, default: str) -> str:
    """Return a switch that is one of a few words."""
    value = behavior.get(name)
    return value if isinstance(value, str) and misread(name, value) is None else default
