"""zstd (RFC 8878)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from harness.transport.coding.decoder import PIECE, DecodingFault

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Zstd"]


class Zstd:
    """All frames of a zstd, one after another; those that are to be skipped give nothing."""

    def __init__(self) -> None:
        self._frame: zstd.ZstdDecompressor | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what further bytes decode to, in pieces. Raises `DecodingFault`."""
        while data or (self._frame is not None and not self._frame.needs_input):
            if self._frame is None:
                self._frame = zstd.ZstdDecompressor()
            try:
                piece = self._frame.decompress(data, PIECE)
            except zstd.ZstdError as error:
                raise DecodingFault(
                    "is not encoded as its Content-Encoding says: zstd, but its data is damaged"
                ) from error
            data = b""
            yield piece
            if self._frame.eof:
                data, self._frame = self._frame.unused_data, None

    def finish(self) -> None:
        """Raise `DecodingFault` when the body ended within a frame."""
        if self._frame is not None:
            raise DecodingFault("ends before its zstd does")
