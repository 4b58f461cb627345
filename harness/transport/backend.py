"""How do bytes reach a server: names looked up, addresses checked, and never past the deadline of the request?

This is what `httpcore` opens its connections with. Knows no HTTP.
"""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

import httpcore

from harness.errors import GuardError
from harness.transport.guard import Address, numeric_address
from harness.transport.trip import Trip, current_trip

__all__ = ["Backend"]

_PIECE = 64 * 1024
_FIRST_TRIES_S = 5.0  # at most so long for an address that has others after it, such as IPv6 without a route
_LAST_WORD_S = 1.0  # how long the news that a connection is dead may take


class Backend(httpcore.NetworkBackend):
    """Opens connections for the request under way in this thread."""

    def __init__(self, only: tuple[str, int] | None = None) -> None:
        self._only = only
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers. Raises `GuardError` when none may be reached."""
        trip = current_trip()
        trip.dialled = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if self._only is not None and (host, port) != self._only:
            raise GuardError(f"under the mock nothing is sent to `{trip.dialled}`")
        addresses = _allowed(trip, host, _look_up(host, port, trip))
        for count, address in enumerate(addresses, 1):
            left = trip.remaining()
            if count < len(addresses):
                left = _FIRST_TRIES_S if left is None else min(left / 2, _FIRST_TRIES_S)
            try:
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if count == len(addresses):
                    raise
                continue
            return _Stream(stream, host, _address(address))
        raise AssertionError("unreachable: there is at least one address")

    def sleep(self, seconds: float) -> None:
        """Wait; `httpcore` asks for it only between retries, of which there are none."""
        time.sleep(seconds)


def _address(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _allowed(trip: Trip, host: str, addresses: list[str]) -> list[str]:
    """Return the addresses that the guard lets through; it must be one at least."""
    refusals = {address: trip.refusal(host, _address(address)) for address in addresses}
    allowed = [address for address, refusal in refusals.items() if refusal is None]
    if not allowed:
        raise GuardError(next((refusal for refusal in refusals.values() if refusal), f"`{host}` has no address"))
    return allowed


def _look_up(host: str, port: int, trip: Trip) -> list[str]:
    """Return the addresses of a host, without repeats. Raises `httpcore.ConnectError` or its time-out."""
    if numeric_address(host) is not None:
        return [host]
    found: Future[list[str]] = Future()
    # The system's look-up cannot be interrupted; the thread is left behind when it takes too long.
    threading.Thread(target=_ask_system, args=(host, port, found), daemon=True, name="look-up").start()
    try:
        return found.result(trip.remaining())
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(error) from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(error) from error


def _ask_system(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result(list(dict.fromkeys(str(answer[4][0]) for answer in answers)))
    except (OSError, UnicodeError, RuntimeError) as error:  # raised again by the thread that waits
        found.set_exception(error)


class _Stream(httpcore.NetworkStream):
    """One connection; every wait on it ends with the deadline of the request that uses it."""

    def __init__(self, inner: httpcore.NetworkStream, host: str, address: Address) -> None:
        self._inner = inner
        self._host = host
        self._address = address
        self._last_trip: Trip | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        trip = current_trip()
        try:
            data = self._inner.read(max_bytes, trip.remaining())
        except httpcore.ReadError:
            self._note_loss(trip)
            raise
        if data:
            trip.answered = True
        else:
            self._note_loss(trip)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        trip = current_trip()
        if self._last_trip is not trip:
            self._board(trip)
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            self._inner.write(piece, trip.remaining())
            trip.written += len(piece)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        trip = current_trip()
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, trip.remaining())
        except ValueError as error:  # a name that cannot stand in a certificate
            self.close()
            raise httpcore.ConnectError(error) from error
        return _Stream(inner, self._host, self._address)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _board(self, trip: Trip) -> None:
        """Begin a trip on this connection. A kept-alive one is checked too: it may be closed to a redirect."""
        refusal = trip.refusal(self._host, self._address)
        if refusal is not None:
            raise GuardError(refusal)
        trip.peer, trip.reused, trip.connected = self._address, self._last_trip is not None, True
        trip.answered, trip.written = False, 0
        trip.first_byte_at = trip.first_byte_at or time.perf_counter()
        self._last_trip = trip

    def _note_loss(self, trip: Trip) -> None:
        if trip.reused and not trip.answered:
            trip.undelivered = _never_arrived(self._inner.get_extra_info("socket"), trip.written)


def _never_arrived(connection: socket.socket, written: int) -> bool:
    """Return whether the other side took none of the `written` bytes before it closed a kept-alive connection.

    Linux counts the bytes that were not acknowledged (SIOCOUTQ); when the connection is then reset, nobody read them.
    Elsewhere there is no such proof.
    """
    if sys.platform != "linux":
        return False
    import fcntl
    import termios

    poll = select.poll()
    poll.register(connection, 0)
    give_up = time.monotonic() + _LAST_WORD_S
    while time.monotonic() < give_up:
        dead = poll.poll(50)
        try:
            waiting: int = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        except OSError:
            return False
        if waiting < written or dead:
            return bool(waiting >= written)
    return False
