"""The head of an answer: its status line and header lines, read as strictly as RFC 9112 asks of a user agent.

No library reads it for us: h11 refuses every transfer coding but chunks, llhttp refuses folded lines, and its binding
cannot be told of HEAD and does not tell how many of the bytes it was fed belong to the answer.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from harness.request.grammar import TOKEN
from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import BadAnswer, ClosedEarly, DeadlinePassed, NotHttp

__all__ = ["Head", "Lines", "read_fields", "read_head"]

Lines = list[tuple[bytes, bytes]]

_TOKEN = re.compile(TOKEN.encode())
_MOST_BYTES = 256 * 1024
_MOST_LINES = 2000  # as Node's
_BANNER_BYTES = 512
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: ([^\0\r\n]*))?")
_DANGEROUS = re.compile(rb"[\0\r\n]")  # RFC 9110, 5.5
_BEGINNING = b"HTTP/"


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers as they came, and what in them is against HTTP and can be read all the same."""

    minor: int
    """Of the version: 0 for HTTP/1.0."""
    status: int
    reason: str
    lines: Lines
    faults: tuple[str, ...] = ()

    def values(self, name: bytes) -> list[str]:
        """Return the members of a header that is a comma-separated list, in lower case."""
        found = (value.decode("latin-1") for key, value in self.lines if key.lower() == name)
        return [member.strip(" \t").lower() for value in found for member in value.split(",")]

    @property
    def keeps_alive(self) -> bool:
        """Whether the server says that it takes a further request (RFC 9112, 9.3)."""
        said = self.values(b"connection")
        return "close" not in said and (self.minor >= 1 or "keep-alive" in said)


def read_head(connection: Connection) -> Head:
    """Return the next head. Raises `BadAnswer` for what is none."""
    data = _until_empty_line(connection)
    raw, *lines = re.split(rb"\r?\n", data)
    faults = []
    if data.count(b"\n") != data.count(b"\r\n"):
        faults.append("lines end in a bare line feed")  # may be taken for an end: RFC 9112, 2.2
    match = _STATUS.fullmatch(raw)
    if match is None:
        raise BadAnswer("does not answer in valid HTTP: the first line is no status line of HTTP/1")
    fields, folded = read_fields(lines)
    if folded:
        faults.append("a header line is folded")  # a user agent reads it with a space: RFC 9112, 5.2
    minor, status, reason = match.groups()
    return Head(int(minor), int(status), (reason or b"").decode("latin-1").strip(" \t"), fields, tuple(faults))


def read_fields(lines: list[bytes]) -> tuple[Lines, bool]:
    """Return header or trailer lines as pairs, and whether one of them was folded. Raises `BadAnswer`."""
    folded = any(line[:1] in (b" ", b"\t") for line in lines)
    if folded:
        lines = _unfolded(lines)
    if len(lines) > _MOST_LINES:
        raise BadAnswer(f"sends more than {_MOST_LINES} header lines")
    return [_field(line) for line in lines], folded


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon:
        raise BadAnswer("does not answer in valid HTTP: a header line has no colon")
    if not _TOKEN.fullmatch(name):
        raise BadAnswer("does not answer in valid HTTP: the name of a header is none")
    value = value.strip(b" \t")
    if _DANGEROUS.search(value):
        raise BadAnswer(f"does not answer in valid HTTP: `{name.decode()[:100]}` holds a NUL or a bare carriage return")
    return name, value


def _unfolded(lines: list[bytes]) -> list[bytes]:
    found: list[list[bytes]] = []
    for line in lines:
        if line[:1] not in (b" ", b"\t"):
            found.append([line])
        elif found:
            found[-1].append(line.strip(b" \t"))
        else:  # RFC 9112, 2.2
            raise BadAnswer("does not answer in valid HTTP: the first header line begins with a space")
    return [b" ".join(parts) for parts in found]


def _until_empty_line(connection: Connection) -> bytes:
    """Take a head from the connection, and return it without its end."""
    held = connection.held
    searched = 0
    while True:
        if not held.startswith(_BEGINNING[: len(held)]):
            raise NotHttp(_banner(connection))
        match = _END.search(held, searched)
        if match is not None and match.start() <= _MOST_BYTES:
            return connection.take(match.end())[: match.start()]
        if len(held) > _MOST_BYTES:
            raise BadAnswer("sends headers without end")
        searched = max(0, len(held) - 3)
        if not connection.fill():
            raise _cut_off(held)


def _cut_off(data: bytearray) -> BadAnswer:
    if not data:
        return ClosedEarly("closed the connection without an answer")
    return ClosedEarly("closed the connection in the middle of the answer")


def _banner(connection: Connection) -> bytes:
    """Return what is no HTTP, up to the end of its first line at least, as far as it comes without much waiting."""
    held = connection.held
    with suppress(OSError, DeadlinePassed):
        while b"\n" not in held and len(held) < _BANNER_BYTES and connection.fill_soon():
            pass
    return bytes(held)
