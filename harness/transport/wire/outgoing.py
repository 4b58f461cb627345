"""One request as the bytes that go out, and over which kind of connection."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from harness.request.grammar import is_token
from harness.transport.proxies import Proxy
from harness.transport.tls.alpn import HttpVersion
from harness.transport.tls.certificates import ClientCertificate
from harness.transport.tls.context import Trust
from harness.transport.tls.settings import TlsSettings
from harness.transport.wire.faults import Unsendable
from harness.transport.wire.head import Lines

__all__ = ["Outgoing", "Route", "proxy_authorization"]

_TARGET = re.compile(rb"[\x21-\x7e]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes, and on which terms: connections are shared only by requests with the same route."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None = None
    trust: Trust = field(default_factory=Trust)
    tls: TlsSettings = field(default_factory=TlsSettings)
    certificate: ClientCertificate | None = None
    version: HttpVersion = "http1"
    """Of HTTP, where TLS is spoken."""

    @property
    def https(self) -> bool:
        """Whether TLS is spoken with the server."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL; the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request in the order and case in which its lines are sent."""

    method: str
    target: bytes
    headers: Lines
    body: bytes
    route: Route

    def values(self, name: bytes) -> list[bytes]:
        """Return the members of a header that is a list, in lower case."""
        found = [value.lower() for key, value in self.headers if key.lower() == name]
        return [member.strip() for value in found for member in value.split(b",")]

    def head(self) -> bytes:
        """Return request line and header lines as HTTP/1.1. Raises `Unsendable`."""
        if not is_token(self.method):
            raise Unsendable("its method is no word of HTTP")
        if not _TARGET.fullmatch(self.target):
            raise Unsendable("its path or query cannot stand in a request line")
        target, headers = self.target, self.headers
        proxy = self.route.proxy
        if proxy is not None and not self.route.https:  # RFC 9112, 3.2.2
            target = f"{self.route.scheme}://{self.route.authority}".encode("ascii") + target
            if not self.values(b"proxy-authorization"):
                headers = [*headers, *proxy_authorization(proxy)]
        lines = [b"%s %s HTTP/1.1" % (self.method.encode("ascii"), target)]
        lines += [b"%s: %s" % line for line in headers]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def content(self) -> bytes:
        """Return the body, as one chunk where the headers say chunks. Raises `Unsendable` for other codings."""
        codings = self.values(b"transfer-encoding")
        if not codings:
            return self.body
        if codings != [b"chunked"]:
            raise Unsendable("of all Transfer-Encodings only `chunked` can be sent")
        chunk = b"%x\r\n%s\r\n" % (len(self.body), self.body) if self.body else b""
        return chunk + b"0\r\n\r\n"


def proxy_authorization(proxy: Proxy) -> Lines:
    """Return the header line by which we name ourselves to a proxy, if we do."""
    if proxy.user is None:
        return []
    pair = base64.b64encode(f"{proxy.user}:{proxy.password}".encode())
    return [(b"Proxy-Authorization", b"Basic " + pair)]
