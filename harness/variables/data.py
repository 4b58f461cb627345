"""Which rows does an iteration data file hold?"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.collection.document import parse_json, read_source
from harness.collection.reader import type_name
from harness.errors import InvalidData, Problem
from harness.location import Location
from harness.source import Source
from harness.variables.scope import Value

__all__ = ["DataRow", "load_data"]

DataRow = Mapping[str, Value]


def load_data(path: Path | str) -> tuple[DataRow, ...]:
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
    reader = csv.reader(io.StringIO(source.text, newline=""), skipinitialspace=True, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        where = _line(source, reader.line_num)
        raise InvalidData(f"not CSV: {error}", location=where) from error
    if not lines:
        return ()
    header = [name.strip() for name in lines[0][1]]
    faults = [
        Problem(f"this row has {len(cells)} cells, the header {len(header)}", _line(source, number))
        for number, cells in lines[1:]
        if len(cells) > len(header)
    ]
    if faults:
        raise InvalidData.of(faults)
    return tuple(
        {name: Value(cell, _line(source, number)) for name, cell in zip(header, cells, strict=False) if name}
        for number, cells in lines[1:]
    )


def _line(source: Source, number: int) -> Location:
    """Return the place of a line by its 1-based number (of a row of several lines, the last)."""
    offset = 0
    for _ in range(number - 1):
        offset = source.text.find("\n", offset) + 1 or len(source.text)
    return Location(source, offset=offset)
