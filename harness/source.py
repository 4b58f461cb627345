"""Where in the text of a file does a JSON path stand?

Knows JSON text and offsets only; nothing of Postman. Offsets are looked up on demand, container by container, so that a
clean run pays nothing and a thousand failures in one large file do not read it a thousand times. A position is made of
numbers: many files are one line, and a line kept for each place would be a copy of the file for each place.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

__all__ = ["PathParts", "Position", "Source", "Span"]

PathParts = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
# All up to the next bracket that is not within a string. Possessive, so that no text makes it go back.
_TO_BRACKET = re.compile(r'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL)
# An escape in a JSON string: an escaped surrogate pair is one character once decoded.
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
_KEPT_CONTAINERS = 20_000
_KEPT_STRINGS = 32


@dataclass(frozen=True, slots=True)
class Position:
    """One place in a text: 1-based `line` and `column`, its 0-based `offset`, and how many characters it covers."""

    line: int
    column: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a value goes in a text, and where its key begins (for an element, the value)."""

    key_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Member:
    """Where one member of an object (its key and value) or one element of an array begins."""

    key_start: int
    value_start: int


class _Brackets:
    """Where each object and array of a text ends; read in one go, however deep they are."""

    def __init__(self, text: str) -> None:
        self._starts, self._ends = array("q"), array("q")
        open_: list[tuple[int, str]] = []
        at = 0
        while match := _TO_BRACKET.match(text, at):
            bracket, at = match[1], match.end()
            if closing := _CLOSING.get(bracket):
                open_.append((len(self._starts), closing))
                self._starts.append(at - 1)
                self._ends.append(-1)
                continue
            index, expected = open_.pop() if open_ else (0, "")
            if bracket != expected:
                return  # what is open now has no end
            self._ends[index] = at

    def end(self, start: int) -> int:
        """Return where the container that begins at `start` ends. Raises `ValueError` where it does not."""
        index = bisect_left(self._starts, start)
        if index == len(self._starts) or self._starts[index] != start or self._ends[index] < 0:
            raise ValueError("not JSON: a bracket is never closed")
        return self._ends[index]


