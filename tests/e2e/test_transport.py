"""What does the transport make of real servers on loopback: friendly, slow, redirecting, and malformed ones?"""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from harness.errors import (
    ConnectFailed,
    GuardError,
    InvalidRequest,
    InvalidResponse,
    RunError,
    TimedOut,
    TooManyRedirects,
    TransportError,
)
from harness.location import Location
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.client import Transport
from harness.transport.cookies.jar import CookieJar
from harness.transport.guard import Guard
from harness.transport.options import TransportOptions
from harness.transport.tls.context import tls_context
from harness.transport.trip import Trip
from harness.transport.wire.dial import dial

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CERTIFICATE = Path(__file__).parent / "tls" / "localhost.pem"
PLACE = Location(Source("c.json", "{}"))
Script = Callable[[socket.socket, int], None]
"""What a server does with one connection, given its number."""


def read_request(connection: socket.socket) -> bytes:
    """Return the next request of a connection, head and body; empty at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return a response with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return answer(b"", f"Location: {location}", status=status)


class Server:
    """A server on loopback that runs a script for each connection and keeps what it received."""

    def __init__(self, script: Script | None = None, tls: bool = False) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self.answers: list[bytes] = []
        self.by_target: dict[str, bytes] = {}
        self._script = script or self._converse
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATE)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError), connection:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                self._script(connection, number)

    def _converse(self, connection: socket.socket, number: int) -> None:
        while request := read_request(connection):
            self.received.append(request)
            target = request.split(b" ", 2)[1].decode()
            fitting = self.by_target.get(target) or (self.answers.pop(0) if self.answers else answer(b"ok"))
            connection.sendall(fitting)


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server, which is stopped after the test."""
    servers: list[Server] = []

    def run(script: Script | None = None, **options: Any) -> Server:
        servers.append(Server(script, **options))
        return servers[-1]

    yield run
    for server in servers:
        server.close()


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    """Return a server that answers every request with `ok`, or with its `answers` in turn."""
    return start()


def make_request(
    server: Server | int, method: str = "GET", path: str = "/x", *headers: tuple[str, str], body: bytes = b""
) -> PreparedRequest:
    """Return a request to a loopback server."""
    port = server if isinstance(server, int) else server.port
    content = PreparedBody(body, None, "raw" if body else None)
    return PreparedRequest(method, RequestUrl("http", "127.0.0.1", port, path), headers, content, PLACE)


def send(request: PreparedRequest, **options: Any) -> Any:
    """Return the exchange of one request over a transport of its own."""
    with Transport(TransportOptions(**options)) as transport:
        return transport.send(request)


