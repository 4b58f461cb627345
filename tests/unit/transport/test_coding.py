"""Is every content coding undone to its end, in bounded pieces, and is one without an end told?"""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from collections.abc import Sequence

import brotli
import pytest

from harness.transport.coding.decode import decoded
from harness.transport.coding.decoder import PIECE, DecodingFault

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b'{"id": 1, "name": "caf\xc3\xa9"}\n' * 40
LONG = random.Random(7).randbytes(300_000) + b"\0" * 3_000_000  # several pieces, of what can be compressed and not
SKIPPABLE = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"  # RFC 8878, 3.1.2


def _raw(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _named(data: bytes) -> bytes:
    """Return a member with every field that RFC 1952 has: extra, name, comment and the header's check."""
    fields = b"\x04\0abcd" + b"name\0" + b"comment\0"
    head = b"\x1f\x8b\x08\x1e" + bytes(4) + b"\x00\x03" + fields
    tail = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return head + (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little") + _raw(data) + tail


def _flushed(data: bytes) -> bytes:
    """Return a gzip that was flushed after each line, as a stream is."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    lines = data.splitlines(keepends=True)
    packed = b"".join(packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH) for line in lines)
    return packed + packer.flush()


GZIP, BROTLI, ZSTD = gzip.compress(TEXT), brotli.compress(TEXT), zstd.compress(TEXT)
WHOLE: dict[str, tuple[bytes, Sequence[str], bytes]] = {
    "gzip": (GZIP, ["gzip"], TEXT),
    "x-gzip": (GZIP, ["x-gzip"], TEXT),
    "two members": (GZIP + gzip.compress(b"more"), ["gzip"], TEXT + b"more"),
    "five members": (b"".join(gzip.compress(b"%d\n" % n) for n in range(5)), ["gzip"], b"0\n1\n2\n3\n4\n"),
    "an empty member between": (GZIP + gzip.compress(b"") + GZIP, ["gzip"], TEXT * 2),
    "zeros behind": (GZIP + bytes(1000), ["gzip"], TEXT),
    "zeros between members": (GZIP + bytes(9) + GZIP, ["gzip"], TEXT * 2),
    "a member with all fields": (_named(TEXT) + _named(b"x"), ["gzip"], TEXT + b"x"),
    "a flushed gzip": (_flushed(TEXT), ["gzip"], TEXT),
    "gzip of nothing": (gzip.compress(b""), ["gzip"], b""),
    "a long gzip": (gzip.compress(LONG) * 2, ["gzip"], LONG * 2),
    "deflate": (zlib.compress(TEXT), ["deflate"], TEXT),
    "deflate without header": (_raw(TEXT), ["deflate"], TEXT),
    "a long deflate": (zlib.compress(LONG), ["deflate"], LONG),
    "br": (BROTLI, ["br"], TEXT),
    "a long br": (brotli.compress(LONG, quality=3), ["br"], LONG),
    "br of nothing": (brotli.compress(b""), ["br"], b""),
    "zstd": (ZSTD, ["zstd"], TEXT),
    "two frames": (ZSTD + zstd.compress(b"more"), ["zstd"], TEXT + b"more"),
    "a frame to be skipped": (SKIPPABLE + ZSTD + SKIPPABLE, ["zstd"], TEXT),
    "a long zstd": (zstd.compress(LONG), ["zstd"], LONG),
    "gzip twice": (gzip.compress(GZIP), ["gzip", "gzip"], TEXT),
    "deflate in br": (brotli.compress(zlib.compress(TEXT)), ["deflate", "br"], TEXT),
    "no bytes at all": (b"", ["gzip", "br", "zstd", "deflate"], b""),
    "no coding": (TEXT, [], TEXT),
}
ENDS, GOES_ON, SAYS = "ends before its", "goes on after its", "is not encoded as its Content-Encoding says"
BROKEN: dict[str, tuple[bytes, Sequence[str], str]] = {
    "half a gzip": (GZIP[: len(GZIP) // 2], ["gzip"], ENDS),
    "only its head": (GZIP[:10], ["gzip"], ENDS),
    "one byte": (GZIP[:1], ["gzip"], ENDS),
    "no trailer": (GZIP[:-8], ["gzip"], ENDS),
    "half a trailer": (GZIP[:-4], ["gzip"], ENDS),
    "flushed, without end": (_flushed(TEXT)[:-12], ["gzip"], ENDS),
    "half a second member": (GZIP + GZIP[:30], ["gzip"], ENDS),
    "a wrong checksum": (GZIP[:-8] + b"abcd" + GZIP[-4:], ["gzip"], "its checksum is wrong"),
    "a wrong length": (GZIP[:-4] + b"abcd", ["gzip"], "its length is not"),
    "damaged": (GZIP[:15] + b"\xff\xff\xff" + GZIP[18:], ["gzip"], SAYS),
    "something else behind": (GZIP + b"junk", ["gzip"], GOES_ON),
    "no gzip": (b"no gzip", ["gzip"], "gzip, but it does not begin so"),
    "plain JSON as deflate": (b'{"id": 1}', ["deflate"], SAYS),
    "half a deflate": (zlib.compress(TEXT)[:20], ["deflate"], ENDS),
    "one byte of deflate": (b"\x78", ["deflate"], ENDS),
    "a deflate without checksum": (zlib.compress(TEXT)[:-4], ["deflate"], ENDS),
    "half a raw deflate": (_raw(TEXT)[:-3], ["deflate"], ENDS),
    "something behind deflate": (zlib.compress(TEXT) + b"junk", ["deflate"], GOES_ON),
    "half a br": (BROTLI[:-3], ["br"], ENDS),
    "no br": (b"\xff\xff no br", ["br"], SAYS),
    "something behind br": (BROTLI + b"junk", ["br"], SAYS),
    "half a zstd": (ZSTD[:-3], ["zstd"], ENDS),
    "four bytes of zstd": (ZSTD[:4], ["zstd"], ENDS),
    "no zstd": (b"no zstd at all", ["zstd"], SAYS),
    "something behind zstd": (ZSTD + b"junk and more", ["zstd"], SAYS),
    "gzip cut off in gzip": (gzip.compress(GZIP[:-9]), ["gzip", "gzip"], ENDS),
    "too many": (b"x", ["gzip"] * 6, "is encoded 6 times"),
}


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize(("data", "codings", "text"), WHOLE.values(), ids=WHOLE.keys())
def test_it_is_read_to_its_end(data: bytes, codings: Sequence[str], text: bytes, size: int) -> None:
    """Whatever its units and however its pieces come, all of it is there, in pieces of a bounded size."""
    if size < len(data) > 100_000:
        size = 65536
    found = list(decoded(_pieces(data, size), codings))

    assert text == b"".join(found)
    assert all(len(piece) <= 2 * PIECE for piece in found)


@pytest.mark.parametrize("size", [1, 65536])
@pytest.mark.parametrize(("data", "codings", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_whole_is_a_fault(data: bytes, codings: Sequence[str], words: str, size: int) -> None:
    """An end that is missing, a check that fails and bytes of another kind are told in words without the bytes."""
    with pytest.raises(DecodingFault, match=words) as caught:
        list(decoded(_pieces(data, size), codings))

    assert "junk" not in str(caught.value)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_given_in_pieces(coding: str) -> None:
    """What a few bytes become comes bit by bit, so that a limit can be held in between."""
    zeros = b"\0" * 8_000_000
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[coding]
    sizes = [len(piece) for piece in decoded([pack(zeros)], [coding])]

    assert len(zeros) == sum(sizes)
    assert max(sizes) <= 2 * PIECE
