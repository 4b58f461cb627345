"""The wire as a transport of `httpx`, for Python programs that send requests of their own beside a collection's.

Only here is `httpx` imported: a run does without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import httpx

from harness.transport.tls.context import Trust
from harness.transport.trip import Trip, deadline_after
from harness.transport.wire.answer import Answer
from harness.transport.wire.faults import BadAnswer, DeadlinePassed, ProxyRefused, Unreachable, Unsendable
from harness.transport.wire.outgoing import Outgoing, Route
from harness.transport.wire.wire import Wire

__all__ = ["HttpxTransport"]

_PORTS = {"http": 80, "https": 443}
_ERRORS: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (DeadlinePassed, httpx.ReadTimeout),
    (Unreachable, httpx.ConnectError),
    (ProxyRefused, httpx.ProxyError),
    (Unsendable, httpx.LocalProtocolError),
    (BadAnswer, httpx.RemoteProtocolError),
    (OSError, httpx.ReadError),
)


class HttpxTransport(httpx.BaseTransport):
    """What an `httpx.Client` may be given as its `transport`.

    `timeout_s` holds for each request as a whole, and takes the place of the client's own time-outs. What was odd in an
    answer stands in the list `response.extensions["notes"]` once its body has been read.
    """

    def __init__(self, trust: Trust | None = None, timeout_s: float | None = 120.0) -> None:
        self._trust = trust or Trust()
        self._timeout_s = timeout_s
        self._wire = Wire()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, its body still to be read. Raises the exceptions of `httpx`."""
        url = request.url
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"neither http nor https: {url.scheme}")
        route = Route(url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme], trust=self._trust)
        trip = Trip(deadline_after(self._timeout_s))
        with _as_httpx():
            answer = self._wire.ask(
                Outgoing(request.method, url.raw_path, request.headers.raw, request.read(), route), trip
            )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, trip),
            extensions={
                "http_version": answer.http_version.encode("ascii"),
                "reason_phrase": answer.reason.encode("latin-1"),
                "notes": trip.notes,
            },
        )

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()


class _Body(httpx.SyncByteStream):
    """A body as it comes in; `httpx` undoes its codings."""

    def __init__(self, answer: Answer, trip: Trip) -> None:
        self._answer = answer
        self._trip = trip

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            for piece in self._answer.body:
                self._trip.remaining()
                yield piece

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except (DeadlinePassed, Unreachable, ProxyRefused, Unsendable, BadAnswer, OSError) as error:
        _raise(error)


def _raise(error: Exception) -> NoReturn:
    kind = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
    raise kind(str(error) or type(error).__name__) from error
