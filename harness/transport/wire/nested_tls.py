"""TLS inside of TLS: a tunnel to an https server through a proxy that is itself reached by https."""

from __future__ import annotations

import ssl
from collections.abc import Callable

__all__ = ["NestedTls"]

_PIECE = 64 * 1024


class NestedTls:
    """The inner of two layers of TLS, with those methods of `ssl.SSLSocket` that a connection uses.

    The standard library wraps sockets only; between the layers stand two buffers in memory.
    """

    def __init__(
        self, outer: ssl.SSLSocket, context: ssl.SSLContext, name: str, await_writable: Callable[[], None]
    ) -> None:
        self._outer = outer
        self._await_writable = await_writable
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    def do_handshake(self) -> None:
        """Go on with the handshake. Raises `ssl.SSLWantReadError` where the other side has to speak."""
        while True:
            try:
                self._inner.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            else:
                self._flush()
                return

    def recv(self, size: int) -> bytes:
        """Return what has come in. Raises `ssl.SSLWantReadError` when nothing has."""
        while True:
            try:
                return self._inner.read(size)
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()

    def send(self, data: bytes | memoryview) -> int:
        """Send all of the data, and return its length."""
        count = self._inner.write(data)
        self._flush()
        return count

    def selected_alpn_protocol(self) -> str | None:
        """Return the protocol that was agreed upon."""
        return self._inner.selected_alpn_protocol()

    def _fill(self) -> None:
        data = self._outer.recv(_PIECE)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        data = memoryview(self._outgoing.read())
        while data:
            try:
                data = data[self._outer.send(data) :]
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                self._await_writable()
