"""Which rows does an iteration data file hold?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.collection.document import parse_json, read_source
from harness.collection.reader import type_name
from harness.collection.typed import as_number
from harness.errors import InvalidData, Problem
from harness.location import Location
from harness.source import Source
from harness.variables.scope import Value

__all__ = ["DataRow", "load_data"]

DataRow = Mapping[str, Value]

_LINE_END = re.compile(r"(?:\r\n|\r|\n)?")
# What JavaScript's `trim` takes away, line breaks aside; spreadsheets leave no-break spaces and marks behind.
_BLANKS = "\t\v\f \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_CELL = re.compile(rf'[{_BLANKS}]*+(?:"(?P<quoted>(?:[^"]|"")*+)"[{_BLANKS}]*+|(?P<plain>(?!")[^,\r\n]*+|))')


def load_data(path: Path | str | Source) -> tuple[DataRow, ...]:
    """Read iteration data: a JSON array of objects, or CSV with a header line.

    Which of the two is told by the text itself, as files are often misnamed. Raises `InvalidData` with every fault.
    """
    source = read_source(path, InvalidData)
    start = source.text.lstrip()[:1]
    rows = _json_rows(source) if start in ("[", "{") else _csv_rows(source)
    if not rows:
        raise InvalidData("no rows in the iteration data", location=Location(source, offset=0))
    return rows


def _json_rows(source: Source) -> tuple[DataRow, ...]:
    document = parse_json(source, InvalidData)
    root = Location(source)
    if not isinstance(document, list):
        raise InvalidData(
            f"iteration data is an array of objects, not {type_name(document)}",
            location=root,
            hint='such as [{"phone": "+14155550100"}, {"phone": "+14155550101"}]',
        )
    faults = [
        Problem(f"a row is an object, not {type_name(row)}", root.child(index))
        for index, row in enumerate(document)
        if not isinstance(row, Mapping)
    ]
    if faults:
        raise InvalidData.of(faults)
    return tuple(_row(row, root.child(index)) for index, row in enumerate(document))


def _row(row: Mapping[str, Any], location: Location) -> DataRow:
    return {key: Value(value, location.child(key)) for key, value in row.items()}


def _csv_rows(source: Source) -> tuple[DataRow, ...]:
    lines = [(place, cells) for place, cells in _csv_lines(source) if any(cell.text for cell in cells)]
    if not lines:
        return ()
    header = [cell.text for cell in lines[0][1]]
    faults = [
        Problem(f"this row has {len(cells)} cells, the header {len(header)}", place)
        for place, cells in lines[1:]
        if any(cell.text for cell in cells[len(header) :])
    ]
    if faults:
        raise InvalidData.of(faults)
    return tuple(
        {name: Value(cell.value, place) for name, cell in zip(header, cells, strict=False) if name}
        for place, cells in lines[1:]
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    quoted: bool

    @property
    def value(self) -> str | int | float:
        """The text, or the number it is when nothing of the text is lost by that.

        Newman makes numbers of more: of `+14155550100`, `007`, `1.50` and `0x1F` too, and sends 14155550100, 7, 1.5 and
        0. A telephone number must not lose its plus, so those stay what they are.
        """
        return self.text if self.quoted else as_number(self.text)


def _csv_lines(source: Source) -> Iterator[tuple[Location, list[_Cell]]]:
    """Yield the lines, each with the place where it begins, as RFC 4180 has them, blanks around cells left out."""
    offset, text = 0, source.text
    while offset < len(text):
        place, cells, ended = Location(source, offset=offset), [], False
        while not ended:
            match = _CELL.match(text, offset)
            assert match is not None, "unreachable: the pattern matches nothing, too"
            quoted = match["quoted"] is not None
            cells.append(_Cell(match["quoted"].replace('""', '"') if quoted else match["plain"].strip(_BLANKS), quoted))
            offset = match.end()
            if text.startswith('"', offset) and not quoted:
                raise InvalidData("not CSV: a quote is opened here and never closed", location=place)
            if offset < len(text) and text[offset] not in ",\r\n":
                raise InvalidData("not CSV: after a closing quote comes a comma or the end of the line", location=place)
            ended = not text.startswith(",", offset)
            offset = _LINE_END.match(text, offset).end() if ended else offset + 1  # type: ignore[union-attr]  # matches nothing, too
        yield place, cells
