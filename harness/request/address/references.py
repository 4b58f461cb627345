"""Which URL does a reference mean, such as the value of a Location header, seen from the URL that was asked?

As browsers read it (WHATWG URL Standard, 4.4, for http and https): backslashes are slashes, blanks around it and line
breaks within it are nothing, and `.` and `..` are resolved, percent-encoded ones too. Pure: knows no requests.
"""

from __future__ import annotations

import re

from harness.request.address.host import read_authority
from harness.request.encoding import encode_path, encode_query
from harness.request.prepared import RequestUrl

__all__ = ["ForeignScheme", "resolve"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(.*)", re.DOTALL)
_AROUND = "".join(map(chr, range(0x21)))  # C0 controls and the blank
_WITHIN = str.maketrans("", "", "\t\r\n")
_DOT = frozenset({".", "%2e"})
_DOTS = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


class ForeignScheme(ValueError):
    """The reference is a URL, but neither http nor https; the message is its scheme."""


def resolve(base: RequestUrl, reference: str, *, encode: bool = True) -> RequestUrl:
    """Return the URL that `reference` means at `base`, without its fragment, user and password.

    Without `encode` (`disableUrlEncoding`) only what HTTP cannot carry is encoded. Raises `ForeignScheme`, and
    `ValueError` for what is no URL: its words go on after "the URL has".
    """
    text = reference.strip(_AROUND).translate(_WITHIN).partition("#")[0]
    text, question, query = text.partition("?")
    scheme, rest = base.scheme, text
    absolute = _SCHEME.fullmatch(text)
    if absolute is not None:
        scheme, rest = absolute[1].lower(), absolute[2]
        if scheme not in ("http", "https"):
            raise ForeignScheme(scheme)
    rest = rest.replace("\\", "/")
    encoded = encode_query(query, encode=encode) if question else None
    if rest.startswith("//") or scheme != base.scheme:
        authority, slash, path = rest.lstrip("/").partition("/")
        host, port, _ = read_authority(authority)
        return RequestUrl(scheme, host, port, encode_path(_without_dots(slash + path), encode=encode), encoded)
    if not rest:
        return RequestUrl(scheme, base.host, base.port, base.path, encoded if question else base.query)
    path = rest if rest.startswith("/") else base.path.rpartition("/")[0] + "/" + rest
    return RequestUrl(scheme, base.host, base.port, encode_path(_without_dots(path), encode=encode), encoded)


def _without_dots(path: str) -> str:
    """Return a path with its `.` and `..` resolved (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    *folders, last = path.removeprefix("/").split("/")
    for segment in (*folders, last):
        if segment.lower() in _DOTS:
            del kept[-1:]
        elif segment.lower() not in _DOT:
            kept.append(segment)
    if last.lower() in _DOT | _DOTS:
        kept.append("")
    return "/" + "/".join(kept)
