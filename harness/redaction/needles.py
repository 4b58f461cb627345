"""`needles_of`: the texts that give a secret away, once the text around them is decoded.

The secret itself, and what cannot be undone character by character: base64, hexadecimal digits, the two bytes a
character of UTF-16. Base64 is looked for in the part that is the same whatever stands before and after the secret.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from harness.redaction.layers import undone

__all__ = ["CUT", "Needle", "needles_of", "plain_forms"]

_SHORTEST = 3
_SHORTEST_INNER_BASE64 = 6
_SHORTEST_LINE = 16
CUT = 8
"""How much of a secret is too much where a text was cut short."""
_PEM_FRAME = re.compile(r"-----(?:BEGIN|END)")


class Needle(NamedTuple):
    """A text to look for, and whether base64 digits beside it hold some bits of the secret."""

    text: str
    bits_before: bool = False
    bits_after: bool = False
    base64: bool = False
    cut: str = ""
    """The secret of which this is the beginning, or the end: only found where a text was cut short."""


def needles_of(value: str) -> Iterator[Needle]:
    """Yield all that gives the secret `value` away."""
    for text in plain_forms(value):
        yield Needle(text)
        if len(text) > CUT:
            yield Needle(text[:CUT], cut=text)
            yield Needle(text[-CUT:], cut=text)
    raw = value.encode("utf-8", "surrogatepass")
    if not value.isascii():
        # In a body that is not UTF-8 as a whole, whose bytes are read one by one.
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield Needle(value.encode(encoding, "surrogatepass").decode("latin-1"))
    else:
        yield Needle("\0".join(value))  # UTF-16, whichever end comes first
    yield Needle(raw.hex())
    yield Needle(raw.hex().upper())
    yield from _around(value)


def plain_forms(value: str) -> Iterable[str]:
    """Return how a secret may stand in a decoded text: as it is, decoded further, with other blanks or line breaks."""
    forms = dict.fromkeys((value, undone(value)))
    if " " in value:
        form = value.replace(" ", "+")
        forms |= {form: None, undone(form): None}
    lines = value.splitlines()
    if len(lines) > 1:
        forms.update({joint.join(lines): None for joint in ("\n", "\r\n", " ", "")})
        forms.update({line: None for line in lines if len(line) >= _SHORTEST_LINE and not _PEM_FRAME.match(line)})
    return [form for form in forms if len(form) >= _SHORTEST or form == value]


def _around(value: str) -> Iterator[Needle]:
    """Yield what the base64 of every text that contains `value` has in common, however it was escaped before."""
    seen = dict.fromkeys(raw for text in _escaped(value) for raw in _encodings(text))
    seen[value.encode("utf-16-le", "surrogatepass")] = None
    twice = base64.b64encode(value.encode("utf-8", "surrogatepass"))
    seen |= {twice: None, twice.rstrip(b"="): None}
    for raw in seen:
        yield from _base64(raw)


def _escaped(value: str) -> Iterable[str]:
    """Return a text as it stands in the bodies and headers that are then written in base64."""
    if value.isascii() and value.isalnum():
        return [value]
    ascii_json, other_json = (json.dumps(value, ensure_ascii=flag)[1:-1] for flag in (True, False))
    percent = quote(value, safe="", errors="surrogatepass")
    lower = re.sub("%..", lambda match: match[0].lower(), percent)
    slashes = [text.replace("/", "\\/") for text in (ascii_json, other_json)]
    form = quote_plus(value, errors="surrogatepass")
    return dict.fromkeys([value, ascii_json, other_json, *slashes, percent, lower, form, html.escape(value)])


def _encodings(text: str) -> Iterable[bytes]:
    encodings = {text.encode("utf-8", "surrogatepass"): None}
    if all(ord(character) < 0x100 for character in text):
        encodings[text.encode("latin-1")] = None
    return encodings


def _base64(raw: bytes) -> Iterator[Needle]:
    """Yield the digits that the base64 of all texts around `raw` share, for each way to fall in threes."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode("ascii").rstrip("=")
        skipped = (0, 2, 3)[before]
        stable, cut_bits = divmod((before + len(raw)) * 8, 6)
        digits = encoded[skipped:stable]
        if before == 0 or len(digits) >= _SHORTEST_INNER_BASE64:
            for text in {digits: None, digits.translate(_FOR_URLS): None}:
                yield Needle(text, bits_before=before > 0, bits_after=cut_bits > 0, base64=True)


_FOR_URLS = str.maketrans("+/", "-_")
