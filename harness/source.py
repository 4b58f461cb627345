"""Where in the text of a file does a JSON path stand?

Knows JSON text and offsets only; nothing of Postman. Offsets are looked up on demand, container by container, so that a
clean run pays nothing and a thousand failures in one large file do not read it a thousand times.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import accumulate

__all__ = ["PathParts", "Position", "Source", "Span"]

PathParts = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
_BLOCK = 65_536  # lines are counted once for every so many characters
_DECODER = json.JSONDecoder()
# One character of a JSON string as written: an escaped surrogate pair is one character once decoded.
_WRITTEN_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Position:
    """One place in a text: 1-based `line` and `column`, its 0-based `offset`, and how many characters it covers."""

    line: int
    column: int
    offset: int
    length: int
    line_text: str


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


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file as it was read, with the name it is shown under."""

    name: str
    text: str
    encoding: str = "utf-8"
    mark: bytes = b""
    """The byte order mark the file begins with."""
    _members: dict[int, dict[str | int, _Member]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _lines_before: list[int] = field(default_factory=list, init=False, compare=False, repr=False)

    def encoded(self, text: str | None = None) -> bytes:
        """Return the bytes of the file, with another text where one is given."""
        return self.mark + (self.text if text is None else text).encode(self.encoding)

    def outer(self) -> Source:
        """Return the file whose lines are quoted when a place in this one is shown: the file itself."""
        return self

    def offset_at(self, offset: int, length: int = 1) -> Position:
        """Return the position of `length` characters from `offset` (clipped to the end of their line)."""
        offset = max(0, min(offset, len(self.text)))
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        line_text = self.text[start:end].removesuffix("\r")
        length = max(1, min(length, start + len(line_text) - offset))
        return Position(self._line(offset), offset - start + 1, offset, length, line_text)

    def _line(self, offset: int) -> int:
        if not self._lines_before:
            counts = (self.text.count("\n", start, start + _BLOCK) for start in range(0, len(self.text), _BLOCK))
            self._lines_before[:] = accumulate(counts, initial=0)  # at once, for threads that look at the same time
        block = offset // _BLOCK
        return self._lines_before[block] + self.text.count("\n", block * _BLOCK, offset) + 1

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
            return self._in_string(member.value_start + 1, span)
        start = member.key_start if key else member.value_start
        return self.offset_at(start, self._end(start) - start)

    def _in_string(self, start: int, span: tuple[int, int]) -> Position:
        offsets: list[int] = []
        offset = start
        while len(offsets) <= span[1] and not self.text.startswith('"', offset):
            offsets.append(offset)
            written = _WRITTEN_CHARACTER.match(self.text, offset)
            assert written is not None, "unreachable: the text was decoded before"
            offset = written.end()
        offsets.append(offset)
        first, last = (offsets[min(index, len(offsets) - 1)] for index in span)
        return self.offset_at(first, last - first)

    def _children(self, start: int) -> dict[str | int, _Member]:
        if start not in self._members:
            opening = self.text[start : start + 1]
            self._members[start] = (
                self._object(start) if opening == "{" else self._array(start) if opening == "[" else {}
            )
        return self._members[start]

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
        return _DECODER.raw_decode(self.text, start)[1]

    def _next(self, offset: int) -> int:
        offset = self._skip_blank(offset)
        return self._skip_blank(offset + 1) if self.text[offset] == "," else offset

    def _skip_blank(self, offset: int) -> int:
        match = _BLANK.match(self.text, offset)
        assert match is not None, "unreachable: the pattern matches nothing, too"
        return match.end()
