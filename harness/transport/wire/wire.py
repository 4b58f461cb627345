"""The way of one request to its answer: on which connection, and past one that has gone dead."""

from __future__ import annotations

from dataclasses import replace

from harness.errors import GuardError
from harness.transport.tls.alpn import no_http2
from harness.transport.tls.context import tls_context
from harness.transport.trip import Trip
from harness.transport.wire.answer import Answer
from harness.transport.wire.dial import dial
from harness.transport.wire.faults import ClosedEarly
from harness.transport.wire.http1 import Http1
from harness.transport.wire.outgoing import Outgoing, Route
from harness.transport.wire.pool import Line, Pool
from harness.transport.wire.tunnel import open_tunnel

__all__ = ["Wire"]

_MAX_DEAD = 8
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, 9.2.1


class Wire:
    """Sends requests over kept-alive connections; safe to use from several threads."""

    def __init__(self, only: tuple[str, int] | None = None) -> None:
        self._only = only
        """The one host and port that may be dialled, where there is such a limit."""
        self._pool = Pool()

    def ask(self, request: Outgoing, trip: Trip) -> Answer:
        """Send the request and return the beginning of its answer; anew where a kept connection turns out to be dead.

        A server may close an idle connection at the very moment we use it. Sending again is right for safe methods
        (RFC 9110, 9.2.2), and for others only when it is certain that nothing arrived. Raises the `faults`,
        `GuardError` or `OSError`.
        """
        for _ in range(_MAX_DEAD):
            try:
                return self._ask(request, trip, self._pool.take(_kept(request.route), trip))
            except (ClosedEarly, OSError):
                dead = trip.reused and not trip.answered
                if not dead or not (trip.undelivered or request.method in _SAFE):
                    raise
                trip.undelivered = False
        return self._ask(request, trip, None)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _ask(self, request: Outgoing, trip: Trip, line: Line | None) -> Answer:
        if line is None:
            line = self._new_line(request.route, trip)
        route = _kept(request.route)
        return line.ask(request, trip, lambda line: self._pool.give(route, line))

    def _new_line(self, route: Route, trip: Trip) -> Line:
        """Open a connection: past the proxy, with TLS, and with the protocol that the server chose there."""
        proxy = route.proxy
        host, port = (route.host, route.port) if proxy is None else (proxy.host, proxy.port)
        if self._only is not None and (host, port) != self._only:
            raise GuardError(f"under the mock nothing is sent to `{route.authority}`")
        connection = dial(host, port, trip)
        try:
            if proxy is not None and proxy.scheme == "https":
                connection.start_tls(tls_context(replace(route.trust, verify=True)), proxy.host)
            if route.https:
                if proxy is not None:
                    open_tunnel(connection, route)
                offered = route.version != "http1"
                context = tls_context(route.trust, route.tls, route.certificate, http2=offered)
                connection.start_tls(context, route.host)
                if route.version == "http2" and connection.protocol != "h2":
                    raise no_http2()
            if connection.protocol == "h2":
                from harness.transport.wire.http2 import Http2

                return Http2(connection)
        except BaseException:
            connection.close()
            raise
        return Http1(connection)


def _kept(route: Route) -> Route:
    """Return what requests have to have in common to share a connection: of plain HTTP to a proxy, the proxy alone."""
    if route.proxy is None or route.https:
        return route
    return Route("http", route.proxy.host, route.proxy.port, route.proxy, route.trust)