def one_shot(data: bytes) -> Script:
    """Return a script that answers the first request with `data` and hangs up."""

    def script(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(data)

    return script


# What goes out


def test_the_request_reaches_the_wire_byte_for_byte(server: Server) -> None:
    """Target, header order and case are ours, Host is first and Content-Length last; text is Latin-1 if it can be."""
    request = make_request(
        server,
        "PUT",
        "/a/../%7e/[x]",
        ("X-Zeta", "1"),
        ("accept", "*/*"),
        ("X-A", "grüße"),
        ("X-B", "grüße 日"),
        body=b"hi",
    )
    send(replace(request, url=replace(request.url, query="q=a'b&c[]={d}&&")))
    expected = (
        f"PUT /a/../%7e/[x]?q=a'b&c[]={{d}}&& HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        "X-Zeta: 1\r\naccept: */*\r\nX-A: gr\\xfc\\xdfe\r\nX-B: grüße 日\r\nContent-Length: 2\r\n\r\nhi"
    )

    assert [expected.encode().replace(b"\\xfc\\xdf", b"\xfc\xdf")] == server.received


@pytest.mark.parametrize(
    ("method", "has_length"), [("GET", False), ("DELETE", False), ("POST", True), ("PATCH", True), ("VIEW", True)]
)
def test_methods_with_a_body_say_when_it_is_empty(method: str, has_length: bool, server: Server) -> None:
    """POST, PUT and PATCH without a body have a Content-Length of 0; others have none."""
    send(make_request(server, method))

    assert has_length == (b"Content-Length: 0" in server.received[0])


def test_a_host_by_hand_stands_and_a_length_by_hand_does_not(server: Server) -> None:
    """The Host header may be chosen; a wrong Content-Length could only do harm."""
    send(make_request(server, "POST", "/x", ("Content-Length", "999"), ("host", "api.example"), body=b"abc"))

    assert b"POST /x HTTP/1.1\r\nHost: api.example\r\nContent-Length: 3\r\n\r\nabc" == server.received[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "a\r\nX-B: 1"), ("X-A", "a\0b"), ("X-A", "a\x1bb"), ("X A", "1"), ("", "1"), ("X-Ä", "1")],
)
def test_a_header_that_cannot_be_sent_is_an_error(name: str, value: str, server: Server) -> None:
    """No header smuggles a second one, and the message does not show the value."""
    with pytest.raises(InvalidRequest, match="header") as caught:
        send(make_request(server, "GET", "/x", (name, value)))

    assert (PLACE, []) == (caught.value.location, server.received)


@pytest.mark.parametrize(
    ("method", "headers"), [("BAD METHOD", ()), ("GET", (("Transfer-Encoding", "gzip"),)), ("", ())]
)
def test_what_http_does_not_allow_is_an_error(
    method: str, headers: tuple[tuple[str, str], ...], server: Server
) -> None:
    """What the protocol library refuses is an invalid request with its place."""
    with pytest.raises(InvalidRequest, match="cannot be sent") as caught:
        send(make_request(server, method, "/x", *headers))

    assert PLACE == caught.value.location


# What comes in

ZIPPED = gzip.compress(b"zipped", mtime=0)


def test_the_exchange_holds_both_sides(server: Server) -> None:
    """An exchange has the request as sent and the response with its headers as written."""
    server.answers = [answer(b"caf\xc3\xa9", "X-Twice: 1", "x-twice: 2", "X-Utf: é", status="201 Created")]
    exchange = send(make_request(server, "post", "/x", ("X", "1"), body=b"hi"))
    headers = (("Content-Length", "5"), ("X-Twice", "1"), ("x-twice", "2"), ("X-Utf", "é"))

    assert ("POST", f"http://127.0.0.1:{server.port}/x", b"hi") == (
        exchange.request.method,
        exchange.request.url,
        exchange.request.body,
    )
    assert (201, "Created", headers, "café", 5, "HTTP/1.1") == (
        exchange.response.status,
        exchange.response.reason,
        exchange.response.headers,
        exchange.response.text,
        exchange.response.wire_size,
        exchange.response.http_version,
    )
    assert exchange.elapsed_ms > 0


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\nab\r\n0A \r\ncdefghijkl\r\n0\r\nT: 1\r\n\r\n",
         b"abcdefghijkl"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(ZIPPED), ZIPPED),
         b"zipped"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + ZIPPED, b"zipped"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n  b\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\nContent-Length:3 \r\n\r\nabc", b"abc"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b""),
        (b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", b"x"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(b"x"), b"x"),
        (answer(b"\xff\xfe", "Content-Type: text/plain; charset=nonsense"), b"\xff\xfe"),
        (answer(b"plain", "Content-Encoding: utf-8"), b"plain"),
        (answer(gzip.compress(b"zipped", mtime=0), "Content-Encoding: gzip"), b"zipped"),
        (answer(gzip.compress(b"zipped", mtime=0), "content-encoding: X-GZIP"), b"zipped"),
        (answer(zlib.compress(b"zipped"), "Content-Encoding: identity, deflate"), b"zipped"),
        (answer(zlib.compress(b"zipped")[2:-4], "Content-Encoding: deflate"), b"zipped"),
        (answer(b"", "Content-Encoding: gzip"), b""),
        (answer(b"", "Content-Encoding: br"), b""),
    ],
)  # fmt: skip
def test_bodies_of_every_framing_are_read(raw: bytes, body: bytes, start: Callable[..., Server]) -> None:
    """Chunks, lengths, closing connections, interim answers and content encodings all give the body."""
    assert body == send(make_request(start(one_shot(raw)))).response.body


def test_a_head_answer_has_no_body(server: Server) -> None:
    """A HEAD request does not wait for the bytes that its answer announces."""
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n"]

    assert b"" == send(make_request(server, "HEAD")).response.body


def test_an_answer_may_come_byte_by_byte(start: Callable[..., Server]) -> None:
    """Wherever the pieces of an answer end, it is read the same."""
    parts = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts += b"".join(b"1\r\n%c\r\n" % byte for byte in ZIPPED) + b"0\r\nT: 2\r\n\r\n"
    parts = parts.replace(b"X: 1", b"Content-Encoding: gzip")

    def drip(connection: socket.socket, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        read_request(connection)
        for byte in parts:
            connection.sendall(bytes([byte]))

    exchange = send(make_request(start(drip)))

    assert (b"zipped", ()) == (exchange.response.body, exchange.notes)


def test_the_size_on_the_wire_is_told(server: Server) -> None:
    """`wire_size` counts the bytes before decoding."""
    zipped = gzip.compress(b"a" * 10_000, mtime=0)
    server.answers = [answer(zipped, "Content-Encoding: gzip")]
    response = send(make_request(server)).response

    assert (10_000, len(zipped)) == (len(response.body), response.wire_size)


BOMB = gzip.compress(b"\0" * 50_000_000, mtime=0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "closed the connection without an answer"),
        (b"garbage\r\n\r\n", 'does not speak HTTP: it sent "garbage"'),
        (b"SSH-2.0-OpenSSH_9.6\r\n", 'does not speak HTTP: it sent "SSH-2.0-OpenSSH_9.6"'),
        (b"<html>\x1b[2J" + b"x" * 100, 'does not speak HTTP: it sent "<html>�.2Jx*…"'),
        (b"ICY 200 OK\r\n\r\n", 'does not speak HTTP: it sent "ICY 200 OK"'),
        (b"\x15\x03\x01\x00\x02\x02\x0a", "does not speak HTTP: it sent TLS"),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", "does not speak HTTP: it sent TLS"),
        (b"HTTP/2.0 200 OK\r\n\r\n", "does not answer in valid HTTP: the first line is no status line"),
        (b"HTTP/1.1 200 OK\r\n: x\r\n\r\n", "does not answer in valid HTTP: the name of a header"),
        (b"HTTP/1.1 200 OK\r\nX : x\r\n\r\n", "does not answer in valid HTTP: the name of a header"),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", "`X` holds a NUL or a bare carriage return"),
        (b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", "`X` holds a NUL or a bare carriage return"),
        (b"HTTP/1.1 200 OK\r\n X: a\r\n\r\n", "the first header line begins with a space"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 2001 + b"\r\n", "sends more than 2000 header lines"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "does not answer in valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "does not answer in valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "does not answer in valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "does not answer in valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab", "several Content-Lengths that differ"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", "the Content-Length is no number of bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\na", "the Content-Length is no number"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\nab", "in the Transfer-Encoding `foo`, which is not known"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "`chunked` is not the last"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n", "the chunks of the body are not"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", "the chunks of the body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n", "the size of a chunk is none"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n", "the size of a chunk is none"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "does not answer in valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "in the middle of the answer"),
        (b"HTTP/1.1 200 OK\r\nX: ", "closed the connection"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "switches to another protocol without being asked"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1_000_000, "sends headers without end"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 5_000_000, "sends headers without end"),
        (answer(BOMB, "Content-Encoding: gzip"), "larger than 1 MiB"),
        (answer(b"x" * 2_000_000), "larger than 1 MiB"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000_000, "larger than 1 MiB"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_an_error_in_a_sentence(data: bytes, message: str, start: Callable[..., Server]) -> None:
    """Whatever a server sends, the error is one of ours, with the place of the request and no traceback to explain."""
    with pytest.raises(TransportError, match=message) as caught:
        send(make_request(start(one_shot(data))), max_body_bytes=1 << 20)

    assert PLACE == caught.value.location
    assert caught.value.summary.isprintable()


@pytest.mark.parametrize("data", [b"HTTP/1.1 200 OK\r\ns3cret line\r\n\r\n", b"echo s3cret\n"])
def test_an_error_does_not_tell_a_secret(data: bytes, start: Callable[..., Server]) -> None:
    """What a server echoes in its malformed answer may be a secret, so the message does not repeat it."""
    with Transport(carries_secret=lambda text: "s3cret" in text) as transport, pytest.raises(TransportError) as caught:
        transport.send(make_request(start(one_shot(data))))

    assert "s3cret" not in str(caught.value)


# Time and connections


def test_a_server_that_drips_is_cut_off_at_the_deadline(start: Callable[..., Server]) -> None:
    """The limit is one for the whole request, not for each wait."""

    def drip(connection: socket.socket, number: int) -> None:
        read_request(connection)
        for byte in answer(b"x" * 10_000):
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    with pytest.raises(TimedOut, match=r"no complete answer within 0\.3 s: http://127"):
        send(make_request(start(drip)), timeout_s=0.3)


def test_a_silent_server_times_out(start: Callable[..., Server]) -> None:
    """No byte at all is a time-out, too."""
    with pytest.raises(TimedOut, match=r"no answer within 0\.2 s"):
        send(make_request(start(lambda connection, number: time.sleep(2))), timeout_s=0.2)


def test_a_server_that_does_not_read_times_out(start: Callable[..., Server]) -> None:
    """Sending is within the limit as well."""
    with pytest.raises(TimedOut, match="no answer"):
        send(
            make_request(start(lambda connection, number: time.sleep(2)), "POST", body=b"x" * 30_000_000), timeout_s=0.3
        )


def test_redirects_share_the_limit(start: Callable[..., Server]) -> None:
    """A chain of slow redirects ends with the deadline of the request."""

    def slow(connection: socket.socket, number: int) -> None:
        while read_request(connection):
            time.sleep(0.15)
            connection.sendall(redirect("/again"))

    with pytest.raises(TimedOut):
        send(make_request(start(slow)), timeout_s=0.4)


def test_a_flood_of_interim_answers_ends_at_the_deadline(start: Callable[..., Server]) -> None:
    """1xx answers without end are no way around the limit."""

    def flood(connection: socket.socket, number: int) -> None:
        read_request(connection)
        while True:
            connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)

    with pytest.raises(TimedOut):
        send(make_request(start(flood)), timeout_s=0.3)


def test_requests_to_one_server_share_a_connection(server: Server) -> None:
    """A connection is kept alive from request to request."""
    with Transport() as transport:
        for _ in range(20):
            transport.send(make_request(server))

    assert (20, 1) == (len(server.received), server.connections)


def test_threads_share_a_transport(server: Server) -> None:
    """Many threads send at once, and each gets its own answer."""
    server.by_target = {f"/{number}": answer(b"%d" % number) for number in range(200)}
    with Transport() as transport, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: transport.send(make_request(server, "GET", f"/{n}")).response.text, range(200)))

    assert [str(number) for number in range(200)] == found
    assert server.connections <= 8


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_closed_between_requests_is_no_error(method: str, start: Callable[..., Server]) -> None:
    """A server that closes after each answer without saying so is asked over a new connection, once."""
    received: list[bytes] = []

    def script(connection: socket.socket, number: int) -> None:
        received.append(read_request(connection))
        connection.sendall(answer(b"ok"))

    server = start(script)
    with Transport() as transport:
        for count in range(100):
            transport.send(make_request(server, method, f"/{count}"))

    assert [f"/{count}" for count in range(100)] == [request.split(b" ")[1].decode() for request in received]


def _closes_on_the_second(received: list[bytes]) -> Script:
    """Return a script that reads the second request of a connection and closes without an answer to it."""

    def script(connection: socket.socket, number: int) -> None:
        received.append(read_request(connection))
        connection.sendall(answer(b"ok"))
        received.append(read_request(connection))

    return script


def test_a_request_that_may_have_been_carried_out_is_not_sent_again(start: Callable[..., Server]) -> None:
    """A POST that the server took, and did not answer, is an error and not a second POST."""
    received: list[bytes] = []
    server = start(_closes_on_the_second(received))
    with Transport() as transport:
        transport.send(make_request(server))
        with pytest.raises(TransportError, match="closed the connection without an answer") as caught:
            transport.send(make_request(server, "POST"))

    assert "may have carried the request out" in (caught.value.hint or "")
    assert [b"GET", b"POST"] == [request.split(b" ")[0] for request in received]


def test_a_safe_request_is_sent_again(start: Callable[..., Server]) -> None:
    """A GET on a connection that dies goes out once more on a new one (RFC 9110, 9.2.2)."""
    received: list[bytes] = []
    server = start(_closes_on_the_second(received))
    with Transport() as transport:
        transport.send(make_request(server, "GET", "/1"))
        response = transport.send(make_request(server, "GET", "/2")).response

    assert ("ok", 3) == (response.text, len([request for request in received if request]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which bytes were not acknowledged")
@pytest.mark.parametrize(("reads_second", "undelivered"), [(False, True), (True, False)])
def test_it_is_known_whether_a_request_arrived(
    reads_second: bool, undelivered: bool, start: Callable[..., Server]
) -> None:
    """What was written to a connection that the server had closed is proven undelivered; what it took is not."""
    closed = threading.Event()

    def script(connection: socket.socket, number: int) -> None:
        connection.recv(100)
        connection.sendall(b"1")
        if reads_second:
            connection.recv(100)
        connection.close()
        closed.set()

    first, second = Trip(), Trip()
    connection = dial("127.0.0.1", start(script).port, first)
    connection.board(first)
    connection.send(b"first")
    connection.fill()
    connection.take(100)
    if not reads_second:
        closed.wait(5)
    connection.board(second)
    connection.send(b"second")
    more = connection.fill()
    connection.close()

    assert (False, True, undelivered) == (more, second.reused, second.undelivered)


def test_a_fresh_connection_that_dies_is_an_error(start: Callable[..., Server]) -> None:
    """Without an earlier answer there is no race to make up for."""
    with pytest.raises(TransportError, match="without an answer"):
        send(make_request(start(lambda connection, number: read_request(connection) and None)))


# Failing to connect


def test_a_refused_port_says_so() -> None:
    """A refused connection names host and port."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(ConnectFailed, match=f"^connection refused: 127.0.0.1:{port} - at") as caught:
        send(make_request(port))

    assert (PLACE, True) == (caught.value.location, caught.value.__cause__ is not None)


def test_an_unknown_host_says_so() -> None:
    """A name that does not resolve is named."""
    request = replace(make_request(1), url=RequestUrl("http", "nope.invalid", None, "/"))

    with pytest.raises(ConnectFailed, match=r"no such host: `nope\.invalid`"):
        send(request)


@pytest.mark.parametrize("host", ["a" * 70 + ".invalid", ".invalid", "a..invalid", "%zz", "a b", "x" * 300])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_cannot_be_one_is_an_error_of_ours(host: str, scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a variable put into the URL, no foreign exception comes out."""
    monkeypatch.setattr(socket, "getaddrinfo", _no_host)

    with pytest.raises(RunError):
        send(replace(make_request(1), url=RequestUrl(scheme, host, None, "/")))


def _no_host(host: str, *rest: Any, **more: Any) -> Any:
    host.encode("idna")
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_slow_look_up_is_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that does not answer cannot hold the request longer than its deadline."""
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(5) and [])

    with pytest.raises(TimedOut, match=r"no connection within 0\.2 s"):
        send(replace(make_request(1), url=RequestUrl("http", "slow.invalid", None, "/")), timeout_s=0.2)
    release.set()


def test_every_address_of_a_name_is_tried(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the first address refuses, the next one is asked."""
    system = socket.getaddrinfo

    def two(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "two.invalid":
            return system(host, port, *rest, **more)
        return [*system("127.0.0.2", port, *rest, **more), *system("127.0.0.1", port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    request = make_request(server)

    assert "ok" == send(replace(request, url=replace(request.url, host="two.invalid"))).response.text


# TLS


def https_request(server: Server, host: str = "localhost") -> PreparedRequest:
    """Return an https request."""
    return replace(make_request(server), url=RequestUrl("https", host, server.port, "/x"))


def test_an_unknown_certificate_is_refused_with_a_hint(start: Callable[..., Server]) -> None:
    """A self-signed certificate is an error that tells of -k."""
    with pytest.raises(ConnectFailed, match=r"certificate of localhost:\d+ is not trusted: self") as caught:
        send(https_request(start(tls=True)))

    assert "-k" in (caught.value.hint or "")


def test_the_check_can_be_switched_off(start: Callable[..., Server]) -> None:
    """Without verification the same server is asked."""
    assert "ok" == send(https_request(start(tls=True)), verify=False).response.text


def test_further_authorities_are_named_by_the_environment(
    start: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE makes a certificate trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls_context.cache_clear()
    try:
        assert "ok" == send(https_request(start(tls=True))).response.text
    finally:
        tls_context.cache_clear()


def test_plain_http_at_an_https_port_says_so(start: Callable[..., Server]) -> None:
    """A server that does not speak TLS is told from one with a bad certificate."""
    with pytest.raises(ConnectFailed, match="no TLS with"):
        send(https_request(start(lambda connection, number: connection.sendall(answer(b"ok")))))


def test_a_refused_certificate_is_told_however_soon_the_server_hangs_up() -> None:
    """With TLS 1.3 the refusal comes while we are sending already, and is not lost when that breaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(CERTIFICATE)
    server = Server(tls=True)
    server._context = context

    for _ in range(20):
        with pytest.raises(ConnectFailed, match=r"localhost:\d+ asks for a client certificate that it accepts"):
            send(https_request(server), verify=False)
    server.close()


def test_a_handshake_without_end_times_out(start: Callable[..., Server]) -> None:
    """The TLS handshake is within the limit."""
    with pytest.raises(TimedOut):
        send(https_request(start(lambda connection, number: time.sleep(2))), timeout_s=0.2)


# Redirects, cookies, guard


def test_every_hop_is_recorded(server: Server) -> None:
    """The exchange holds the redirects with what was sent and answered."""
    server.by_target = {"/1": redirect("/2"), "/2": redirect("/3", "307 Temporary Redirect"), "/3": answer(b"end")}
    exchange = send(make_request(server, "POST", "/1", body=b"hi"))
    hops = [(hop.request.method, hop.request.url[-2:], hop.response.status) for hop in exchange.redirects]

    assert ([("POST", "/1", 302), ("GET", "/2", 307)], "end") == (hops, exchange.response.text)
    assert exchange.request.url.endswith("/3")


@pytest.mark.parametrize("location", ["http://[::1", "ftp://x/", "http://h:99999/"])
def test_a_redirect_to_nowhere_is_an_error(location: str, server: Server) -> None:
    """A malformed Location is an error of ours, and not the client's."""
    server.answers = [redirect(location)]

    with pytest.raises(TransportError, match="the server redirects to"):
        send(make_request(server))


def test_redirects_without_end_are_an_error(server: Server) -> None:
    """After the allowed number of redirects the server is not asked again."""
    server.by_target = {"/x": redirect("/x")}

    with pytest.raises(TooManyRedirects, match="more than 3 redirects"):
        send(make_request(server), max_redirects=3)

    assert 4 == len(server.received)


def test_redirects_can_be_left_alone(server: Server) -> None:
    """With redirects off the 3xx is the answer, its odd Location untouched."""
    server.answers = [redirect("http://[::1")]

    assert 302 == send(make_request(server), follow_redirects=False).response.status


def test_credentials_do_not_follow_to_another_server(start: Callable[..., Server]) -> None:
    """Another port is another server: it gets neither the Authorization header nor a hand-written cookie."""
    first, second = start(), start()
    first.answers = [redirect(f"http://127.0.0.1:{second.port}/y")]
    send(make_request(first, "GET", "/x", ("Authorization", "Basic x"), ("Cookie", "a=1"), ("X", "1")))

    head = (
        f"GET /y HTTP/1.1\r\nHost: 127.0.0.1:{second.port}\r\nX: 1\r\nReferer: http://127.0.0.1:{first.port}/x\r\n\r\n"
    )
    assert [head.encode()] == second.received


def test_cookies_are_kept_for_the_run(server: Server) -> None:
    """A cookie set on a redirect goes with the next request, beside one written by hand."""
    server.answers = [answer(b"", "Location: /y", "Set-Cookie: a=1", "Set-Cookie: b=2", status="302 Found")]
    jar = CookieJar()
    with Transport() as transport:
        transport.send(make_request(server, "GET", "/x"), {}, jar)
        transport.send(make_request(server, "GET", "/z", ("cookie", "a=hand")), {}, jar)
        transport.send(make_request(server, "GET", "/w"), {"disableCookies": True}, jar)
    cookies = [
        [line for line in request.split(b"\r\n") if line[:7].lower() == b"cookie:"] for request in server.received
    ]

    assert [[], [b"Cookie: a=1; b=2"], [b"Cookie: a=hand; b=2"], []] == cookies


def test_a_redirect_to_a_host_that_is_not_allowed_is_refused(start: Callable[..., Server]) -> None:
    """The list of hosts holds on every hop."""
    first, second = start(), start()
    first.answers = [redirect(f"http://127.0.0.1:{second.port}/")]

    guard = Guard(hosts=(f"127.0.0.1:{first.port}",))
    with Transport(guard=guard) as transport, pytest.raises(GuardError, match="is not among the allowed") as caught:
        transport.send(make_request(first))

    assert (PLACE, []) == (caught.value.location, second.received)


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data", "http://[fe80::1]/"])
def test_a_redirect_to_a_metadata_address_is_refused(target: str, server: Server) -> None:
    """No server gets us to ask where clouds hand out credentials."""
    server.answers = [redirect(target)]

    with pytest.raises(GuardError, match="link-local or metadata address"):
        send(make_request(server))


def test_a_name_that_resolves_to_a_metadata_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address counts, not the name that leads to it."""
    system = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: system("169.254.169.254", *rest, **more))

    with pytest.raises(GuardError, match=r"`innocent\.invalid` \(169\.254\.169\.254\)") as caught:
        send(replace(make_request(1), url=RequestUrl("http", "innocent.invalid", None, "/")))

    assert PLACE == caught.value.location


# The mock


def test_under_the_mock_everything_goes_there(server: Server) -> None:
    """Any host, https too, is asked at the mock under its own name, and cookies belong to that name."""
    server.answers = [answer(b"", "Set-Cookie: a=1; Domain=plivo.com; Secure")]
    request = replace(make_request(1), url=RequestUrl("https", "api.plivo.com", None, "/v1"))
    jar = CookieJar()
    options = TransportOptions(proxies={"all": "http://p"})
    with Transport(options, mock_origin=("127.0.0.1", server.port)) as transport:
        transport.send(request, {}, jar)
        exchange = transport.send(request, {}, jar)
    wire = b"GET /v1 HTTP/1.1\r\nHost: api.plivo.com\r\n"

    assert [wire + b"\r\n", wire + b"Cookie: a=1\r\n\r\n"] == server.received
    assert "https://api.plivo.com/v1" == exchange.request.url


def test_under_the_mock_the_hosts_still_count(server: Server) -> None:
    """The guard judges the real names."""
    guard = Guard(hosts=("a.example",))
    mocked = Transport(guard=guard, mock_origin=("127.0.0.1", server.port))
    with mocked as transport, pytest.raises(GuardError, match="is not among"):
        transport.send(make_request(server))


# Proxies


def proxied(server: Server, scheme: str = "http", host: str = "api.example") -> PreparedRequest:
    """Return a request that needs a proxy, as its host exists nowhere."""
    return replace(make_request(server), url=RequestUrl(scheme, host, None, "/x", "q=1"))


def test_http_goes_through_the_proxy(server: Server) -> None:
    """The proxy gets the absolute target and its credentials."""
    proxies = {"http": f"http://user:pass@127.0.0.1:{server.port}"}
    exchange = send(proxied(server), proxies=proxies)
    expected = (
        b"GET http://api.example/x?q=1 HTTP/1.1\r\nHost: api.example\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n"
    )

    assert ("ok", [expected]) == (exchange.response.text, server.received)


def test_https_goes_through_a_tunnel(start: Callable[..., Server]) -> None:
    """For https the proxy is asked to connect, and sees nothing more."""
    seen: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def tunnel(connection: socket.socket, number: int) -> None:
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as inner:
            seen.append(read_request(inner))
            inner.sendall(answer(b"inside"))

    proxy = start(tunnel)
    exchange = send(proxied(proxy, "https"), proxies={"all": f"http://127.0.0.1:{proxy.port}"}, verify=False)

    assert "inside" == exchange.response.text
    assert [b"CONNECT api.example:443 HTTP/1.1", b"GET /x?q=1 HTTP/1.1"] == [part.split(b"\r\n")[0] for part in seen]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_refuses_is_named_without_its_password(scheme: str) -> None:
    """The error names the proxy's host and port, and no credentials."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(ConnectFailed, match=f"connection refused: 127.0.0.1:{port}") as caught:
        send(proxied(Server(), scheme), proxies={"all": f"http://user:hidden@127.0.0.1:{port}"})

    assert "hidden" not in repr(caught.value)


def test_a_tunnel_that_is_refused_is_an_error(server: Server) -> None:
    """A proxy that wants a password is told from a server that does."""
    server.answers = [answer(b"", status="407 Proxy Authentication Required")]

    with pytest.raises(ConnectFailed, match=r"the proxy 127\.0\.0\.1:\d+ refuses to connect: 407 Proxy Auth"):
        send(proxied(server, "https"), proxies={"https": f"http://127.0.0.1:{server.port}"})


def test_this_machine_is_asked_without_a_proxy(server: Server) -> None:
    """Loopback ignores the proxy variables."""
    assert "ok" == send(make_request(server), proxies={"all": "http://127.0.0.1:1"}).response.text


def test_a_public_server_cannot_redirect_us_home(start: Callable[..., Server]) -> None:
    """What comes from behind a proxy counts as the internet, so it may not send us to this machine."""
    home, proxy = start(), start()
    proxy.answers = [redirect(f"http://127.0.0.1:{home.port}/admin"), redirect(f"http://localhost:{home.port}/admin")]
    with Transport(TransportOptions(proxies={"http": f"http://127.0.0.1:{proxy.port}"})) as transport:
        # A connection to localhost is open already when the redirects come.
        transport.send(replace(make_request(home), url=RequestUrl("http", "localhost", home.port, "/")))
        for _ in range(2):
            with pytest.raises(GuardError, match="a public server redirects to the inner address"):
                transport.send(proxied(proxy))

    assert 1 == len(home.received)


# What is not told


def test_nothing_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """The client's own log, which would hold URLs and headers, is silent for our requests."""
    caplog.set_level(logging.DEBUG)
    with Transport() as transport:
        transport.send(make_request(server, "GET", "/s3cret", ("Authorization", "s3cret")))
        records = [record for record in caplog.records if record.name.startswith(("httpx", "httpcore", "hpack"))]

    assert [] == records


def test_other_requests_of_the_process_are_logged_as_ever(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """A test suite's own use of the client keeps its log."""
    import httpx

    caplog.set_level(logging.INFO)
    httpx.get(f"http://127.0.0.1:{server.port}/", trust_env=False)

    assert ["httpx"] == [record.name for record in caplog.records if record.name == "httpx"]


# Connections in odd states


def test_a_refusal_ends_a_large_upload(start: Callable[..., Server]) -> None:
    """A server that answers 413 to the head of a request, and reads no more, is heard before the deadline."""
    refusal = answer(b"too much", status="413 Content Too Large")

    def script(connection: socket.socket, number: int) -> None:
        connection.recv(1000)
        connection.sendall(refusal)
        time.sleep(2)

    exchange = send(make_request(start(script), "POST", body=b"x" * 30_000_000), timeout_s=20)

    assert (413, "too much") == (exchange.response.status, exchange.response.text)
    assert "before it had taken the whole request" in exchange.notes[0]


def test_a_server_may_refuse_a_large_upload_and_hang_up(start: Callable[..., Server]) -> None:
    """The answer counts, and not the connection that broke while we were still sending."""

    def script(connection: socket.socket, number: int) -> None:
        connection.recv(1000)
        connection.sendall(answer(b"too much", "Connection: close", status="413 Content Too Large"))

    with Transport() as transport:
        for _ in range(5):
            exchange = transport.send(make_request(start(script), "POST", body=b"x" * 30_000_000))
            assert 413 == exchange.response.status


def test_an_upload_is_not_cut_short_by_what_is_no_refusal(start: Callable[..., Server]) -> None:
    """Interim answers and an early beginning of a good answer let the upload go on, even where both sides are full."""
    received = []

    def script(connection: socket.socket, number: int) -> None:
        size = len(connection.recv(1000).partition(b"\r\n\r\n")[2])
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"y" * 500_000)
        while size < 20_000_000:
            size += len(connection.recv(1 << 20))
        received.append(size)
        connection.sendall(b"y" * 2_500_000)

    response = send(make_request(start(script), "POST", body=b"x" * 20_000_000)).response

    assert ([20_000_000], b"y" * 3_000_000) == (received, response.body)


@pytest.mark.parametrize("header", ["Connection: close", "connection: Keep-Alive, Close"])
def test_a_server_may_ask_for_a_new_connection(header: str, start: Callable[..., Server]) -> None:
    """After `Connection: close` nothing more is sent on it, though it stays open."""
    server = start()
    server.by_target = {"/x": answer(b"ok", header)}
    with Transport() as transport:
        for _ in range(3):
            assert "ok" == transport.send(make_request(server)).response.text

    assert 3 == server.connections


def test_http_1_0_is_kept_alive_only_when_it_says_so(start: Callable[..., Server]) -> None:
    """Without `Connection: keep-alive` an answer in HTTP/1.0 is the last of its connection."""
    server = start()
    old = answer(b"ok").replace(b"HTTP/1.1", b"HTTP/1.0")
    server.answers = [old, old.replace(b"\r\n\r\n", b"\r\nConnection: Keep-Alive\r\n\r\n"), answer(b"ok")]
    with Transport() as transport:
        versions = [transport.send(make_request(server)).response.http_version for _ in range(3)]

    assert (["HTTP/1.0", "HTTP/1.0", "HTTP/1.1"], 2) == (versions, server.connections)


def test_our_own_close_is_meant(server: Server) -> None:
    """A request with `Connection: close` is the last one of its connection."""
    with Transport() as transport:
        for _ in range(2):
            transport.send(make_request(server, "GET", "/x", ("Connection", "close")))

    assert 2 == server.connections


def test_what_comes_while_a_connection_waits_is_thrown_away(start: Callable[..., Server]) -> None:
    """A second answer that comes before the next request is sent is not taken for that one's answer."""
    answered, sent = threading.Event(), threading.Event()

    def script(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answer(b"own"))
        if number == 1:
            answered.wait(5)
            connection.sendall(answer(b"late"))
            sent.set()
        read_request(connection)

    server = start(script)
    with Transport() as transport:
        first = transport.send(make_request(server, "GET", "/first?key=1"))
        answered.set()
        sent.wait(5)
        second = transport.send(make_request(server, "POST", "/second"))

    assert (["own", "own"], ()) == ([first.response.text, second.response.text], first.notes)
    assert 2 == server.connections
    assert [True] == ["bytes came on a kept connection after the answer to GET /first had" in n for n in second.notes]


def test_a_half_closed_connection_still_answers(start: Callable[..., Server]) -> None:
    """A server that says at once that it will send nothing after its answer is read, and then left."""

    def script(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answer(b"ok"))
        connection.shutdown(socket.SHUT_WR)
        time.sleep(0.5)

    server = start(script)
    with Transport() as transport:
        assert ["ok", "ok"] == [transport.send(make_request(server)).response.text for _ in range(2)]


def test_a_body_in_chunks_is_sent_when_the_header_says_so(start: Callable[..., Server]) -> None:
    """`Transfer-Encoding: chunked` by hand has its effect, with and without a body."""
    received: list[bytes] = []

    def script(connection: socket.socket, number: int) -> None:
        data = b""
        while not data.endswith(b"0\r\n\r\n"):
            data += connection.recv(65536)
        received.append(data.partition(b"\r\n\r\n")[2])
        connection.sendall(answer(b"ok"))

    for body in (b"hello", b""):
        send(make_request(start(script), "POST", "/x", ("Transfer-Encoding", "chunked"), body=body))

    assert [b"5\r\nhello\r\n0\r\n\r\n", b"0\r\n\r\n"] == received


def test_an_upgrade_that_was_asked_for_is_the_answer(start: Callable[..., Server]) -> None:
    """Where the request has an Upgrade header, the 101 counts; what follows is the other protocol's."""
    data = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n\x81\x05hello"
    exchange = send(make_request(start(one_shot(data)), "GET", "/x", ("Connection", "Upgrade"), ("Upgrade", "x")))

    assert (101, b"", ()) == (exchange.response.status, exchange.response.body, exchange.notes)


def test_a_body_that_ends_with_tls_left_open_is_noted(start: Callable[..., Server]) -> None:
    """Without a length only TLS could say that the body is whole (RFC 9112, 9.8)."""

    def script(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\ncut off?")
        if number == 2:
            connection.unwrap()  # type: ignore[attr-defined]

    server = start(script, tls=True)
    first, second = (send(https_request(server), verify=False) for _ in range(2))

    assert (["cut off?"] * 2, ()) == ([first.response.text, second.response.text], second.notes)
    assert "may be cut off" in first.notes[0]


@pytest.mark.parametrize("coding", ["foo", "utf-8", "compress", "gzip, foo"])
def test_an_unknown_coding_is_left_and_noted(coding: str, server: Server) -> None:
    """The body is as it was received, and somebody is told why."""
    server.answers = [answer(b"plain", f"Content-Encoding: {coding}")]
    exchange = send(make_request(server))

    assert b"plain" == exchange.response.body
    assert f"the Content-Encoding `{coding.split()[-1]}` is not known" in exchange.notes[0]


@pytest.mark.parametrize(
    ("body", "coding", "message"),
    [
        (b"no gzip", "gzip", "the body is not encoded as its Content-Encoding says: gzip"),
        (ZIPPED[:-8], "gzip", "the body ends before its gzip does"),
        (ZIPPED[:-8], "br", "the body is not encoded as its Content-Encoding says: br"),
        (ZIPPED + b"x", "x-gzip", "the body goes on after its gzip with something else"),
    ],
)
def test_a_body_that_is_not_what_its_coding_says_is_an_error(
    body: bytes, coding: str, message: str, server: Server
) -> None:
    """What decodes only in part is never judged."""
    server.answers = [answer(body, f"Content-Encoding: {coding}")]
    with pytest.raises(InvalidResponse, match=message):
        send(make_request(server))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_bomb_of_every_coding_is_held_to_the_limit(coding: str, server: Server) -> None:
    """The limit is asked while decoding, so that no memory is taken beyond it."""
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
    data = b"\0" * 8_000_000
    for each in coding.split(", "):
        data = pack[each](data)
    server.answers = [answer(data, f"Content-Encoding: {coding}")]

    with pytest.raises(InvalidResponse, match="larger than 1 MiB"):
        send(make_request(server), max_body_bytes=1 << 20)


def test_decoding_is_within_the_limit_of_time(server: Server) -> None:
    """The deadline that passes while a body is decoded ends it, though all of it has come."""
    server.answers = [answer(gzip.compress(b"") * 2_000_000, "Content-Encoding: gzip")]

    with pytest.raises(TimedOut):
        send(make_request(server), timeout_s=0.3)


def test_the_same_address_over_ipv6(start: Callable[..., Server]) -> None:
    """An address of IPv6 is dialled, and stands in brackets in the Host header."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    received: list[bytes] = []

    def serve() -> None:
        with listener.accept()[0] as connection:
            received.append(read_request(connection))
            connection.sendall(answer(b"ok"))

    threading.Thread(target=serve, daemon=True).start()
    port = listener.getsockname()[1]
    response = send(replace(make_request(port), url=RequestUrl("http", "::1", port, "/x"))).response
    listener.close()

    assert ("ok", True) == (response.text, f"Host: [::1]:{port}\r\n".encode() in received[0])


def test_tls_inside_of_tls(start: Callable[..., Server]) -> None:
    """An https server is reached through a proxy that is itself reached by https, body and all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    inside = start(tls=True)
    inside.by_target = {"/x?q=1": answer(b"inside" * 100_000)}

    def tunnel(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", inside.port)) as onward:
            back = threading.Thread(target=_copy, args=(onward, connection), daemon=True)
            back.start()
            _copy(connection, onward)

    proxy = start(tunnel, tls=True)
    request = replace(proxied(proxy, "https"), body=PreparedBody(b"x" * 1_000_000, None, "raw"), method="POST")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        tls_context.cache_clear()
        exchange = send(request, proxies={"all": f"https://localhost:{proxy.port}"}, verify=False)
    tls_context.cache_clear()

    assert b"inside" * 100_000 == exchange.response.body
    assert inside.received[0].endswith(b"x" * 1_000_000)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
