"""Which characters of a URL or form go out percent-encoded?

Postman's sets (npm postman-url-encoder 3.0.8): like the WHATWG's, with `'` in queries; what is encoded already stays.
"""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["encode_form", "encode_path", "encode_query", "in_query", "utf8"]

_UNRESERVED = "".join(map(chr, range(0x21, 0x7F)))


def _all_but(characters: str) -> str:
    return "".join(character for character in _UNRESERVED if character not in characters)


_QUERY_SAFE = _all_but("\"#'<>")
_PATH_SAFE = _all_but('"<>`#?{}')
# For `disableUrlEncoding`. Node sends é as one byte then, and refuses a blank; a request line is ASCII (RFC 9112, 3.2).
_KEPT_IN_PATH = _all_but("?#")
_KEPT_IN_QUERY = _all_but("#")
_IN_NAME = str.maketrans({"&": "%26", "#": "%23", "=": "%3D"})
_IN_VALUE = str.maketrans({"&": "%26", "#": "%23"})


def utf8(text: str) -> bytes:
    """Return a text as UTF-8; what is no character, half a surrogate pair, becomes U+FFFD as in Node."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def in_query(text: str, *, name: bool = False) -> str:
    """Return the value (or name) of a query parameter with what would end it encoded, and nothing else."""
    return text.translate(_IN_NAME if name else _IN_VALUE)


def encode_path(text: str, *, encode: bool = True) -> str:
    """Return a path with what cannot stand in it encoded as UTF-8.

    Without `encode` only that is which would end it or cannot stand in a request line.
    """
    return quote(utf8(text), safe=_PATH_SAFE if encode else _KEPT_IN_PATH)


def encode_query(text: str, *, encode: bool = True) -> str:
    """Return a whole query as `encode_path` returns a path; `&`, `=` and `+` stay."""
    return quote(utf8(text), safe=_QUERY_SAFE if encode else _KEPT_IN_QUERY)


def encode_form(text: str) -> str:
    """Return a name or value of an urlencoded body: Node's querystring, and `!'()*` encoded too (RFC 3986)."""
    return quote(utf8(text), safe="")
