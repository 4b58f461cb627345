"""How is the next answer fetched over a pooled connection: by which pool, and past a connection that has gone dead?

The lowest part of the HTTP client: an `httpx` transport over `httpcore` pools of our own making.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

import httpcore
import httpx

from harness.transport.backend import Backend
from harness.transport.proxies import Proxy
from harness.transport.tls.certificates import ClientCertificate
from harness.transport.tls.context import Trust, tls_context
from harness.transport.trip import current_trip

__all__ = ["CERTIFICATE", "PROXY", "RESPONSE_HEADERS", "Wire", "sole_coding"]

CERTIFICATE = "harness_certificate"
"""The request extension with the `ClientCertificate` to show."""
PROXY = "harness_proxy"
"""The request extension with the `Proxy` to go through."""
RESPONSE_HEADERS = "harness_headers"
"""The response extension with all headers as they came."""

# Shorter than the time after which servers close idle connections (Node: 5 s), so that we close them first.
_KEEP_ALIVE_S = 4.0
_MAX_IDLE = 64
_MAX_DEAD = 8
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, 9.2.1

# How much a decoder is fed at a time. One step of it cannot be stopped, and each byte may become 1,000 (gzip), 32,000
# (zstd) or more than a million (brotli): so no step gives more than some 16 MB.
_BITES = {"gzip": 8192, "deflate": 8192, "zstd": 256, "br": 16}


class _Body(httpx.SyncByteStream):
    """The body as it comes in, in bites that are safe to decode."""

    def __init__(self, stream: Iterable[bytes], bite: int | None) -> None:
        self._stream = stream
        self._bite = bite

    def __iter__(self) -> Iterator[bytes]:
        trip = current_trip()
        for chunk in self._stream:
            trip.remaining()  # a server that floods us with tiny chunks never makes us wait, so ask here
            bite = self._bite or len(chunk) or 1
            for start in range(0, len(chunk), bite):
                yield chunk[start : start + bite]

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


_Route = tuple[bool, Proxy | None, ClientCertificate | None]
"""Whether it is https, the proxy, and the certificate: connections are shared only by requests with the same."""


class Wire(httpx.BaseTransport):
    """Sends one request and returns the beginning of its answer; the `target` extension is the exact request target."""

    def __init__(self, trust: Trust, *, only: tuple[str, int] | None, http2: bool = False) -> None:
        self._trust = trust
        self._http2 = http2
        self._backend = Backend(only)
        self._pools: dict[_Route, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, its body still to be read. Raises what `httpcore` raises."""
        answer = self._ask(self._pool(request), request)
        coding = sole_coding(answer.headers)
        return httpx.Response(
            answer.status,
            # The rest would only make httpx act on it (cookies, redirects); what the server sent stands beside.
            headers=[(b"content-encoding", coding.encode())] if coding in _BITES else None,
            stream=_Body(_iterable(answer.stream), _BITES.get(coding)),
            extensions={**answer.extensions, RESPONSE_HEADERS: answer.headers},
        )

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()

    def _ask(self, pool: httpcore.ConnectionPool, request: httpx.Request) -> httpcore.Response:
        """Send the request, anew where a kept-alive connection turns out to be dead.

        A server may close an idle connection at the very moment we use it. Sending again is right for safe methods
        (RFC 9110, 9.2.2), and for others only when it is certain that nothing arrived.
        """
        for _ in range(_MAX_DEAD):
            trip = current_trip()
            try:
                return pool.handle_request(_core_request(request))
            except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                dead = trip.reused and not trip.answered
                if not dead or not (trip.undelivered or request.method in _SAFE):
                    raise
                trip.undelivered = False
        return pool.handle_request(_core_request(request))

    def _pool(self, request: httpx.Request) -> httpcore.ConnectionPool:
        https = request.url.scheme == "https"
        route = (https, request.extensions.get(PROXY), request.extensions.get(CERTIFICATE))
        with self._lock:
            pool = self._pools.get(route)
            if pool is None:
                pool = self._pools[route] = self._new_pool(*route)
        return pool

    def _new_pool(
        self, https: bool, proxy: Proxy | None, certificate: ClientCertificate | None
    ) -> httpcore.ConnectionPool:
        tls = tls_context(self._trust, certificate) if https else None
        if proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=tls,
                max_connections=None,
                max_keepalive_connections=_MAX_IDLE,
                keepalive_expiry=_KEEP_ALIVE_S,
                http2=self._http2,
                network_backend=self._backend,
            )
        return httpcore.HTTPProxy(
            httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target="/"),
            proxy_auth=None if proxy.user is None else (proxy.user.encode(), proxy.password.encode()),
            proxy_ssl_context=tls_context(replace(self._trust, verify=True)) if proxy.scheme == "https" else None,
            ssl_context=tls,
            max_connections=None,
            max_keepalive_connections=_MAX_IDLE,
            keepalive_expiry=_KEEP_ALIVE_S,
            http2=self._http2,
            network_backend=self._backend,
        )


def _core_request(request: httpx.Request) -> httpcore.Request:
    url = request.url
    # The target goes into the URL, not into the extension of that name: a proxy's CONNECT would take that for its own.
    target = request.extensions.get("target", url.raw_path)
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
        headers=request.headers.raw,
        content=_iterable(request.stream),
    )


def _iterable(stream: object) -> Iterable[bytes]:
    assert isinstance(stream, Iterable), "the client is synchronous"
    return stream


def sole_coding(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the content coding of a body in lower case; several are joined, and none is an empty text."""
    values = (value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding")
    codings = (coding.strip().lower() for value in values for coding in value.split(","))
    return ", ".join(coding.removeprefix("x-") for coding in codings if coding not in ("", "identity"))
