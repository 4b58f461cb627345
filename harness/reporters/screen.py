"""Texts made visible for a terminal, measured, cropped and folded to its columns.

Names, bodies and headers come from files and servers nobody vouches for. What a terminal would obey instead of show
(escape sequences, carriage returns, text direction) is written out as an escape.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = [
    "Crop",
    "crop",
    "encodable",
    "fold",
    "harmless",
    "in_ascii",
    "pad",
    "painted",
    "readable",
    "visible",
    "width",
]

# C0 and C1 controls, what has no width or turns the direction of text, line separators, surrogates, and what XML bars.
_UNSEEN = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f"
)
_CONTROL = re.compile(f"[{_UNSEEN}]")
_SHORT = {"\n": "\\n", "\r": "\\r"}
_TAB = "    "
_LOOKED_AT = 8_192
_CHARACTERS_A_COLUMN = 4
"""Of combining marks there is not more to be shown."""
_PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "›": ">",
        "‹": "<",
        "→": "->",
        "←": "<-",
        "…": "...",
        "·": "-",
        "–": "-",
        "─": "-",
        "○": "o",
        "‼": "!",
    }
)
_COLOURS = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
    "marked red": "1;4;31",
    "marked green": "1;4;32",
}
# What CI servers take for orders where it stands in a log: GitHub Actions `::error::` where a line begins and
# `##[error]` anywhere in one, Azure Pipelines `##vso[…]`, TeamCity `##teamcity[…]`.
_ORDER = re.compile(r"(?m)^(\s*):(?=:[\w-])|#(?=#(?:vso|teamcity)?\[)")
_CI = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")


class Crop(NamedTuple):
    """Part of a line that is short enough to be shown, and the columns of what is pointed at in it."""

    text: str
    start: int
    length: int


def visible(text: str, *, lines: bool = False) -> str:
    """Return `text` with everything a terminal would not show written out; `lines` keeps the line breaks."""
    if lines:
        return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))
    return _CONTROL.sub(_escape, text.replace("\t", _TAB))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    number = ord(character)
    shown = f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return _SHORT.get(character, shown)


def width(text: str) -> int:
    """Return how many columns a visible text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def pad(text: str, columns: int) -> str:
    """Return `text` with spaces behind it up to that width."""
    return text + " " * (columns - width(text))


def crop(text: str, start: int, end: int, columns: int) -> Crop:
    """Return what fits of `text` around its characters `start` to `end`, written visibly, with `…` for the rest."""
    before, middle, after = visible(text[:start]), visible(text[start:end]), visible(text[end:])
    room = max(columns, 8)
    middle = _head(middle, room)
    left = room - width(middle)
    # What stands before is as telling as what follows; room that one side leaves goes to the other.
    before_room = max(left - width(after), left * 2 // 3)
    shown_before = _tail(before, before_room)
    shown_after = _head(after, left - width(shown_before))
    return Crop(shown_before + middle + shown_after, width(shown_before), max(1, width(middle)))


def _head(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    return _fitting(text, columns - 1) + "…" if columns > 0 else ""


def _tail(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    return "…" + _fitting(text, columns - 1, at_end=True) if columns > 0 else ""


def _fitting(text: str, columns: int, *, at_end: bool = False) -> str:
    """Return as much of the beginning, or the end, of `text` as that many columns hold."""
    most = _CHARACTERS_A_COLUMN * columns
    part = text[max(0, len(text) - most) :] if at_end else text[:most]
    while (excess := width(part) - columns) > 0:
        surplus = (excess + 1) // 2  # no character is wider than two columns
        part = part[surplus:] if at_end else part[:-surplus]
    return part


def fold(text: str, columns: int | None, indent: str = "") -> str:
    """Return `text` broken into lines of that width, at spaces if it can be; further lines begin with `indent`."""
    if columns is None or width(text) <= columns:
        return text
    return "\n".join(_folded(text, max(columns, 8), indent if len(indent) < columns // 2 else ""))


def _folded(text: str, columns: int, indent: str) -> Iterator[str]:
    while width(text) > columns:
        head = _fitting(text, columns)
        space = head.rfind(" ")
        broken = head[:space] if space > columns // 3 and head[:space].strip() else head
        yield broken.rstrip()
        text = indent + text[len(broken) :].lstrip(" ")
    yield text


def in_ascii(text: str) -> str:
    """Return `text` with our own signs in ASCII; what others wrote stays, as far as it holds none of them."""
    return text.translate(_PLAIN)


def encodable(text: str, encoding: str | None) -> str:
    """Return `text` as a stream of that encoding can hold it: our own signs in ASCII, anything else escaped."""
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        plain = in_ascii(text)
        try:
            return plain.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
        except LookupError:
            return plain.encode("ascii", "backslashreplace").decode("ascii")
    return text


def readable(size: int, text: str) -> str:
    """Return the text of a body of `size` bytes; of one that is none, such as a picture, only its size."""
    return f"({size:,} bytes that are not text)" if "\0" in text[:_LOOKED_AT] else text


def harmless(text: str) -> str:
    """Return `text` so that a CI server which reads it in its log takes no line of it for an order."""
    if not any(map(os.environ.get, _CI)) or not (":" in text or "#" in text):
        return text
    return _ORDER.sub(lambda match: f"{match[1]}: " if match[1] is not None else "# ", text)


def painted(text: str, colour: str, *, color: bool) -> str:
    """Return `text` in a colour (ECMA-48 SGR) where `color` is set."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if color and text else text
