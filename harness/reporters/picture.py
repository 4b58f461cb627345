"""How is a place in a file drawn: the line quoted, a caret below it, and the names that lead there?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.location import Location, RecordedLocation
from harness.reporters.screen import crop, fold, pad, painted, visible, width
from harness.source import PathParts, Position, Source
from harness.variables.redact import Redactor

__all__ = ["Picture"]

_PATH_COLUMN = 36
_LISTS_OF_V1 = ("requests", "folders", "responses")
_UNNAMED = ("item", "requests", "folders")
"""Lists whose elements have names that say enough."""
_KEPT_SOURCES = 16
# How much of a file around the caret is searched for secrets; far more than is ever shown.
_REACH = 16_384
# A secret's name may stand on the line before its value, and a secret may go on for some lines.
_LINES_AROUND = 4


class Picture:
    """Draws places in files. Keeps the names of the items of the last few files it was asked about."""

    def __init__(self, redactor: Redactor, *, color: bool = False, columns: int = 120) -> None:
        self._redactor = redactor
        self._color = color
        self._columns = columns
        self._names: dict[int, tuple[Source, Mapping[PathParts, str] | None]] = {}

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
        known = self._names_in(location.source)
        if known is None or location.offset is not None:
            return ""
        return self._text(" › ".join(_steps(location.path, known)))

    def _way(self, location: Location, taken: int) -> list[str]:
        names, path = self.names(location), self._text(location.json_path)
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
        """Return the line without its secrets, and the first and one-past-last character pointed at in it."""
        text = source.text
        line_start = 0 if text == position.line_text else position.offset - position.column + 1
        line_end = line_start + len(position.line_text)
        first = max(_lines_away(text, line_start, -_LINES_AROUND), position.offset - _REACH)
        last = min(_lines_away(text, line_end, _LINES_AROUND), position.offset + position.length + _REACH)
        marks = [max(line_start, first), position.offset, position.offset + position.length, min(line_end, last)]
        masked, marks = self._redactor.text_with_marks(text[first:last], [mark - first for mark in marks])
        begin, start, end, stop = marks
        return masked[begin:stop], start - begin, max(end, start + 1) - begin

    def _edge(self, text: str) -> str:
        return painted(text, "blue", color=self._color)

    def _text(self, text: str) -> str:
        return visible(self._redactor.text(text))

    def _names_in(self, source: Source) -> Mapping[PathParts, str] | None:
        if id(source) not in self._names:
            if len(self._names) >= _KEPT_SOURCES:
                self._names.clear()
            self._names[id(source)] = (source, _names_by_path(source.text))
        return self._names[id(source)][1]


def _lines_away(text: str, offset: int, count: int) -> int:
    """Return where the line begins, or for a positive `count` ends, that is so many lines before or after `offset`."""
    for _ in range(abs(count)):
        found = text.rfind("\n", 0, max(offset - 1, 0)) if count < 0 else text.find("\n", offset + 1)
        if found < 0:
            return 0 if count < 0 else len(text)
        offset = found + 1 if count < 0 else found
    return offset


def _names_by_path(text: str) -> Mapping[PathParts, str] | None:
    """Return the names of all items, folders and examples of a collection by path; None if the text is not one."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = next((path for path in ((), ("collection",)) if _is_collection(_below(root, path))), None)
    return None if found is None else dict(_named_nodes(_below(root, found), found))


def _below(value: Any, path: PathParts) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in ("item", "requests"))


def _named_nodes(root: dict[str, Any], start: PathParts) -> Iterator[tuple[PathParts, str]]:
    pending: list[tuple[PathParts, dict[str, Any]]] = [(start, root)]
    while pending:
        path, node = pending.pop()
        for key in ("item", "response", *_LISTS_OF_V1):
            children = node.get(key)
            for index, child in enumerate(children if isinstance(children, list) else ()):
                if isinstance(child, dict):
                    yield (*path, key, index), str(child.get("name") or "(unnamed)")
                    pending.append(((*path, key, index), child))


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
