"""Which rows come out of an iteration data file, and which faults are told with their line?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InvalidData
from harness.variables.data import load_data


def _rows(folder: Path, content: str | bytes, name: str = "data.csv") -> list[dict[str, Any]]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [{key: value.value for key, value in row.items()} for row in load_data(path)]


def _faults(folder: Path, content: str, name: str = "data.csv") -> list[tuple[str, int]]:
    with pytest.raises(InvalidData) as caught:
        _rows(folder, content, name)
    lines = []
    for problem in caught.value.problems:
        assert problem.location is not None
        position = problem.location.position
        assert position is not None
        lines.append((problem.summary, position.line))
    return lines


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,2\n3,4\n", [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ("a,b\r\n1,2\r\n3,4", [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ("a,b\r1,2\r", [{"a": 1, "b": 2}]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [{"a": 1, "b": 2}]),
        ('a,b\n"1,5","say ""hi"""\n', [{"a": "1,5", "b": 'say "hi"'}]),
        ('a,b\n"1\n2\r\n3",x\n', [{"a": "1\n2\r\n3", "b": "x"}]),
        (' a , "b" \n 1 , " 2 " \n', [{"a": 1, "b": " 2 "}]),
        (
            '\xa0a,\ufeffb\u3000\n\xa0x y\xa0,\v1\f\n\ufeff"\xa0"\xa0,\u20281\xa02\u2029\n\xa0,\u200a\n',
            [{"a": "x y", "b": 1}, {"a": "\xa0", "b": "1\xa02"}],
        ),
        ("\n\na,b\n\n  \n1,2\n,\n\n", [{"a": 1, "b": 2}]),
        ("a,b\n1\n", [{"a": 1}]),
        ("a,b\n1,,,\n", [{"a": 1, "b": ""}]),
        ("a,,c\n1,2,3\n", [{"a": 1, "c": 3}]),
        ("größe\n日本\n", [{"größe": "日本"}]),
        ("id\n007\n", [{"id": "007"}]),
        ("a;b\n1;2\n", [{"a;b": "1;2"}]),
        ("a\n{{b}}\n", [{"a": "{{b}}"}]),
    ],
    ids=[
        "plain",
        "CRLF and no end",
        "CR alone",
        "byte order mark",
        "commas and quotes",
        "line breaks in a cell",
        "blanks",
        "blanks of every kind",
        "blank lines",
        "too few cells",
        "an empty cell",
        "a column without a name",
        "not ASCII",
        "leading zeros",
        "semicolons separate nothing",
        "placeholders",
    ],
)
def test_csv_is_read(tmp_path: Path, content: str | bytes, rows: list[dict[str, Any]]) -> None:
    """A cell is text, or a number where that loses nothing; quotes and blanks around it are no part of it."""
    assert rows == _rows(tmp_path, content)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1), ("-1", -1), ("0", 0), ("1.5", 1.5), ("-0.25", -0.25), ("9007199254740991", 2**53 - 1),
        ('"1"', "1"), ("+14155550100", "+14155550100"), ("007", "007"), ("1.50", "1.50"), ("1e3", "1e3"), ("-0", "-0"),
        ("0x1F", "0x1F"), ("9007199254740993", "9007199254740993"), ("true", "true"), ("null", "null"), ("١", "١"),
        ("1_0", "1_0"), ("NaN", "NaN"), ("1.2.3", "1.2.3"), ('x"y', 'x"y'),
    ],
)  # fmt: skip
def test_cells_are_numbers_where_they_lose_nothing(tmp_path: Path, cell: str, value: object) -> None:
    """As in Newman a cell without quotes may be a number; unlike there, never one that is written otherwise."""
    found = _rows(tmp_path, f"a,b\n{cell},x\n")[0]["a"]

    assert (type(value), value) == (type(found), found)


def test_json_is_read_with_its_types(tmp_path: Path) -> None:
    """Values keep their type, whatever the name of the file; rows may differ in their columns."""
    rows = [{"a": 1, "b": None}, {"a": {"x": [True]}}]

    assert rows == _rows(tmp_path, "\n " + json.dumps(rows), "data.csv")
    assert rows == _rows(tmp_path, b"\xef\xbb\xbf" + json.dumps(rows).encode(), "data.json")


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("a,b\n1,2\n\n1,2,3\n4,5,6,7\n", [("has 3 cells, the header 2", 4), ("has 4 cells, the header 2", 5)]),
        ('a,b\n"1\n2",3,4\n', [("has 3 cells, the header 2", 2)]),
        ('a,b\n1,2\n1,"open\n', [("not CSV: a quote is opened here and never closed", 3)]),
        ('a,b\n"1"x,2\n', [("not CSV: after a closing quote comes a comma", 2)]),
        ("", [("no rows in the iteration data", 1)]),
        ("a,b\n", [("no rows in the iteration data", 1)]),
        ("[]", [("no rows in the iteration data", 1)]),
        ('{"a": 1}', [("is an array of objects, not an object", 1)]),
        ('[\n{"a": 1},\n5,\n"x"]', [("a row is an object, not a number", 3), ("a row is an object, not a string", 4)]),
        ('[\n{"a": }]', [("not JSON: a value is missing here", 2)]),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, content: str, faults: list[tuple[str, int]]) -> None:
    """Every fault of the file is told, each with the line where the row begins."""
    told = _faults(tmp_path, content)

    assert [line for _, line in faults] == [line for _, line in told]
    for (words, _), (summary, _) in zip(faults, told, strict=True):
        assert words in summary


def test_value_points_at_its_row(tmp_path: Path) -> None:
    """A value of CSV knows the line its row begins on."""
    path = tmp_path / "data.csv"
    path.write_text('a,b\n1,"x\ny"\n\n3,4\n')
    locations = [row["b"].location for row in load_data(path)]
    lines = [each.position.line for each in locations if each is not None and each.position is not None]

    assert [2, 5] == lines


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file that is not there is told by its name."""
    with pytest.raises(InvalidData, match="no such file"):
        load_data(tmp_path / "data.csv")
