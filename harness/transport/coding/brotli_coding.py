"""br (RFC 7932)."""

from __future__ import annotations

from collections.abc import Iterator

import brotli

from harness.transport.coding.decoder import PIECE, DecodingFault

__all__ = ["Brotli"]


class Brotli:
    """One stream of brotli."""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what further bytes decode to, in pieces. Raises `DecodingFault`."""
        self._begun = True
        while True:
            try:
                piece = self._inner.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise DecodingFault(
                    "is not encoded as its Content-Encoding says: br, but its data is damaged"
                ) from error
            data = b""
            yield piece
            # What was taken in may still have output to come; only an empty piece says that there is none.
            if self._inner.is_finished() or (not piece and self._inner.can_accept_more_data()):
                return

    def finish(self) -> None:
        """Raise `DecodingFault` when the body ended within the stream."""
        if self._begun and not self._inner.is_finished():
            raise DecodingFault("ends before its br does")
