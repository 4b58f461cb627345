"""What do end-to-end tests get: sites with and without TLS, a proxy that knows their names, certificates?"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as a site or the proxy got it."""

    method: str
    target: str
    headers: dict[str, str]
    """With names in lower case."""
    body: bytes
    certificate: str | None = None
    """The common name of the client certificate, where one was shown."""
    tls: tuple[str, str] | None = None
    """Version and cipher suite, where it came over TLS."""


Answer = Callable[[Received], bytes]


def answer(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a response with its length; underscores in the names of headers stand for hyphens."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def _fine(_request: Received) -> bytes:
    return answer('{"ok": true}', Content_Type="application/json")


def _read(connection: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Received(method, target, headers, body, _common_name(connection), _tls(connection))


def _tls(connection: socket.socket) -> tuple[str, str] | None:
    cipher = connection.cipher() if isinstance(connection, ssl.SSLSocket) else None
    return (cipher[1], cipher[0]) if cipher is not None else None


def _common_name(connection: socket.socket) -> str | None:
    certificate = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    if not certificate:
        return None
    names: Any = certificate.get("subject", ())
    return next((value for part in names for name, value in part if name == "commonName"), None)


class Listener:
    """Something on loopback that serves each connection in a thread of its own."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the URL of it as plain HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection."""
        raise NotImplementedError

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            self.serve(connection)


class Site(Listener):
    """A server that keeps what it received and answers as it is told."""

    def __init__(self, respond: Answer = _fine, context: ssl.SSLContext | None = None) -> None:
        self.respond = respond
        self._context = context
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        """Answer each request of a connection."""
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            while (request := _read(connection)) is not None:
                self.received.append(request)
                connection.sendall(self.respond(request))


class Proxy(Listener):
    """A forward proxy that alone knows where the names of a test are, by `host:port`."""

    def __init__(self) -> None:
        self.routes: dict[str, int] = {}
        super().__init__()

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make a process use it."""
        return {"HTTP_PROXY": self.url, "HTTPS_PROXY": self.url}

    def serve(self, connection: socket.socket) -> None:
        """Forward a tunnel or requests with absolute targets."""
        while (request := _read(connection)) is not None:
            self.received.append(request)
            name = request.target
            if request.method != "CONNECT":
                host = name.removeprefix("http://").partition("/")[0]
                name = host if ":" in host else f"{host}:80"
            if name not in self.routes:
                connection.sendall(answer(f"no route to {name}", "502 Bad Gateway"))
                continue
            with socket.create_connection(("127.0.0.1", self.routes[name])) as onward:
                if request.method == "CONNECT":
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _join(connection, onward)
                    return
                path = "/" + request.target.removeprefix("http://").partition("/")[2]
                head = [f"{request.method} {path} HTTP/1.1", "Connection: close"]
                head += [f"{key}: {value}" for key, value in request.headers.items() if key != "connection"]
                onward.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + request.body)
                _copy_answer(onward, connection)


def _copy_answer(onward: socket.socket, connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += onward.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
    while len(body) < length:
        body += onward.recv(65536)
    connection.sendall(head + b"\r\n\r\n" + body)


def _join(one: socket.socket, other: socket.socket) -> None:
    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority of the test, its server certificate for `names`, and client certificates as PEM files."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    @property
    def authority_file(self) -> Path:
        """Return the file that makes a client trust the servers."""
        path = self.folder / "authority.pem"
        self.authority.cert_pem.write_to_path(path)
        return path

    def server(self, *names: str, client: bool = False) -> ssl.SSLContext:
        """Return what a server of those names listens with; `client` asks for a certificate and insists on it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names).configure_cert(context)
        if client:
            context.verify_mode = ssl.CERT_REQUIRED
            self.authority.configure_trust(context)
        return context

    def client(self, name: str, passphrase: str | None = None) -> tuple[Path, Path]:
        """Write a client certificate and its key; return their files."""
        from cryptography.hazmat.primitives import serialization as form

        issued = self.authority.issue_cert(f"{name}.test", common_name=name)
        cert, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        data = issued.private_key_pem.bytes()
        if passphrase is not None:
            lock = form.BestAvailableEncryption(passphrase.encode())
            loaded = form.load_pem_private_key(data, None)
            data = loaded.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock)
        key.write_bytes(data)
        return cert, key


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return an authority that only the tests trust."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    """Return a function that starts a site, which is stopped after the test."""
    sites: list[Site] = []

    def start(respond: Answer = _fine, context: ssl.SSLContext | None = None) -> Site:
        sites.append(Site(respond, context))
        return sites[-1]

    yield start
    for each in sites:
        each.close()


def _speak_http2(context: ssl.SSLContext, listener: socket.socket) -> None:
    """Answer the requests of one connection in HTTP/2; the first that speaks something else ends it."""
    import h2.connection
    import h2.events
    from h2.config import H2Configuration
    from h2.exceptions import ProtocolError

    with (
        listener,
        listener.accept()[0] as plain,
        context.wrap_socket(plain, server_side=True) as connection,
        suppress(ProtocolError),
    ):
        state = h2.connection.H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        while data := connection.recv(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    body = json.dumps({"path": dict(event.headers)[b":path"].decode()}).encode()
                    state.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                    state.send_data(event.stream_id, body, end_stream=True)
            connection.sendall(state.data_to_send())


@pytest.fixture
def http2_port(certificates: Certificates) -> int:
    """Return the port of a server on localhost that speaks HTTP/2 alone, over one connection."""
    context = certificates.server("localhost")
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    threading.Thread(target=_speak_http2, args=(context, listener), daemon=True).start()
    return port


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Return a proxy without routes."""
    started = Proxy()
    yield started
    started.close()


@pytest.fixture
def collection(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a collection of GET requests to these URLs, each with a 200 example."""

    def write(*urls: str, name: str = "c", example: bool = True, **request: Any) -> Path:
        items: list[dict[str, Any]] = [
            {
                "name": f"r{index}",
                "request": {"method": "GET", "url": url, **request},
                "response": [{"name": "ok", "code": 200}] if example else [],
            }
            for index, url in enumerate(urls)
        ]
        file = tmp_path / f"{name}.postman_collection.json"
        file.write_text(json.dumps({"info": {"name": name, "schema": SCHEMA}, "item": items}), encoding="utf-8")
        return file

    return write
