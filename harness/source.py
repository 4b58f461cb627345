"""Where in the text of a file does a JSON path stand?

Knows JSON text and offsets only; nothing of Postman. Offsets are looked up on demand, container by container, so that a
clean run pays nothing and a thousand failures in one large file do not read it a thousand times.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

__all__ = ["PathParts", "Position", "Source"]

PathParts = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\r\n]*")
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
class _Member:
    """The offsets of one member of an object (its key and value) or one element of an array."""

    key_start: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file as it was read, with the name it is shown under."""

    name: str
    text: str
    _members: dict[int, dict[str | int, _Member]] = field(default_factory=dict, compare=False, repr=False)

    def offset_at(self, offset: int, length: int = 1) -> Position:
        """Return the position of `length` characters from `offset` (clipped to the end of their line)."""
        offset = max(0, min(offset, len(self.text)))
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        line_text = self.text[start:end].removesuffix("\r")
        length = max(1, min(length, start + len(line_text) - offset))
        return Position(self.text.count("\n", 0, offset) + 1, offset - start + 1, offset, length, line_text)

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
        member = _Member(start, start, _DECODER.raw_decode(self.text, start)[1])
        for depth, part in enumerate(path):
            inner = self._children(member.value_start).get(part)
            if inner is None:
                # What is missing is best shown by the key of the object that lacks it.
                span, key = None, depth > 0 and isinstance(path[depth - 1], str)
                break
            member = inner
        if key:
            key_end = _DECODER.raw_decode(self.text, member.key_start)[1]
            return self.offset_at(member.key_start, key_end - member.key_start)
        if span is not None and self.text.startswith('"', member.value_start):
            return self._in_string(member.value_start + 1, span)
        return self.offset_at(member.value_start, member.value_end - member.value_start)

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
            name, offset = _DECODER.raw_decode(self.text, offset)
            value_start = self._skip_blank(self._skip_blank(offset) + 1)
            value_end = _DECODER.raw_decode(self.text, value_start)[1]
            # The last of equal keys counts, as in JSON.parse.
            members[name] = _Member(key_start, value_start, value_end)
            offset = self._next(value_end)
        return members

    def _array(self, start: int) -> dict[str | int, _Member]:
        members: dict[str | int, _Member] = {}
        offset = self._skip_blank(start + 1)
        while self.text[offset] != "]":
            value_end = _DECODER.raw_decode(self.text, offset)[1]
            members[len(members)] = _Member(offset, offset, value_end)
            offset = self._next(value_end)
        return members

    def _next(self, offset: int) -> int:
        offset = self._skip_blank(offset)
        return self._skip_blank(offset + 1) if self.text[offset] == "," else offset

    def _skip_blank(self, offset: int) -> int:
        match = _BLANK.match(self.text, offset)
        assert match is not None, "unreachable: the pattern matches nothing, too"
        return match.end()
