"""Which characters of a URL or form go out percent-encoded?

Postman's sets (npm postman-url-encoder 3.0.8): like the WHATWG's, with `'` in queries; what is encoded already stays.
"""

from __future__ import annotations

from urllib.parse import quote

import idna

__all__ = ["encode_form", "encode_host", "encode_path", "encode_query"]

_UNRESERVED = "".join(map(chr, range(0x21, 0x7F)))


def _all_but(characters: str) -> str:
    return "".join(character for character in _UNRESERVED if character not in characters)


_QUERY_SAFE = _all_but("\"#'<>")
_PATH_SAFE = _all_but('"<>`#?{}')


def encode_path(text: str) -> str:
    """Return a path with what cannot stand in it encoded as UTF-8."""
    return quote(text, safe=_PATH_SAFE, errors="surrogatepass")


def encode_query(text: str) -> str:
    """Return a whole query with what cannot stand in it encoded as UTF-8; `&`, `=` and `+` stay."""
    return quote(text, safe=_QUERY_SAFE, errors="surrogatepass")


def encode_form(text: str) -> str:
    """Return a name or value of an urlencoded body: Node's querystring, and `!'()*` encoded too (RFC 3986)."""
    return quote(text, safe="", errors="surrogatepass")


def encode_host(text: str) -> str:
    """Return a host name in lower case and ASCII (UTS #46). Raises `ValueError` when it cannot be one."""
    host = text.strip().lower()
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1]
    if not host.isascii():
        try:
            return idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(str(error)) from error
    wrong = [character for character in host if character in ' <>"{}|\\^`%/?#@[]\t\r\n:' or not character.isprintable()]
    if wrong:
        raise ValueError(f"{wrong[0]!r} cannot stand in a host name")
    return host
