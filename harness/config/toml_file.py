"""What does a TOML file say, and where in it does each key stand?

TOML readers tell no positions, so the places of keys are looked up in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from harness.collection.document import read_source
from harness.errors import InvalidConfig
from harness.location import Location
from harness.source import Source

__all__ = ["TomlFile"]


@dataclass(frozen=True, slots=True)
class TomlFile:
    """One configuration file."""

    source: Source
    table: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """Read a file. Raises `InvalidConfig` with line and column when it is not TOML."""
        source = read_source(path, InvalidConfig)
        try:
            return cls(source, tomllib.loads(source.text))
        except tomllib.TOMLDecodeError as error:
            reason = re.sub(r" \(at .*\)$", "", str(error))
            place = Location(source, offset=_offset_of(error, source.text))
            raise InvalidConfig(f"not TOML: {reason[:1].lower()}{reason[1:]}", location=place) from error
        except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
            raise InvalidConfig("not TOML that can be read", location=Location(source, offset=0)) from error

    def place(self, *path: str | int) -> Location:
        """Return where the key or table at `path` stands; else the nearest table around it."""
        lengths = range(len(path), 0, -1)
        offsets = (offset for length in lengths if (offset := self._offset(path[:length])) is not None)
        return Location(self.source, offset=next(offsets, 0))

    def _offset(self, path: tuple[str | int, ...]) -> int | None:
        for split in range(len(path) - 1, -1, -1):
            key = re.compile(rf"^[ \t]*({_written(path[split:])})[ \t]*=", re.MULTILINE)
            extent = self._extent(path[:split])
            if extent is not None and (match := key.search(self.source.text, *extent)):
                return match.start(1)
        header = self._header(path)
        return header.start(1) if header else None

    def _extent(self, table: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Return where the lines of a table begin and end, or None when it has no header."""
        header = self._header(table)
        if table and header is None:
            return None
        start = header.end() if header else 0
        following = re.compile(r"^[ \t]*\[", re.MULTILINE).search(self.source.text, start)
        return start, following.start() if following else len(self.source.text)

    def _header(self, table: tuple[str | int, ...]) -> re.Match[str] | None:
        """Return the header of a table, `(…, "rules", 2)` being the third `[[….rules]]`."""
        if not table:
            return None
        index = table[-1] if isinstance(table[-1], int) else None
        pattern = rf"\[[ \t]*{_written(table if index is None else table[:-1])}[ \t]*\]"
        if index is not None:
            pattern = rf"\[{pattern}\]"
        headers = re.finditer(rf"^[ \t]*({pattern})", self.source.text, re.MULTILINE)
        return next(islice(headers, index or 0, None), None)


def _written(names: Sequence[str | int]) -> str:
    """Return a pattern for a dotted key, each name bare or quoted."""
    return r"[ \t]*\.[ \t]*".join(rf"""(?:{name}|"{name}"|'{name}')""" for name in map(re.escape, map(str, names)))


def _offset_of(error: tomllib.TOMLDecodeError, text: str) -> int:
    where = re.search(r"at line (\d+), column (\d+)", str(error))
    if where is None:
        return len(text)
    lines = text.split("\n")[: int(where[1]) - 1]
    return sum(len(line) + 1 for line in lines) + int(where[2]) - 1
