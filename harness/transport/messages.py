"""What goes out as a request's header lines, and what comes in as a response within its limits?

The two ends of one message; what lies between is the HTTP client's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.errors import InvalidRequest, InvalidResponse
from harness.request.grammar import is_token
from harness.request.prepared import PreparedRequest
from harness.transport.coding.decode import decoded, is_known
from harness.transport.cookies.jar import merged_cookies
from harness.transport.exchange import Headers, Response
from harness.transport.trip import Trip
from harness.transport.wire.answer import Answer
from harness.transport.wire.faults import BadAnswer

__all__ = ["encoded", "read_response", "says_length", "sent_headers"]

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
    if not is_token(name):
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


def read_response(answer: Answer, limit: int, trip: Trip) -> Response:
    """Return the whole answer. Raises `InvalidResponse` for one that is too large, and what reading it raises.

    A Content-Encoding that nobody knows is left as it is, with a note; many servers name a charset there.
    """
    received = _Received(limit)
    pieces = received.counted(answer.body)
    codings = _content_codings(answer.headers)
    unknown = next((coding for coding in codings if not is_known(coding)), None)
    body = b"".join(received.within(decoded(pieces, _undoable(answer, [] if unknown else codings)), trip))
    if unknown is not None and body:
        trip.notes.append(f"the Content-Encoding `{unknown[:100]}` is not known: the body is as it was received")
    return Response(
        status=answer.status,
        reason=answer.reason,
        headers=_decoded(answer.headers),
        set_cookies=tuple(value for name, value in answer.headers if name.lower() == b"set-cookie"),
        body=body,
        http_version=answer.http_version,
        wire_size=received.size,
    )


def _undoable(answer: Answer, content_codings: list[str]) -> list[str]:
    """Return all codings of a body in the order they were applied. Raises `BadAnswer` for a transfer coding."""
    for coding in answer.transfer_codings:
        if not is_known(coding):
            raise BadAnswer(f"sends its body in the Transfer-Encoding `{coding[:100]}`, which is not known")
    return [*content_codings, *answer.transfer_codings]


def _content_codings(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    values = (value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding")
    codings = (coding.strip().lower() for value in values for coding in value.split(","))
    return [coding for coding in codings if coding not in ("", "identity")]


class _Received:
    """How much of a body has come, held to a limit as received and as decoded."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0
        """Bytes as received."""

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces as received."""
        for piece in pieces:
            self.size += len(piece)
            self._check(self.size)
            yield piece

    def within(self, pieces: Iterable[bytes], trip: Trip) -> Iterator[bytes]:
        """Yield the pieces as decoded, as long as there is time."""
        size = 0
        for piece in pieces:
            trip.remaining()
            size += len(piece)
            self._check(size)
            yield piece

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise InvalidResponse(f"the body is larger than {_amount(self._limit)}")


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
