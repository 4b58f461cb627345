"""The body of an answer: where it ends (RFC 9112, 6.3), and its bytes with the chunks undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import BadAnswer, ClosedEarly
from harness.transport.wire.head import Head, read_fields

__all__ = ["Framing", "framing_of", "read_body"]

_DIGITS = re.compile(r"[0-9]{1,18}")
# Extensions are ignored (RFC 9112, 7.1.1). A bare line feed is not: readers that differ in it see different bodies.
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\0\r\n]*)?")
_CR = 13
_PIECE = 64 * 1024
_LONGEST_LINE = 16 * 1024
_MOST_TRAILERS = 256 * 1024
_CUT_OFF = "closed the connection in the middle of the answer"
_INVALID = "does not answer in valid HTTP: "


@dataclass(frozen=True, slots=True)
class Framing:
    """How the end of a body is found."""

    kind: Literal["none", "length", "chunks", "end"]
    """No body at all, so many bytes, chunks, or all until the connection is closed."""
    length: int = 0
    codings: tuple[str, ...] = ()
    """Transfer codings other than chunks, in the order they were applied."""
    faults: tuple[str, ...] = ()
    """What is against HTTP and can be read all the same."""
    announced: bool = False
    """Whether the head speaks of a body that cannot be there, as one to HEAD: a server may send it by mistake."""


def framing_of(method: str, head: Head) -> Framing:
    """Return how the body of an answer is framed. Raises `BadAnswer` where that cannot be told."""
    said, length = head.values(b"transfer-encoding"), _length(head)
    if method == "HEAD" or head.status in (204, 304) or (method == "CONNECT" and 200 <= head.status < 300):
        return Framing("none", announced=bool(said or length))
    codings = [coding for coding in said if coding not in ("", "identity")]
    # `identity` is of RFC 2616, taken away by RFC 7230; it has always meant what its absence means.
    faults = ["it has a Transfer-Encoding that is none"] if len(codings) < len(said) else []
    if codings:
        return _of_codings(codings, faults, both=length is not None, old=head.minor == 0)
    if length is None:
        return Framing("end", faults=tuple(faults))
    return Framing("length", length, faults=tuple(faults))


def _of_codings(codings: list[str], faults: list[str], *, both: bool, old: bool) -> Framing:
    if both:  # the codings win, and the connection is lost (RFC 9112, 6.3)
        faults.append("it has both Content-Length and Transfer-Encoding")
    if old:  # RFC 9112, 6.1
        faults.append("Transfer-Encoding is not known to HTTP/1.0")
    if "chunked" in codings[:-1]:
        raise BadAnswer(f"{_INVALID}in Transfer-Encoding `chunked` is not the last")
    if codings[-1] == "chunked":
        return Framing("chunks", 0, tuple(codings[:-1]), tuple(faults))
    return Framing("end", 0, tuple(codings), tuple(faults))


def _length(head: Head) -> int | None:
    """Return the Content-Length; said several times it must be the same each time (RFC 9110, 8.6)."""
    said = set(head.values(b"content-length"))
    if not said:
        return None
    if len(said) > 1:
        raise BadAnswer(f"{_INVALID}it has several Content-Lengths that differ")
    text = said.pop()
    if not _DIGITS.fullmatch(text):
        raise BadAnswer(f"{_INVALID}the Content-Length is no number of bytes")
    return int(text)


def read_body(connection: Connection, framing: Framing) -> Iterator[bytes]:
    """Yield the bytes of a body as they come; what follows it is held by the connection.

    Raises `BadAnswer`. Whoever takes them asks after the time: a server that floods us never makes us wait.
    """
    if framing.kind == "length":
        yield from _exactly(connection, framing.length)
    elif framing.kind == "chunks":
        yield from _chunks(connection)
    elif framing.kind == "end":
        while connection.held or connection.fill():
            yield connection.take(_PIECE)


def _exactly(connection: Connection, left: int) -> Iterator[bytes]:
    while left:
        if not connection.held and not connection.fill():
            raise ClosedEarly(_CUT_OFF)
        piece = connection.take(min(left, _PIECE))
        left -= len(piece)
        yield piece


def _chunks(connection: Connection) -> Iterator[bytes]:
    while True:
        connection.trip.remaining()  # a flood of empty lines yields nothing
        match = _CHUNK.fullmatch(_line(connection, _LONGEST_LINE))
        if match is None:
            raise BadAnswer(f"{_INVALID}the size of a chunk is none")
        size = int(match[1], 16)
        if size == 0:
            _read_trailers(connection)
            return
        yield from _exactly(connection, size)
        if _line(connection, 0):
            raise BadAnswer(f"{_INVALID}a chunk is longer than it says")


def _read_trailers(connection: Connection) -> None:
    """Read what follows the last chunk; nobody uses it (RFC 9110, 6.5.1)."""
    lines: list[bytes] = []
    size = 0
    while line := _line(connection, _MOST_TRAILERS - size):
        size += len(line)
        lines.append(line)
    read_fields(lines)


def _line(connection: Connection, longest: int) -> bytes:
    """Return the next line without its CR LF."""
    held = connection.held
    while (at := held.find(b"\n", 0, longest + 2)) < 0 and len(held) < longest + 2:
        if not connection.fill():
            raise ClosedEarly(_CUT_OFF)
    if at < 1 or held[at - 1] != _CR:
        raise BadAnswer(f"{_INVALID}the chunks of the body are not separated as they must be")
    return connection.take(at + 1)[:-2]
