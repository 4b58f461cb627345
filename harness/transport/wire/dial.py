"""Names looked up and addresses checked, until one of them takes a connection."""

from __future__ import annotations

import ipaddress
import socket
import threading
from concurrent.futures import Future

from harness.errors import GuardError
from harness.transport.guard import Address, numeric_address
from harness.transport.trip import Trip
from harness.transport.wire.connection import Connection
from harness.transport.wire.faults import DeadlinePassed, Unreachable

__all__ = ["dial"]

_FIRST_TRIES_S = 5.0  # at most so long for an address that has others after it, such as IPv6 without a route


def dial(host: str, port: int, trip: Trip) -> Connection:
    """Connect to the first address of `host` that answers.

    Raises `GuardError` when none may be reached, `Unreachable` when none answers.
    """
    trip.dialled = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    addresses = _allowed(trip, host, _look_up(host, port, trip))
    for count, address in enumerate(addresses, 1):
        left = trip.remaining()
        last = count == len(addresses)
        if not last:
            left = _FIRST_TRIES_S if left is None else min(left / 2, _FIRST_TRIES_S)
        try:
            connected = socket.create_connection((address, port), left)
        except OSError as error:
            if last and isinstance(error, TimeoutError) and error.errno is None:
                raise DeadlinePassed from error  # not the system's time-out but ours
            if last:
                raise Unreachable(error) from error
        else:
            return Connection(connected, host, _address(address), trip)
    raise AssertionError("unreachable: there is at least one address")


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
    """Return the addresses of a host, without repeats. Raises `Unreachable` or `DeadlinePassed`."""
    if numeric_address(host) is not None:
        return [host]
    found: Future[list[str]] = Future()
    # The system's look-up cannot be interrupted; the thread is left behind when it takes too long.
    threading.Thread(target=_ask_system, args=(host, port, found), daemon=True, name="look-up").start()
    try:
        return found.result(trip.remaining())
    except TimeoutError as error:
        raise DeadlinePassed from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(error) from error


def _ask_system(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result(list(dict.fromkeys(str(answer[4][0]) for answer in answers)))
    except (OSError, UnicodeError, RuntimeError) as error:  # raised again by the thread that waits
        found.set_exception(error)
