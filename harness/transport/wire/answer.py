"""The beginning of an answer, and the bytes of its body still to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.transport.wire.head import Lines

__all__ = ["Answer"]


@dataclass(slots=True)
class Answer:
    """An answer whose body is read piece by piece; close it when its body is read, or given up."""

    status: int
    reason: str
    headers: Lines
    http_version: str
    body: Iterator[bytes]
    """The body as it comes, its chunks undone."""
    transfer_codings: tuple[str, ...]
    """What was done to the body beside chunks, in that order."""
    close: Callable[[], None]
    """Gives the connection back where the body was read to its end and may carry another request, else closes it."""
