"""`Body`: what a record has of a body, which is never more than 8 MiB of it.

The limit is one of characters as they are written in JSON, where a NUL takes six: an answer of any size makes a record
of bounded size. A text is masked as a whole and cut afterwards.
"""

from __future__ import annotations

import codecs
import json

from msgspec import field

from harness.record.base import Record
from harness.redaction.redactor import Redactor

__all__ = ["MOST", "Body", "body_of"]

MOST = 8 * 1024 * 1024
"""So many characters may a body take in a record."""

_PIECE = 65_536
_LONGEST_CHARACTER = 4  # bytes of UTF-8


class Body(Record, frozen=True):
    """The body of a message: its text, or its bytes where they are not UTF-8."""

    text: str = ""
    raw: bytes = field(default=b"", name="base64")
    size: int = 0
    """Bytes of the whole body, before anything was masked."""
    truncated: bool = False
    """Whether it is only the beginning."""

    def __bool__(self) -> bool:
        """Whether there is a body."""
        return self.size > 0

    @property
    def data(self) -> bytes:
        """The bytes, as far as they are kept."""
        return self.raw or self.text.encode()


def body_of(data: bytes, redactor: Redactor) -> Body:
    """Return what a record has of a body, every secret in it masked."""
    if not data:
        return Body()
    piece = data[: MOST + _LONGEST_CHARACTER * redactor.reach] if len(data) > MOST else data
    try:
        text, _ = codecs.utf_8_decode(piece, "strict", len(piece) == len(data))
    except UnicodeDecodeError:
        shown = redactor.data(piece)[: MOST // 4 * 3]
        cut = len(piece) < len(data) or len(piece) > MOST // 4 * 3
        return Body("", shown, len(data), cut)
    shown_text = redactor.text(text) if len(text) <= MOST else redactor.part(text, 0, MOST)[0]
    fitting = _fitting(shown_text)
    cut = len(piece) < len(data) or len(text) > MOST or fitting < len(shown_text)
    return Body(shown_text[:fitting], b"", len(data), cut)


def _fitting(text: str) -> int:
    """Return how many characters of a text are not too many once they are written in JSON: all, or whole pieces."""
    if len(text) * 6 <= MOST:  # no character takes more
        return len(text)
    used = 0
    for start in range(0, len(text), _PIECE):
        size = len(json.dumps(text[start : start + _PIECE])) - 2  # without the quotes
        if used + size > MOST:
            return start
        used += size
    return len(text)
