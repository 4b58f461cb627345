"""Which rows does an iteration data file hold?"""

from __future__ import annotations

import csv
import io
import re
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

_LINE_END = re.compile(r"\r\n|\r|\n")


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
    lines = _csv_lines(source)
    if not lines:
        return ()
    header = [name.strip() for name in lines[0][1]]
    faults = [
        Problem(f"this row has {len(cells)} cells, the header {len(header)}", place)
        for place, cells in lines[1:]
        if len(cells) > len(header)
    ]
    if faults:
        raise InvalidData.of(faults)
    return tuple(
        {name: Value(cell, place) for name, cell in zip(header, cells, strict=False) if name}
        for place, cells in lines[1:]
    )


def _csv_lines(source: Source) -> list[tuple[Location, list[str]]]:
    """Return the rows that are not blank, the header among them, each with the place where it begins."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(source.text)), len(source.text)]
    reader = csv.reader(io.StringIO(source.text, newline=""), skipinitialspace=True, strict=True)
    rows = []
    first = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((Location(source, offset=starts[first]), cells))
            first = reader.line_num
    except csv.Error as error:
        raise InvalidData(f"not CSV: {error}", location=Location(source, offset=starts[first])) from error
    return rows
