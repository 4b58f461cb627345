"""What goes out as a request's header lines, and what comes in as a response within its limits?

The two ends of one message; what lies between is the HTTP client's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import httpx

from harness.errors import InvalidRequest, InvalidResponse
from harness.request.prepared import PreparedRequest
from harness.transport.cookies.jar import merged_cookies
from harness.transport.exchange import Headers, Response
from harness.transport.wire import RESPONSE_HEADERS, sole_coding

__all__ = ["encoded", "read_response", "says_length", "sent_headers"]

_KNOWN_CODINGS = frozenset({"gzip", "deflate", "br", "zstd", "compress"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")  # RFC 9110, 5.6.2
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OURS = frozenset({"host", "content-length", "cookie"})
# Postman sends `Content-Length: 0` with every other method, its own ones too (postman-request, request.js).
_WITHOUT_LENGTH = frozenset({"GET", "HEAD", "TRACE", "DELETE", "CONNECT", "OPTIONS"})


def sent_headers(request: PreparedRequest, cookies: str | None) -> Headers:
    """Return the request's headers with Host first, the jar's cookies, and Content-Length where it belongs.

    A Host written by hand stands; a Content-Length does not, as it could only be wrong. Raises `InvalidRequest` for a
    header that cannot be sent.
    """
    by_hand = "; ".join(value for name, value in request.headers if name.lower() == "cookie")
    headers = [("Host", request.header("host") or request.url.authority)]
    headers += [(name, value.strip(" \t")) for name, value in request.headers if name.lower() not in _OURS]
    if cookie := merged_cookies(by_hand, cookies):
        headers.append(("Cookie", cookie))
    if says_length(request) and request.header("transfer-encoding") is None:
        headers.append(("Content-Length", str(len(request.body.content))))
    for name, value in headers:
        _check(name, value, request)
    return tuple(headers)


def says_length(request: PreparedRequest) -> bool:
    """Return whether the request goes out with a Content-Length, be it 0."""
    return bool(request.body.content) or request.method.upper() not in _WITHOUT_LENGTH


def _check(name: str, value: str, request: PreparedRequest) -> None:
    if not _TOKEN.match(name):
        raise InvalidRequest(f"`{name!r}` cannot be the name of a header", location=request.location)
    if _FORBIDDEN.search(value):
        raise InvalidRequest(
            f"the value of the header `{name}` holds a line break or another control character",
            location=request.location,
        )


def encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return the headers as bytes: text beyond ASCII as Latin-1, as Postman sends it, and what is beyond that as UTF-8.

    Postman cannot send the latter at all.
    """
    return [(name.encode("ascii"), _bytes(value)) for name, value in headers]


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def read_response(answer: httpx.Response, limit: int, supported: frozenset[str]) -> Response:
    """Return the whole answer. Raises `InvalidResponse` for one that is too large or in an encoding we do not know.

    `supported` are the content codings that httpx undoes here. A Content-Encoding that is none at all, such as
    `utf-8`, is common and ignored, as browsers do.
    """
    raw_headers = answer.extensions[RESPONSE_HEADERS]
    body = _read_body(answer, limit)
    wire_size = answer.num_bytes_downloaded
    coding = sole_coding(raw_headers)
    if wire_size and coding not in supported and _KNOWN_CODINGS.intersection(coding.split(", ")):
        raise InvalidResponse(
            f"the body is encoded as `{coding[:100]}`, which is not supported",
            hint=f"ask for one that is: `Accept-Encoding: {', '.join(sorted(supported))}`",
        )
    return Response(
        status=answer.status_code,
        reason=answer.extensions.get("reason_phrase", b"").decode("latin-1"),
        headers=_decoded(raw_headers),
        set_cookies=tuple(bytes(value) for name, value in raw_headers if name.lower() == b"set-cookie"),
        body=body,
        http_version=answer.extensions.get("http_version", b"HTTP/1.1").decode("ascii", "replace"),
        wire_size=wire_size,
    )


def _read_body(answer: httpx.Response, limit: int) -> bytes:
    pieces = []
    size = 0
    for piece in answer.iter_bytes():
        pieces.append(piece)
        size += len(piece)
        if max(size, answer.num_bytes_downloaded) > limit:
            raise InvalidResponse(f"the body is larger than {_amount(limit)}")
    return b"".join(pieces)


def _amount(size: int) -> str:
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:g} {unit}"
    return f"{size} bytes"


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), _text(value)) for name, value in headers)


def _text(value: bytes) -> str:
    """Return a header's value: UTF-8 where it is, as servers send it today, else Latin-1, as HTTP once said."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
