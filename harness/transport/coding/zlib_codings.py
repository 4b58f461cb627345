"""gzip (RFC 1952) and deflate (RFC 1950, and what is sent under that name without its header: RFC 1951)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from harness.transport.coding.decoder import PIECE, DecodingFault

__all__ = ["Deflate", "Gzip"]

_REASONS = {
    "incorrect data check": "its checksum is wrong",
    "incorrect length check": "its length is not what its trailer says",
    "incorrect header check": "it does not begin so",
    "unknown compression method": "it does not begin so",
}


def _fault(name: str, error: zlib.error) -> DecodingFault:
    reason = next((words for key, words in _REASONS.items() if key in str(error)), "its data is damaged")
    return DecodingFault(f"is not encoded as its Content-Encoding says: {name}, but {reason}")


class _Inflating:
    """One stream of zlib's, of whichever of its three forms; `after` is what follows its end."""

    def __init__(self, name: str, form: int) -> None:
        self._name = name
        self._inner = zlib.decompressobj(form)

    @property
    def ended(self) -> bool:
        return self._inner.eof

    @property
    def after(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        # Even without input there may be output left, when a piece was full.
        full = False
        while (data or full) and not self._inner.eof:
            try:
                piece = self._inner.decompress(data, PIECE)
            except zlib.error as error:
                raise _fault(self._name, error) from error
            data, full = self._inner.unconsumed_tail, len(piece) == PIECE
            yield piece


class Gzip:
    """All members of a gzip, one after another, whose zeros behind them are skipped as gzip(1) does."""

    def __init__(self) -> None:
        self._member: _Inflating | None = None
        self._padded = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what further bytes decode to, in pieces. Raises `DecodingFault`."""
        while data:
            if self._member is None:
                data = self._begin(data)
                continue
            yield from self._member.feed(data)
            data = b""
            if self._member.ended:
                data, self._member = self._member.after, None
                self._padded = True

    def finish(self) -> None:
        """Raise `DecodingFault` when the body ended within a member."""
        if self._member is not None:
            raise DecodingFault("ends before its gzip does")

    def _begin(self, data: bytes) -> bytes:
        """Begin a member where there is one, and return its bytes."""
        if self._padded:
            data = data.lstrip(b"\0")
        if self._padded and data and data[:1] != b"\x1f":
            raise DecodingFault("goes on after its gzip with something else")
        if data:
            self._member = _Inflating("gzip", 16 + zlib.MAX_WBITS)
        return data


class Deflate:
    """One stream of deflate, with the header of zlib or without."""

    def __init__(self) -> None:
        self._stream: _Inflating | None = None
        self._beginning = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what further bytes decode to, in pieces. Raises `DecodingFault`."""
        if self._stream is None:
            self._beginning += data
            if len(self._beginning) < 2:
                return
            data, self._stream = self._beginning, _Inflating("deflate", _form(self._beginning))
        if not self._stream.ended:
            yield from self._stream.feed(data)
            data = self._stream.after
        if self._stream.ended and data.strip(b"\0"):
            raise DecodingFault("goes on after its deflate with something else")

    def finish(self) -> None:
        """Raise `DecodingFault` when the body ended within the stream."""
        if self._beginning and (self._stream is None or not self._stream.ended):
            raise DecodingFault("ends before its deflate does")


def _form(beginning: bytes) -> int:
    """Return whether the header of zlib is there, by its check (RFC 1950, 2.2), as zlib names the form."""
    is_zlib = beginning[0] & 0x0F == 8 and int.from_bytes(beginning[:2]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS
