"""`layers`: a text with its escapes undone, one layer after the other, and the way back to the places in the text.

An encoded secret is looked for by decoding the text, not by encoding the secret: an encoder is free to escape any
character in several ways, and what one program escaped the next one escapes again, but there is one way back.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.entities import html5

__all__ = ["Layer", "layers", "undone"]

_DEEPEST = 8
"""So often is a text decoded; nobody escapes more often, unless to keep us busy."""

_X = "[0-9A-Fa-f]"


def _bytes_after(sign: str) -> str:
    """Return the pattern of one character as bytes, each after `sign`: in UTF-8, else a byte in Latin-1."""
    more = f"{sign}[89ABab]{_X}"
    lengths = f"[Cc][2-9A-Fa-f]{more}|[Dd]{_X}{more}|[Ee]{_X}(?:{more}){{2}}|[Ff][0-4](?:{more}){{3}}"
    return f"{sign}(?:{lengths}|{_X}{_X})"


_PERCENT = _bytes_after("%")
_JSON = (
    rf"\\u[Dd][89ABab]{_X}{_X}\\u[Dd][C-Fc-f]{_X}{_X}|\\u{_X}{{4}}|\\u\{{{_X}{{1,6}}\}}|\\U{_X}{{8}}|"
    + _bytes_after(r"\\x")
    + r"""|\\[\\"'/bfnrt]"""
)
_HTML = rf"&(?:#[0-9]{{1,8}}|#[xX]{_X}{{1,7}}|[A-Za-z][A-Za-z0-9]{{1,31}});"
_SHELL = r"""'"'"'|'\\''"""

_ANY = re.compile("|".join((_PERCENT, _JSON, _HTML, _SHELL)))
_EACH = tuple(re.compile(pattern) for pattern in (_PERCENT, _JSON, _HTML))
_QUOTED_PRINTABLE = re.compile(r"=\r?\n|" + _bytes_after("="))
_LINE_BREAK = re.compile(r"(?:\r\n(?<=[\w+/-]\r\n)|\n(?<=[\w+/-]\n))[ \t]?(?=[\w+/=-])")
_MAY_SAY_MORE = re.compile(r"[%\\&'=\n]")
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Layer:
    """A text that was decoded, or the text itself, and the way back to it."""

    __slots__ = ("_ends", "_outer", "_pattern", "text")

    def __init__(self, text: str, outer: Layer | None = None, pattern: re.Pattern[str] | None = None) -> None:
        self.text = text
        self._outer = outer
        self._pattern = pattern
        self._ends: tuple[list[int], list[int]] | None = None

    def decoded(self, pattern: re.Pattern[str]) -> Layer | None:
        """Return the text with the escapes of a pattern undone; None where there are none."""
        text = pattern.sub(_meant, self.text)
        return None if text == self.text else Layer(text, self, pattern)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return which characters of the outermost text these are."""
        layer = self
        while layer._outer is not None:
            start, end = layer._in_outer(start, end)
            layer = layer._outer
        return start, end

    def _in_outer(self, start: int, end: int) -> tuple[int, int]:
        here, outside = self._ends or self._find_ends()
        before = bisect_right(here, start) - 1
        last = bisect_left(here, end)
        if last == len(here) or here[last] > end:
            last -= 1
        return outside[before] + start - here[before], outside[last] + end - here[last]

    def _find_ends(self) -> tuple[list[int], list[int]]:
        """Return where each escape ends, in this text and in the outer one."""
        assert self._outer is not None
        assert self._pattern is not None
        here, outside, less = [0], [0], 0
        for match in self._pattern.finditer(self._outer.text):
            written = match[0]
            meant = _character(written)
            if meant != written:
                less += len(written) - len(meant)
                outside.append(match.end())
                here.append(match.end() - less)
        self._ends = here, outside
        return self._ends


def layers(text: str, *, each: bool = False) -> Iterable[Layer]:
    """Return the text itself and what it says when decoded, by and by.

    All escapes are undone at once, whatever they belong to; with `each`, those of one kind only as well, for secrets
    that themselves look escaped.
    """
    plain = Layer(text)
    return _decoded(plain, each) if _MAY_SAY_MORE.search(text) else (plain,)


def _decoded(plain: Layer, each: bool) -> Iterator[Layer]:
    layer: Layer | None = plain
    for _ in range(_DEEPEST + 1):
        if layer is None:
            break
        yield layer
        yield from _of_mail(layer)
        layer = layer.decoded(_ANY)
    if each:
        yield from (inner for pattern in _EACH if (inner := plain.decoded(pattern)) is not None)


def undone(text: str) -> str:
    """Return what a text says in the end when it is decoded as often as `layers` does."""
    for _ in range(_DEEPEST):
        text = _ANY.sub(_meant, text)
    return text


def _of_mail(layer: Layer) -> Iterator[Layer]:
    """Yield the text without the line breaks within what may be base64, and as quoted-printable text reads."""
    if "\n" in layer.text and (inner := layer.decoded(_LINE_BREAK)) is not None:
        yield inner
    if "=" in layer.text and (inner := layer.decoded(_QUOTED_PRINTABLE)) is not None:
        yield inner


def _meant(match: re.Match[str]) -> str:
    return _character(match[0])


@lru_cache(maxsize=4096)
def _character(written: str) -> str:
    """Return the one character that was written so, or what was written if it means none."""
    first = written[0]
    if first in "\r\n" or written[-1] == "\n":
        return ""
    if first in "%=":
        return _of_bytes(written.replace(first, ""))
    if first == "&":
        return _of_entity(written)
    if first == "'":
        return "'"
    kind = written[1]
    if kind == "x":
        return _of_bytes(written.replace("\\x", ""))
    if kind in "uU" and len(written) > 2:
        return _of_units(written)
    return _SHORT.get(kind, kind)


def _of_bytes(digits: str) -> str:
    data = bytes.fromhex(digits)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _of_entity(written: str) -> str:
    if written[1] == "#":
        digits = written[2:-1]
        return _of_number(int(digits[1:], 16) if digits[0] in "xX" else int(digits), written)
    meant = html5.get(written[1:], written)
    return meant if len(meant) == 1 else written


def _of_units(written: str) -> str:
    if len(written) == 12:
        return bytes.fromhex(written.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
    return _of_number(int(written[2:].strip("{}"), 16), written)


def _of_number(number: int, written: str) -> str:
    return chr(number) if number < 0x110000 else written
