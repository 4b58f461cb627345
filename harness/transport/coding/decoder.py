"""What every decoder of a content coding does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

__all__ = ["PIECE", "Decoder", "DecodingFault"]

PIECE = 256 * 1024
"""The most bytes that one step of a decoder gives, whatever it is fed: after each of them limits can be asked for."""


class DecodingFault(Exception):
    """A body is not what its coding says; the argument goes on from "the body …"."""


class Decoder(Protocol):
    """Undoes one coding of one body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what further bytes decode to, in pieces. Raises `DecodingFault`."""

    def finish(self) -> None:
        """Raise `DecodingFault` when the body ended before its coding did."""
