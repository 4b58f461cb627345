"""One request and its answer in HTTP/1.1 over a connection, and whether it may carry another one afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from harness.transport.trip import Trip
from harness.transport.wire.answer import Answer
from harness.transport.wire.body import Framing, framing_of, read_body
from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import BadAnswer
from harness.transport.wire.head import Head, read_head
from harness.transport.wire.outgoing import Outgoing

__all__ = ["Http1"]

_TOGETHER = 64 * 1024  # a body up to here goes out in one piece with its head
_INTERIM = re.compile(rb"HTTP/1\.[0-9] 1[0-9]{2}[^\n]*\r?\n(?:[^\r\n][^\n]*\n)*\r?\n")
_REFUSAL = re.compile(rb"HTTP/1\.[0-9] [45][0-9]{2}")
# Shorter than the time after which servers close idle connections (Node: 5 s), so that we close them first.
_KEEP_ALIVE_S = 4.0


class Http1:
    """A connection on which HTTP/1.1 is spoken, one request at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._idle_since = 0.0
        self._last = ""

    def ask(self, request: Outgoing, trip: Trip, give_back: Callable[[Http1], None]) -> Answer:
        """Send the request and return the beginning of its answer; `give_back` gets this when it may be used again.

        Raises `BadAnswer`, `Unsendable`, `OSError`, `DeadlinePassed` or `GuardError`, and is closed then.
        """
        connection = self._connection
        try:
            head, body = request.head(), request.content()
            connection.board(trip)
            whole = _deliver(connection, head, body)
            answer, switched = _final_head(connection, request)
            framing = Framing("none") if switched else framing_of(request.method, answer)
        except BaseException:
            connection.close()
            raise
        self._last = f"{request.method} {request.target.partition(b'?')[0].decode('ascii')}"
        visit = _Visit(self, connection, trip, give_back, faults=[*answer.faults, *framing.faults])
        visit.closes = switched or not whole or not self._lasts(request, answer, framing)
        visit.switched = switched
        if not whole:
            trip.notes.append("the server answered before it had taken the whole request")
        return Answer(
            status=answer.status,
            reason=answer.reason,
            headers=answer.lines,
            http_version=f"HTTP/1.{answer.minor}",
            body=visit.read(framing),
            transfer_codings=framing.codings,
            close=visit.end,
        )

    def is_usable(self, trip: Trip) -> bool:
        """Return whether another request may go out here: not idle for too long, and nothing has come meanwhile."""
        if time.monotonic() - self._idle_since > _KEEP_ALIVE_S:
            return False
        count = self._connection.surplus()
        if count:
            trip.notes.append(
                f"{_bytes(count)} came on a kept connection after the answer to {self._last} had ended; it was closed"
            )
        return not count and not self._connection.ended

    def rest(self) -> None:
        """Begin to wait for the next request."""
        self._idle_since = time.monotonic()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _lasts(self, request: Outgoing, answer: Head, framing: Framing) -> bool:
        if framing.kind == "end" or framing.announced or b"close" in request.values(b"connection"):
            return False
        return answer.keeps_alive and request.method != "CONNECT"


@dataclass(slots=True)
class _Visit:
    """One answer being read, until its connection is given back or closed."""

    line: Http1
    connection: Connection
    trip: Trip
    give_back: Callable[[Http1], None]
    faults: list[str] = field(default_factory=list)
    closes: bool = False
    switched: bool = False
    complete: bool = False

    def read(self, framing: Framing) -> Iterator[bytes]:
        """Yield the body."""
        yield from read_body(self.connection, framing)
        if framing.kind == "end" and self.connection.ragged:
            self.trip.notes.append("the connection ended without TLS saying so: the body may be cut off")
        self.complete = True

    def end(self) -> None:
        """Give the connection back where nothing speaks against it, else close it; say what does."""
        if self.faults:
            self.trip.notes.append(f"the answer breaks HTTP ({'; '.join(self.faults)}): its connection was closed")
        surplus = self.connection.surplus() if self.complete and not self.switched else 0
        if surplus:
            self.trip.notes.append(
                f"{_bytes(surplus)} came after the answer: its connection was closed, so no other request gets them"
            )
        if self.complete and not (self.closes or self.faults or surplus or self.connection.ended):
            self.line.rest()
            self.give_back(self.line)
        else:
            self.connection.close()


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def _deliver(connection: Connection, head: bytes, body: bytes) -> bool:
    """Send the request; return False when the server refused it before it was whole (RFC 9112, 9.5)."""
    try:
        if len(body) <= _TOGETHER:
            whole = _send(connection, memoryview(head + body))
        else:
            whole = _send(connection, memoryview(head)) and _send(connection, memoryview(body))
    except OSError:
        connection.last_words()
        if _is_refused(connection):  # a server that hangs up on us has said why
            return False
        connection.note_loss()
        raise
    connection.answer_quickly()
    return whole


def _send(connection: Connection, data: memoryview) -> bool:
    while data:
        data = data[connection.send(data) :]
        if data and (connection.heard() or connection.held) and (connection.ended or _is_refused(connection)):
            return False
    return True


def _is_refused(connection: Connection) -> bool:
    """Return whether an error has been answered already."""
    held = connection.held
    at = 0
    while match := _INTERIM.match(held, at):
        at = match.end()
    return _REFUSAL.match(held, at) is not None


def _final_head(connection: Connection, request: Outgoing) -> tuple[Head, bool]:
    """Return the head of the answer itself, and whether it goes over to the protocol that the request asked for."""
    while True:
        connection.trip.remaining()
        head = read_head(connection)
        if head.status == 101:
            if request.values(b"upgrade"):
                return head, True
            raise BadAnswer("switches to another protocol without being asked")
        if head.status >= 200:
            return head, False
