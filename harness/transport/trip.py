"""How does one request of this thread fare on the wire: until when, where to, and how far did it get?

The HTTP client below us hands no such things down to the sockets, so they lie with the thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore

from harness.transport.guard import Address

__all__ = ["Trip", "current_trip", "deadline_after", "under_way"]

_LOGGERS = (
    "httpx",
    *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")),
    *(f"hpack.{name}" for name in ("hpack", "table")),
)


@dataclass(slots=True)
class Trip:
    """One request on its way, redirects not counted. Owned by the thread that sends it."""

    deadline: float | None
    """On the monotonic clock; None is no limit."""
    refusal: Callable[[str, Address], str | None]
    """Why a host may not be reached at an address, or None."""
    dialled: str = ""
    """Host and port of the last attempt to connect, for the message."""
    peer: Address | None = None
    """The address at the other end."""
    reused: bool = False
    """Whether the connection had carried another request before."""
    connected: bool = False
    answered: bool = False
    """Whether any byte came back."""
    written: int = 0
    undelivered: bool = False
    """Whether it is certain that the server never got a byte of the request."""
    first_byte_at: float | None = None
    """When the first byte was sent, on the performance counter."""

    def remaining(self) -> float | None:
        """Return the seconds left. Raises `httpcore.TimeoutException` when there are none."""
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException("the deadline of the request has passed")
        return left


def deadline_after(timeout_s: float | None) -> float | None:
    """Return the moment on the monotonic clock that lies that many seconds ahead; None for no limit."""
    return None if timeout_s is None else time.monotonic() + timeout_s


class _Here(threading.local):
    trip: Trip | None = None


_here = _Here()


def current_trip() -> Trip:
    """Return the trip of this thread; one without limits when a connection is used outside any."""
    return _here.trip or Trip(None, lambda host, address: None)


@contextmanager
def under_way(trip: Trip) -> Iterator[None]:
    """Make `trip` the one of this thread for a while."""
    outer, _here.trip = _here.trip, trip
    try:
        yield
    finally:
        _here.trip = outer


def _not_ours(record: logging.LogRecord) -> bool:
    return _here.trip is None


# The client logs URLs and headers, which hold secrets that nobody has masked; pytest would print them with a failure.
# Only our own requests are kept out: others of the same process log as ever.
for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_not_ours)
