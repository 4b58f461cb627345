"""One request and its answer in HTTP/2, where the server chose it; the protocol is that of `httpcore` and `h2`.

Its answers are told apart by numbers, so what a server sends too much reaches no other request.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from harness.transport.trip import Trip
from harness.transport.wire.answer import Answer
from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import BadAnswer, ClosedEarly, Unsendable
from harness.transport.wire.outgoing import Outgoing

__all__ = ["Http2"]

_KEEP_ALIVE_S = 4.0
_LOGGERS = ("httpcore.connection", "httpcore.http2", "hpack.hpack", "hpack.table")


class _Stream(httpcore.NetworkStream):
    """A connection in the shape that `httpcore` reads and writes; the deadline is the connection's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if not self._connection.held:
            self._connection.fill()
        return self._connection.take(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        data = memoryview(buffer)
        while data:
            data = data[self._connection.send(data) :]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        raise NotImplementedError("TLS is spoken already")

    def close(self) -> None:
        self._connection.close()

    def get_extra_info(self, info: str) -> Any:
        return None


class Http2:
    """A connection on which HTTP/2 is spoken, one request at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: httpcore.HTTP2Connection | None = None
        self._idle_since = 0.0

    def ask(self, request: Outgoing, trip: Trip, give_back: Callable[[Http2], None]) -> Answer:
        """Send the request and return the beginning of its answer; `give_back` gets this when it may be used again.

        Raises `BadAnswer`, `Unsendable`, `OSError`, `DeadlinePassed` or `GuardError`, and is closed then.
        """
        route = request.route
        url = httpcore.URL(scheme=b"https", host=route.host.encode("ascii"), port=route.port, target=request.target)
        if self._session is None:
            self._session = httpcore.HTTP2Connection(url.origin, _Stream(self._connection))
        session, complete = self._session, False
        try:
            self._connection.board(trip)
            with _translated(trip):
                response = session.handle_request(
                    httpcore.Request(request.method, url, headers=request.headers, content=request.body)
                )
        except BaseException:
            self._connection.close()
            raise

        def body() -> Iterator[bytes]:
            nonlocal complete
            with _translated(trip):
                yield from _iterable(response.stream)
            complete = True

        def end() -> None:
            if complete and session.is_available():
                self._idle_since = time.monotonic()
                give_back(self)
            else:
                self._connection.close()

        return Answer(response.status, "", response.headers, "HTTP/2", body(), (), end)

    def is_usable(self, trip: Trip) -> bool:
        """Return whether another request may go out here."""
        return time.monotonic() - self._idle_since <= _KEEP_ALIVE_S and not self._connection.ended

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _iterable(stream: object) -> Iterable[bytes]:
    assert isinstance(stream, Iterable), "the client is synchronous"
    return stream


class _Here(threading.local):
    ours = False


_here = _Here()


@contextmanager
def _translated(trip: Trip) -> Iterator[None]:
    """Turn the exceptions of `httpcore` into those of this folder, and keep it from logging."""
    outer, _here.ours = _here.ours, True
    try:
        yield
    except httpcore.ConnectionNotAvailable as error:  # the server went away before it saw the request
        trip.undelivered, trip.answered = True, False
        raise ClosedEarly("closed the connection without an answer") from error
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
        raise Unsendable("HTTP/2 has no form for it") from error
    except httpcore.ProtocolError as error:
        raise _bad_answer(error, trip) from error
    finally:
        _here.ours = outer


def _bad_answer(error: httpcore.ProtocolError, trip: Trip) -> BadAnswer:
    if "disconnected" not in str(error):
        return BadAnswer("does not answer in valid HTTP/2")
    if trip.answered:
        return ClosedEarly("closed the connection in the middle of the answer")
    return ClosedEarly("closed the connection without an answer")


def _not_ours(record: logging.LogRecord) -> bool:
    return not _here.ours


# The client logs URLs and headers, which hold secrets that nobody has masked; pytest would print them with a failure.
# Only our own requests are kept out: others of the same process log as ever.
for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_not_ours)
