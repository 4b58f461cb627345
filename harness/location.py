"""Where does a value stand: in which file, at which JSON path, line and column?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.source import PathParts, Position, Source

__all__ = ["EmbeddedSource", "Location", "RecordedLocation", "json_path"]

_SHORTHAND = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file: a JSON path, and where wanted some characters of the string that stands there.

    `offset` is set instead for files that are not JSON, and for JSON that does not parse.
    """

    source: Source
    path: PathParts = ()
    span: tuple[int, int] | None = None
    """First and one-past-last character within the decoded string value."""
    on_key: bool = False
    offset: int | None = None
    moved: Mapping[str | int, Location] | None = field(default=None, compare=False, repr=False)
    """Where members stand that the file keeps elsewhere or under another name, as older formats do."""

    def child(self, *parts: str | int) -> Location:
        """Return the location of a member or element below this one."""
        if self.moved is not None and parts and parts[0] in self.moved:
            found = self.moved[parts[0]]
            return found.child(*parts[1:]) if len(parts) > 1 else found
        return Location(self.source, (*self.path, *parts))

    def within(self, start: int, end: int) -> Location:
        """Return the location of characters `start` to `end` of the text at this location."""
        first = self.span[0] if self.span is not None else 0
        return Location(self.source, self.path, (first + start, first + end))

    def key(self) -> Location:
        """Return the location of the key instead of the value."""
        return replace(self, on_key=True, span=None)

    @property
    def file(self) -> str:
        """The name of the file, as the user gave it."""
        return self.source.name

    @property
    def json_path(self) -> str:
        """The JSON path, or an empty text for a file that is not JSON."""
        return "" if self.offset is not None else json_path(self.path)

    @property
    def position(self) -> Position | None:
        """Line and column of the place; None when the file gives none. Looked up anew at each call."""
        if self.offset is not None:
            return self.source.offset_at(self.offset)
        return self.source.find(self.path, self.span, key=self.on_key)

    def __str__(self) -> str:
        position = self.position
        return f"{self.file}:{position.line}:{position.column}" if position else self.file


@dataclass(frozen=True, slots=True)
class EmbeddedSource(Source):
    """A JSON text that stands as a string in another file: places in it are places of that file."""

    place: Location | None = None
    """Where the string stands."""

    def offset_at(self, offset: int, length: int = 1) -> Position:
        """Return the position of a part of the embedded text in the file around it."""
        found = None if self.place is None else self.place.within(offset, offset + length).position
        return found or super(EmbeddedSource, self).offset_at(offset, length)

    def outer(self) -> Source:
        """Return the file around it."""
        return self if self.place is None else self.place.source.outer()


@dataclass(frozen=True, slots=True)
class RecordedLocation(Location):
    """A place as a record of an earlier run tells of it; its source holds no more than what is quoted."""

    shown: Position | None = None
    written: str = ""
    """The JSON path."""
    names: str = ""
    """The names of the folders and items on the way."""

    @property
    def json_path(self) -> str:
        """The JSON path, or an empty text for a file that is not JSON."""
        return self.written

    @property
    def position(self) -> Position | None:
        """Line and column of the place, and where it stands in what is quoted; None when the file gave none."""
        return self.shown


def json_path(parts: PathParts) -> str:
    """Return `parts` as a JSONPath (RFC 9535), with the dot shorthand where the name allows it.

    >>> json_path(("item", 2, "content-type"))
    "$.item[2]['content-type']"
    """
    return "$" + "".join(_segment(part) for part in parts)


def _segment(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if _SHORTHAND.match(part):
        return f".{part}"
    quoted = json.dumps(part, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    # Half a surrogate pair can stand in JSON, but in no text that is printed.
    return f"['{quoted.encode('utf-8', 'backslashreplace').decode()}']"
