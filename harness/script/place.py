"""Where in the collection file does the line stand that a script failed at?"""

from __future__ import annotations

import re

from harness.collection.model import Event
from harness.location import Location

__all__ = ["line_of_error", "place_of_line", "place_of_syntax_error"]

# The frame of the script itself: the sandbox evaluates it, and so a frame of it says where it was evaluated.
_FRAME = re.compile(r"eval at exec \(.*?\), <anonymous>:(\d+):(\d+)")
_LINES_BEFORE = 4
"""How many lines the sandbox puts before the first one of a script."""
_COLUMNS_BEFORE = 20
"""How far it moves that first line to the right."""


def line_of_error(stack: str, prologue: int, lines: int) -> tuple[int, int] | None:
    """Return line and column (from 1) of the innermost frame of a stack that is one of the script, or None.

    `prologue` is the length of what was put before the first line, `lines` how many there are.
    """
    for match in _FRAME.finditer(stack):
        line, column = int(match[1]) - _LINES_BEFORE, int(match[2])
        if line == 1:
            column -= _COLUMNS_BEFORE + prologue
        if 1 <= line <= lines and column >= 1:
            return line, column
    return None


def place_of_line(event: Event, line: int, column: int = 1, length: int | None = None) -> Location:
    """Return where a line of a script (from 1) stands in the file, from a column on: all of it, or so much."""
    rows = event.script.split("\n")
    if event.text is None or not 1 <= line <= len(rows):
        return event.location
    column = min(column, max(1, len(rows[line - 1])))
    rest = max(1, len(rows[line - 1].rstrip()) - column + 1)
    length = rest if length is None else min(length, rest)
    place, first = event.text, 0
    if event.pieces is not None:
        index = event.pieces[line - 1]
        place, first = place.child(index), event.pieces.index(index)
    before = sum(len(row) + 1 for row in rows[first : line - 1])
    start = before + column - 1
    return place.within(start, start + length)


def place_of_syntax_error(event: Event, line: int, column: int) -> Location:
    """Return where a script cannot be read; an error that is seen only at its end stands at its last line."""
    last = event.script.rstrip("\n").count("\n") + 1
    return place_of_line(event, line, column) if line <= last else place_of_line(event, last)
