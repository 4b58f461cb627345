"""A tunnel through a proxy to an https server."""

from __future__ import annotations

from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import BadAnswer, ProxyRefused
from harness.transport.wire.head import read_head
from harness.transport.wire.outgoing import Route, proxy_authorization

__all__ = ["open_tunnel"]


def open_tunnel(connection: Connection, route: Route) -> None:
    """Have the proxy at the other end connect us to the server (RFC 9110, 9.3.6). Raises `ProxyRefused`."""
    assert route.proxy is not None
    host = f"[{route.host}]" if ":" in route.host else route.host
    server = f"{host}:{route.port}".encode("ascii")
    lines = [(b"Host", server), (b"Accept", b"*/*"), *proxy_authorization(route.proxy)]
    head = b"CONNECT %s HTTP/1.1\r\n" % server + b"".join(b"%s: %s\r\n" % line for line in lines) + b"\r\n"
    data = memoryview(head)
    while data:
        data = data[connection.send(data) :]
    try:
        answer = read_head(connection)
        while answer.status < 200:
            answer = read_head(connection)
    except BadAnswer as error:
        raise ProxyRefused(str(error)) from error
    if not 200 <= answer.status < 300:
        raise ProxyRefused(f"refuses to connect: {answer.status} {answer.reason}".rstrip())
    if connection.held:  # the server waits for us to begin with TLS
        raise ProxyRefused("sends something of its own into the tunnel")