class _Escapes:
    """Where the characters of a JSON string stand as they are written."""

    def __init__(self, text: str, start: int, end: int) -> None:
        """Take the text, and from where to where the string goes in it, without its quotes."""
        self._start, self._end = start, end
        self._decoded, self._behind = array("q"), array("q")
        """Of each escape the number of its character, and the offset behind it."""
        less = 0
        for match in _ESCAPE.finditer(text, start, end):
            self._decoded.append(match.start() - start - less)
            self._behind.append(match.end())
            less += match.end() - match.start() - 1

    def offset(self, index: int) -> int:
        """Return where the character of that number is written; of one beyond the last, the end of the string."""
        before = bisect_left(self._decoded, index) - 1
        offset = self._start + index if before < 0 else self._behind[before] + index - self._decoded[before] - 1
        return min(offset, self._end)


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file as it was read, with the name it is shown under."""

    name: str
    text: str
    encoding: str = "utf-8"
    mark: bytes = b""
    """The byte order mark the file begins with."""
    _members: dict[int, dict[str | int, _Member]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _strings: dict[int, _Escapes] = field(default_factory=dict, init=False, compare=False, repr=False)
    _brackets: list[_Brackets] = field(default_factory=list, init=False, compare=False, repr=False)
    _line_starts: list[array[int]] = field(default_factory=list, init=False, compare=False, repr=False)

    def encoded(self, text: str | None = None) -> bytes:
        """Return the bytes of the file, with another text where one is given."""
        return self.mark + (self.text if text is None else text).encode(self.encoding)

    def outer(self) -> Source:
        """Return the file whose lines are quoted when a place in this one is shown: the file itself."""
        return self

    def offset_at(self, offset: int, length: int = 1) -> Position:
        """Return the position of `length` characters from `offset` (clipped to the end of their line)."""
        offset = max(0, min(offset, len(self.text)))
        start, end = self.line_bounds(offset)
        length = max(1, min(length, end - offset))
        return Position(bisect_right(self._lines(), offset), offset - start + 1, offset, length)

    def line_bounds(self, offset: int) -> tuple[int, int]:
        """Return from where to where the line around `offset` goes, without its line break."""
        starts = self._lines()
        number = bisect_right(starts, offset)
        start = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return start, end - (end > start and self.text[end - 1] == "\r")

    def _lines(self) -> array[int]:
        """Return where each line begins."""
        if not self._line_starts:
            self._line_starts.append(array("q", [0, *(match.end() for match in re.finditer("\n", self.text))]))
        return self._line_starts[0]

    def span(self, path: PathParts) -> Span:
        """Return from where to where the value at `path` goes. Raises `KeyError` when there is none."""
        start = self._skip_blank(0)
        member = _Member(start, start)
        for part in path:
            member = self._children(member.value_start)[part]
        return Span(member.key_start, member.value_start, self._end(member.value_start))

    def children(self, path: PathParts) -> dict[str | int, Span]:
        """Return the members or elements of the value at `path`; of members with the same key the last."""
        found = self._children(self.span(path).start)
        return {key: Span(each.key_start, each.value_start, self._end(each.value_start)) for key, each in found.items()}

    def find(self, path: PathParts, span: tuple[int, int] | None = None, *, key: bool = False) -> Position | None:
        """Return where `path` stands: its value, its key (`key`), or characters `span` of its decoded string value.

        A path of which only the beginning exists gives the position of the deepest part that does. None when the text
        is not JSON.
        """
        try:
            return self._find(path, span, key)
        except (ValueError, IndexError, RecursionError):
            return None

    def _find(self, path: PathParts, span: tuple[int, int] | None, key: bool) -> Position:
        start = self._skip_blank(0)
        member = _Member(start, start)
        for depth, part in enumerate(path):
            inner = self._children(member.value_start).get(part)
            if inner is None:
                # What is missing is best shown by the key of the object that lacks it.
                span, key = None, depth > 0 and isinstance(path[depth - 1], str)
                break
            member = inner
        if not key and span is not None and self.text.startswith('"', member.value_start):
            return self._in_string(member.value_start, span)
        start = member.key_start if key else member.value_start
        return self.offset_at(start, self._end(start) - start)

    def _in_string(self, start: int, span: tuple[int, int]) -> Position:
        escapes = self._strings.get(start)
        if escapes is None:
            if len(self._strings) >= _KEPT_STRINGS:
                self._strings.clear()
            escapes = self._strings[start] = _Escapes(self.text, start + 1, self._end(start) - 1)
        first, last = map(escapes.offset, span)
        return self.offset_at(first, last - first)

    def _children(self, start: int) -> dict[str | int, _Member]:
        members = self._members.get(start)
        if members is None:
            opening = self.text[start : start + 1]
            members = self._object(start) if opening == "{" else self._array(start) if opening == "[" else {}
            if len(self._members) >= _KEPT_CONTAINERS:
                self._members.clear()
            self._members[start] = members
        return members

    def _object(self, start: int) -> dict[str | int, _Member]:
        members: dict[str | int, _Member] = {}
        offset = self._skip_blank(start + 1)
        while self.text[offset] != "}":
            key_start = offset
            if not self.text.startswith('"', key_start):
                raise ValueError("not JSON: a key is a string")
            name, offset = _DECODER.raw_decode(self.text, offset)
            value_start = self._skip_blank(self._skip_blank(offset) + 1)
            # The last of equal keys counts, as in JSON.parse.
            members[name] = _Member(key_start, value_start)
            offset = self._next(self._end(value_start))
        return members

    def _array(self, start: int) -> dict[str | int, _Member]:
        members: dict[str | int, _Member] = {}
        offset = self._skip_blank(start + 1)
        while self.text[offset] != "]":
            members[len(members)] = _Member(offset, offset)
            offset = self._next(self._end(offset))
        return members

    def _end(self, start: int) -> int:
        """Return where the value ends that begins at `start`; nothing is decoded but numbers and words."""
        opening = self.text[start : start + 1]
        if opening in _CLOSING:
            if not self._brackets:
                self._brackets.append(_Brackets(self.text))
            return self._brackets[0].end(start)
        if opening == '"':
            match = _STRING.match(self.text, start)
            if match is None:
                raise ValueError("not JSON: a string is never closed")
            return match.end()
        return _DECODER.raw_decode(self.text, start)[1]

    def _next(self, offset: int) -> int:
        offset = self._skip_blank(offset)
        return self._skip_blank(offset + 1) if self.text[offset] == "," else offset

    def _skip_blank(self, offset: int) -> int:
        match = _BLANK.match(self.text, offset)
        assert match is not None, "unreachable: the pattern matches nothing, too"
        return match.end()
