"""How is a place in a file drawn: the line quoted, a caret below it, and the names that lead there?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.location import Location, RecordedLocation
from harness.redaction.redactor import Redactor
from harness.reporters.screen import crop, fold, pad, painted, visible, width
from harness.source import PathParts, Position, Source

__all__ = ["Picture"]

_PATH_COLUMN = 36
_LISTS = ("item", "response", "requests", "folders", "responses")
_ROOTS: tuple[PathParts, ...] = ((), ("collection",))
"""Where a collection begins; in an export of Postman's API, one level further in."""
_UNNAMED = ("item", "requests", "folders")
"""Lists whose elements have names that say enough."""
# How many characters before and behind the caret are looked at; far more than is ever shown.
_SHOWN = 1024
_LONGEST_NAME = 200
_LONGEST_PATH = 1000


class Picture:
    """Draws places in files."""

    def __init__(self, redactor: Redactor, *, color: bool = False, columns: int = 120) -> None:
        self._redactor = redactor
        self._color = color
        self._columns = columns

    def draw(self, location: Location, beside: str | None = None) -> str:
        """Return the file and position of `location`, its names and path, and the line with a caret and `beside`."""
        position = location.position
        if position is None:
            return painted("  --> ", "blue", color=self._color) + self._text(location.file)
        gutter = " " * len(str(position.line))
        place = self._text(f"{location.file}:{position.line}:{position.column}")
        lines = [f"{gutter[1:]}{self._edge('-->')} {place}"]
        lines += [f"{gutter}{self._edge('|')} {line}" for line in self._way(location, len(gutter) + 2)]
        quoted, caret_line = self._quoted(position, location.source.outer(), beside, len(gutter) + 2)
        lines.append(f"{self._edge(f'{position.line}|')} {quoted}".rstrip())
        lines += [f"{gutter}{self._edge('|')} {line}" for line in caret_line]
        return "\n".join(lines)

    def names(self, location: Location) -> str:
        """Return the names of the folders and items on the way, then the keys; empty if the file is no collection."""
        if isinstance(location, RecordedLocation):
            return self._text(location.names)
        known = None if location.offset is not None else _names_on_the_way(location.source, location.path)
        if known is None:
            return ""
        return " › ".join(self._text(step, _LONGEST_NAME) for step in _steps(location.path, known))

    def _way(self, location: Location, taken: int) -> list[str]:
        names, path = self.names(location), self._text(location.json_path, _LONGEST_PATH)
        if not location.path and not isinstance(location, RecordedLocation):
            return []
        room = self._columns - taken
        line = f"{pad(names, _PATH_COLUMN - 2)}  {path}" if names else path
        if width(line) <= room or not names:
            return fold(line, room).split("\n")
        return [*fold(names, room).split("\n"), *fold(path, room).split("\n")]

    def _quoted(self, position: Position, source: Source, beside: str | None, taken: int) -> tuple[str, list[str]]:
        line, start, end = self.masked_line(position, source)
        shown = crop(line, start, end, self._columns - taken)
        caret = " " * shown.start + painted("^" * shown.length, "red", color=self._color)
        if not beside:
            return shown.text, [caret]
        beside = self._text(beside)
        if shown.start + shown.length + 1 + width(beside) <= self._columns - taken:
            return shown.text, [f"{caret} {beside}"]
        return shown.text, [caret, *fold(beside, self._columns - taken, "  ").split("\n")]

    def masked_line(self, position: Position, source: Source) -> tuple[str, int, int]:
        """Return the line around a place without its secrets, and from where to where the place goes in it.

        Cropped before anything else is done with it, since a line may be the whole file; `…` stands for the rest.
        """
        line_start, line_end = source.line_bounds(position.offset)
        around = max(_SHOWN, self._columns)
        stop = position.offset + min(position.length, around)
        first, last = max(line_start, position.offset - around), min(line_end, stop + around)
        line, (start, end) = self._redactor.part(source.text, first, last, (position.offset, stop))
        before, behind = "…" * (first > line_start), "…" * (last < line_end)
        start += len(before)
        return before + line + behind, start, max(end + len(before), start + 1)

    def _edge(self, text: str) -> str:
        return painted(text, "blue", color=self._color)

    def _text(self, text: str, limit: int | None = None) -> str:
        return visible(self._redactor.text(text) if limit is None else self._redactor.cut(text, limit))


def _names_on_the_way(source: Source, path: PathParts) -> Mapping[PathParts, str] | None:
    """Return the names of the folders, items and examples that a path leads through; None where it is no collection."""
    node = next((root for root in _ROOTS if _is_collection(source, root)), None)
    if node is None:
        return None
    names: dict[PathParts, str] = {}
    for depth in range(len(node) + 2, len(path) + 1, 2):
        key, index = path[depth - 2 : depth]
        if path[: len(node)] != node or key not in _LISTS or not isinstance(index, int):
            break
        if (name := _name(source, path[:depth])) is not None:
            names[path[:depth]] = name
    return names


def _is_collection(source: Source, root: PathParts) -> bool:
    return any(_opening(source, (*root, key)) == "[" for key in ("item", "requests"))


def _name(source: Source, path: PathParts) -> str | None:
    """Return what a node of a collection is called; None where no such node stands there."""
    if _opening(source, path) != "{":
        return None
    name = _value(source, (*path, "name"))
    return str(name or "(unnamed)")


def _opening(source: Source, path: PathParts) -> str:
    """Return the character that a value begins with; an empty text where there is none."""
    try:
        return source.text[source.span(path).start]
    except (KeyError, ValueError, IndexError):
        return ""


def _value(source: Source, path: PathParts) -> Any:
    try:
        span = source.span(path)
        return json.loads(source.text[span.start : span.end])
    except (KeyError, ValueError, IndexError, RecursionError):
        return None


def _steps(path: PathParts, names: Mapping[PathParts, str]) -> list[str]:
    steps = []
    for index, part in enumerate(path):
        name = names.get(path[: index + 1])
        if name is not None:
            steps.append(name)
        elif isinstance(part, str) and not (part in _UNNAMED and path[: index + 2] in names):
            steps.append(part)
    # `raw` says how the file keeps a URL or body, not where it is.
    return steps[:-1] if path[-1:] == ("raw",) and len(path) > 1 else steps
