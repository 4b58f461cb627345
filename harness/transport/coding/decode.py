"""The codings of a body undone one by one, the last first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from harness.transport.coding.decoder import Decoder, DecodingFault

__all__ = ["decoded", "is_known"]

_MOST = 5  # as curl: each may make a thousand bytes of one


def _gzip() -> Decoder:
    from harness.transport.coding.zlib_codings import Gzip

    return Gzip()


def _deflate() -> Decoder:
    from harness.transport.coding.zlib_codings import Deflate

    return Deflate()


def _brotli() -> Decoder:
    from harness.transport.coding.brotli_coding import Brotli

    return Brotli()


def _zstd() -> Decoder:
    from harness.transport.coding.zstd_coding import Zstd

    return Zstd()


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd,
}  # fmt: skip


def is_known(coding: str) -> bool:
    """Return whether a coding, in lower case, can be undone."""
    return coding in _DECODERS


def decoded(pieces: Iterable[bytes], codings: Sequence[str]) -> Iterator[bytes]:
    """Yield a body without its codings, which stand in the order they were applied. A body of no bytes has none.

    Raises `DecodingFault` for one that is not what they say, or that ends before they do.
    """
    if len(codings) > _MOST:
        raise DecodingFault(f"is encoded {len(codings)} times; more than {_MOST} are not undone")
    for coding in reversed(codings):
        pieces = _undone(pieces, _DECODERS[coding]())
    yield from pieces


def _undone(pieces: Iterable[bytes], decoder: Decoder) -> Iterator[bytes]:
    for piece in pieces:
        yield from decoder.feed(piece)
    decoder.finish()
