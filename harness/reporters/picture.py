"""`Picture`: a place in a file as it is drawn, the line quoted, a caret below it, and the names that lead there."""

from __future__ import annotations

from harness.record.place import Place
from harness.reporters.screen import crop, fold, pad, painted, visible, width

__all__ = ["Picture"]

_PATH_COLUMN = 36
_LONGEST_PATH = 1000


class Picture:
    """Draws places in files."""

    def __init__(self, *, color: bool = False, columns: int = 120) -> None:
        self._color = color
        self._columns = columns

    def draw(self, place: Place, beside: str | None = None) -> str:
        """Return the file and position of a place, its names and path, and the line with a caret and `beside`."""
        if place.line is None:
            return painted("  --> ", "blue", color=self._color) + visible(place.file)
        gutter = " " * len(str(place.line))
        lines = [f"{gutter[1:]}{self._edge('-->')} {visible(str(place))}"]
        lines += [f"{gutter}{self._edge('|')} {line}" for line in self._way(place, len(gutter) + 2)]
        quoted, caret_line = self._quoted(place, beside, len(gutter) + 2)
        lines.append(f"{self._edge(f'{place.line}|')} {quoted}".rstrip())
        lines += [f"{gutter}{self._edge('|')} {line}" for line in caret_line]
        return "\n".join(lines)

    def _way(self, place: Place, taken: int) -> list[str]:
        names, path = visible(place.names), visible(place.path[:_LONGEST_PATH])
        if path in ("", "$"):
            return []
        room = self._columns - taken
        line = f"{pad(names, _PATH_COLUMN - 2)}  {path}" if names else path
        if width(line) <= room or not names:
            return fold(line, room).split("\n")
        return [*fold(names, room).split("\n"), *fold(path, room).split("\n")]

    def _quoted(self, place: Place, beside: str | None, taken: int) -> tuple[str, list[str]]:
        shown = crop(place.text, place.start, place.end, self._columns - taken)
        caret = " " * shown.start + painted("^" * shown.length, "red", color=self._color)
        if not beside:
            return shown.text, [caret]
        beside = visible(beside)
        if shown.start + shown.length + 1 + width(beside) <= self._columns - taken:
            return shown.text, [f"{caret} {beside}"]
        return shown.text, [caret, *fold(beside, self._columns - taken, "  ").split("\n")]

    def _edge(self, text: str) -> str:
        return painted(text, "blue", color=self._color)
