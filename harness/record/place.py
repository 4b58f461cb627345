"""`Place`: a place in a file, found and quoted, so that nobody needs the file to show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.location import Location
from harness.record.base import Record
from harness.redaction.redactor import Redactor
from harness.source import PathParts, Position, Source

__all__ = ["Place", "bare", "quoted"]

_AROUND = 200
"""How many characters before and behind what is pointed at are quoted; more than any terminal shows."""
_LONGEST_NAME = 200
_LISTS = ("item", "response", "requests", "folders", "responses")
_ROOTS: tuple[PathParts, ...] = ((), ("collection",))
"""Where a collection begins; in an export of Postman's API, one level further in."""
_UNNAMED = ("item", "requests", "folders")
"""Lists whose elements have names that say enough."""


class Place(Record, frozen=True):
    """A place in a file."""

    file: str
    path: str = ""
    """The JSON path (RFC 9535), or an empty text for a file that is not JSON."""
    line: int | None = None
    """Counted from 1; None where the file gives none."""
    column: int | None = None
    text: str = ""
    """The part of the line around the place; `…` stands for what is left out."""
    start: int = 0
    """From which character of `text` on is pointed at."""
    end: int = 0
    """The character behind the last one that is pointed at."""
    names: str = ""
    """The names of the folders and items on the way, where the file is a collection."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


def bare(location: Location, redactor: Redactor) -> Place:
    """Return a place with its line, but without a word of what stands there."""
    position = location.position
    return Place(
        redactor.text(location.file),
        redactor.text(location.json_path),
        position.line if position else None,
        position.column if position else None,
    )


def quoted(location: Location, redactor: Redactor) -> Place:
    """Return a place with the part of its line that is worth showing, and the names that lead there."""
    position = location.position
    file, path = redactor.text(location.file), redactor.text(location.json_path)
    if position is None:
        return Place(file, path)
    text, start, end = _line(position, location.source.outer(), redactor)
    names = "" if location.offset is not None else _names(location.source, location.path, redactor)
    return Place(file, path, position.line, position.column, text, start, end, names)


def _line(position: Position, source: Source, redactor: Redactor) -> tuple[str, int, int]:
    """Return the line around a place without its secrets, and from where to where the place goes in it.

    Cropped before anything else is done with it, since a line may be the whole file.
    """
    line_start, line_end = source.line_bounds(position.offset)
    stop = position.offset + min(position.length, _AROUND)
    first, last = max(line_start, position.offset - _AROUND), min(line_end, stop + _AROUND)
    line, (start, end) = redactor.part(source.text, first, last, (position.offset, stop))
    before, behind = "…" * (first > line_start), "…" * (last < line_end)
    start += len(before)
    return before + line + behind, start, max(end + len(before), start + 1)


def _names(source: Source, path: PathParts, redactor: Redactor) -> str:
    known = _names_on_the_way(source, path)
    return " › ".join(redactor.cut(step, _LONGEST_NAME) for step in _steps(path, known)) if known is not None else ""


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
