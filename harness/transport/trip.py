"""How does one request fare on the wire: until when, where to, and how far did it get?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.transport.guard import Address
from harness.transport.wire.faults import DeadlinePassed

__all__ = ["Trip", "deadline_after"]


def _any_address(host: str, address: Address) -> str | None:
    return None


@dataclass(slots=True)
class Trip:
    """One request on its way, redirects not counted."""

    deadline: float | None = None
    """On the monotonic clock; None is no limit."""
    refusal: Callable[[str, Address], str | None] = _any_address
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
    notes: list[str] = field(default_factory=list)
    """What a person should know about how the server kept to HTTP."""

    def remaining(self) -> float | None:
        """Return the seconds left. Raises `DeadlinePassed` when there are none."""
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        return left


def deadline_after(timeout_s: float | None) -> float | None:
    """Return the moment on the monotonic clock that lies that many seconds ahead; None for no limit."""
    return None if timeout_s is None else time.monotonic() + timeout_s
