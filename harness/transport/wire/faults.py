"""What can go wrong between a socket and an answer, before it is put into words for a person."""

from __future__ import annotations

__all__ = [
    "BadAnswer",
    "ClosedEarly",
    "DeadlinePassed",
    "NotHttp",
    "ProxyRefused",
    "Unreachable",
    "Unsendable",
]


class DeadlinePassed(Exception):
    """The time of the request is over. No `OSError`, as nothing is wrong with the connection."""


class Unreachable(Exception):
    """No connection, or no TLS on it; the cause is the first argument."""


class ProxyRefused(Exception):
    """The proxy makes no tunnel; the argument says how it put it."""


class Unsendable(Exception):
    """A request that HTTP has no form for; the argument says why."""


class BadAnswer(Exception):
    """The server broke HTTP beyond reading; the argument goes on from "the server …"."""


class ClosedEarly(BadAnswer):
    """The server closed the connection before its answer was complete."""


class NotHttp(BadAnswer):
    """What came is no HTTP at all; `data` is its beginning."""

    def __init__(self, data: bytes) -> None:
        super().__init__("does not speak HTTP")
        self.data = data
