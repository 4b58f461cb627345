"""Connections kept for the next request of the same route."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from harness.transport.trip import Trip
from harness.transport.wire.answer import Answer
from harness.transport.wire.outgoing import Outgoing, Route

__all__ = ["Line", "Pool"]

_MAX_IDLE = 64


class Line(Protocol):
    """A connection with the protocol that is spoken on it."""

    def ask(self, request: Outgoing, trip: Trip, give_back: Callable[[Any], None]) -> Answer:
        """Send a request and return the beginning of its answer; `give_back` gets a line that may be used again."""

    def is_usable(self, trip: Trip) -> bool:
        """Return whether another request may go out on it; a note on the trip says what speaks against it."""

    def close(self) -> None:
        """Close it."""


class Pool:
    """What waits for its next request; a line in use is in no pool. Safe to use from several threads."""

    def __init__(self) -> None:
        self._idle: OrderedDict[int, tuple[Route, Line]] = OrderedDict()
        self._count = 0
        self._closed = False
        self._lock = threading.Lock()

    def take(self, route: Route, trip: Trip) -> Line | None:
        """Return the line of this route that was used last and can be used again; None when there is none."""
        while True:
            with self._lock:
                number = next((each for each in reversed(self._idle) if self._idle[each][0] == route), None)
                if number is None:
                    return None
                line = self._idle.pop(number)[1]
            if line.is_usable(trip):
                return line
            line.close()

    def give(self, route: Route, line: Line) -> None:
        """Keep a line; the one that has waited longest is closed where there are too many."""
        with self._lock:
            self._count += 1
            self._idle[self._count] = (route, line)
            too_many = self._closed or len(self._idle) > _MAX_IDLE
            oldest = self._idle.popitem(last=False)[1][1] if too_many else None
        if oldest is not None:
            oldest.close()

    def close(self) -> None:
        """Close every line that waits, and those that are given back later."""
        with self._lock:
            lines, self._idle, self._closed = self._idle, OrderedDict(), True
        for _, line in lines.values():
            line.close()
