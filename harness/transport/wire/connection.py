"""One connection to a server or proxy: bytes out, bytes in, never past the deadline of the request that uses it.

Knows no HTTP.
"""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress

from harness.errors import GuardError
from harness.transport.guard import Address
from harness.transport.trip import Trip
from harness.transport.wire.faults import DeadlinePassed, Unreachable
from harness.transport.wire.nested_tls import NestedTls
from harness.transport.wire.readiness import ready
from harness.transport.wire.undelivered import never_arrived

__all__ = ["Connection"]

_PIECE = 64 * 1024
_MOST_COUNTED = 1 << 20  # of what comes after an answer
_MOMENT_S = 0.3
_MOST_HEARD = 1 << 20  # of what comes while a request is still being sent
_WANTS_READ = (BlockingIOError, ssl.SSLWantReadError)


class Connection:
    """A socket that never blocks on its own, with or without TLS; `trip` is the request under way on it."""

    def __init__(self, connected: socket.socket, host: str, address: Address, trip: Trip) -> None:
        connected.setblocking(False)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._stream: socket.socket | NestedTls = connected
        self._tls: ssl.SSLSocket | NestedTls | None = None
        self._host = host
        self._address = address
        self._carried = 0
        self.trip = trip
        self.held = bytearray()
        """What has come in and was not taken yet."""
        self.ended = False
        """Whether the other side has closed its half."""
        self.ragged = False
        """Whether TLS ended without the alert that says so (RFC 9112, 9.8)."""

    def board(self, trip: Trip) -> None:
        """Begin a request on this connection. A kept-alive one is checked too: it may be closed to a redirect."""
        refusal = trip.refusal(self._host, self._address)
        if refusal is not None:
            raise GuardError(refusal)
        trip.peer, trip.reused, trip.connected = self._address, self._carried > 0, True
        trip.answered, trip.written = False, 0
        trip.first_byte_at = trip.first_byte_at or time.perf_counter()
        self._carried += 1
        self.trip = trip

    def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Speak TLS from here on, inside of TLS where there is some already. Raises `Unreachable`."""
        try:
            if isinstance(self._stream, socket.socket) and self._tls is None:
                self._stream = self._tls = context.wrap_socket(
                    self._socket, server_hostname=name, do_handshake_on_connect=False, suppress_ragged_eofs=False
                )
                self._socket = self._stream
            else:
                assert isinstance(self._tls, ssl.SSLSocket), "TLS is nested once: in that of a proxy"
                self._stream = self._tls = NestedTls(self._tls, context, name, self._await_writable)
            self._handshake(self._tls)
        except (OSError, ValueError) as error:  # ValueError: a name that cannot stand in a certificate
            self.close()
            raise Unreachable(error) from error

    @property
    def protocol(self) -> str | None:
        """The protocol that was agreed upon with TLS, such as `h2`."""
        return None if self._tls is None else self._tls.selected_alpn_protocol()

    def send(self, data: bytes | memoryview) -> int:
        """Send a part of the data and return how much; 0 says that the server has spoken first, into `held`.

        Raises `OSError` when the connection is dead, `DeadlinePassed` when the time is over.
        """
        while True:
            self.trip.remaining()
            try:
                count = self._stream.send(data[:_PIECE])
            except (*_WANTS_READ, ssl.SSLWantWriteError):
                listening = not self.ended and len(self.held) < _MOST_HEARD
                self._await(write=True, read=listening)
                if listening and self.heard():
                    return 0
                continue
            self.trip.written += count
            return count

    def heard(self) -> bool:
        """Return whether something new has come in, or the end; it is put into `held`."""
        if self.ended:
            return False
        try:
            data = self._received()
        except (*_WANTS_READ, ssl.SSLWantWriteError):
            return False
        except OSError:  # told again by whoever reads the answer
            return False
        self.held += data
        return True

    def last_words(self) -> None:
        """Read what the other side said before it broke off. Raises `ssl.SSLError` where TLS gives the reason.

        A server that refuses our certificate tells so while we are sending already (RFC 8446, 4.4.2.4).
        """
        try:
            self.held += self._received()
        except (*_WANTS_READ, ssl.SSLWantWriteError):
            return
        except ssl.SSLError:
            raise
        except OSError:
            return

    def fill(self) -> bool:
        """Wait for something to come, and put it into `held`; return False at the end."""
        if self.ended:
            return False
        try:
            data = self._next()
        except OSError:
            self.note_loss()
            raise
        self.held += data
        return bool(data)

    def fill_soon(self) -> bool:
        """Do the same, but give up after a moment."""
        if self.heard():
            return not self.ended
        ready(self._socket, read=True, timeout=_MOMENT_S)
        return self.heard() and not self.ended

    def take(self, most: int) -> bytes:
        """Return the beginning of what is held."""
        data = bytes(memoryview(self.held)[:most])
        del self.held[:most]
        return data

    def surplus(self) -> int:
        """Return how many bytes lie here that nobody asked for, without waiting; `ended` is true afterwards at the end.

        They are thrown away, and counting stops at a mebibyte.
        """
        count = len(self.held)
        self.held.clear()
        while count < _MOST_COUNTED and not self.ended:
            try:
                count += len(self._received())
            except (*_WANTS_READ, ssl.SSLWantWriteError):
                break
            except OSError:
                self.ended = True
        return count

    def close(self) -> None:
        """Close it, whatever is under way."""
        with suppress(OSError):
            self._socket.close()

    def answer_quickly(self) -> None:
        """Have the next bytes acknowledged at once: servers that write an answer in two pieces wait for that."""
        if hasattr(socket, "TCP_QUICKACK"):
            with suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def note_loss(self) -> None:
        """Note on the trip whether a request that died with a kept connection can have arrived."""
        trip = self.trip
        if trip.reused and not trip.answered:
            trip.undelivered = never_arrived(self._socket, trip.written)

    def _next(self) -> bytes:
        while True:
            if self._tls is None:
                self._await(read=True)
            else:
                self.trip.remaining()
            try:
                data = self._received()
            except _WANTS_READ:
                self._await(read=True)
            except ssl.SSLWantWriteError:
                self._await(write=True)
            else:
                if not data:
                    self.note_loss()
                return data

    def _received(self) -> bytes:
        """Return what has come in, empty at the end. Raises at once when nothing has."""
        try:
            data = self._stream.recv(_PIECE)
        except ssl.SSLEOFError:
            data, self.ragged = b"", True
        except ssl.SSLZeroReturnError:
            data = b""
        if data:
            self.trip.answered = True
        else:
            self.ended = True
        return data

    def _handshake(self, tls: ssl.SSLSocket | NestedTls) -> None:
        while True:
            self.trip.remaining()
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._await(read=True)
            except ssl.SSLWantWriteError:
                self._await(write=True)
            else:
                return

    def _await(self, *, write: bool = False, read: bool = False) -> None:
        if not ready(self._socket, write=write, read=read, timeout=self.trip.remaining()):
            raise DeadlinePassed

    def _await_writable(self) -> None:
        self._await(write=True)
